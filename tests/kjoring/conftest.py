"""Whole runs of the fictional scheme on synthetic people."""

import datetime as dt
from pathlib import Path

import pytest

from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag
from kjerne.kjoring.syntetisk import lag_syntetisk

EVENTYR = Path(__file__).parents[1] / "eventyr"
DAG = dt.date(2020, 7, 15)


@pytest.fixture(scope="session")
def inndata(tmp_path_factory) -> Path:
    """300 applications to the fictional scheme, with income and employments."""
    import os

    mappe = tmp_path_factory.mktemp("inndata")
    os.environ["ORDNINGER_STI"] = str(EVENTYR)
    try:
        lag_syntetisk(mappe, 300, 3, "askeladden", 300, dt.date(2020, 6, 1), 15, ("json", "parquet"))
    finally:
        del os.environ["ORDNINGER_STI"]
    return mappe


@pytest.fixture(autouse=True)
def eventyr(monkeypatch):
    monkeypatch.setenv("ORDNINGER_STI", str(EVENTYR))


@pytest.fixture
def rom(lager, tmp_path) -> Arbeidsrom:
    """A place to work in, on each of the two databases."""
    return Arbeidsrom(tmp_path / "data", lager, Stillklokke(DAG))


@pytest.fixture
def grunnlag(inndata) -> Grunnlag:
    return Grunnlag((inndata / "soknader.csv",), (inndata / "inntekt.parquet",), (inndata / "arbeidsforhold.v2.jsonl",), DAG,
                    dt.date(2020, 7, 13), "ola", 100)
