"""The fictional schemes, in a folder that a test may change."""

import shutil
from pathlib import Path

import pytest

EVENTYR = Path(__file__).parents[1] / "eventyr"


@pytest.fixture
def rot(tmp_path) -> Path:
    shutil.copytree(EVENTYR, tmp_path / "ordninger", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "ordninger"
