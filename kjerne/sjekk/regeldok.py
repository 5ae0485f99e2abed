"""REGLER.md is the page that the folder gives today."""

from __future__ import annotations

from kjerne.regelmotor.regeldok import FILNAVN, er_fersk
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn

HVORFOR = "Juristen godkjenner REGLER.md. Er den gammel, er det andre regler enn de som kjører."


def sjekk(verk: Regelverk) -> list[Funn]:
    if er_fersk(verk):
        return []
    return [Funn("REGLER.md er ikke laget av reglene slik de er nå.", str(verk.mappe / FILNAVN), HVORFOR, f"Kjør: ordning dok {verk.id}")]
