import datetime as dt
import shutil
import unicodedata
from pathlib import Path

import pytest
from brevsaker import BRO, FRIST, GULL, GULLSAKER, MAL, PROEVER, sak
from lxml import html

from kjerne.brev import Avgjorende, Brevmal, Utregning
from kjerne.brev.mal import MALER
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.manifest import Tospraak


@pytest.fixture
def mappe(tmp_path) -> Path:
    return Path(shutil.copytree(PROEVER, tmp_path / "brev"))


def endre(sti: Path, gammel: str, ny: str) -> None:
    tekst = sti.read_text("utf-8")
    assert gammel in tekst
    sti.write_text(tekst.replace(gammel, ny), "utf-8")


def innhold(side: str) -> str:
    return " ".join(html.fromstring(side).find("body").text_content().split())


@pytest.mark.parametrize("navn", GULLSAKER)
def test_brevet_er_som_gullfilen(navn):
    assert MAL.skriv(GULLSAKER[navn]) == (GULL / navn).read_text("utf-8"), (
        "Godta: PYTHONPATH=. python tests/brev/brevsaker.py"
    )


@pytest.mark.parametrize("navn", GULLSAKER)
def test_brevet_er_en_tilgjengelig_side_uten_noe_utenfra(navn):
    side = (GULL / navn).read_text("utf-8")
    tre = html.fromstring(side)
    assert tre.get("lang") == navn.split(".")[-2]
    assert tre.findtext(".//title")
    assert len(tre.findall(".//h1")) == len(tre.findall(".//main")) == len(tre.findall(".//header")) == 1
    assert tre.findtext(".//h1").strip()
    assert {e.tag for e in tre.iter() if e.tag in ("h1", "h2", "h3", "h4")} == {"h1", "h2"}
    assert all(t.find("caption") is not None for t in tre.iter("table"))
    assert all(th.get("scope") for th in tre.iter("th"))
    assert not [e for e in tre.iter() if e.tag in ("script", "link", "img", "iframe")]
    assert "url(" not in side and "@import" not in side and "http" not in side


@pytest.mark.parametrize("maalform", ["nb", "nn"])
def test_brevet_sier_det_loven_krever(maalform):
    tekst = innhold(MAL.skriv(sak(maalform, "avslag", [FRIST])))
    krav = {
        "nb": ("trollforskriften § 2", "6 uker", "rett til å klage", "rett til innsyn", "fattet automatisk",
               "av et menneske", "Syntetiske data", "Opphevet regelverk", "A-ordningen", "hentet 12. april 2020",
               "Telefon"),
        "nn": ("trollforskriften § 2", "6 veker", "rett til å klage", "rett til innsyn", "gjort automatisk",
               "av eit menneske", "Syntetiske data", "Oppheva regelverk", "A-ordninga", "henta 12. april 2020",
               "Telefon"),
    }[maalform]  # fmt: skip
    assert not [k for k in krav if k not in tekst.replace("\u00a0", " ")]


@pytest.mark.parametrize(("uker", "hjemmel", "staar"), [
    (3, "", "forvaltningsloven § 29"), (6, "", ""), (6, "trolloven § 7", "trolloven § 7"), (3, "trolloven § 7", "trolloven § 7"),
])  # fmt: skip
def test_klagefristen_har_paragrafen_den_staar_i_og_ingen_annen(uker, hjemmel, staar):
    """Section 29 gives three weeks: it is named for no other deadline."""
    tekst = innhold(MAL.skriv(sak("nb", "avslag", [FRIST], klagefrist_uker=uker, klage_hjemmel=hjemmel))).replace("\u00a0", " ")
    frist = tekst.split("Fristen er ")[1].split(" Skriv hvilket")[0]
    assert frist == f"{uker} uker fra den dagen du fikk dette brevet{f' ({staar})' if staar else ''}."


@pytest.mark.parametrize("maalform", ["nb", "nn"])
def test_paragraftegnet_staar_aldri_alene_paa_en_linje(mappe, maalform):
    """In the frame, in the legal references and in a scheme's own words."""
    sti = mappe / f"vedtak.{maalform}.html"
    endre(sti, "{% block bor_ved_broen %}", "{% block bor_ved_broen %}Se § 3 i loven. ")
    valg = {"klage_hjemmel": "trolloven § 7", "forskrift": "forskrift § 1"}
    for side in (Brevmal.les(mappe).skriv(sak(maalform, "avslag", [FRIST, BRO], **valg)), MAL.skriv(sak(maalform, **valg))):
        assert "§\u00a0" in side and "§ " not in side


