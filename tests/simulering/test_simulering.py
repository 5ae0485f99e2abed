"""A simulation gives what the rules give, decides nothing, and shows no small numbers."""

from __future__ import annotations

import datetime as dt
import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from kjerne.innhenting import les_inntekt
from kjerne.kjoring import simuleringsgrunnlag
from kjerne.kjoring.simulering import Simuleringsvalg, simuler
from kjerne.kjoring.syntetisk import lag_syntetisk
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.modenhet import MENNESKEKRAV
from kjerne.mottak import les_soknader
from kjerne.regelmotor.evaluering import kjor
from kjerne.regelmotor.modenhet import stilling
from kjerne.regelmotor.regelverk import les_regelverk
from kjerne.regelmotor.sporing import UTFALL
from kjerne.styring.rapporttall import Gruppe
from kjerne.styring.simulering import _grupper_av, desiler, histogram
from kjerne.styring.simuleringsside import skriv_simulering
from kjerne.styring.simuleringstall import ENDRINGER, MERKE, Endringstall, Hvem, Klasser, Simuleringstall, Utgavetall, simulering_json
from kjerne.styring.simuleringsvern import UNDER, aapen
from tests.cli.dorer import ENGELSK, EVENTYR, miljo, ordning

NAA = dt.datetime(2020, 7, 15, 10, tzinfo=dt.UTC)
ALLE = {"laget": NAA, "under": 0}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """200 applications with income on disk, three of them the same person's second."""
    mappe = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as m:
        m.setenv("ORDNINGER_STI", str(EVENTYR))
        lag_syntetisk(mappe, 200, 5, "askeladden", 200, dt.date(2020, 6, 1), 7, ("parquet", "json"))
    rader = pd.read_csv(mappe / "soknader.csv", sep=";", dtype=str, keep_default_na=False)
    (mappe / "soknader.parquet").unlink()
    egne = rader.iloc[:3].assign(soknad_id=["D-1", "D-2", "D-3"], mottatt_dato="31.07.2020")
    pd.concat([rader, egne]).to_csv(mappe / "soknader.csv", sep=";", index=False)
    return mappe


def regn_selv(verk, data):
    """The same figures the long way: one frame, no chunks."""
    saker = les_soknader(data / "soknader.csv", verk.manifest).ramme
    inntekt = les_inntekt(data / "inntekt.parquet").tabeller["inntekt"]
    s = kjor(verk, saker.assign(ident=saker["fodselsnummer"]), {"inntekter": inntekt})
    ramme = saker.assign(utfall=np.array(UTFALL)[s.utfall], ore=s.sum_ore).sort_values(["mottatt_dato", "soknad_id"])
    return s, ramme


def test_tallene_er_de_reglene_gir(askeladden, data):
    t = simuler(askeladden, Simuleringsvalg(data=data), **ALLE)
    _, ramme = regn_selv(askeladden, data)
    ja = ramme[ramme["utfall"] == "innvilget"]
    gyldig = ja[ja["kontonummer"].str.fullmatch(r"\d{11}")]
    forste = gyldig[~gyldig.duplicated(["fodselsnummer", "arbeidsgiver"])]
    tekster = {g.navn: g.tekst for g in t.ny.mangler}
    assert tekster["har_bortforklaring"] == "Svar på: Har du en god forklaring?"
    assert tekster["månedslønn"] == "Månedslønnen er snittet, eller det kongen oppgir"
    dobbel = sum(g.antall for g in t.ny.mangler if g.navn == "innvilget før")
    uten_konto = sum(g.antall for g in t.ny.mangler if g.navn == "uten konto")
    assert t.antall == len(ramme) == 203
    assert t.ny.innvilget + t.ny.avslag + t.ny.uklar == t.antall
    assert t.ny.avslag == (ramme["utfall"] == "avslag").sum() > 0
    assert t.ny.innvilget == len(ja) - dobbel - uten_konto
    assert dobbel == len(gyldig) - len(forste) > 0
    assert t.ny.kostnad_ore == forste["ore"].sum() - (forste["ore"].sum() - t.ny.kostnad_ore if uten_konto else 0) > 0
    assert [(g.tekst, g.belop_ore) for g in t.ny.roller] == [("Søker", t.ny.kostnad_ore)]
    assert sum(t.ny.belop.antall) == t.ny.innvilget
    assert list(t.ny.desiler_ore) == sorted(t.ny.desiler_ore)
    for felt in {h.felt for h in t.ny.hvem}:
        egne = [h for h in t.ny.hvem if h.felt == felt]
        assert sum(h.soknader for h in egne) == t.antall
        assert sum(h.innvilget for h in egne) == t.ny.innvilget
        assert sum(h.belop_ore for h in egne) == t.ny.kostnad_ore


