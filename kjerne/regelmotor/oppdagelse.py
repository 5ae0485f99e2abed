"""Finds the schemes. A scheme is found because its folder exists; a broken one is out of service and stops nobody else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.fritekst import paa_en_linje
from kjerne.regelmotor.regelverk import Regelverk, les_regelverk

KJENNETEGN = ("ordning.toml", "regler.py", "parametre.csv")
ROT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class UteAvDrift:
    """A scheme folder that cannot be read, with the reason in Norwegian."""

    id: str
    mappe: Path
    grunn: Ordningsfeil


def ordningsmappe() -> Path:
    """Where the scheme folders lie: ORDNINGER_STI, or `ordninger/` beside the engine."""
    return Path(os.environ.get("ORDNINGER_STI") or ROT / "ordninger")


def mapper(rot: Path | None = None) -> list[Path]:
    """Every folder with one of the files that make a scheme, by name. Names that begin with _ or . are not schemes."""
    rot = rot or ordningsmappe()
    if not rot.is_dir():
        return []
    return sorted(m for m in rot.iterdir() if m.is_dir() and m.name[0] not in "_." and any((m / f).exists() for f in KJENNETEGN))


def oppdag(rot: Path | None = None) -> tuple[dict[str, Regelverk], list[UteAvDrift]]:
    """Every scheme that can be read, and every one that cannot."""
    verk, ute = {}, []
    for mappe in mapper(rot):
        try:
            verk[mappe.name] = les_regelverk(mappe)
        except Ordningsfeil as grunn:
            ute.append(UteAvDrift(mappe.name, mappe, grunn))
        except Exception as feil:  # whatever it is: one folder stops nobody else
            grunn = Ordningsfeil(f"Ordningen kan ikke leses ({type(feil).__name__}).", str(mappe), f"Kjør: ordning sjekk {mappe.name}")
            ute.append(UteAvDrift(mappe.name, mappe, grunn))
    return verk, ute


def finn(id: str, rot: Path | None = None) -> Regelverk:
    """One scheme by id. Raises Ordningsfeil: unknown id (with the known ones), or what is wrong with the folder."""
    kjente = {m.name: m for m in mapper(rot)}
    if id not in kjente:
        liste = ", ".join(kjente) or "ingen"
        hva = f"Ordningen «{paa_en_linje(id, 40)}» finnes ikke."
        raise Ordningsfeil(hva, str(rot or ordningsmappe()), f"Kjente ordninger: {liste}.", kode=2)
    return les_regelverk(kjente[id])