def test_bare_de_avgjorende_vilkaarene_staar_i_brevet():
    en, to = (innhold(MAL.skriv(sak("nb", "avslag", grunner))) for grunner in ([FRIST], [FRIST, BRO]))
    assert "Fristen var" in en and "Bukkebroen" not in en and "Tapet må være" not in en
    assert "Fristen var" in to and "Bukkebroen" in to and "Hvert av punktene" in to
    assert to.index("Fristen var") < to.index("Bukkebroen")


def test_avslag_viser_verken_penger_eller_utregning():
    side = MAL.skriv(sak("nb", "avslag", [FRIST]))
    assert "Til sammen" not in side and "<table>" not in side and "Utbetaling og skatt" not in side


def test_summen_er_summen_av_linjene():
    assert "7\u00a0954,56\u00a0kroner" in MAL.skriv(sak(to_mottakere=True))


def test_det_som_soekeren_skrev_blir_aldri_html():
    for maalform in ("nb", "nn"):
        felt = sak(maalform).verdier | {"bosted": "<script>alert('&')</script>"}
        side = MAL.skriv(sak(maalform, "avslag", [BRO], verdier=felt, datakilder=["<b>kilde</b>"]))
        assert "<script" not in side and "<b>" not in side
        assert "&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;" in side


def test_vilkaar_uten_blokk_gir_feil_og_ikke_et_tomt_brev():
    with pytest.raises(Ordningsfeil, match="er_ikke_troll") as feil:
        MAL.skriv(sak("nn", "avslag", [Avgjorende("er_ikke_troll", "§ 9")]))
    assert "vedtak.nn.html" in feil.value.hvor


def test_verdi_som_saken_mangler_gir_feil_uten_personopplysninger():
    uten = {k: v for k, v in sak().verdier.items() if k != "bosted"}
    with pytest.raises(Ordningsfeil, match="«bosted»") as feil:
        MAL.skriv(sak("nb", "avslag", [BRO], verdier=uten))
    assert "01810012345" not in str(feil.value) and "01810012345" not in repr(sak())


def test_avslag_uten_grunn_blir_ikke_skrevet():
    with pytest.raises(Ordningsfeil, match="hvilket vilkår"):
        MAL.skriv(sak("nb", "avslag", []))


def test_navn_i_jinja_er_ikke_verdier(mappe):
    for m in ("nb", "nn"):
        endre(mappe / f"vedtak.{m}.html", "{{ bosted }}", "{{ range }}")
    with pytest.raises(Ordningsfeil, match="«range»"):
        Brevmal.les(mappe).skriv(sak("nb", "avslag", [BRO]))


def test_blokk_for_et_steg_erstatter_bokmaalsteksten_i_nynorskbrevet(mappe):
    assert '<span lang="nb">Andelen som dekkes</span>' in MAL.skriv(sak("nn"))
    for m, tekst in (("nb", "Andelen"), ("nn", "Delen som blir dekt")):
        sti = mappe / f"vedtak.{m}.html"
        sti.write_text(sti.read_text("utf-8") + f"{{% block andel %}}{tekst}{{% endblock %}}", "utf-8")
    side = Brevmal.les(mappe).skriv(sak("nn"))
    assert "Delen som blir dekt" in side and "Andelen som dekkes" not in side


def test_steg_uten_navn_viser_teksten_sin():
    assert "Bare tekst" in MAL.skriv(sak(utregning=[Utregning("Bare tekst", "§ 1", "1")]))
    assert "Bare tekst" in MAL.skriv(sak(utregning=[("Bare tekst", "§ 1", "1")]))


def test_mangler_og_ukjente():
    assert MAL.mangler_blokker(["tapte_nok", "ny_regel", "resultat"]) == ["ny_regel", "resultat"]
    assert MAL.ukjente_blokker(["søkt_innen_fristen", "bor_ved_broen"]) == ["tapte_nok"]
    kjente = set(sak().verdier)
    assert MAL.ukjente_verdier(kjente) == []
    assert MAL.ukjente_verdier(kjente - {"bosted"}) == ["vedtak.nb.html: bosted", "vedtak.nn.html: bosted"]


