"""A broken scheme is out of service with its reason. Every command lives through it, and the others run on."""

import datetime as dt
import shutil

import pytest

from kjerne.kjoring.syntetisk import lag_syntetisk
from tests.cli.dorer import EVENTYR, miljo, ordning

DATO = ("--dato", "2020-07-15", "--hentet", "2020-07-13")
ODELAGT = {
    "løkke i reglene": ("regler.py", "while True:\n    pass\n"),
    "åpen parentes i manifestet": ("ordning.toml", "[eier\n"),
    "manifestet er borte": ("ordning.toml", None),
    "dag som ikke finnes": ("parametre.csv", "frist;30.02.2020;dato;01.03.2020;;;KL § 5;eventyr;\n"),
}


@pytest.fixture(scope="module", params=ODELAGT.values(), ids=ODELAGT.keys())
def sted(request, tmp_path_factory):
    """The good scheme, and a broken copy beside it."""
    fil, tillegg = request.param
    rot = tmp_path_factory.mktemp("sted")
    shutil.copytree(EVENTYR, rot / "o", ignore=shutil.ignore_patterns("__pycache__"))
    odelagt = rot / "o/gjetergutten" / fil
    odelagt.write_text(odelagt.read_text("utf-8") + tillegg, "utf-8") if tillegg else odelagt.unlink()
    return rot, miljo(rot / "data", rot / "o"), fil


def test_status_sier_hvem_som_er_ute_og_viser_de_andre(sted):
    _, egne, fil = sted
    svar = ordning("status", "--json", miljo=egne)
    assert "askeladden" in {o["ordning"] for o in svar.json["ordninger"]}
    assert "gjetergutten" in svar.ut
    assert fil in svar.ut


@pytest.mark.parametrize("kommando", ["eksempler", "dok", "sjekk", "modenhet"])
def test_kommandoer_for_alle_ordninger(sted, kommando):
    rot, egne, fil = sted
    svar = ordning(kommando, miljo=egne)
    assert svar.kode == 1
    assert "gjetergutten" in svar.ut + svar.feil
    assert fil in svar.ut + svar.feil
    assert "askeladden" in svar.ut
    assert "Traceback" not in svar.ut + svar.feil
    assert (rot / "o/OVERSIKT.md").exists() or kommando != "dok"


MED_ID = ("status", "kjor", "sjekk", "eksempler", "dok", "rapport", "sporsmal", "modenhet", "simuler")


@pytest.mark.parametrize("kommando", MED_ID)
def test_den_ødelagte_selv_får_grunnen(sted, kommando):
    _, egne, fil = sted
    svar = ordning(kommando, "gjetergutten", miljo=egne)
    assert svar.kode != 0
    assert fil in svar.ut + svar.feil
    assert "Traceback" not in svar.ut + svar.feil


def test_den_gode_kjører_hele_veien(sted, monkeypatch):
    rot, egne, _ = sted
    monkeypatch.setenv("ORDNINGER_STI", egne["ORDNINGER_STI"])
    if not (rot / "inn").exists():
        lag_syntetisk(rot / "inn", 30, 3, "askeladden", 30, dt.date(2020, 6, 1), 7, ("parquet",))
    filer = ("--soknader", rot / "inn/soknader.csv", "--inntekter", rot / "inn/inntekt.parquet")
    svar = ordning("kjor", "askeladden", *filer, *DATO, "--json", miljo=egne)
    assert svar.kode in (0, 4), svar.feil
    assert svar.json


def test_demo_går_sin_gang(sted):
    rot, egne, _ = sted
    svar = ordning("demo", "--antall", "40", "--mappe", rot / "demo", "--json", miljo=egne)
    assert svar.kode in (0, 4), svar.feil
    assert "Traceback" not in svar.feil
