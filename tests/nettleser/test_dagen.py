"""The operator's day in a real browser, by keyboard only, with three people; and every page judged by axe and by its width."""

import datetime as dt
import re

import sqlalchemy as sa

from kjerne.kjoring.rom import Arbeidsrom
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.syntetisk.bank import svar_paa
from tests.konsoll.konsolltjener import SIRI, Konsolltjener
from tests.nettleser.nettleser import Tastatur, axe, se

ID = "askeladden"
TID = dt.datetime(2020, 7, 17, 8, tzinfo=dt.UTC)


def inn(k: Konsolltjener, side) -> Tastatur:
    side.goto(f"{k.rot}/start?token={k.inngang.starttoken}")
    return Tastatur(side)


def synlig(side) -> str:
    return re.sub(r"\s+", " ", side.inner_text("body"))


def test_dagen_med_tastatur_alene(konsoll, side, tmp_path, bilder):
    tast, feil = inn(konsoll, side), []
    feil += se(side, bilder, "00-hvem-er-du")
    side.set_viewport_size({"width": 1280, "height": 900})
    tast.velg("Ola Operatør")
    tast.velg("Kjøringer")
    tast.velg(den_ene(konsoll.rom, t.kjoring.c.kjoring_id)[:12])
    assert "Ferdig" in synlig(side) and "Kvalitetskontroll" in synlig(side)
    tast.velg("Kontroller")
    assert "Ingen funn venter" in synlig(side)
    tast.vaer("Kari Attestant")
    feil += se(side, bilder, "01-attestanten-i-dag")
    side.set_viewport_size({"width": 1280, "height": 900})
    tast.velg("Attester bunten")
    antall = side.locator(".nokkeltall .tall").first.inner_text()
    tast.skriv("Skriv antall betalinger for å attestere", antall)
    tast.velg("Attester bunten")
    assert "Bunten er attestert" in synlig(side) and side.locator("button:has-text('Disponer')").is_disabled()
    feil += axe(side, "attestert")
    tast.vaer("Bjørn Budsjett")
    tast.velg("Disponer bunten")
    tast.skriv("Skriv antall betalinger for å disponere", antall)
    tast.velg("Disponer bunten")
    assert "Bunten er disponert" in synlig(side)
    tast.vaer("Ola Operatør")
    tast.velg("Utbetal bunten")
    tast.velg("Lag betalingsfilen")
    assert "Betalingsfilen er laget" in synlig(side)
    (fil,) = konsoll.rom.betalingsmappe.glob("*.xml")
    svar_paa(fil, tmp_path / "svar.xml", TID, avvis=0.1)
    tast.fil("Kvitteringsfil (pain.002)", tmp_path / "svar.xml")
    tast.velg("Les inn kvitteringen")
    assert "avvist" in synlig(side) and "Kvittert" in synlig(side)
    feil += se(side, bilder, "02-bunt-kvittert")
    side.set_viewport_size({"width": 1280, "height": 900})
    tast.velg("Avstem askeladden")
    assert "Alt går opp" in synlig(side)
    feil += axe(side, "avstemt")
    tast.vaer("Siri Saksbehandler")
    tast.skriv("Søk etter person eller sak", en_innvilget(konsoll.rom))
    side.keyboard.press("Enter")
    side.wait_for_url("**/sak/**")
    assert "Banken" in synlig(side) and "Reglene" in synlig(side) and not re.search(r"\d{11}", side.url)
    tast.velg("I dag")
    tast.velg("Rapport")
    tast.velg("Åpne rapporten")
    assert "Dagsrapport" in side.title() and side.frame_locator("iframe").locator("h1").inner_text()
    tast.aapne("Stopp utbetalinger")
    tast.skriv("Hvorfor?", "øvelse i å stoppe")
    tast.velg("Stopp nå")
    assert "Alle utbetalinger er stoppet" in synlig(side)
    feil += se(side, bilder, "03-stoppet")
    assert feil == []


def en_innvilget(rom: Arbeidsrom) -> str:
    """A person whose money has arrived."""
    sporring = sa.select(t.person.c.ident).join(t.soknad).join(t.vedtak, t.vedtak.c.sak_id == t.soknad.c.sak_id).join(t.linje)
    sporring = sporring.join(t.bunt_linje).join(t.linjestand, t.linjestand.c.ende_til_ende_id == t.bunt_linje.c.ende_til_ende_id)
    with lesende(rom.motor) as conn:
        return conn.scalar(sporring.where(t.linjestand.c.stand == "oppgjort").limit(1))


def den_ene(rom: Arbeidsrom, kolonne: sa.Column) -> str:
    """The first of its kind."""
    with lesende(rom.motor) as conn:
        return conn.scalar(sa.select(sa.func.min(kolonne)))


def sak_i(rom: Arbeidsrom, tilstand: str) -> str:
    with lesende(rom.motor) as conn:
        return conn.scalar(sa.select(t.sak.c.sak_id).where(t.sak.c.tilstand == tilstand).order_by(t.sak.c.sak_id).limit(1))


def test_hver_side_er_tilgjengelig_og_faar_plass(konsoll, side, bilder):
    inn(konsoll, side)
    konsoll.inngang.okt.bytt(SIRI)
    rom = konsoll.rom
    bunt, kjoring, ett = (den_ene(rom, k) for k in (t.bunt.c.bunt_id, t.kjoring.c.kjoring_id, t.sporsmal.c.sporsmal_id))
    sider = {
        "idag": "/", "ordninger": "/ordninger", "ordning": f"/ordning/{ID}", "kjoringer": "/kjoringer", "kjoring": f"/kjoring/{kjoring}",
        "sporsmal": f"/sporsmal/{ID}", "ettsporsmal": f"/sporsmal/{ID}/{ett}", "kontroll": f"/kontroll/{ID}", "bunter": "/bunter",
        "bunt": f"/bunt/{bunt}", "avviste": f"/avviste/{ID}", "avstemming": f"/avstemming/{ID}", "ko": f"/ko/{ID}", "sok": "/sok",
        "behandle": f"/ko/{ID}/{sak_i(rom, 'manuell')}", "innvilget": f"/sak/{ID}/{sak_i(rom, 'innvilget')}",
        "avslag": f"/sak/{ID}/{sak_i(rom, 'avslag')}", "brev": f"/sak/{ID}/{sak_i(rom, 'avslag')}/brev/1", "krav": f"/krav/{ID}",
        "revurdering": f"/revurdering/{ID}", "rapporter": "/rapport", "rapport": f"/rapport/{ID}", "stopp": "/stopp",
        "finnes-ikke": "/finnes/ikke", "rapportsiden": f"/rapport/{ID}/side",
    }  # fmt: skip
    feil = []
    for navn, sti in sider.items():
        side.goto(konsoll.rot + sti)
        side.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true })")
        feil += se(side, bilder, navn)
    side.goto(konsoll.rot + "/")
    side.locator(".stoppknapp > summary").click()
    feil += se(side, bilder, "stoppknapp")
    assert feil == []
