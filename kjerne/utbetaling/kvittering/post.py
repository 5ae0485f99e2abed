"""The records of an answer, and what every reading of answers promises: everything is counted, nothing stops in the middle."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from kjerne.kontrakt.feil import Ordningsfeil

MELDING, GRUPPE, LINJE = "melding", "gruppe", "linje"
MAKS_TEKST = 280
_EKSEMPLER = 100  # deviations that are kept; all are counted


class Kvittering(NamedTuple):
    """What one answer says about one thing. At the levels melding and gruppe it says it about all lines below."""

    melding_id: str  # of the answer
    bunt_ref: str  # of the file that is answered
    ende_til_ende_id: str  # the line; empty above it
    status: str
    grunn: str  # codes with a space between, sorted
    nivaa: str
    tekst: str  # what the receiver wrote; may hold personal data, so never in a log
    gruppe: str = ""


class Avvik(NamedTuple):
    """Something in an answer that is not used. `nr` counts the payments (or messages) of the file from 1; 0: the file."""

    kode: str
    nr: int

    @property
    def forklaring(self) -> str:
        return AVVIK[self.kode]


AVVIK = {
    "uten_id": "En kvittering sier ikke hvilken betaling den gjelder. Spør banken.",
    "ugyldig_id": "En kvittering viser til en id vi aldri kan ha laget. Spør banken.",
    "ukjent_id": "En kvittering gjelder en betaling som ikke er i denne bunten. Spør banken, og send ingenting på nytt.",
    "uten_status": "En kvittering mangler status. Vent på en ny, eller spør banken.",
    "ukjent_status": "En kvittering har en status vi ikke kjenner på dette nivået. Spør banken hva den betyr.",
    "ugyldig_grunn": "En kvittering har en årsakskode som ikke er en kode. Spør banken.",
    "dobbelt_felt": "En kvittering har samme felt to ganger, så vi vet ikke hva som gjelder. Spør banken.",
    "annet_belop": "En kvittering har et annet beløp enn vi sendte. Stans, og spør banken hva som er betalt.",
    "ugyldig_belop": "En kvittering har et beløp som ikke er kroner og øre. Spør banken.",
    "delvis_uten_detaljer": "Banken sier at bunten er delvis godtatt, men ikke hvilke betalinger. Be om detaljene.",
    "ugyldig_melding": "En melding kan ikke leses eller er ikke en kvittering. Be avsenderen om å sende den på nytt.",
}


class Sendt(Protocol):
    """What we know that we sent. Asked in portions, so that the answer may come from a database."""

    def bunt(self, bunt_ref: str) -> tuple[int, int] | None:
        """Number and sum in øre of the file with this id; None when we never sent it."""

    def linjer(self, bunt_ref: str, ider: Sequence[str]) -> Mapping[str, int]:
        """The amount in øre of those of the ids that are in the file."""


class Lesning(ABC):
    """A reading: iterate it to the end, and *then* use what came; a fault at the end makes the whole file unusable.

    Afterwards `lest` counts the records that were given by level, and `avvik` what was not used, by code.
    """

    def __init__(self) -> None:
        self.lest: Counter[str] = Counter()
        self.avvik: Counter[str] = Counter()
        self.eksempler: list[Avvik] = []

    def __iter__(self) -> Iterator[Kvittering]:
        for kvittering in self._poster():
            self.lest[kvittering.nivaa] += 1
            yield kvittering

    @abstractmethod
    def _poster(self) -> Iterator[Kvittering]:
        """The records, one at a time; what cannot be used goes to `_noter`."""

    def _noter(self, kode: str, nr: int = 0) -> None:
        self.avvik[kode] += 1
        if len(self.eksempler) < _EKSEMPLER:
            self.eksempler.append(Avvik(kode, nr))


def kvitteringsfeil(hva: str, hvor: str = "", gjor: str = "Be avsenderen om en ny fil. Send ingen betaling på nytt.") -> Ordningsfeil:
    return Ordningsfeil(
        hva, f"kvitteringsfilen{', ' + hvor if hvor else ''}", gjor, "Ingenting fra kvitteringsfilen er tatt i bruk."
    )


def ren_tekst(*deler: str) -> str:
    """What the receiver wrote, on one line, without control characters, cut."""
    synlig = "".join(t if t.isprintable() else " " for t in " ".join(deler))
    return " ".join(synlig.split())[:MAKS_TEKST]
