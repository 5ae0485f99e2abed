"""flyt.py composes steps and does nothing else. Read as text; nothing is run."""

from __future__ import annotations

from pathlib import Path

from kjerne.regelmotor.flytlint import lint_flyt
from kjerne.sjekk.funn import Funn

HVORFOR = "Flyten lastes hver gang ordningen kjøres. Det den gjør ved siden av stegene, ser ingen."


def sjekk(mappe: Path) -> list[Funn]:
    sti = mappe / "flyt.py"
    return [Funn(f.hva, f.hvor, HVORFOR, f.gjor_dette) for f in lint_flyt(sti)] if sti.exists() else []
