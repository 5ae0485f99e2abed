"""Commands that only read make nothing, and say nothing that nobody knows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from kjerne.drift.innstillinger import Innstillinger
from kjerne.kjoring.forklaringstekst import skriv
from tests.cli.dorer import EVENTYR, miljo, ordning

LESER = [
    ("rapport", "askeladden"), ("verifiser",), ("sporsmal", "askeladden"), ("avvikl", "askeladden"), ("avvikl", "askeladden", "--utfor"),
    ("forklar", "askeladden", "finnes-ikke"),
]  # fmt: skip


def alt(rot: Path) -> set[str]:
    return {str(f) for f in rot.rglob("*")}


@pytest.mark.parametrize("kommando", LESER, ids=" ".join)
def test_uten_database_lages_ingen(kommando, tmp_path, monkeypatch):
    """From another folder there is nothing to read: that is said, with where it looked, and nothing is there afterwards."""
    monkeypatch.chdir(tmp_path)
    svar = ordning(*kommando, miljo=miljo(tmp_path / "var"))
    assert svar.kode == 2
    assert "Det er ingen database her" in svar.feil
    assert str(tmp_path / "var" / "ordning.sqlite") in svar.feil
    assert "ORDNING_DATA" in svar.feil
    assert alt(tmp_path) == set()


def test_status_uten_database_viser_ordningene_og_ingen_tall(tmp_path):
    egne = miljo(tmp_path / "var")
    tekst, som_json = ordning("status", miljo=egne), ordning("status", "--json", miljo=egne)
    assert tekst.kode == som_json.kode == 0
    assert "askeladden: Trøstegull" in tekst.ut
    assert f"Så etter {tmp_path}/var/ordning.sqlite" in tekst.ut
    assert "Mottatt" not in tekst.ut
    assert som_json.json["database"] == {"sted": f"{tmp_path}/var/ordning.sqlite", "finnes": False}
    assert all(set(o) == {"ordning", "navn", "tilstand"} for o in som_json.json["ordninger"])
    assert alt(tmp_path) == set()


def test_status_med_database_sier_hvilken(tmp_path):
    egne = miljo(tmp_path / "var")
    soknader = EVENTYR.parent / "feil" / "filer" / "soknader" / "gode.csv"
    ordning("kjor", "askeladden", "--soknader", soknader, "--dato", "2020-07-15", miljo=egne)
    assert f"Database: {tmp_path}/var/ordning.sqlite" in ordning("status", miljo=egne).ut
    tall = ordning("status", "--json", miljo=egne).json
    assert tall["database"]["finnes"] is True
    assert next(o for o in tall["ordninger"] if o["ordning"] == "askeladden")["mottatt"] > 0


def test_et_eksempel_forklares_uten_database(tmp_path):
    svar = ordning("forklar", "askeladden", "A-05", "--brev", tmp_path / "brev.html", miljo=miljo(tmp_path / "var"))
    assert svar.kode == 0, svar.feil
    assert "kappspist" in svar.ut
    assert alt(tmp_path) == {str(tmp_path / "brev.html")}


@pytest.mark.parametrize("url, sted", [
    ("postgresql://ola:hemmelig@tjener:5432/ordning?sslpassword=hemmelig", "postgresql://tjener:5432/ordning"),
    ("postgresql://tjener/ordning", "postgresql://tjener/ordning"),
])  # fmt: skip
def test_stedet_roeper_ikke_passordet(url, sted, tmp_path):
    her = Innstillinger(tmp_path, url)
    assert (her.databasested, her.databasefil, her.har_database) == (sted, None, True)


def test_en_fil_et_annet_sted(tmp_path):
    her = Innstillinger(tmp_path / "data", f"sqlite:///{tmp_path}/annen.db")
    assert (her.databasested, her.har_database) == (str(tmp_path / "annen.db"), False)
    (tmp_path / "annen.db").touch()
    assert her.har_database


def test_vurder_gir_ikke_null_kroner_til_den_ingen_vet_om(tmp_path):
    """To a human: the amount is not known. A refusal is 0."""
    mappe = EVENTYR / "askeladden" / "eksempler"
    filer = ("--saker", mappe / "saker.csv", "--inntekter", mappe / "inntekter.csv")
    rader = {r["sak"]: r for r in ordning("vurder", "askeladden", *filer, "--json", miljo=miljo(tmp_path)).json}
    assert {r["utfall"] for r in rader.values()} == {"innvilget", "avslag", "til manuell"}
    for rad in rader.values():
        ukjent = rad["utfall"] == "til manuell"
        assert (rad["beløp"] is None, rad["beløp_øre"] is None) == (ukjent, ukjent), rad["sak"]
    assert rader["A-05"]["beløp_øre"] == 0
    assert rader["A-01"]["beløp_øre"] == 7200
    tabell = pd.read_csv(pd.io.common.StringIO(ordning("vurder", "askeladden", *filer, miljo=miljo(tmp_path)).ut), sep=";", dtype=str,
                         keep_default_na=False).set_index("sak")  # fmt: skip
    assert tabell.loc["A-09", ["beløp", "beløp_øre"]].tolist() == ["", ""]
    assert tabell.loc["A-05", ["beløp", "beløp_øre"]].tolist() == ["0", "0"]


@pytest.mark.parametrize("dag", ["1900-01-01", "1900-02-01", "9999-12-31"])
def test_en_dag_som_ingen_har_satt_er_ingen_opplysning(dag):
    assert skriv(dag, "dato") == "ikke satt"
    assert skriv("2020-03-20", "dato") == "20. mars 2020"
    assert skriv(dag, "kode") == dag


def test_dok_for_en_ordning_skriver_bare_i_mappen_dens(tmp_path):
    rot = tmp_path / "o"
    shutil.copytree(EVENTYR, rot, ignore=shutil.ignore_patterns("__pycache__"))
    foer, egne = alt(rot), miljo(tmp_path / "var", rot)
    svar = ordning("dok", "askeladden", "--json", miljo=egne)
    assert (svar.kode, svar.json["oversikt"]) == (0, None)
    assert alt(rot) - foer == {str(rot / "askeladden" / "REGLER.md")}
    assert "OVERSIKT" not in ordning("dok", "askeladden", miljo=egne).ut
    assert ordning("dok", "--json", miljo=egne).json["oversikt"] == str(rot / "OVERSIKT.md")
    assert (rot / "OVERSIKT.md").exists()
