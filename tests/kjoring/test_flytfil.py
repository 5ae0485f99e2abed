"""A scheme's own flow: loaded only behind the gate and only when it has been read, and then it does what it says."""

from __future__ import annotations

import dataclasses
import importlib.util
import py_compile
import shutil
import time

import pytest
import sqlalchemy as sa

from kjerne.kjoring import ekstrasteg, flytfil, helt
from kjerne.kjoring.flytfil import les_flyt
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import brev, kjoring_steg
from kjerne.revisjon.kjede import Funn
from tests.kjoring.conftest import EVENTYR

ID = "askeladden"


@pytest.fixture
def mappe(tmp_path, monkeypatch):
    shutil.copytree(EVENTYR, tmp_path / "o", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv("ORDNINGER_STI", str(tmp_path / "o"))
    return tmp_path / "o" / ID


def skriv(mappe, tekst: str) -> None:
    (mappe / "flyt.py").write_text(f"from flows import standardflyt, verifisering\n\n{tekst}\n", "utf-8")


def test_en_flyt_som_angriper_blir_ikke_kjort(mappe, tmp_path):
    port = helt.port
    angrep = (
        f'from kjerne.cli.prover import os\nx = os.mkdir("{tmp_path}/utenfor")\nflyt = standardflyt("{ID}")',
        f'import kjerne.kjoring.helt as h\nh.port = lambda *a, **k: None\nflyt = standardflyt("{ID}")',
        f'x = [y for y in iter(int, 1)]\nflyt = standardflyt("{ID}")',
    )
    for tekst in angrep:
        skriv(mappe, tekst)
        with pytest.raises(Samlefeil, match="er ikke lov i flyt.py"):
            les_flyt(mappe)
    assert not (tmp_path / "utenfor").exists()
    assert helt.port is port


def test_en_kompilert_utgave_ved_siden_av_blir_ikke_kjort(mappe, tmp_path):
    """The file that was read is the one that is run; Python would have taken a compiled one that says it is as old."""
    ond = tmp_path / "ond.py"
    ond.write_text(f'import os\nos.mkdir("{tmp_path}/utenfor")\n', "utf-8")
    skjult = importlib.util.cache_from_source(str(mappe / "flyt.py"))
    py_compile.compile(str(ond), skjult, str(mappe / "flyt.py"), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    assert les_flyt(mappe).id == ID
    assert not (tmp_path / "utenfor").exists()


def test_porten_staar_foran_flyten(rom, mappe, grunnlag, monkeypatch):
    monkeypatch.setattr(helt, "les_flyt", lambda _: pytest.fail("lastet"))
    manifest = mappe / "ordning.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('tilstand = "godkjent"', 'tilstand = "utkast"'), "utf-8")
    with pytest.raises(Ordningsfeil, match="krever at ordningen er godkjent"):
        kjor_ordning(dataclasses.replace(rom, krev_syntetisk=False), ID, grunnlag)


def test_en_flyt_som_aldri_blir_lastet_stanses(mappe, monkeypatch):
    monkeypatch.setattr(flytfil, "SEKUNDER", 0.05)
    monkeypatch.setattr("flows.standardflyt", lambda _: time.sleep(10))
    begynte = time.monotonic()
    with pytest.raises(Ordningsfeil, match="flyt.py var ikke lastet"):
        les_flyt(mappe)
    assert time.monotonic() - begynte < 5


def test_uten_brev_og_med_verifisering(rom, mappe, grunnlag):
    skriv(mappe, f'flyt = standardflyt("{ID}").uten("brev").etter("bunt", verifisering)')
    with pytest.raises(Samlefeil, match="brev er utelatt uten grunn"):
        kjor_ordning(rom, ID, grunnlag)
    (mappe / "modenhet.toml").write_text('[uten_steg]\nbrev = "Kongen leser opp vedtakene på tunet."\n', "utf-8")
    utfall = kjor_ordning(rom, ID, grunnlag)
    assert [m.steg for m in utfall.maalinger] == ["mottak", "innhenting", "kvalitet", "vurder", "bunt", "verifisering"]
    assert utfall.maalinger[-1].resultat["hendelser"] > 0
    with lesende(rom.motor) as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(brev)) == 0
        assert conn.scalar(sa.select(sa.func.count()).where(kjoring_steg.c.steg == "verifisering")) == 1


def test_verifiseringen_stanser_naar_noe_er_endret(rom, mappe, grunnlag, monkeypatch):
    skriv(mappe, f'flyt = standardflyt("{ID}").etter("bunt", verifisering)')
    ekte, funnet = ekstrasteg.verifiser, {"antall_funn": 1, "funn": [Funn(3, "Hendelsen er endret.")]}
    monkeypatch.setattr(ekstrasteg, "verifiser", lambda r: dataclasses.replace(ekte(r), **funnet))
    with pytest.raises(Ordningsfeil, match="Hendelsen er endret"):
        kjor_ordning(rom, ID, grunnlag)
