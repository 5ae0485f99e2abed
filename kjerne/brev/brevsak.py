"""What a letter is about: all that the decision stage hands over, and nothing that must be looked up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from kjerne.kontrakt.manifest import Tospraak


class Avgjorende(NamedTuple):
    """A condition that decided. `navn` is the rule, and the block of the letter that explains it."""

    navn: str
    hjemmel: str


class Utregning(NamedTuple):
    """One step of the calculation. A block named `navn`, where the scheme has one, replaces `tekst`."""

    tekst: str
    hjemmel: str
    verdi: str  # already formatted
    navn: str = ""


class Brevlinje(NamedTuple):
    """Money to one payee for one period, both days included. `belop` in whole øre."""

    mottaker_tekst: str
    belop: int
    fom: dt.date
    tom: dt.date


@dataclass(frozen=True)
class Avsender:
    """Who signs, and how to reach them (one line of text each)."""

    navn: str = "Velferdsetaten"
    kontakt: tuple[str, ...] = ("Telefon 00 00 00 00, hverdager kl. 9–15",)
    kontakt_nn: tuple[str, ...] = ("Telefon 00 00 00 00, kvardagar kl. 9–15",)


@dataclass(frozen=True, slots=True)
class Brevsak:
    """One decision, ready to be written. Texts are in the letter's own written form; `verdier` are formatted texts."""

    maalform: Literal["nb", "nn"]
    utfall: Literal["innvilget", "avslag"]
    ordning: Tospraak
    vedtak_id: str
    ident: str
    vedtaksdato: dt.date
    verdier: Mapping[str, str]
    avgjorende: Sequence[tuple[str, str]]  # Avgjorende
    utregning: Sequence[tuple]  # Utregning
    linjer: Sequence[tuple[str, int, dt.date, dt.date]]  # Brevlinje
    klagefrist_uker: int
    datakilder: Sequence[str] = ()
    opphevet: bool = False
    syntetisk: bool = False
    forskrift: str = ""
    utbetales: dt.date | None = None
    klage_hjemmel: str = ""  # where the deadline stands, when not in the general law
    automatisk: bool = True
    avsender: Avsender = field(default_factory=Avsender)

    def __repr__(self) -> str:  # a letter is about a person; its id is all that a log may show
        return f"Brevsak(vedtak_id={self.vedtak_id!r})"
