"""eksempler/hull.csv: changes that no example can notice, each with the reason. REGLER.md shows them to the jurist.

Columns: regel;endring;grunn, with the words of `ordning eksempler`. Without the file every hole is a finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.verdier import nfc
from kjerne.regelmotor.saksfil import les_tabell

FILNAVN = "eksempler/hull.csv"
KOLONNER = ["regel", "endring", "grunn"]


@dataclass(frozen=True)
class Godtatt:
    """A hole that somebody has answered for."""

    navn: str
    endring: str
    grunn: str
    linje: int


def les_godtatte(mappe: Path) -> list[Godtatt]:
    """Raises Ordningsfeil for another heading, and for a row without a reason."""
    sti = mappe / FILNAVN
    if not sti.exists():
        return []
    tabell = les_tabell(sti)
    if list(tabell.columns) != KOLONNER:
        raise Ordningsfeil("Overskriften er feil.", f"{sti}, linje 1", f"Skriv: {';'.join(KOLONNER)}")
    ut = [Godtatt(*(nfc(c.strip()) for c in celler), int(linje)) for linje, celler in zip(tabell.index, tabell.to_numpy(), strict=True)]
    if uten := next((g for g in ut if not g.grunn), None):
        raise Ordningsfeil("Grunnen mangler.", f"{sti}, linje {uten.linje}, kolonne grunn", "Skriv hvorfor ingen sak kan merke endringen.")
    return ut
