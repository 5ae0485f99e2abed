"""Mends what is mechanical in a scheme folder, and says what was changed. Touches nothing outside it, and decides nothing."""

from __future__ import annotations

from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.mappefil import mappefeil
from kjerne.regelmotor.eksempler import les_eksempler
from kjerne.regelmotor.regeldok import FILNAVN, er_fersk, skriv_regeldok
from kjerne.regelmotor.regelverk import les_regelverk
from kjerne.sjekk.tekstform import rett_filer
from kjerne.sjekk.tidsgrense import SEKUNDER, tidsgrense


def rett_mappe(mappe: Path) -> list[str]:
    """What was changed, file by file. A folder with a link out of it is left as it is."""
    if mappefeil(mappe):
        return []
    gjort = rett_filer(mappe)
    try:
        with tidsgrense(SEKUNDER, str(mappe)):
            verk = les_regelverk(mappe)
            if len(les_eksempler(verk)) and not er_fersk(verk):
                skriv_regeldok(verk)
                gjort.append(f"{FILNAVN}: skrevet av reglene slik de er nå")
    except (Ordningsfeil, RecursionError):  # `sjekk` says what is wrong
        pass
    return gjort
