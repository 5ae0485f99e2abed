"""The examples through Excel and back: the same bytes when nothing is changed, and nothing when something is wrong."""

import datetime as dt
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.eksempelark import EKSTRA, FILER, INNTEKTER, LISTER, SAKER, fil, skriv_ark
from kjerne.regelmotor.eksempelark_les import celletekst, les_ark
from kjerne.regelmotor.eksempler import les_eksempler, prov_eksempler
from kjerne.regelmotor.oppdagelse import oppdag
from kjerne.regelmotor.regelverk import les_regelverk
from tests.cli.dorer import miljo, ordning

VERK, _ = oppdag()
MED_EKSEMPLER = [v for v in VERK.values() if (v.mappe / "eksempler" / "saker.csv").exists()]


@pytest.fixture
def verk(rot):
    return les_regelverk(rot / "askeladden")


@pytest.fixture
def ark(verk, tmp_path) -> Path:
    skriv_ark(verk, tmp_path / "ut.xlsx")
    return tmp_path / "ut.xlsx"


def innhold(verk) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in (verk.mappe / "eksempler").iterdir()}


def kolonne(blad, navn: str) -> str:
    return next(c.column_letter for c in blad[1] if c.value == navn)


def endre(ark: Path, hva) -> Path:
    bok = load_workbook(ark)
    hva(bok)
    bok.save(ark)
    return ark


# --- round trip ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verk", MED_EKSEMPLER, ids=[v.id for v in MED_EKSEMPLER])
def test_frem_og_tilbake_er_de_samme_bytene(verk, tmp_path):
    mappe = shutil.copytree(verk.mappe.parent, tmp_path / "o", ignore=shutil.ignore_patterns("__pycache__")) / verk.id
    kopi = les_regelverk(mappe)
    foer, tider = innhold(kopi), {f: f.stat().st_mtime_ns for f in (mappe / "eksempler").iterdir()}
    assert skriv_ark(kopi, tmp_path / "a.xlsx") == len(les_eksempler(kopi))
    lest = les_ark(kopi, tmp_path / "a.xlsx")
    assert (lest.skrevet, lest.endret, lest.nye, lest.borte) == ([], 0, 0, 0)
    assert innhold(kopi) == foer
    assert {f: f.stat().st_mtime_ns for f in (mappe / "eksempler").iterdir()} == tider


def test_andre_skrivemaater_er_de_samme_bytene(verk, tmp_path):
    """BOM, Windows' line ends, quotes, spaces in numbers, ISO dates, a text of two lines: spelt as they were."""
    sti = fil(verk, SAKER)
    tekst = sti.read_text("utf-8").replace(";100 %;", ";1e0 %;", 0).replace("10.04.2020", "2020-04-10", 1).replace(";5000;", ";5 000,0;", 1)
    tekst = tekst.replace("Snitt av tre måneder", '"Snitt av\ntre; ""måneder"""').replace(";72;", ";72,00;", 1)
    sti.write_bytes(b"\xef\xbb\xbf" + tekst.replace("\n", "\r\n").encode())
    foer = innhold(verk)
    skriv_ark(verk, tmp_path / "a.xlsx")
    assert les_ark(verk, tmp_path / "a.xlsx").skrevet == []
    assert innhold(verk) == foer
    endre(tmp_path / "a.xlsx", lambda bok: bok[SAKER].__setitem__("C4", "en annen"))
    assert les_ark(verk, tmp_path / "a.xlsx").skrevet == [sti]
    gamle, nye = foer["saker.csv"].split(b"\r\n"), sti.read_bytes().split(b"\r\n")
    assert len(gamle) == len(nye)
    assert [i for i, (a, b) in enumerate(zip(gamle, nye, strict=True)) if a != b] == [4]  # the text of two lines is 1 and 2


def test_det_som_endres_blir_skrevet_slik_en_jurist_skriver(verk, ark):
    def hva(bok):
        s = bok[SAKER]
        s[f"{kolonne(s, 'grad')}3"] = 0.625
        s[f"{kolonne(s, 'jaget_fra')}3"] = dt.datetime(2020, 4, 1)
        s[f"{kolonne(s, 'oppgitt_lønn')}3"] = 4999.5
        s[f"{kolonne(s, 'har_spist_kappspist')}3"] = None
        bok[INNTEKTER]["B2"] = dt.date(2019, 11, 1)

    gammel, gamle_inntekter = (fil(verk, a).read_text("utf-8").splitlines() for a in FILER)
    lest = les_ark(verk, endre(ark, hva))
    assert (lest.saker, lest.endret, lest.nye, lest.borte) == (15, 1, 0, 0)
    assert lest.skrevet == [fil(verk, SAKER), fil(verk, INNTEKTER)]
    ny, inntekter = (fil(verk, a).read_text("utf-8").splitlines() for a in FILER)
    assert [nr for nr, (a, b) in enumerate(zip(gammel, ny, strict=True)) if a != b] == [2]
    assert ";01.04.2020;62,5 %;;ja;4999,5;" in ny[2]
    assert inntekter[1] == gamle_inntekter[1].replace("2019-12", "2019-11")
    assert inntekter[2:] == gamle_inntekter[2:]


