from __future__ import annotations

import pytest

from kjerne.syntetisk import Samfunn, lag_samfunn


@pytest.fixture(scope="session")
def samfunn() -> Samfunn:
    return lag_samfunn(4_000, fro=7)


@pytest.fixture(scope="session")
def rent() -> Samfunn:
    return lag_samfunn(4_000, fro=7, problemer=None)
