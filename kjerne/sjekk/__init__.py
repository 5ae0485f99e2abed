"""The lint of a scheme folder: one file per check. Each finding says what, where, why and how to fix; all are shown at once.

First what can be said of each file by itself, also when another cannot be read; then what takes the whole rule set; then what
takes examples that can be run. A check gives its findings or raises; whatever it raises becomes a finding.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.sjekk.funn import IKKE_KJORES, Funn, fra_feil, uten_like


def sjekk_ordning(mappe: Path) -> list[Funn]:
    """Every finding in the folder. Empty = in order. Never raises for what is in the folder."""
    from kjerne.sjekk import (
        anatomi,
        brevform,
        brevinnhold,
        filer,
        flyt,
        formler,
        manifest,
        modenhetsfil,
        ordlint,
        parametre,
        personer,
        runbook,
        tekstform,
    )

    if funn := _kjor(filer, mappe):
        return funn  # a link out of the folder or a file without end: nothing is opened
    hver_fil = (anatomi, tekstform, personer, formler, manifest, ordlint, parametre, flyt, brevform, brevinnhold, runbook, modenhetsfil)
    return uten_like([f for modul in hver_fil for f in _kjor(modul, mappe)] + _hele(mappe))


def _hele(mappe: Path) -> list[Funn]:
    """What takes the manifest, the rules and the parameters together."""
    from kjerne.regelmotor.regelverk import les_regelverk
    from kjerne.sjekk import avrunding, brev, klagefrist, koder, kontroll, kvalitet, maaneder, malrester, modenhet, personvern, syntetisk
    from kjerne.sjekk.tidsgrense import SEKUNDER, tidsgrense

    try:
        verk = les_regelverk(mappe)
    except Ordningsfeil as feil:
        return fra_feil(feil)
    except RecursionError as feil:
        return [Funn(f"Ordningen kan ikke leses ({type(feil).__name__}).", str(mappe), IKKE_KJORES, "Del opp det som er dypt nøstet.")]
    av_verket = (brev, avrunding, klagefrist, koder, kontroll, kvalitet, maaneder, syntetisk, personvern, modenhet, malrester)
    funn = [f for modul in av_verket for f in _kjor(modul, verk)]
    try:
        with tidsgrense(SEKUNDER, str(mappe / "regler.py")):
            return funn + _med_eksempler(verk)
    except Ordningsfeil as feil:  # the time is up
        return funn + fra_feil(feil)


def _med_eksempler(verk: Any) -> list[Funn]:
    from kjerne.regelmotor.eksempler import les_eksempler
    from kjerne.sjekk import belopsgrenser, dekning, eksempler, grenser, helekroner, invarianter, oppdrag, regeldok

    try:
        sett = les_eksempler(verk)
        funn = eksempler.sjekk(sett)
    except Ordningsfeil as feil:
        return fra_feil(feil, eksempler.HVORFOR)
    if not len(sett):
        return funn
    return funn + [f for modul in (dekning, grenser, belopsgrenser, helekroner, oppdrag, invarianter, regeldok) for f in _kjor(modul, sett)]


def _kjor(modul: ModuleType, av: Any) -> list[Funn]:
    sjekk: Callable[[Any], list[Funn]] = modul.sjekk
    try:
        return list(sjekk(av))
    except Ordningsfeil as feil:
        return fra_feil(feil, modul.HVORFOR)
    except Exception as feil:  # whatever it is: the other checks run on
        hva = f"Sjekken {modul.__name__.rpartition('.')[2]} kunne ikke fullføres ({type(feil).__name__})."
        hvor = str(getattr(av, "mappe", getattr(av, "sti", av)))
        return [Funn(hva, hvor, modul.HVORFOR, "Rett de andre funnene, og kjør sjekken igjen.")]
