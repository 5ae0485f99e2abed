"""A large file of JSON Lines read by several processes as one would read it: the same rows, order and line numbers."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from kjerne.innhenting import jsonfil
from kjerne.innhenting.jsonfil import Leser
from kjerne.innhenting.lesning import Fremdrift, Samler
from kjerne.kontrakt import linjefil
from kjerne.kontrakt.linjefil import Karantene, Utsnitt
from kjerne.kontrakt.tabeller import Tabellform

STOR = 64 * 1024 * 1024  # bytes; below this a process costs more to start than it saves (measured)
FLEST = 8


@dataclass
class _Del:
    """What a process made of its part. Persons never end up in a log by way of repr."""

    leser: Leser
    tabeller: dict[str, pa.Table]
    karantene: list[tuple[int, str, str]]
    inn: int
    godtatt: int
    linjer: int

    def __repr__(self) -> str:
        return f"_Del({self.linjer} linjer)"


def les_linjer(
    sti: Path, leser: Leser, samlere: dict[str, Samler], karantene: Karantene, fremdrift: Fremdrift | None
) -> tuple[int, int]:
    """As `jsonfil.les_linjer`, with one process for each core when the file is large."""
    deler = linjefil.del_opp(sti, min(len(os.sched_getaffinity(0)), FLEST)) if sti.stat().st_size >= STOR else []
    if len(deler) < 2:
        return jsonfil.les_linjer(sti, leser, samlere, karantene, fremdrift)
    former = {navn: s.form for navn, s in samlere.items()}
    with ProcessPoolExecutor(len(deler) - 1, multiprocessing.get_context("spawn")) as andre:
        ventende = [andre.submit(_les_del, sti, leser.ny(), former, u) for u in deler[1:]]
        inn, godtatt = jsonfil.les_linjer(sti, leser, samlere, karantene, fremdrift, deler[0])
        linjer = deler[0].antall
        for del_ in (v.result() for v in ventende):
            leser.ta_med(del_.leser)
            karantene.rader += [(nr + linjer, grunn, sha) for nr, grunn, sha in del_.karantene]
            for navn, tabell in del_.tabeller.items():
                samlere[navn].legg_tabell(_flyttet(tabell, linjer))
            inn, godtatt, linjer = inn + del_.inn, godtatt + del_.godtatt, linjer + del_.linjer
    return inn, godtatt


def _les_del(sti: Path, leser: Leser, former: dict[str, Tabellform], utsnitt: Utsnitt) -> _Del:
    samlere, karantene = {navn: Samler(form) for navn, form in former.items()}, Karantene()
    with uten_soppeltomming():
        inn, godtatt = jsonfil.les_linjer(sti, leser, samlere, karantene, None, utsnitt)
    tabeller = {navn: s.tabell() for navn, s in samlere.items()}
    return _Del(leser, tabeller, karantene.rader, inn, godtatt, utsnitt.antall)


def _flyttet(tabell: pa.Table, linjer: int) -> pa.Table:
    """The line numbers of a part → those of the file."""
    plass = tabell.schema.get_field_index("kilde_linje")
    return tabell.set_column(plass, "kilde_linje", pc.add(tabell["kilde_linje"], linjer))


@contextmanager
def uten_soppeltomming() -> Iterator[None]:
    """Parsed JSON has no cycles, and looking for them doubles the time of a large file (measured)."""
    var_paa = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if var_paa:
            gc.enable()
