import re
import xml.etree.ElementTree as ET  # the charts are our own text
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kjerne.drift import tall
from kjerne.styring import diagram
from kjerne.styring.diagram import histogram, linje, stolper, trakt

SVG = "{http://www.w3.org/2000/svg}"
UKER = [f"uke {n}" for n in range(14, 27)]
VOND = "<script>alert('x')</script> & \"]]>\x00\x0b"


def alle(tittel: str = "Tittel", navn: str = "navn") -> dict[str, str]:
    return {
        "stolper": stolper(
            [navn, "Kontonummer er ikke gyldig", "Mulig dobbel rapportering"], [12480, 845, None], tittel, navn, "saker"
        ),
        "trakt": trakt([navn, "Avgjort", "Utbetalt"], [617423, 604112, 497908], tittel, navn, "saker"),
        "histogram": histogram(
            [0, 1, 2, 3, 5, 7, 10, 14, 21, 28, None],
            [1200, 5400, 8200, 12480, 9300, 6100, 2500, 900, None, 7],
            tittel,
            navn,
            "dager",
            "saker",
        ),
        "linje": linje(
            UKER, {navn: [n * 2e6 for n in range(13)], "Prognose": [None] * 8 + [1e7] * 5}, tittel, navn, "kr"
        ),
    }


@pytest.fixture(params=["stolper", "trakt", "histogram", "linje"])
def slag(request) -> str:
    return request.param


def tekster(svg: str) -> list[str]:
    return [e.text or "" for e in ET.fromstring(svg).iter(f"{SVG}text")]


def test_har_navn_og_beskrivelse_for_skjermleser(slag):
    rot = ET.fromstring(alle("Hvor mange", "Tre linjer")[slag])
    assert rot.get("role") == "img"
    tittel, beskrivelse = (rot.find(f"{SVG}{n}") for n in ("title", "desc"))
    assert rot.get("aria-labelledby").split() == [tittel.get("id"), beskrivelse.get("id")]
    assert (tittel.text, beskrivelse.text) == ("Hvor mange", "Tre linjer")


def test_id_er_entydig_paa_en_side():
    ider = re.findall(r' id="([^"]+)"', "".join([*alle().values(), *alle("Annen").values()]))
    assert len(ider) == len(set(ider)) == 16


