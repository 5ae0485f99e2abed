"""Persons are not sealed, since a row has no moment: the id is worked out of the number and the salt, so it is worked out again.

Whoever gives an id another number, or changes the salt, is found; so is a person that is taken away from an application. A person
that no application names is not found, and is nobody's: such rows are there also when an application was refused for what it said.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.person import les_salt, regn_ut
from kjerne.lager.tabeller import person, soknad
from kjerne.revisjon.kjede import Funn

_PORSJON = 10_000


def avvik(conn: Connection) -> Iterator[Funn]:
    """How many, and never who."""
    salt = (les_salt(conn) or "").encode()
    rader = conn.execute(sa.select(person.c.person_id, person.c.ident).execution_options(stream_results=True))
    byttet = sum(sum(regn_ut(salt, ident) != id_ for id_, ident in del_) for del_ in rader.partitions(_PORSJON))
    if byttet:
        yield Funn(0, f"Tabellen person: {byttet} personer har et annet nummer enn det id-en er regnet ut av, eller saltet er byttet.")
    finnes = sa.exists().where(person.c.person_id == soknad.c.person_id)
    if borte := conn.scalar(sa.select(sa.func.count()).select_from(soknad).where(~finnes)):
        yield Funn(0, f"Tabellen person: {borte} søknader er fra personer som ikke finnes.")
