"""Bad input through the doors kjor, vurder and sjekk: what, where, what did not happen and what to do, in Norwegian.

The files lie in tests/feil/filer. A file is either refused, and then nothing of it is in the database, or read with the bad
lines in quarantine: each with its number and a reason, and linjer_inn = akseptert + karantene.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from kjerne.lager.motor import aapne
from kjerne.lager.tabeller import leveranse, leveranse_karantene, metadata
from kjerne.lager.tilstand import tilstandshash
from tests.cli.dorer import EVENTYR, Svar, miljo, ordning

FILER = Path(__file__).parent / "filer"
SOKNADER, INNTEKTER, SAKER = (FILER / n for n in ("soknader", "inntekter", "saker"))
DATO = ("--dato", "2020-07-15", "--hentet", "2020-07-13")
DELER = ("Feil:", "Hvor:", "Ikke gjort:", "Gjør dette:")
ENGELSK = re.compile(r"\b(error|missing|invalid|should|expected|unexpected|must|line|byte \d+ of|is a directory|no such)\b", re.IGNORECASE)
KJORT = {"kjoring", "kjoring_steg", "revisjonslogg"}  # that somebody tried is written down


@pytest.fixture(scope="module")
def ferdig(tmp_path_factory) -> Path:
    """A place where a good run has been done: what a refused file must leave as it was."""
    data = tmp_path_factory.mktemp("ferdig") / "data"
    filer = ("--soknader", SOKNADER / "gode.csv", "--inntekter", INNTEKTER / "gode.jsonl")
    svar = ordning("kjor", "askeladden", *filer, *DATO, miljo=miljo(data))
    assert svar.kode == 0, svar.feil
    return data


@pytest.fixture
def data(ferdig, tmp_path) -> Path:
    return Path(shutil.copytree(ferdig, tmp_path / "data"))


def tilstand(data: Path, uten: set[str] = KJORT) -> str:
    motor = aapne(data / "ordning.sqlite")
    with motor.connect() as conn:
        sum_ = tilstandshash(conn, uten)
    motor.dispose()
    return sum_


def hent(data: Path, sporring) -> list:
    motor = aapne(data / "ordning.sqlite")
    with motor.connect() as conn:
        rader = conn.execute(sporring).all()
    motor.dispose()
    return rader


def krev_god_melding(svar: Svar, hva: str, hvor: str) -> None:
    assert svar.kode in (1, 2), svar.ut + svar.feil
    melding = svar.feil[svar.feil.index("Feil:") :]
    for del_ in DELER:
        assert del_ in melding, melding
    assert re.search(hva, melding), melding
    assert re.search(f"Hvor: .*{hvor}", melding), melding
    assert not ENGELSK.search(re.sub(r"Hvor: .*", "", melding)), melding
    assert "Traceback" not in svar.ut + svar.feil
    assert "ikke forutsett" not in melding
    assert not re.search(r"\d{11}", melding)  # no person and no account


# --- applications through kjor

NEKTET = {  # file → (what, where)
    "tom.csv": ("Filen er tom", "tom.csv"),
    "bare_blanke.csv": ("Filen er tom", "bare_blanke.csv"),
    "binaer.csv": ("ikke en tekstfil", "binaer.csv"),
    "regneark.csv": ("regneark", "regneark.csv"),
    "rart_skilletegn.csv": (r"skilt med «\|»", "linje 1"),
    "mangler_kolonne.csv": ("Kolonnen «fodselsnummer» mangler", "overskriften"),
    "dobbel_kolonne.csv": ("Kolonnen «grad» står mer enn én gang", "overskriften"),
    "ukjent_kolonne.csv": ("Kolonnen «jagd_fra» er ukjent[^§]*Mente du «jaget_fra»", "overskriften"),
    "latin1.csv": ("ikke lagret som UTF-8", "linje 1, byte 135"),
    "avkortet.json": ("Filen er avkortet", r"linje \d+, kolonne \d+"),
    "finnes_ikke.csv": ("Filen finnes ikke", "finnes_ikke.csv"),
    "": ("Dette er en mappe", "soknader"),
}


@pytest.mark.parametrize("fil", NEKTET)
def test_soknadsfil_som_nektes(fil, data):
    foer = tilstand(data)
    svar = ordning("kjor", "askeladden", "--soknader", SOKNADER / fil, *DATO, miljo=miljo(data))
    krev_god_melding(svar, *NEKTET[fil])
    assert tilstand(data) == foer
    assert "og ingen penger er sendt" in svar.feil


KARANTENE = {  # file → (lines in, {quarantined line: reason})
    "feil_orgnr.csv": (3, {3: "arbeidsgiver er ikke et gyldig organisasjonsnummer"}),
    "ukjent_kode.csv": (3, {3: "meldt_av er ikke et av valgene kongen, askeladden"}),
    "dato_finnes_ikke.csv": (3, {3: "jaget_fra kan ikke leses som dato"}),
    "over_100_prosent.csv": (3, {3: "grad er utenfor det som er mulig"}),
    "belop_er_ord.csv": (3, {3: "oppgitt_lønn kan ikke leses som beløp"}),
    "for_faa_felt.csv": (3, {3: "linjen har 10 felt, overskriften har 12"}),
    "latin1_linje.csv": (3, {3: "linjen er ikke UTF-8"}),
    "ekte_person.csv": (3, {3: "fodselsnummer er ikke et"}),
    "gjentatt_overskrift.csv": (3, {3: "overskriften er gjentatt"}),
    "anforselstegn.csv": (3, {3: "anførselstegnene går ikke opp"}),
    "avkortet_linje.jsonl": (3, {2: "en tekst begynner her og blir ikke avsluttet"}),
    "null_belop.jsonl": (3, {3: "oppgitt_lønn kan ikke leses som beløp"}),
    "nan.jsonl": (3, {2: "NaN er ikke et tall"}),
    "ikke_objekt.json": (2, {1: "her skulle det stått et objekt", 2: "her skulle det stått et objekt"}),
    "tomt_belop.csv": (3, {}),
    "gode.csv": (3, {}),
}


@pytest.mark.parametrize("fil", KARANTENE)
def test_soknadsfil_med_linjer_i_karantene(fil, tmp_path):
    """In a new database: the good lines go on, the bad ones are shown with number and reason, and every line is counted."""
    linjer, ventet = KARANTENE[fil]
    egne = miljo(tmp_path)
    svar = ordning("kjor", "askeladden", "--soknader", SOKNADER / fil, "--inntekter", INNTEKTER / "gode.jsonl", *DATO, miljo=egne)
    assert svar.kode == 0, svar.feil
    rad = hent(tmp_path, sa.select(leveranse).where(leveranse.c.art == "soknad"))[0]
    assert (rad.linjer_inn, rad.akseptert, rad.karantene) == (linjer, linjer - len(ventet), len(ventet))
    assert rad.linjer_inn == rad.akseptert + rad.karantene
    fikk = dict(hent(tmp_path, sa.select(leveranse_karantene.c.linje, leveranse_karantene.c.grunn)))
    assert fikk.keys() == ventet.keys()
    for linje, grunn in ventet.items():
        assert grunn in fikk[linje]
        assert f"linje {linje}: {fikk[linje]}" in svar.ut
        assert not re.search(r"\d{11}", fikk[linje])
    assert ("satt i karantene" in svar.ut) == bool(ventet)


def test_alle_filene_er_provd():
    assert {f.name for f in SOKNADER.iterdir()} == {n for n in NEKTET if n and n != "finnes_ikke.csv"} | KARANTENE.keys()
    assert {f.name for f in INNTEKTER.iterdir()} == {n for n in INNTEKT_NEKTET if n and n != "finnes_ikke.csv"} | INNTEKT_LEST.keys()
    brukt = {n for n in SAK_NEKTET if n and n != "finnes_ikke.csv"} | {*SAKSINNTEKT_NEKTET} | {"gode.csv"}
    assert {f.name for f in SAKER.iterdir()} == brukt


# --- income through kjor

INNTEKT_NEKTET = {
    "tom.json": ("Filen er tom", "tom.json"),
    "binaer.json": (".", "binaer.json"),
    "avkortet.json": ("Filen er avkortet", r"linje \d+, kolonne \d+"),
    "annet_json.json": ("ikke en form som kan leses", "annet_json.json"),
    "mangler_kolonne.csv": ("Kolonnen «maaned» mangler", "overskriften"),
    "dobbel_kolonne.csv": ("Kolonnen «beloep» står mer enn én gang", "overskriften"),
    "rart_skilletegn.csv": (r"skilt med «\|»", "linje 1"),
    "finnes_ikke.csv": ("Filen finnes ikke", "finnes_ikke.csv"),
    "": ("Dette er en mappe", "inntekter"),
}


@pytest.mark.parametrize("fil", INNTEKT_NEKTET)
def test_inntektsfil_som_nektes(fil, data):
    """No vedtak, no snapshot and no question come of it. That applications were received before it, is not denied."""
    foer = tilstand(data)
    svar = ordning("kjor", "askeladden", "--soknader", SOKNADER / "gode.csv", "--inntekter", INNTEKTER / fil, *DATO, miljo=miljo(data))
    krev_god_melding(svar, *INNTEKT_NEKTET[fil])
    assert tilstand(data) == foer
    assert "Ingenting er lagret" not in svar.feil
    assert "fra filen er" in svar.feil


INNTEKT_LEST = {  # file → (units in, {quarantined line: reason})
    "gode.jsonl": (21, {}),
    "null_belop.jsonl": (3, {}),
    "ukjente_koder.jsonl": (2, {}),
    "feil_orgnr.jsonl": (2, {}),
    "avkortet_linje.jsonl": (3, {2: "."}),
    "latin1.csv": (1, {2: "linjen er ikke UTF-8"}),
    "dato_finnes_ikke.csv": (2, {2: "."}),
}


@pytest.mark.parametrize("fil", INNTEKT_LEST)
def test_inntektsfil_med_tvil(fil, tmp_path):
    """Doubt in the income never decides a case for or against: it asks, waits, stops or goes to a human."""
    inn, ventet = INNTEKT_LEST[fil]
    soknader = ("--soknader", SOKNADER / "gode.csv")
    svar = ordning("kjor", "askeladden", *soknader, "--inntekter", INNTEKTER / fil, *DATO, "--json", miljo=miljo(tmp_path))
    assert svar.kode in (0, 3), svar.ut
    rad = hent(tmp_path, sa.select(leveranse).where(leveranse.c.art == "inntekt"))[0]
    assert (rad.linjer_inn, rad.akseptert, rad.karantene) == (inn, inn - len(ventet), len(ventet))
    egne = sa.select(leveranse_karantene.c.linje, leveranse_karantene.c.grunn).where(leveranse_karantene.c.leveranse_id == rad.leveranse_id)
    fikk = dict(hent(tmp_path, egne))
    assert fikk.keys() == ventet.keys()
    assert all(re.search(grunn, fikk[linje]) for linje, grunn in ventet.items())
    if fil != "gode.jsonl":
        assert not hent(tmp_path, sa.select(metadata.tables["vedtak"].c.vedtak_id).where(metadata.tables["vedtak"].c.utfall == "avslag"))


# --- tables of cases through vurder

SAK_NEKTET = {
    "tom.csv": ("Filen er tom", "tom.csv"),
    "binaer.csv": ("ikke en tekstfil", "binaer.csv"),
    "nul.csv": ("styretegn", "linje 2"),
    "json.csv": ("Filen er JSON, ikke CSV", "json.csv"),
    "latin1.csv": ("ikke lagret som UTF-8", "linje 1"),
    "rart_skilletegn.csv": (r"skilt med «\|»", "linje 1"),
    "anforselstegn.csv": ("Anførselstegnene", "linje 2"),
    "for_faa_felt.csv": ("Linjen har 7 kolonner, overskriften har 9", "linje 2"),
    "ukjent_kolonne.csv": ("Kolonnen «jagd_fra» er ukjent[^§]*Mente du «jaget_fra»", "linje 1"),
    "helt_ukjent_kolonne.csv": ("Kolonnen «xyzzy» er ukjent[^§]*Kjente kolonner", "linje 1"),
    "dobbel_kolonne.csv": ("Kolonnen grad står to ganger", "linje 1"),
    "dato_finnes_ikke.csv": ("«31.04.2020» er ikke en dag som finnes", "linje 3, kolonne jaget_fra"),
    "over_100_prosent.csv": ("grad er utenfor det som er mulig", "linje 2, kolonne grad"),
    "belop_er_ord.csv": ("«mye» er ikke et tall", "linje 2, kolonne oppgitt_lønn"),
    "ukjent_kode.csv": ("«trollet» er ikke et av valgene kongen, askeladden", "linje 2, kolonne meldt_av"),
    "feil_orgnr.csv": ("ikke et gyldig organisasjonsnummer", "linje 2, kolonne arbeidsgiver"),
    "samme_sak.csv": ("Saken «1» står to ganger", "linje 3"),
    "finnes_ikke.csv": ("Filen finnes ikke", "finnes_ikke.csv"),
    "": ("Dette er en mappe", "saker"),
}


@pytest.mark.parametrize("fil", SAK_NEKTET)
def test_saksfil_som_nektes(fil, tmp_path):
    svar = ordning("vurder", "askeladden", "--saker", SAKER / fil, miljo=miljo(tmp_path))
    krev_god_melding(svar, *SAK_NEKTET[fil])
    assert "Ingen saker i filen er vurdert" in svar.feil
    assert svar.ut == ""


SAKSINNTEKT_NEKTET = {
    "inntekter_ukjent_sak.csv": ("Saken «9» finnes ikke i saksfilen", "linje 2"),
    "inntekter_mangler_kolonne.csv": ("Kolonnen maaned mangler", "linje 1"),
    "inntekter_gal_maaned.csv": ("ikke en dag som finnes", "linje 2, kolonne maaned"),
}


@pytest.mark.parametrize("fil", [*SAKSINNTEKT_NEKTET, ""])
def test_inntekter_til_saksfil_som_nektes(fil, tmp_path):
    svar = ordning("vurder", "askeladden", "--saker", SAKER / "gode.csv", "--inntekter", SAKER / fil, miljo=miljo(tmp_path))
    krev_god_melding(svar, *SAKSINNTEKT_NEKTET.get(fil, ("Dette er en mappe", "saker")))


# --- scheme folders through sjekk and kjor

ORDNINGSFEIL = [  # file, from, to (None: the file is gone), what, where
    ("regler.py", "def dagsats(", "def dagsats((", "ikke gyldig Python", "regler.py, linje 62"),
    ("regler.py", "innenfor(jaget_fra", "innenfor(jagd_fra", "«jagd_fra» er ikke et argument", "linje 26, kolonne"),
    ("regler.py", "def god_forklaring(har_bortforklaring)", "def god_forklaring(har_bort)", "har_bortforklaring", "regler.py, linje 36"),
    ("regler.py", '"KL § 5"', '"XX § 5"', "Rettskilden XX står ikke", "linje 39"),
    ("regler.py", '"KL § 5"', '"femte"', "«femte» er ikke en hjemmel", "linje 39"),
    ("regler.py", None, None, "regler.py mangler", "regler.py"),
    ("parametre.csv", "%;01.06.2020", "%;15.05.2020", "periodene overlapper fra 15.05.2020", "linje 6 og 7"),
    ("parametre.csv", "%;01.06.2020", "%;31.06.2020", "«31.06.2020» er ikke en dag som finnes", "linje 7, kolonne gjelder_fra"),
    ("parametre.csv", "maks_gull;6;G", "maks_gull;seks;G", "«seks» er ikke et tall", "linje 5, kolonne verdi"),
    ("parametre.csv", "maks_gull;6;G", "maks_gull;6;Gull", "Ukjent enhet «Gull»", "linje 5, kolonne enhet"),
    ("parametre.csv", "hjemmel;kilde", "hjemmmel;kilde", "Overskriften er feil", "linje 1"),
    ("parametre.csv", "Kongen angret", '"Kongen angret', "Anførselstegnene", "parametre.csv, linje"),
    ("parametre.csv", "måneder", "m\udce5neder", "ikke lagret som UTF-8", "parametre.csv, linje 3"),
    ("parametre.csv", None, None, "parametre.csv mangler", "parametre.csv"),
    ("ordning.toml", 'id = "askeladden"', "id = askeladden", "ikke gyldig TOML", "linje 3, kolonne"),
    ("ordning.toml", "fra = 2020-03-01", "fra = 2020-02-30", "ikke gyldig TOML", "linje 6, kolonne"),
    ("ordning.toml", "fra = 2020-03-01", 'fra = "i vår"', "gjelder.fra skal være en dato", "linje 6"),
    ("ordning.toml", "[eier]", "[eier]\n[eier]", "ikke gyldig TOML", "linje 22"),
    ("ordning.toml", "kontrakt = 1", 'kontrakt = 1\nfarge = "gul"', "farge er ikke en kjent nøkkel", "linje 3"),
    ("ordning.toml", "maks_per_sak = 60_000", 'maks_per_sak = "mye"', "maks_per_sak skal være et helt tall", "ordning.toml, linje"),
    ("ordning.toml", "maks_per_sak = 60_000\n", "", "maks_per_sak mangler", "ordning.toml, linje"),
    ("ordning.toml", 'type = "ja_nei"', 'type = "kanskje"', "ikke en av de tillatte verdiene", "ordning.toml, linje"),
    ("ordning.toml", "kongsgården", "kongsg\udce5rden", "ikke lagret som UTF-8", "ordning.toml, linje 4"),
    ("flyt.py", 'standardflyt("askeladden")', 'standardflyt("askeladden"', "flyt.py er ikke gyldig Python", "flyt.py, linje 5"),
    ("flyt.py", "flyt = standardflyt", "flyt = ukjent", r"«ukjent\('askeladden'\)» er ikke lov", "flyt.py, linje 5"),
]


@pytest.mark.parametrize(("fil", "fra", "til", "hva", "hvor"), ORDNINGSFEIL)
def test_odelagt_ordning(fil, fra, til, hva, hvor, tmp_path):
    shutil.copytree(EVENTYR, tmp_path / "o")
    sti = tmp_path / "o/askeladden" / fil
    if fra is None:
        sti.unlink()
    else:
        tekst = sti.read_text("utf-8")
        assert fra in tekst
        sti.write_text(tekst.replace(fra, til, 1), "utf-8", errors="surrogateescape")
    egne = miljo(tmp_path / "data", tmp_path / "o")
    sjekk = ordning("sjekk", "askeladden", "--json", miljo=egne)
    assert sjekk.kode == 1
    funn = [f for f in sjekk.json["askeladden"] if re.search(hva, f["hva"]) and re.search(hvor, f["hvor"])]
    assert funn, sjekk.ut
    assert all(f["hvorfor"] and f["gjor_dette"] for f in sjekk.json["askeladden"])
    kjor = ordning("kjor", "askeladden", "--soknader", SOKNADER / "gode.csv", *DATO, miljo=egne)
    if "gyldig Python" in hva:
        kjor.feil = re.sub(r"(ikke gyldig Python): .*", r"\1.", kjor.feil)  # the words of Python are for a programmer
    krev_god_melding(kjor, hva, hvor)
    assert not hent(tmp_path / "data", sa.select(leveranse.c.leveranse_id))
