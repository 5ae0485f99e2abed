import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from rapportbase import IDAG, NAA
from store_tall import STOR

from kjerne.styring.rapport import MALER, skriv_rapport
from kjerne.styring.rapporttall import Rapporttall, rapport_json
from kjerne.styring.undertrykk import aapen, skjulte

TOM = Rapporttall(
    ordning="troll", navn="Trollstønad", laget=NAA, idag=IDAG, kjoring_id=None, kjoring_tilstand=None, opphevet=False,
    syntetisk=True, mottatt=0, avgjort=0, innvilget=0, i_bunt=0, sendt=0, venter=0, innvilget_ore=0, i_bunt_ore=0,
    sendt_ore=0, avvik=0,
)  # fmt: skip


def innhold(side: str) -> str:
    return " ".join(html.fromstring(side).find("body").text_content().split()).replace("\u00a0", " ")


# --- small numbers ---------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 40), max_size=9), st.integers(2, 10))
def test_skjulte_celler_kan_ikke_regnes_ut(antall, under):
    skjul = skjulte(antall, under)
    assert all(i in skjul for i, n in enumerate(antall) if 0 < n < under)
    assert not any(antall[i] == 0 for i in skjul)
    if skjul and sum(antall) >= under:  # the sum of the table is known, and so the sum of what is hidden
        assert sum(antall[i] for i in skjul) >= under
        assert len(skjul) > 1


def _sma_tall(verdi, under=5) -> list[int]:
    """Every visible count from 1 to under − 1 in the published figures."""
    uten = {"laget", "siden", "behandlingstid", "steg", "avvik"}
    if isinstance(verdi, dict):
        return [n for k, v in verdi.items() if k not in uten and not k.endswith("ore") for n in _sma_tall(v, under)]
    if isinstance(verdi, list):
        return [n for v in verdi for n in _sma_tall(v, under)]
    return [verdi] if isinstance(verdi, int) and not isinstance(verdi, bool) and 0 < verdi < under else []


_N = st.one_of(st.integers(0, 8), st.integers(0, 2000))


@st.composite
def rapporter(draw) -> Rapporttall:
    innvilget, avslag, manuell, sporsmal, venter, karantene = (draw(_N) for _ in range(6))
    i_bunt = draw(st.integers(0, innvilget))
    sendt = draw(st.integers(0, i_bunt))
    apne = manuell + sporsmal + venter + karantene
    per = dict(zip(("innvilget", "avslag", "manuell", "sporsmal", "venter", "karantene"),
                   (innvilget, avslag, manuell, sporsmal, venter, karantene), strict=True))  # fmt: skip
    return replace(
        STOR, mottatt=innvilget + avslag + apne, avgjort=innvilget + avslag, innvilget=innvilget, i_bunt=i_bunt,
        sendt=sendt, venter=apne, tilstander=tuple(replace(g, antall=per.get(g.navn, 0)) for g in STOR.tilstander),
    )  # fmt: skip


@settings(deadline=None)
@given(rapporter())
def test_den_aapne_rapporten_viser_ingen_smaa_tall_og_roeper_ingen(tall):
    t_ = aapen(tall, 5)
    assert _sma_tall(rapport_json(t_)) == []
    trakt = [n for n in (t_.mottatt, t_.avgjort, t_.innvilget, t_.i_bunt, t_.sendt) if n is not None]
    assert not [1 for a in trakt for b in trakt if 0 < abs(a - b) < 5]
    vist = {g.navn: g.antall for g in t_.tilstander}
    skjult = [g.antall for g in tall.tilstander if vist[g.navn] is None]
    if t_.mottatt is not None and skjult:  # what is hidden is known only as a sum of several
        assert len(skjult) > 1 and sum(skjult) >= 5
    if t_.avgjort is not None and t_.innvilget is not None:
        assert vist["avslag"] == t_.avgjort - t_.innvilget
    assert (vist["innvilget"] is None) <= (t_.innvilget is None)


@settings(max_examples=30, deadline=None)
@given(rapporter())
def test_siden_kan_skrives_for_alle_tall(tall):
    for under in (0, 5):
        html.fromstring(skriv_rapport(tall, undertrykk_under=under))


def test_den_interne_rapporten_viser_alt():
    assert aapen(STOR, 0) is STOR
    assert "Intern: inneholder små tall" in skriv_rapport(STOR, undertrykk_under=0)
    aapen_side = skriv_rapport(STOR)
    assert "skjult" in aapen_side and "Intern" not in aapen_side
    assert "eldste 71 dager" in innhold(skriv_rapport(STOR, undertrykk_under=0)) and "eldste" not in innhold(aapen_side)


# --- the page --------------------------------------------------------------------------------------------------------


def test_tall_som_ikke_gaar_opp_blir_ropt_ut():
    assert "Feil i tallene" not in skriv_rapport(STOR)
    assert "Feil i tallene" in skriv_rapport(replace(STOR, avvik=1))


def test_ingressen_sier_hva_som_har_skjedd():
    assert (
        "98 240 søknader av 104 861 er avgjort. 2,2 mrd. kroner er sendt til banken i 79 000 saker. Siden 9. juni 2020 "
        "kl. 08.00 er 4 105 nye søknader avgjort og 261 mill. kroner sendt. 6 621 saker venter."
    ) in innhold(skriv_rapport(STOR))


def test_siden_sier_hva_som_trenger_en_avgjoerelse():
    tekst = innhold(skriv_rapport(STOR, undertrykk_under=0))
    for setning in (
        "nær grensen på 42 000 kr",
        "280,1 mill. kroner er stanset av en kontroll",
        "76,1 mill. kroner er disponert",
        "130 spørsmål er ikke besvart innen fristen",
        "312 saker må vurderes av en saksbehandler",
    ):
        assert setning in tekst
    assert "Ingenting venter på en avgjørelse" in innhold(skriv_rapport(TOM))


