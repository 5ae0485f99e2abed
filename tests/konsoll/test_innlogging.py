"""The console behind a login proxy: each employee is who her token says, several at a time, and nobody can be somebody else."""

from __future__ import annotations

import dataclasses

import pytest

from kjerne.api.konsoll.okt import Innlogget
from kjerne.api.konsoll.tjener import kjor_konsoll
from kjerne.api.oidc import Oidc
from kjerne.kjoring.medarbeidere import registrer_medarbeider
from kjerne.kontrakt.feil import Samlefeil
from tests.api.tokenutsteder import FREMMED, Tokenutsteder
from tests.konsoll.konsolltjener import LEDER, Konsolltjener
from tests.konsoll.sidesjekk import feil_paa
from tests.konsoll.test_tilgang import ID, SKJEMA, X, hash_av

ADRESSE = "https://konsoll.example"
OLA, KARI = "O123456", "K654321"


@pytest.fixture(scope="module")
def utstedere():
    ut = {slag: Tokenutsteder(slag) for slag in ("ansatt", "innbygger", "maskin")}
    yield ut
    for u in ut.values():
        u.stopp()


@pytest.fixture
def konsoll(rom, utstedere):
    """Ola is registered as an operator and Kari as an attestant; the proxy speaks for them."""
    with Konsolltjener(rom) as k:
        for konto, navn, roller in ((OLA, "Ola Operatør", {"operator"}), (KARI, "Kari Attestant", {"attestant"})):
            registrer_medarbeider(rom, konto, navn, navn, roller, LEDER)
        k.app.state.konsoll = dataclasses.replace(k.app.state.konsoll, inngang=Innlogget(Oidc([utstedere["ansatt"].utsteder]), ADRESSE))
        yield k


def token(u: Tokenutsteder, konto: str | None = OLA, roller=("operator",), **andre) -> dict[str, str]:
    mer = {"nokkel": andre.pop("nokkel")} if "nokkel" in andre else {}
    krav = {"NAVident": konto, "roles": list(roller), "sub": f"sub-{konto}"} if u.slag == "ansatt" else {}
    return {"Authorization": f"Bearer {u.token(**mer, **(krav | andre))}"}


def csrf(k: Konsolltjener, hvem: dict[str, str]) -> str:
    return k.kall("GET", "/", **hvem).side.xpath("//input[@name='csrf']")[0].get("value")


def send(k: Konsolltjener, hvem: dict[str, str], sti: str, opphav: str = ADRESSE, **felt: str):
    return k.send(sti, None, hvem | {"Origin": opphav}, **{"csrf": csrf(k, hvem)} | felt)


def test_to_ansatte_samtidig_er_hver_sin_person(konsoll, utstedere):
    ola, kari = token(utstedere["ansatt"]), token(utstedere["ansatt"], KARI, ["attestant"])
    assert "Ola Operatør" in konsoll.kall("GET", "/", **ola).synlig and "Kari Attestant" in konsoll.kall("GET", "/", **kari).synlig
    assert csrf(konsoll, ola) != csrf(konsoll, kari)
    assert send(konsoll, kari, "/stopp", csrf=csrf(konsoll, ola), omfang="*", grunn="feil skjema").status == 403
    assert send(konsoll, ola, "/stopp", omfang="*", grunn="noe er galt").status == 303
    side = konsoll.kall("GET", "/", **kari).synlig
    assert "er stoppet av o123456" in side and "ring banken" not in side, "Olas melding er bare til Ola"
    assert "ring banken" in konsoll.kall("GET", "/", **ola).synlig


def test_ingen_kan_bytte_person_og_alle_kan_logge_ut(konsoll, utstedere):
    ola = token(utstedere["ansatt"])
    side = konsoll.kall("GET", "/", **ola)
    assert "Bytt bruker" not in side.tekst and 'href="/oauth2/logout"' in side.tekst and feil_paa(side) == []
    assert konsoll.kall("GET", "/bruker", **ola).status == 404 and konsoll.kall("GET", "/start?token=x", **ola).status == 404
    assert send(konsoll, ola, "/bruker", konto="k654321").status == 404
    assert "Ola Operatør" in konsoll.kall("GET", "/", **ola).synlig


