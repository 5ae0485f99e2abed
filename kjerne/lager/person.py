"""People: the number lives in one table; elsewhere a person is a person_id that tells nothing without the salt."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.bulk import sett_inn
from kjerne.lager.id import uuid_tekst
from kjerne.lager.tabeller import egenskap, person, soknad


def person_ider(conn: Connection, identer: Sequence[str]) -> list[str]:
    """The person_id of each number, in the same order; people not seen before are added. Same database, same answer."""
    salt = (les_salt(conn) or "").encode()
    unike = sorted(set(identer))
    id_av = {i: regn_ut(salt, i) for i in unike}
    sett_inn(conn, person, {"person_id": list(id_av.values()), "ident": unike})
    return [id_av[i] for i in identer]


def ident_i(conn: Connection, sak_id: str) -> str:
    """The number of the applicant in a case."""
    return conn.scalar(sa.select(person.c.ident).join(soknad, soknad.c.person_id == person.c.person_id).where(soknad.c.sak_id == sak_id))


def les_salt(conn: Connection) -> str | None:
    return conn.scalar(sa.select(egenskap.c.verdi).where(egenskap.c.navn == "salt"))


def regn_ut(salt: bytes, ident: str) -> str:
    """The person_id of a number."""
    return uuid_tekst(hmac.digest(salt, ident.encode(), "sha256").hex())
