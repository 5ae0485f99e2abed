"""Seals: once a day every row that has come since the last seal is hashed, table by table, into the chain. A row that is changed, taken
away or added behind afterwards gives its period another hash (I11), also where no amount and no count would tell.

A row belongs to the moment in its own time column, or in that of the row it hangs on. Rows younger than an hour wait for the next
seal: a transaction that began before this one may not be finished. A verdict on quality waits for its step, and a line of oppdrag for
its file, to be finished: before that they may still get company.

Not sealed are the chain itself, and what is worked out again instead: persons (kjerne.revisjon.personer) and the edges of the state
machine (kjerne.kjoring.verifisering). What lives and changes (FORANDERLIGE, but for the finished steps) has nothing to be held against.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.tabeller import BARE_TILFOY, Tid, metadata, revisjonslogg
from kjerne.revisjon.hendelse import logg
from kjerne.revisjon.kjede import Funn

FORSEGLET = "base.forseglet"
UTENFOR = frozenset({"egenskap", "revisjonslogg", "bunt_overgang", "person"})
OGSAA = ("kjoring_steg",)  # no guard in the database, yet nothing writes a finished step anew
VENT = dt.timedelta(hours=1)
_FORM = "%Y-%m-%dT%H:%M:%S.%f"
_FORST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Opphav(NamedTuple):
    """The row that has the moment: its table, the column that names it, that column there, which of its rows."""

    tabell: str
    kolonne: str
    der: str = ""
    hvilke: str = ""

    def til(self, tabell: sa.Table) -> sa.ColumnElement[bool]:
        her = tabell.c[self.kolonne] == metadata.tables[self.tabell].c[self.der or self.kolonne]
        return her & sa.text(f"{self.tabell}.{self.hvilke}") if self.hvilke else her


_HENGER_PAA: dict[str, tuple[Opphav, ...]] = {  # one of these was written in the same transaction, or when no more could come
    "linje": (Opphav("vedtak", "vedtak_id"),),
    "omgjoring": (Opphav("vedtak", "vedtak_id"),),
    "vedtaksperiode": (Opphav("vedtak", "vedtak_id"),),
    "postering": (Opphav("bilag", "bilag_id"),),
    "bunt_linje": (Opphav("bunt", "bunt_id"),),
    "soknad": (Opphav("leveranse", "leveranse_id"),),
    "leveranse_karantene": (Opphav("leveranse", "leveranse_id"),),
    "reservasjon": (Opphav("bunt_hendelse", "bunt_id", hvilke="handling = 'disponer'"),),
    "betalingsavtrykk": (Opphav("bunt_linje", "linje_id", hvilke="forsok = 1"),),
    "brev": (Opphav("snapshot", "arkiv", "sti"),),
    "kvalitetsdom": (Opphav("kjoring_steg", "kjoring_id", hvilke="steg = 'kvalitet'"),),
    "oppdragslinje": (Opphav("bunt_hendelse", "fil_id", "bunt_id", "handling = 'send'"),
                      Opphav("oppdragsfil_hendelse", "fil_id", hvilke="hendelse = 'sendt'")),
}  # fmt: skip
_FINNES = {  # what a row must hang on at any time, where its moment comes later
    "kvalitetsdom": Opphav("kjoring", "kjoring_id"), "oppdragslinje": Opphav("oppdragsfil", "fil_id"),
}  # fmt: skip
_PORSJON = 5_000


def forseglede() -> tuple[str, ...]:
    """Every table whose rows stay as they are and have a moment."""
    return tuple(n for n in sorted((*BARE_TILFOY, *OGSAA)) if n not in UTENFOR)


def forsegl(conn: Connection, av: str, naa: dt.datetime) -> bool:
    """Seals what has come since the last time. True when there was anything. Last in the transaction (see `logg`).

    A table that earlier seals did not hold is sealed from the beginning."""
    fra, for_ = _siste(conn)
    til, tabeller = naa - VENT, {}
    for navn in forseglede() if til > fra else ():
        gammel = fra == _FORST or navn in for_
        stand = _periode(conn, navn, fra if gammel else _FORST, til)
        if stand["antall"] or not gammel:
            tabeller[navn] = stand if gammel else stand | {"fra": _tekst(_FORST)}
    if tabeller:
        logg(conn, FORSEGLET, "base:ordning", av, {"fra": _tekst(fra), "til": _tekst(til), "tabeller": tabeller,
                                                   "alle": list(forseglede())}, naa)  # fmt: skip
    return bool(tabeller)


def avvik(conn: Connection) -> Iterator[Funn]:
    """Where a sealed period is no longer what it was."""
    for navn in _HENGER_PAA:
        if antall := _uten_opphav(conn, navn):
            yield Funn(0, f"Tabellen {navn}: {antall} rader henger på noe som ikke finnes.")
    for nr, d in _seglene(conn):
        for navn in d.get("alle", d["tabeller"]):
            ventet = {"fra": d["fra"], "antall": 0} | d["tabeller"].get(navn, {})
            fant = _periode(conn, navn, _lest(ventet["fra"]), _lest(d["til"]))
            if fant["antall"] != ventet["antall"] or fant["antall"] and fant["sha256"] != ventet["sha256"]:
                hva = "endret" if fant["antall"] == ventet["antall"] else "tatt bort eller lagt til"
                yield Funn(nr, f"Tabellen {navn}: rader er {hva} etter at de ble forseglet ({ventet['antall']} da, {fant['antall']} nå).")


def _seglene(conn: Connection, *, siste: bool = False) -> list[tuple[int, dict]]:
    r = revisjonslogg.c
    sporring = sa.select(r.nr, r.detaljer).where(r.hendelse == FORSEGLET)
    sporring = sporring.order_by(r.nr.desc()).limit(1) if siste else sporring.order_by(r.nr)
    return [(nr, json.loads(detaljer)) for nr, detaljer in conn.execute(sporring)]


def _siste(conn: Connection) -> tuple[dt.datetime, list[str]]:
    """(how far all is sealed, the tables that are)."""
    for _, d in _seglene(conn, siste=True):
        return _lest(d["til"]), d.get("alle", list(d["tabeller"]))
    return _FORST, []


def forseglet_til(conn: Connection) -> dt.datetime:
    """What is written with an earlier moment than this is found as added behind afterwards."""
    return _siste(conn)[0]


def _lest(tekst: str) -> dt.datetime:
    return dt.datetime.strptime(tekst, _FORM).replace(tzinfo=dt.UTC)


def _tekst(tid: dt.datetime) -> str:
    return tid.astimezone(dt.UTC).strftime(_FORM)


def _periode(conn: Connection, navn: str, fra: dt.datetime, til: dt.datetime) -> dict:
    """Number and hash of the rows of the period, in key order."""
    tabell = metadata.tables[navn]
    kilde, tid = _med_tid(tabell)
    sporring = sa.select(tabell).select_from(kilde).where(tid >= fra, tid < til).order_by(*tabell.primary_key.columns)
    antall, sum_ = 0, hashlib.sha256()
    for del_ in conn.execute(sporring.execution_options(stream_results=True)).partitions(_PORSJON):
        antall += len(del_)
        sum_.update("\n".join(map(repr, map(tuple, del_))).encode())
    return {"antall": antall, "sha256": sum_.hexdigest()}


def _uten_opphav(conn: Connection, navn: str) -> int:
    tabell, opphav = metadata.tables[navn], _FINNES.get(navn) or _HENGER_PAA[navn][0]
    forelder = metadata.tables[opphav.tabell]
    med = tabell.outerjoin(forelder, opphav.til(tabell))  # a join, not EXISTS: also where the parent has no index for it
    uten = forelder.c[opphav.der or opphav.kolonne].is_(None)
    return int(conn.scalar(sa.select(sa.func.count()).select_from(med).where(uten)))


def _med_tid(tabell: sa.Table) -> tuple[sa.FromClause, sa.ColumnElement]:
    """(the table with what it hangs on, the column that says when)."""
    kilde: sa.FromClause = tabell
    while not (tider := [k for k in tabell.c if isinstance(k.type, Tid)]):
        veier = _HENGER_PAA[tabell.name]
        for en in veier:
            kilde = kilde.join(metadata.tables[en.tabell], en.til(tabell), isouter=len(veier) > 1)
        if len(veier) > 1:
            return kilde, sa.func.coalesce(*(_med_tid(metadata.tables[en.tabell])[1] for en in veier))
        tabell = metadata.tables[veier[0].tabell]
    return kilde, tider[0]
