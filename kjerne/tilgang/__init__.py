"""Who works here, and what each role may do. Read at the moment of the act, never remembered from a login."""

from __future__ import annotations

from kjerne.tilgang.medarbeider import Medarbeider, alle_medarbeidere, finn_medarbeider, krev, person_bak, registrer
from kjerne.tilgang.roller import HANDLINGER, ROLLENAVN, ROLLER, har_lov

__all__ = [
    "HANDLINGER", "ROLLENAVN", "ROLLER", "Medarbeider", "alle_medarbeidere", "finn_medarbeider", "har_lov", "krev", "person_bak",
    "registrer",
]  # fmt: skip
