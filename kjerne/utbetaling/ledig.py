"""Which lines of money may be put in a batch: those that were in none, and those whose last attempt came to nothing."""

from __future__ import annotations

import sqlalchemy as sa

from kjerne.lager.tabeller import bunt_hendelse, bunt_linje, linje, ny_betaling, soknad, vedtak
from kjerne.utbetaling.tilstand import OVER

_FORST = bunt_linje.alias("forste_forsok")


def _paa_nytt() -> sa.Subquery:
    """linje_id, forsok, konto of what is to be tried again: the batch was taken back or said no to, or a human has decided it."""
    siste, neste, ny = bunt_linje.alias("siste"), bunt_linje.alias("neste"), ny_betaling
    over = sa.select(bunt_hendelse.c.bunt_id).where(bunt_hendelse.c.tilstand.in_(OVER))

    def ikke_brukt(tabell: sa.FromClause, pluss: int) -> sa.ColumnElement[bool]:
        return ~sa.exists().where(neste.c.linje_id == tabell.c.linje_id, neste.c.forsok == tabell.c.forsok + pluss)

    etter_bunt = sa.select(siste.c.linje_id, (siste.c.forsok + 1).label("forsok"), siste.c.konto).where(
        siste.c.bunt_id.in_(over), ikke_brukt(siste, 1))  # fmt: skip
    besluttet = sa.select(ny.c.linje_id, ny.c.forsok, ny.c.konto).where(ikke_brukt(ny, 0))
    return sa.union_all(etter_bunt, besluttet).subquery("paa_nytt")


PAA_NYTT = _paa_nytt()
FORSOK = sa.func.coalesce(PAA_NYTT.c.forsok, 1)
KONTO = sa.func.coalesce(PAA_NYTT.c.konto, linje.c.konto)
FRA = (
    linje.join(vedtak, vedtak.c.vedtak_id == linje.c.vedtak_id).join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
    .outerjoin(_FORST, (_FORST.c.linje_id == linje.c.linje_id) & (_FORST.c.forsok == 1))
    .outerjoin(PAA_NYTT, PAA_NYTT.c.linje_id == linje.c.linje_id)
)  # fmt: skip


def er_ledig(ordning: str) -> sa.ColumnElement[bool]:
    """For a question from FRA: the lines of the scheme that may be put in a batch."""
    return (soknad.c.ordning == ordning) & (_FORST.c.bunt_id.is_(None) | PAA_NYTT.c.linje_id.is_not(None))
