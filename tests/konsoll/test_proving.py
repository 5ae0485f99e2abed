"""A revurdering from the console: it only shows first, and what is proposed is what was seen, on both databases."""

import datetime as dt
import json

import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.kjoring.revurderingsforslag import les_forslag
from kjerne.kontrakt.identer import lag_ident
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.lager.tilstand import tilstandshash
from tests.kjoring.conftest import betal_alt
from tests.kjoring.test_revurdering import NED, OPP, endre_regel
from tests.konsoll.konsolltjener import ATTESTANT, FAG, OPERATOR, Konsolltjener
from tests.konsoll.sidesjekk import feil_paa

ID = "askeladden"
LISTE, NY = f"/revurdering/{ID}", f"/revurdering/{ID}/ny"
GRUNN = "satsen var satt for lavt i juni"


@pytest.fixture
def betalt(kjort):
    """Everything paid, and the operator at the keyboard."""
    betal_alt(kjort)
    with Konsolltjener(kjort) as k:
        yield k.som(OPERATOR)


def hash_av(rom) -> str:
    with lesende(rom.motor) as conn:
        return tilstandshash(conn)


def vent(k: Konsolltjener):
    k.app.state.konsoll.bakgrunn.vent(120)
    svar = k.hent(NY)
    assert svar.status == 303 or feil_paa(svar) == [], feil_paa(svar)
    return svar


def prov(k: Konsolltjener, aarsak: str, fil=None, **felt: str):
    svar = k.send(NY, fil, aarsak=aarsak, **({"grunn": GRUNN} | felt))
    assert (svar.status, svar.sted) == (303, NY), svar.synlig
    return vent(k)


def foresla(k: Konsolltjener):
    assert k.fyll(NY, f"{NY}/foresla").sted == NY
    return vent(k)


def test_forst_vises_det_og_sa_foreslas_akkurat_det(betalt, tmp_path, monkeypatch):
    assert "Vis hva som ville skje" in betalt.hent(LISTE).synlig and "Ingenting er prøvd" in betalt.hent(NY).synlig
    endre_regel(tmp_path, monkeypatch, *OPP)
    foer = hash_av(betalt.rom)
    side = prov(betalt, "regel")
    assert "Dekning fra 01.06.2020" in side.synlig and "Får mer" in side.synlig and GRUNN in side.synlig and "0 til ugunst" in side.synlig
    assert hash_av(betalt.rom) == foer and les_forslag(betalt.rom, ID) == [], "det er bare sett på"
    rader = side.side.xpath("//section[@aria-labelledby='saker']//tbody/tr")
    with lesende(betalt.rom.motor) as conn:
        sett = conn.execute(sa.select(t.oppslagslogg.c.av, t.oppslagslogg.c.vist)).all()
    assert len(rader) == len(sett) == 50 and set(sett) == {(OPERATOR, "revurdering")}
    svar = foresla(betalt)
    (forslag,) = les_forslag(betalt.rom, ID)
    assert svar.sted == f"{LISTE}/{forslag.revurdering_id}" and (forslag.foreslaatt_av, forslag.grunn) == (OPERATOR, GRUNN)
    assert f"Foreslå å omgjøre {forslag.antall} saker" in side.synlig
    assert "Ingenting er endret før en annen" in betalt.folg(svar).synlig
    assert "Ingenting er prøvd" in betalt.hent(NY).synlig and GRUNN in betalt.hent(LISTE).synlig
    assert "nye vedtak" in betalt.folg(betalt.som(FAG).send(svar.sted, antall=str(forslag.antall))).synlig


def test_er_noe_endret_i_mellomtiden_foreslaas_ingenting(betalt, tmp_path, monkeypatch):
    endre_regel(tmp_path, monkeypatch, *OPP)
    gammelt = prov(betalt, "regel").side.xpath("//input[@name='innhold']")[0].value
    endre_regel(tmp_path, monkeypatch, OPP[1], NED[1])
    svar = foresla(betalt)
    assert "Noe er endret siden du så det, så ingenting er foreslått" in svar.synlig and "Får mindre" in svar.synlig
    assert les_forslag(betalt.rom, ID) == []
    nei = betalt.send(f"{NY}/foresla", innhold=gammelt)
    assert nei.status == 409 and "er ikke her lenger" in nei.synlig and feil_paa(nei) == [] and les_forslag(betalt.rom, ID) == []
    assert foresla(betalt).status == 303
    assert les_forslag(betalt.rom, ID)[0].til_ugunst > 0


