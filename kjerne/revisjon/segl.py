"""Seals: once a day every row that has come since the last seal is hashed, table by table, into the chain. A row that is changed, taken
away or added behind afterwards gives its period another hash (I11), also where no amount and no count would tell.

A row belongs to the moment in its own time column, or in that of the row it hangs on. Rows younger than an hour wait for the next
seal: a transaction that began before this one may not be finished.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.tabeller import BARE_TILFOY, Tid, metadata, revisjonslogg
from kjerne.revisjon.hendelse import logg
from kjerne.revisjon.kjede import Funn

FORSEGLET = "base.forseglet"
# The chain itself; and what has no moment that stays: these are counted when a run ends, and letters and snapshots have a hash of content.
# Lines of oppdrag are planned part by part, perhaps on two days; the file they become has a hash.
UTENFOR = frozenset({"egenskap", "revisjonslogg", "bunt_overgang", "person", "brev", "kvalitetsdom", "snapshot", "oppdragslinje"})
VENT = dt.timedelta(hours=1)
_FORM = "%Y-%m-%dT%H:%M:%S.%f"
_FORST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_HENGER_PAA = {  # table → (the one that was written in the same transaction, the column that names it, which of its rows)
    "linje": ("vedtak", "vedtak_id", ""), "omgjoring": ("vedtak", "vedtak_id", ""),
    "vedtaksperiode": ("vedtak", "vedtak_id", ""), "postering": ("bilag", "bilag_id", ""),
    "bunt_linje": ("bunt", "bunt_id", ""), "soknad": ("leveranse", "leveranse_id", ""),
    "leveranse_karantene": ("leveranse", "leveranse_id", ""), "reservasjon": ("bunt_hendelse", "bunt_id", "handling = 'disponer'"),
    "betalingsavtrykk": ("bunt_linje", "linje_id", "forsok = 1"),
}  # fmt: skip
_PORSJON = 5_000


def forseglede() -> tuple[str, ...]:
    """Every append-only table whose rows have a moment."""
    return tuple(n for n in BARE_TILFOY if n not in UTENFOR)


def forsegl(conn: Connection, av: str, naa: dt.datetime) -> bool:
    """Seals what has come since the last time. True when there was anything. Last in the transaction (see `logg`)."""
    fra, til = _siste(conn), naa - VENT
    tabeller = {n: s for n in forseglede() if (s := _periode(conn, n, fra, til))["antall"]} if til > fra else {}
    if tabeller:
        logg(conn, FORSEGLET, "base:ordning", av, {"fra": _tekst(fra), "til": _tekst(til), "tabeller": tabeller}, naa)
    return bool(tabeller)


def avvik(conn: Connection) -> Iterator[Funn]:
    """Where a sealed period is no longer what it was."""
    r = revisjonslogg.c
    for navn in _HENGER_PAA:
        if antall := _uten_opphav(conn, navn):
            yield Funn(0, f"Tabellen {navn}: {antall} rader henger på noe som ikke finnes.")
    for nr, detaljer in conn.execute(sa.select(r.nr, r.detaljer).where(r.hendelse == FORSEGLET).order_by(r.nr)).all():
        d = json.loads(detaljer)
        fra, til = (dt.datetime.strptime(d[n], _FORM).replace(tzinfo=dt.UTC) for n in ("fra", "til"))
        for navn in forseglede():
            ventet = d["tabeller"].get(navn, {"antall": 0})
            fant = _periode(conn, navn, fra, til)
            if fant["antall"] != ventet["antall"] or fant["antall"] and fant["sha256"] != ventet["sha256"]:
                hva = "endret" if fant["antall"] == ventet["antall"] else "tatt bort eller lagt til"
                yield Funn(nr, f"Tabellen {navn}: rader er {hva} etter at de ble forseglet ({ventet['antall']} da, {fant['antall']} nå).")


def _siste(conn: Connection) -> dt.datetime:
    r = revisjonslogg.c
    detaljer = conn.scalar(sa.select(r.detaljer).where(r.hendelse == FORSEGLET).order_by(r.nr.desc()).limit(1))
    return dt.datetime.strptime(json.loads(detaljer)["til"], _FORM).replace(tzinfo=dt.UTC) if detaljer else _FORST


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
    tabell, (forelder, nokkel, hvilke) = metadata.tables[navn], _HENGER_PAA[navn]
    opphav = metadata.tables[forelder]
    finnes = sa.exists().where(opphav.c[nokkel] == tabell.c[nokkel], *([sa.text(f"{forelder}.{hvilke}")] if hvilke else []))
    return int(conn.scalar(sa.select(sa.func.count()).select_from(tabell).where(~finnes)))


def _med_tid(tabell: sa.Table) -> tuple[sa.FromClause, sa.ColumnElement]:
    """(the table with what it hangs on, the column that says when)."""
    kilde: sa.FromClause = tabell
    while not (tider := [k for k in tabell.c if isinstance(k.type, Tid)]):
        navn, nokkel, hvilke = _HENGER_PAA[tabell.name]
        forelder = metadata.tables[navn]
        paa = tabell.c[nokkel] == forelder.c[nokkel]
        kilde, tabell = kilde.join(forelder, paa & sa.text(f"{navn}.{hvilke}") if hvilke else paa), forelder
    return kilde, tider[0]
