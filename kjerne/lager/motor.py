"""Opens the database so that what is committed stays committed, and refuses settings that would break that promise.

SQLite: WAL, synchronous=FULL, foreign keys, recursive triggers (otherwise INSERT OR REPLACE passes append-only),
file mode 0600. PostgreSQL: fsync, full_page_writes and synchronous_commit must be on.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, make_url

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.driftsfeil import full_disk

VENT_PAA_LAAS_MS = 60_000
_PRAGMA = {  # name → (what we set, what SQLite must answer)
    "busy_timeout": (VENT_PAA_LAAS_MS, VENT_PAA_LAAS_MS),
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "recursive_triggers": ("ON", 1),
    "secure_delete": ("ON", 1),
    "temp_store": ("MEMORY", 2),
    "cache_size": (-131072, -131072),  # 128 MB: the indexes of a million rows
    "wal_autocheckpoint": (8192, 8192),  # 64 MB: what is committed is safe before it is moved into the file
}


def _uten_rader(post: logging.LogRecord) -> bool:
    """At DEBUG SQLAlchemy writes out every row that it reads, hide_parameters or not. INFO, with the statements, is let through."""
    return post.levelno > logging.DEBUG


logging.getLogger("sqlalchemy.engine.Engine").addFilter(_uten_rader)


def aapne(url: str | Path) -> Engine:
    """The engine for `sqlite:///fil.db`, a path, or `postgresql://…`. Raises Ordningsfeil when it cannot be trusted.

    Every transaction on SQLite is BEGIN IMMEDIATE, so that two writers queue and none is told "locked" half-way;
    reading without holding the writer's place: `lesende(engine)`.
    """
    tekst = str(url)
    adresse = make_url(tekst if "://" in tekst else f"sqlite:///{tekst}")
    if adresse.get_backend_name() == "sqlite":
        motor = _sqlite(adresse)
    elif adresse.get_backend_name() in ("postgresql", "postgres"):
        motor = sa.create_engine(
            adresse.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_pre_ping=True,
            connect_args={"client_encoding": "utf8", "options": "-c timezone=UTC"},
        )
        event.listen(motor, "connect", _krev_varig_postgres)
    else:
        raise Ordningsfeil(
            f"Databasen «{adresse.get_backend_name()}» er ikke støttet.",
            gjor_dette="Bruk sqlite:///fil.db eller postgresql://….", kode=2,
        )
    event.listen(motor, "handle_error", _uten_innhold)
    _prov(motor)
    return motor


def _prov(motor: Engine) -> None:
    try:
        with lesende(motor) as conn:
            conn.exec_driver_sql("SELECT 1")
    except sa.exc.DBAPIError as feil:
        raise full_disk(feil) or Ordningsfeil(
            f"Databasen svarer ikke ({type(feil.orig).__name__}).", _uten_passord(motor),
            "Se at databasen er i gang, at adressen stemmer, og at filen kan skrives.",
        ) from None


def _uten_passord(motor: Engine) -> str:
    return motor.url.render_as_string(hide_password=True)


def _sqlite(adresse: sa.URL) -> Engine:
    if not adresse.database or adresse.database == ":memory:" or adresse.database.startswith("file:"):
        raise Ordningsfeil("En database i minnet er borte når programmet stopper.", str(adresse),
                           "Oppgi en fil: sqlite:///var/ordning.db", kode=2)  # fmt: skip
    fil = Path(adresse.database)
    fil.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(fil, os.O_CREAT | os.O_RDWR, 0o600))
    if fil.stat().st_mode & 0o077:
        fil.chmod(0o600)
    motor = sa.create_engine(adresse, hide_parameters=True)
    event.listen(motor, "connect", _sett_pragma)
    event.listen(motor, "begin", _begynn)
    return motor


def _sett_pragma(forbindelse: Any, _: Any) -> None:
    forbindelse.isolation_level = None  # we write BEGIN ourselves; the driver must not
    forbindelse.execute("PRAGMA page_size=8192").close()  # heeded by an empty file only; a fifth faster than 4096
    for navn, (sett, svar) in _PRAGMA.items():
        forbindelse.execute(f"PRAGMA {navn}={sett}").close()
        if (fikk := forbindelse.execute(f"PRAGMA {navn}").fetchone()[0]) != svar:
            raise Ordningsfeil(
                f"SQLite ville ikke sette {navn} = {sett} (svarte {fikk}). Lagringen er da ikke trygg.",
                gjor_dette="Legg databasen på en lokal disk, eller bruk PostgreSQL.",
            )


def _begynn(conn: Connection) -> None:
    lesing = conn.get_execution_options().get("ordning_lesing")
    conn.exec_driver_sql("BEGIN" if lesing else "BEGIN IMMEDIATE")


def _krev_varig_postgres(forbindelse: Any, _: Any) -> None:
    navn = ("fsync", "full_page_writes", "synchronous_commit", "server_encoding")
    with forbindelse.cursor() as markor:
        markor.execute("SELECT " + ", ".join(f"current_setting('{n}')" for n in navn))
        verdier = dict(zip(navn, markor.fetchone(), strict=True))
    forbindelse.rollback()
    feil = [f"{n} = {v}" for n, v in verdier.items() if v == "off" or (n == "server_encoding" and v != "UTF8")]
    if feil:
        raise Ordningsfeil(
            f"PostgreSQL er satt opp slik at lagrede vedtak kan gå tapt: {', '.join(feil)}.",
            gjor_dette="Slå på fsync, full_page_writes og synchronous_commit, og bruk tegnsettet UTF8.",
        )


def _uten_innhold(hendelse: Any) -> None:
    """PostgreSQL quotes the row in DETAIL and CONTEXT; neither may reach a log."""
    feil = hendelse.original_exception
    rens(feil)
    if hendelse.sqlalchemy_exception is not None:
        hendelse.sqlalchemy_exception.args = (f"({type(feil).__name__}) {feil}",)


def rens(feil: BaseException) -> None:
    """Leaves the first line of a PostgreSQL error: what is wrong, not with which values."""
    diag = getattr(feil, "diag", None)
    if diag is not None and diag.message_primary:
        feil.args = (f"{diag.message_primary} [{diag.sqlstate}]",)


_VAKTER = ("IntegrityError", "CheckViolation", "RestrictViolation", "RaiseException")  # SQLite, and PostgreSQL


def vaktens_ord(feil: sa.exc.StatementError) -> str:
    """What one of our own triggers says, in Norwegian; empty for every other fault of a database."""
    tekst = str(feil.orig).rsplit(" [", 1)[0]
    egen = type(feil.orig).__name__ in _VAKTER and " constraint failed" not in tekst and " violates " not in tekst
    return tekst if egen else ""


@contextlib.contextmanager
def lesende(motor: Engine) -> Iterator[Connection]:
    """A connection for reading only, with one unchanging view of the database. Writing through it is refused."""
    if motor.dialect.name == "sqlite":
        with motor.connect().execution_options(ordning_lesing=True) as conn:
            raa = conn.connection.driver_connection
            raa.execute("PRAGMA query_only=ON").close()
            try:
                yield conn
            finally:
                conn.rollback()
                raa.execute("PRAGMA query_only=OFF").close()
    else:
        valg = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with motor.connect().execution_options(**valg) as conn:
            yield conn


def laas(conn: Connection, navn: str) -> None:
    """Only one transaction at a time passes here for each name. SQLite has one writer anyway (BEGIN IMMEDIATE)."""
    if conn.dialect.name == "postgresql":
        conn.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:navn, 0))"), {"navn": navn})