@pytest.mark.parametrize("bit", [1, 7, 203])
def test_biter_gir_det_samme_som_alt_paa_en_gang(askeladden, data, monkeypatch, bit):
    valg = Simuleringsvalg(data=data, satt=("dekning=100", "frist=15.07.2020"))
    hele = simuler(askeladden, valg, **ALLE)
    monkeypatch.setattr(simuleringsgrunnlag, "BIT", bit)
    assert simuler(askeladden, valg, **ALLE) == hele


def test_mappen_i_flere_former(askeladden, data, tmp_path):
    """The same applications and the same income give the same figures, whatever the files are called and look like."""
    for navn in ("soknader.csv", "inntekt.v2.jsonl"):
        (tmp_path / navn).symlink_to(data / navn)
    a, b = (simuler(askeladden, Simuleringsvalg(data=m), **ALLE) for m in (data, tmp_path))
    assert a.ny == b.ny
    (tmp_path / "soknader-2.csv").symlink_to(data / "soknader.csv")
    with pytest.raises(Ordningsfeil, match="2 filer som kan være soknad"):
        simuler(askeladden, Simuleringsvalg(data=tmp_path), **ALLE)
    with pytest.raises(Ordningsfeil, match="Fant ingen fil"):
        simuler(askeladden, Simuleringsvalg(data=tmp_path / "tom"), **ALLE)


def test_samme_fro_er_samme_tall_og_annet_fro_er_andre(askeladden):
    valg = Simuleringsvalg(antall=300, fro=4)
    forste = simuler(askeladden, valg, **ALLE)
    assert simuler(askeladden, valg, **ALLE) == forste
    assert simuler(askeladden, Simuleringsvalg(antall=300, fro=5), **ALLE).ny != forste.ny
    assert forste.antall == 300 == forste.ny.innvilget + forste.ny.avslag + forste.ny.uklar


def test_hver_blokk_svarer_for_seg(askeladden, monkeypatch):
    """Blocks of people do not give the same answers one after another."""
    from kjerne.syntetisk import samfunn

    monkeypatch.setattr(samfunn, "DEL", 100)
    biter = list(simuleringsgrunnlag.syntetiske(askeladden.manifest, askeladden.manifest.felt, 300, 1, None, lambda *_: None))
    assert [len(b.saker) for b in biter[:2]] == [100, 100] or sum(len(b.saker) for b in biter) == 300
    assert not (biter[0].saker["grad"].to_numpy() == biter[1].saker["grad"].to_numpy()[: len(biter[0].saker)]).all()


def test_dato_er_dagen_soknadene_kommer(askeladden):
    sen = simuler(askeladden, Simuleringsvalg(antall=200, dato=dt.date(2020, 10, 1)), **ALLE)
    assert sen.ny.innvilget == 0  # after the deadline of the fairy tale
    assert {g.navn for g in sen.ny.avslag_etter} >= {"søkte_i_tide"}
    tidlig = simuler(askeladden, Simuleringsvalg(antall=200, dato=dt.date(2020, 9, 30)), **ALLE)
    assert "søkte_i_tide" not in {g.navn for g in tidlig.ny.avslag_etter}
    assert "30. september 2020" in tidlig.grunnlag


