"""The fictional scheme, in a folder that a test may change."""

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
    shutil.copytree(EVENTYR, tmp_path / "ordninger", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "ordninger" / "askeladden"
