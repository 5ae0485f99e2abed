"""Which lines must wait: a later version of a decision is told only when the receiver has accepted all that it builds on."""

from __future__ import annotations

import sqlalchemy as sa

from kjerne.lager.tabeller import bunt_linje, linje, linjestand, oppdragslinje, oppdragssvar, soknad, tilbakekreving, vedtak


def maa_vente(ordning: str) -> sa.Select:
    """Asks for linje_id of the lines of later versions, in cases where money of an earlier version is not settled, or what an earlier
    version took away is not told and accepted."""
    tidligere, forrige = vedtak.alias("tidligere"), linje.alias("forrige")
    i_saken = (tidligere.c.sak_id == vedtak.c.sak_id) & (tidligere.c.versjon < vedtak.c.versjon)
    ubetalt = sa.exists().where(i_saken, forrige.c.vedtak_id == tidligere.c.vedtak_id, ~_oppgjort(forrige))
    uten_svar = sa.exists().where(i_saken, tilbakekreving.c.vedtak_id == tidligere.c.vedtak_id, ~_fortalt())
    return (
        sa.select(linje.c.linje_id).join(vedtak, vedtak.c.vedtak_id == linje.c.vedtak_id).join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
        .where(soknad.c.ordning == ordning, vedtak.c.versjon > 1, ubetalt | uten_svar)
    )  # fmt: skip


def _oppgjort(en: sa.FromClause) -> sa.ColumnElement[bool]:
    b, s, nyere = bunt_linje.c, linjestand.c, linjestand.alias("nyere")
    return sa.exists().where(
        b.linje_id == en.c.linje_id, s.ende_til_ende_id == b.ende_til_ende_id, s.stand == "oppgjort",
        ~sa.exists().where(nyere.c.ende_til_ende_id == s.ende_til_ende_id, nyere.c.nr > s.nr),
    )  # fmt: skip


def _fortalt() -> sa.ColumnElement[bool]:
    o, t, s = oppdragslinje.c, tilbakekreving.c, oppdragssvar.c
    return sa.exists().where(
        o.vedtak_id == t.vedtak_id, o.rolle == t.rolle, o.klasse == t.klasse, o.person_id.is_not_distinct_from(t.person_id),
        o.orgnr.is_not_distinct_from(t.orgnr), s.fil_id == o.fil_id, s.fagsystem_id == o.fagsystem_id,
        s.alvorlighetsgrad.in_(("00", "04")),
    )  # fmt: skip
