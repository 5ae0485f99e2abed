"""Making batches: which lines of money go together, how many they are, what they add up to, and the hash that is approved.

A line is in one living batch, ever (primary key and guard of bunt_linje). Ids are computed, so the same lines make the same batch.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import id as ider
from kjerne.lager.bulk import sett_inn
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.kanonisk import json_tekst, sha256
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import bunt, bunt_linje, linje, soknad, tilbakekreving, vedtak
from kjerne.utbetaling import avtrykk
from kjerne.utbetaling.bunt import Bunt, kroner
from kjerne.utbetaling.buntlinje import Buntlinje, Summering, i_deler, kolonner
from kjerne.utbetaling.ledig import FORSOK, FRA, KONTO, er_ledig


@dataclass(frozen=True)
class Grenser:
    """The scheme's limits, in øre."""

    maks_per_sak_ore: int
    maks_per_bunt_ore: int


@dataclass(frozen=True)
class Buntsum:
    """What one call of `lag_bunt` made. Several batches when the limit per batch asked for it."""

    antall: int
    sum_ore: int
    bunter: tuple[Bunt, ...]


def lag_bunt(
    conn: Connection, ordning: str, kjoring_id: str, laget_av: str, betalingsdato: dt.date, grenser: Grenser,
    naa: dt.datetime, utelatt: sa.Select | sa.CompoundSelect | None = None,
) -> Buntsum | None:  # fmt: skip
    """Puts every free line of the scheme into one batch, or into several when the limit per batch is reached. `utelatt` asks for
    linje_id of those that a control holds.

    None when there is nothing to pay. In the caller's transaction. Raises Ordningsfeil (kode 5) when a case or a single
    line is over its limit, (kode 1) when the sums do not agree; nothing may then be committed.
    """
    if not laget_av.strip():
        raise Ordningsfeil("Det er ikke oppgitt hvem som lager bunten.", kode=2)
    laas(conn, f"vedtak:{ordning}")  # no vedtak is made while the lines are counted
    laas(conn, f"bunt:{ordning}")
    utvalg = er_ledig(ordning) if utelatt is None else er_ledig(ordning) & linje.c.linje_id.not_in(utelatt)
    _prov_vedtakssummer(conn, ordning)
    _prov_sakgrense(conn, ordning, grenser.maks_per_sak_ore)
    feilpunkt("bunt.etter_utvalg")
    felles = {"ordning": ordning, "laget_av": laget_av, "kjoring_id": kjoring_id, "betalingsdato": betalingsdato,
              "laget_tid": naa}  # fmt: skip
    deler = _del_opp(_linjer(conn, utvalg), grenser.maks_per_bunt_ore)
    laget = [(_ny_bunt(felles, *summen.fasit), linjene) for summen, linjene in deler]
    if not laget:
        return None
    antall, sum_ore = sum(ny.antall for ny, _ in laget), sum(ny.sum_ore for ny, _ in laget)
    _stem("alle linjer", _sql_sum(conn, FRA, utvalg), (antall, sum_ore))
    feilpunkt("bunt.etter_sum")
    for ny, linjene in laget:
        _lagre(conn, ny, linjene)
        feilpunkt("bunt.etter_bunt")
    return Buntsum(antall, sum_ore, tuple(ny for ny, _ in laget))


def _ny_bunt(felles: dict, antall: int, sum_ore: int, innhold_sha256: str) -> Bunt:
    bunt_id = sha256(json_tekst(["bunt", felles["ordning"], innhold_sha256]))[:32]
    return Bunt(bunt_id=bunt_id, antall=antall, sum_ore=sum_ore, innhold_sha256=innhold_sha256, **felles)


def _lagre(conn: Connection, ny: Bunt, linjene: list[tuple[str, int, str]]) -> None:
    conn.execute(bunt.insert().values({k.name: getattr(ny, k.name) for k in bunt.c}))
    linje_ider, forsok, konto = map(list, zip(*linjene, strict=True))
    inn = sett_inn(conn, bunt_linje, {
        "linje_id": linje_ider, "forsok": forsok, "bunt_id": ny.bunt_id, "konto": konto,
        "ende_til_ende_id": list(map(ider.ende_til_ende_id, linje_ider, forsok)),
    })  # fmt: skip
    _stem(f"bunt {ny.bunt_id}", (inn, ny.sum_ore), (ny.antall, ny.sum_ore))
    i_bunten = _sql_sum(conn, bunt_linje.join(linje), bunt_linje.c.bunt_id == ny.bunt_id)
    _stem(f"bunt {ny.bunt_id}", i_bunten, (ny.antall, ny.sum_ore))
    avtrykk.lagre(conn, ny.bunt_id)


