"""Brings a database to the newest form. Costs one SELECT when there is nothing to do: Alembic is slow to import."""

from __future__ import annotations

import secrets
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import laas, lesende
from kjerne.lager.tabeller import egenskap

_MAPPE = Path(__file__).parent / "migrasjoner"
HODE = max(fil.name[:4] for fil in (_MAPPE / "versions").glob("[0-9]*.py"))


def oppgrader(motor: Engine, salt: str | None = None) -> bool:
    """True when something was changed. All migrations happen in one transaction, or none.

    `salt` is the key from which person_id is computed; chosen at random when the database is new and none is given.
    Raises Ordningsfeil when the database is newer than this program.
    """
    with lesende(motor) as conn:
        if (versjon := _versjon(conn)) == HODE:
            return False
    if versjon and versjon > HODE:
        raise Ordningsfeil(
            f"Databasen har versjon {versjon}, men dette programmet kjenner bare {HODE}.",
            gjor_dette="Installer den nyeste utgaven av Ordning.",
        )
    from alembic import command
    from alembic.config import Config

    with motor.begin() as conn:
        laas(conn, "oppgradering")
        oppsett = Config()
        oppsett.set_main_option("script_location", str(_MAPPE).replace("%", "%%"))
        oppsett.attributes["connection"] = conn
        command.upgrade(oppsett, "head")
        if conn.scalar(sa.select(egenskap.c.verdi).where(egenskap.c.navn == "salt")) is None:
            conn.execute(egenskap.insert().values(navn="salt", verdi=salt or secrets.token_hex(32)))
    return True


def _versjon(conn: Connection) -> str | None:
    if not sa.inspect(conn).has_table("alembic_version"):
        return None
    return conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
