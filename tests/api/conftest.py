import pytest
from apitjener import EVENTYR, Tjener

from kjerne.kontrakt.identer import lag_kontonr


@pytest.fixture(autouse=True)
def _eventyr(monkeypatch):
    monkeypatch.setenv("ORDNINGER_STI", str(EVENTYR))


@pytest.fixture
def tjener(lager, tmp_path):
    """The service on a fresh database, on each of the two."""
    with Tjener(lager, tmp_path / "data") as t:
        yield t


@pytest.fixture
def svar(tjener) -> dict:
    """A good application."""
    return tjener.form.eksempel() | {"kontonummer": lag_kontonr(7)}
