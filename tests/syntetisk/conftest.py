from __future__ import annotations

import datetime as dt

import pytest

from kjerne.syntetisk import Permitteringer, Samfunn, lag_samfunn


@pytest.fixture(scope="session")
def samfunn() -> Samfunn:
    return lag_samfunn(4_000, fro=7)


@pytest.fixture(scope="session")
def rent() -> Samfunn:
    return lag_samfunn(4_000, fro=7, problemer=None)


@pytest.fixture(scope="session")
def permitterte() -> Samfunn:
    """Nearly everybody is laid off, from March to May."""
    periode = dt.date(2020, 3, 16), dt.date(2020, 5, 8)
    return lag_samfunn(3_000, fro=8, permitteringer=Permitteringer(0.95, *periode))