def test_nye_flyttede_og_fjernede_saker(verk, ark):
    def hva(bok):
        s = bok[SAKER]
        celler = [c.value for c in s[3]]
        s.delete_rows(3)
        s.insert_rows(2)
        for nr, verdi in enumerate(celler, 1):
            s.cell(2, nr, verdi)
        s["A2"] = "NY-1"
        bok[INNTEKTER].delete_rows(2, 500)
        for nr, verdi in enumerate(("A-01", dt.datetime(2020, 1, 1), "910000004", "Loennsinntekt", 12.34), 1):
            bok[INNTEKTER].cell(2, nr, verdi)

    lest = les_ark(verk, endre(ark, hva))
    assert (lest.saker, lest.nye, lest.borte) == (15, 1, 1)
    assert fil(verk, SAKER).read_text("utf-8").splitlines()[1].startswith("NY-1;")
    assert fil(verk, INNTEKTER).read_text("utf-8").splitlines()[1:] == ["A-01;2020-01;910000004;Loennsinntekt;12,34"]
    assert len(les_eksempler(verk)) == 15


def test_en_fil_uten_siste_linjeslutt_faar_den_naar_noe_kommer_etter(verk, tmp_path):
    sti = fil(verk, SAKER)
    sti.write_text(sti.read_text("utf-8").rstrip("\n"), "utf-8")
    skriv_ark(verk, tmp_path / "a.xlsx")
    assert les_ark(verk, tmp_path / "a.xlsx").skrevet == []
    endre(tmp_path / "a.xlsx", lambda bok: bok[SAKER].__setitem__("A17", "SIST"))
    assert les_ark(verk, tmp_path / "a.xlsx").nye == 1
    assert sti.read_text("utf-8").splitlines()[-1].startswith("SIST;;")
    assert len(les_eksempler(verk)) == 16


def test_en_ny_ordning_uten_eksempler(verk, tmp_path):
    shutil.rmtree(verk.mappe / "eksempler")
    assert skriv_ark(verk, tmp_path / "a.xlsx") == 0
    assert les_ark(verk, tmp_path / "a.xlsx").skrevet == []

    def hva(bok):
        s = bok[SAKER]
        s["A2"], s[f"{kolonne(s, 'jaget_fra')}2"], s[f"{kolonne(s, 'forventet')}2"] = "A", dt.date(2020, 4, 1), "til manuell"

    assert les_ark(verk, endre(tmp_path / "a.xlsx", hva)).nye == 1
    (sak,) = les_eksempler(verk).tabell.to_dict("records")
    assert (sak["sak"], sak["jaget_fra"], sak["forventet"]) == ("A", "01.04.2020", "til manuell")
    assert not fil(verk, INNTEKTER).exists()


# --- what the jurist sees --------------------------------------------------------------------------------------------


