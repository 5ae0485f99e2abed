"""The way from decision to file, broken off at each named place, and raced for by several at once. Killed there: test_drapsprogram."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from lagereksempel import NAA, bunt, fatt, godkjenn, hele_veien, send_bunt

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.lager.feilpunkt import Feilpunktsfeil
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