def test_mer_til_alle_er_en_gevinst_for_hver(askeladden, data):
    t = simuler(askeladden, Simuleringsvalg(data=data, satt=("dekning=100",)), **ALLE)
    n = {g.navn: g for g in t.endring.grupper}
    assert n["mer"].antall == t.ny.innvilget == t.gammel.innvilget > 0
    assert n["mer"].belop_ore == t.ny.kostnad_ore - t.gammel.kostnad_ore > 0
    assert sum(g.antall for g in t.endring.grupper) == t.antall
    assert n["mindre"].antall == n["mister"].antall == n["ny"].antall == n["uklar"].antall == 0
    assert dict(t.endring.grunner)["mer"][0].belop_ore == n["mer"].belop_ore
    assert sum(t.endring.fordeling.antall) == n["mer"].antall
    assert [s[0] for s in t.satt] == ["dekning", "dekning"]
    assert t.satt[0][2:] == ("80 %", "100 %")


def test_den_som_mister_retten_og_den_som_faar_den(askeladden, data, kopi):
    """A deadline moved back takes the right away; seen from the other side it gives it."""
    fram = simuler(askeladden, Simuleringsvalg(data=data, satt=("frist=20.06.2020",)), **ALLE)
    fil = kopi / "parametre.csv"
    fil.write_text(fil.read_text("utf-8").replace("30.09.2020;dato", "20.06.2020;dato"), "utf-8")
    tilbake = simuler(askeladden, Simuleringsvalg(data=data, mot=str(kopi)), **ALLE)
    a, b = ({g.navn: g for g in t.endring.grupper} for t in (fram, tilbake))
    assert a["mister"].antall == b["ny"].antall > 0
    assert a["mister"].belop_ore == -b["ny"].belop_ore < 0
    for t, gruppe in ((fram, "mister"), (tilbake, "ny")):
        (grunn,) = dict(t.endring.grunner)[gruppe]
        assert (grunn.navn, grunn.antall) == ("søkte_i_tide", a["mister"].antall)
    assert sum(g.belop_ore for g in fram.endring.grupper) == fram.ny.kostnad_ore - fram.gammel.kostnad_ore


def test_det_ukjente_er_verken_tap_eller_gevinst(askeladden, data):
    """A parameter that needs a month more than the registers have makes cases unclear; nobody is told that they lose."""
    t = simuler(askeladden, Simuleringsvalg(data=data, satt=("antall_måneder=30",)), **ALLE)
    n = {g.navn: g for g in t.endring.grupper}
    assert n["uklar"].antall > 0
    assert n["mister"].antall == n["mindre"].antall == 0
    assert "tellende lønn" in {g.tekst for g in dict(t.endring.grunner)["uklar"]} or dict(t.endring.grunner)["uklar"]
    assert t.endring.fordeling is None


@given(st.lists(st.tuples(st.sampled_from("jnu"), st.sampled_from("jnu"), st.integers(-3, 3)), min_size=1, max_size=40))
def test_hver_sak_er_i_en_gruppe(saker):
    ny, gml = (np.array([s[i] for s in saker]) for i in (0, 1))
    endring = np.array([s[2] for s in saker])
    masker = _grupper_av(ny == "j", ny == "n", gml == "j", gml == "n", endring)
    assert (sum(m.astype(int) for m in masker.values()) == 1).all()
    assert set(masker) == set(ENDRINGER)
    assert not ((ny == "u") | (gml == "u"))[masker["mister"] | masker["ny"] | masker["mer"] | masker["mindre"] | masker["lik"]].any()


@given(st.lists(st.integers(100, 10_000_000), min_size=1, max_size=60))
def test_desiler_og_klasser(belop):
    ore = np.array(belop, dtype="int64")
    d = desiler(ore)
    assert all(v in belop for v in d)
    assert all((ore <= v).mean() >= (i - 1e-9) / 10 for i, v in enumerate(d, 1))
    k = histogram(ore)
    assert sum(k.antall) == len(belop)
    assert all(n == ((ore >= a) & (ore < b)).sum() for n, a, b in zip(k.antall, k.grenser_ore, k.grenser_ore[1:], strict=False))


# --- small numbers ---------------------------------------------------------------------------------------------------

_N = st.one_of(st.integers(0, 8), st.integers(0, 400))


