"""Whole runs of the fictional scheme on synthetic people.

`rom` is an empty place on each of the two databases; `kjort` is one where the run is done, copied from a run that is made once
per database, because most tests only ask what a finished run looks like.
"""

import datetime as dt
import os
import shutil
import uuid
from pathlib import Path

import pytest

from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.attestering import betal_godkjente, godkjenn_bunt, ventende
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag
from kjerne.kjoring.syntetisk import lag_syntetisk
from kjerne.lager.motor import aapne
from kjerne.regelmotor.oppdagelse import finn
from kjerne.utbetaling.bunt import Bunt
from kjerne.utbetaling.godkjenning import neste_handling
from tests.conftest import UTEN_POSTGRES, _administrator, _tekst, merk

EVENTYR = Path(__file__).parents[1] / "eventyr"
DAG = dt.date(2020, 7, 15)


@pytest.fixture(scope="session")
def inndata(tmp_path_factory) -> Path:
    """300 applications to the fictional scheme, with income and employments."""
    mappe = tmp_path_factory.mktemp("inndata")
    with _ordninger():
        lag_syntetisk(mappe, 300, 3, "askeladden", 300, dt.date(2020, 6, 1), 15, ("json", "parquet"))
    return mappe


@pytest.fixture(autouse=True)
def eventyr(monkeypatch):
    monkeypatch.setenv("ORDNINGER_STI", str(EVENTYR))


@pytest.fixture
def rom(lager, tmp_path) -> Arbeidsrom:
    """A place to work in, on each of the two databases."""
    return Arbeidsrom(tmp_path / "data", lager, Stillklokke(DAG))


@pytest.fixture(scope="session")
def grunnlag(inndata) -> Grunnlag:
    register = (inndata / "inntekt.parquet",), (inndata / "arbeidsforhold.v2.jsonl",)
    return Grunnlag((inndata / "soknader.csv",), *register, DAG, dt.date(2020, 7, 13), "ola", 100)


@pytest.fixture(scope="session")
def ferdig_sqlite(_mal_sqlite, grunnlag, tmp_path_factory) -> Path:
    mappe = tmp_path_factory.mktemp("ferdig-sqlite")
    shutil.copy(_mal_sqlite, mappe / "lager.db")
    _kjor(f"sqlite:///{mappe / 'lager.db'}", mappe / "data", grunnlag)
    return mappe


@pytest.fixture(scope="session")
def ferdig_postgres(_mal_postgres, grunnlag, tmp_path_factory):
    """(server, database that new ones are copied from, data folder)."""
    tjener, mal = _mal_postgres
    mappe, navn = tmp_path_factory.mktemp("ferdig-pg"), f"ordning_ferdig_{uuid.uuid4().hex[:12]}"
    _ny_database(tjener, navn, mal)
    _kjor(_tekst(tjener.set(database=navn)), mappe / "data", grunnlag)
    yield tjener, navn, mappe
    _slett_database(tjener, navn)


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def kjort(request, tmp_path) -> Arbeidsrom:
    """As `rom`, with the run already done."""
    if request.param == "SQLite":
        kilde = request.getfixturevalue("ferdig_sqlite")
        merk(request, "SQLite")
        shutil.copytree(kilde, tmp_path, dirs_exist_ok=True)
        yield from _aapnet(f"sqlite:///{tmp_path / 'lager.db'}", tmp_path / "data")
        return
    if os.environ.get("ORDNING_UTEN_POSTGRES") == "1":
        pytest.skip(UTEN_POSTGRES)
    tjener, mal, kilde = request.getfixturevalue("ferdig_postgres")
    merk(request, "PostgreSQL")
    navn = f"ordning_{uuid.uuid4().hex[:12]}"
    _ny_database(tjener, navn, mal)
    shutil.copytree(kilde, tmp_path, dirs_exist_ok=True)
    yield from _aapnet(_tekst(tjener.set(database=navn)), tmp_path / "data")
    _slett_database(tjener, navn)


def godkjenn_alt(rom: Arbeidsrom, ordning: str = "askeladden") -> list[Bunt]:
    """Attested by kari and disposed by bjørn."""
    ut = []
    for b in ventende(rom, ordning):
        while handling := neste_handling(b):
            b = godkjenn_bunt(rom, b, {"attester": "kari", "disponer": "bjørn"}[handling], b.antall)
        ut.append(b)
    return ut


def betal_alt(rom: Arbeidsrom, ordning: str = "askeladden") -> list[dict]:
    """As `godkjenn_alt`, and sent by anne."""
    godkjenn_alt(rom, ordning)
    return betal_godkjente(rom, finn(ordning), "", "anne")


def _aapnet(url: str, data: Path):
    motor = aapne(url)
    yield Arbeidsrom(data, motor, Stillklokke(DAG))
    motor.dispose()


def _kjor(url: str, data: Path, grunnlag: Grunnlag) -> None:
    motor = aapne(url)
    with _ordninger():
        kjor_ordning(Arbeidsrom(data, motor, Stillklokke(DAG)), "askeladden", grunnlag)
    motor.dispose()


def _ny_database(tjener, navn: str, mal: str) -> None:
    with _administrator(tjener).connect() as admin:
        admin.exec_driver_sql(f"CREATE DATABASE {navn} TEMPLATE {mal} STRATEGY FILE_COPY")


def _slett_database(tjener, navn: str) -> None:
    with _administrator(tjener).connect() as admin:
        admin.exec_driver_sql(f"DROP DATABASE {navn} WITH (FORCE)")


class _ordninger:
    """The fictional schemes, for fixtures that live longer than a test."""

    def __enter__(self):
        self.foer = os.environ.get("ORDNINGER_STI")
        os.environ["ORDNINGER_STI"] = str(EVENTYR)

    def __exit__(self, *_):
        os.environ.pop("ORDNINGER_STI", None)
        if self.foer is not None:
            os.environ["ORDNINGER_STI"] = self.foer
