"""Decisions taken once more: what is found, what is stored, who may, and that it can be replayed, on both databases."""

import json
import shutil
from dataclasses import replace
from functools import partial

import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.kjoring.attestering import ventende
from kjerne.kjoring.avspilling import spill_av_alt
from kjerne.kjoring.helt import kjor_ordning, tall_for
from kjerne.kjoring.revurdering import Hvorfor, finn_endringer
from kjerne.kjoring.revurderingsforslag import avvis_forslag, foreslaa, godkjenn_forslag, les_forslag
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.lager.tilstand import tilstandshash
from kjerne.regelmotor.oppdagelse import finn
from tests.kjoring.conftest import EVENTYR, betal_alt

REGEL = Hvorfor("regel", "KL § 4 endret")


def endre_regel(tmp_path, monkeypatch, fra: str, til: str):
    """Changes one parameter row of the scheme's folder and reads it again."""
    mappe = tmp_path / "ordninger"
    if not mappe.exists():
        shutil.copytree(EVENTYR, mappe)
    fil = mappe / "askeladden" / "parametre.csv"
    tekst = fil.read_text("utf-8")
    assert fra in tekst
    fil.write_text(tekst.replace(fra, til), "utf-8")
    monkeypatch.setenv("ORDNINGER_STI", str(mappe))
    return finn("askeladden")


@pytest.fixture
def endret(tmp_path, monkeypatch):
    return partial(endre_regel, tmp_path, monkeypatch)


@pytest.fixture
def betalt(kjort):
    """As `kjort`, with the money sent."""
    betal_alt(kjort)
    return kjort


def hash_av(rom) -> str:
    with lesende(rom.motor) as conn:
        return tilstandshash(conn)


def alle(rom, tabell):
    with lesende(rom.motor) as conn:
        return conn.execute(sa.select(tabell)).all()


OPP, NED = ("dekning;60;%", "dekning;70;%"), ("dekning;60;%", "dekning;50;%")


def test_uendrede_regler_gir_ingen_endring(kjort):
    funnet = finn_endringer(kjort, finn("askeladden"), REGEL)
    assert set(funnet.liste["endring"]) == {"samme"} and len(funnet.liste) > 100 and not funnet.omgjores
    with pytest.raises(Ordningsfeil, match="Ingen vedtak"):
        foreslaa(kjort, finn("askeladden"), funnet, "ola")


def test_listen_endrer_ingenting_og_summene_stemmer(betalt, endret):
    foer = hash_av(betalt)
    verk = endret(*OPP)
    funnet = finn_endringer(betalt, verk, REGEL)
    assert hash_av(betalt) == foer
    liste, s = funnet.liste, funnet.summer()
    assert s["mer"] > 50 and s["mindre"] == s["til_ugunst"] == s["krav_ore"] == 0
    assert sum(s[n] for n in ("mer", "mindre", "fordelt", "holdt", "samme")) == s["proevd"] == len(liste)
    mer = liste[liste["endring"] == "mer"]
    assert (mer["etter_ore"] - mer["for_ore"] == mer["tillegg_ore"]).all() and set(mer["hvorfor"]) == {"dekning@2020-06-01"}
    assert int(mer["tillegg_ore"].sum()) == s["tillegg_ore"]


def test_for_lite_blir_nye_linjer_som_gaar_i_neste_bunt(betalt, endret, grunnlag):
    verk = endret(*OPP)
    forslag = foreslaa(betalt, verk, finn_endringer(betalt, verk, REGEL), "ola")
    assert forslag == foreslaa(betalt, verk, finn_endringer(betalt, verk, REGEL), "ola") and forslag.tilstand == "foreslått"
    with pytest.raises(Ordningsfeil, match="kan ikke godkjenne") as feil:
        godkjenn_forslag(betalt, verk, forslag.revurdering_id, " OLA", forslag.antall)
    assert feil.value.kode == 4
    with pytest.raises(Ordningsfeil, match="saker, ikke"):
        godkjenn_forslag(betalt, verk, forslag.revurdering_id, "kari", forslag.antall + 1)
    svar = godkjenn_forslag(betalt, verk, forslag.revurdering_id, "kari", forslag.antall)
    assert svar == {"nye_vedtak": forslag.antall, "nye_linjer": forslag.antall, "krav": 0}
    foer = hash_av(betalt)
    assert godkjenn_forslag(betalt, verk, forslag.revurdering_id, "kari", forslag.antall)["nye_vedtak"] == 0
    assert hash_av(betalt) == foer
    assert sum(o.tillegg_ore for o in alle(betalt, t.omgjoring)) == forslag.tillegg_ore
    antall, ulike = spill_av_alt(betalt, "askeladden")
    assert ulike == [] and antall == len(alle(betalt, t.vedtak))
    kjor_ordning(betalt, "askeladden", grunnlag)
    (ny,) = ventende(betalt, "askeladden")
    assert (ny.antall, ny.sum_ore) == (forslag.antall, forslag.tillegg_ore)
    assert tall_for(betalt, verk)["mottatt"] == 300


