"""Many rows at once, and safely again: what is already stored is left as it is, and what differs from it can be found.

Rows go in key order, so that two writers never wait for each other in a ring and SQLite's index grows at its end.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.motor import rens
from kjerne.lager.verdikolonner import Kolonner, drivverdier

Verdier = Mapping[str, Sequence[Any]]  # column → plain values, see drivverdier
_FAA = 500  # up to this many rows a temporary table costs more than it saves on PostgreSQL
_VERDIER = 800  # values in one INSERT on SQLite (its oldest limit is 999): half the time of one row at a time


def sett_inn(conn: Connection, tabell: sa.Table, kolonner: Kolonner, *, som_gitt: bool = False) -> int:
    """Inserts the rows whose keys (any unique constraint) are not taken, and returns how many they were.

    `som_gitt`: in the order given, so that rows that are read together lie together. For a caller who holds a lock that
    keeps other writers of the same rows away (`laas`).
    Broken CHECK, NOT NULL and foreign keys raise sqlalchemy.exc.IntegrityError. Does not see that a stored row has
    other content: ask `konflikter`. Text with NUL or lone surrogates raises Ordningsfeil, nothing is stored.
    """
    verdier = drivverdier(tabell, kolonner)
    if not _antall(verdier):
        return 0
    verdier = verdier if som_gitt else _i_nokkelrekkefolge(tabell, verdier)
    liste = ", ".join(verdier)
    if conn.dialect.name == "sqlite" or _antall(verdier) <= _FAA:
        return _mange(conn, f"INSERT INTO {tabell.name} ({liste}) VALUES", verdier, "ON CONFLICT DO NOTHING")
    with _stillas(conn, tabell, verdier) as stillas:  # the rows come out of it in the order they went in
        sporring = f"INSERT INTO {tabell.name} ({liste}) SELECT {liste} FROM {stillas} ON CONFLICT DO NOTHING"
        return conn.exec_driver_sql(sporring).rowcount


@dataclass(frozen=True)
class Konflikt:
    """Row `rad` (0, 1, … in what was given) has the key of another row, but other content in `kolonner`."""

    rad: int
    kolonner: tuple[str, ...]
    lagret: bool  # True: differs from what is stored; False: from an earlier row in what was given


def konflikter(
    conn: Connection, tabell: sa.Table, kolonner: Kolonner, nokkel: tuple[str, ...], se_bort_fra: tuple[str, ...] = (),
) -> list[Konflikt]:  # fmt: skip
    """Rows that `sett_inn` would leave out although they say something new. Empty = a repetition is a repetition.

    Used for a søknad sent again with other content: nokkel=("ordning", "soknad_id"), se_bort_fra=("leveranse_id",
    "linje"). `nokkel` must be a unique key of the table.
    """
    verdier = drivverdier(tabell, kolonner)
    innhold = [n for n in verdier if n not in nokkel and n not in se_bort_fra]
    if not _antall(verdier):
        return []
    funn = _innbyrdes(verdier, nokkel, innhold)
    with _stillas(conn, tabell, verdier | {"rad_nr": range(_antall(verdier))}) as stillas:
        like = " AND ".join(f"t.{n} = s.{n}" for n in nokkel)
        ulike = [f"t.{n} IS DISTINCT FROM s.{n}" for n in innhold]
        sporring = f"SELECT s.rad_nr, {', '.join(ulike)} FROM {stillas} s JOIN {tabell.name} t ON {like}"
        for rad, *flagg in conn.exec_driver_sql(f"{sporring} WHERE {' OR '.join(ulike)}"):
            funn[rad] = Konflikt(rad, tuple(n for n, f in zip(innhold, flagg, strict=True) if f), lagret=True)
    return [funn[rad] for rad in sorted(funn)]


def _innbyrdes(verdier: dict[str, list], nokkel: tuple[str, ...], innhold: list[str]) -> dict[int, Konflikt]:
    forste: dict[tuple, int] = {}
    funn = {}
    for rad, verdi in enumerate(zip(*(verdier[n] for n in nokkel), strict=True)):
        if (annen := forste.setdefault(verdi, rad)) != rad:
            ulike = tuple(n for n in innhold if verdier[n][rad] != verdier[n][annen])
            if ulike:
                funn[rad] = Konflikt(rad, ulike, lagret=False)
    return funn


def _antall(verdier: Verdier) -> int:
    return len(next(iter(verdier.values())))


def _i_nokkelrekkefolge(tabell: sa.Table, verdier: Verdier) -> Verdier:
    nokler = [verdier[k.name] for k in tabell.primary_key]
    nokler = nokler[0] if len(nokler) == 1 else list(zip(*nokler, strict=True))
    plasser = range(len(nokler))
    orden = sorted(plasser, key=nokler.__getitem__)
    if orden == list(plasser):
        return verdier
    hent = itemgetter(*orden)
    return {navn: hent(kolonne) for navn, kolonne in verdier.items()}


@contextlib.contextmanager
def stillas(conn: Connection, tabell: sa.Table, kolonner: Kolonner) -> Iterator[str]:
    """A temporary table with these rows and the column types of `tabell`, for a set-wise UPDATE or comparison.

    Gives its name; gone when the block ends, and in any case with the transaction.
    """
    with _stillas(conn, tabell, drivverdier(tabell, kolonner)) as navn:
        yield navn


@contextlib.contextmanager
def _stillas(conn: Connection, tabell: sa.Table, verdier: Verdier) -> Iterator[str]:
    navn = f"stillas_{tabell.name}"
    typer = {k.name: k.type.compile(conn.dialect) for k in tabell.c} | {"rad_nr": "INTEGER"}
    conn.exec_driver_sql(f"CREATE TEMPORARY TABLE {navn} ({', '.join(f'{k} {typer[k]}' for k in verdier)})")
    if conn.dialect.name == "sqlite":
        _mange(conn, f"INSERT INTO {navn} VALUES", verdier)
    else:
        with _raa(conn) as markor, markor.copy(f"COPY {navn} FROM STDIN") as kopi:
            for rad in zip(*verdier.values(), strict=True):
                kopi.write_row(rad)
        conn.exec_driver_sql(f"ANALYZE {navn}")
    yield navn
    conn.exec_driver_sql(f"DROP TABLE {navn}")  # after a fault the caller's rollback removes it


def _mange(conn: Connection, sett: str, verdier: Verdier, slutt: str = "") -> int:
    """Runs `sett` (…), (…) `slutt` over all rows and returns how many rows it touched.

    Several rows at a time on SQLite; on PostgreSQL psycopg sends single rows in one stream."""
    sqlite, bredde, antall = conn.dialect.name == "sqlite", len(verdier), _antall(verdier)
    flatt: list[Any] = [None] * (bredde * antall)
    for plass, kolonne in enumerate(verdier.values()):
        flatt[plass::bredde] = kolonne
    en = f"({', '.join(['?' if sqlite else '%s'] * bredde)})"
    om_gangen = max(1, _VERDIER // bredde) if sqlite else 1
    hele = antall - antall % om_gangen
    rort = 0
    with _raa(conn) as markor:
        for fra, til, n in ((0, hele, om_gangen), (hele, antall, 1)):
            if fra < til:
                deler = (flatt[i * bredde : (i + n) * bredde] for i in range(fra, til, n))
                markor.executemany(f"{sett} {', '.join([en] * n)} {slutt}", deler)
                rort += markor.rowcount
    return rort


@contextlib.contextmanager
def _raa(conn: Connection) -> Iterator[Any]:
    """The driver's own cursor inside the transaction of `conn`; errors come out as SQLAlchemy's, without values."""
    if not conn.in_transaction():
        conn.begin()
    driver = conn.dialect.dbapi
    markor = conn.connection.driver_connection.cursor()
    try:
        yield markor
    except driver.Error as feil:
        rens(feil)
        raise sa.exc.DBAPIError.instance("(bulk)", None, feil, driver.Error, hide_parameters=True) from None
    finally:
        markor.close()
