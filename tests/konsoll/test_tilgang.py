"""Who comes in, who may do what, and that a form is believed only when it is ours."""

import errno
import re

import pytest

from kjerne.api.konsoll.program import DELER
from kjerne.kjoring.medarbeidere import registrer_medarbeider
from kjerne.lager.motor import lesende
from kjerne.lager.tilstand import tilstandshash
from kjerne.tilgang import HANDLINGER
from tests.konsoll.konsolltjener import (
    ATTESTANT,
    BUDSJETT,
    FAG,
    KONTROLL,
    LEDER,
    OPERATOR,
    SINDRE,
    SIRI,
    Konsolltjener,
)
from tests.konsoll.sidesjekk import feil_paa

ID = "askeladden"
X = "0" * 32
ROLLE = {OPERATOR: "operator", ATTESTANT: "attestant", BUDSJETT: "budsjett", LEDER: "leder", SIRI: "saksbehandler",
         SINDRE: "saksbehandler", FAG: "fag", KONTROLL: "kontroll"}  # fmt: skip
SKJEMA = {  # every form of the console → (what it does, its fields)
    "/stopp": ("stopp", {"grunn": "for sikkerhets skyld", "omfang": "*"}), "/start/foresla": ("foresla_start", {"grunn": "trygt"}),
    "/start/bekreft": ("start", {"grunn": "trygt"}), f"/bunt/{X}/utbetal": ("send", {}), "/kvittering": ("kvitter", {}),
    f"/avviste/{ID}": ("betal_paa_nytt", {}), f"/avstemming/{ID}": ("avstem", {}), f"/kontroll/{ID}": ("slipp", {"beslutning": "slipp"}),
    f"/kontroll/{ID}/{X}": ("slipp", {"beslutning": "slipp"}), f"/kontroll/{ID}/{X}/{X}": ("hold", {"beslutning": "hold"}),
    f"/kor/{ID}": ("kjor", {}), f"/sporsmal/{ID}/fil": ("svar", {}), f"/sporsmal/{ID}/liste": ("svar", {}),
    f"/sporsmal/{ID}/{X}": ("svar", {}), "/sok": ("se_sak", {"sok": X}), f"/ko/{ID}/{X}/opplys": ("behandle", {}),
    f"/ko/{ID}/{X}/vedta": ("behandle", {}), f"/ko/{ID}/{X}/overstyr": ("behandle", {}), f"/overstyring/{ID}/{X}": ("bekreft", {}),
    f"/revurdering/{ID}/{X}": ("godkjenn_revurdering", {}), f"/krav/{ID}": ("varsle_krav", {}),
    f"/krav/{ID}/{X}": ("vedta_krav", {"hva": "vedta"}), f"/revurdering/{ID}/ny": ("foresla_revurdering", {}),
    f"/revurdering/{ID}/ny/foresla": ("foresla_revurdering", {}),
}  # fmt: skip
SKJEMA[f"/kjor/{ID}"] = SKJEMA.pop(f"/kor/{ID}")
PAA_BUNTEN = ("/bunt/{bunt_id}/godkjenn", "/bunt/{bunt_id}/avbryt", "/bruker")  # tried with a real batch, and by everybody


def hash_av(rom) -> str:
    with lesende(rom.motor) as conn:
        return tilstandshash(conn)


def test_starttokenet_virker_en_gang_og_uten_det_er_alt_stengt(rom):
    with Konsolltjener(rom) as k:
        for sti in ("/", "/bunter", f"/sak/{ID}/{X}", "/bruker"):
            svar = k.hent(sti)
            assert svar.status == 401 and "terminalen" in svar.synlig and feil_paa(svar) == []
        token = k.inngang.starttoken
        assert k.hent("/start?token=feil").status == 401
        svar = k.aapne()
        kapsel = svar.hoder["set-cookie"].lower()
        assert svar.status == 303 and "samesite=strict" in kapsel and "httponly" in kapsel
        assert k.hent(f"/start?token={token}").status == 401
        assert k.hent("/").sted == "/bruker", "den som ikke har sagt hvem hun er, må velge"
        k.kapsel = "ordning_konsoll=feil"
        assert k.hent("/").status == 401


def test_hver_side_har_strenge_hoder_og_svarer_bare_denne_maskinen(tom):
    for sti in ("/", "/bruker", "/finnes-ikke", "/statisk/konsoll.css"):
        h = tom.hent(sti).hoder
        assert "script" not in h["content-security-policy"] and "default-src 'none'" in h["content-security-policy"]
        assert (h["x-content-type-options"], h["x-frame-options"], h["referrer-policy"]) == ("nosniff", "DENY", "same-origin")
    assert tom.hent("/").hoder["cache-control"] == "no-store"
    assert tom.kall("GET", "/", Host="ond.example").status == 421
    assert tom.hent("/statisk/../kjerne").status == 404 and tom.hent("/openapi.json").status == 404


def test_skjemaene_i_listen_er_alle_som_finnes():
    ruter = {r.path for d in DELER for r in d.ruter.routes if "POST" in r.methods}
    proevd = {re.sub(r"/\{.*?\}", "/*", s) for s in ruter} - {re.sub(r"/\{.*?\}", "/*", s) for s in PAA_BUNTEN}
    assert proevd == {re.sub(rf"/({ID}|{X})(?=/|$)", "/*", s) for s in SKJEMA}
    assert {h for h, _ in SKJEMA.values()} <= set(HANDLINGER)