def test_for_mye_blir_krav_og_maa_ha_en_grunn(betalt, endret):
    verk = endret(*NED)
    funnet = finn_endringer(betalt, verk, REGEL)
    forslag = foreslaa(betalt, verk, funnet, "ola")
    assert forslag.til_ugunst == forslag.antall and forslag.tillegg_ore == 0
    with pytest.raises(Ordningsfeil, match="til ugunst"):
        godkjenn_forslag(betalt, verk, forslag.revurdering_id, "kari", forslag.antall)
    svar = godkjenn_forslag(betalt, verk, forslag.revurdering_id, "kari", forslag.antall, "Satsen var feil fra starten")
    kravene = alle(betalt, t.tilbakekreving)
    assert len(kravene) == svar["krav"] == forslag.antall and svar["nye_linjer"] == 0
    assert sum(k.belop_ore for k in kravene) == forslag.krav_ore == funnet.summer()["krav_ore"]
    assert spill_av_alt(betalt, "askeladden")[1] == []
    verk = endret("dekning;50;%", "dekning;60;%")  # and back: what was claimed stays claimed, and the difference is paid
    tilbake = foreslaa(betalt, verk, finn_endringer(betalt, verk, REGEL), "ola")
    assert (tilbake.antall, tilbake.tillegg_ore, tilbake.krav_ore) == (forslag.antall, forslag.krav_ore, 0)
    godkjenn_forslag(betalt, verk, tilbake.revurdering_id, "kari", tilbake.antall)
    antall, ulike = spill_av_alt(betalt, "askeladden")
    assert ulike == [] and antall == len(alle(betalt, t.vedtak))


def test_penger_som_ikke_er_sendt_holder_en_nedgang_tilbake(kjort, endret):
    s = finn_endringer(kjort, endret(*NED), REGEL)
    assert s.summer()["mindre"] == 0 and set(s.liste.loc[s.liste["endring"] == "holdt", "holdt_av"]) == {"ikke_sendt"}


def test_rettigheten_foelger_vedtaket_og_blir_fri_ved_avslag(betalt, endret):
    foer = {r.nokkel: r.vedtak_id for r in alle(betalt, t.rettighet)}
    verk = endret("frist;30.09.2020", "frist;20.06.2020")
    funnet = finn_endringer(betalt, verk, REGEL)
    nye_avslag = funnet.liste[(funnet.liste["for_utfall"] == "innvilget") & (funnet.liste["etter_utfall"] == "avslag")]
    assert len(nye_avslag) > 3 and nye_avslag["til_ugunst"].all() and set(nye_avslag["hvorfor"]) == {"søkte_i_tide"}
    f = foreslaa(betalt, verk, funnet, "ola")
    godkjenn_forslag(betalt, verk, f.revurdering_id, "kari", f.antall, "fristen var feil")
    etter = {r.nokkel: r.vedtak_id for r in alle(betalt, t.rettighet)}
    assert len(foer) - len(etter) == len(nye_avslag)
    verk = endret("frist;20.06.2020", "frist;30.09.2020")
    g = foreslaa(betalt, verk, finn_endringer(betalt, verk, REGEL), "kari")
    godkjenn_forslag(betalt, verk, g.revurdering_id, "ola", g.antall)
    igjen = {r.nokkel: r.vedtak_id for r in alle(betalt, t.rettighet)}
    assert igjen.keys() == foer.keys()
    nyeste = {}
    for v in sorted(alle(betalt, t.vedtak), key=lambda v: v.versjon):
        nyeste[v.sak_id] = v
    levende = {v.vedtak_id for v in nyeste.values() if v.utfall == "innvilget"}
    assert set(igjen.values()) == levende
    assert {s.sak_id: s.tilstand for s in alle(betalt, t.sak) if s.sak_id in nyeste} == {s: v.utfall for s, v in nyeste.items()}
    assert spill_av_alt(betalt, "askeladden")[1] == []


def test_ny_inntekt_med_de_samme_reglene(betalt, inndata, tmp_path):
    """Everybody in the file earned a two hundredth of it, which is below the cap: less money, no new outcome; no others are tried."""
    inntekt = pd.read_parquet(inndata / "inntekt.parquet")
    noen = sorted(inntekt["ident"].unique())[:150]
    lav = inntekt[inntekt["ident"].isin(noen)].copy()
    kolonne = next(n for n in lav if "belo" in n)
    lav[kolonne] = lav[kolonne] // 200
    fil = tmp_path / "rettet.parquet"
    lav.to_parquet(fil)
    verk = finn("askeladden")
    funnet = finn_endringer(betalt, verk, Hvorfor("inntekt", "rettet a-melding", inntekter=(fil,)))
    s = funnet.summer()
    assert s["mindre"] > 10 and s["mer"] == 0 and s["proevd"] < 300
    f = foreslaa(betalt, verk, funnet, "ola")
    godkjenn_forslag(betalt, verk, f.revurdering_id, "kari", f.antall, "arbeidsgiver rettet")
    nye = [v for v in alle(betalt, t.vedtak) if v.versjon == 2]
    gamle = {v.vedtak_id: v for v in alle(betalt, t.vedtak) if v.versjon == 1}
    assert all(v.snapshot_id != gamle[v.forrige_vedtak_id].snapshot_id for v in nye)
    assert all(v.fingeravtrykk == gamle[v.forrige_vedtak_id].fingeravtrykk for v in nye)
    assert spill_av_alt(betalt, "askeladden")[1] == []


