"""kvalitet.toml can be read, and names only what exists."""

from __future__ import annotations

from kjerne.kvalitet import les_kvalitet
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn

HVORFOR = "Opplysninger i tvil skal føre til et spørsmål eller et menneske, aldri til feil beløp."


def sjekk(verk: Regelverk) -> list[Funn]:
    les_kvalitet(verk.mappe / "kvalitet.toml", set(verk.manifest.fakta) | set(verk.regler))
    return []
