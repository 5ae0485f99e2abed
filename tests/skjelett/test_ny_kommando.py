"""`ordning ny` as a new user meets it: one command to a running scheme, calm words, and nothing written when something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from kjerne.cli.nysporsmal import spor
from tests.cli.dorer import ENGELSK, miljo, ordning
from tests.skjelett.nyelag import IDAG, alt, bytt, rot, svar_for

DELT = ("innvilget", "avslag", "sporsmal", "karantene", "venter")


@pytest.fixture
def hjem(tmp_path) -> Path:
    return rot(tmp_path)


def kjor(hjem: Path, *argumenter: object, **andre: str):
    return ordning("ny", *argumenter, miljo=miljo(hjem.parent / "data", hjem) | andre)


@pytest.mark.parametrize("gitt", [
    (), ("--belop", "andel_dag", "--mottaker", "arbeidsgiver", "--opplysninger", "inntekt_og_arbeidsforhold"),
    ("--belop", "refusjon", "--opplysninger", "soknad", "--soker", "arbeidsgiver"), ("--belop", "fast"),
])  # fmt: skip
def test_fra_ingenting_til_vedtak(hjem, gitt):
    """200 synthetic applications all the way, and every one accounted for. The database of the environment is not touched."""
    annen = hjem.parent / "annen.sqlite"
    svar = kjor(hjem, "prove", "--ja", *gitt, "--json", ORDNING_DATABASE_URL=f"sqlite:///{annen}")
    assert svar.kode == 0, svar.feil + svar.ut
    p = svar.json["prove"]
    assert p["mottatt"] == 200 == sum(p[n] for n in DELT)
    assert p["innvilget"] > 60 and p["avslag"] > 0 and p["sum_ore"] > 0
    assert svar.json["hull"] == 0 == svar.json["avvik"] and svar.json["sekunder"] < 60
    assert not annen.exists() and not (hjem.parent / "data").exists()
    for kommando in ("sjekk", "eksempler"):
        assert ordning(kommando, "prove", miljo=miljo(hjem.parent / "data", hjem)).kode == 0


def test_det_skjermen_sier(hjem):
    svar = kjor(hjem, "prove", "--ja", "--antall", 20)
    assert svar.kode == 0 and "Skrev 13 filer" in svar.ut and "Neste steg" in svar.ut and "20 syntetiske søknader" in svar.ut
    assert "runbooks/20-ny-ordning-paa-en-dag.md" in svar.ut
    assert not ENGELSK.search(svar.ut + svar.feil) and len(svar.ut.splitlines()) < 14


def test_vis_skriver_ingenting(hjem):
    foer = alt(hjem)
    svar = kjor(hjem, "prove", "--ja", "--vis")
    assert svar.kode == 0 and "regler.py" in svar.ut and "Ingenting er skrevet." in svar.ut
    assert kjor(hjem, "prove", "--ja", "--vis", "--json").json["filer"]["flyt.py"].endswith('standardflyt("prove")\n')
    assert alt(hjem) == foer and not (hjem / "prove").exists()


def test_svar_fra_fil_og_flagg(hjem, tmp_path):
    fil = tmp_path / "svar.toml"
    fil.write_text('navn = { nb = "Strømstøtte", nn = "Straumstønad" }\nbelop = "fast"\nkroner = 7000\n', "utf-8")
    svar = kjor(hjem, "strom", "--fra", fil, "--kroner", 8000, "--gjelder-fra", "15.01.2027", "--antall", 0, "--json")
    assert svar.kode == 0 and "prove" not in svar.json
    manifest = (hjem / "strom" / "ordning.toml").read_text("utf-8")
    assert 'nb = "Strømstøtte", nn = "Straumstønad"' in manifest and "gjelder = { fra = 2027-01-15, til = 2027-06-30 }" in manifest
    assert "beløp_per_måned;8000;" in (hjem / "strom" / "parametre.csv").read_text("utf-8")


@pytest.mark.parametrize(("argumenter", "hva"), [
    (("../x", "--ja"), "det er en sti"), (("_x", "--ja"), "begynner med _"), (("Stor", "--ja"), "store bokstaver"),
    (("prove",), "ingen sitter ved tastaturet"), (("prove", "--ja", "--belop", "alt"), "belop må være"),
    (("prove", "--fra", "finnes-ikke.toml"), "finnes ikke"), (("prove", "--oppdater"), "finnes ikke"),
    (("prove", "--ja", "--gjelder-fra", "i dag"), "dato"),
])  # fmt: skip
def test_feil_bruk_skriver_ingenting(hjem, argumenter, hva):
    foer = alt(hjem)
    svar = kjor(hjem, *argumenter)
    assert svar.kode == 2 and hva in svar.feil and not ENGELSK.search(svar.feil)
    assert alt(hjem) == foer and [m.name for m in hjem.iterdir()] == ["_felles"]


def test_en_mappe_som_finnes_roeres_ikke(hjem):
    (hjem / "prove").mkdir()
    svar = kjor(hjem, "prove", "--ja")
    assert svar.kode == 2 and "finnes allerede" in svar.feil and not list((hjem / "prove").iterdir())


def test_oppdatering_paa_skjermen(hjem):
    kjor(hjem, "prove", "--ja", "--antall", 0)
    assert "ikke noe nytt" in kjor(hjem, "prove", "--oppdater").ut
    bytt(hjem / "prove" / "regler.py", '"Er rammet av det ordningen gjelder"', '"Har mistet arbeidet"')
    bytt(hjem / "prove" / ".mal" / "svar.toml", "kroner = 30000", "kroner = 24000")
    foer = alt(hjem)
    vist = kjor(hjem, "prove", "--oppdater", "--vis")
    assert vist.kode == 0 and "+tak_per_måned;24000;" in vist.ut and "Ingenting er skrevet." in vist.ut and alt(hjem) == foer
    gjort = kjor(hjem, "prove", "--oppdater")
    assert gjort.kode == 0 and "parametre.csv             erstattet" in gjort.ut and "Sjekk: i orden." in gjort.ut
    assert kjor(hjem, "prove", "--oppdater", "--kroner", 1000).kode == 2


def test_en_konflikt_sies_med_sluttkode(hjem):
    kjor(hjem, "prove", "--ja", "--antall", 0)
    bytt(hjem / "prove" / "parametre.csv", "tak_per_måned;30000;", "tak_per_måned;28000;")
    bytt(hjem / "prove" / ".mal" / "svar.toml", "kroner = 30000", "kroner = 24000")
    svar = kjor(hjem, "prove", "--oppdater")
    assert svar.kode == 1 and "1 fil har en konflikt" in svar.ut and "parametre.csv             konflikt" in svar.ut
    assert not ENGELSK.search(svar.ut)


def test_sporsmalene_kan_besvares_ett_for_ett(monkeypatch, capsys):
    """An answer that cannot be used is asked again; Enter takes the one in brackets."""
    import io

    inn = ["Støtte {x}", "Støtte", "", "", "", "tull", "01.12.2026", "", "", "2", "9", "1", "4", "150", "50", "2 000"]
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{s}\n" for s in inn)))
    svar = svar_for(**spor("prove", IDAG, {}))
    assert (svar.navn.nb, svar.navn.nn) == ("Støtte", "Ordninga prove")
    assert (f"{svar.gjelder.fra}", f"{svar.gjelder.til}") == ("2026-12-01", "2027-05-31")
    assert (svar.soker, svar.mottaker, svar.opplysninger, svar.belop, svar.dekning, svar.kroner) == (
        "person", "arbeidsgiver", "soknad", "refusjon", 50, 2000)  # fmt: skip
    ut = capsys.readouterr().out
    assert "kan ikke ha tegnet" in ut and "skal være en dato" in ut and not ENGELSK.search(ut)
