"""What a payment file is: head, groups, lines, sums. Written by `pain001`, read back by `pain001_les`.

The sums, the hash and the words for what is wrong serve every format (`kjerne/utbetaling/format`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from kjerne.drift import tall
from kjerne.kontrakt.feil import Ordningsfeil


@dataclass(frozen=True)
class Versjon:
    """What differs between the versions of the message."""

    navnerom: str
    bic: str
    dato: tuple[str, ...]  # the way down to the date


VERSJONER = {
    "pain.001.001.03": Versjon("urn:iso:std:iso:20022:tech:xsd:pain.001.001.03", "BIC", ("ReqdExctnDt",)),
    "pain.001.001.09": Versjon("urn:iso:std:iso:20022:tech:xsd:pain.001.001.09", "BICFI", ("ReqdExctnDt", "Dt")),
}


@dataclass(frozen=True, slots=True)
class Gruppe:
    """Lines that leave the account as one sum: one PmtInf."""

    gruppe: str
    antall: int
    sum_ore: int


@dataclass(frozen=True, slots=True)
class Betalingshode:
    """Everything in the file that is not a line. `opprettet` is given, so that the same batch gives the same bytes."""

    melding_id: str  # ≤ 35, computed from the approved batch: the bank refuses it the second time
    opprettet: dt.datetime  # with time zone
    avsender_navn: str
    avsender_orgnr: str
    bank_avtale: str  # the customer's id at the bank
    debitor_konto: str  # BBAN, eleven digits
    debitor_bic: str
    betalingsdato: dt.date
    antall: int
    sum_ore: int
    grupper: tuple[Gruppe, ...]
    formaal: str = "GOVT"  # CtgyPurp: SALA, SSBE, GOVT …
    versjon: str = "pain.001.001.09"


class Betalingslinje(NamedTuple):  # made a million times: a tuple costs a third of a frozen dataclass
    """One transfer. Exactly one of `tekst` and `kid`."""

    ende_til_ende_id: str  # ≤ 35, never used before
    konto: str  # BBAN, eleven digits
    belop_ore: int
    navn: str
    gruppe: str
    tekst: str = ""  # ≤ 140
    kid: str = ""  # 2–25 digits; the check digit may be «-»


@dataclass(frozen=True, slots=True)
class Filsum:
    """What a file is: number of lines, sum in øre, and the bytes."""

    antall: int
    sum_ore: int
    sha256: str


class Hashende:
    """A file to write in that remembers the hash of what was written."""

    def __init__(self, fil: BinaryIO):
        self._fil, self._hash = fil, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._hash.update(data)
        return self._fil.write(data)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


class HashendeLeser:
    """A file to read from that remembers the hash of what was read."""

    def __init__(self, fil: BinaryIO):
        self._fil, self._hash = fil, hashlib.sha256()

    def read(self, antall: int = -1) -> bytes:
        data = self._fil.read(antall)
        self._hash.update(data)
        return data

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def ore_til_tekst(ore: int) -> str:
    """1234567 → «12345.67»."""
    return f"{ore // 100}.{ore % 100:02d}"


def stem(hva: str, ventet: tuple[int, int], fant: tuple[int, int]) -> None:
    if ventet != fant:
        raise betalingsfeil(
            f"Summene stemmer ikke for {hva}: ventet {_vis(ventet)}, fant {_vis(fant)}.",
            gjor="Ikke send noe. Kontroller bunten mot vedtakene, og lag en ny bunt om den er feil.",
        )


def _vis(antall_og_sum: tuple[int, int]) -> str:
    return f"{tall.antall(antall_og_sum[0])} linjer og {tall.kroner(antall_og_sum[1])}"


def betalingsfeil(hva: str, hvor: str = "", gjor: str = "Rett feilen og lag filen på nytt.") -> Ordningsfeil:
    return Ordningsfeil(
        hva, f"betalingsfilen{', ' + hvor if hvor else ''}", gjor, "Filen er forkastet, og ingen penger er sendt."
    )
