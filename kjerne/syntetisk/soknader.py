"""Synthetic applications for any scheme: who applies, when, and a few duplicates and bad accounts among them.

How each field is filled stands in the manifest and in feltfylling.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.manifest import KONVOLUTT, Soknadsfelt
from kjerne.syntetisk.feltfylling import DTYPER, Feltfyller, lag_rng
from kjerne.syntetisk.permitteringer import spor_registeret
from kjerne.syntetisk.samfunn import Samfunn

AVVIK = "annet enn registeret"


def lag_soknader(samfunn: Samfunn, felt: Sequence[Soknadsfelt], antall: int, fro: int, **andre: Any) -> pd.DataFrame:
    """`lag_soknader_med_fasit` without the ground truth."""
    return lag_soknader_med_fasit(samfunn, felt, antall, fro, **andre)[0]


def lag_soknader_med_fasit(
    samfunn: Samfunn,
    felt: Sequence[Soknadsfelt],
    antall: int,
    fro: int,
    *,
    mottatt: Mapping[str, Any] | None = None,
    utvalg: Sequence[bool] | np.ndarray | pd.Series | None = None,
    dubletter: float = 0.005,
    ugyldige_kontoer: float = 0.003,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(applications, ground truth). `antall` applications, of which the share `dubletter` are a person's second and
    newer one.

    The frame has KONVOLUTT, the fields that are asked for (kilde = "soknad") and kilde_linje, in the types of DTYPER.
    The ground truth has soknad_id, problem ("dublett", "ugyldig konto", AVVIK), gjelder (the older application) and felt
    (which one says otherwise than the registers). `mottatt` is a distribution of dates (30 days from the last month on,
    unless told); `utvalg` marks the persons who may apply. Only the laid-off do when a field is filled from their
    lay-off. Raises Ordningsfeil for what a field's `syntetisk` cannot mean, and when there are too few persons.
    """
    personer = _personer(samfunn, utvalg, spor_registeret(felt))
    kopier = round(antall * dubletter)
    egne = antall - kopier
    if antall < 1 or egne > len(personer):
        raise Ordningsfeil(
            f"Det finnes {len(personer)} personer som kan søke, og {egne} trengs.",
            gjor_dette="Lag flere personer eller færre søknader. Ber ordningen om permitteringen fra registeret, må månedene nå så langt.",
        )
    rng = lag_rng(fro, "søkere")
    sokere = personer.iloc[rng.choice(len(personer), egne, replace=False)].reset_index(drop=True)
    mottattfelt = Soknadsfelt(
        navn="mottatt_dato", type="dato", nb="-", nn="-", syntetisk=dict(mottatt or _mottatt(samfunn))
    )
    fyller = Feltfyller([*felt, mottattfelt], sokere, fro)
    ramme = pd.DataFrame(
        {
            "fodselsnummer": sokere["ident"],
            "kontonummer": sokere["kontonummer"],
            "maalform": sokere["maalform"].astype(DTYPER["valg"]),
        }
        | {f.navn: fyller.kolonne(f.navn) for f in (mottattfelt, *felt) if f.kilde == "soknad"}
    )
    ramme["gjelder"] = pd.Series(-1, index=ramme.index)
    ramme = ramme.assign(**{_merke(n): maske for n, maske in fyller.avvik.items()})
    forst = np.sort(rng.choice(egne, kopier, replace=False))
    kopi = ramme.iloc[forst].assign(gjelder=forst)
    kopi["mottatt_dato"] += pd.to_timedelta(rng.integers(1, 15, kopier), unit="D")
    ramme = pd.concat([ramme, kopi], ignore_index=True).sort_values("mottatt_dato", kind="stable")
    ramme["mottatt_dato"] = ramme["mottatt_dato"].astype(DTYPER["dato"])
    return _ferdig(ramme, fyller.navnene, rng, round(antall * ugyldige_kontoer))


def _ferdig(
    ramme: pd.DataFrame, navnene: list[str], rng: np.random.Generator, ugyldige: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Numbers the applications in the order in which they came, and spoils some accounts."""
    ramme["soknad_id"] = pd.Series(
        [f"S{n:09d}" for n in range(1, len(ramme) + 1)], index=ramme.index, dtype=DTYPER["tekst"]
    )
    ramme["kilde_linje"] = pd.Series(np.arange(1, len(ramme) + 1), index=ramme.index, dtype="Int64")
    dublett = ramme[ramme["gjelder"] >= 0]
    eldre = ramme["soknad_id"].loc[dublett["gjelder"]].to_numpy()
    darlige = np.sort(rng.choice(len(ramme), ugyldige, replace=False))
    funnet = [(AVVIK, ramme["soknad_id"][ramme[_merke(n)]], pd.NA, n) for n in navnene if _merke(n) in ramme]
    funnet += [("dublett", dublett["soknad_id"], eldre, pd.NA), ("ugyldig konto", ramme["soknad_id"].iloc[darlige], pd.NA, pd.NA)]
    konto = ramme["kontonummer"].to_numpy(dtype=object)
    for i in darlige:  # one wrong digit: never a valid number by mod 11
        konto[i] = konto[i][:10] + str((int(konto[i][10]) + 1 + i % 9) % 10)
    ramme["kontonummer"] = pd.Series(konto, index=ramme.index, dtype=DTYPER["tekst"])
    fasit = pd.concat(
        [
            pd.DataFrame({"soknad_id": ider.array, "problem": problem, "gjelder": gjelder, "felt": felt}).astype(DTYPER["tekst"])
            for problem, ider, gjelder, felt in funnet
        ],
        ignore_index=True,
    )
    rekkefolge = [*KONVOLUTT, *(n for n in navnene if n not in KONVOLUTT), "kilde_linje"]
    return ramme[rekkefolge].reset_index(drop=True), fasit


def _merke(felt: str) -> str:
    return f"avvik:{felt}"  # no field has a name with a colon


def _personer(samfunn: Samfunn, utvalg: Sequence[bool] | np.ndarray | pd.Series | None, bare_permitterte: bool) -> pd.DataFrame:
    p = samfunn.personer if utvalg is None else samfunn.personer[np.asarray(utvalg, dtype=bool)]
    if bare_permitterte:
        p = p[p["permittert_fra"].notna()]
    konto = samfunn.arbeidsgivere.set_index("virksomhet")["konto"]
    return p.assign(
        arbeidsgiver_konto=konto.reindex(p["hovedarbeidsgiver"]).to_numpy(),
        dagslonn_ore=(p["maanedslonn_ore"] * 24 + 260) // 520,  # × 12 / 260, rounded to whole øre
        permittert_andel=p["permittert_prosent"] / 100,
    )


def _mottatt(samfunn: Samfunn) -> dict[str, Any]:
    return {"fordeling": "dato", "fra": samfunn.siste_maaned, "til": samfunn.siste_maaned + dt.timedelta(days=30)}