def test_ny_inntekt_fra_en_fil(betalt, inndata, tmp_path):
    inntekt = pd.read_parquet(inndata / "inntekt.parquet")
    lav = inntekt[inntekt["ident"].isin(sorted(inntekt["ident"].unique())[:150])].copy()
    kolonne = next(n for n in lav if "belo" in n)
    lav[kolonne] = lav[kolonne] // 200
    lav.to_parquet(tmp_path / "rettet.parquet")
    side = prov(betalt, "inntekt", tmp_path / "rettet.parquet", hentet="14.07.2020")
    assert "Inntekten" in side.synlig and "Inntektene er hentet 14.07.2020" in side.synlig and "For mye betalt" in side.synlig
    assert not list(betalt.rom.data.glob(".innsendt*")), "filen ligger ikke igjen"
    assert betalt.som(FAG).hent(NY).synlig.count("Ingenting er prøvd") == 1, "det er den andres"
    assert foresla(betalt.som(OPERATOR)).status == 303
    (forslag,) = les_forslag(betalt.rom, ID)
    assert forslag.aarsak == "inntekt" and forslag.krav_ore > 0 and not list(betalt.rom.data.glob(".innsendt*"))


def test_rettelser_fra_en_fil_og_en_fil_med_feil(betalt, tmp_path):
    with lesende(betalt.rom.motor) as conn:
        alle = conn.execute(sa.select(t.vedtak.c.sak_id, t.vedtak.c.avgjorende).where(t.vedtak.c.utfall == "avslag")).all()
    sak = next(s for s, a in alle if json.loads(a) == ["god_forklaring"] or "ikke_kappspist" in a)
    (tmp_path / "gal.csv").write_text("sak;felt;verdi\nabc;har_bortforklaring;ja\nabd;har_bortforklaring;ja\n", "utf-8")
    (tmp_path / "rett.csv").write_text(f"sak;felt;verdi\n{sak};har_bortforklaring;ja\n", "utf-8")
    side = prov(betalt, "feil", tmp_path / "gal.csv")
    assert "Prøvingen stanset" in side.synlig and "gal.csv, linje 2" in side.synlig and "linje 3" in side.synlig
    assert str(betalt.rom.data) not in side.tekst
    assert "1 sak er prøvd" in prov(betalt, "feil", tmp_path / "rett.csv").synlig


@pytest.mark.parametrize(("felt", "ord_"), [
    ({"aarsak": "lyst", "grunn": GRUNN}, "Årsaken er ikke"), ({"aarsak": "regel", "grunn": "kort"}, "for kort"),
    ({"aarsak": "feil", "grunn": GRUNN}, "ikke valgt en fil"), ({"aarsak": "inntekt", "grunn": GRUNN, "hentet": "i går"}, "ikke en dato"),
    ({"aarsak": "inntekt", "grunn": GRUNN, "hentet": "01.01.2021"}, "ikke kommet ennå"),
    ({"aarsak": "regel", "grunn": f"gjelder {lag_ident(dt.date(1968, 7, 25), 1)} og andre"}, "fødselsnummer"),
])  # fmt: skip
def test_det_som_ikke_kan_proves_sier_hvorfor(tom, felt, ord_):
    svar = tom.send(NY, **felt)
    assert svar.status == 422 and ord_ in svar.synlig and "Ingenting er foreslått" in svar.synlig and feil_paa(svar) == []
    assert tom.app.state.konsoll.bakgrunn.siste("proving", OPERATOR) is None


def test_den_som_ikke_kan_foresla_ser_hvem_som_kan(tom):
    side = tom.som(ATTESTANT).hent(LISTE)
    assert "Krever rollen fagansvarlig, operatør eller saksbehandler" in side.synlig and "Vis hva som ville skje" not in side.synlig
    assert tom.hent(NY).status == 403 and tom.send(NY, aarsak="regel", grunn=GRUNN).status == 403