@pytest.mark.parametrize("tall", [STOR, TOM])
@pytest.mark.parametrize("under", [0, 5])
def test_siden_er_tilgjengelig_og_henter_ingenting(tall, under):
    side = skriv_rapport(tall, undertrykk_under=under)
    tre = html.fromstring(side)
    assert tre.get("lang") == "nb" and tre.findtext(".//title")
    for merke in ("h1", "main", "header", "footer"):
        assert len(tre.findall(f".//{merke}")) == 1
    assert tre.find(".//a[@class='hopp']").get("href") == f"#{tre.find('.//main').get('id')}"
    id_er = tre.xpath("//@id")
    assert len(id_er) == len(set(id_er))
    assert set(" ".join(tre.xpath("//@aria-labelledby")).split()) <= set(id_er)
    assert all(s.get("aria-labelledby") for s in tre.iter("section"))
    for tabell in tre.iter("table"):
        assert tabell.find("caption").text
        assert all(th.get("scope") in ("col", "row") for th in tabell.iter("th"))
        assert {len(rad) for rad in tabell.iter("tr")} == {len(tabell.findall("thead/tr/th"))}
    overskrifter = [e.tag for e in tre.iter("h1", "h2", "h3")]
    assert overskrifter[0] == "h1" and set(overskrifter[1:]) == {"h2"}
    assert not list(tre.iter("script", "link", "img", "iframe", "object"))
    assert not re.search(r"@import|url\(|\son\w+=", side)
    assert not [v for v in tre.xpath("//@href | //@src") if not v.startswith("#")]


def test_hvert_diagram_har_en_tabell_med_de_samme_tallene():
    tre = html.fromstring(skriv_rapport(STOR, undertrykk_under=0))
    kort = [s for s in tre.iter("section") if s.find(".//svg") is not None]
    assert len(kort) == 6
    for del_ in kort:
        celler = {td.text_content() for td in del_.iter("td")}
        fete = [e.text for e in del_.find(".//svg").iter("text") if e.get("font-weight") == "600"]
        assert {tekst for tekst in fete if tekst[0].isdigit()} <= celler


def test_navn_og_grunner_kan_ikke_bli_html():
    vond = "<script>alert(1)</script>"
    tall = replace(STOR, navn=vond, ventegrunner=tuple(replace(v, grunn=vond) for v in STOR.ventegrunner),
                   avslag=tuple(replace(g, tekst=vond) for g in STOR.avslag))  # fmt: skip
    assert "<script" not in skriv_rapport(tall)


def test_json_har_de_samme_tallene():
    som_json = json.loads(json.dumps(rapport_json(STOR), allow_nan=False))
    assert (som_json["mottatt"], som_json["idag"]) == (104_861, "2020-06-10")
    assert som_json["laget"] == "2020-06-10T06:00:00+00:00"
    assert som_json["belop"]["antall"] == list(STOR.belop.antall)
    assert rapport_json(aapen(STOR))["eldste_dager"] is None


def test_samme_tall_gir_samme_side():
    i_tokyo = STOR.laget.astimezone(dt.timezone(dt.timedelta(hours=9)))
    assert skriv_rapport(STOR) == skriv_rapport(replace(STOR, laget=i_tokyo))


# --- contrast --------------------------------------------------------------------------------------------------------


def _lyshet(hex_: str) -> float:
    hex_ = hex_.lstrip("#")
    hex_ = "".join(2 * c for c in hex_) if len(hex_) == 3 else hex_
    kanaler = [int(hex_[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    lineaere = [k / 12.92 if k <= 0.04045 else ((k + 0.055) / 1.055) ** 2.4 for k in kanaler]
    return sum(vekt * k for vekt, k in zip((0.2126, 0.7152, 0.0722), lineaere, strict=True))


def kontrast(a: str, b: str) -> float:
    lyse, mork = sorted((_lyshet(a), _lyshet(b)), reverse=True)
    return (lyse + 0.05) / (mork + 0.05)


@pytest.mark.parametrize("tekst, flate, minst", [
    *((tekst, flate, 4.5) for tekst in ("tekst", "dempet", "blaa-dyp", "blaa") for flate in ("flate", "bakgrunn")),
    *((f"{farge}", f"{farge}-lys", 4.5) for farge in ("groenn", "oransje", "roed")), ("blaa-dyp", "blaa-lys", 4.5),
    ("tekst", "oransje-lys", 4.5), ("strek-sterk", "flate", 3), ("oransje", "oransje-lys", 3),
])  # fmt: skip
def test_kontrasten_i_stilarket_holder_wcag_aa(tekst, flate, minst):
    farger = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", (MALER / "statisk" / "ordning.css").read_text("utf-8")))
    assert kontrast(farger[tekst], farger[flate]) >= minst


@pytest.mark.parametrize("tekst, flate", [
    ("#23262a", "#fff"), ("#49515e", "#fff"), ("#23262a", "#ffeccc"), ("#0056b4", "#fff"),
])  # fmt: skip
def test_kontrasten_i_brevet_holder_wcag_aa(tekst, flate):
    stil = (MALER / "brev" / "brev.css").read_text("utf-8")
    assert tekst in stil and flate in stil
    assert kontrast(tekst, flate) >= 4.5


def test_stilarkene_henter_ingenting_utenfra():
    for sti in (MALER / "statisk" / "ordning.css", MALER / "brev" / "brev.css"):
        assert not re.search(r"url\(|@import|https?:", Path(sti).read_text("utf-8"))
