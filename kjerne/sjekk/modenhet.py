"""The folder does not ask for a higher state than its answers allow."""

from __future__ import annotations

from kjerne.kontrakt.modenhet import FILNAVN, TRINN
from kjerne.regelmotor.modenhet import stilling
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn

HVORFOR = "Ingen skal tro at ordningen er lenger kommet enn den er."


def sjekk(verk: Regelverk) -> list[Funn]:
    """Only what people answer: the sign-off and this check answer for themselves when a decision is to be made."""
    if not (verk.mappe / FILNAVN).exists():
        return []
    tilstand = verk.manifest.tilstand
    mangler = [x.krav for x in stilling(verk, funn=0).mangler(tilstand) if not x.krav.maskin and TRINN.index(x.krav.trinn) > 0]
    return [
        Funn(f"Tilstanden er «{tilstand}», men kravet {k.id} ({k.trinn}) er ikke oppfylt: {k.tekst}.", str(verk.mappe / FILNAVN), HVORFOR,
             f"Gjør det og skriv status = \"gjort\" med grunn, eller sett tilstand lavere enn {k.trinn} i ordning.toml.")
        for k in mangler
    ]
