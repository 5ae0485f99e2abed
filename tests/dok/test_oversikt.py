"""The page of all schemes, and the watching that makes the pages again."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kjerne.regelmotor.folg import folg
from kjerne.regelmotor.oppdagelse import ROT, oppdag, ordningsmappe
from kjerne.regelmotor.oversikt import FILNAVN, oversikt, rad_i_oversikten, skriv_oversikt, uten_paragraf, valgene
from tests.cli.dorer import miljo, ordning

VERK, _ = oppdag()


@pytest.mark.parametrize("verk", list(VERK.values()), ids=list(VERK))
def test_raden_til_hver_ordning_er_fersk(verk):
    """Of one scheme at a time: the row of a scheme that is deleted is nobody's fault."""
    assert rad_i_oversikten(verk) in (ordningsmappe() / FILNAVN).read_text("utf-8").splitlines(), "Kjør: ordning dok"


def test_siden_sier_hva_kildene_ikke_ga(rot):
    verk, ute = oppdag(rot)
    side = skriv_oversikt(rot).read_text("utf-8")
    assert side == oversikt(verk.values(), ute)  # the same folders, the same bytes
    for v in verk.values():
        assert rad_i_oversikten(v) in side.splitlines()
        assert f"{v.manifest.gjelder.fra:%d.%m.%Y}–{v.manifest.gjelder.til:%d.%m.%Y}" in side
        for navn in uten_paragraf(v):
            assert f"`{navn}`" in side
        for _, tekst in valgene(v):
            assert tekst in side
    assert uten_paragraf(verk["askeladden"]) == ["gullverdi"]  # «FTRL § ?», once for its two rows
    assert [n for n, _ in valgene(verk["askeladden"])] == ["dagsats"]


def test_tabellen_er_en_tabell(rot):
    """Markdown: every row has as many cells as the heading, also when a name holds the sign between cells."""
    fil = rot / "askeladden" / "ordning.toml"
    fil.write_text(fil.read_text("utf-8").replace('forskrift = { nb = "kongens lov nr. 1"', 'forskrift = { nb = "lov | nr. 1"'), "utf-8")
    linjer = [linje for linje in skriv_oversikt(rot).read_text("utf-8").splitlines() if linje.startswith("|")]
    assert len(linjer) == 2 + len(oppdag(rot)[0])
    assert {linje.replace("\\|", "").count("|") for linje in linjer} == {6}


def test_slettet_og_odelagt(rot):
    skriv_oversikt(rot)
    (rot / "askeladden" / "regler.py").write_text("x = 1\n", "utf-8")
    side = skriv_oversikt(rot).read_text("utf-8")
    assert "`askeladden` kan ikke leses" in side
    assert str(rot) not in side  # no path of a machine on a page that is kept
    shutil.rmtree(rot / "askeladden")
    assert "askeladden" not in skriv_oversikt(rot).read_text("utf-8")
    for mappe in [m for m in rot.iterdir() if m.is_dir() and m.name[0] != "_"]:
        shutil.rmtree(mappe)
    assert "Det finnes ingen ordninger" in skriv_oversikt(rot).read_text("utf-8")
    assert not list(rot.glob("*.tmp"))


def test_dok_skriver_alt_og_en_odelagt_stopper_ingen(rot, tmp_path):
    egne = miljo(tmp_path, rot)
    svar = ordning("dok", "--json", miljo=egne)
    assert svar.kode == 0
    assert svar.json["oversikt"] == str(rot / FILNAVN)
    assert {Path(f).parent.name for f in svar.json["filer"]} == set(oppdag(rot)[0])
    (rot / "askeladden" / "eksempler" / "saker.csv").unlink()
    andre = rot / "per"
    shutil.copytree(rot / "askeladden", andre)
    svar = ordning("dok", miljo=egne)
    assert svar.kode == 1
    assert "Ute av drift: askeladden" in svar.feil
    assert FILNAVN in svar.ut


# --- --folg ----------------------------------------------------------------------------------------------------------


def test_en_lagret_fil_gir_en_side_og_en_linje(rot):
    gang = iter(range(20))

    def vent():
        n = next(gang)
        if n == 1:
            _legg_til(rot / "askeladden" / "parametre.csv", "")
        if n == 3:
            _legg_til(rot / "askeladden" / "regler.py", "x = 1\n")
        if n == 5:
            shutil.rmtree(rot / "askeladden")

    linjer = folg(vent, rot=rot)
    forste = next(linjer)
    assert forste == "askeladden: skrev REGLER.md, 11 regler"
    assert next(gang) == 2  # two looks: nothing in the first
    assert (rot / "askeladden" / "REGLER.md").exists()
    andre = next(linjer)
    assert andre.startswith("askeladden: ")
    assert "regler.py, linje" in andre
    assert "\n" not in andre
    assert next(linjer) == "askeladden: mappen er borte"
    assert "askeladden" not in (rot / FILNAVN).read_text("utf-8")


def _legg_til(fil: Path, tekst: str) -> None:
    fil.write_text(fil.read_text("utf-8") + tekst, "utf-8")
    s = fil.stat()
    os.utime(fil, ns=(s.st_atime_ns, s.st_mtime_ns + 1_000_000_000))  # whatever the clock of the disk


def test_felles_lov_angaar_alle_og_det_som_lages_angaar_ingen(rot):
    (rot / "askeladden" / "REGLER.md").write_text("gammel", "utf-8")
    fil, ganger = rot / "_felles" / "parametre.csv", []

    def vent():
        ganger.append(1)
        if len(ganger) == 2:
            _legg_til(fil, "")
        if len(ganger) == 6:
            raise KeyboardInterrupt

    linjer = []
    with pytest.raises(KeyboardInterrupt):
        for linje in folg(vent, rot=rot):
            linjer.append(linje)
    assert sorted(linje.split(":")[0] for linje in linjer) == sorted(oppdag(rot)[0])  # each once: its own pages wake nobody


def test_ctrl_c_avslutter_rolig(rot, tmp_path):
    miljoet = os.environ | miljo(tmp_path, rot) | {"PYTHONPATH": str(ROT), "PYTHONUNBUFFERED": "1"}
    barn = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "kjerne.cli", "dok", "askeladden", "--folg"], cwd=tmp_path, env=miljoet,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # fmt: skip  in the background it is ignored
    vokter = threading.Timer(60, barn.kill)  # a child that says nothing must not hold the tests
    vokter.start()
    try:
        lest = []
        while "Følger med" not in "".join(lest[-1:]):
            lest.append(barn.stdout.readline())
            assert lest[-1], barn.stderr.read()
        _legg_til(rot / "askeladden" / "parametre.csv", "")
        lest.append(barn.stdout.readline())
        time.sleep(0.1)
        barn.send_signal(signal.SIGINT)
        ut, feil = barn.communicate(timeout=30)
    finally:
        vokter.cancel()
        barn.kill()
    assert barn.returncode == 0
    assert feil == ""
    assert lest[-1].split("  ")[1] == "askeladden: skrev REGLER.md, 11 regler\n"
    assert ut == "Avsluttet.\n"
