"""regler.py uses only the vocabulary, and each rule has its source of law, text and unit. Read as text; nothing is run."""

from __future__ import annotations

from pathlib import Path

from kjerne.regelmotor.ordlint import lint_regler
from kjerne.sjekk.funn import Funn

HVORFOR = "En regel utenfor ordforrådet kan gjøre ukjent til avslag eller til høyeste beløp. Reglene er ikke kjørt."


def sjekk(mappe: Path) -> list[Funn]:
    return [Funn(f.hva, f.hvor, HVORFOR, f.gjor_dette) for f in lint_regler(mappe / "regler.py")]
