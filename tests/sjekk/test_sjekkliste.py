"""The list that people read: the same fault once, what to do once, and no more than a screen of each kind; --json has all."""

import json

import pytest

from kjerne.cli.sjekkliste import MAKS, _steder
from tests.cli.dorer import miljo, ordning
from tests.sjekk.ordningskopi import bytt


@pytest.fixture
def liste(hel, tmp_path):
    def kjor(*valg: str) -> str:
        return ordning("sjekk", "askeladden", *valg, miljo=miljo(tmp_path / "data", hel.parent) | {"COLUMNS": "250"}).ut

    return kjor


def test_mange_like_funn_vises_til_et_tak_og_staar_alle_i_json(hel, liste):
    bytt(hel / "ordning.toml", "fra = 2020-03-01", "fra = 2020-08-01")  # every example before August turns red
    alle = [f for f in json.loads(liste("--json"))["askeladden"] if "skal være" in f["hva"]]
    vist = liste()
    assert len(alle) > MAKS
    assert vist.count("skal være") == MAKS
    assert "til av samme slag. Rett disse først; alle står i: ordning sjekk --json" in vist
    assert vist.count("Slik retter du: Rett regelen, eller eksempelet hvis det er feil.") == 1


def test_den_samme_feilen_paa_mange_steder_er_en_linje(hel, liste):
    tekst = (hel / "regler.py").read_text("utf-8").replace('kilde="eventyr"', 'kilde="sagn"')
    (hel / "regler.py").write_text(tekst, "utf-8")
    vist = liste()
    assert vist.count("Kilden sagn står ikke i [kilder].") == 1
    assert "… og " in vist and "linje 24, regelen jaget_i_perioden, " in vist


@pytest.mark.parametrize(("hvor", "vist"), [
    (["f"], ""), (["f, linje 3"], "linje 3"), (["f, linje 3", "f, linje 8"], "linje 3, 8"),
    ([f"f, linje {n}" for n in range(1, 8)], "linje 1, 2, 3, 4, 5 … og 2 til"), (["f, linje 3, kolonne 4", "f, linje 9, kolonne 1"],
     "linje 3, kolonne 4, 9, kolonne 1"),
])  # fmt: skip
def test_stedene(hvor, vist):
    assert _steder(hvor) == vist
