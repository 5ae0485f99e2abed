"""Watches the scheme folders and makes REGLER.md again when a file in them is saved. Looks at times of files, no service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.oppdagelse import mapper, ordningsmappe
from kjerne.regelmotor.oversikt import skriv_oversikt
from kjerne.regelmotor.regeldok import FILNAVN, skriv_regeldok
from kjerne.regelmotor.regelverk import FELLES, les_regelverk

MONSTRE = ("*.toml", "*.csv", "*.py", "eksempler/*.csv", "brev/*.html")
Tilstand = dict[str, dict[str, tuple[int, int]]]  # folder → file → (time, size)


def tilstand(rot: Path, id: str = "") -> Tilstand:
    """What the files of each scheme looked like; the shared law is part of every scheme."""
    felles = _filer(rot / FELLES, ("*.csv",))
    return {m.name: _filer(m, MONSTRE) | felles for m in mapper(rot) if not id or m.name == id}


def _filer(mappe: Path, monstre: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    ut = {}
    for fil in (f for m in monstre for f in mappe.glob(m)):
        try:
            s = fil.stat()
        except FileNotFoundError:  # saved by being replaced, between the two looks
            continue
        ut[str(fil)] = (s.st_mtime_ns, s.st_size)
    return ut


def folg(vent: Callable[[], None], id: str = "", rot: Path | None = None) -> Iterator[str]:
    """One line per page made or not made, for ever; with `id`, of that scheme alone, and nothing is written outside its folder.
    `vent` is called between two looks; the first look is taken at once."""
    rot = rot or ordningsmappe()
    return _folg(vent, id, rot, tilstand(rot, id))


def _folg(vent: Callable[[], None], id: str, rot: Path, sett: Tilstand) -> Iterator[str]:
    while True:
        vent()
        naa = tilstand(rot, id)
        endret = [n for n, filer in naa.items() if sett.get(n) != filer]
        borte = sett.keys() - naa.keys()
        sett = naa
        for navn in endret:
            yield lag(rot / navn)
        if (endret or borte) and not id:
            skriv_oversikt(rot)
        yield from (f"{navn}: mappen er borte" for navn in sorted(borte))


def lag(mappe: Path) -> str:
    """Makes the page of one scheme, and says so in one line; a fault is told in the same way and stops nobody."""
    try:
        verk = les_regelverk(mappe)
        skriv_regeldok(verk)
    except Ordningsfeil as feil:
        feil = getattr(feil, "feil", [feil])[0]
        return f"{mappe.name}: {feil.hva} {feil.hvor}"
    return f"{mappe.name}: skrev {FILNAVN}, {len(verk.regler)} regler"