@st.composite
def utgaver(draw) -> Utgavetall:
    ja, nei, uklar = draw(_N), draw(_N), draw(_N)
    grupper = st.lists(_N, max_size=4).map(lambda ns: tuple(Gruppe(str(i), str(i), n, 100 * n) for i, n in enumerate(ns) if n))
    svar = [draw(st.integers(0, ja)) for _ in range(2)]
    hvem = tuple(Hvem("q", str(i), n + draw(_N), n, 100 * n) for i, n in enumerate(svar))
    k = Klasser((0, 1, 2, 3), (draw(_N), draw(_N), draw(_N)))
    over = draw(st.integers(0, ja))
    return Utgavetall("x", ja, nei, uklar, 100 * ja, over, draw(grupper), draw(grupper), draw(grupper), (1,) * 9, k, hvem)


@st.composite
def simuleringer(draw) -> Simuleringstall:
    grupper = tuple(Gruppe(n, t, draw(_N), 7) for n, t in ENDRINGER.items())
    grunner = (("mister", (Gruppe("v", "v", draw(_N), None),)),)
    return Simuleringstall("o", "O", False, NAA, "", True, 1000, 0, (), draw(utgaver()), draw(utgaver()),
                           Endringstall(grupper, grunner, Klasser((0, 1, 2), (draw(_N), draw(_N)))))  # fmt: skip


def _tall(verdi, navn=""):
    if isinstance(verdi, dict):
        return [n for k, v in verdi.items() for n in _tall(v, k)]
    if isinstance(verdi, list | tuple):
        return [n for v in verdi for n in _tall(v, navn)]
    teller = navn in ("antall", "soknader", "innvilget", "avslag", "uklar", "over_taket")
    return [verdi] if teller and isinstance(verdi, int) else []


@given(simuleringer())
@settings(max_examples=300)
def test_ingen_smaa_tall_i_den_aapne(t):
    vist = aapen(t)
    assert not [n for n in _tall(simulering_json(vist)) if 0 < n < UNDER]
    for u in (vist.ny, vist.gammel):
        assert u.desiler_ore == () or u.innvilget >= 10 * UNDER
        skjulte = [n for n in (u.innvilget, u.avslag, u.uklar) if n is None]
        assert len(skjulte) != 1  # one hidden part of a known whole is known
        assert sum(h.innvilget is None for h in u.hvem) != 1 or len(u.hvem) == 1
        assert (u.kostnad_ore is None) == (u.innvilget is None) or u is vist.gammel
    skjult = [g for g in vist.endring.grupper if g.antall is None]
    assert len(skjult) != 1
    if skjult:
        assert vist.gammel.innvilget is None
        assert vist.gammel.belop is None
    assert aapen(t, 0) == t


@pytest.mark.parametrize("antall", [1, 3, 12, 40])
def test_en_liten_simulering_roeper_ingen(askeladden, antall):
    t = simuler(askeladden, Simuleringsvalg(antall=antall, satt=("dekning=100",)), laget=NAA)
    assert not [n for n in _tall(simulering_json(t) | {"antall": 0}) if 0 < n < UNDER]
    side = skriv_simulering(t)
    assert "skjult" in side or "ikke vist" in side


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_siden(askeladden):
    t = simuler(askeladden, Simuleringsvalg(antall=2000, satt=("dekning=90", "frist=30.06.2020")), laget=NAA)
    side = skriv_simulering(t)
    tre = html.fromstring(side)
    tekst = " ".join(tre.text_content().split()).replace("\u00a0", " ")
    assert MERKE.lower() in tekst.lower()
    assert not tre.xpath("//script | //link | //img | //iframe")
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", side)
    assert len(tre.xpath("//svg[@class='diagram']")) >= 3
    for tall in (t.ny.innvilget, t.ny.avslag, t.gammel.innvilget):
        assert f"{tall:,}".replace(",", " ") in tekst
    for ord_ in ("Hvem som vinner og taper", "Får avslag i stedet for ja", "Søkte innen fristen"):
        assert ord_ in tekst
    assert "dekning (01.03.2020–31.05.2020) fra 80 % til 90 %" in tekst
    ider = [e.get("id") for e in tre.xpath("//*[@id]")]
    assert len(ider) == len(set(ider))
    assert skriv_simulering(t) == side


def test_uten_endring_sier_den_det(askeladden, data, tmp_path):
    t = simuler(askeladden, Simuleringsvalg(data=data, mot=str(EVENTYR / "askeladden")), laget=NAA)
    assert "Ingen får noe annet" in skriv_simulering(t)


