"""Why a run stopped: kept in its own words, and never made up for a run that was killed."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kjerne.kjoring.arbeidsliste import arbeidsliste
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.kjoringsbilde import kjoringer
from kjerne.kjoring.rom import Kjoring, marker, start
from kjerne.kjoring.standard import innhold
from kjerne.kjoring.stans import arbeider_noen, i_arbeid
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.regelmotor.oppdagelse import finn
from tests.cli.dorer import miljo, ordning

ID = "askeladden"


@pytest.fixture
def galt(grunnlag, tmp_path):
    """The run with an income file that cannot be read."""
    fil = tmp_path / "inntekt.json"
    fil.write_text("{ikke json", "utf-8")
    return replace(grunnlag, inntekter=(fil,))


def test_grunnen_staar_til_den_er_ferdig(rom, galt, grunnlag):
    with pytest.raises(Ordningsfeil) as feil:
        kjor_ordning(rom, ID, galt)
    (k,) = kjoringer(rom)
    assert k.tilstand == "stanset" and k.stans[0] == feil.value.som_dict() and "inntekt.json" in k.stans[0]["hvor"]
    with pytest.raises(Ordningsfeil):
        kjor_ordning(rom, ID, galt)
    assert kjoringer(rom) == [k] and not list(rom.data.glob(".kjorer-*"))
    kjor_ordning(rom, ID, grunnlag)
    assert {(x.tilstand, bool(x.stans)) for x in kjoringer(rom)} == {("stanset", True), ("ferdig", False)}


def _begynt(rom, grunnlag) -> Kjoring:
    verk = finn(ID)
    return start(rom, verk, grunnlag, innhold(rom, verk, grunnlag))


def test_ingen_nummer_og_ikke_for_mye_blir_staaende(rom, grunnlag):
    k = _begynt(rom, grunnlag)
    mange = [Ordningsfeil(f"Feil {i}", "fil\nlinje", f"spør 258768 00180 \x00{'x' * 900}") for i in range(50)]
    marker(k, "stanset", Samlefeil(mange))
    stans = kjoringer(rom)[0].stans
    assert stans[0]["hva"] == "Fant 50 feil." and len(stans) == 21 and stans[1]["hvor"] == "fil linje"
    assert "25876" not in str(stans) and "elleve sifre" in stans[1]["gjor_dette"] and len(stans[1]["gjor_dette"]) == 500


def test_en_kjoring_som_ble_brutt_av_er_ikke_en_som_pagaar(rom, grunnlag):
    k = _begynt(rom, grunnlag)
    assert arbeider_noen(rom.data, k.id) is None and kjoringer(rom)[0].tilstand == "startet", "ingen vet"
    with pytest.raises(RuntimeError), i_arbeid(rom.data, k.id):
        with i_arbeid(rom.data, k.id):
            assert arbeider_noen(rom.data, k.id) is True and kjoringer(rom)[0].tilstand == "startet"
        with i_arbeid(rom.data, k.id):
            raise RuntimeError("det ingen har tenkt på")
    assert arbeider_noen(rom.data, k.id) is False and kjoringer(rom)[0].tilstand == "avbrutt"
    assert "Brutt av" in [g.merke for g in arbeidsliste(rom, ID)]
    kjor_ordning(rom, ID, grunnlag)
    assert kjoringer(rom)[0].tilstand == "ferdig" and arbeider_noen(rom.data, k.id) is None


def test_status_sier_hvorfor_og_hva_som_ble_drept(inndata, tmp_path):
    egne = miljo(tmp_path / "data")
    (tmp_path / "gal.json").write_text("{ikke json", "utf-8")
    kjor = ("kjor", ID, "--soknader", inndata / "soknader.csv", "--dato", "2020-07-15", "--inntekter")
    stanset = ordning(*kjor, tmp_path / "gal.json", miljo=egne)
    assert stanset.kode != 0
    status = ordning("status", ID, miljo=egne)
    assert "stanset." in status.ut and "gal.json" in status.ut and "Gjør dette" in status.ut
    argumenter = [*map(str, kjor), str(inndata / "inntekt.parquet")]
    p = subprocess.run([sys.executable, "-m", "kjerne.cli", *argumenter], cwd=Path(__file__).parents[2], capture_output=True,
                       env=os.environ | egne | {"FEILPUNKT": "steg.for.vurder:1:sigkill"})  # fmt: skip
    assert p.returncode == -signal.SIGKILL
    assert "ble brutt av, og ingen grunn ble skrevet" in ordning("status", ID, miljo=egne).ut
    siste = json.loads(ordning("status", ID, "--json", miljo=egne).ut)["ordninger"][0]["siste_kjoring"]
    assert (siste["tilstand"], siste["stans"]) == ("avbrutt", [])
    assert ordning(*kjor, inndata / "inntekt.parquet", miljo=egne).kode == 0
    assert "brutt av" not in ordning("status", ID, miljo=egne).ut
