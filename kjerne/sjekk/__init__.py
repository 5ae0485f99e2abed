"""The lint of a scheme folder: one file per check. Each finding says what, where, why and how to fix; all are shown at once."""

from __future__ import annotations

from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.sjekk.funn import Funn


def sjekk_ordning(mappe: Path) -> list[Funn]:
    """Every finding in the folder. Empty = in order. A folder that cannot be read gives its faults as findings."""
    from kjerne.regelmotor.regelverk import les_regelverk
    from kjerne.sjekk import anatomi, brev, dekning, eksempler, kvalitet, regeldok

    funn = anatomi.sjekk(mappe)
    try:
        verk = les_regelverk(mappe)
    except Ordningsfeil as feil:
        alle = feil.feil if isinstance(feil, Samlefeil) else [feil]
        return funn + [Funn(f.hva, f.hvor, "Ordningen kan ikke kjøres før dette er rettet.", f.gjor_dette) for f in alle]
    for modul in (eksempler, dekning, brev, kvalitet, regeldok):
        try:
            funn += modul.sjekk(verk)
        except Ordningsfeil as feil:
            alle = feil.feil if isinstance(feil, Samlefeil) else [feil]
            funn += [Funn(f.hva, f.hvor, modul.HVORFOR, f.gjor_dette) for f in alle]
    return funn
