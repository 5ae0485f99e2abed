"""Figures of money on its way: batches, limits, and what has happened since the last report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.manifest import Manifest
from kjerne.lager import tabeller as t
from kjerne.styring.rapporttall import Buntstatus, Endring, Grense

_NAER = 9, 10  # a limit is near from 90 %
OVER = ("trukket", "avvist")  # the batch came to nothing
UTE = ("sendt", "kvittert", "avstemt")  # its money has been handed over


def tell(conn: Connection, sporring: sa.Select) -> int:
    return conn.execute(sporring).scalar_one() or 0


def bunter(conn: Connection, ordning: str) -> tuple[Buntstatus, ...]:
    """Newest first."""
    b, h = t.bunt.c, t.bunt_hendelse.c
    siste = sa.select(h.tilstand).where(h.bunt_id == b.bunt_id).order_by(h.nr.desc()).limit(1).scalar_subquery()
    sporring = sa.select(b.bunt_id, sa.func.coalesce(siste, "forberedt"), b.antall, b.sum_ore, b.betalingsdato, b.innhold_sha256)
    rader = conn.execute(sporring.where(b.ordning == ordning).order_by(b.laget_tid.desc(), b.bunt_id))
    return tuple(Buntstatus(*r) for r in rader)


def saker_i_bunt(conn: Connection, ordning: str, siden: dt.datetime | None) -> tuple[int, int, int]:
    """Cases with a line in a batch (that did not come to nothing), in a batch that is sent, and in one that was sent after `siden`."""
    bl, h, s = t.bunt_linje.c, t.bunt_hendelse.c, t.soknad.c
    fra = t.soknad.join(t.vedtak, t.vedtak.c.sak_id == s.sak_id)
    fra = fra.join(t.linje, t.linje.c.vedtak_id == t.vedtak.c.vedtak_id)
    fra = fra.join(t.bunt_linje, bl.linje_id == t.linje.c.linje_id)
    fra = fra.outerjoin(t.bunt_hendelse, sa.and_(h.bunt_id == bl.bunt_id, h.handling == "send"))
    over = sa.select(h.bunt_id).where(h.tilstand.in_(OVER)).correlate(None)
    per_sak = sa.select(sa.func.max(h.tid).label("sendt")).select_from(fra).where(s.ordning == ordning, bl.bunt_id.not_in(over))
    per_sak = per_sak.group_by(s.sak_id).subquery()  # in the order of the index, so nothing is sorted
    nylig = sa.func.count(sa.case((per_sak.c.sendt > siden, 1))) if siden else sa.literal(0)
    telt = (sa.func.count(), sa.func.count(per_sak.c.sendt), nylig)
    return tuple(conn.execute(sa.select(*telt).select_from(per_sak)).one())


def forrige_gang(conn: Connection, ordning: str) -> dt.datetime | None:
    """When the finished run before the newest run did its last step; None when there is none.

    A step is written down once, so a run or a report that is made again gives the same moment.
    """
    k, steg = t.kjoring.c, t.kjoring_steg.c
    nyeste = sa.select(sa.func.max(k.startet_tid)).where(k.ordning == ordning).scalar_subquery()
    forrige = (
        sa.select(k.kjoring_id).where(k.ordning == ordning, k.tilstand == "ferdig", k.startet_tid < nyeste)
        .order_by(k.startet_tid.desc(), k.kjoring_id).limit(1).scalar_subquery()
    )  # fmt: skip
    return conn.scalar(sa.select(sa.func.max(steg.ferdig_tid)).where(steg.kjoring_id == forrige))


def endring(conn: Connection, ordning: str, siden: dt.datetime, sendt: int) -> Endring:
    """`avgjort` and `innvilget` count first decisions; a new version of an old one decides no new case."""
    s, v, h = t.soknad.c, t.vedtak.c, t.bunt_hendelse.c
    mottatt = sa.select(sa.func.count()).select_from(
        t.soknad.join(t.leveranse, t.leveranse.c.leveranse_id == s.leveranse_id)
    )
    utfall = dict(conn.execute(
        sa.select(v.utfall, sa.func.count()).select_from(t.vedtak.join(t.soknad, s.sak_id == v.sak_id))
        .where(s.ordning == ordning, v.versjon == 1, v.fattet_tid > siden).group_by(v.utfall)
    ).all())  # fmt: skip
    sendt_ore = (
        sa.select(sa.func.sum(t.bunt.c.sum_ore))
        .select_from(t.bunt.join(t.bunt_hendelse, h.bunt_id == t.bunt.c.bunt_id))
        .where(t.bunt.c.ordning == ordning, h.handling == "send", h.tid > siden)
    )  # fmt: skip
    return Endring(
        siden=siden,
        mottatt=tell(conn, mottatt.where(s.ordning == ordning, t.leveranse.c.mottatt_tid > siden)),
        avgjort=sum(utfall.values()), innvilget=utfall.get("innvilget", 0),
        sendt=sendt, sendt_ore=int(tell(conn, sendt_ore)),
    )  # fmt: skip


def grenser(ordning: Manifest, hoyeste_ore: int, bunter: Iterable[Buntstatus]) -> tuple[Grense, ...]:
    """The manifest's limits against the highest granted case and the largest batch."""
    bunt = max((b.sum_ore for b in bunter), default=0)

    def grense(navn: str, tak_kr: int, hoyest: int) -> Grense:
        tak = tak_kr * 100
        status = "over" if hoyest > tak else "naer" if hoyest * _NAER[1] >= tak * _NAER[0] else "innenfor"
        return Grense(navn, tak, hoyest, status)

    u = ordning.utbetaling
    return grense("maks_per_sak", u.maks_per_sak, hoyeste_ore), grense("maks_per_bunt", u.maks_per_bunt, bunt)
