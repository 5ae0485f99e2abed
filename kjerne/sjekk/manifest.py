"""ordning.toml can be read, and what it says hangs together."""

from __future__ import annotations

from pathlib import Path

from kjerne.kontrakt.manifest import les_manifest
from kjerne.sjekk.funn import Funn

HVORFOR = "Manifestet sier hvem, når, hva det spørres om og hvem som får penger. Uten det er ordningen ute av drift."


def sjekk(mappe: Path) -> list[Funn]:
    les_manifest(mappe / "ordning.toml")
    return []
