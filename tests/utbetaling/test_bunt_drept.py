"""Killed with SIGKILL at each named place, started again: the same state and the same files as when nothing happened.

And the control arm: a sender that sends first and marks afterwards pays twice, so these tests are known to bite.
"""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from lagereksempel import NAA, bunt, fatt, godkjenn, hele_veien, send_bunt

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.lager.feilpunkt import Feilpunktsfeil, feilpunkt
from kjerne.lager.fil import sha256_av_fil
from kjerne.lager.motor import aapne
from kjerne.lager.tilstand import tilstandshash
from kjerne.utbetaling.godkjenning import Sett, attester
from tests.punkter import opptak

PUNKTER = [
    "vedtak.etter_vedtak", "vedtak.etter_linjer", "vedtak.etter_tilstand", "bunt.etter_utvalg", "bunt.etter_sum",
    "avtrykk.etter_nye", "bunt.etter_bunt", "bunt.for.kontroller", "bunt.etter.kontroller", "bunt.for.attester", "bunt.etter.attester",
    "ramme.etter_reservasjon", "hovedbok.etter_posteringer", "bunt.for.disponer", "bunt.etter.disponer", "utsending.etter_kontroll",
    "utsending.etter_temp", "utsending.etter_fsync", "bunt.for.send", "bunt.etter.send", "utsending.etter_rename",
    "utsending.for_commit", "utsending.etter_commit",
]  # fmt: skip


def test_listen_har_alt_som_skjer_paa_veien(lager, tmp_path):
    with opptak() as passert:
        hele_veien(lager, tmp_path / "ut")
        assert list(passert) == PUNKTER


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
    assert len(set(hasher)) == 6  # empty, decided, batched, attested, disposed, sent


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
        i_egen(lambda c, av=av: attester(c, en.bunt_id, av, Sett.av_bunt(en), NAA)) for av in ("Ola", "Per", "Anne", "Kari")
    ])  # fmt: skip
    assert sum(isinstance(s, Ordningsfeil) for s in svar) == 3, svar
    assert all(s.kode == 4 for s in svar if isinstance(s, Ordningsfeil))

    godkjenn(lager, en, (next(s for s in svar if not isinstance(s, Ordningsfeil)).av("attester"), "Lise"))
    svar = _samtidig(*[lambda: send_bunt(lager, en, tmp_path / "ut")] * 4)
    assert [s.ny for s in svar].count(True) == 1, svar
    assert len({s.fil_sha256 for s in svar}) == 1 and len(list((tmp_path / "ut").iterdir())) == 1
    with lager.connect() as conn:
        hendelser = conn.scalars(sa.select(t.bunt_hendelse.c.handling).order_by(t.bunt_hendelse.c.nr)).all()
        assert hendelser == ["kontroller", "attester", "disponer", "send"]


def _naiv_send(motor, en, mappe: Path) -> None:
    """How it must not be done: send under a name made now, then mark as sent."""
    with motor.begin() as conn:
        if conn.scalar(sa.select(t.egenskap.c.verdi).where(t.egenskap.c.navn == f"sendt:{en.bunt_id}")):
            return
    mappe.mkdir(exist_ok=True)
    (mappe / f"betaling-{len(list(mappe.iterdir())) + 1}.xml").write_text(en.bunt_id)
    feilpunkt("naiv.for_hendelse")
    with motor.begin() as conn:
        conn.execute(t.egenskap.insert().values(navn=f"sendt:{en.bunt_id}", verdi="ja"))


def test_kontrollarm_send_og_merk_betaler_to_ganger(lager, tmp_path, monkeypatch):
    with lager.begin() as conn:
        fatt(conn)
        en = bunt(conn).bunter[0]
    godkjenn(lager, en)
    monkeypatch.setenv("FEILPUNKT", "naiv.for_hendelse:1:raise")
    with pytest.raises(Feilpunktsfeil):
        _naiv_send(lager, en, tmp_path / "ut")
    _naiv_send(lager, en, tmp_path / "ut")
    assert len(list((tmp_path / "ut").iterdir())) == 2  # paid twice
