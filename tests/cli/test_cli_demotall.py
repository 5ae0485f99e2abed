"""What the demo shows: lines that were not accepted are never left out, and there is no bank file when nobody is granted."""

from __future__ import annotations

import pytest

from kjerne.cli.demo import _vis
from kjerne.kjoring.demo import Demovalg

INGEN = {
    "ordning": "prove", "navn": "Prøve", "mottatt": 13, "innvilget": 0, "avslag": 13, "sporsmal": 0, "karantene": 0, "venter_fordelt": {},
    "sum_ore": 0, "sporsmal_stilt": 0, "bunter": [], "xsd_godtatt": False, "filer": {}, "mappe": "var/demo", "eksempelsak": "S1",
    "sekunder": 1.0, "leveranser": [],
}  # fmt: skip
AVVIST = {"fil": "soknader.csv", "linjer_inn": 500, "akseptert": 13, "karantene": 487,
          "linjer_i_karantene": [{"linje": 2, "grunn": "grad er utenfor grensene"}]}  # fmt: skip


@pytest.fixture(autouse=True)
def bred_skjerm(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")


def test_linjer_som_ikke_er_godtatt_vises_med_grunn(capsys):
    _vis(INGEN | {"leveranser": [AVVIST]}, [], Demovalg("prove"))
    ut = capsys.readouterr().out
    assert "487 av 500 linjer er satt i karantene: soknader.csv" in ut
    assert "linje 2: grad er utenfor grensene" in ut
    assert "… og 486 til" in ut


def test_uten_innvilgede_er_det_ingen_bankfil_aa_kontrollere(capsys):
    _vis(INGEN, [], Demovalg("prove"))
    ut = capsys.readouterr().out
    assert "Ingen er innvilget, så det er ingen bankfil." in ut
    assert "XSD" not in ut and "karantene:" not in ut
