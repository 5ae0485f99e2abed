"""The folder is safe to read: no link out of it, no file that is no file, nothing without end."""

from __future__ import annotations

from pathlib import Path

from kjerne.kontrakt.mappefil import mappefeil
from kjerne.sjekk.funn import Funn

HVORFOR = "En ordning er bare det som ligger i mappen, og ingen fil i den kan stanse de andre. Resten er ikke lest."


def sjekk(mappe: Path) -> list[Funn]:
    return [Funn(f.hva, f.hvor, HVORFOR, f.gjor_dette) for f in mappefeil(mappe)]
