"""Every parameter and condition is held by an example: change it, and one turns red."""

from __future__ import annotations

from kjerne.regelmotor.dekning import maal_dekning
from kjerne.regelmotor.eksempler import les_eksempler
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn

HVORFOR = "En feil her ville ingen eksempler oppdage."


def sjekk(verk: Regelverk) -> list[Funn]:
    hull, _ = maal_dekning(les_eksempler(verk))
    return [
        Funn(f"{h.navn}: ingen eksempler merker endringen «{h.endring}».", h.hvor, HVORFOR, "Skriv et eksempel på hver side av grensen.")
        for h in hull
    ]