def test_en_navngitt_feil_i_noen_saker(betalt):
    verk = finn("askeladden")
    v = next(v for v in alle(betalt, t.vedtak) if v.utfall == "avslag" and json.loads(v.avgjorende) == ["god_forklaring"] or
             v.utfall == "avslag" and "ikke_kappspist" in v.avgjorende)
    rettet = pd.DataFrame({"sak_id": [v.sak_id], "felt": ["har_bortforklaring"], "verdi": ["ja"]})
    funnet = finn_endringer(betalt, verk, Hvorfor("feil", "feillest svar", rettelser=rettet))
    assert funnet.summer()["proevd"] == 1 and funnet.liste["etter_utfall"].tolist() == ["innvilget"]
    f = foreslaa(betalt, verk, funnet, "ola")
    godkjenn_forslag(betalt, verk, f.revurdering_id, "kari", 1)
    assert spill_av_alt(betalt, "askeladden")[1] == []
    forste = {v.vedtak_id for v in alle(betalt, t.vedtak) if v.versjon == 1}
    assert sum(li.belop_ore for li in alle(betalt, t.linje) if li.vedtak_id not in forste) == f.tillegg_ore > 0


def test_foreldet_forslag_og_avvist_forslag(betalt, endret):
    verk = endret(*OPP)
    funnet = finn_endringer(betalt, verk, REGEL)
    f = foreslaa(betalt, verk, funnet, "ola")
    g = foreslaa(betalt, verk, replace(funnet, hvorfor=replace(REGEL, grunn="den samme en gang til")), "ola")
    godkjenn_forslag(betalt, verk, f.revurdering_id, "kari", f.antall)
    foer = hash_av(betalt)
    with pytest.raises(Ordningsfeil, match="avgjort på nytt etter"):
        godkjenn_forslag(betalt, verk, g.revurdering_id, "kari", g.antall)
    assert hash_av(betalt) == foer
    avvis_forslag(betalt, "askeladden", g.revurdering_id, "ola", "dobbelt")
    with pytest.raises(Ordningsfeil, match="avvist"):
        godkjenn_forslag(betalt, verk, g.revurdering_id, "kari", g.antall)
    with pytest.raises(Ordningsfeil, match="allerede godkjent"):
        avvis_forslag(betalt, "askeladden", f.revurdering_id, "ola", "angrer")
    tilstander = {x.revurdering_id: x.tilstand for x in les_forslag(betalt, "askeladden")}
    assert tilstander == {f.revurdering_id: "godkjent", g.revurdering_id: "avvist"}


def test_databasen_nekter_selv(betalt, endret):
    """Whoever writes the SQL: own approval, another content, no reason, a version without approval."""
    verk = endret(*NED)
    f = foreslaa(betalt, verk, finn_endringer(betalt, verk, REGEL), "ola")
    rad = {"revurdering_id": f.revurdering_id, "hendelse": "godkjent", "av": "kari", "innhold_sha256": f.innhold_sha256, "grunn": "ja",
           "tid": betalt.klokke.naa()}
    for galt, melding in (({"av": "Ola "}, "foreslo"), ({"innhold_sha256": "x"}, "ble foreslått"), ({"grunn": " "}, "til ugunst")):
        with pytest.raises(sa.exc.IntegrityError, match=melding), betalt.motor.begin() as conn:
            conn.execute(t.revurdering_hendelse.insert().values(rad | galt))
    v = next(v for v in alle(betalt, t.vedtak) if v.utfall == "innvilget")
    with pytest.raises(sa.exc.IntegrityError, match="nyeste"), betalt.motor.begin() as conn:
        conn.execute(t.vedtak.insert().values(v._asdict() | {"vedtak_id": "n", "versjon": 3, "forrige_vedtak_id": v.vedtak_id}))
    with pytest.raises(sa.exc.IntegrityError, match="ikke godkjent"), betalt.motor.begin() as conn:
        conn.execute(t.vedtak.insert().values(v._asdict() | {"vedtak_id": "n", "versjon": 2, "forrige_vedtak_id": v.vedtak_id}))
        conn.execute(t.omgjoring.insert().values(vedtak_id="n", revurdering_id=f.revurdering_id, for_utfall="innvilget", for_ore=1,
                                                 etter_ore=1, tillegg_ore=0, krav_ore=0, til_ugunst=0))
