import pytest

from tests.kjoring.conftest import (  # noqa: F401
    eventyr,
    ferdig_postgres,
    ferdig_sqlite,
    grunnlag,
    inndata,
    kjort,
    rom,
)
from tests.konsoll.konsolltjener import OPERATOR, Konsolltjener


@pytest.fixture
def konsoll(kjort):  # noqa: F811
    """A console on a finished run, on each of the two databases, with the operator at the keyboard."""
    with Konsolltjener(kjort) as k:
        yield k.som(OPERATOR)


@pytest.fixture
def tom(rom):  # noqa: F811
    """A console where nothing has happened yet."""
    with Konsolltjener(rom) as k:
        yield k.som(OPERATOR)
