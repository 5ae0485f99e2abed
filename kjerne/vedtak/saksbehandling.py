"""The manual queue in the store: which cases wait for a human, what was entered in them, and who decided otherwise than the rules."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.fritekst import fritekst
from kjerne.lager.kanonisk import sha256
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import (
    manuelt_vedtak,
    overstyring,
    overstyring_hendelse,
    sak,
    saksopplysning,
    soknad,
    sporsmal,
    svar,
    vedtak,
)

I_KOEN = ("manuell", "karantene", "sporsmal")  # the last when the deadline for an answer is over
IKKE_GJORT = "Ingenting i saken er endret."
_O, _H = overstyring.c, overstyring_hendelse.c


def koen(conn: Connection, ordning: str, dag: dt.date, antall: int | None = None, fra: int = 0) -> pd.DataFrame:
    """The cases that wait for a human, the oldest first: sak_id, soknad_id, tilstand, grunn, mottatt_dato, opplysninger (how many have
    been entered), overstyring_id (of an override that waits for another person; None when there is none). All of them, or `antall` from
    number `fra` on."""
    opplysninger = sa.select(sa.func.count()).where(saksopplysning.c.sak_id == sak.c.sak_id).scalar_subquery()
    venter = sa.select(sa.func.max(_O.overstyring_id)).where(_O.sak_id == sak.c.sak_id, _ubesluttet()).scalar_subquery()
    sporring = (
        sa.select(sak.c.sak_id, soknad.c.soknad_id, sak.c.tilstand, sak.c.grunn, soknad.c.mottatt_dato, opplysninger.label("opplysninger"),
                  venter.label("overstyring_id"))
        .join(soknad, soknad.c.sak_id == sak.c.sak_id).where(*_i_koen(ordning, dag)).order_by(soknad.c.mottatt_dato, sak.c.sak_id)
        .limit(antall).offset(fra)
    )  # fmt: skip
    return pd.DataFrame(conn.execute(sporring).all(), columns=[c.name for c in sporring.selected_columns])


def tell_koen(conn: Connection, ordning: str, dag: dt.date) -> tuple[int, dt.date | None, int]:
    """How many wait for a human, when the oldest came, and how many of them wait for another person to confirm an override."""
    i_koen = sa.select(sak.c.sak_id, soknad.c.mottatt_dato).join(soknad, soknad.c.sak_id == sak.c.sak_id).where(*_i_koen(ordning, dag))
    antall, eldste = conn.execute(sa.select(sa.func.count(), sa.func.min(i_koen.subquery().c.mottatt_dato))).one()
    venter = sa.select(sa.func.count(sa.distinct(_O.sak_id))).where(_ubesluttet(), _O.sak_id.in_(i_koen.with_only_columns(sak.c.sak_id)))
    return int(antall), eldste, int(conn.scalar(venter))


def _i_koen(ordning: str, dag: dt.date) -> tuple[sa.ColumnElement[bool], ...]:
    ubesvart = sa.exists().where(sporsmal.c.sak_id == sak.c.sak_id, sporsmal.c.frist < dag,
                                 ~sa.exists().where(svar.c.sporsmal_id == sporsmal.c.sporsmal_id))  # fmt: skip
    return sak.c.ordning == ordning, sak.c.tilstand.in_(I_KOEN), (sak.c.tilstand != "sporsmal") | ubesvart


def _ubesluttet() -> sa.ColumnElement[bool]:
    return ~sa.exists().where(_H.overstyring_id == _O.overstyring_id)


def legg_til_opplysning(conn: Connection, sak_id: str, felt: str, verdi: str, grunn: str, av: str, naa: dt.datetime) -> int:
    """Writes down what a caseworker says a fact is. The newest of a field holds. Returns its number in the case."""
    grunn = fritekst(grunn, 10, f"sak {sak_id}", "Skriv hvor opplysningen er fra, minst 10 tegn.", IKKE_GJORT)
    laas(conn, f"sak:{sak_id}")
    nr = conn.scalar(sa.select(sa.func.count()).where(saksopplysning.c.sak_id == sak_id)) + 1
    conn.execute(saksopplysning.insert().values(
        sak_id=sak_id, nr=nr, felt=felt, verdi=verdi, grunn=grunn, av=av, tid=naa))  # fmt: skip
    return nr


def opplysninger(conn: Connection, sak_id: str) -> pd.DataFrame:
    """What has been entered in the case, in order: nr, felt, verdi, grunn, av, tid."""
    s = saksopplysning.c
    sporring = sa.select(s.nr, s.felt, s.verdi, s.grunn, s.av, s.tid).where(s.sak_id == sak_id).order_by(s.nr)
    return pd.DataFrame(conn.execute(sporring).all(), columns=[c.name for c in sporring.selected_columns])


def foresla_overstyring(
    conn: Connection, *, sak_id: str, utfall: str, belop_ore: int, regelutfall: str, regel_belop_ore: int, innhold: str, grunn: str,
    av: str, naa: dt.datetime,
) -> tuple[str, bool]:  # fmt: skip
    """Stores the wish for another outcome than the rules give. Nothing happens before another person agrees. Returns (its id, whether
    it is new)."""
    grunn = fritekst(grunn, 20, f"sak {sak_id}", "Skriv hvorfor reglene ikke skal følges, minst 20 tegn.", IKKE_GJORT)
    laas(conn, f"sak:{sak_id}")
    venter = conn.scalar(sa.select(_O.overstyring_id).where(_O.sak_id == sak_id, _ubesluttet()))
    id_ = sha256(f"overstyring:{sak_id}:{innhold}:{grunn}")[:32]
    if venter == id_:
        return id_, False
    if venter:
        raise Ordningsfeil("En annen overstyring av saken venter på en annen person.", f"overstyring {venter}", "Avgjør den først.",
                           IKKE_GJORT, kode=4)  # fmt: skip
    conn.execute(overstyring.insert().values(
        overstyring_id=id_, sak_id=sak_id, utfall=utfall, belop_ore=belop_ore, regelutfall=regelutfall, regel_belop_ore=regel_belop_ore,
        innhold=innhold, innhold_sha256=sha256(innhold), grunn=grunn, av=av, tid=naa))  # fmt: skip
    return id_, True


def hent_overstyring(conn: Connection, overstyring_id: str) -> sa.Row:
    """The override with what became of it (`hendelse`, None while it waits). Raises Ordningsfeil, kode 2."""
    sporring = sa.select(overstyring, _H.hendelse).outerjoin(overstyring_hendelse, _H.overstyring_id == _O.overstyring_id)
    rad = conn.execute(sporring.where(_O.overstyring_id == overstyring_id)).first()
    if rad is None or sha256(rad.innhold) != rad.innhold_sha256:
        hva = "Overstyringen finnes ikke." if rad is None else "Overstyringen er ikke den som ble lagret."
        raise Ordningsfeil(hva, f"overstyring {overstyring_id[:40]}", "Se køen: ordning behandle ORDNING", IKKE_GJORT, kode=2)
    return rad


def avgjor_overstyring(conn: Connection, rad: sa.Row, hendelse: str, av: str, naa: dt.datetime) -> None:
    """`bekreftet` or `avvist`. The database refuses the person who proposed it, and a second answer."""
    conn.execute(overstyring_hendelse.insert().values(
        overstyring_id=rad.overstyring_id, hendelse=hendelse, av=av, innhold_sha256=rad.innhold_sha256, tid=naa))  # fmt: skip


def lagre_manuelt(
    conn: Connection, vedtak_id: str, av: str, regelutfall: str, regel_belop_ore: int, overstyring_id: str | None, naa: dt.datetime
) -> None:  # fmt: skip
    """Who decided the case, and what the rules gave on the same facts."""
    conn.execute(manuelt_vedtak.insert().values(
        vedtak_id=vedtak_id, av=av, regelutfall=regelutfall, regel_belop_ore=regel_belop_ore, overstyring_id=overstyring_id,
        tid=naa))  # fmt: skip


def manuelt_avgjorte(conn: Connection, ordning: str) -> set[str]:
    """The cases that humans have decided: no run decides them."""
    sporring = sa.select(vedtak.c.sak_id).join(manuelt_vedtak).join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
    return set(conn.scalars(sporring.where(soknad.c.ordning == ordning)))


def likebehandling(conn: Connection, ordning: str) -> dict[str, int]:
    """How many cases humans have decided, and how many of them as the rules would have: manuelle, som_reglene, overstyrt,
    innvilget_mot_avslag, avslag_mot_innvilget, annet_belop."""
    m, v = manuelt_vedtak.c, vedtak.c
    sporring = sa.select(m.regelutfall, v.utfall, m.overstyring_id.is_(None), sa.func.count()).join_from(manuelt_vedtak, vedtak)
    sporring = sporring.join(soknad, soknad.c.sak_id == v.sak_id).where(soknad.c.ordning == ordning)
    ut = dict.fromkeys(("manuelle", "som_reglene", "overstyrt", "innvilget_mot_avslag", "avslag_mot_innvilget", "reglene_visste_ikke",
                        "annet_belop"), 0)  # fmt: skip
    for regel, utfall, som_reglene, antall in conn.execute(sporring.group_by(m.regelutfall, v.utfall, m.overstyring_id.is_(None))):
        ut["manuelle"] += antall
        ut["som_reglene" if som_reglene else "overstyrt"] += antall
        if not som_reglene:
            slag = {("avslag", "innvilget"): "innvilget_mot_avslag", ("innvilget", "avslag"): "avslag_mot_innvilget",
                    ("innvilget", "innvilget"): "annet_belop"}.get((regel, utfall), "reglene_visste_ikke")  # fmt: skip
            ut[slag] += antall
    return ut
