"""Finds the flow of a scheme: `flyt` in its flyt.py. Loaded by path, so that the engine imports neither schemes nor flows."""

from __future__ import annotations

import importlib.util
import traceback
from pathlib import Path
from typing import Any

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.regelmotor.flytlint import lint_flyt


def les_flyt(mappe: Path) -> Any:
    """The object `flyt` of `<mappe>/flyt.py`: it has the steps in `.steg` and makes a Prefect flow with `.prefect()`."""
    sti = mappe / "flyt.py"
    if not sti.exists():
        raise Ordningsfeil("Filen flyt.py mangler.", str(sti), "Lag den: from flows import standardflyt; flyt = standardflyt(\"id\").")
    if funn := lint_flyt(sti):
        raise Samlefeil(funn)
    spec = importlib.util.spec_from_file_location(f"ordninger.{mappe.name}.flyt", sti)
    modul = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(modul)
    except Ordningsfeil:
        raise
    except Exception as feil:
        linje = feil.lineno if isinstance(feil, SyntaxError) else _linje_i(feil, sti)
        hva = "er ikke gyldig Python" if isinstance(feil, SyntaxError) else f"kan ikke kjøres ({type(feil).__name__})"
        raise Ordningsfeil(f"flyt.py {hva}.", f"{sti}, linje {linje}", "Rett linjen.", "Ordningen er ute av drift.") from feil
    if not hasattr(modul, "flyt"):
        raise Ordningsfeil("flyt.py har ikke noe som heter flyt.", str(sti), f"Skriv flyt = standardflyt(\"{mappe.name}\").")
    return modul.flyt


def _linje_i(feil: BaseException, sti: Path) -> int:
    return next((r.lineno for r in reversed(traceback.extract_tb(feil.__traceback__)) if r.filename == str(sti)), 1)
