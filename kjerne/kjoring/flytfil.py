"""Finds the flow of a scheme: `flyt` in its flyt.py. Loaded by path, so that the engine imports neither schemes nor flows."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from kjerne.kontrakt.feil import Ordningsfeil


def les_flyt(mappe: Path) -> Any:
    """The object `flyt` of `<mappe>/flyt.py`: it has the steps in `.steg` and makes a Prefect flow with `.prefect()`."""
    sti = mappe / "flyt.py"
    if not sti.exists():
        raise Ordningsfeil("Filen flyt.py mangler.", str(sti), "Lag den: from flows import standardflyt; flyt = standardflyt(\"id\").")
    spec = importlib.util.spec_from_file_location(f"ordninger.{mappe.name}.flyt", sti)
    modul = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(modul)
    except Ordningsfeil:
        raise
    except Exception as feil:
        raise Ordningsfeil(f"flyt.py kan ikke leses: {feil}.", str(sti), "Rett filen.", "Ordningen er ute av drift.") from feil
    if not hasattr(modul, "flyt"):
        raise Ordningsfeil("flyt.py har ikke noe som heter flyt.", str(sti), f"Skriv flyt = standardflyt(\"{mappe.name}\").")
    return modul.flyt
