"""Grensesnittavstemming of a scheme: every message with a key in the period, with the answer that holds, from what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.tabeller import (
    bunt_hendelse,
    oppdragsfil,
    oppdragsfil_hendelse,
    oppdragslinje,
    oppdragssvar,
    person,
    soknad,
    vedtak,
)
from kjerne.utbetaling.format.avstemming import Avstemmingspost
from kjerne.utbetaling.format.oppdrag import fra_nokkel
from kjerne.utbetaling.kvittering.orden import OPPDRAG

_F, _H, _O, _S = oppdragsfil.c, oppdragsfil_hendelse.c, oppdragslinje.c, oppdragssvar.c
_B = bunt_hendelse.c


@dataclass(frozen=True)
class Sendtfil:
    """A file that was sent; `avstemt` before now."""

    fil_id: str
    bunt_id: str | None
    nokkel: str
    avstemt: bool


def sendte_filer(conn: Connection, ordning: str) -> list[Sendtfil]:
    """The files of the scheme that were sent, in the order of their keys."""
    hendt = {n: set(conn.scalars(sa.select(_H.fil_id).where(_H.hendelse == n))) for n in ("sendt", "avstemt")}
    hendt["sendt"] |= set(conn.scalars(sa.select(_B.bunt_id).where(_B.handling == "send")))
    hendt["avstemt"] |= set(conn.scalars(sa.select(_B.bunt_id).where(_B.handling == "avstem")))
    rader = conn.execute(sa.select(oppdragsfil).where(_F.ordning == ordning).order_by(_F.nokkel))
    return [Sendtfil(r.fil_id, r.bunt_id, r.nokkel, r.fil_id in hendt["avstemt"]) for r in rader if r.fil_id in hendt["sendt"]]


class Poster:
    """The messages of these files, one at a time; may be read several times."""

    def __init__(self, conn: Connection, filer: list[Sendtfil]) -> None:
        self._conn, self._filer = conn, filer

    def __iter__(self) -> Iterator[Avstemmingspost]:
        for fil in self._filer:
            yield from self._en(fil)

    def _en(self, fil: Sendtfil) -> Iterator[Avstemmingspost]:
        """A message and its answers, from one question each, side by side in the order of the cases."""
        linjer = (
            sa.select(_O.fagsystem_id, person.c.ident, sa.func.sum(_O.sats_ore))
            .join_from(oppdragslinje, vedtak, vedtak.c.vedtak_id == _O.vedtak_id).join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
            .join(person, person.c.person_id == soknad.c.person_id).where(_O.fil_id == fil.fil_id)
            .group_by(_O.fagsystem_id, person.c.ident).order_by(_O.fagsystem_id)
        )  # fmt: skip
        svarene = _i_grupper(self._strom(sa.select(_S.fagsystem_id, _S.alvorlighetsgrad, _S.kode, _S.tekst).where(
            _S.fil_id == fil.fil_id).order_by(_S.fagsystem_id, _S.nr)))  # fmt: skip
        tid, svar = fra_nokkel(fil.nokkel), next(svarene, None)
        for sak, ident, ore in self._strom(linjer):
            while svar and svar[0] < sak:
                svar = next(svarene, None)
            grad, kode, tekst = _gjeldende(svar[1]) if svar and svar[0] == sak else ("", "", "")
            yield Avstemmingspost(ident, sak, tid, int(ore), grad, kode, tekst)

    def _strom(self, sporring: sa.Select) -> Iterator[sa.Row]:
        return chain.from_iterable(self._conn.execute(sporring.execution_options(yield_per=5_000)).partitions())


def _i_grupper(rader: Iterator[sa.Row]) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    for sak, gruppe in groupby(rader, key=lambda r: r[0]):
        yield sak, [tuple(r[1:]) for r in gruppe]


def _gjeldende(svar: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    """The answer that holds: the highest on the ladder, the last of those."""
    return max(enumerate(svar), key=lambda s: (OPPDRAG.index(s[1][0]), s[0]))[1]
