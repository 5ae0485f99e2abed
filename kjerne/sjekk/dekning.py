"""Every parameter and condition is held by an example: change it, and one turns red."""

from __future__ import annotations

from kjerne.regelmotor.dekning import maal_dekning
from kjerne.regelmotor.eksempler import les_eksempler
from kjerne.regelmotor.regelverk import FELLES, Regelverk
from kjerne.sjekk.funn import Funn

HVORFOR = "En feil her ville ingen eksempler oppdage."


def sjekk(verk: Regelverk) -> list[Funn]:
    """Holes in the scheme's own parameters and conditions. Rows of shared parameters outside the scheme's period are shown in
    REGLER.md, and are nobody's fault."""
    hull, _ = maal_dekning(les_eksempler(verk))
    egne = {p.navn for p in verk.parametre if p.fil == "parametre.csv" and not _felles(verk, p.navn)} | set(verk.regler)
    return [Funn(f"{h.navn}: ingen eksempler merker at den er {h.endring}.", h.hvor, HVORFOR, "Skriv et eksempel på hver side av grensen.")
            for h in hull if h.navn in egne]


def _felles(verk: Regelverk, navn: str) -> bool:
    felles = verk.mappe.parent / FELLES / "parametre.csv"
    return felles.exists() and f"\n{navn};" in felles.read_text("utf-8")
