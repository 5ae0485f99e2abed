"""What a mask is, and the register of them.

A mask is a small pure function `(kontekst, **parametre) -> Maske` that says which rows fail. It is found by its name,
which is the name in `kvalitet.toml`. It takes its thresholds as keyword arguments with defaults: those are the
parameters a scheme may set.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, create_model

Over = Literal["inntekt", "arbeidsforhold", "permittering", "sak", "forhold", "tabell", "linjer", "bunt"]
HELE = ("tabell", "bunt")  # one answer for the whole delivery, or the whole payment batch
I_BUNT = ("linjer", "bunt")  # judged when money is about to leave, not when the case is
Rekkevidde = Literal["vindu", "vindu_alle", "forhold", "person"]

Felt = Annotated[str, "sakskolonne"]  # a parameter that names a column of the case; checked when the plan is read


def _ingenting(posisjoner: np.ndarray) -> list[str]:
    return [""] * len(posisjoner)


@dataclass
class Maske:
    """brudd      True where the row of the table fails
    observert  texts for positions in `brudd` (in `detalj` when given): amounts, months and orgnr, never a person
    detalj     for masks over sak and forhold: (position in brudd, month, employer code), one entry per finding
    sak        the same rule asked of the cases themselves, for rules about the person
    vent_til   for each case, the day from which the check can pass (datetime64[D])
    """

    brudd: np.ndarray
    observert: Callable[[np.ndarray], Sequence[str]] = _ingenting
    detalj: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
    sak: np.ndarray | None = None
    vent_til: np.ndarray | None = None


@dataclass(frozen=True)
class Maskebeskrivelse:
    navn: str
    funksjon: Callable[..., Maske]
    over: Over
    nr: int | None  # in the list of 40; None: beyond it
    rekkevidde: Rekkevidde
    trenger: tuple[str, ...]
    om_inntekt: bool
    utelater: bool
    svar_avklarer: bool
    gir_dato: bool
    kan_overstyres: bool
    parametre: type[BaseModel] = field(repr=False)
    feltparametre: tuple[str, ...] = ()

    @property
    def forklaring(self) -> str:
        return inspect.getdoc(self.funksjon) or ""


MASKER: dict[str, Maskebeskrivelse] = {}


def maske(
    nr: int | None,
    over: Over = "inntekt",
    rekkevidde: Rekkevidde = "vindu",
    trenger: tuple[str, ...] = (),
    om_inntekt: bool | None = None,
    utelater: bool = False,
    svar_avklarer: bool = True,
    gir_dato: bool = False,
    kan_overstyres: bool = False,
) -> Callable[[Callable[..., Maske]], Callable[..., Maske]]:
    """Registers a mask under the name of its function.

    over           the table whose rows it judges; `forhold` is person × employer, `tabell` the delivery as a whole,
                   `linjer` the payment lines and `bunt` the payment batch as a whole
    rekkevidde     which findings touch a case: vindu = months and employer of the case; vindu_alle = its months, any
                   employer; forhold = its employer, any month; person = everything about the person
    trenger        frames without which it cannot run (it is then reported as not run)
    om_inntekt     concerns income only, so it may not stop a case that does not use income
    utelater       failing rows are left out of the basis
    svar_avklarer  rows that are answers to our own questions are taken as the truth
    """

    def pynt(funksjon: Callable[..., Maske]) -> Callable[..., Maske]:
        navn = funksjon.__name__
        if navn in MASKER or not funksjon.__doc__:
            raise TypeError(f"masken {navn} er registrert før eller mangler forklaring")
        typer = typing.get_type_hints(funksjon, include_extras=True)
        felt: dict[str, Any] = {
            p.name: (typer[p.name], p.default) for p in list(inspect.signature(funksjon).parameters.values())[1:]
        }
        MASKER[navn] = Maskebeskrivelse(
            navn,
            funksjon,
            over,
            nr,
            rekkevidde,
            trenger,
            over in ("inntekt", "forhold") if om_inntekt is None else om_inntekt,
            utelater,
            svar_avklarer,
            gir_dato,
            kan_overstyres,
            create_model(navn, __config__=ConfigDict(extra="forbid", strict=False), **felt),
            tuple(n for n, (t, _) in felt.items() if t == Felt or t == list[Felt]),
        )
        return funksjon

    return pynt


def last_masker() -> dict[str, Maskebeskrivelse]:
    """All masks of the engine, registered."""
    from kjerne.kvalitet import masker_arbeid, masker_art, masker_inntekt, masker_sak, masker_utbetaling, masker_vindu  # noqa: F401

    return MASKER