def test_arket_er_et_ark(verk, ark):
    bok = load_workbook(ark)
    assert bok.sheetnames == [SAKER, INNTEKTER, "Les meg", LISTER]
    assert bok[LISTER].sheet_state == "hidden"
    s = bok[SAKER]
    assert s.freeze_panes == "B2"
    celle = {navn: s[f"{kolonne(s, navn)}3"] for navn in ("jaget_fra", "grad", "oppgitt_lønn", "arbeidsgiver", "har_bortforklaring")}
    assert (celle["jaget_fra"].value, celle["jaget_fra"].number_format) == (dt.datetime(2020, 5, 10), "dd.mm.yyyy")
    assert (celle["grad"].value, celle["grad"].number_format) == (0.5, "0%")
    assert (celle["oppgitt_lønn"].value, celle["oppgitt_lønn"].number_format) == (5000, "#,##0")
    assert (celle["arbeidsgiver"].value, celle["arbeidsgiver"].number_format) == ("910000004", "@")
    farger = {c.value: c.fill.fgColor.rgb for c in s[1]}
    fasit = {"forventet", "beløp", "avgjørende", "mangler", "månedslønn", "siste_dag"}
    assert len({farger[n] for n in fasit}) == 1
    assert not {farger[n] for n in fasit} & {f for n, f in farger.items() if n not in fasit}
    valg = {}
    for kontroll in s.data_validations.dataValidation:
        omraade = kontroll.formula1.removeprefix(f"{LISTER}!").replace("$", "")
        liste = [c.value for (c,) in bok[LISTER][omraade]]
        valg[s[f"{str(kontroll.sqref).split(':')[0][:-1]}1"].value] = liste
        assert str(kontroll.sqref).endswith(str(len(les_eksempler(verk)) + EKSTRA + 1))
    assert valg["har_bortforklaring"] == ["ja", "nei"]
    assert valg["meldt_av"] == ["kongen", "askeladden"]
    assert valg["forventet"] == ["innvilget", "avslag", "til manuell"]
    hjelp = {r[0].value: r[2].value for r in bok["Les meg"].iter_rows()}
    assert hjelp["grad"] == "Hvor mye av arbeidet mistet du?"


def test_en_fil_som_finnes_blir_ikke_overskrevet(verk, ark):
    foer = ark.read_bytes()
    with pytest.raises(Ordningsfeil, match="finnes fra før"):
        skriv_ark(verk, ark)
    assert ark.read_bytes() == foer


# --- hostile content -------------------------------------------------------------------------------------------------

FIENDTLIG = ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "#N/A", "#REF!", "'=1", '=HYPERLINK("http://x")', "{=1}",
             "TRUE", "1E9"]  # fmt: skip


