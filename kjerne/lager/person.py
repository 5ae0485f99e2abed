"""People: the number lives in one table; elsewhere a person is a person_id that tells nothing without the salt."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.bulk import sett_inn
from kjerne.lager.tabeller import egenskap, person


def person_ider(conn: Connection, identer: Sequence[str]) -> list[str]:
    """The person_id of each number, in the same order; people not seen before are added. Same database, same answer."""
    salt = conn.scalar(sa.select(egenskap.c.verdi).where(egenskap.c.navn == "salt")).encode()
    unike = sorted(set(identer))
    ider = {i: str(uuid.UUID(bytes=hmac.digest(salt, i.encode(), hashlib.sha256)[:16], version=5)) for i in unike}
    sett_inn(conn, person, {"person_id": [ider[i] for i in unike], "ident": unike})
    return [ider[i] for i in identer]
