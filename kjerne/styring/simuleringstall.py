"""The figures of a simulation: what a version of a scheme costs, whom it reaches, and who gains and loses by a change.

Plain numbers. Money in whole øre. In the open version a number that is not shown is None; 0 is always a real 0. A case that
is unclear is neither a gain nor a loss: unknown is not no.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from kjerne.styring.rapporttall import Gruppe, Tall

MERKE = "simulering: ingen vedtak, ingen utbetaling"
LIK, MER, MINDRE, NY, MISTER, UKLAR, KLAR, FORTSATT = "lik", "mer", "mindre", "ny", "mister", "uklar", "klar", "fortsatt"
ENDRINGER = {
    LIK: "Samme svar og samme beløp",
    MER: "Får mer",
    MINDRE: "Får mindre",
    NY: "Får ja i stedet for avslag",
    MISTER: "Får avslag i stedet for ja",
    UKLAR: "Blir uklar",
    KLAR: "Blir avklart",
    FORTSATT: "Uklar i begge",
}


@dataclass(frozen=True, slots=True)
class Klasser:
    """Bin i holds amounts from grenser_ore[i] and below grenser_ore[i + 1]."""

    grenser_ore: tuple[int, ...]
    antall: tuple[Tall, ...]


@dataclass(frozen=True, slots=True)
class Hvem:
    """Those who gave one answer to one question of the application."""

    felt: str
    svar: str
    soknader: Tall
    innvilget: Tall
    belop_ore: Tall


@dataclass(frozen=True, slots=True)
class Utgavetall:
    """What one version of the rules gives. `avslag_etter` and `mangler` overlap: a case may have two reasons."""

    navn: str
    innvilget: Tall
    avslag: Tall
    uklar: Tall
    kostnad_ore: Tall
    over_taket: Tall  # granted cases above maks_per_sak: a run stops at them
    roller: tuple[Gruppe, ...]
    avslag_etter: tuple[Gruppe, ...]
    mangler: tuple[Gruppe, ...]
    desiler_ore: tuple[int, ...]  # the amounts that 10, 20 … 90 per cent of the granted do not exceed; empty = too few
    belop: Klasser | None
    hvem: tuple[Hvem, ...] = ()


@dataclass(frozen=True, slots=True)
class Endringstall:
    """The new version against the other. `grupper` holds every case once; the amount is new minus old."""

    grupper: tuple[Gruppe, ...]
    grunner: tuple[tuple[str, tuple[Gruppe, ...]], ...]  # group → why, each with count and amount; reasons overlap
    fordeling: Klasser | None  # of what the decided cases gain (+) or lose (−)


@dataclass(frozen=True, slots=True)
class Simuleringstall:
    ordning: str
    navn: str
    opphevet: bool
    laget: dt.datetime
    grunnlag: str  # where the people come from, one sentence
    syntetisk: bool
    antall: int
    ikke_lest: int  # lines of the file that could not be used
    satt: tuple[tuple[str, str, str, str], ...]  # parameter, its period, value before, value set
    ny: Utgavetall
    gammel: Utgavetall | None = None
    endring: Endringstall | None = None


def simulering_json(t: Simuleringstall) -> dict[str, Any]:
    """The figures as one object. Says first what it is not."""
    return {"merke": MERKE} | asdict(t)
