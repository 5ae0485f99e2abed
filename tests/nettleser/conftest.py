import shutil

import pytest
from playwright.sync_api import sync_playwright

from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.lager.motor import aapne
from tests.kjoring.conftest import DAG, eventyr, ferdig_sqlite, grunnlag, inndata  # noqa: F401
from tests.konsoll.konsolltjener import Konsolltjener
from tests.nettleser.nettleser import finn_chromium


@pytest.fixture(scope="session")
def chromium():
    """The browser of the machine. What it says in its own log is left there."""
    with sync_playwright() as p:
        nettleser = p.chromium.launch(executable_path=finn_chromium(), args=["--no-sandbox"])
        yield nettleser
        nettleser.close()


@pytest.fixture(scope="session")
def bilder(tmp_path_factory):
    """Where the pictures are put: ORDNING_SKJERMBILDER, or a folder that pytest takes away in time."""
    import os
    from pathlib import Path

    mappe = Path(os.environ.get("ORDNING_SKJERMBILDER") or tmp_path_factory.mktemp("skjermbilder"))
    mappe.mkdir(parents=True, exist_ok=True)
    return mappe


@pytest.fixture
def konsoll(ferdig_sqlite, tmp_path):  # noqa: F811
    """A console on a finished run. What the database makes different is tried in tests/konsoll."""
    shutil.copytree(ferdig_sqlite, tmp_path, dirs_exist_ok=True)
    motor = aapne(f"sqlite:///{tmp_path / 'lager.db'}")
    with Konsolltjener(Arbeidsrom(tmp_path / "data", motor, Stillklokke(DAG))) as k:
        yield k
    motor.dispose()


@pytest.fixture
def side(chromium):
    """A page that complains when the browser does: a style or a frame that the rules of the page do not let in, for one."""
    klager: list[str] = []
    rom = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="nb-NO")
    en = rom.new_page()
    en.on("console", lambda m: klager.append(m.text) if m.type in ("error", "warning") else None)
    en.on("pageerror", lambda e: klager.append(str(e)))
    yield en
    rom.close()
    assert [k for k in klager if "status of 4" not in k] == []
