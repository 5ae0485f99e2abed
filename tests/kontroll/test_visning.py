"""What the caseworker and the jurist read on the screen: by cause, in words, without anybody's number."""

from __future__ import annotations

import json
import re

import pytest

from kjerne.cli import kontroller as kontroller_cli
from kjerne.kjoring import betaling
from kjerne.kjoring.kontrollsteg import avgjor, funn_som_venter
from kjerne.kjoring.kontrollvisning import katalogside, oversikt
from kjerne.kontrakt.kontrollvalg import Kontrollvalg
from kjerne.kontroll.bevistekst import i_ord
from kjerne.kontroll.gjennomforing import gjennomfor
from kjerne.kontroll.katalog import plan_for
from kjerne.regelmotor.oppdagelse import finn
from kjerne.syntetisk.betalingsdag import BETALES
from tests.cli.dorer import miljo, ordning
from tests.kontroll.dag import bunt, kjor_alt
from tests.kontroll.i_databasen import ORDNING, med_kontroll
from tests.kontroll.kontroll_treff import lag_dag, linjekontekst
from tests.kontroll.test_kjoring import FELLES, GRUNN, lag

ELLEVE = re.compile(r"\d{11}")


def test_alt_en_kontroll_bygger_paa_har_ord_og_ingen_numre():
    funn = gjennomfor(plan_for(Kontrollvalg(), BETALES), linjekontekst(lag_dag(2_000, 24, 5))).funn
    tekster = [i_ord(b) for b in funn["bevis"]] + list(funn["grunn"])
    for k in (bunt([101, 50_000_00], sporet_ore=[1, 2]), bunt([900_00] * 400, [(100, 100_000_00, 0.5, 0.01)], arbeidsgiver="x")):
        for id_ in ("K19", "K21"):
            g = kjor_alt(k, id_)[0].funn
            tekster += [i_ord(b) for b in g["bevis"]] + list(g["grunn"])
    assert len(tekster) > 400 and not [t for t in tekster if not t or "_" in t]
    uten_id = [re.sub(r"[a-z-]*\d{8}", "", t) for t in tekster]  # the ids of synthetic cases
    assert not [t for t in uten_id if ELLEVE.search(t)]


@pytest.fixture
def stanset(rom, monkeypatch):
    """Three lines on one account, a batch without its trace, one control in shadow and one that lacks its register."""
    k = lag(rom, {}, *({"konto": FELLES} for _ in range(3)), spor=False, skygge=["K05"])
    betaling.bunt(k)
    monkeypatch.setattr("kjerne.regelmotor.oppdagelse.finn", lambda _: k.verk)
    monkeypatch.setattr(kontroller_cli, "_rom", lambda: rom)
    return rom, k


def test_oversikten_er_gruppert_etter_aarsak(stanset):
    rom, k = stanset
    o = oversikt(rom, k.verk)
    assert o["stanset"] == {"linjer": 3, "belop_ore": 900_00, "bunter": 1}
    k04, k19 = o["grupper"]
    assert (k04["kontroll"], k04["antall"], k04["antall_saker"], k04["beslutning"]) == ("K04", 3, 3, "venter")
    assert k04["grunn"] == "Kontoen får penger til 3 mottakere." and k04["bevis"].startswith("mottakere 3; saker ")
    assert (k19["kontroll"], k19["handling"], k19["saker"]) == ("K19", "STOPP_BUNT", []) and k19["bunt_id"]
    assert avgjor(rom, ORDNING, [k04["gruppe"]], "hold", GRUNN, "kari").funn == tuple(sorted(k04["funn"]))
    assert oversikt(rom, k.verk)["grupper"][0]["beslutning"] == "hold"


def test_skjermen(stanset):
    rom, k = stanset
    svar = ordning("kontroller", ORDNING, miljo=miljo(rom.data))
    assert svar.kode == 0, svar.feil
    for ord_ in ("Stanset: 3 linjer på 900 kr, og 1 bunt(er), av 2 årsaker.", "K04 Mange på samme konto. Familie, verge",
                 "3 linjer, 900 kr  (venter)  Kontoen får penger til 3 mottakere.", "Bygger på: mottakere 3; saker ",
                 "1 linjer mangler filen med sporet.", "--slipp K04-", "av en annen enn den som kjørte",
                 "Ikke kjørt sist: K08 (mangler inntektsopplysninger)", "uten å være kontrollert: K18 4 linjer"):  # fmt: skip
        assert ord_ in svar.ut, svar.ut
    assert FELLES not in svar.ut and not re.search(r"\b\d{11}\b", svar.ut)
    gruppe = re.search(r"--slipp (K04-\S+)", svar.ut)[1]
    slapp = ordning("kontroller", ORDNING, "--slipp", gruppe, "--grunn", GRUNN, "--bruker", "kari", miljo=miljo(rom.data))
    assert slapp.kode == 0 and "3 funn er sluppet. Linjer som ingen annen kontroll holder" in slapp.ut
    bunt_id = funn_som_venter(rom, ORDNING)["funn_id"].iloc[0]
    slapp = ordning("kontroller", ORDNING, "--slipp", bunt_id[:8], "--grunn", GRUNN, "--bruker", "kari", miljo=miljo(rom.data))
    assert "Bunten er kontrollert, og venter på attestering" in slapp.ut
    assert "Ingen kontroll holder noe tilbake." in ordning("kontroller", ORDNING, miljo=miljo(rom.data)).ut
    alle = ordning("kontroller", ORDNING, "--alle", "--json", miljo=miljo(rom.data)).json
    assert len(alle) == 4 and all(isinstance(r["bevis"], dict) and r["besluttet_av"] == "kari" and r["versjon"] == 1 for r in alle)
    assert alle[0]["bunt_id"] is None


def test_den_som_kjorte_og_den_uten_grunn_faar_nei(stanset):
    rom, _ = stanset
    gruppe = oversikt(rom, stanset[1].verk)["grupper"][0]["gruppe"]
    for argumenter, kode in ((["--bruker", "ola", "--grunn", GRUNN], 4), (["--bruker", "kari", "--grunn", "ok"], 2)):
        svar = ordning("kontroller", ORDNING, "--slipp", gruppe, *argumenter, miljo=miljo(rom.data))
        assert svar.kode == kode and "Ingen funn er avgjort" in svar.feil
    assert len(funn_som_venter(rom, ORDNING)) == 4


def test_katalogen_for_juristen(eventyr):
    verk = med_kontroll(finn(ORDNING), skygge=["K04"], av={"K10": "Lønn teller ikke her."},
                        grenser={"K05": {"dager": [{"fra": "2020-01-01", "verdi": 7}]}})  # fmt: skip
    side = {k["kontroll"]: k for k in katalogside(verk)}
    assert side["K04"]["modus"] == "skygge" and side["K10"]["ikke_kjort"] == "slått av: Lønn teller ikke her."
    assert side["K05"]["grenser"] == {"dager": 7} and side["K05"]["avsluttes"] == "2030-12-31"
    svar = ordning("kontroller", ORDNING, "--katalog", miljo={"ORDNING_DATABASE_URL": ""})
    for ord_ in ("K26 De samme pengene under en ny id: linjen venter på et menneske", "Formål:", "Hjemmel:",
                 "Kjøres til og med: 2030-12-31",
                 "K04 Mange på samme konto: slått av: Ordningen har ingen [kontroll]"):  # fmt: skip
        assert ord_ in svar.ut
    assert json.loads(ordning("kontroller", ORDNING, "--katalog", "--json").ut)[0]["kontroll"] == "K04"