@pytest.mark.parametrize("tekst", FIENDTLIG)
def test_tekst_er_tekst(verk, tmp_path, tekst):
    """Never a formula, and the same text back."""
    sti = fil(verk, SAKER)
    innholdet = sti.read_text("utf-8")
    celle = '"' + tekst.replace('"', '""') + '"'
    sti.write_text(innholdet.replace("Snitt av tre måneder", celle, 1), "utf-8")
    foer = innhold(verk)
    skriv_ark(verk, tmp_path / "a.xlsx")
    celle = load_workbook(tmp_path / "a.xlsx")[SAKER]["C2"]
    assert (celle.value, celle.data_type) == (tekst, "s")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as arkiv:
        assert not [n for n in arkiv.namelist() if n.startswith("xl/worksheets/") and b"<f>" in arkiv.read(n)]
    assert les_ark(verk, tmp_path / "a.xlsx").skrevet == []
    assert innhold(verk) == foer


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30), st.sampled_from(["tekst", "valg", "orgnr"]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_celler_med_tekst(tekst, type_):
    from unicodedata import normalize

    from kjerne.regelmotor.eksempelark import sett_celle

    celle = Workbook().active["A1"]
    sett_celle(celle, tekst, type_, Path("x"))
    assert celle.data_type in ("s", "n")
    assert celletekst(celle, type_) == normalize("NFC", tekst)


def skadet(kolonne_: str, verdi, rad: int = 4, ark: str = SAKER):
    def hva(bok):
        s = bok[ark]
        celle = s[f"{kolonne(s, kolonne_)}{rad}"]
        if isinstance(verdi, int):
            celle.number_format = "0"  # a number in the clothes of a date is a date
        celle.value = verdi

    return hva


@pytest.mark.parametrize(
    ("hva", "hvor", "ord_"),
    [
        (skadet("beløp", "=1+1"), "arket Saker, celle M4", "er en formel"),
        (skadet("beskrivelse", "=cmd|' /C calc'!A0"), "arket Saker, celle C4", "er en formel"),
        (skadet("beskrivelse", "#N/A"), "arket Saker, celle C4", "feil fra Excel"),
        (skadet("grad", "mye"), "arket Saker, celle F4 (grad)", "ikke et tall"),
        (skadet("grad", 1.5), "arket Saker, celle F4 (grad)", "utenfor det som er mulig"),
        (skadet("jaget_fra", 43931), "arket Saker, celle E4", "skal være dato"),
        (skadet("jaget_fra", "31.02.2020"), "arket Saker, celle E4 (jaget_fra)", "ikke en dag som finnes"),
        (skadet("jaget_fra", dt.datetime(2020, 4, 1, 12)), "arket Saker, celle E4", "klokkeslett"),
        (skadet("jaget_fra", dt.time(12)), "arket Saker, celle E4", "klokkeslett"),
        (skadet("grad", dt.date(2020, 4, 1)), "arket Saker, celle F4", "er en dato"),
        (skadet("meldt_av", "trollet"), "arket Saker, celle J4 (meldt_av)", "ikke et av valgene"),
        (skadet("arbeidsgiver", 123), "arket Saker, celle D4 (arbeidsgiver)", "organisasjonsnummer"),
        (skadet("sak", "A-01"), "arket Saker, rad 4", "står to ganger"),
        (skadet("grad", "graden", 1), "arket Saker, rad 1", "Mente du «grad»"),
        (skadet("grad", "sak", 1), "arket Saker, celle F1", "står to ganger"),
        (skadet("beloep", "tusen", 3, INNTEKTER), "arket Inntekter, celle E3 (beloep)", "ikke et tall"),
        (skadet("sak", "A-99", 3, INNTEKTER), "arket Inntekter, rad 3", "finnes ikke i saksfilen"),
        (lambda bok: bok.remove(bok[INNTEKTER]), "ut.xlsx", "Arket Inntekter mangler"),
        (lambda bok: bok[SAKER].merge_cells("B3:C4"), "B3:C4", "slått sammen"),
        (lambda bok: bok[SAKER].delete_rows(1), "arket Saker", ""),
        (lambda bok: bok[SAKER].__setitem__("ZZ90000", "x"), "arket Saker", "for stort"),
        (lambda bok: bok[SAKER].__setitem__("Z5", "x"), "arket Saker, celle Z5", "ingen overskrift"),
    ],
)
def test_et_odelagt_ark_endrer_ingenting(verk, ark, hva, hvor, ord_):
    endre(ark, hva)
    if ord_ == "feil fra Excel":
        bok = load_workbook(ark)
        assert bok[SAKER]["C4"].data_type == "e"
    foer = innhold(verk)
    with pytest.raises(Ordningsfeil) as feil:
        les_ark(verk, ark)
    assert hvor in str(feil.value)
    assert ord_ in str(feil.value)
    assert "Eksemplene er ikke endret" in str(feil.value)
    assert "ordning-ark-" not in str(feil.value)  # the reader's file, not a temporary one
    assert innhold(verk) == foer


def test_det_som_ikke_er_et_regneark(verk, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 ikke en zip")
    (tmp_path / "b.xlsx").write_text("sak;hjemmel", "utf-8")
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w") as arkiv:
        arkiv.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    with zipfile.ZipFile(tmp_path / "d.xlsx", "w", zipfile.ZIP_DEFLATED) as arkiv:
        arkiv.writestr("xl/workbook.xml", b"0" * (101 * 1024 * 1024))
    ord_ = {"a": "kan leses", "b": "kan leses", "c": "XML-definisjon", "d": "for stor", "finnes-ikke": "finnes ikke"}
    for navn, ventet in ord_.items():
        with pytest.raises(Ordningsfeil, match=ventet) as feil:
            les_ark(verk, tmp_path / f"{navn}.xlsx")
        assert feil.value.kode == 2


def test_et_styretegn_kan_ikke_skrives(verk, tmp_path):
    sti = fil(verk, SAKER)
    sti.write_text(sti.read_text("utf-8").replace("Snitt av tre måneder", "Snitt\x07"), "utf-8")
    with pytest.raises(Ordningsfeil, match="styretegn") as feil:
        skriv_ark(verk, tmp_path / "a.xlsx")
    assert "celle C2" in feil.value.hvor
    assert not (tmp_path / "a.xlsx").exists()


# --- the command -----------------------------------------------------------------------------------------------------


def test_kommandoen(rot, tmp_path):
    egne, sti = miljo(tmp_path, rot), tmp_path / "a.xlsx"
    assert ordning("eksempler", "askeladden", "--til-excel", sti, "--json", miljo=egne).json == {"fil": str(sti), "saker": 15}
    assert "Ingenting å skrive" in ordning("eksempler", "askeladden", "--fra-excel", sti, miljo=egne).ut
    endre(sti, skadet("beskrivelse", "Et annet ord"))
    lest = ordning("eksempler", "askeladden", "--fra-excel", sti, "--json", miljo=egne).json
    assert (lest["endret"], lest["skrevet"]) == (1, [str(rot / "askeladden/eksempler/saker.csv")])
    assert prov_eksempler(les_eksempler(les_regelverk(rot / "askeladden"))) == []
    for args in (("--til-excel", sti), ("askeladden", "--til-excel", sti), ("askeladden", "--til-excel", "x.xlsx", "--fra-excel", sti)):
        assert ordning("eksempler", *args, miljo=egne).kode == 2