def test_uten_gyldig_token_er_alt_stengt(konsoll, utstedere):
    u = utstedere["ansatt"]
    darlige = {
        "ingen": {}, "kapsel": {"Cookie": "ordning_konsoll=x"}, "utløpt": token(u, exp=1), "fremmed nøkkel": token(u, nokkel=FREMMED),
        "annet publikum": token(u, aud="noen andre"), "innbygger": token(utstedere["innbygger"]), "maskin": token(utstedere["maskin"]),
    }  # fmt: skip
    for navn, hoder in darlige.items():
        for sti in ("/", "/bunter", f"/sak/{ID}/{X}", "/finnes-ikke"):
            svar = konsoll.kall("GET", sti, **hoder)
            assert svar.status == (404 if sti == "/finnes-ikke" else 401) and "Stopp utbetalinger" not in svar.tekst, (navn, sti)
            assert feil_paa(svar) == []


@pytest.mark.parametrize("konto", [None, "", "system", "SYSTEM", " ", "o1\nx", 7])
def test_et_token_som_ikke_sier_hvem(konsoll, utstedere, konto):
    svar = konsoll.kall("GET", "/", **token(utstedere["ansatt"], konto, sub="noen"))
    assert svar.status == 403 and "hvem du er" in svar.synlig


def test_den_som_ikke_er_registrert_faar_vite_hva_hun_gjor(rom, konsoll, utstedere):
    fremmed = token(utstedere["ansatt"], "N000001", ["operator", "leder"])
    konsoll.app.state.konsoll = dataclasses.replace(konsoll.app.state.konsoll, rom=dataclasses.replace(rom, krev_syntetisk=False))
    svar = konsoll.kall("GET", "/", **fremmed)
    assert svar.status == 403 and "n000001 er ikke registrert" in svar.synlig.lower() and "Syntetiske data" not in svar.synlig
    assert konsoll.kall("GET", "/", **token(utstedere["ansatt"])).status == 200


def test_en_rolle_gjelder_bare_naar_bade_tokenet_og_registeret_gir_den(konsoll, utstedere):
    u = utstedere["ansatt"]
    uten, foer = token(u, roller=["attestant", "leder"]), hash_av(konsoll.rom)  # Ola is no longer an operator in the groups
    assert konsoll.kall("GET", "/", **uten).status == 403
    skjematoken = csrf(konsoll, token(u))
    for sti, (_, felt) in SKJEMA.items():
        svar = konsoll.send(sti, None, uten | {"Origin": ADRESSE}, csrf=skjematoken, **felt)
        assert svar.status == 403 and "Krever rollen" in svar.synlig, sti
    assert hash_av(konsoll.rom) == foer


FREMMEDE = ["", "http://[", "https://konsoll.example:x", "https://ola@konsoll.example", "null", "http://konsoll.example",
            "https://konsoll.example.ond.example", "https://konsoll.example:444", None]  # fmt: skip


@pytest.mark.parametrize("opphav", FREMMEDE)
def test_skjema_tas_bare_fra_adressen_nettleseren_viser(konsoll, utstedere, opphav):
    opphav = konsoll.rot if opphav is None else opphav
    assert send(konsoll, token(utstedere["ansatt"]), "/stopp", opphav, omfang="*", grunn="prøver").status == 403


OIDC = "ansatt;https://idp.example;konsoll;https://idp.example/jwks"
BORGER = "innbygger;https://id.example;konsoll;https://id.example/jwks"
PROD = {"ORDNING_MILJO": "prod", "ORDNING_BETALER": "Etaten;889640782;A;12345678903;DNBANOKK",
        "ORDNING_DATABASE_URL": "postgresql://u@db.example/o?sslmode=verify-full"}  # fmt: skip


