"""Finds the flow of a scheme: `flyt` in its flyt.py. Loaded by path, so that the engine imports neither schemes nor flows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kjerne.drift.tidsgrense import avbryt_etter
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.flytlint import IKKE_GJORT, les_flyttre

SEKUNDER = 120.0  # it takes a moment; the rest is for a slow disk


def les_flyt(mappe: Path) -> Any:
    """The object `flyt` of `<mappe>/flyt.py`: it has the steps in `.steg` and makes a Prefect flow with `.prefect()`.

    What is run is the very tree that was read and found good: never the file once more, nor a compiled copy beside it.
    """
    sti = mappe / "flyt.py"
    if not sti.exists():
        gjor = f'Lag den: from flows import standardflyt; flyt = standardflyt("{mappe.name}").'
        raise Ordningsfeil("Filen flyt.py mangler.", str(sti), gjor, IKKE_GJORT)
    rom: dict[str, Any] = {"__name__": f"ordninger.{mappe.name}.flyt", "__builtins__": {"__import__": __import__}}
    with avbryt_etter(SEKUNDER, "flyt.py var ikke lastet", str(sti), "Kjør igjen. Skjer det på nytt, meld feilen."):
        kode = compile(les_flyttre(sti), str(sti), "exec")
        try:
            exec(kode, rom)
        except Ordningsfeil:
            raise
        except Exception as feil:
            raise Ordningsfeil(f"flyt.py kan ikke kjøres ({type(feil).__name__}).", str(sti), "Meld feilen.", IKKE_GJORT) from feil
    return rom["flyt"]
