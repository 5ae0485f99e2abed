"""One hash of everything that matters in the database: the oracle of "killed and resumed = undisturbed"."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.tabeller import metadata

UTENFOR = frozenset({
    "egenskap",  # the salt; its effect is seen in person_id
    "oppslagslogg",  # who looked is no state of a case: a look that is begun again is two looks
    "revisjonslogg.forrige_hash", "revisjonslogg.radhash",  # made from the time of the event, as well as from what is hashed here
})  # fmt: skip


def _er_tid(navn: str) -> bool:
    return navn.endswith("_tid") or navn in ("tid", "sekunder")


def tilstandshash(conn: Connection, uten: Collection[str] = ()) -> str:
    """sha256 over all tables in name order, rows in key order, without instants (`*_tid`, `tid`) and `sekunder`.

    Equal on SQLite and PostgreSQL for equal content. `uten` names tables, or columns as "tabell.kolonne", to leave out.
    """
    h = hashlib.sha256()
    for navn, tabell in sorted(metadata.tables.items()):
        if navn in UTENFOR or navn in uten:
            continue
        kolonner = [k for k in tabell.c if not _er_tid(k.name) and f"{navn}.{k.name}" not in UTENFOR.union(uten)]
        h.update(json_tekst([navn, [k.name for k in kolonner]]).encode())
        sporring = sa.select(*kolonner).order_by(*tabell.primary_key).execution_options(yield_per=10_000)
        for rad in conn.execute(sporring):
            verdier = [v.isoformat() if isinstance(v, dt.date) else v for v in rad]
            h.update(b"\n" + json_tekst(verdier).encode())
        h.update(b"\n")
    return h.hexdigest()
