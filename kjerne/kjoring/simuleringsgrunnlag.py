"""The people of a simulation, a chunk at a time: synthetic ones made straight into frames, or those of a folder of files.

Nothing is stored. Facts that a register gives are as for somebody who has had nothing before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kjerne.innhenting import les_arbeidsforhold, les_inntekt
from kjerne.innhenting.ansettelse import KOLONNE, med_arbeidsforhold_type
from kjerne.kjoring.rom import Fremdrift
from kjerne.kjoring.syntetisk import antall_personer, mottatt
from kjerne.kjoring.vurdering import INNTEKT_I_REGLER
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.manifest import Manifest, Soknadsfelt
from kjerne.kontrakt.tabeller import ARBEIDSFORHOLD, INNTEKT
from kjerne.mottak import les_soknader
from kjerne.regelmotor.saksfil import LESERE

BIT = 50_000
ENDELSER = (".parquet", ".csv", ".jsonl", ".json")  # the first kind that is there is read: the same data in several forms
IKKE_GJORT = "Ingenting er simulert."


@dataclass(frozen=True)
class Bit:
    """Some cases and the register rows of their people. `nokkel` is equal for cases that ask for the same; None: no two do."""

    saker: pd.DataFrame = field(repr=False)
    tabeller: dict[str, pd.DataFrame] = field(repr=False)
    nokkel: np.ndarray | None = None


def syntetiske(manifest: Manifest, felt: Sequence[Soknadsfelt], antall: int, fro: int, dato: dt.date | None,
               vis: Fremdrift) -> Iterator[Bit]:  # fmt: skip
    """`antall` applications, one from each person, from registers without faults. The same seed gives the same people."""
    from kjerne.syntetisk import lag_soknader, samfunnsdeler
    from kjerne.syntetisk.oppdrag import andel_for
    from kjerne.syntetisk.permitteringer import permitteringer_for, spor_registeret

    siste, maaneder = vindu(manifest, felt, dato)
    kom = {"verdi": dato} if dato else mottatt(siste)
    deler = samfunnsdeler(antall_personer(felt, antall, maaneder), fro, siste, maaneder, None, permitteringer_for(felt), andel_for(felt),
                          i_koder=True)  # fmt: skip
    ferdig = nr = 0
    for del_ in deler:
        kan = len(del_.personer) if not spor_registeret(felt) else int(del_.personer["permittert_fra"].notna().sum())
        if n := min(kan, antall - ferdig):  # each block its own seed, or they would all answer alike
            saker = lag_soknader(del_, felt, n, fro * 10_000 + nr, mottatt=kom, dubletter=0, ugyldige_kontoer=0)
            yield Bit(ferdigstilt(saker, felt), {"inntekter": del_.inntekt, "arbeidsforhold": del_.arbeidsforhold})
            ferdig += n
            vis("Simulerer", ferdig, antall)
            del saker
        if ferdig == antall:
            break
        nr += 1  # noqa: SIM113  enumerate would hold the block
        del del_  # let go before the next is made


def vindu(manifest: Manifest, felt: Sequence[Soknadsfelt], dato: dt.date | None) -> tuple[dt.date, int]:
    """(last month with income, how many): the month before the applications come, and back to what the oldest case may need."""
    dager = [d for f in felt for d in _dager(f.syntetisk)]
    forste = min([*dager, manifest.gjelder.fra])
    siste = dato and (dato.replace(day=1) - dt.timedelta(days=1))
    siste = (siste or max(dager, default=manifest.gjelder.til)).replace(day=1)
    trengs = (siste.year - forste.year) * 12 + siste.month - forste.month + 2 + (manifest.inntekt.maaneder if manifest.inntekt else 0)
    return siste, min(max(trengs, 4), 36)


def til_reglene(bit: Bit, ansettelser: bool) -> dict[str, pd.DataFrame]:
    """The tables that the rules take, joined to the cases once for all versions. `ansettelser`: a rule asks for the type of
    the employment behind a row."""
    inntekt = bit.tabeller["inntekter"]
    kolonner = ["ident", *INNTEKT_I_REGLER]
    if ansettelser:
        inntekt = med_arbeidsforhold_type(inntekt, bit.tabeller["arbeidsforhold"])
        kolonner.append(KOLONNE)
    egne = pd.Index(bit.saker["ident"])
    if not egne.is_unique:
        return {"inntekter": inntekt[kolonner]}
    nr = _plass(egne, inntekt["ident"])
    orden = np.argsort(nr, kind="stable")  # the rows of a case together, so that no version has to sort them
    orden = orden[np.searchsorted(nr[orden], 0) :]
    return {"inntekter": inntekt[kolonner[1:]].take(orden).assign(sak_nr=nr[orden])}


def _plass(egne: pd.Index, identer: pd.Series) -> np.ndarray:
    """Which case each row belongs to, -1 for none. Codes are looked up once for each person."""
    if isinstance(identer.dtype, pd.CategoricalDtype):
        return np.append(egne.get_indexer(identer.cat.categories), -1)[identer.cat.codes]
    return egne.get_indexer(pd.Index(identer))


def _dager(syntetisk: dict[str, Any]) -> list[dt.date]:
    return [d for d in (syntetisk.get("fra"), syntetisk.get("til"), *syntetisk.get("mellom", ())) if isinstance(d, dt.date)]


def fra_mappe(manifest: Manifest, mappe: Path, dato: dt.date | None, krev_syntetisk: bool,
              vis: Fremdrift) -> tuple[Iterator[Bit], int]:  # fmt: skip
    """(chunks, lines that could not be read). The folder holds soknader and inntekt, perhaps arbeidsforhold.
    Raises Ordningsfeil."""
    vis("Leser søknader", 0, 0)
    lest = les_soknader(_fil(mappe, "soknad", True), manifest, krev_syntetisk=krev_syntetisk)
    saker = lest.ramme if dato is None else lest.ramme.assign(mottatt_dato=pd.Timestamp(dato).as_unit("s"))
    saker = ferdigstilt(saker, manifest.felt).sort_values(["mottatt_dato", "soknad_id"], kind="stable", ignore_index=True)
    nokkel = saker.groupby(list(manifest.entydig), dropna=False, sort=False).ngroup().to_numpy() if manifest.entydig else None
    vis("Leser registrene", 0, 0)
    inntekt = _register(mappe, "inntekt", INNTEKT.ramme({n: [] for n in INNTEKT.navnene}),
                        lambda f: les_inntekt(f, filternavn=manifest.inntekt.filter if manifest.inntekt else None))
    arbeid = _register(mappe, "arbeidsforhold", ARBEIDSFORHOLD.ramme({n: [] for n in ARBEIDSFORHOLD.navnene}), les_arbeidsforhold)
    return _biter(saker, nokkel, {"inntekter": inntekt, "arbeidsforhold": arbeid}, vis), len(lest.karantene)


def _biter(saker: pd.DataFrame, nokkel: np.ndarray | None, tabeller: dict[str, pd.DataFrame], vis: Fremdrift) -> Iterator[Bit]:
    """Each register is put in order of the cases once, so that a chunk is a slice."""
    forste = pd.Index(saker["ident"].unique())
    sett = {}
    for navn, ramme in tabeller.items():
        person = forste.get_indexer(pd.Index(ramme["ident"]))
        orden = np.argsort(person, kind="stable")
        sett[navn] = (ramme, orden, person[orden])
    for fra in range(0, len(saker), BIT):
        egne = saker.iloc[fra : fra + BIT].reset_index(drop=True)
        koder = np.unique(forste.get_indexer(pd.Index(egne["ident"])))
        yield Bit(egne, {n: _utsnitt(*r, koder) for n, r in sett.items()}, None if nokkel is None else nokkel[fra : fra + BIT])
        vis("Simulerer", fra + len(egne), len(saker))


def _utsnitt(ramme: pd.DataFrame, orden: np.ndarray, person: np.ndarray, koder: np.ndarray) -> pd.DataFrame:
    """The rows of these persons; `person[i]` is whose row `orden[i]` is."""
    fra, til = np.searchsorted(person, koder), np.searchsorted(person, koder, side="right")
    antall = til - fra
    i_egen = np.arange(antall.sum()) - np.repeat(np.cumsum(antall) - antall, antall)
    return ramme.take(orden[np.repeat(fra, antall) + i_egen])


def _fil(mappe: Path, navn: str, maa_finnes: bool = False) -> Path | None:
    """The one file of this kind. A folder often holds the same in several forms; the quickest form is read."""
    for endelse in ENDELSER:
        funnet = sorted(f for f in mappe.glob(f"{navn}*{endelse}") if f.is_file() and "fasit" not in f.name)
        if len(funnet) > 1:
            raise Ordningsfeil(f"Det ligger {len(funnet)} filer som kan være {navn}: {', '.join(f.name for f in funnet)[:200]}.",
                               str(mappe), "La bare én av dem ligge i mappen.", IKKE_GJORT, kode=2)
        if funnet:
            return funnet[0]
    if maa_finnes:
        raise Ordningsfeil(f"Fant ingen fil som heter {navn}… ({', '.join(ENDELSER)}).", str(mappe),
                           "Oppgi mappen med søknader og inntekt: --data MAPPE.", IKKE_GJORT, kode=2)
    return None


def _register(mappe: Path, navn: str, tom: pd.DataFrame, les: Callable[[Path], Any]) -> pd.DataFrame:
    sti = _fil(mappe, navn)
    return tom if sti is None else les(sti).tabeller[navn]


def ferdigstilt(saker: pd.DataFrame, felt: Sequence[Soknadsfelt]) -> pd.DataFrame:
    """The cases as the rules see them: `ident`, and what an empty answer means where it means something."""
    nye: dict[str, Any] = {"ident": saker["fodselsnummer"]}
    for f in felt:
        tomt = False if f.kilde == "register" and f.tomt_betyr is None and f.type == "ja_nei" else f.tomt_betyr
        if tomt is None:
            continue
        verdi = LESERE.get(f.type, str)(str(tomt))
        verdi = pd.Timestamp(verdi).as_unit("s") if f.type == "dato" else float(verdi) if f.type in ("tall", "prosent") else verdi
        nye[f.navn] = saker[f.navn].fillna(verdi) if f.navn in saker and f.kilde == "soknad" else pd.Series([verdi] * len(saker))
    return saker.assign(**nye)
