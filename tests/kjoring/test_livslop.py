"""Whatever people do to cases and batches, in whatever order, killed or not: the invariants hold after every step (I02–I09, I12, I14, I16,
I20–I23). Hypothesis chooses the steps; the same ones each time unless ORDNING_GRUNDIG=1."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag
from kjerne.kjoring.syntetisk import lag_syntetisk
from kjerne.lager.motor import aapne
from tests.conftest import UTEN_POSTGRES, _tekst, merk
from tests.drap import GRUNDIG
from tests.kjoring.conftest import EVENTYR, _ny_database, _slett_database
from tests.kjoring.livslop import DAG, ID, Livslop, Sted

EKSEMPLER = {"SQLite": (60, 40), "PostgreSQL": (20, 30)} if GRUNDIG else {"SQLite": (20, 25), "PostgreSQL": (6, 20)}
PAA_SAMME_KONTO = "10000000227"


@pytest.fixture(scope="module")
def mappe(tmp_path_factory) -> Iterator[Path]:
    """Thirty applications in three deliveries, with the scheme beside them; a control finds many payees with one account."""
    mappe = tmp_path_factory.mktemp("livslop")
    shutil.copytree(EVENTYR, mappe / "ordninger")
    with pytest.MonkeyPatch.context() as m:
        m.setenv("ORDNINGER_STI", str(mappe / "ordninger"))
        _lag_inndata(mappe / "inn")
        yield mappe


def _lag_inndata(inn: Path) -> None:
    lag_syntetisk(inn, 30, 1, ID, 30, dt.date(2020, 6, 1), 15, ("parquet",))
    hode, *rader = (inn / "soknader.csv").read_text("utf-8-sig").splitlines()
    konto = hode.split(";").index("kontonummer")
    for nr in range(9):
        felt = rader[nr].split(";")
        felt[konto] = PAA_SAMME_KONTO
        rader[nr] = ";".join(felt)
    for nr, (fra, til) in enumerate(((0, 18), (18, 24), (24, 30))):
        (inn / f"del{nr}.csv").write_text("\n".join([hode, *rader[fra:til]]) + "\n", "utf-8")


def _forste_kjoring(url: str, data: Path, mappe: Path) -> None:
    motor = aapne(url)
    inn = mappe / "inn"
    register = (inn / "inntekt.parquet",), (inn / "arbeidsforhold.parquet",)
    g = Grunnlag((inn / "del0.csv",), *register, DAG, DAG - dt.timedelta(days=2), "ola", 10)
    kjor_ordning(Arbeidsrom(data, motor, Stillklokke(DAG)), ID, g)
    motor.dispose()


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def sted(request, mappe, tmp_path, monkeypatch) -> Sted:
    monkeypatch.setenv("ORDNINGER_STI", str(mappe / "ordninger"))
    parametre = mappe / "ordninger" / ID / "parametre.csv"
    inn = mappe / "inn"
    leveringer, register = tuple(inn / f"del{nr}.csv" for nr in range(3)), (inn / "inntekt.parquet", inn / "arbeidsforhold.parquet")
    resten = (leveringer, register, parametre, parametre.read_text("utf-8"))
    if request.param == "SQLite":
        tom = request.getfixturevalue("_mal_sqlite")
        merk(request, "SQLite")
        (tmp_path / "mal").mkdir()
        shutil.copy(tom, tmp_path / "mal" / "lager.db")
        _forste_kjoring(f"sqlite:///{tmp_path / 'mal' / 'lager.db'}", tmp_path / "mal" / "data", mappe)

        def nytt() -> Arbeidsrom:
            ny = tmp_path / uuid.uuid4().hex
            shutil.copytree(tmp_path / "mal", ny)
            return Arbeidsrom(ny / "data", aapne(f"sqlite:///{ny / 'lager.db'}"), Stillklokke(DAG))

        yield Sted(nytt, *resten, lambda rom: (rom.motor.dispose(), shutil.rmtree(rom.data.parent)))
        return
    if os.environ.get("ORDNING_UTEN_POSTGRES") == "1":
        pytest.skip(UTEN_POSTGRES)
    tjener, tom = request.getfixturevalue("_mal_postgres")
    merk(request, "PostgreSQL")
    mal = f"ordning_livslop_{uuid.uuid4().hex[:12]}"
    _ny_database(tjener, mal, tom)
    _forste_kjoring(_tekst(tjener.set(database=mal)), tmp_path / "mal" / "data", mappe)

    def nytt_i_postgres() -> Arbeidsrom:
        navn = f"ordning_{uuid.uuid4().hex[:12]}"
        _ny_database(tjener, navn, mal)
        shutil.copytree(tmp_path / "mal", tmp_path / navn)
        return Arbeidsrom(tmp_path / navn / "data", aapne(_tekst(tjener.set(database=navn))), Stillklokke(DAG))

    def ferdig(rom: Arbeidsrom) -> None:
        rom.motor.dispose()
        _slett_database(tjener, rom.motor.url.database)
        shutil.rmtree(rom.data.parent)

    yield Sted(nytt_i_postgres, *resten, ferdig)
    _slett_database(tjener, mal)


def test_livslopet_holder_alt_det_skal(sted, request):
    base = dict(request.node.user_properties)["database"].split()[0]
    eksempler, steg = EKSEMPLER[base]
    valg = settings(max_examples=eksempler, stateful_step_count=steg, deadline=None, database=None, derandomize=not GRUNDIG,
                    print_blob=True, suppress_health_check=list(HealthCheck))  # fmt: skip
    maskin = type("Maskin", (Livslop,), {"sted": sted})
    run_state_machine_as_test(maskin, settings=valg)
    if base == "SQLite" or GRUNDIG:
        _kom_langt_nok(sted.steg)
    gjort = sum(n for navn, n in sted.steg.items() if not navn.endswith("nektet"))
    nektet = sum(n for navn, n in sted.steg.items() if navn.endswith("nektet"))
    request.node.user_properties.append(("linje", f"Livsløp på {base}: {gjort} handlinger, {nektet} nektet, {sted.drept.total()} drept"))


def _kom_langt_nok(steg: Counter[str]) -> None:
    """A machine that is refused everything proves nothing."""
    gjort = {navn for navn, antall in steg.items() if antall > steg[f"{navn} nektet"]}
    alltid = {"kjor", "godkjenn", "send", "kvitter", "avstem", "avbryt", "stopp", "start", "foresla_omgjoring", "godkjenn_omgjoring",
              "svar", "krav_varsle"}  # fmt: skip
    assert alltid <= gjort, alltid - gjort
