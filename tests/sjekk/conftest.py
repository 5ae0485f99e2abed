"""The complete schemes are made once, and copied for each test."""

import shutil
from pathlib import Path

import pytest

from tests.sjekk.ordningskopi import lag_hel


@pytest.fixture(scope="session")
def mal(tmp_path_factory) -> Path:
    return lag_hel(tmp_path_factory.mktemp("hel") / "ordninger").parent


@pytest.fixture
def hel(mal, tmp_path) -> Path:
    """A complete scheme folder that may be spoiled."""
    shutil.copytree(mal, tmp_path / "ordninger")
    return tmp_path / "ordninger/askeladden"
