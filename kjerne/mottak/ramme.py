"""Columns of answers → the application frame and its quarantine. Every rule about a row stands here, whatever the
file was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kjerne.kontrakt import linjefil
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.identer import gyldige_identer, gyldige_orgnr, syntetiske_identer
from kjerne.kontrakt.linjefil import Karantene
from kjerne.mottak.skjema import EGET_NUMMER, UTENFOR, Kolonne, Svarfeil

Feil = dict[int, list[str]]  # row (0, 1, 2 …) → reasons
IKKE_GJORT = "Ingen søknader fra filen er tatt imot, og ingen penger er sendt."
IKKE_SYNTETISK = "er ikke et syntetisk fødselsnummer, og bare syntetiske er tillatt her"


def sjekk_navn(navnene: list[str], kol: list[Kolonne], sti: Path) -> None:
    """Raises Samlefeil for columns that are unknown, missing or there twice. `kilde_linje` may stand, and is not
    read."""
    kjente = [*[k.navn for k in kol], "kilde_linje"]
    linjefil.sjekk_kolonner(navnene, kjente, [k.navn for k in kol if k.maa_finnes], sti)


def krev_tomt_register(kol: list[Kolonne], serier: dict[str, pd.Series], sti: Path) -> None:
    """Raises Ordningsfeil when the file answers what only the register may answer."""
    for k in kol:
        if k.register and k.navn in serier and serier[k.navn].notna().any():
            raise Ordningsfeil(
                f"Feltet «{k.navn}» fylles fra register, og kan ikke stå i en søknadsfil.",
                str(sti),
                "Fjern kolonnen.",
                IKKE_GJORT,
            )


def serie_av_svar(k: Kolonne, svar: Sequence[Any], feil: Feil) -> pd.Series:
    """Answers as written → a column of the right type. What cannot be read becomes missing and is put in `feil`."""
    if k.enkel_form and (ferdig := _enkle(k, svar)) is not None:
        return ferdig
    husket: dict[str, Any] = {}
    ut = []
    for rad, ett in enumerate(svar):
        verdi = husket.get(ett, husket) if type(ett) is str else husket
        if verdi is husket:
            try:
                verdi = k.les(ett)
            except Svarfeil as grunn:
                feil[rad].append(f"{k.navn} {grunn}")
                ut.append(None)
                continue
            if type(ett) is str:
                husket[ett] = verdi
        ut.append(verdi)
    return serie(k, ut)


def _enkle(k: Kolonne, svar: Sequence[Any]) -> pd.Series | None:
    """The column when every answer in it is of the simple form, else None."""
    try:
        tekster = pa.array(svar, pa.string())
    except (pa.ArrowException, UnicodeEncodeError):
        return None
    if not pc.all(pc.match_substring_regex(tekster, k.enkel_form)).as_py():
        return None
    return pd.Series(pd.array(tekster, dtype=k.dtype))


def serie(k: Kolonne, verdier: Sequence[Any]) -> pd.Series:
    """Values (None is missing) → a column of the right type."""
    if k.type == "dato":
        dager = np.array([v.isoformat() if v is not None else "NaT" for v in verdier], dtype="datetime64[s]")
        return pd.Series(dager)
    if k.type in ("tall", "prosent"):
        return pd.Series(pd.array([None if v is None else float(v) for v in verdier], dtype=k.dtype))
    return pd.Series(pd.array(verdier, dtype=k.dtype))


def bygg(
    kolonner: Sequence[Kolonne],
    serier: dict[str, pd.Series],
    feil: Feil,
    linjer: np.ndarray,
    raa: Callable[[int], bytes],
    krev_syntetisk: bool,
    karantene: Karantene,
) -> pd.DataFrame:
    """The rows without a fault as a frame in the order of the file; the others go to `karantene` with all their
    reasons.

    `serier` holds the columns of the file, `linjer` the line of each row, `raa` the raw bytes of a row.
    """
    antall = len(linjer)
    ut = {}
    for k in kolonner:
        kolonne = serier[k.navn] if k.navn in serier else serie(k, [None] * antall)
        if k.paakrevd and not k.register:
            for rad in np.flatnonzero(kolonne.isna().to_numpy()):
                if not any(grunn.startswith(f"{k.navn} ") for grunn in feil.get(rad, ())):
                    feil[rad].append(f"{k.navn} mangler")
        elif k.tomt is not None:
            tomt = serie(k, [k.tomt])[0]
            kolonne = kolonne.fillna(tomt)
        ut[k.navn] = kolonne
    ramme = pd.DataFrame(ut, copy=False)
    ramme["kilde_linje"] = pd.array(linjer, dtype="Int64")
    _sjekk_numre(kolonner, ramme, feil, krev_syntetisk)
    _sjekk_grenser(kolonner, ramme, feil)
    _sjekk_dobbelt(ramme, feil)
    if not feil:
        return ramme
    for rad in sorted(feil):
        karantene.legg(int(linjer[rad]), "; ".join(feil[rad]), raa(rad))
    return ramme.drop(index=list(feil)).reset_index(drop=True)


def _sjekk_numre(kolonner: Sequence[Kolonne], ramme: pd.DataFrame, feil: Feil, krev_syntetisk: bool) -> None:
    for k in kolonner:
        if k.type == "kontonummer":
            for rad in np.flatnonzero((ramme[k.navn] == ramme["fodselsnummer"]).fillna(False).to_numpy(bool)):
                feil[rad].append(f"{k.navn} {EGET_NUMMER}")
        if not k.person and k.type != "orgnr":
            continue
        kolonne = ramme[k.navn]
        gyldig = gyldige_identer(kolonne) if k.person else gyldige_orgnr(kolonne)
        finnes = kolonne.notna().to_numpy()
        hva = "fødselsnummer" if k.person else "organisasjonsnummer"
        for rad in np.flatnonzero(finnes & ~gyldig):
            feil[rad].append(f"{k.navn} er ikke et gyldig {hva}")
        if k.person and krev_syntetisk:
            for rad in np.flatnonzero(gyldig & ~syntetiske_identer(kolonne)):
                feil[rad].append(f"{k.navn} {IKKE_SYNTETISK}")


def _sjekk_grenser(kolonner: Sequence[Kolonne], ramme: pd.DataFrame, feil: Feil) -> None:
    for k in kolonner:
        if k.har_grenser:
            tall = ramme[k.navn].to_numpy(dtype="float64", na_value=np.nan)
            for rad in np.flatnonzero((tall < k.grenser[0]) | (tall > k.grenser[1])):
                feil[rad].append(f"{k.navn} {UTENFOR}")


def _sjekk_dobbelt(ramme: pd.DataFrame, feil: Feil) -> None:
    """The first usable line with a soknad_id counts; a later one is quarantined, whether it says the same or not."""
    brukbare = ramme.drop(index=list(feil)) if feil else ramme
    senere = brukbare[brukbare["soknad_id"].duplicated(keep="first")]
    if senere.empty:
        return
    forste = brukbare.drop_duplicates("soknad_id").set_index("soknad_id")["kilde_linje"]
    innhold = brukbare.loc[brukbare["soknad_id"].isin(senere["soknad_id"])].drop(columns="kilde_linje")
    like = innhold.duplicated(keep="first")
    for rad, soknad_id in senere["soknad_id"].items():
        hvordan = (
            "med samme innhold; søknaden er talt én gang" if like[rad] else "med et annet innhold; den første gjelder"
        )
        feil[rad].append(f"soknad_id står også på linje {forste[soknad_id]}, {hvordan}")


def tom_feil() -> Feil:
    return defaultdict(list)
