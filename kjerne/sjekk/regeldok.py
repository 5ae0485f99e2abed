"""REGLER.md is the page that the folder gives today."""

from __future__ import annotations

from kjerne.regelmotor.eksempler import Eksempler
from kjerne.regelmotor.regeldok import FILNAVN, er_fersk
from kjerne.sjekk.funn import Funn

HVORFOR = "Juristen godkjenner REGLER.md. Er den gammel, er det andre regler enn de som kjører."


def sjekk(sett: Eksempler) -> list[Funn]:
    if er_fersk(sett.verk):
        return []
    sti = str(sett.verk.mappe / FILNAVN)
    return [Funn("REGLER.md er ikke laget av reglene slik de er nå.", sti, HVORFOR, f"Kjør: ordning dok {sett.verk.id}")]
