"""[kontroll] names only controls and thresholds that exist."""

from __future__ import annotations

from kjerne.kontroll.katalog import valgfeil
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn, fra_feil

HVORFOR = "En kontroll som er stavet feil, stanser ingen, og det merkes først når pengene er borte."


def sjekk(verk: Regelverk) -> list[Funn]:
    valg = verk.manifest.kontroll
    return [] if valg is None else [f for feil in valgfeil(valg, str(verk.mappe / "ordning.toml")) for f in fra_feil(feil, HVORFOR)]
