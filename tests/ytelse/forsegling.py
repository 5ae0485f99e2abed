"""What it costs to seal a day and to hold it against its seals: python -m tests.ytelse.forsegling [cases]

The rows of so many cases, put in without the rules that guard them, on SQLite. Processor seconds of each table, and in all.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
import uuid

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager import tabeller as t
from kjerne.lager.bulk import sett_inn
from kjerne.lager.motor import aapne, lesende
from kjerne.lager.oppgradering import oppgrader
from kjerne.lager.person import person_ider
from kjerne.revisjon import personer, segl

ANTALL = 100_000
NAA = dt.datetime(2020, 4, 1, 12, tzinfo=dt.UTC)
DAG = NAA.date()


def main(antall: int) -> None:
    with tempfile.TemporaryDirectory(prefix="ordning-segl-") as mappe:
        motor = aapne(f"sqlite:///{mappe}/lager.db")
        oppgrader(motor)
        with motor.connect() as conn:
            conn.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            for navn in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
                conn.exec_driver_sql(f"DROP TRIGGER {navn}")
            _fyll(conn, antall)
            conn.commit()
        with lesende(motor) as conn:
            for navn in segl.forseglede():
                begynte = time.process_time()
                stand = segl._periode(conn, navn, segl._FORST, NAA)
                if stand["antall"] >= antall // 100:
                    _si(f"{navn}: {stand['antall']} rader", begynte)
        with motor.begin() as conn:
            begynte = time.process_time()
            segl.forsegl(conn, "maaling", NAA + dt.timedelta(days=1))
            _si("forsegle alt", begynte)
        for navn, provd in (("forseglet", segl.avvik), ("personer regnet ut på nytt", personer.avvik)):
            with lesende(motor) as conn:
                begynte = time.process_time()
                assert list(provd(conn)) == []
                _si(navn, begynte)
        motor.dispose()


def _si(hva: str, begynte: float) -> None:
    sys.stdout.write(f"{hva}: {time.process_time() - begynte:.2f} s CPU\n")


def _fyll(conn: Connection, antall: int) -> None:
    """One decision, line, letter, payment and message of oppdrag in each case; a verdict in each eighth; ten files and steps."""
    saker = [str(uuid.UUID(int=n)) for n in range(antall)]
    hver = {"person_id": person_ider(conn, [f"{n:011d}" for n in range(antall)]), "sak_id": saker, "vedtak_id": saker, "linje_id": saker,
            "fagsystem_id": saker, "ende_til_ende_id": [s[1:] for s in saker], "delytelse_id": saker, "soknad_id": saker,
            "arkiv": [f"brev/{n % 10}" for n in range(antall)], "sha256": [s * 2 for s in saker], "avtrykk": saker,
            "utfall": "innvilget"}  # fmt: skip
    noen = {"snapshot_id": [str(n) for n in range(10)], "sti": [f"brev/{n}" for n in range(10)]}
    for navn in ("soknad", "vedtak", "linje", "brev", "bunt_linje", "betalingsavtrykk", "oppdragslinje"):
        _sett_inn(conn, navn, hver)
    _sett_inn(conn, "kvalitetsdom", {"sak_id": saker[::8]})
    _sett_inn(conn, "snapshot", noen)
    _sett_inn(conn, "bunt_hendelse", {"handling": ["send"], "fil_sha256": "x"})
    _sett_inn(conn, "kjoring_steg", {"steg": ["kvalitet", "vedta"]})
    for navn in ("bunt", "leveranse", "kjoring", "oppdragsfil"):
        _sett_inn(conn, navn, {"ordning": ["x"], "tilstand": "ferdig"})


def _sett_inn(conn: Connection, navn: str, verdier: dict) -> None:
    """What is not given is the same in every row."""
    tabell = t.metadata.tables[navn]
    sett_inn(conn, tabell, {k.name: verdier.get(k.name, _fast(k)) for k in tabell.c})


def _fast(kolonne: sa.Column):
    if kolonne.name == "linjer_inn":
        return 2
    if isinstance(kolonne.type, t.Tid):
        return NAA - dt.timedelta(hours=2)
    if isinstance(kolonne.type, sa.Date):
        return DAG
    if isinstance(kolonne.type, sa.Integer | sa.BigInteger | sa.Double):
        return 1
    return {"endring": "NY", "belop_ore": 1}.get(kolonne.name, "x")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ANTALL)
