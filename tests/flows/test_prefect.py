"""The flow in Prefect: the same result as without, goes on after a fault, and neither Prefect nor anybody else learns who.

Everything happens in one process of its own, with Prefect's own temporary server and a guard on every socket.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from flows import standardflyt
from kjerne.kjoring.syntetisk import lag_syntetisk
from kjerne.kontrakt.feil import Ordningsfeil

HER = Path(__file__).parent
ROT = HER.parents[1]
EVENTYR = ROT / "tests" / "eventyr"


def _miljo(mappe: Path) -> dict[str, str]:
    uten = {n: v for n, v in os.environ.items() if not n.startswith(("PREFECT_", "GX_", "DO_NOT_TRACK"))}  # the code sets them itself
    sti = os.pathsep.join([str(HER / "vakt"), str(ROT)])
    egne = {"PYTHONPATH": sti, "VAKTLOGG": str(mappe / "vakt.logg"), "ORDNINGER_STI": str(EVENTYR), "PREFECT_HOME": str(mappe / "hjem")}
    return uten | egne


@pytest.fixture(scope="module")
def kjort(tmp_path_factory) -> Path:
    """The folder with svar.json, Prefect's own folder, the log of the guard, and the people in inn/personer.parquet."""
    mappe = tmp_path_factory.mktemp("prefect")
    with pytest.MonkeyPatch.context() as m:
        m.setenv("ORDNINGER_STI", str(EVENTYR))
        lag_syntetisk(mappe / "inn", 60, 3, "askeladden", 60, dt.date(2020, 6, 1), 7, ("parquet",))
    ident = pd.read_parquet(mappe / "inn" / "personer.parquet")["ident"].iloc[0]
    kommando = [sys.executable, "-m", "tests.flows.flytbarn", str(mappe / "inn"), str(mappe), ident]
    utfall = subprocess.run(kommando, cwd=ROT, env=_miljo(mappe), capture_output=True, timeout=300)
    (mappe / "utskrift").write_bytes(utfall.stdout + utfall.stderr)
    assert utfall.returncode == 0, utfall.stderr.decode()[-3000:]
    return mappe


@pytest.fixture(scope="module")
def svar(kjort) -> dict:
    return json.loads((kjort / "svar.json").read_text())


def test_samme_tilstand_som_uten_prefect(svar):
    assert svar["prefect"] == svar["vanlig"]
    assert svar["vanlig"]["kjoringer"] == ["ferdig"]
    assert svar["vanlig"]["steg"]["vurder"] > 1


def test_en_uventet_feil_prover_igjen_og_ender_likt(svar):
    assert svar["uventet"] == svar["vanlig"] | {"kall": svar["vanlig"]["steg"]["vurder"] + 1}


def test_det_som_vises_er_norsk_og_det_samme_som_uten_prefect(kjort, svar):
    """Step by step with its result and time; a step that is tried again is told of. Nothing of Prefect's own is printed."""
    assert svar["maalt_prefect"] == svar["maalt_vanlig"]
    assert all(tok_tid and not gjort_for for _, tok_tid, gjort_for in svar["maalt_prefect"].values())
    sagt = [hva for hva, _, _ in svar["sagt"]]
    assert sagt[0] == "Starter Prefect" and sagt.count("Steget vurder feilet og prøves igjen om 0 sekunder") == 1
    biter = svar["vanlig"]["steg"]["brev"]
    assert [f for f in svar["sagt"] if f[0] == "Brev"] == [["Brev", n, biter] for n in range(biter + 1)]
    assert (kjort / "utskrift").read_text() == ""


