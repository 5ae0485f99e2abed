"""Every case accounted for (I12), and what is needed to decide a case once more and compare the bytes (I10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.tabeller import TILSTANDER, linje, manuelt_vedtak, sak, soknad, tilbakekreving, vedtak
from kjerne.vedtak.rettighet import enkel_verdi

_I_VEDTAK = ("utfall", "belop_ore", "avgjorende", "begrunnelse", "parameterrader", "sporing_rad")
_I_KRAV = ("rolle", "klasse", "person_id", "orgnr", "belop_ore")
_I_LINJE = ("nr", "rolle", "person_id", "orgnr", "konto", "klasse", "fom", "tom", "belop_ore")


def tell_saker(conn: Connection, ordning: str) -> dict[str, int]:
    """Received applications ("mottatt") and cases in each state; the state "mottatt" is called "ubehandlet" here.

    Raises Ordningsfeil when they do not add up, or when decided cases and stored vedtak disagree.
    """
    mottatt = conn.scalar(sa.select(sa.func.count()).where(soknad.c.ordning == ordning))
    per = dict(conn.execute(
        sa.select(sak.c.tilstand, sa.func.count()).where(sak.c.ordning == ordning).group_by(sak.c.tilstand)
    ).all())  # fmt: skip
    vedtatt = conn.scalar(
        sa.select(sa.func.count(sa.distinct(vedtak.c.sak_id))).join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
        .where(soknad.c.ordning == ordning)
    )  # fmt: skip
    if mottatt != sum(per.values()) or vedtatt != per.get("innvilget", 0) + per.get("avslag", 0):
        raise Ordningsfeil(
            f"Sakene går ikke opp: {mottatt} mottatt, {sum(per.values())} med tilstand, {vedtatt} med vedtak.",
            f"ordningen {ordning}: {per}", "Stans utbetalingen og meld feilen.",
        )  # fmt: skip
    return {"mottatt": mottatt, "ubehandlet": per.get("mottatt", 0)} | {t: per.get(t, 0) for t in TILSTANDER[1:]}


def avspillingsgrunnlag(conn: Connection, ordning: str, kjoring_id: str | None = None) -> pd.DataFrame:
    """One row per vedtak, by sak_id and version: all of vedtak, and of søknad what the rules were given (soknad_id,
    person_id, konto, maalform, mottatt_dato, fakta)."""
    fra_soknad = (soknad.c.soknad_id, soknad.c.person_id, soknad.c.konto, soknad.c.maalform, soknad.c.mottatt_dato,
                  soknad.c.fakta)  # fmt: skip
    sporring = sa.select(vedtak, *fra_soknad).join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
    sporring = sporring.where(_utvalg(ordning, kjoring_id)).order_by(vedtak.c.sak_id, vedtak.c.versjon)
    svar = conn.execute(sporring)
    return pd.DataFrame(svar.all(), columns=list(svar.keys()))


def _utvalg(ordning: str, kjoring_id: str | None, fingeravtrykk: str = "") -> sa.ColumnElement[bool]:
    valg = soknad.c.ordning == ordning
    valg = valg & (vedtak.c.fingeravtrykk == fingeravtrykk) if fingeravtrykk else valg
    return valg if kjoring_id is None else valg & (vedtak.c.kjoring_id == kjoring_id)


def lagrede_bytes(conn: Connection, ordning: str, kjoring_id: str | None = None, fingeravtrykk: str = "") -> dict[str, bytes]:
    """sak_id → the canonical bytes of the decision, lines and claims that this run stored (only those that these rules made);
    without a run, of the first version. A decision that two persons made against the rules is not there: see `overstyrte`."""
    utvalg = _utvalg(ordning, kjoring_id, fingeravtrykk)
    if kjoring_id is None:
        utvalg &= vedtak.c.versjon == 1
    utvalg &= ~sa.exists().where(manuelt_vedtak.c.vedtak_id == vedtak.c.vedtak_id, manuelt_vedtak.c.overstyring_id.is_not(None))

    def les(sporring: sa.Select) -> Iterator[tuple]:
        fra = sporring.join(soknad, soknad.c.sak_id == vedtak.c.sak_id).where(utvalg)
        return iter(conn.execute(fra.execution_options(yield_per=10_000)))

    linjer = les(sa.select(vedtak.c.sak_id, *(linje.c[k] for k in _I_LINJE)).join_from(linje, vedtak))
    krav = les(sa.select(vedtak.c.sak_id, *(tilbakekreving.c[k] for k in _I_KRAV)).join_from(tilbakekreving, vedtak))
    return _bytes(les(sa.select(vedtak.c.sak_id, *(vedtak.c[k] for k in _I_VEDTAK)).select_from(vedtak)), chain(linjer, krav))


def nye_bytes(ramme: pd.DataFrame, linjer: pd.DataFrame, krav: pd.DataFrame | None = None) -> dict[str, bytes]:
    """The same bytes from the frames that `fatt_vedtak` would get (only rows with tilstand innvilget/avslag)."""
    avgjort = ramme[ramme["tilstand"].isin(("innvilget", "avslag"))]
    kravene = () if krav is None else _rader(krav, _I_KRAV)
    return _bytes(_rader(avgjort, _I_VEDTAK), chain(_rader(linjer, _I_LINJE), kravene))


def overstyrte(conn: Connection, ordning: str, kjoring_id: str) -> dict[str, tuple[str, int]]:
    """sak_id → what the rules gave where two persons decided otherwise: outcome and øre."""
    m = manuelt_vedtak.c
    sporring = sa.select(vedtak.c.sak_id, m.regelutfall, m.regel_belop_ore).join(manuelt_vedtak, m.vedtak_id == vedtak.c.vedtak_id)
    sporring = sporring.join(soknad, soknad.c.sak_id == vedtak.c.sak_id).where(_utvalg(ordning, kjoring_id), m.overstyring_id.is_not(None))
    return {sak_id: (utfall, int(ore)) for sak_id, utfall, ore in conn.execute(sporring)}


def ulike_saker(lagret: dict[str, bytes], ny: dict[str, bytes]) -> list[str]:
    """Cases whose bytes differ, or that only one side has. Empty = every decision can be reproduced."""
    return sorted(s for s in lagret.keys() | ny.keys() if lagret.get(s) != ny.get(s))


def _rader(ramme: pd.DataFrame, kolonner: tuple[str, ...]) -> Iterator[tuple]:
    deler = ramme[["sak_id", *kolonner]].astype("object")
    return deler.where(deler.notna(), None).itertuples(index=False, name=None)


def _bytes(vedtakene: Iterable[tuple], linjer: Iterable[tuple]) -> dict[str, bytes]:
    per_sak: dict[str, list] = {}
    for sak_id, *resten in linjer:
        per_sak.setdefault(sak_id, []).append([enkel_verdi(v) for v in resten])
    return {
        sak_id: json_tekst([sak_id, [enkel_verdi(v) for v in resten], sorted(per_sak.get(sak_id, []), key=json_tekst)]).encode()
        for sak_id, *resten in vedtakene
    }
