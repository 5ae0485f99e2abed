"""Killed with SIGKILL at each named place, started again: the same state and the same files as when nothing happened.

And the control arm: a sender that sends first and marks afterwards pays twice, so these tests are known to bite.
"""

import os
import re
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from lagereksempel import NAA, bunt, enkel_skriver, fatt, hele_veien

import kjerne
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.lager.feilpunkt import Feilpunktsfeil, feilpunkt
from kjerne.lager.fil import sha256_av_fil
from kjerne.lager.motor import aapne
from kjerne.lager.tilstand import tilstandshash
from kjerne.utbetaling.godkjenning import godkjenn
from kjerne.utbetaling.utsending import send

PUNKTER = [
    "vedtak.etter_vedtak", "vedtak.etter_linjer", "vedtak.etter_tilstand", "bunt.etter_utvalg", "bunt.etter_sum",
    "bunt.etter_bunt", "godkjenning.for_hendelse", "godkjenning.etter_hendelse", "utsending.etter_kontroll",
    "utsending.etter_temp", "utsending.etter_fsync", "utsending.etter_rename", "utsending.for_hendelse",
    "utsending.etter_hendelse",
]  # fmt: skip


def test_listen_over_feilpunkter_er_hele_listen():
    rot = Path(kjerne.__file__).parent
    kode = "".join(f.read_text("utf-8") for rom in ("vedtak/fatte.py", "utbetaling/*.py") for f in sorted(rot.glob(rom)))
    i_koden = set(re.findall(r'feilpunkt\("([^"]+)"\)', kode))
    i_koden |= {
        f"utsending.{n}" for n in re.findall(r'feilpunkt\(f"\{sted\}\.(\w+)"\)', (rot / "lager/fil.py").read_text())
    }
    assert i_koden == set(PUNKTER)


def _dreptes(url: str, mappe: Path, onske: str) -> bool:
    """Runs the whole way in a process of its own. True when it was killed."""
    if (barn := os.fork()) == 0:
        os.environ["FEILPUNKT"] = onske
        try:
            hele_veien(aapne(url), mappe)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(barn, 0)[1]) == -signal.SIGKILL


def _fasit(motor, mappe: Path) -> tuple[str, dict[str, str]]:
    with motor.connect() as conn:
        return tilstandshash(conn), {f.name: sha256_av_fil(f) for f in sorted(mappe.iterdir())}


@pytest.fixture(scope="module")
def uforstyrret(tmp_path_factory, _mal_sqlite):
    mappe = tmp_path_factory.mktemp("uforstyrret")
    (mappe / "lager.db").write_bytes(_mal_sqlite.read_bytes())
    motor = aapne(mappe / "lager.db")
    hele_veien(motor, mappe / "ut")
    fasit = _fasit(motor, mappe / "ut")
    assert len(fasit[1]) >= 2
    return fasit


def test_drept_ved_hvert_punkt_og_startet_igjen(lager_url, tmp_path, uforstyrret):
    """One database is killed at every point in turn, twice where the point is passed again, and then left in peace."""
    mappe = tmp_path / "ut"
    for punkt in PUNKTER:
        assert _dreptes(lager_url, mappe, f"{punkt}:1:sigkill"), punkt
        if not punkt.startswith("vedtak"):
            assert _dreptes(lager_url, mappe, f"{punkt}:1:sigkill"), punkt
    motor = aapne(lager_url)
    for _ in range(2):
        hele_veien(motor, mappe)
        assert _fasit(motor, mappe) == uforstyrret
    motor.dispose()


def test_en_uventet_feil_etterlater_ingenting(lager, tmp_path, monkeypatch):
    """I14: what breaks off leaves the database as it was after the last command that succeeded."""
    hasher = []
    sa.event.listen(lager, "commit", lambda conn: hasher.append(tilstandshash(conn)))
    with lager.begin() as conn:
        conn.scalar(sa.select(t.sak.c.sak_id))
    for punkt in PUNKTER:
        monkeypatch.setenv("FEILPUNKT", f"{punkt}:1:raise")
        with pytest.raises(Feilpunktsfeil):
            hele_veien(lager, tmp_path / "ut")
        with lager.connect() as conn:
            assert tilstandshash(conn) == hasher[-1], punkt
    assert len(set(hasher)) == 4  # empty, decided, batched, approved


def _samtidig(*oppgaver) -> list:
    """What each came to, answer or error, when all start at once."""
    start = threading.Barrier(len(oppgaver))

    def kjor(oppgave):
        start.wait()
        return oppgave()

    with ThreadPoolExecutor(len(oppgaver)) as traader:
        svar = [traader.submit(kjor, o) for o in oppgaver]
    return [s.exception() or s.result() for s in svar]


def test_kappløp_om_bunt_godkjenning_og_sending(lager, tmp_path):
    with lager.begin() as conn:
        fatt(conn)

    def i_egen(handling):
        def utfor():
            with lager.begin() as conn:
                return handling(conn)

        return utfor

    bunter = _samtidig(*[i_egen(bunt)] * 4)
    en = next(b for b in bunter if b is not None).bunter[0]
    assert bunter.count(None) == 3

    svar = _samtidig(*[
        i_egen(lambda c, av=av: godkjenn(c, en.bunt_id, av, en.innhold_sha256, en.antall, en.sum_ore, NAA))
        for av in ("Ola", "Per", "Anne", "Kari")
    ])  # fmt: skip
    assert sum(isinstance(s, Ordningsfeil) for s in svar) == 3, svar
    assert all(s.kode == 4 for s in svar if isinstance(s, Ordningsfeil))

    svar = _samtidig(*[i_egen(lambda c: send(c, en.bunt_id, "Ola", enkel_skriver, tmp_path / "ut", NAA))] * 4)
    assert [s.ny for s in svar].count(True) == 1, svar
    assert len({s.fil_sha256 for s in svar}) == 1 and len(list((tmp_path / "ut").iterdir())) == 1
    with lager.connect() as conn:
        assert conn.execute(sa.select(t.bunt_hendelse.c.hendelse)).scalars().all() == ["godkjent", "sendt"]


def _naiv_send(motor, en, mappe: Path) -> None:
    """How it must not be done: send under a name made now, then mark as sent."""
    with motor.begin() as conn:
        if conn.scalar(sa.select(t.bunt_hendelse.c.av).where(t.bunt_hendelse.c.hendelse == "sendt")):
            return
    mappe.mkdir(exist_ok=True)
    (mappe / f"betaling-{len(list(mappe.iterdir())) + 1}.xml").write_text(en.bunt_id)
    feilpunkt("naiv.for_hendelse")
    with motor.begin() as conn:
        conn.execute(t.bunt_hendelse.insert().values(bunt_id=en.bunt_id, hendelse="sendt", av="Ola", fil_sha256="f",
                                                     innhold_sha256=en.innhold_sha256, tid=NAA))  # fmt: skip


def test_kontrollarm_send_og_merk_betaler_to_ganger(lager, tmp_path, monkeypatch):
    with lager.begin() as conn:
        fatt(conn)
        en = bunt(conn).bunter[0]
        godkjenn(conn, en.bunt_id, "Ola", en.innhold_sha256, en.antall, en.sum_ore, NAA)
    monkeypatch.setenv("FEILPUNKT", "naiv.for_hendelse:1:raise")
    with pytest.raises(Feilpunktsfeil):
        _naiv_send(lager, en, tmp_path / "ut")
    _naiv_send(lager, en, tmp_path / "ut")
    assert len(list((tmp_path / "ut").iterdir())) == 2  # paid twice
