"""Flat files with canonical column names: CSV, and Parquet that is not already the canonical table.

The unit that is counted is the row. A column may be left out when the table does not require it; unknown columns stop
the file. Income: `beloep_ore` holds whole øre; `beloep` may stand instead and holds kroner as written (12 345,67).
rad_id is given anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from kjerne.innhenting.lesning import Fremdrift, Samler
from kjerne.innhenting.tolk import Tolk
from kjerne.kontrakt import linjefil
from kjerne.kontrakt.feil import FRA_FIL, Ordningsfeil, Samlefeil
from kjerne.kontrakt.kodeverk import FRA_V1
from kjerne.kontrakt.linjefil import Karantene, Radfeil
from kjerne.kontrakt.tabeller import INNTEKT, PERSONER, Kolonnebeskrivelse, Tabellform

KRONER = "beloep"  # in place of beloep_ore
Les = Callable[[Any], Any]
Plan = list[tuple[int, "_Husker"]]
MAKS_HUSKET = 100_000  # different values remembered per column


class _Husker(dict[Any, Any]):
    """What the values of one column mean. Codes, dates and employers come again and again; what cannot be read is
    counted each time."""

    def __init__(self, les: Les):
        super().__init__()
        self.les = les

    def __missing__(self, verdi: Any) -> Any:
        ut = self.les(verdi)
        if (ut is not None or not verdi) and len(self) < MAKS_HUSKET:
            self[verdi] = ut
        return ut


def sjekk_form(navnene: list[str], form: Tabellform, sti: Path) -> None:
    """Raises Samlefeil for columns that are unknown, missing or there twice."""
    paakrevde = [k.navn for k in form.kolonner if k.paakrevd and k.navn != "rad_id"]
    kjente = form.navnene
    if form is INNTEKT:
        kjente = [*kjente, KRONER]
        if KRONER not in navnene:
            paakrevde.append("beloep_ore")
        elif "beloep_ore" in navnene:
            raise Samlefeil(
                [
                    Ordningsfeil(
                        "Filen har både «beloep» (kroner) og «beloep_ore» (øre).",
                        f"{sti}, overskriften",
                        "Behold bare den ene.",
                        FRA_FIL,
                    )
                ]
            )
    if form is PERSONER:
        kjente = [*kjente, *navnene]  # a register of persons holds more than we may look at; the rest is not read
    linjefil.sjekk_kolonner(navnene, kjente, paakrevde, sti)


def les_csv(
    sti: Path, form: Tabellform, tolk: Tolk, samler: Samler, karantene: Karantene, fremdrift: Fremdrift | None
) -> tuple[int, int]:
    """CSV → (rows in, rows accepted). Blank lines are no rows. A row that cannot be used is quarantined with its
    line."""
    linjene = linjefil.linjer(sti)
    _, hode = next(linjene)
    navnene, skille = linjefil.overskrift(hode, sti)
    sjekk_form(navnene, form, sti)
    plan = _plan(navnene, form, tolk)
    alle, lest, inn = sti.stat().st_size, len(hode), 0
    for nr, raa in linjene:
        inn += 1
        lest += len(raa) + 1
        try:
            if raa == hode:
                raise Radfeil("overskriften er gjentatt")
            felt = linjefil.felter(raa, skille)
            if len(felt) != len(navnene):
                raise Radfeil(f"linjen har {len(felt)} felt, overskriften har {len(navnene)}")
            samler.legg((_rad(felt, plan, nr),))
        except Radfeil as feil:
            karantene.legg(nr, str(feil), raa)
        if fremdrift and inn % 10_000 == 0:
            fremdrift(min(lest, alle), alle)
    if fremdrift:
        fremdrift(alle, alle)
    return inn, inn - len(karantene)


def les_rader(
    navnene: list[str], rader: Iterable[tuple], form: Tabellform, tolk: Tolk, samler: Samler, karantene: Karantene
) -> tuple[int, int]:
    """Rows of Python values (from Parquet) → (rows in, rows accepted). `linje` is the number of the row, from 1."""
    plan = _plan(navnene, form, tolk)
    nr = 0
    for nr, rad in enumerate(rader, 1):
        try:
            samler.legg((_rad(list(rad), plan, nr),))
        except Radfeil as feil:
            karantene.legg(nr, f"rad nr. {nr} i filen: {feil}", radbytes(navnene, rad))
    return nr, nr - len(karantene)


def radbytes(navnene: list[str], rad: Iterable[Any]) -> bytes:
    """A row of a Parquet file has no raw line: its hash is that of its canonical JSON."""
    return json.dumps(dict(zip(navnene, rad, strict=True)), sort_keys=True, ensure_ascii=False, default=str).encode(
        errors="replace"
    )


def _rad(felt: list[Any], plan: Plan, nr: int) -> tuple:
    felt.append(None)  # what a column that is not in the file holds
    return (*[husket[felt[plass]] for plass, husket in plan], nr)


def _plan(navnene: list[str], form: Tabellform, tolk: Tolk) -> Plan:
    """For each canonical column (but rad_id and kilde_linje, the first and the last): where it stands and how it is
    read."""
    plasser = (_plass(k, navnene, form, tolk) for k in form.kolonner if k.navn not in ("rad_id", "kilde_linje"))
    return [(plass, _Husker(les)) for plass, les in plasser]


def _plass(k: Kolonnebeskrivelse, navnene: list[str], form: Tabellform, tolk: Tolk) -> tuple[int, Les]:
    if k.navn == "beloep_ore" and KRONER in navnene:
        return navnene.index(KRONER), tolk.kroner
    if k.navn not in navnene:
        return -1, lambda _: None
    return navnene.index(k.navn), _leser(k, form, tolk)


def _leser(k: Kolonnebeskrivelse, form: Tabellform, tolk: Tolk) -> Les:
    navn = k.navn
    if navn == "ident":
        return tolk.ident
    if navn == "inntekt_type":
        return lambda v: FRA_V1.get(t := tolk.tekst(v, navn), t)
    if k.type == "dato" and form is not INNTEKT and navn != "sist_bekreftet":
        return lambda v: tolk.sikker_dag(v, navn)  # a missing end date means that it still runs
    med_navn = {
        "dato": tolk.dag,
        "tekst": tolk.tekst,
        "kode": tolk.tekst,
        "tall": tolk.tall,
        "ja_nei": tolk.ja_nei,
        "heltall": tolk.heltall,
        "tid": tolk.tid,
    }
    if k.type in med_navn:
        les = med_navn[k.type]
        return lambda v: les(v, navn)
    return {"maaned": tolk.maaned, "ore": tolk.ore}[k.type]