def test_en_feil_som_noen_maa_rette_stanser_og_kan_tas_opp_igjen(svar):
    foerst, biter = svar["stanset_foerst"], svar["vanlig"]["steg"]["brev"]
    assert (foerst["kjoringer"], foerst["steg"]["brev"], foerst["kall"]) == (["stanset"], 1, 2)  # not tried again
    assert "Malen mangler" in foerst["feil"]
    assert "bunt" not in foerst["steg"]
    vanlig = svar["vanlig"]["hendelser"]  # startet, the batch, ferdig
    hendelser = [vanlig[0], "kjoring.stanset", "kjoring.gjenopptatt", *vanlig[1:]]
    assert svar["stanset"] == svar["vanlig"] | {"kall": 1 + biter, "hendelser": hendelser}  # the chunk that was done is not done again


def test_egne_flyter(svar):
    assert svar["tilpasset"]["rekkefolge"] == ["mottak", "innhenting", "kvalitet", "telling", "vurder", "bunt"]
    assert svar["tilpasset"]["telling"] == {"saker": 60}
    assert "brev" not in svar["tilpasset"]["steg"]


def test_ukjent_steg_i_egen_flyt():
    for endring in (lambda f: f.uten("brevv"), lambda f: f.etter("brevv", None), lambda f: f.uten("mottak").uten("mottak")):
        with pytest.raises(Ordningsfeil, match="Flyten har ikke steget") as feil:
            endring(standardflyt("askeladden"))
        assert feil.value.kode == 2


def test_prefect_vet_ikke_hvem(kjort):
    """Idents, accounts and names of every person: in no file of Prefect's, and in nothing that was printed."""
    personer = pd.read_parquet(kjort / "inn" / "personer.parquet")
    soknader = pd.read_parquet(kjort / "inn" / "soknader.parquet")
    kanarifugler = {str(v).encode() for n in ("ident", "navn", "kontonummer") if n in personer for v in personer[n].dropna()}
    kanarifugler |= {str(v).encode() for n in ("fodselsnummer", "kontonummer") for v in soknader[n].dropna()}
    assert len(kanarifugler) > 100
    assert any(k in (kjort / "inn" / "soknader.csv").read_bytes() for k in kanarifugler)  # the search finds what is there
    filer = [f for f in (kjort / "hjem").rglob("*") if f.is_file()] + [kjort / "utskrift"]
    assert any(f.name == "prefect.db" for f in filer)
    for fil in filer:
        innhold = fil.read_bytes()
        assert [k for k in kanarifugler if k in innhold] == [], fil


def test_parametre_og_navn_er_bare_ider(kjort):
    with sqlite3.connect(kjort / "hjem" / "prefect.db") as base:
        flyter = base.execute("SELECT name, parameters FROM flow_run").fetchall()
        oppgaver = base.execute("SELECT name, task_inputs FROM task_run").fetchall()
    assert len(flyter) == 5
    assert all(set(json.loads(p)) == {"ordning", "kjoring_id"} for _, p in flyter)
    assert {n.rsplit("-", 1)[0] for n, _ in oppgaver} == {"mottak", "innhenting", "kvalitet", "vurder", "brev", "bunt", "telling"}
    assert all(n.rsplit("-", 1)[1].isdigit() for n, _ in oppgaver)


def test_ingen_snakker_med_andre_maskiner(kjort):
    """Neither Prefect, its server nor Great Expectations: no attempt, not even to look up a name."""
    logg = (kjort / "vakt.logg").read_text().splitlines()
    assert [linje for linje in logg if linje.startswith("forsøk")] == []
    prosesser = [linje for linje in logg if linje.startswith("på ")]
    assert any("tests.flows.flytbarn" in p for p in prosesser)
    assert any("prefect.server" in p for p in prosesser), "Prefects tjener gikk uten vakt"


def test_vakten_biter(tmp_path):
    koder = (
        "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
        "import socket; socket.getaddrinfo('ordning.invalid', 80)",
        "import asyncio; asyncio.run(asyncio.open_connection('192.0.2.1', 80))",
    )
    for kode in koder:
        utfall = subprocess.run([sys.executable, "-c", kode], env=_miljo(tmp_path), capture_output=True, text=True)
        assert "PermissionError" in utfall.stderr
    assert (tmp_path / "vakt.logg").read_text().count("forsøk") == 3
