"""Findings and what a human decided about them. Nothing is changed or taken away: a new decision stands beside the old one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.fritekst import fritekst
from kjerne.lager.bulk import sett_inn
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.id import uuid5_mange
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import bunt_hendelse, bunt_linje, kontrollbeslutning, kontrollfunn, linje, ny_betaling, vedtak
from kjerne.tilgang import person_bak

_NAVNEROM = uuid.UUID("3f1d7b52-94a8-5c0e-a1b3-7d6f2e9c4a18")
_F, _B = kontrollfunn.c, kontrollbeslutning.c
MINSTE_GRUNN = 10  # signs
_MANGE = 500  # values in one question


def _beslutning() -> sa.ScalarSelect:
    """What holds for a finding: slipp, hold, or nothing yet."""
    sporring = sa.select(_B.beslutning).where(_B.funn_id == _F.funn_id).order_by(_B.nr.desc()).limit(1)
    return sporring.correlate(kontrollfunn).scalar_subquery()


def _stanser() -> sa.ColumnElement[bool]:
    """The finding stops what it points at: it is sharp, and nobody has released it (or has held it since)."""
    return (_F.modus == "skarp") & _F.handling.in_(("STOPP", "STOPP_BUNT")) & (sa.func.coalesce(_beslutning(), "hold") != "slipp")


def stansede_linjer(ordning: str) -> sa.Select:
    """linje_id of every line of the scheme that may not be paid. A question, not an answer: there may be many."""
    return sa.select(_F.linje_id).where(_F.ordning == ordning, _F.linje_id.is_not(None), _stanser())


def apne_buntfunn(conn: Connection, bunt_id: str) -> int:
    """How many findings still stop the batch; with 0 it has passed the controls."""
    return int(conn.scalar(sa.select(sa.func.count()).select_from(kontrollfunn).where(_F.bunt_id == bunt_id, _stanser())))


def lagre_funn(conn: Connection, ordning: str, kjoring_id: str, laget_av: str, funn: pd.DataFrame, naa: dt.datetime) -> pd.DataFrame:
    """Stores what is new, and returns it. The same evidence is the same finding. While a finding waits for a decision, or is held,
    another of the same control on the same line is no news."""
    if not len(funn):
        return funn
    objekt = funn["linje_id"].fillna(funn["bunt_id"])
    deler = (funn["kontroll"], funn["versjon"].astype(str), funn["modus"], funn["handling"], objekt, funn["bevis"])
    navn = ("\n".join(d) for d in zip(*deler, strict=True))
    funn = funn.assign(funn_id=uuid5_mange(_NAVNEROM, navn), objekt=objekt)
    kjente = pd.DataFrame(
        conn.execute(sa.select(_F.funn_id, _F.kontroll, _F.versjon, sa.func.coalesce(_F.linje_id, _F.bunt_id), _F.modus, _F.handling,
                               _beslutning()).where(_F.ordning == ordning)).all(),
        columns=["funn_id", *(nokkel := ["kontroll", "versjon", "objekt", "modus", "handling"]), "beslutning"],
    )  # fmt: skip
    venter = kjente[kjente["beslutning"] != "slipp"]
    gamle = funn["funn_id"].isin(kjente["funn_id"]) | pd.MultiIndex.from_frame(funn[nokkel]).isin(pd.MultiIndex.from_frame(venter[nokkel]))
    nye = funn[~gamle]
    sett_inn(conn, kontrollfunn, nye.drop(columns="objekt").assign(ordning=ordning, kjoring_id=kjoring_id, laget_av=laget_av,
                                                                  funnet_tid=naa))  # fmt: skip
    feilpunkt("kontroll.etter_funn")
    return nye


@dataclass(frozen=True)
class Beslutning:
    """What was decided: the findings, whose lines they are, and the batches that now may go on."""

    beslutning: str
    funn: tuple[str, ...]
    bunter: tuple[str, ...]


def beslutt(conn: Connection, ordning: str, funn: Sequence[str], beslutning: str, grunn: str, av: str, naa: dt.datetime) -> Beslutning:
    """Releases or holds findings: each is named by its id, or by the beginning of it, or by its group (all that wait), by its name or the
    beginning of that.

    Raises Ordningsfeil: kode 4 when `av` made the run that found it and wants to release it, kode 2 for what cannot be found or has
    been decided so already. In the caller's transaction; all or nothing.
    """
    laas(conn, f"bunt:{ordning}")  # no batch is made while it is decided which lines may be in it
    raad = f"Skriv en hel setning, minst {MINSTE_GRUNN} tegn."
    grunn = fritekst(grunn if av.strip() else "", MINSTE_GRUNN, ordning, raad, "Ingen funn er avgjort.")
    rader = _finn_alle(conn, ordning, list(dict.fromkeys(funn)), beslutning)
    if beslutning == "slipp":
        _prov_hvem(conn, rader, av)
    for rad in rader:
        _prov(conn, rad, beslutning)
    sett_inn(conn, kontrollbeslutning, {
        "funn_id": [r.funn_id for r in rader], "nr": [r.antall + 1 for r in rader], "beslutning": beslutning,
        "grunn": grunn, "av": av.strip(), "tid": naa,
    })  # fmt: skip
    feilpunkt("kontroll.etter_beslutning")
    bunter = sorted({r.bunt_id for r in rader if r.bunt_id})
    return Beslutning(beslutning, tuple(r.funn_id for r in rader), tuple(b for b in bunter if not apne_buntfunn(conn, b)))


def _finn_alle(conn: Connection, ordning: str, navnene: list[str], beslutning: str) -> list[sa.Row]:
    """The findings that the names stand for. Whole ids are asked for many at a time: there may be thousands."""
    hele = {
        rad.funn_id: rad
        for fra in range(0, len(navnene), _MANGE)
        for rad in conn.execute(_skarpe(ordning).where(_F.funn_id.in_(navnene[fra : fra + _MANGE])))
    }
    return [rad for n in navnene for rad in ([hele[n]] if n in hele else _finn(conn, ordning, n, beslutning))]


def _skarpe(ordning: str) -> sa.Select:
    antall = sa.select(sa.func.count()).where(_B.funn_id == _F.funn_id).correlate(kontrollfunn).scalar_subquery()
    sporring = sa.select(kontrollfunn, _beslutning().label("beslutning"), antall.label("antall"))
    return sporring.where(_F.ordning == ordning, _F.modus == "skarp")


def _finn(conn: Connection, ordning: str, navn: str, beslutning: str) -> list[sa.Row]:
    """The findings that a name stands for."""
    sporring = _skarpe(ordning)
    if len(navn) >= 8:
        treff = conn.execute(sporring.where(_F.funn_id.startswith(navn, autoescape=True)).order_by(_F.funn_id)).all()
        if len(treff) == 1:
            return list(treff)
        i_gruppe = conn.execute(sporring.where(_F.gruppe.startswith(navn, autoescape=True)).order_by(_F.funn_id)).all()
        aktuelle = [r for r in i_gruppe if r.beslutning != beslutning]
        if aktuelle and len({r.gruppe for r in i_gruppe}) == 1:  # never two causes with one word
            return aktuelle
    raad = f"Se listen: ordning kontroller {ordning}. Oppgi minst 8 tegn av id-en eller av gruppen, så mange at bare ett passer."
    raise _nei("Fant ikke ett funn, eller noe å avgjøre i en gruppe, med dette navnet.", navn[:60], raad)


def _prov_hvem(conn: Connection, rader: Sequence[sa.Row], av: str) -> None:
    person = person_bak(conn, av)
    egne = {konto for konto in {r.laget_av for r in rader} if person_bak(conn, konto) == person}
    if rad := next((r for r in rader if r.laget_av in egne and r.beslutning != "slipp"), None):
        raise _nei("Den som kjørte, kan ikke slippe det kontrollen fant.", f"funn {rad.funn_id}", "Be en annen om å avgjøre funnet.", 4)


def _prov(conn: Connection, rad: sa.Row, beslutning: str) -> None:
    if rad.beslutning == beslutning:
        raise _nei("Funnet er alt avgjort slik.", f"funn {rad.funn_id}", "Du trenger ikke gjøre noe.")
    if rad.linje_id and _i_bunt(conn, rad.linje_id):
        raise _nei("Linjen er alt i en bunt.", f"funn {rad.funn_id}", "Stans bunten hvis den ikke skal betales.")
    sendt = sa.select(bunt_hendelse.c.av).where(bunt_hendelse.c.bunt_id == rad.bunt_id, bunt_hendelse.c.handling == "send")
    if rad.bunt_id and beslutning == "hold" and conn.scalar(sendt):
        raise _nei("Bunten er alt sendt.", f"bunt {rad.bunt_id}", "Meld fra til den som avstemmer.")


_OVER = sa.select(bunt_hendelse.c.bunt_id).where(bunt_hendelse.c.tilstand.in_(("trukket", "avvist")))


def _i_bunt(conn: Connection, linje_id: str) -> bool:
    """Whether the last attempt to pay the line stands in a living batch, and nobody has decided that it is tried again."""
    siste = sa.select(bunt_linje.c.bunt_id, bunt_linje.c.forsok).where(bunt_linje.c.linje_id == linje_id)
    siste = conn.execute(siste.where(bunt_linje.c.bunt_id.not_in(_OVER)).order_by(bunt_linje.c.forsok.desc()).limit(1)).first()
    paa_nytt = sa.select(sa.func.max(ny_betaling.c.forsok)).where(ny_betaling.c.linje_id == linje_id)
    return siste is not None and (conn.scalar(paa_nytt) or 0) <= siste.forsok


def _nei(hva: str, hvor: str, gjor_dette: str, kode: int = 2) -> Ordningsfeil:
    return Ordningsfeil(hva, hvor, gjor_dette, "Ingen funn er avgjort.", kode=kode)


def funnliste(conn: Connection, ordning: str, venter: Venter | None = None, antall: int | None = None, fra: int = 0) -> pd.DataFrame:
    """Every finding once, with what holds for it: the columns of the table, beslutning, besluttet_av, i_bunt (the living batch of its
    line), sak_id, over (the batch that it stops has come to nothing). `venter`: only those that stop something now; `antall` of them
    from number `fra` on."""
    siste_av = sa.select(_B.av).where(_B.funn_id == _F.funn_id).order_by(_B.nr.desc()).limit(1).correlate(kontrollfunn).scalar_subquery()
    i_bunt = sa.select(sa.func.max(bunt_linje.c.bunt_id)).where(bunt_linje.c.linje_id == _F.linje_id, bunt_linje.c.bunt_id.not_in(_OVER))
    sporring = (
        sa.select(kontrollfunn, _beslutning().label("beslutning"), siste_av.label("besluttet_av"),
                  i_bunt.correlate(kontrollfunn).scalar_subquery().label("i_bunt"), vedtak.c.sak_id,
                  sa.case((_F.bunt_id.in_(_OVER), 1), else_=0).label("over"))
        .outerjoin(linje, linje.c.linje_id == _F.linje_id).outerjoin(vedtak, vedtak.c.vedtak_id == linje.c.vedtak_id)
        .where(_F.ordning == ordning, *(venter.hvilke() if venter else ()))
        .order_by(_F.kontroll, _F.modus, _F.gruppe, _F.funn_id).limit(antall).offset(fra)
    )  # fmt: skip
    return pd.DataFrame(conn.execute(sporring).all(), columns=[c.name for c in sporring.selected_columns])


@dataclass(frozen=True)
class Ventetall:
    """`holdt`: how many of them somebody has held."""

    antall: int = 0
    holdt: int = 0
    aarsaker: int = 0
    belop_ore: int = 0


@dataclass(frozen=True)
class Venter:
    """The findings that stop something that can still be paid, and that nobody has released; of one control, or of one of its causes."""

    kontroll: str = ""
    gruppe: str = ""

    def hvilke(self) -> tuple[sa.ColumnElement[bool], ...]:
        egne = ((kolonne, verdi) for kolonne, verdi in ((_F.kontroll, self.kontroll), (_F.gruppe, self.gruppe)) if verdi)
        return _stanser(), _F.bunt_id.is_(None) | _F.bunt_id.not_in(_OVER), *(kolonne == verdi for kolonne, verdi in egne)

    def tell(self, conn: Connection, ordning: str) -> dict[str, Ventetall]:
        """By control."""
        holdt = sa.func.sum(sa.case((_beslutning() == "hold", 1), else_=0))
        sporring = sa.select(_F.kontroll, sa.func.count(), holdt, sa.func.count(sa.distinct(_F.gruppe)), sa.func.sum(_F.belop_ore))
        sporring = sporring.where(_F.ordning == ordning, *self.hvilke()).group_by(_F.kontroll).order_by(_F.kontroll)
        return {kontroll: Ventetall(*map(int, tall)) for kontroll, *tall in conn.execute(sporring)}

    def flere(self, conn: Connection, ordning: str, grupper: Sequence[str]) -> set[str]:
        """Those of the causes that more than one finding has."""
        sporring = sa.select(_F.gruppe).where(_F.ordning == ordning, *self.hvilke(), _F.gruppe.in_(set(grupper)))
        return set(conn.scalars(sporring.group_by(_F.gruppe).having(sa.func.count() > 1)))

    def uavgjorte(self, conn: Connection, ordning: str) -> list[str]:
        """funn_id of those that nobody has decided. What somebody holds, she has a reason for: it is released by itself."""
        sporring = sa.select(_F.funn_id).where(_F.ordning == ordning, *self.hvilke(), _beslutning().is_(None))
        return list(conn.scalars(sporring.order_by(_F.funn_id)))
