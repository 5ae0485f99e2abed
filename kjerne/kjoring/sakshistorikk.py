"""What has happened in one case, from the application to the bank's answer, in the order it happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.drift.tall import kroner
from kjerne.kjoring.buntbilde import STANDNAVN
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import (
    bunt_hendelse,
    bunt_linje,
    kjoring,
    kvalitetsdom,
    linje,
    linjestand,
    manuelt_vedtak,
    overstyring,
    overstyring_hendelse,
    saksopplysning,
    soknad,
    sporsmal,
    svar,
    tilbakekreving,
    vedtak,
)


class Hendelse(NamedTuple):
    """`tid` is a day where no more is known."""

    tid: dt.datetime | dt.date
    hva: str
    av: str = ""


def sakshistorikk(rom: Arbeidsrom, sak_id: str) -> list[Hendelse]:
    """Everything, the newest first."""
    with lesende(rom.motor) as conn:
        alle = [h for del_ in (_inn, _dommer, _svar, _behandling, _vedtak, _penger) for h in del_(conn, sak_id)]
    return sorted(alle, key=_naar, reverse=True)


def _naar(h: Hendelse) -> tuple[dt.date, dt.datetime]:
    if isinstance(h.tid, dt.datetime):
        return h.tid.date(), h.tid
    return h.tid, dt.datetime.min.replace(tzinfo=dt.UTC)


def _inn(conn: Connection, sak_id: str) -> Iterator[Hendelse]:
    for (dag,) in conn.execute(sa.select(soknad.c.mottatt_dato).where(soknad.c.sak_id == sak_id)):
        yield Hendelse(dag, "Søknaden ble mottatt")


def _dommer(conn: Connection, sak_id: str) -> Iterator[Hendelse]:
    q = kvalitetsdom.c
    sporring = sa.select(kjoring.c.startet_tid, q.dom).join(kjoring, kjoring.c.kjoring_id == q.kjoring_id).where(q.sak_id == sak_id)
    for tid, dom in conn.execute(sporring):
        yield Hendelse(tid, f"Kvalitetskontrollen sa {dom}", "system")


def _svar(conn: Connection, sak_id: str) -> Iterator[Hendelse]:
    s = sporsmal.c
    sporring = sa.select(s.til, s.sporsmal, s.stilt_tid, svar.c.mottatt_tid, svar.c.gitt_av)
    for til, tekst, stilt, mottatt, av in conn.execute(sporring.outerjoin(svar, svar.c.sporsmal_id == s.sporsmal_id)
                                                       .where(s.sak_id == sak_id)):  # fmt: skip
        yield Hendelse(stilt, f"Spørsmål til {'arbeidsgiveren' if til == 'arbeidsgiver' else 'søkeren'}: {tekst}", "system")
        if mottatt:
            yield Hendelse(mottatt, f"Svar på: {tekst}", av)


def _behandling(conn: Connection, sak_id: str) -> Iterator[Hendelse]:
    o = saksopplysning.c
    for felt, grunn, av, tid in conn.execute(sa.select(o.felt, o.grunn, o.av, o.tid).where(o.sak_id == sak_id)):
        yield Hendelse(tid, f"La inn {felt}: {grunn}", av)
    o, h = overstyring.c, overstyring_hendelse.c
    sporring = sa.select(o.utfall, o.grunn, o.av, o.tid, h.hendelse, h.av.label("av2"), h.tid.label("tid2"))
    for r in conn.execute(sporring.outerjoin(overstyring_hendelse, h.overstyring_id == o.overstyring_id).where(o.sak_id == sak_id)):
        yield Hendelse(r.tid, f"Foreslo overstyring til {r.utfall}: {r.grunn}", r.av)
        if r.hendelse:
            yield Hendelse(r.tid2, f"Overstyringen ble {r.hendelse}", r.av2)


def _vedtak(conn: Connection, sak_id: str) -> Iterator[Hendelse]:
    v, m = vedtak.c, manuelt_vedtak.c
    sporring = sa.select(v.versjon, v.utfall, v.fattet_tid, m.av).outerjoin(manuelt_vedtak, m.vedtak_id == v.vedtak_id)
    for versjon, utfall, tid, av in conn.execute(sporring.where(v.sak_id == sak_id)):
        nytt = f", {versjon}. gang" if versjon > 1 else ""
        yield Hendelse(tid, f"Vedtak{nytt}: {utfall}", av or "reglene")
    t = tilbakekreving.c
    krav = sa.select(t.belop_ore, t.opprettet_tid).join(vedtak, v.vedtak_id == t.vedtak_id)
    for ore, tid in conn.execute(krav.where(v.sak_id == sak_id)):
        yield Hendelse(tid, f"Betalt for mye: krav på {kroner(ore)}", "system")


def _penger(conn: Connection, sak_id: str) -> Iterator[Hendelse]:
    v, b, h, s = vedtak.c, bunt_linje.c, bunt_hendelse.c, linjestand.c
    fra = sa.join(vedtak, linje, linje.c.vedtak_id == v.vedtak_id).join(bunt_linje, b.linje_id == linje.c.linje_id)
    i_bunt = sa.select(b.bunt_id, h.tilstand, linje.c.belop_ore, h.av, h.tid)
    i_bunt = i_bunt.select_from(fra.join(bunt_hendelse, h.bunt_id == b.bunt_id)).where(v.sak_id == sak_id)
    for bunt_id, tilstand, ore, av, tid in conn.execute(i_bunt):
        yield Hendelse(tid, f"{kroner(ore)} i bunt {bunt_id[:12]}: {tilstand}", av)
    svar_ = sa.select(s.stand, linje.c.belop_ore, s.tid)
    svar_ = svar_.select_from(fra.join(linjestand, s.ende_til_ende_id == b.ende_til_ende_id)).where(v.sak_id == sak_id)
    for stand, ore, tid in conn.execute(svar_):
        yield Hendelse(tid, f"Banken: {kroner(ore)} {STANDNAVN[stand]}", "banken")