def test_intet_hentes_og_intet_kjores(slag):
    svg = alle()[slag].replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|href|url\(|<script|<style|style=|\son\w+=|font-family", svg)


def test_fiendtlig_tekst_blir_bare_tekst(slag):
    svg = alle(VOND, VOND)[slag]
    assert "<script" not in svg and "\x00" not in svg
    navnene = {e.tag.removeprefix(SVG) for e in ET.fromstring(svg).iter()}
    assert navnene <= {"svg", "title", "desc", "text", "rect", "polygon", "polyline", "circle", "line"}
    assert "alert('x')" in "".join(ET.fromstring(svg).itertext())


def test_samme_tall_gir_samme_tekst(slag):
    assert alle()[slag] == alle()[slag]


def test_hvert_tall_staar_som_tekst():
    a = alle()
    for verdi in ("12\u00a0480\u00a0saker", "845\u00a0saker", "skjult"):
        assert verdi in tekster(a["stolper"])
    for verdi in ("617\u00a0423\u00a0saker", "97,8\u00a0% av forrige trinn", "497\u00a0908\u00a0saker"):
        assert verdi in tekster(a["trakt"])
    assert "12\u00a0480" in tekster(a["histogram"]) and "28+" in tekster(a["histogram"])
    assert "uke 26: 24\u00a0000\u00a0000\u00a0kr" in tekster(a["linje"])
    faa = tekster(histogram([0, 7, 14, 21], [120, 540, None], "t", "b"))
    assert {"120", "540", "skjult", "0", "7", "14", "21"} <= set(faa)


def test_lengdene_er_tallene():
    def bredder(svg):
        return [
            float(e.get("width")[:-1]) for e in ET.fromstring(svg).iter(f"{SVG}rect") if e.get("width").endswith("%")
        ]

    a, b, c = bredder(stolper(["a", "b", "c"], [100, 50, 25], "t", "b"))
    assert a == pytest.approx(2 * b, rel=1e-3) == pytest.approx(4 * c, rel=1e-3)
    assert bredder(trakt(["a", "b", "c"], [200, 100, 0], "t", "b")) == [100, 50]


def test_serier_skilles_uten_farge():
    rot = ET.fromstring(linje(["a", "b"], {"x": [1, 2], "y": [2, 1], "z": [1, 1]}, "t", "b"))
    streker = {(e.get("stroke-dasharray"), e.get("stroke-width")) for e in rot.iter(f"{SVG}polyline")}
    assert len(streker) == 3


def test_hull_i_serien_er_hull_i_linjen():
    rot = ET.fromstring(linje(list("abcdef"), {"x": [1, 2, None, 3, 4, None]}, "t", "b"))
    assert [len(e.get("points").split()) for e in rot.iter(f"{SVG}polyline")] == [2, 2]
    assert "e: 4" in tekster(linje(list("abcdef"), {"x": [1, 2, None, 3, 4, None]}, "t", "b"))


def _kontrast(a: str, b: str) -> float:
    def lys(farge):
        kanaler = [int(farge[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        r, g, bl = (k / 12.92 if k <= 0.03928 else ((k + 0.055) / 1.055) ** 2.4 for k in kanaler)
        return 0.2126 * r + 0.7152 * g + 0.0722 * bl

    stor, liten = sorted((lys(a), lys(b)), reverse=True)
    return (stor + 0.05) / (liten + 0.05)


def test_kontrast():
    for farge in (diagram.TEKST, diagram.DEMPET):
        assert min(_kontrast(farge, bunn) for bunn in ("#FFFFFF", diagram.LYSBLAA)) >= 4.5
    assert _kontrast(diagram.BLAA, "#FFFFFF") >= 3  # a mark, not text
    for svg in alle().values():
        brukt = {e.get("fill") for e in ET.fromstring(svg).iter(f"{SVG}text")}
        assert brukt <= {diagram.TEKST, diagram.DEMPET}


def _utstrekning(e: ET.Element) -> tuple[float, float]:
    """Left and right edge of a text in px, where the chart is as wide as on a phone (letters 0.46 em, digits 0.56)."""
    storrelse = float(e.get("font-size"))
    bredde = sum(storrelse * (0.28 if t in " \u00a0.,:il" else 0.56) for t in e.text)
    x = float(e.get("x")[:-1]) / 100 * diagram.SMAL + float(e.get("dx", 0))
    venstre = x - {"start": 0, "middle": bredde / 2, "end": bredde}[e.get("text-anchor")]
    return venstre, venstre + bredde


def test_all_tekst_faar_plass_paa_en_telefon(slag):
    for e in ET.fromstring(alle(navn="Et navn av vanlig lengde")[slag]).iter(f"{SVG}text"):
        venstre, hoyre = _utstrekning(e)
        assert venstre > -5 and hoyre < diagram.SMAL + 5, e.text
        assert float(e.get("font-size")) >= 13


def test_tekster_paa_samme_linje_dekker_ikke_hverandre(slag):
    linjer: dict[str, list[tuple[float, float]]] = {}
    for e in ET.fromstring(alle()[slag]).iter(f"{SVG}text"):
        linjer.setdefault(e.get("y"), []).append(_utstrekning(e))
    for plasser in linjer.values():
        plasser.sort()
        assert all(a[1] < b[0] for a, b in pairwise(plasser))


def test_langt_navn_brytes_og_mistes_ikke():
    navn = "Permittering er ikke meldt fra om av arbeidsgiver, og ingen dokumentasjon er lagt ved søknaden"
    assert " ".join(tekster(stolper([navn], [1], "t", "b"))[:-1]) == navn


@pytest.mark.parametrize(
    "svg",
    [
        lambda: stolper([], [], "t", "b"), lambda: trakt([], [], "t", "b"), lambda: histogram([0], [], "t", "b"),
        lambda: linje([], {"a": []}, "t", "b"),
    ],
)  # fmt: skip
def test_ingen_tall(svg):
    assert tekster(svg()) == ["Ingen tall å vise."]


@example([5e-324])
@given(st.lists(st.one_of(st.none(), st.integers(0, 10**13), st.floats(0, 1e9)), min_size=1, max_size=40))
def test_taaler_alle_tall(verdier):
    navn = [f"{n}. juni" for n in range(len(verdier))]
    hele = [int(v or 0) for v in verdier]
    for svg in (
        stolper(navn, verdier, "t", "b", "kr"), histogram(range(len(verdier) + 1), verdier, "t", "b"),
        linje(navn, {"a": verdier}, "t", "b"), trakt(navn, hele, "t", "b"),
    ):  # fmt: skip
        ET.fromstring(svg)
        assert "nan" not in svg and "inf" not in svg
        for prosent in re.findall(r'(?:x|width|cx)="([^"]+)%"', svg):
            assert -0.1 <= float(prosent) <= 100.1


@pytest.mark.parametrize(
    "kall",
    [
        lambda: stolper(["a"], [-1], "t", "b"),
        lambda: stolper(["a"], [1, 2], "t", "b"),
        lambda: trakt(["a"], [float("nan")], "t", "b"),
        lambda: histogram([0, 1], [1, 2], "t", "b"),
        lambda: histogram([0, 1], [-1], "t", "b"),
        lambda: linje(["a"], {}, "t", "b"),
        lambda: linje(["a"], {n: [1] for n in "abcd"}, "t", "b"),
        lambda: linje(["a"], {"x": [float("inf")]}, "t", "b"),
    ],
)
def test_det_som_ikke_kan_vises_avvises(kall):
    with pytest.raises(ValueError):
        kall()


@given(st.floats(0.001, 1e15))
def test_aksen_er_rund_og_hoy_nok(hoyest):
    topp, delt = diagram._akse(hoyest)
    assert hoyest <= topp <= 10 * hoyest and delt in (2, 3)
    assert len(tall.kort(topp)) <= 14


@pytest.mark.parametrize("klasser", range(1, 25))
def test_den_siste_kanten_staar_innenfor(klasser):
    """100 / 11 × 11 is a little more than 100: the last edge must still be written to the left of its mark."""
    svg = diagram.histogram([5_000 * n for n in range(klasser + 1)], [1] * klasser, "t", "b", "kroner")
    assert re.search(rf'x="100%"[^>]*text-anchor="end">{diagram.tall.antall(5_000 * klasser)}<', svg)