def test_kommandoen(tmp_path, data):
    egne = miljo(tmp_path / "data")
    tekst = ordning("simuler", "askeladden", "--antall", 400, "--sett", "dekning=100", "--html", tmp_path / "ut" / "s.html", miljo=egne)
    assert tekst.kode == 0, tekst.feil
    assert "Ingen vedtak, ingen utbetaling" in tekst.ut
    assert "█" in tekst.ut
    assert {m.lower() for m in ENGELSK.findall(tekst.ut + tekst.feil)} == set()
    assert (tmp_path / "ut" / "s.html").read_text("utf-8").startswith("<!doctype html>")
    som_json = ordning("simuler", "askeladden", "--data", data, "--mot", EVENTYR / "askeladden", "--json", miljo=egne)
    assert som_json.json["merke"] == MERKE
    assert som_json.feil == ""
    assert json.loads(som_json.ut)["antall"] == 203
    assert not list(tmp_path.rglob("*.sqlite*"))  # nothing is stored
    galt = ordning("simuler", "askeladden", "--sett", "deknin=1", miljo=egne)
    assert (galt.kode, galt.ut) == (2, "")
    assert "Mente du «dekning»?" in galt.feil
    assert ordning("simuler", "askeladden", "--dato", "i går", miljo=egne).kode == 2


# --- the gate --------------------------------------------------------------------------------------------------------


def test_ekte_personer_simuleres_ikke_paa_et_utkast(kopi, data, monkeypatch):
    """In production a folder of people is only for a scheme that has come to `prove`; made-up people are for all."""
    monkeypatch.setenv("ORDNING_MILJO", "prod")
    monkeypatch.setenv("ORDNING_BETALER", "ETATEN;810000007;AVTALE;10000000006;ABCDNOKK")
    utkast = les_regelverk(kopi)
    assert stilling(utkast).trinn == "utkast"
    with pytest.raises(Ordningsfeil, match="Å simulere på ekte opplysninger krever at ordningen er prove, godkjent") as feil:
        simuler(utkast, Simuleringsvalg(data=data), **ALLE)
    assert feil.value.kode == 4
    assert "Personvernkonsekvensene" in feil.value.gjor_dette and "Klager" not in feil.value.gjor_dette
    assert simuler(utkast, Simuleringsvalg(antall=50), **ALLE).antall == 50
    (kopi / "modenhet.toml").write_text("".join(f'[krav.{k.id}]\nstatus = "gjort"\ngrunn = "prøvd"\n' for k in MENNESKEKRAV), "utf-8")
    manifest = kopi / "ordning.toml"
    manifest.write_text(re.sub('(?m)^tilstand = ".*"$', 'tilstand = "prove"', manifest.read_text("utf-8")), "utf-8")
    prove = les_regelverk(kopi)
    for funn in (None, 2):  # nobody has signed, so the check must have been run and found nothing
        with pytest.raises(Ordningsfeil, match="men den er utkast"):
            simuler(prove, Simuleringsvalg(data=data, funn=funn), **ALLE)
    assert simuler(prove, Simuleringsvalg(data=data, funn=0), **ALLE).antall > 0


def test_kommandoen_kjorer_sjekken_foer_ekte_personer(kopi, data, tmp_path, monkeypatch):
    sjekket = []
    monkeypatch.setattr("kjerne.sjekk.sjekk_ordning", lambda mappe: sjekket.append(mappe) or [])
    egne = miljo(tmp_path / "var", kopi.parent)
    prod = egne | {"ORDNING_MILJO": "prod", "ORDNING_BETALER": "ETATEN;810000007;AVTALE;10000000006;ABCDNOKK"}
    svar = ordning("simuler", "askeladden", "--data", data, miljo=prod)
    assert (svar.kode, sjekket) == (4, [kopi])  # its requirements are not answered
    assert "Å simulere på ekte opplysninger" in svar.feil
    assert ordning("simuler", "askeladden", "--data", data, "--json", miljo=egne).kode == 0
    assert sjekket == [kopi]


def test_i_test_simuleres_alt(kopi, data):
    assert simuler(les_regelverk(kopi), Simuleringsvalg(data=data), **ALLE).antall == 203
