"""Pages that only show something when there is something to show: tried by keyboard, judged by axe and by their width."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.revurderingsforslag import les_forslag
from kjerne.kjoring.rom import Grunnlag, marker, start
from kjerne.kjoring.stans import i_arbeid
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.regelmotor.oppdagelse import finn
from tests.kjoring.test_revurdering import OPP, endre_regel
from tests.konsoll.konsolltjener import KONTROLL, OPERATOR
from tests.konsoll.test_kontroll import stans
from tests.nettleser.nettleser import Tastatur, se

ID = "askeladden"


def inn(k, side, konto: str) -> Tastatur:
    side.goto(f"{k.rot}/start?token={k.inngang.starttoken}")
    k.inngang.okt.bytt(konto)
    return Tastatur(side)


def synlig(side) -> str:
    return re.sub(r"\s+", " ", side.inner_text("body"))


def bredt(side) -> None:
    side.set_viewport_size({"width": 1280, "height": 900})


def naar_det_er_ferdig(k, side) -> None:
    """What is quick is shown at once; otherwise the page reads itself again, and here we do not wait for that."""
    k.app.state.konsoll.bakgrunn.vent(60)
    if side.locator("meta[http-equiv=refresh]").count():
        side.reload()


def test_en_revurdering_proves_og_foreslaas_med_tastatur(konsoll, side, bilder, tmp_path, monkeypatch):
    endre_regel(tmp_path, monkeypatch, *OPP)
    tast, feil = inn(konsoll, side, OPERATOR), []
    side.goto(f"{konsoll.rot}/revurdering/{ID}")
    side.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")
    feil += se(side, bilder, "10-revurdering-skjema")
    bredt(side)
    side.goto(f"{konsoll.rot}/revurdering/{ID}")
    tast.aapne("Endret regel eller parameter")
    tast.skriv("Hvorfor?", "dekningen var satt for lavt i juni")
    tast.velg("Vis hva som ville skje")
    naar_det_er_ferdig(konsoll, side)
    assert "Får mer" in synlig(side) and les_forslag(konsoll.rom, ID) == []
    feil += se(side, bilder, "11-hva-som-ville-skje")
    bredt(side)
    tast.velg("Foreslå å omgjøre")
    naar_det_er_ferdig(konsoll, side)
    assert "Revurderingen er foreslått" in synlig(side) and len(les_forslag(konsoll.rom, ID)) == 1
    feil += se(side, bilder, "12-foreslaatt")
    side.goto(f"{konsoll.rot}/revurdering/{ID}/ny")
    feil += se(side, bilder, "13-ingenting-proevd")
    assert feil == []


def test_alle_funn_av_en_kontroll_avgjores_med_tastatur(konsoll, side, bilder):
    stans(konsoll.rom)
    tast, feil = inn(konsoll, side, KONTROLL), []
    side.goto(f"{konsoll.rot}/kontroll/{ID}")
    feil += se(side, bilder, "20-kontroller-med-funn")
    bredt(side)
    tast.velg("Avgjør alle 4 funn av K04")
    feil += se(side, bilder, "21-en-kontroll")
    bredt(side)
    tast.velg("K04-a1")
    feil += se(side, bilder, "22-en-aarsak")
    bredt(side)
    tast.skriv("Skriv antall funn", "3")
    tast.skriv("Hvorfor?", "de er en familie med felles konto")
    tast.velg("Slipp 3 funn")
    assert "3 funn er sluppet" in synlig(side)
    side.goto(f"{konsoll.rot}/kontroll/{ID}/K04/K04-a1")
    feil += se(side, bilder, "23-ingen-funn-igjen")
    assert feil == []


def test_en_kjoring_som_stanset_eller_ble_brutt_av(konsoll, side, bilder):
    inn(konsoll, side, OPERATOR)
    rom, feil = konsoll.rom, []
    kjoringer = [start(replace(rom, klokke=Stillklokke(dt.date(2020, 7, d))), finn(ID), Grunnlag(), {"nr": d}) for d in (16, 17)]
    flere = [Ordningsfeil(f"Linje {n} kan ikke leses som JSON.", f"inntekt.jsonl, linje {n}", "Hent filen på nytt.") for n in (3, 8)]
    marker(kjoringer[0], "stanset", Samlefeil(flere))
    with pytest.raises(RuntimeError), i_arbeid(rom.data, kjoringer[1].id):
        raise RuntimeError
    for navn, sti in (("30-kjoringer", "/kjoringer"), *((f"31-{k.id[:4]}", f"/kjoring/{k.id}") for k in kjoringer)):
        side.goto(konsoll.rot + sti)
        feil += se(side, bilder, navn)
        assert "Fant 2 feil" in synlig(side) or "uten at noen grunn ble skrevet" in synlig(side)
    assert feil == []
