"""The fictional scheme, and copies of it that may be spoilt."""

import shutil
from pathlib import Path

import pytest

from kjerne.regelmotor.regelverk import Regelverk, les_regelverk

EVENTYR = Path(__file__).parents[1] / "eventyr"


@pytest.fixture(scope="session")
def askeladden() -> Regelverk:
    return les_regelverk(EVENTYR / "askeladden")


@pytest.fixture
def kopi(tmp_path) -> Path:
    """A copy of the scheme folder, to be changed by the test."""
    shutil.copytree(EVENTYR, tmp_path / "eventyr", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "eventyr" / "askeladden"
