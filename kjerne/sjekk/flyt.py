"""flyt.py composes steps and does nothing else. Read as text; nothing is run."""

from __future__ import annotations

from pathlib import Path

from kjerne.regelmotor.flytlint import lint_flyt
from kjerne.sjekk.funn import Funn

HVORFOR = "Flyten avgjør hvilke steg som vokter pengene. Den nevner steg og gjør ikke noe annet."


def sjekk(mappe: Path) -> list[Funn]:
    sti = mappe / "flyt.py"
    return [Funn(f.hva, f.hvor, HVORFOR, f.gjor_dette) for f in lint_flyt(sti)] if sti.exists() else []