@pytest.mark.parametrize("angrep", ["uten token", "galt token", "fremmed side", "uten opphav", "annen port"])
def test_ingen_skjema_uten_token_eller_fra_fremmed_side(tom, angrep):
    hoder, felt = {}, {}
    match angrep:
        case "uten token":
            felt = {"csrf": ""}
        case "galt token":
            felt = {"csrf": "x" * 43}
        case "fremmed side":
            hoder = {"Origin": "https://ond.example"}
        case "uten opphav":
            hoder = {"Origin": ""}
        case "annen port":
            hoder = {"Origin": "http://127.0.0.1:1"}
    foer = hash_av(tom.rom)
    for sti, (_, mer) in SKJEMA.items():
        svar = tom.send(sti, None, hoder, **(mer | felt))
        assert svar.status == 403 and "Ingenting er endret" in svar.synlig and feil_paa(svar) == [], sti
    assert tom.send("/bruker", None, hoder, **({"konto": LEDER} | felt)).status == 403
    assert hash_av(tom.rom) == foer and tom.inngang.okt.konto == OPERATOR


def test_et_skjema_fra_foer_brukeren_ble_byttet_gjelder_ikke(tom):
    gammelt = tom.inngang.okt.csrf
    tom.som(LEDER)
    svar = tom.send("/stopp", None, None, csrf=gammelt, grunn="feil person", omfang="*")
    assert svar.status == 403 and "byttet bruker" in svar.synlig
    assert "er stoppet" not in tom.hent("/").synlig


@pytest.mark.parametrize("konto", ROLLE)
def test_den_som_mangler_rollen_blir_nektet_paa_norsk(tom, konto):
    tom.som(konto)
    foer, nektet = hash_av(tom.rom), 0
    for sti, (handling, felt) in SKJEMA.items():
        if ROLLE[konto] in HANDLINGER[handling]:
            continue
        svar, nektet = tom.send(sti, **felt), nektet + 1
        assert svar.status == 403 and "Krever rollen" in svar.synlig and "Ingenting er endret" in svar.synlig, (konto, sti)
        assert feil_paa(svar) == []
    assert nektet > 5 and hash_av(tom.rom) == foer


@pytest.mark.parametrize("konto", ROLLE)
def test_saker_vises_bare_for_dem_som_har_lov(tom, konto):
    lov = ROLLE[konto] in HANDLINGER["se_sak"]
    for sti in (f"/sak/{ID}/{X}", f"/sak/{ID}/{X}/brev/1", "/sok", f"/krav/{ID}/{X}/varsel"):
        assert (tom.som(konto).hent(sti).status == 403) != lov, sti
    assert ("Fødselsnummer eller sak" in tom.hent("/").tekst) == lov


BARE_TALL = {  # pages that are about nobody: figures, batches, runs, rules, the button, and who is at the keyboard
    "/", "/avstemming/{ordning}", "/bruker", "/bunt/{bunt_id}", "/bunter", "/kjoring/{kjoring_id}", "/kjoringer", "/kjoringer/naa",
    "/ordning/{ordning}", "/ordninger", "/rapport", "/rapport/{ordning}", "/rapport/{ordning}/side", "/revurdering/{ordning}", "/start",
    "/stopp",
}  # fmt: skip


def test_en_utvikler_ser_bare_tall(tom):
    """Every other page refuses, also a new one, and is not in the menu."""
    registrer_medarbeider(tom.rom, "ulf", "ulf", "Ulf", ["utvikler"], LEDER)
    tom.som("ulf")
    sider = {r.path for d in DELER for r in d.ruter.routes if "GET" in r.methods}
    assert sider > BARE_TALL
    for sti in sorted(sider - {"/start"}):
        svar = tom.hent(re.sub(r"\{.*?\}", X, sti.replace("{ordning}", ID).replace("{versjon}", "1")))
        assert (svar.status == 403) == (sti not in BARE_TALL), (sti, svar.status)
    meny = tom.hent("/").tekst
    assert 'href="/bunter"' in meny and not any(f'href="{sti}"' in meny for sti in ("/ko", "/krav", "/kontroll", "/sporsmal"))


def test_en_ukjent_bruker_kan_ikke_velges(tom):
    svar = tom.send("/bruker", konto="system")
    assert svar.status == 422 and tom.inngang.okt.konto == OPERATOR


def test_en_feil_ingen_har_tenkt_paa_sier_ingenting_om_noen(tom, monkeypatch, caplog):
    def feil(*_, **__):
        raise RuntimeError("25876800180")

    monkeypatch.setattr("kjerne.api.konsoll.idag.arbeidsliste", feil)
    svar = tom.hent("/")
    assert svar.status == 500 and "25876800180" not in svar.tekst + caplog.text and "idag.py" in caplog.text
    assert feil_paa(svar) == []


def test_full_disk_sies_med_ord_ogsaa_til_den_som_startet_en_kjoring(tom, monkeypatch):
    def feil(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device", "/data/hemmelig")

    monkeypatch.setattr("kjerne.api.konsoll.idag.arbeidsliste", feil)
    svar = tom.hent("/")
    assert svar.status == 503 and "Disken er full" in svar.synlig and "er helt" in svar.synlig and "hemmelig" not in svar.tekst
    tom.app.state.konsoll.bakgrunn.start(ID, "ola", feil)
    tom.app.state.konsoll.bakgrunn.vent(60)
    assert "Disken er full" in tom.hent("/kjoringer/naa").synlig
