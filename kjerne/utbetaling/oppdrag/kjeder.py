"""A chain is what one payee gets of one class in one case, and is one oppdrag: a refusal of one never refuses another.

What was told of it is read from what was sent, and only what is accepted (00, 04) counts. Amounts are one-off sums (ENG): the sum of
the timeline is the money, to the øre. A period that crosses the end of a year is refused by the writer.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.tabeller import bunt_hendelse, oppdragslinje, oppdragssvar
from kjerne.utbetaling.format.oppdrag import Oppdragslinje
from kjerne.utbetaling.format.oppdragskjede import gjeldende
from kjerne.utbetaling.kvittering.orden import Kvitteringsstand, slaa_sammen
from kjerne.utbetaling.kvittering.post import Kvittering
from kjerne.utbetaling.tilstand import OVER

SATSTYPE = FREKVENS = "ENG"
GODTATT, AVVIST, APEN = "godtatt", "avvist", "åpen"
MANGE = 900  # values in one question
T = TypeVar("T")
_O, _S = oppdragslinje.c, oppdragssvar.c


class Kjedenokkel(NamedTuple):
    """Who gets what in which case."""

    sak_id: str
    rolle: str
    klasse: str
    person_id: str | None
    orgnr: str | None

    @property
    def fagsystem_id(self) -> str:
        return kort("\n".join(v or "" for v in self), 25)


@dataclass
class Kjedestand:
    """`sendt`: the accepted lines in the order they were sent. `filer`: the files that still hold a message of the chain."""

    sendt: list[Oppdragslinje] = field(default_factory=list)
    brukt: int = 0  # lines that were ever made
    apen: bool = False  # something is not answered
    filer: set[str] = field(default_factory=set)

    @property
    def sum_ore(self) -> int:
        return sum_av(self.sendt)


def kort(tekst: str, lengde: int) -> str:
    """An id that the receiver's fixed width has room for, of capital letters and digits; the same for the same text."""
    return base64.b32encode(hashlib.sha256(tekst.encode()).digest())[:lengde].decode()


def sum_av(linjer: Sequence[Oppdragslinje]) -> int:
    """What the receiver has paid, or will, after these lines."""
    return sum(p.sats_ore for p in gjeldende(linjer))


def i_deler(alle: Iterable[T], antall: int = MANGE) -> Iterator[list[T]]:
    rest = iter(alle)
    while del_ := list(islice(rest, antall)):
        yield del_


def utfall(stand: Kvitteringsstand | None) -> str:
    """What the answers to a message come to. Both accepted and refused is open: a human decides."""
    if stand is None or stand.motstrid:
        return APEN
    if stand.status in ("00", "04"):
        return GODTATT
    return AVVIST if stand.avvist else APEN


def svarstand(conn: Connection, hvilke: sa.ColumnElement[bool]) -> dict[tuple[str, str], Kvitteringsstand]:
    """(fil_id, fagsystem_id) → what the answers say, laid together."""
    ut: dict[tuple[str, str], Kvitteringsstand] = {}
    for fil_id, sak, grad, kode in conn.execute(sa.select(_S.fil_id, _S.fagsystem_id, _S.alvorlighetsgrad, _S.kode).where(hvilke)):
        ut[fil_id, sak] = slaa_sammen(ut.get((fil_id, sak)), Kvittering("", fil_id, "", grad, kode, "linje", ""))
    return ut


def les_kjeder(conn: Connection, ider: Sequence[str], foer_fil: str = "") -> dict[str, Kjedestand]:
    """How each chain stands. `foer_fil`: how it stood before this file was made."""
    ut = {id_: Kjedestand() for id_ in ider}
    for del_ in i_deler(dict.fromkeys(ider)):
        rader = conn.execute(sa.select(oppdragslinje).where(_O.fagsystem_id.in_(del_)).order_by(_O.fagsystem_id, _O.nr)).all()
        svar = svarstand(conn, _S.fagsystem_id.in_(del_)) if rader else {}
        borte = _over(conn, {r.fil_id for r in rader})
        stengt: set[str] = set()
        for rad in rader:
            if rad.fil_id == foer_fil:
                stengt.add(rad.fagsystem_id)
            if rad.fagsystem_id not in stengt:
                _legg_til(ut[rad.fagsystem_id], rad, rad.fil_id in borte, svar.get((rad.fil_id, rad.fagsystem_id)))
    return ut


def _legg_til(kjede: Kjedestand, rad: sa.Row, borte: bool, svar: Kvitteringsstand | None) -> None:
    kjede.brukt += 1
    if borte:
        return
    kjede.filer.add(rad.fil_id)
    if (hva := utfall(svar)) == GODTATT:
        kjede.sendt.append(som_linje(rad, rad.person_id or rad.orgnr))
    kjede.apen |= hva == APEN


def som_linje(rad: sa.Row, mottaker_id: str) -> Oppdragslinje:
    return Oppdragslinje(
        delytelse_id=rad.delytelse_id, klassekode=rad.klasse, fom=rad.fom, tom=rad.tom, sats_ore=rad.sats_ore, sats_type=SATSTYPE,
        mottaker_id=mottaker_id, vedtak_id=kort(rad.vedtak_id, 10), ref_delytelse_id=rad.ref_delytelse_id, opphor_fra=rad.opphor_fra,
    )  # fmt: skip


def _over(conn: Connection, filer: set[str]) -> set[str]:
    """Those of the files whose batch came to nothing."""
    h, ut = bunt_hendelse.c, set()
    for del_ in i_deler(sorted(filer)):
        ut |= set(conn.scalars(sa.select(h.bunt_id).where(h.bunt_id.in_(del_), h.tilstand.in_(OVER))))
    return ut
