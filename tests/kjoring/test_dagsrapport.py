"""The daily report of two runs: what is new since last time, and why cases wait, in words."""

import datetime as dt
from dataclasses import replace

import pytest
from lxml import html

from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.dagsrapport import lag_rapport
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.rom import Grunnlag
from kjerne.regelmotor.oppdagelse import finn


def _tekst(sti) -> str:
    return " ".join(html.fromstring(sti.read_text("utf-8")).find("body").text_content().split()).replace("\u00a0", " ")


def test_rapporten_viser_endringen_siden_kjoeringen_foer(rom, grunnlag, tmp_path):
    verk, foer = finn("askeladden"), dt.date(2020, 6, 5)
    en, to = replace(rom, klokke=Stillklokke(foer)), replace(rom, klokke=Stillklokke(dt.date(2020, 6, 12)))
    uten_soknader = Grunnlag(inntekter=grunnlag.inntekter, arbeidsforhold=grunnlag.arbeidsforhold, vedtaksdato=to.klokke.idag())
    kjor_ordning(en, "askeladden", replace(grunnlag, hentet=foer, vedtaksdato=foer))
    sti, forste = lag_rapport(en, verk, tmp_path / "1.html")
    assert forste["endring"] is None and "siden sist" not in _tekst(sti)

    kjor_ordning(to, "askeladden", uten_soknader)
    sti, andre = lag_rapport(to, verk, tmp_path / "2.html")
    assert dt.datetime.fromisoformat(andre["endring"]["siden"]) == en.klokke.naa()
    assert andre["endring"]["avgjort"] == andre["avgjort"] - forste["avgjort"] > 0
    assert andre["endring"]["mottatt"] == 0
    assert f"+ {andre['endring']['avgjort']} siden sist" in _tekst(sti) and "Siden 5. juni 2020" in _tekst(sti)

    kjor_ordning(to, "askeladden", uten_soknader)
    igjen, _ = lag_rapport(to, verk, tmp_path / "3.html")
    assert igjen.read_bytes() == sti.read_bytes()


@pytest.mark.parametrize("aapen", [False, True])
def test_grunnene_til_aa_vente_er_setninger(kjort, tmp_path, aapen):
    _, tall = lag_rapport(kjort, finn("askeladden"), tmp_path / "r.html", aapen=aapen)
    grunner = [v["grunn"] for v in tall["ventegrunner"]]
    assert grunner
    for grunn in grunner:
        assert " " in grunn and grunn.endswith(".") and grunn[:1].isupper() and "|" not in grunn
