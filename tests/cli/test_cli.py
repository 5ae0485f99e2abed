"""Every command on small data: exit codes, one JSON text on stdout, Norwegian words, plain lines where nobody watches."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from kjerne.kjoring.syntetisk import lag_syntetisk
from tests.cli.dorer import ENGELSK, EVENTYR, Svar, miljo, ordning

DATO = ("--dato", "2020-07-15", "--hentet", "2020-07-13")
UTFALL = ("innvilget", "avslag", "sporsmal", "karantene", "venter")


@pytest.fixture(scope="module")
def inn(tmp_path_factory) -> Path:
    """60 applications to the fictional scheme, with income and employments."""
    mappe = tmp_path_factory.mktemp("inn")
    with pytest.MonkeyPatch.context() as m:
        m.setenv("ORDNINGER_STI", str(EVENTYR))
        lag_syntetisk(mappe, 60, 3, "askeladden", 60, dt.date(2020, 6, 1), 7, ("parquet",))
    return mappe


def filer(inn: Path) -> list[object]:
    return ["--soknader", inn / "soknader.csv", "--inntekter", inn / "inntekt.parquet", "--arbeidsforhold", inn / "arbeidsforhold.parquet"]


@pytest.fixture(scope="module")
def veien(inn, tmp_path_factory) -> dict[str, Svar]:
    """The whole way of an operator, each command once: what it said and how it ended."""
    mappe = tmp_path_factory.mktemp("veien")
    ola, kari, per = (miljo(mappe / "data", bruker=hvem) for hvem in ("ola", "kari", "per"))
    s: dict[str, Svar] = {}
    s["kjor"] = ordning("kjor", "askeladden", *filer(inn), *DATO, "--bit", 25, "--json", miljo=ola)
    s["kjor igjen"] = ordning("kjor", "askeladden", *filer(inn), *DATO, "--bit", 25, miljo=ola)
    s["sporsmal"] = ordning("sporsmal", "askeladden", "--ut", mappe / "sporsmal.csv", "--json", miljo=ola)
    s["sporsmal tekst"] = ordning("sporsmal", "askeladden", miljo=ola)
    liste = pd.read_csv(mappe / "sporsmal.csv", sep=";", dtype=str, encoding="utf-8-sig", keep_default_na=False)
    svarene = {"inntekt": "42 500,50", "oppgitt_lønn": "31 000", "har_bortforklaring": "ja"}
    liste.assign(svar=liste["felt"].map(svarene)).to_csv(mappe / "svar.csv", sep=";", index=False)
    s["svar"] = ordning("sporsmal", "askeladden", "--svar", mappe / "svar.csv", "--json", miljo=kari)
    s["svar tekst"] = ordning("sporsmal", "askeladden", "--svar", mappe / "svar.csv", miljo=kari)
    s["utbetal for tidlig"] = ordning("utbetal", "askeladden", miljo=kari)
    s["kjor med svar"] = ordning("kjor", "askeladden", *DATO, miljo=ola)
    s["status"] = ordning("status", "askeladden", "--json", miljo=ola)
    bunter = s["status"].json["ordninger"][0]["bunter"]
    s["godkjenn selv"] = ordning("godkjenn", "askeladden", "--bunt", bunter[0]["bunt_id"], "--antall", bunter[0]["antall"], miljo=ola)
    s["godkjenn feil antall"] = ordning("godkjenn", "askeladden", "--bunt", bunter[0]["bunt_id"], "--antall", 1000, miljo=kari)
    s["godkjenn uten antall"] = ordning("godkjenn", "askeladden", "--json", miljo=kari)
    en = ("--bunt", bunter[0]["bunt_id"], "--antall", bunter[0]["antall"])
    s["godkjenn"] = ordning("godkjenn", "askeladden", *en, "--json", miljo=kari)
    s["godkjenn spurt"] = ordning("godkjenn", "askeladden", miljo=kari, inn=f"{bunter[1]['antall']}\n")
    s["godkjenn begge ledd"] = ordning("godkjenn", "askeladden", "--antall", 1, miljo=kari)
    s["utbetal halvveis"] = ordning("utbetal", "askeladden", miljo=kari)
    s["disponer"] = ordning("godkjenn", "askeladden", *en, miljo=per)
    s["disponer spurt"] = ordning("godkjenn", "askeladden", miljo=per, inn=f"{bunter[1]['antall']}\n")
    s["godkjenn ingen"] = ordning("godkjenn", "askeladden", "--antall", 1, miljo=kari)
    s["stopp"] = ordning("stopp", "askeladden", "--grunn", "øvelse", "--json", miljo=kari)
    s["utbetal stoppet"] = ordning("utbetal", "askeladden", miljo=kari)
    s["status stoppet"] = ordning("status", "askeladden", miljo=ola)
    s["start"] = ordning("start", "askeladden", "--grunn", "øvelsen er over", miljo=ola)
    s["start selv"] = ordning("start", "askeladden", "--grunn", "øvelsen er over", "--bekreft", miljo=ola)
    s["start bekreft"] = ordning("start", "askeladden", "--grunn", "enig", "--bekreft", "--json", miljo=kari)
    s["utbetal"] = ordning("utbetal", "askeladden", "--json", miljo=kari)
    s["utbetal igjen"] = ordning("utbetal", "askeladden", miljo=kari)
    s["kontroller"] = ordning("kontroller", "askeladden", "--json", miljo=ola)
    s["kvitter"] = ordning("kvitter", "askeladden", "--json", miljo=ola)
    s["avstem"] = ordning("avstem", "askeladden", "--json", miljo=ola)
    s["avstem tekst"] = ordning("avstem", "askeladden", miljo=ola)
    s["rapport"] = ordning("rapport", "askeladden", "--ut", mappe / "rapport.html", "--json", miljo=ola)
    s["rapport tekst"] = ordning("rapport", "askeladden", "--apen", miljo=ola)
    s["status tekst"] = ordning("status", miljo=ola)
    soknad = pd.read_csv(inn / "soknader.csv", sep=";", dtype=str)["soknad_id"].iloc[0]
    s["forklar"] = ordning("forklar", "askeladden", soknad, "--json", miljo=ola)
    s["forklar tekst"] = ordning("forklar", "askeladden", soknad, miljo=ola)
    s["forklar eksempel"] = ordning("forklar", "askeladden", "A-05", miljo=ola)
    s["forklar ukjent"] = ordning("forklar", "askeladden", "finnes-ikke", miljo=ola)
    return s


FERDIG = [
    "kjor", "kjor igjen", "sporsmal", "sporsmal tekst", "svar", "svar tekst", "kjor med svar", "status", "godkjenn", "godkjenn spurt",
    "disponer", "disponer spurt", "stopp", "status stoppet", "start", "start bekreft", "kontroller", "kvitter", "avstem", "avstem tekst",
    "utbetal", "utbetal igjen", "rapport", "rapport tekst", "status tekst", "forklar", "forklar tekst", "forklar eksempel",
]  # fmt: skip


@pytest.mark.parametrize("hva", FERDIG)
def test_hele_veien_gaar(veien, hva):
    assert veien[hva].kode == 0, veien[hva].ut + veien[hva].feil


@pytest.mark.parametrize(
    ("hva", "kode", "ord_"),
    [
        ("utbetal for tidlig", 4, "Ingen bunt er disponert"),
        ("utbetal halvveis", 4, "Ingen bunt er disponert"),
        ("utbetal stoppet", 4, "Utbetalingene i ordningen er stoppet av kari: øvelse"),
        ("start selv", 4, "kan ikke bekrefte det selv"),
        ("godkjenn begge ledd", 4, "må godkjennes av en annen enn deg"),
        ("godkjenn selv", 4, "kan ikke godkjenne den selv"),
        ("godkjenn feil antall", 4, "er ikke innholdet i bunten"),
        ("godkjenn ingen", 2, "Ingen bunt venter på godkjenning"),
        ("forklar ukjent", 2, "Fant ingen sak"),
    ],
)
def test_det_som_ikke_gaar(veien, hva, kode, ord_):
    svar = veien[hva]
    assert (svar.kode, svar.ut) == (kode, "")
    assert ord_ in svar.feil
    for ledetekst in ("Feil:", "Ikke gjort:", "Gjør dette:"):
        assert ledetekst in svar.feil


def test_tallene_gaar_opp_hele_veien(veien):
    foerst, etter = veien["kjor"].json, veien["status"].json["ordninger"][0]
    for tall in (foerst, etter):
        assert tall["mottatt"] == 60 == sum(tall[n] for n in UTFALL)
        assert tall["sum_ore"] == sum(b["sum_ore"] for b in tall["bunter"])
    assert foerst["sporsmal"] > 0
    assert etter["sporsmal"] == 0
    assert [b["tilstand"] for b in etter["bunter"]] == ["kontrollert", "kontrollert"]
    assert sum(veien["avstem"].json["saldo"].values()) == 0 and veien["avstem"].json["avvik"] == []
    assert "stoppet av kari" in veien["status stoppet"].ut
    assert veien["svar"].json["nye"] == len(veien["sporsmal"].json) > 0
    assert len(veien["utbetal"].json) == 2
    assert all(Path(u["fil"]).exists() and u["ny"] for u in veien["utbetal"].json)
    assert "Fantes fra før" in veien["utbetal igjen"].ut
    assert veien["rapport"].json["mottatt"] == 60
    assert "gjort før" in veien["kjor igjen"].ut
    assert {"utfall", "ledd", "vedtak", "kvalitet", "sak"} <= set(veien["forklar"].json)
    assert "kappspist" in veien["forklar eksempel"].ut


def test_json_er_en_tekst_og_ikke_noe_annet(veien):
    for hva in ("kjor", "sporsmal", "svar", "status", "godkjenn", "utbetal", "rapport", "forklar"):
        assert isinstance(veien[hva].json, dict | list), hva
        assert veien[hva].feil == "", hva
    feil = veien["godkjenn uten antall"]
    assert (feil.kode, feil.json["kode"]) == (2, 2)
    assert set(feil.json["feil"][0]) == {"hva", "hvor", "ikke_gjort", "gjor_dette"}


def test_rene_linjer_naar_ingen_ser_paa(veien):
    for hva, svar in veien.items():
        assert "\x1b" not in svar.ut + svar.feil, hva
        assert "\r" not in svar.feil, hva
    assert re.search(r"^\d\d\.\d\d\.\d\d  \S", veien["kjor med svar"].feil, re.MULTILINE)  # progress: time and what begins


def test_norske_ord(veien):
    tekst = "\n".join(s.ut + s.feil for n, s in veien.items() if not s.ut.startswith(("{", "[")))
    assert {m.lower() for m in ENGELSK.findall(tekst)} == set()


def test_vurder_gir_utfall_belop_og_hver_regel(tmp_path):
    saker, inntekter = EVENTYR / "askeladden/eksempler/saker.csv", EVENTYR / "askeladden/eksempler/inntekter.csv"
    svar = ordning("vurder", "askeladden", "--saker", saker, "--inntekter", inntekter, miljo=miljo(tmp_path))
    assert svar.kode == 0
    tabell = pd.read_csv(pd.io.common.StringIO(svar.ut), sep=";", dtype=str, keep_default_na=False)
    fasit = pd.read_csv(saker, sep=";", dtype=str, keep_default_na=False)
    assert list(tabell["sak"]) == list(fasit["sak"])
    assert list(tabell["utfall"]) == list(fasit["forventet"])
    kjent = tabell["utfall"] != "til manuell"
    assert list(tabell["beløp"]) == list(fasit["beløp"].where(kjent, ""))  # nobody knows it, and an example says 0
    assert [int(o) for o in tabell["beløp_øre"][kjent]] == [100 * int(b) for b in fasit["beløp"][kjent]]
    regler = re.findall(r"^def (\w+)\(", (EVENTYR / "askeladden/regler.py").read_text("utf-8"), re.MULTILINE)
    assert len(regler) == 11
    assert set(regler) - set(tabell.columns) == {"tellende_lønn"}  # rows of income, not a value
    som_json = ordning("vurder", "askeladden", "--saker", saker, "--inntekter", inntekter, "--json", miljo=miljo(tmp_path))
    assert [{n: "" if v is None else str(v) for n, v in rad.items()} for rad in som_json.json] == tabell.to_dict("records")
    fil = ordning("vurder", "askeladden", "--saker", saker, "--inntekter", inntekter, "--ut", tmp_path / "ut.csv", miljo=miljo(tmp_path))
    assert (fil.kode, fil.ut) == (0, "")
    assert (tmp_path / "ut.csv").read_text("utf-8") == svar.ut
    assert not (tmp_path / "ordning.sqlite").exists()  # nothing is stored


def test_demo(tmp_path):
    egne = miljo(tmp_path / "ikke-her")
    svar = ordning("demo", "--ordning", "askeladden", "--antall", 40, "--form", "parquet", "--maaneder", 7, "--mappe", tmp_path / "demo",
                   "--json", miljo=egne)  # fmt: skip
    assert svar.kode == 0, svar.ut
    tall = svar.json
    assert tall["mottatt"] == 40 == sum(tall[n] for n in UTFALL)
    assert tall["sum_ore"] == sum(b["sum_ore"] for b in tall["bunter"]) > 0
    assert all(Path(f).exists() for n, f in tall["filer"].items() if n != "Regler")
    assert tall["bunter"] and {b["tilstand"] for b in tall["bunter"]} == {"avstemt"} and len({h["hvem"] for h in tall["dagen"]}) == 3
    assert svar.feil == ""


def test_demo_uten_noen_aa_betale(tmp_path):
    svar = ordning("demo", "--ordning", "askeladden", "--antall", 1, "--form", "parquet", "--maaneder", 4, "--mappe", tmp_path / "demo",
                   "--json", miljo=miljo(tmp_path))  # fmt: skip
    assert svar.kode == 0, svar.ut
    assert (svar.json["mottatt"], svar.json["bunter"], svar.json["xsd_godtatt"]) == (1, [], False)


def test_demo_roerer_ingen_annens_bunter(inn, tmp_path):
    """The demo in a database where another run waits for approval: it approves and pays its own only, plays no day, and never in prod."""
    data = miljo(tmp_path / "data") | {"ORDNING_DATABASE_URL": f"sqlite:///{tmp_path}/felles.db"}
    andres = ordning("kjor", "askeladden", *filer(inn), *DATO, "--json", miljo=data).json["bunter"][0]["bunt_id"]
    demo = ("demo", "--ordning", "askeladden", "--antall", 40, "--fro", 9, "--form", "parquet", "--maaneder", 7, "--json")
    svar = ordning(*demo, "--mappe", tmp_path / "demo", miljo=data)
    assert (svar.kode, svar.json["dagen"]) == (0, [])
    bunter = ordning("status", "askeladden", "--json", miljo=data).json["ordninger"][0]["bunter"]
    assert {b["tilstand"] for b in bunter if b["bunt_id"] == andres} == {"kontrollert"}
    prod = data | {"ORDNING_MILJO": "prod", "ORDNING_BETALER": "ETATEN;810000007;AVTALE;10000000006;ABCDNOKK"}
    svar = ordning(*demo, "--mappe", tmp_path / "prod", miljo=prod)
    assert svar.kode == 2
    assert "prod" in svar.json["feil"][0]["hva"]


def test_demo_sletter_ikke_andres_filer(tmp_path):
    (tmp_path / "viktig.txt").write_text("x")
    svar = ordning("demo", "--mappe", tmp_path, miljo=miljo(tmp_path))
    assert svar.kode == 2
    assert "ikke tom" in svar.feil
    assert (tmp_path / "viktig.txt").exists()


def test_syntetisk(tmp_path):
    egne = miljo(tmp_path)
    svar = ordning("syntetisk", tmp_path / "a", "--antall", 20, "--form", "parquet", "--ordning", "askeladden", "--json", miljo=egne)
    assert svar.kode == 0
    assert {"personer.parquet", "inntekt.parquet", "soknader.csv"} <= set(svar.json)
    assert all(Path(f).exists() for f in svar.json.values())
    assert ordning("syntetisk", tmp_path / "b", "--antall", 5, "--form", "parquet", miljo=egne).kode == 0


def test_de_som_skriver_ordninger(tmp_path):
    shutil.copytree(EVENTYR, tmp_path / "o")
    egne = miljo(tmp_path, tmp_path / "o")
    svar = ordning("eksempler", "askeladden", "--json", miljo=egne)
    assert (svar.kode, svar.json[0]["avvik"]) == (0, [])
    assert "0 avvik" in ordning("eksempler", miljo=egne).ut
    assert ordning("dok", "askeladden", "--json", miljo=egne).json["filer"] == [str(tmp_path / "o/askeladden/REGLER.md")]
    assert "Trøstegull" in (tmp_path / "o/askeladden/REGLER.md").read_text("utf-8")
    sjekk = ordning("sjekk", "askeladden", "--json", miljo=egne)
    assert sjekk.kode == (1 if sjekk.json["askeladden"] else 0)
    fil = tmp_path / "o/askeladden/eksempler/saker.csv"
    fil.write_text(fil.read_text("utf-8").replace(";innvilget;72;", ";innvilget;73;"), "utf-8")
    galt = ordning("eksempler", "askeladden", "--json", miljo=egne)
    assert galt.kode == 1
    assert [(a["sak"], a["hva"], a["ventet"], a["fikk"]) for a in galt.json[0]["avvik"]] == [("A-01", "beløp", "73", "72")]
    assert ordning("sjekk", "askeladden", miljo=egne).kode == 1
    tekst = ordning("eksempler", "askeladden", miljo=egne)
    assert tekst.kode == 1
    assert "A-01" in tekst.ut


def test_en_odelagt_ordning_skjules_ikke_av_de_andre(tmp_path):
    shutil.copytree(EVENTYR, tmp_path / "o")
    shutil.copytree(EVENTYR / "askeladden", tmp_path / "o/per")  # its id is another than its folder
    egne = miljo(tmp_path / "data", tmp_path / "o")
    for kommando in ("eksempler", "dok", "status"):
        tekst, som_json = ordning(kommando, miljo=egne), ordning(kommando, "--json", miljo=egne)
        assert tekst.kode == som_json.kode == (0 if kommando == "status" else 1)
        assert "per" in tekst.feil
        assert "mappens navn" in tekst.feil
        assert "mappens navn" in som_json.ut
    assert ordning("status", "per", miljo=egne).kode == 1


def test_kvalitetsstopp_er_kode_3(inn, tmp_path):
    kort = tmp_path / "inntekt.parquet"
    pd.read_parquet(inn / "inntekt.parquet", dtype_backend="numpy_nullable").head(20).to_parquet(kort)
    args = filer(inn)[:2] + ["--inntekter", kort]
    svar = ordning("kjor", "askeladden", *args, *DATO, "--json", miljo=miljo(tmp_path / "data"))
    assert (svar.kode, svar.json["kode"]) == (3, 3)
    assert "inn_dekning_personer" in svar.ut
    tall = ordning("status", "askeladden", "--json", miljo=miljo(tmp_path / "data")).json["ordninger"][0]
    assert (tall["mottatt"], tall["venter_fordelt"]["ubehandlet"], tall["bunter"]) == (60, 60, [])


def test_grense_er_kode_5(inn, tmp_path):
    shutil.copytree(EVENTYR, tmp_path / "o")
    fil = tmp_path / "o/askeladden/ordning.toml"
    fil.write_text(fil.read_text("utf-8").replace("maks_per_sak = 60_000", "maks_per_sak = 1"), "utf-8")
    svar = ordning("kjor", "askeladden", *filer(inn), *DATO, miljo=miljo(tmp_path / "data", tmp_path / "o"))
    assert svar.kode == 5
    assert "Gjør dette:" in svar.feil
