"""What a control is in Python, and the register of them.

A control is a small pure function `(kontekst, **grenser) -> Treff` that says which lines (or whether the batch) it points at. It is
found by its number, which is its `id` in the catalogue; its keyword arguments are the thresholds that stand there.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

import numpy as np

Over = Literal["linje", "bunt"]
_MODULER = ("konto", "dobbelt", "inntekt", "arbeidsgiver", "helhet")
VIST = 5  # ids that are named in the evidence; the rest are counted


@dataclass
class Treff:
    """brudd   True for the lines that the control points at; for a batch, one value
    grunn   why, in Norwegian, for positions in `brudd`: numbers and amounts, never a person
    bevis   what it stands on, for the same positions: ids and whole numbers. Another evidence is another finding
    gruppe  for each line, a code of its cause: lines with one cause are decided together
    stopp   the lines that are stopped although the control's action is a milder one
    ukjent  the lines that could not be judged, because something is missing: let through by this control, and counted apart from
            those that it has checked
    """

    brudd: np.ndarray
    grunn: Callable[[np.ndarray], Sequence[str]]
    bevis: Callable[[np.ndarray], Sequence[dict[str, Any]]]
    gruppe: np.ndarray | None = None
    stopp: np.ndarray | None = None
    ukjent: np.ndarray | None = None


@dataclass(frozen=True)
class Kontrollregel:
    id: str
    over: Over
    trenger: tuple[str, ...]  # what the context must have; without it the control is not run, and says so
    funksjon: Callable[..., Treff]

    @property
    def grenser(self) -> tuple[str, ...]:
        """The names of its thresholds."""
        return tuple(inspect.signature(self.funksjon).parameters)[1:]


_REGLER: dict[str, Kontrollregel] = {}


def kontroll(id_: str, over: Over = "linje", trenger: tuple[str, ...] = ()) -> Callable[[Callable[..., Treff]], Callable[..., Treff]]:
    """Registers a control under its number."""

    def pynt(funksjon: Callable[..., Treff]) -> Callable[..., Treff]:
        if id_ in _REGLER or not funksjon.__doc__:
            raise TypeError(f"kontrollen {id_} er registrert før eller mangler forklaring")
        _REGLER[id_] = Kontrollregel(id_, over, trenger, funksjon)
        return funksjon

    return pynt


def regler() -> dict[str, Kontrollregel]:
    """All controls of the engine, by number."""
    for navn in _MODULER:
        import_module(f"kjerne.kontroll.{navn}")
    return dict(sorted(_REGLER.items()))


def ingen(antall: int) -> Treff:
    """Nothing found."""
    return Treff(np.zeros(antall, bool), lambda pos: [], lambda pos: [])
