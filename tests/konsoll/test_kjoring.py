"""A run started from a page: one at a time, followed while it goes, and when it stops, the page says why."""

import datetime as dt
import shutil
import threading
from dataclasses import replace

import pytest

from kjerne.api.konsoll.bakgrunn import PROVING, Bakgrunn
from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.kjoringsbilde import kjoringer
from kjerne.kjoring.rom import marker, start
from kjerne.kjoring.standard import innhold
from kjerne.kjoring.stans import i_arbeid
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.oppdagelse import finn
from tests.kjoring.conftest import EVENTYR
from tests.konsoll.sidesjekk import feil_paa

ID = "askeladden"


def test_en_om_gangen_og_framdriften_synes():
    b, klar, videre = Bakgrunn(), threading.Event(), threading.Event()

    def gjor(vis):
        vis("Regler og vedtak", 1, 3)
        klar.set()
        assert videre.wait(60)

    b.start("a", "ola", gjor)
    assert klar.wait(60) and (b.naa.hva, b.naa.ferdig, b.naa.av) == ("Regler og vedtak", 1, 3)
    with pytest.raises(Ordningsfeil, match="En annen kjøring pågår"):
        b.start("b", "kari", gjor)
    videre.set()
    b.vent(60)
    assert b.naa is None and b.siste().feil is None


def test_det_en_har_provd_er_hennes_og_ligger_ikke_for_lenge(monkeypatch):
    b = Bakgrunn()
    for hvem in ("ola", "kari"):
        b.start("a", hvem, lambda vis, hvem=hvem: f"{hvem} så dette", PROVING)
        b.vent(60)
    assert [b.siste(PROVING, n).resultat for n in ("ola", "kari")] == ["ola så dette", "kari så dette"] and b.siste() is None
    b.glem(PROVING, "kari")
    monkeypatch.setattr("kjerne.api.konsoll.bakgrunn.HVILE", -1)
    b.start("a", "ola", lambda vis: None)
    b.vent(60)
    assert b.siste(PROVING, "ola") is b.siste(PROVING, "kari") is None and b.siste() is not None


def test_en_feil_ingen_har_tenkt_paa_stanser_bare_kjoringen(caplog):
    b = Bakgrunn()
    b.start("a", "ola", lambda vis: 1 / 0)
    b.vent(60)
    assert b.naa is None and "gikk galt" in b.siste().feil.hva and "ZeroDivisionError" in caplog.text


def test_en_kjoring_som_stanser_sier_hvorfor(tom, tmp_path, monkeypatch):
    shutil.copytree(EVENTYR, tmp_path / "ordninger")
    (tmp_path / "ordninger" / ID / "flyt.py").write_text("flyt = None\n", "utf-8")
    monkeypatch.setenv("ORDNINGER_STI", str(tmp_path / "ordninger"))
    assert tom.send(f"/kjor/{ID}").sted == "/kjoringer/naa"
    tom.app.state.konsoll.bakgrunn.vent(60)
    side = tom.hent("/kjoringer/naa")
    assert "Stanset" in side.synlig and "Dette skjedde ikke" in side.synlig and "flyt.py" in side.synlig and feil_paa(side) == []
    assert "Se hva som skjedde" in tom.hent("/kjoringer").synlig


def test_siden_leses_paa_nytt_mens_noe_gaar_og_kan_slaas_av(tom):
    klar = threading.Event()
    tom.app.state.konsoll.bakgrunn.start(ID, "ola", lambda vis: klar.wait(60))
    try:
        for sti, ventet in (("/kjoringer/naa", 1), ("/kjoringer/naa?oppdater=nei", 0), ("/", 0)):
            side = tom.hent(sti)
            assert len(side.side.findall(".//meta[@http-equiv='refresh']")) == ventet and feil_paa(side) == [], sti
        assert "Ikke les på nytt av seg selv" in tom.hent("/kjoringer/naa").synlig
        assert "En annen kjøring pågår" in tom.send(f"/kjor/{ID}").synlig
    finally:
        klar.set()


def test_en_kjoring_fra_terminalen_sier_ogsaa_hvorfor_den_stanset(tom, grunnlag, tmp_path):
    """Stopped by a fault, broken off, and stopped before reasons were written."""
    (tmp_path / "gal.json").write_text("{ikke json", "utf-8")
    with pytest.raises(Ordningsfeil) as feil:
        kjor_ordning(tom.rom, ID, replace(grunnlag, inntekter=(tmp_path / "gal.json",)))
    (k,) = kjoringer(tom.rom)
    assert feil.value.hva in tom.hent("/kjoringer").synlig
    side = tom.hent(f"/kjoring/{k.kjoring_id}")
    assert feil.value.gjor_dette in side.synlig and "gal.json" in side.synlig and "Dette skjedde ikke" in side.synlig
    assert feil_paa(side) == []
    verk = finn(ID)
    ny = start(replace(tom.rom, klokke=Stillklokke(dt.date(2020, 7, 16))), verk, grunnlag, innhold(tom.rom, verk, grunnlag))
    with pytest.raises(RuntimeError), i_arbeid(tom.rom.data, ny.id):
        assert "refresh" in tom.hent(f"/kjoring/{ny.id}").tekst
        raise RuntimeError
    side = tom.hent(f"/kjoring/{ny.id}")
    assert "uten at noen grunn ble skrevet" in side.synlig and "refresh" not in side.tekst and feil_paa(side) == []
    assert "Prosessen er borte" in tom.hent("/kjoringer").synlig and "ble brutt av" in tom.hent("/").synlig
    marker(ny, "stanset")
    assert "Hvorfor er ikke skrevet ned" in tom.hent(f"/kjoring/{ny.id}").synlig and feil_paa(tom.hent("/kjoringer")) == []
