"""Small numbers out of the open report, so that a figure is never about a person.

A count from 1 to `under` − 1 is hidden, and with it whatever would give it away by subtraction: another row of the
same table, a stage of the funnel, an amount. A hidden total hides its parts. Reports of two days can still be
subtracted from each other; that is for the one who publishes daily to weigh.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeVar

from kjerne.styring.rapporttall import Penger, Rapporttall, Tall

AVGJORT = ("innvilget", "avslag")
_R = TypeVar("_R")


def aapen(tall: Rapporttall, under: int = 5) -> Rapporttall:
    """The same report without small numbers; `under` = 0 or 1 leaves everything as it is."""
    if under < 2:
        return tall
    trakt = _trakt(tall, under)
    vises = {navn for navn, verdi in trakt.items() if verdi is not None}
    tilstander = _tilstander(tall, under, vises)
    skjulte = {g.navn for g in tilstander if g.antall is None}
    venter = tall.venter if {"mottatt", "avgjort"} <= vises else None
    return replace(
        tall, **trakt, venter=venter, tilstander=tilstander,
        innvilget_ore=tall.innvilget_ore if "innvilget" in vises else None,
        i_bunt_ore=tall.i_bunt_ore if "i_bunt" in vises else None,
        sendt_ore=tall.sendt_ore if "sendt" in vises else None,
        endring=_endring(tall, under),
        avslag=_grupper(tall.avslag, under, "avslag" in skjulte),
        ventegrunner=_ventegrunner(tall, under, skjulte),
        mangler=_grupper(tall.mangler, under),
        kvalitet=_rader(tall.kvalitet, ("saker", "holdt"), under),
        sporsmal=_rader(tall.sporsmal, ("besvart", "venter", "utlopt"), under, "sporsmal" in skjulte),
        belop=_fordeling(tall, under, vises),
        roller=_grupper(tall.roller, under, "innvilget" not in vises),
        bunter=_bunter(tall, under, vises),
        grenser=tuple(replace(g, hoyeste_ore=None) for g in tall.grenser),  # the highest amount is one person's
        alder=_grupper(tall.alder, under, venter is None),
        eldste_dager=None,
        penger=_penger(tall, under, vises),
    )  # fmt: skip


def skjulte(antall: Sequence[int], under: int) -> set[int]:
    """Which cells to hide when the sum of all is known: the small ones, and others until none can be worked out."""
    skjul = {i for i, n in enumerate(antall) if 0 < n < under}
    resten = sorted((i for i, n in enumerate(antall) if n >= under), key=lambda i: antall[i])
    while skjul and resten and (len(skjul) < 2 or sum(antall[i] for i in skjul) < under):
        skjul.add(resten.pop(0))
    return skjul


def _trakt(tall: Rapporttall, under: int) -> dict[str, Tall]:
    """The most important stages first; a stage is shown when its distance to each that is shown is 0 or not small."""
    vist: dict[str, Tall] = {}
    for navn in ("mottatt", "innvilget", "sendt", "avgjort", "i_bunt"):
        verdi = getattr(tall, navn)
        trygt = all(not 0 < abs(verdi - annen) < under for annen in (0, *(v for v in vist.values() if v is not None)))
        vist[navn] = verdi if trygt else None
    return vist


def _tilstander(tall: Rapporttall, under: int, vises: set[str]) -> tuple:
    """Decided and waiting apart when both sums are shown, otherwise as one table."""
    rader = tall.tilstander
    if "mottatt" not in vises:
        return tuple(replace(r, antall=None) if r.antall else r for r in rader)
    deler = [list(rader)]
    if "avgjort" in vises:
        deler = [[r for r in rader if r.navn in AVGJORT], [r for r in rader if r.navn not in AVGJORT]]
    skjul = set()
    for del_ in deler:
        # what the funnel shows is shown here too, so that the two tables never give different answers
        fast = [r for r in del_ if r.navn == "innvilget" and "innvilget" in vises]
        frie = [r for r in del_ if r not in fast]
        skjul |= {frie[i].navn for i in skjulte([r.antall for r in frie], under)}
    if "innvilget" not in vises:
        skjul.add("innvilget")
    return tuple(replace(r, antall=None) if r.navn in skjul else r for r in rader)


def _endring(tall: Rapporttall, under: int):
    if tall.endring is None:
        return None
    e = {n: _liten(getattr(tall.endring, n), under) for n in ("mottatt", "avgjort", "innvilget", "sendt")}
    if e["avgjort"] is None or _liten(tall.endring.avgjort - tall.endring.innvilget, under) is None:
        e["avgjort"] = None
    return replace(tall.endring, **e, sendt_ore=None if e["sendt"] is None else tall.endring.sendt_ore)


def _liten(n: int, under: int) -> Tall:
    return None if 0 < n < under else n


def _grupper(rader: Sequence[_R], under: int, alle: bool = False) -> tuple[_R, ...]:
    """Rows of `Gruppe`: the amount goes with the count."""
    skjul = set(range(len(rader))) if alle else skjulte([r.antall for r in rader], under)
    return tuple(replace(r, antall=None, belop_ore=None) if i in skjul and r.antall else r for i, r in enumerate(rader))


def _rader(rader: Sequence[_R], felt: tuple[str, ...], under: int, alle: bool = False) -> tuple[_R, ...]:
    """Rows that may overlap, so that no sum is known: a row is shown whole or not at all."""

    def trygg(rad: _R) -> bool:
        tallene = [getattr(rad, f) for f in felt]
        forskjeller = [tallene[0] - n for n in tallene[1:]] if "holdt" in felt else []
        return not alle and not any(0 < n < under for n in (*tallene, *forskjeller))

    return tuple(r if trygg(r) else replace(r, **dict.fromkeys(felt)) for r in rader)


def _ventegrunner(tall: Rapporttall, under: int, skjulte_tilstander: set[str]) -> tuple:
    ut = []
    for tilstand, gruppe in groupby(tall.ventegrunner, key=lambda v: v.tilstand):
        rader = list(gruppe)
        skjul = skjulte([r.antall for r in rader], under)
        alle = tilstand in skjulte_tilstander
        ut += [replace(r, antall=None) if alle or i in skjul else r for i, r in enumerate(rader)]
    return tuple(ut)


def _fordeling(tall: Rapporttall, under: int, vises: set[str]):
    if tall.belop is None or "innvilget" not in vises or not tall.innvilget:
        return None
    skjul = skjulte(tall.belop.antall, under)
    return replace(tall.belop, antall=tuple(None if i in skjul else n for i, n in enumerate(tall.belop.antall)))


def _penger(tall: Rapporttall, under: int, vises: set[str]) -> Penger:
    """A row at a time, for they are of different things; all hidden when it is hidden what was sent. What must be decided is for those
    inside."""
    skjul = [not {"sendt"} <= vises or 0 < g.antall < under for g in tall.penger.grupper]
    rader = zip(tall.penger.grupper, skjul, strict=True)
    grupper = tuple(replace(g, antall=None, belop_ore=None) if vekk else g for g, vekk in rader)
    return replace(tall.penger, grupper=grupper, ikke_fram_ore=0, hindre=())


def _bunter(tall: Rapporttall, under: int, vises: set[str]) -> tuple:
    skjul = skjulte([b.antall for b in tall.bunter], under)
    alle = not {"i_bunt", "sendt"} <= vises
    return tuple(replace(b, antall=None, sum_ore=None) if alle or i in skjul else b for i, b in enumerate(tall.bunter))
