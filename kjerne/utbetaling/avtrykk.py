"""The same money under a new id is caught (I05): scheme, person, payee, class, period and amount make a fingerprint.

The first line with a fingerprint takes it. A later one may be paid only when a human has released what control K26 found; the
database refuses it otherwise.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.bulk import sett_inn
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.id import uuid5_mange
from kjerne.lager.tabeller import betalingsavtrykk, bunt_linje, linje, soknad, vedtak

_NAVNEROM = uuid.UUID("b0c1c6a4-7d1f-5b8e-9f0e-2f6a1d4c5e37")
_A = betalingsavtrykk.c

Penger = tuple[str, str, str | None, str, dt.date, dt.date, int]
KOLONNER = (soknad.c.ordning, soknad.c.person_id, linje.c.orgnr, linje.c.klasse, linje.c.fom, linje.c.tom, linje.c.belop_ore)


def avtrykk(penger: Iterable[Penger]) -> list[str]:
    """The fingerprint of each, from the values of KOLONNER."""
    return uuid5_mange(_NAVNEROM, ("\n".join("" if v is None else str(v) for v in en) for en in penger))


def lagre(conn: Connection, bunt_id: str) -> None:
    """Takes the fingerprints of the lines of a batch that is being made. Raises Ordningsfeil (kode 3) for one that is taken and not
    released."""
    uten = ~sa.exists().where(_A.linje_id == linje.c.linje_id)
    sporring = (
        sa.select(linje.c.linje_id, *KOLONNER).join_from(linje, bunt_linje, bunt_linje.c.linje_id == linje.c.linje_id)
        .join(vedtak, vedtak.c.vedtak_id == linje.c.vedtak_id).join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
        .where(bunt_linje.c.bunt_id == bunt_id, uten).order_by(linje.c.linje_id)
    )  # fmt: skip
    rader = [tuple(r) for r in conn.execute(sporring)]
    alle = avtrykk(r[1:] for r in rader)
    nye = sett_inn(conn, betalingsavtrykk, {"avtrykk": alle, "nr": [1] * len(rader), "linje_id": [r[0] for r in rader]})
    feilpunkt("avtrykk.etter_nye")
    if nye < len(rader):
        har = set(conn.scalars(sporring.with_only_columns(linje.c.linje_id)))
        _ta_opptatte(conn, [(a, r[0]) for a, r in zip(alle, rader, strict=True) if r[0] in har])


def _ta_opptatte(conn: Connection, opptatte: Sequence[tuple[str, str]]) -> None:
    for ett, linje_id in opptatte:
        nr = conn.scalar(sa.select(sa.func.count()).where(_A.avtrykk == ett)) + 1
        try:
            conn.execute(betalingsavtrykk.insert().values(avtrykk=ett, nr=nr, linje_id=linje_id))
        except sa.exc.DBAPIError as feil:
            if "alt på vei" not in str(feil.orig):
                raise
            raise Ordningsfeil(
                "De samme pengene er alt på vei under en annen id.", f"linje {linje_id}",
                "Kjør kontrollene, og la en annen enn den som lager bunten avgjøre funnet.", "Ingen bunt er laget.", kode=3,
            ) from None  # fmt: skip
