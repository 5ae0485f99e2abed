"""The chain: h(n) = SHA-256(h(n−1) ‖ row n), and the walk that finds where it is broken.

A row is written with the length of each text before it, so that no text can move from one column to the next unseen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.tabeller import revisjonslogg

START = "0" * 64  # what the first event follows
MEST = 20  # so many findings are told one by one
_PORSJON = 2_000  # rows in the air: more of them, and the processor's cache is too small
_sha256 = hashlib.sha256

Rad = tuple[int, str, str, str, str, str, str, str]  # nr, hendelse, objekt, av, detaljer, tid, forrige_hash, radhash


def radhash(forrige: str, nr: int, hendelse: str, objekt: str, av: str, detaljer: str, tid: str) -> str:
    """`tid` is the text of the instant in UTC, with six decimals. Raises TypeError for what is not text."""
    rad = f"{nr}:{len(hendelse)}:{hendelse}{len(objekt)}:{objekt}{len(av)}:{av}{len(detaljer)}:{detaljer}{tid}"
    return _sha256((forrige + rad).encode()).hexdigest()


@dataclass(frozen=True)
class Funn:
    """One thing that is not as it was. `nr` is the event, 0 when it is none of them."""

    nr: int
    hva: str


@dataclass
class Kjedesvar:
    """What the walk came to. `antall_funn` counts all, `funn` holds the first."""

    antall: int = 0
    hode: str = START
    siste: int = 0
    antall_funn: int = 0
    funn: list[Funn] = field(default_factory=list)
    forankret: int = 0  # the highest event whose anchor agrees

    def meld(self, nr: int, hva: str) -> None:
        self.antall_funn += 1
        if len(self.funn) < MEST:
            self.funn.append(Funn(nr, hva))


def hode(conn: Connection) -> tuple[int, str]:
    """(number, hash) of the newest event; (0, START) before the first."""
    r = revisjonslogg.c
    rad = conn.execute(sa.select(r.nr, r.radhash).order_by(r.nr.desc()).limit(1)).one_or_none()
    return (0, START) if rad is None else (rad.nr, rad.radhash)


class Uleselig(Exception):
    """The database cannot give the next row: its text is no longer text, or the file is damaged."""


def rader(conn: Connection) -> Iterator[Rad]:
    """Every row in order, the time as the text that was hashed; few at a time in memory. Raises Uleselig.

    By the driver's own cursor: ten million rows are walked in half the time."""
    if not conn.in_transaction():
        conn.begin()
    raa, postgres = conn.connection.driver_connection, conn.dialect.name == "postgresql"
    tid = "to_char(tid, 'YYYY-MM-DD HH24:MI:SS.US')" if postgres else "tid"
    markor = raa.cursor(name="revisjonslogg") if postgres else raa.cursor()
    if postgres:
        markor.itersize = _PORSJON
    try:
        markor.execute(f"SELECT nr, hendelse, objekt, av, detaljer, {tid}, forrige_hash, radhash FROM revisjonslogg ORDER BY nr")
        yield from markor
    except conn.dialect.dbapi.Error as feil:
        raise Uleselig(type(feil).__name__) from None
    finally:
        markor.close()


def gaa(rader: Iterable[Rad], ankere: Mapping[int, Iterable[str]]) -> Kjedesvar:
    """Walks the whole chain and compares it with the anchors (number → hashes). Finds a change, a deletion, an insertion, a
    swap; with an anchor also that the end is cut off, that an old copy was put back, or that all of it was written anew."""
    svar, forrige, ventet = Kjedesvar(), START, 0
    try:
        for nr, hendelse, objekt, av, detaljer, tid, forrige_hash, lagret in rader:
            ventet += 1
            if nr != ventet:
                svar.meld(nr, f"Hendelse {ventet} til {nr - 1} mangler." if nr > ventet else "Nummeret er brukt før.")
                ventet = nr
            if forrige_hash != forrige:
                svar.meld(nr, "Hendelsen følger ikke etter den som står foran.")
            if not _stemmer(lagret, forrige_hash, nr, hendelse, objekt, av, detaljer, tid):
                svar.meld(nr, "Innholdet er endret etter at hendelsen ble skrevet.")
            if nr in ankere:
                _prov_anker(svar, nr, lagret, ankere[nr])
            forrige = lagret
            svar.antall += 1
    except Uleselig as feil:
        svar.meld(ventet + 1, f"Hendelsen kan ikke leses ({feil}).")
    svar.hode, svar.siste = forrige, ventet
    for nr in sorted(n for n in ankere if n > ventet):
        svar.meld(nr, f"Hendelsen er forankret, men loggen slutter med {ventet}: slutten er kuttet, eller en gammel kopi er lagt inn.")
    return svar


def _stemmer(lagret: Any, *innhold: Any) -> bool:
    try:
        return radhash(*innhold) == lagret
    except (TypeError, UnicodeEncodeError):  # a number or bytes where a text was
        return False


def _prov_anker(svar: Kjedesvar, nr: int, lagret: str, fasit: Iterable[str]) -> None:
    if all(h == lagret for h in fasit):
        svar.forankret = nr
    else:
        svar.meld(nr, "Hendelsen er ikke den som ble forankret: loggen er skrevet på nytt.")
