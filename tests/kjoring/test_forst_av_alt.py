"""What is read before a run begins, and what it may read at all."""

import json
import shutil
from dataclasses import replace

import pytest

from kjerne.kjoring.helt import kjor_ordning
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import lesende
from kjerne.lager.tilstand import tilstandshash
from tests.kjoring.conftest import EVENTYR


@pytest.mark.parametrize(
    ("fil", "fra", "til", "ord_"),
    [
        ("brev/vedtak.nb.html", "{% block resultat %}", "{% block resultat ", "vedtak.nb.html"),
        ("brev/vedtak.nn.html", "{{ frist }}", "{{ fristen }}", "navn som ikke finnes: vedtak.nn.html: fristen"),
        ("kvalitet.toml", 'handling = "STOPP"', 'handling = "STOP"', "kvalitet.toml, linje"),
    ],
)
def test_en_feil_i_det_som_leses_sent_stopper_foer_noe_er_gjort(rom, grunnlag, tmp_path, monkeypatch, fil, fra, til, ord_):
    shutil.copytree(EVENTYR, tmp_path / "eventyr")
    sti = tmp_path / "eventyr" / "askeladden" / fil
    tekst = sti.read_text("utf-8")
    assert fra in tekst
    sti.write_text(tekst.replace(fra, til, 1), "utf-8")
    _stopper(rom, grunnlag, tmp_path, monkeypatch, ord_)


def test_et_vilkaar_uten_blokk_stopper_foer_noe_er_gjort(rom, grunnlag, tmp_path, monkeypatch):
    shutil.copytree(EVENTYR, tmp_path / "eventyr")
    for sti in (tmp_path / "eventyr" / "askeladden" / "brev").glob("vedtak.*.html"):
        linjer = sti.read_text("utf-8").splitlines(keepends=True)
        sti.write_text("".join(en for en in linjer if "block god_forklaring" not in en), "utf-8")
    _stopper(rom, grunnlag, tmp_path, monkeypatch, "forklarer vilkåret god_forklaring")


def _stopper(rom, grunnlag, tmp_path, monkeypatch, ord_):
    monkeypatch.setenv("ORDNINGER_STI", str(tmp_path / "eventyr"))
    with lesende(rom.motor) as conn:
        foer = tilstandshash(conn)
    with pytest.raises(Ordningsfeil) as feil:
        kjor_ordning(rom, "askeladden", grunnlag)
    assert ord_ in str(feil.value)
    with lesende(rom.motor) as conn:
        assert tilstandshash(conn) == foer
    assert not rom.data.exists()


def test_inntekt_under_et_annet_filter_leses_ikke(rom, grunnlag, tmp_path):
    fremmed = tmp_path / "inntekt.json"
    fremmed.write_text(json.dumps({"bulk": [{"filter": "AnnetFormaalA-inntekt", "data": []}]}), "utf-8")
    with pytest.raises(Ordningsfeil, match="ingen svar under filteret EventyrA-inntekt"):
        kjor_ordning(rom, "askeladden", replace(grunnlag, inntekter=(fremmed,)))
