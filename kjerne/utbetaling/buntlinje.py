"""The lines of a batch: how they are read, written as bytes, counted, added and hashed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from json.encoder import encode_basestring as _tekst
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.tabeller import bunt_linje, linje

_OM_GANGEN = 5_000  # lines in memory


class Buntlinje(NamedTuple):
    """One payment: exactly what the hash covers. `forsok` is 1 unless the payment before came to nothing."""

    linje_id: str
    forsok: int
    person_id: str | None
    orgnr: str | None
    konto: str
    klasse: str
    fom: dt.date
    tom: dt.date
    belop_ore: int

    def kanonisk(self) -> bytes:
        """As `json_tekst` of the list would write it, and a line feed; without its cost per line."""
        linje_id, forsok, person_id, orgnr, konto, klasse, fom, tom, ore = self
        mottaker = _tekst(f"{person_id or ''}/{orgnr or ''}")
        deler = f"{_tekst(linje_id)},{forsok},{mottaker},{_tekst(konto)},{_faa(klasse)},{_faa(fom)},{_faa(tom)},{ore}"
        return f"[{deler}]\n".encode()


@lru_cache(maxsize=4096)
def _faa(verdi: str | dt.date) -> str:
    """The JSON of what has few different values: classes and days."""
    return json_tekst(str(verdi))


_EGNE = {"forsok": bunt_linje.c.forsok, "konto": bunt_linje.c.konto}  # what the payment has of its own


def kolonner(forsok: sa.ColumnElement, konto: sa.ColumnElement) -> list[sa.ColumnElement]:
    """The fields of a Buntlinje, for a question."""
    egne = {"forsok": forsok, "konto": konto}
    return [egne.get(navn, linje.c.get(navn)).label(navn) for navn in Buntlinje._fields]


LINJEKOLONNER = kolonner(**_EGNE)


class Summering:
    """Counts, adds and hashes lines as they pass: the arithmetic that is independent of SQL."""

    def __init__(self) -> None:
        self.antall = self.sum_ore = 0
        self._h = hashlib.sha256()

    def ta_med(self, en: Buntlinje) -> None:
        self.antall += 1
        self.sum_ore += en.belop_ore
        self._h.update(en.kanonisk())

    def ta_med_alle(self, linjer: Sequence[tuple[Buntlinje, bytes]]) -> None:
        """Each line with its canonical bytes, so that who needs two sums writes them once."""
        self.antall += len(linjer)
        self.sum_ore += sum(en.belop_ore for en, _ in linjer)
        self._h.update(b"".join([kanonisk for _, kanonisk in linjer]))

    @property
    def fasit(self) -> tuple[int, int, str]:
        return self.antall, self.sum_ore, self._h.hexdigest()


def i_deler(conn: Connection, sporring: sa.Select) -> Iterator[list[Buntlinje]]:
    """The rows of a question for LINJEKOLONNER, some thousand at a time."""
    for del_ in conn.execute(sporring.execution_options(yield_per=_OM_GANGEN)).partitions():
        yield [Buntlinje._make(rad) for rad in del_]


def linjedeler(conn: Connection, bunt_id: str, klasse: str | None = None) -> Iterator[list[Buntlinje]]:
    """The lines of a batch (of one class) in key order, some thousand at a time."""
    sporring = sa.select(*LINJEKOLONNER).join_from(linje, bunt_linje, bunt_linje.c.linje_id == linje.c.linje_id)
    sporring = sporring.where(bunt_linje.c.bunt_id == bunt_id).order_by(bunt_linje.c.linje_id)
    return i_deler(conn, sporring if klasse is None else sporring.where(linje.c.klasse == klasse))


def buntlinjer(conn: Connection, bunt_id: str) -> Iterator[Buntlinje]:
    """The lines of a batch in key order, streamed."""
    return chain.from_iterable(linjedeler(conn, bunt_id))
