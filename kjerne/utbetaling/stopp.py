"""The stop button: pressed by anybody, for one scheme or for all; started again by two.

When `stopp` has returned, no batch is attested, disposed or sent, and no file leaves. The guarantee is the guard of `bunt_hendelse`,
read in the very transaction that would let the batch through, and a lock that both take.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil, uten_nummer
from kjerne.kontrakt.fritekst import fritekst
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import stopp as tabell
from kjerne.tilgang import person_bak

ALLE = "*"
LAAS = "stopp"  # taken by who stops, and by who lets money through
_S = tabell.c
IKKE_GJORT = "Utbetalingene er stoppet som før."


@dataclass(frozen=True)
class Stoppet:
    """A stop that holds. `foreslatt_av`: who has proposed to start again."""

    omfang: str
    grunn: str
    av: str
    tid: dt.datetime
    foreslatt_av: str | None = None
    foreslatt_grunn: str | None = None


def stoppet(conn: Connection, ordning: str | None = None) -> list[Stoppet]:
    """The stops that hold for the scheme (or all that hold), the wider one first."""
    siste = sa.select(_S.omfang, sa.func.max(_S.nr).label("nr")).group_by(_S.omfang).subquery()
    sporring = sa.select(tabell).join(siste, siste.c.nr == _S.nr).where(_S.handling != "start").order_by(_S.omfang)
    if ordning is not None:
        sporring = sporring.where(_S.omfang.in_((ALLE, ordning)))
    return [_med_begynnelse(conn, rad) for rad in conn.execute(sporring)]


def _med_begynnelse(conn: Connection, rad: sa.Row) -> Stoppet:
    if rad.handling == "stopp":
        return Stoppet(rad.omfang, rad.grunn, rad.av, rad.tid)
    forst = conn.execute(
        sa.select(tabell).where(_S.omfang == rad.omfang, _S.handling == "stopp").order_by(_S.nr.desc()).limit(1)
    ).one()
    return Stoppet(rad.omfang, forst.grunn, forst.av, forst.tid, rad.av, rad.grunn)


def krev_i_gang(conn: Connection, ordning: str) -> None:
    """Raises Ordningsfeil (kode 4) when payments are stopped. Holds the lock to the end of the transaction, so that whoever stops
    waits for what is already on its way out, and then knows that nothing more is."""
    laas(conn, LAAS)
    if naa := stoppet(conn, ordning):
        s = naa[0]
        hva = "Alle utbetalinger er" if s.omfang == ALLE else "Utbetalingene i ordningen er"
        raise Ordningsfeil(f"{hva} stoppet av {s.av}: {s.grunn}", s.omfang, f"Finn ut hvorfor. To personer starter igjen: ordning start "
                           f"{'' if s.omfang == ALLE else s.omfang}".rstrip() + ".", "Ingen penger er sendt.", kode=4)  # fmt: skip


def trykk_stopp(conn: Connection, omfang: str, grunn: str, av: str, naa: dt.datetime) -> bool:
    """Stops. True when it was not stopped before (a second press changes nothing)."""
    grunn = _krev(grunn, av, "Utbetalingene er IKKE stoppet.")
    laas(conn, LAAS)
    if any(s.omfang == omfang and s.foreslatt_av is None for s in stoppet(conn, omfang)):
        return False
    _skriv(conn, omfang, "stopp", grunn, av, naa)
    return True


def foresla_start(conn: Connection, omfang: str, grunn: str, av: str, naa: dt.datetime) -> None:
    """The first of two. Raises Ordningsfeil when nothing is stopped."""
    grunn = _krev(grunn, av)
    laas(conn, LAAS)
    _finn(conn, omfang)
    _skriv(conn, omfang, "foresla_start", grunn, av, naa)


def start(conn: Connection, omfang: str, grunn: str, av: str, naa: dt.datetime) -> None:
    """The second of two: another human confirms. Raises Ordningsfeil, kode 4."""
    grunn = _krev(grunn, av)
    laas(conn, LAAS)
    naa_stoppet = _finn(conn, omfang)
    if naa_stoppet.foreslatt_av is None:
        raise _nei("Ingen har foreslått å starte igjen.", omfang, "En operatør foreslår det først.")
    if person_bak(conn, naa_stoppet.foreslatt_av) == person_bak(conn, av):
        raise _nei("Den som foreslo å starte igjen, kan ikke bekrefte det selv.", omfang, "Be en annen om å bekrefte.")
    _skriv(conn, omfang, "start", grunn, av, naa)


def _finn(conn: Connection, omfang: str) -> Stoppet:
    for s in stoppet(conn, omfang):
        if s.omfang == omfang:
            return s
    raise _nei("Utbetalingene er ikke stoppet her.", omfang, "Se hva som er stoppet: ordning status.", 2)


def _skriv(conn: Connection, omfang: str, handling: str, grunn: str, av: str, naa: dt.datetime) -> None:
    nr = conn.scalar(sa.select(sa.func.count()).select_from(tabell)) + 1
    feilpunkt(f"stopp.for.{handling}")
    conn.execute(tabell.insert().values(nr=nr, omfang=omfang, handling=handling, grunn=grunn, av=av.strip(), tid=naa))
    feilpunkt(f"stopp.etter.{handling}")


def _krev(grunn: str, av: str, ikke_gjort: str = IKKE_GJORT) -> str:
    """The reason, as it is stored: a number in it is masked, for nothing that is written may keep anybody from stopping."""
    if not av.strip():
        raise Ordningsfeil("Det er ikke oppgitt hvem du er.", "stoppknappen", "Oppgi hvem du er, og hvorfor.", ikke_gjort, kode=2)
    return fritekst(uten_nummer(grunn), 3, "stoppknappen", "Oppgi hvem du er, og hvorfor.", ikke_gjort)


def _nei(hva: str, omfang: str, gjor_dette: str, kode: int = 4) -> Ordningsfeil:
    return Ordningsfeil(hva, "alle ordninger" if omfang == ALLE else omfang, gjor_dette, IKKE_GJORT, kode=kode)
