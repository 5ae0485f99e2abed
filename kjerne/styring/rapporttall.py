"""The figures of the daily report: plain numbers, no text that is for the eye only.

Money in whole øre. In the open version a number that is not shown is None (see `undertrykk`); 0 is always a real 0.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

Tall = int | None


@dataclass(frozen=True, slots=True)
class Gruppe:
    """One row of a table. `navn` is a key (a state, a rule, a role), `tekst` what it is called."""

    navn: str
    tekst: str
    antall: Tall
    belop_ore: Tall = None


@dataclass(frozen=True, slots=True)
class Ventegrunn:
    """Cases that wait: in which state (sak.tilstand), and why."""

    tilstand: str
    grunn: str
    antall: Tall


@dataclass(frozen=True, slots=True)
class Kontrollfunn:
    """One quality check: how many cases it marked, and how many of those waited, were asked about or were stopped."""

    kontroll: str
    hvorfor: str
    saker: Tall
    holdt: Tall


@dataclass(frozen=True, slots=True)
class Sporsmalstall:
    til: str  # arbeidsgiver or person
    besvart: Tall
    venter: Tall  # unanswered, deadline not passed
    utlopt: Tall  # unanswered, deadline passed


@dataclass(frozen=True, slots=True)
class Fordeling:
    """Granted amounts per case. Bin i holds amounts from grenser_ore[i] and below grenser_ore[i + 1]."""

    grenser_ore: tuple[int, ...]
    antall: tuple[Tall, ...]
    median_ore: Tall
    p90_ore: Tall


@dataclass(frozen=True, slots=True)
class Buntstatus:
    bunt_id: str
    tilstand: str  # forberedt, kontrollert, attestert, disponert, sendt, kvittert, avstemt; avvist, trukket, stanset
    antall: Tall
    sum_ore: Tall
    betalingsdato: dt.date
    innhold_sha256: str


@dataclass(frozen=True, slots=True)
class Hinder:
    """Something that a human must decide about. `art` as in `Gjoremaal`."""

    art: str
    merke: str
    tekst: str


@dataclass(frozen=True, slots=True)
class Penger:
    """Where the money is. `grupper`: payments, lines and claims. `ikke_fram_ore`: sent, and refused or returned. `avstemt`: a sentence."""

    grupper: tuple[Gruppe, ...] = ()
    ikke_fram_ore: int = 0
    hindre: tuple[Hinder, ...] = ()
    avstemt: str = ""


@dataclass(frozen=True, slots=True)
class Grense:
    """A limit from the manifest and the highest value so far."""

    navn: str  # maks_per_sak, maks_per_bunt
    tak_ore: int
    hoyeste_ore: Tall
    status: str  # innenfor, naer (90 % or more), over


@dataclass(frozen=True, slots=True)
class Stegtid:
    steg: str
    biter: int
    sekunder: float


@dataclass(frozen=True, slots=True)
class Ventetid:
    """Whole days from received to decided."""

    median_dager: Tall
    p90_dager: Tall


@dataclass(frozen=True, slots=True)
class Endring:
    """What has happened since `siden`."""

    siden: dt.datetime
    mottatt: Tall
    avgjort: Tall
    innvilget: Tall
    sendt: Tall
    sendt_ore: Tall


@dataclass(frozen=True, slots=True)
class Rapporttall:
    """Everything in the report, for one scheme at one moment. Counts are cases unless the field says otherwise."""

    ordning: str
    navn: str
    laget: dt.datetime  # UTC
    idag: dt.date
    kjoring_id: str | None
    kjoring_tilstand: str | None
    opphevet: bool
    syntetisk: bool
    mottatt: Tall
    avgjort: Tall
    innvilget: Tall
    i_bunt: Tall
    sendt: Tall
    venter: Tall
    innvilget_ore: Tall
    i_bunt_ore: Tall
    sendt_ore: Tall
    avvik: int  # received minus decided minus waiting; anything but 0 is a fault in the figures
    endring: Endring | None = None
    behandlingstid: Ventetid | None = None
    tilstander: tuple[Gruppe, ...] = ()
    avslag: tuple[Gruppe, ...] = ()
    ventegrunner: tuple[Ventegrunn, ...] = ()
    mangler: tuple[Gruppe, ...] = ()
    kvalitet: tuple[Kontrollfunn, ...] = ()
    sporsmal: tuple[Sporsmalstall, ...] = ()
    belop: Fordeling | None = None
    roller: tuple[Gruppe, ...] = ()  # antall: payment lines
    bunter: tuple[Buntstatus, ...] = ()
    grenser: tuple[Grense, ...] = ()
    steg: tuple[Stegtid, ...] = ()
    alder: tuple[Gruppe, ...] = ()
    eldste_dager: Tall = None
    penger: Penger = Penger()


def rapport_json(tall: Rapporttall) -> dict[str, Any]:
    """The same figures as plain JSON values; days and instants as ISO text. To publish: `aapen` first."""
    return _flat(asdict(tall))


def _flat(verdi: Any) -> Any:
    if isinstance(verdi, dict):
        return {k: _flat(v) for k, v in verdi.items()}
    if isinstance(verdi, list | tuple):
        return [_flat(v) for v in verdi]
    return verdi.isoformat() if isinstance(verdi, dt.date) else verdi