@pytest.mark.parametrize("gammel, ny, hva, hvor", [
    ("{% block tapte_nok %}", "{% block tapte_noko %}", "tapte_nok", "vedtak.nn.html"),
    ('"ramme.nn.html"', '"ramme.nb.html"', "bygger ikke på rammen", "linje 1"),
    ("{% block bor_ved_broen %}", "{% blokk bor_ved_broen %}", "kan ikke leses", "linje 11"),
    ("{% block overskrift_avslag %}", "{% block overskrift %}", "overskrift_avslag", "vedtak.nn.html"),
])  # fmt: skip
def test_feil_i_malen_sier_hva_og_hvor(mappe, gammel, ny, hva, hvor):
    endre(mappe / "vedtak.nn.html", gammel, ny)
    with pytest.raises(Ordningsfeil) as feil:
        Brevmal.les(mappe)
    assert hva in str(feil.value) and hvor in str(feil.value) and "Gjør dette" in str(feil.value)


def test_begge_maalformer_maa_finnes(mappe):
    (mappe / "vedtak.nn.html").unlink()
    with pytest.raises(Ordningsfeil, match="vedtak.nn.html mangler"):
        Brevmal.les(mappe)


def test_overskriftene_kan_ikke_mangle_i_begge(mappe):
    for m in ("nb", "nn"):
        endre(mappe / f"vedtak.{m}.html", "overskrift_innvilget", "overskrift")
    with pytest.raises(Ordningsfeil, match="overskrift_innvilget"):
        Brevmal.les(mappe)


def test_aa_skrevet_som_to_tegn_er_samme_navn(mappe):
    for m in ("nb", "nn"):
        sti = mappe / f"vedtak.{m}.html"
        tekst = sti.read_text("utf-8").replace("bosted", "bostedå").replace("bor_ved_broen", "bor_på_broen")
        sti.write_text(unicodedata.normalize("NFD", tekst), "utf-8")
    mal = Brevmal.les(mappe)
    assert mal.mangler_blokker(["bor_på_broen"]) == []
    verdier = sak().verdier | {"bostedå": "Hakkebakkeskogen"}
    assert "Hakkebakkeskogen" in mal.skriv(sak("nb", "avslag", [("bor_på_broen", "§ 3")], verdier=verdier))


def test_loven_som_gjaldt_paa_vedtaksdatoen_staar_i_brevet(tmp_path):
    maler = Path(shutil.copytree(MALER / "brev", tmp_path / "brev")).parent
    ny = (MALER / "brev" / "lov.toml").read_text("utf-8").rsplit("[[utgave]]")[-1]
    ny = ny.replace("1970-01-01", "2030-01-01").replace("forvaltningsloven §", "forvaltningslova av 2025 §")
    with (maler / "brev" / "lov.toml").open("a", encoding="utf-8") as fil:
        fil.write("[[utgave]]" + ny)
    mal = Brevmal.les(PROEVER, maler)
    assert "lova av 2025" not in mal.skriv(sak(vedtaksdato=dt.date(2029, 12, 31)))
    assert "lova av 2025" in mal.skriv(sak(vedtaksdato=dt.date(2030, 1, 1)))


@pytest.mark.parametrize("maalform, fremmede", [
    ("nn", ("ikke", "hvis", "fra", "jeg", "noen", "hvilke", "uker", "være", "penger", "opplysninger")),
    ("nb", ("ikkje", "dersom", "frå", "eg", "nokon", "kva", "veker", "vere", "pengar", "opplysningar")),
])  # fmt: skip
def test_rammen_holder_seg_til_sin_maalform(maalform, fremmede):
    for valg in ({}, {"utfall": "avslag", "avgjorende": [FRIST]}, {"to_mottakere": True}):
        side = MAL.skriv(sak(maalform, **({"utregning": []} | valg)))
        ord_ = {o.strip(".,:()«»").lower() for o in innhold(side).split()}
        assert not ord_.intersection(fremmede)


@pytest.mark.parametrize("navn, i_teksten", [("Trollstønad for alle", "trollstønad for alle"), ("FRISINN", "FRISINN")])
def test_navnet_paa_ordningen_staar_riktig_i_en_setning(navn, i_teksten):
    side = MAL.skriv(sak("nb", "avslag", [FRIST], ordning=Tospraak(nb=navn, nn=navn)))
    assert f"Vi har avslått søknaden din om {i_teksten}." in side


def test_samme_sak_gir_samme_bytes():
    assert Brevmal.les(PROEVER).skriv(sak()) == MAL.skriv(sak())
