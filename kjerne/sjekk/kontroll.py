"""[kontroll] names only controls and thresholds that exist, and schemes that do."""

from __future__ import annotations

from kjerne.kontroll.katalog import valgfeil
from kjerne.regelmotor.oppdagelse import oppdag
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn, fra_feil

HVORFOR = "En kontroll som er stavet feil, stanser ingen, og det merkes først når pengene er borte."


def sjekk(verk: Regelverk) -> list[Funn]:
    valg, sti = verk.manifest.kontroll, str(verk.mappe / "ordning.toml")
    if valg is None:
        return []
    funn = [f for feil in valgfeil(valg, sti) for f in fra_feil(feil, HVORFOR)]
    ukjente = sorted(set(valg.kan_kombineres) - set(oppdag()[0]))
    return funn + [
        Funn(f"kan_kombineres nevner ordningen «{n[:40]}», som ikke finnes.", sti, HVORFOR, "Bruk id-en i ordningens ordning.toml.")
        for n in ukjente
    ]