def _linjer(conn: Connection, utvalg: sa.ColumnElement[bool]) -> Iterator[Buntlinje]:
    sporring = sa.select(*kolonner(FORSOK, KONTO)).select_from(FRA).where(utvalg).order_by(linje.c.linje_id)
    return chain.from_iterable(i_deler(conn, sporring))


def _sql_sum(conn: Connection, fra: sa.FromClause, utvalg: sa.ColumnElement[bool]) -> tuple[int, int]:
    antall, sum_ore = conn.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(linje.c.belop_ore), 0)).select_from(fra).where(utvalg)
    ).one()
    return int(antall), int(sum_ore)


def _del_opp(linjer: Iterator[Buntlinje], maks_ore: int) -> Iterator[tuple[Summering, list[tuple[str, int, str]]]]:
    """Fills one batch after the other in key order; the same lines and limit always give the same batches."""
    denne, linjene = Summering(), []
    for en in linjer:
        if en.belop_ore > maks_ore:
            raise Ordningsfeil(
                f"En linje er på {kroner(en.belop_ore)} kr, over grensen for en hel bunt på {kroner(maks_ore)} kr.",
                f"linje {en.linje_id}", "Kontroller vedtaket. Er det riktig, må grensen i ordning.toml heves.", kode=5,
            )  # fmt: skip
        if linjene and denne.sum_ore + en.belop_ore > maks_ore:
            yield denne, linjene
            denne, linjene = Summering(), []
        denne.ta_med(en)
        linjene.append((en.linje_id, en.forsok, en.konto))
    if linjene:
        yield denne, linjene


def _prov_sakgrense(conn: Connection, ordning: str, maks_ore: int) -> None:
    """The limit holds for all that the case ever got, less what later versions claim back, so that two batches cannot pass it together:
    money that is moved from one payee to another counts once."""
    v, krav = vedtak.alias("v"), tilbakekreving.c
    tilbake = sa.select(sa.func.sum(krav.belop_ore)).join_from(tilbakekreving, v, v.c.vedtak_id == krav.vedtak_id)
    tilbake = tilbake.where(v.c.sak_id == soknad.c.sak_id).correlate(soknad).scalar_subquery()
    sum_ore = sa.func.sum(linje.c.belop_ore) - sa.func.coalesce(tilbake, 0)
    noen_ledig = sa.func.sum(sa.case((er_ledig(ordning), 1), else_=0)) > 0
    over = conn.execute(
        sa.select(soknad.c.sak_id, sum_ore).select_from(FRA).where(soknad.c.ordning == ordning)
        .group_by(soknad.c.sak_id).having((sum_ore > maks_ore) & noen_ledig).order_by(soknad.c.sak_id)
    ).all()  # fmt: skip
    if over:
        raise Ordningsfeil(
            f"{len(over)} saker skal ha mer enn grensen på {kroner(maks_ore)} kr per sak; "
            f"den største er på {kroner(max(int(s) for _, s in over))} kr.",
            ", ".join(sak_id for sak_id, _ in over[:5]),
            "Kontroller vedtakene i sakene. Er de riktige, må maks_per_sak i ordning.toml heves.", kode=5,
        )  # fmt: skip


def _prov_vedtakssummer(conn: Connection, ordning: str) -> None:
    """Finds a line that was added to a vedtak after it was made."""
    sum_ore = sa.func.coalesce(sa.func.sum(linje.c.belop_ore), 0)
    ulike = conn.execute(
        sa.select(sa.func.max(vedtak.c.vedtak_id))
        .select_from(soknad.join(vedtak, vedtak.c.sak_id == soknad.c.sak_id)
                     .outerjoin(linje, linje.c.vedtak_id == vedtak.c.vedtak_id))
        .where(soknad.c.ordning == ordning).group_by(soknad.c.sak_id, vedtak.c.versjon)  # as the indexes have them
        .having(sum_ore != sa.func.max(vedtak.c.belop_ore)).order_by(soknad.c.sak_id, vedtak.c.versjon)
    ).scalars().all()  # fmt: skip
    if ulike:
        raise Ordningsfeil(f"I {len(ulike)} vedtak er summen av linjene ikke beløpet i vedtaket.", ", ".join(ulike[:5]),
                           "Stans utbetalingen og meld feilen.")  # fmt: skip


def _stem(hva: str, sql: tuple[int, int], python: tuple[int, int]) -> None:
    if sql != python:
        raise Ordningsfeil(
            f"To uavhengige summeringer gir ulikt svar for {hva}: {sql[0]} linjer og {kroner(sql[1])} kr mot "
            f"{python[0]} linjer og {kroner(python[1])} kr.",
            gjor_dette="Stans utbetalingen og meld feilen.",
        )