@pytest.mark.parametrize(("miljo", "vert", "ventet"), [
    (PROD, "127.0.0.1", "Ingen innlogging"),
    (PROD | {"ORDNING_OIDC": OIDC}, "127.0.0.1", "Adressen til konsollen"),
    (PROD | {"ORDNING_OIDC": OIDC, "ORDNING_KONSOLL_ADRESSE": "http://konsoll.example"}, "0.0.0.0", "Adressen til konsollen"),
    (PROD | {"ORDNING_OIDC": OIDC, "ORDNING_KONSOLL_ADRESSE": f"{ADRESSE}/sti"}, "0.0.0.0", "Adressen til konsollen"),
    (PROD | {"ORDNING_OIDC": BORGER, "ORDNING_KONSOLL_ADRESSE": ADRESSE}, "0.0.0.0", "gjelder ansatte"),
    (PROD | {"ORDNING_OIDC": OIDC, "ORDNING_KONSOLL_ADRESSE": ADRESSE, "ORDNING_DATABASE_URL": ""}, "127.0.0.1", "SQLite-fil"),
    ({}, "0.0.0.0", "bare nås fra denne maskinen"),
])  # fmt: skip
def test_et_utrygt_oppsett_starter_ikke(monkeypatch, tmp_path, miljo, vert, ventet):
    for navn in ("ORDNING_MILJO", "ORDNING_OIDC", "ORDNING_KONSOLL_ADRESSE", "ORDNING_DATABASE_URL", "ORDNING_BETALER"):
        monkeypatch.delenv(navn, raising=False)
    for navn, verdi in miljo.items():
        monkeypatch.setenv(navn, verdi)
    with pytest.raises(Samlefeil) as feil:
        kjor_konsoll(vert, 1025, tmp_path / "ny", print)
    assert any(ventet in f.hva for f in feil.value.feil), str(feil.value)
    assert all(f.ikke_gjort == "Konsollen er ikke startet." and f.kode == 2 for f in feil.value.feil) and not list(tmp_path.iterdir())


@pytest.mark.parametrize("adresse", ["https://Konsoll.Example", "https://konsoll.example:443", "https://konsoll.example/"])
def test_adressen_er_den_samme_slik_nettleseren_skriver_den(konsoll, utstedere, adresse):
    inngang = Innlogget(Oidc([utstedere["ansatt"].utsteder]), adresse)
    konsoll.app.state.konsoll = dataclasses.replace(konsoll.app.state.konsoll, inngang=inngang)
    assert send(konsoll, token(utstedere["ansatt"]), "/stopp", ADRESSE, omfang="*", grunn="prøver").status == 303


@pytest.mark.parametrize("fra", ["http://[", "https://konsoll.example//ond.example/", "https://ond.example/x"])
def test_en_fiendtlig_henvisning_er_ingen_feil_hos_oss(konsoll, utstedere, fra):
    svar = konsoll.kall("GET", "/kontroll/askeladden/K99", **token(utstedere["ansatt"]), Referer=fra)
    assert svar.status == 422 and "ond.example" not in svar.tekst and 'href="/"' in svar.tekst


def test_samme_sub_er_ikke_samme_person(konsoll, utstedere):
    """Two providers may use the same sub, and an account may be given anew: the session is that of the account."""
    ola, kari = (token(utstedere["ansatt"], konto, roller, sub="samme") for konto, roller in ((OLA, ["operator"]), (KARI, ["attestant"])))
    assert csrf(konsoll, ola) != csrf(konsoll, kari)
    skjema = csrf(konsoll, ola)
    assert konsoll.kall("GET", "/", **kari).status == 200
    assert konsoll.send("/stopp", None, ola | {"Origin": ADRESSE}, csrf=skjema, omfang="*", grunn="prøver").status == 303
    assert "stoppet av o123456" in konsoll.kall("GET", "/", **kari).synlig
