"""Batches: which lines of money go together, how many they are, what they add up to, and the hash that is approved.

A line can be in one batch, ever (primary key of bunt_linje). Ids are computed, so the same lines make the same batch.
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
from kjerne.lager.tabeller import bunt, bunt_hendelse, bunt_linje, linje, soknad, vedtak
from kjerne.utbetaling.buntlinje import LINJEKOLONNER, Buntlinje, Summering, i_deler, linjedeler


@dataclass(frozen=True)
class Grenser:
    """The scheme's limits, in øre."""

    maks_per_sak_ore: int
    maks_per_bunt_ore: int


@dataclass(frozen=True)
class Bunt:
    """One batch. `laget_tid` and the rest are as first stored, so a file made from them is the same each time."""

    bunt_id: str  # 32 hex digits: fits MsgId of pain.001
    ordning: str
    antall: int
    sum_ore: int
    innhold_sha256: str
    laget_av: str
    kjoring_id: str
    betalingsdato: dt.date
    laget_tid: dt.datetime
    godkjent_av: str | None = None
    godkjent_tid: dt.datetime | None = None
    sendt_tid: dt.datetime | None = None
    fil_sha256: str | None = None

    @property
    def tilstand(self) -> str:
        return "sendt" if self.sendt_tid else "godkjent" if self.godkjent_tid else "laget"


@dataclass(frozen=True)
class Buntsum:
    """What one call of `lag_bunt` made. Several batches when the limit per batch asked for it."""

    antall: int
    sum_ore: int
    bunter: tuple[Bunt, ...]


def lag_bunt(
    conn: Connection, ordning: str, kjoring_id: str, laget_av: str, betalingsdato: dt.date, grenser: Grenser,
    naa: dt.datetime,
) -> Buntsum | None:  # fmt: skip
    """Puts every line of the scheme that is in no batch into one, or into several when the limit per batch is reached.

    None when there is nothing to pay. In the caller's transaction. Raises Ordningsfeil (kode 5) when a case or a single
    line is over its limit, (kode 1) when the sums do not agree; nothing may then be committed.
    """
    if not laget_av.strip():
        raise Ordningsfeil("Det er ikke oppgitt hvem som lager bunten.", kode=2)
    laas(conn, f"vedtak:{ordning}")  # no vedtak is made while the lines are counted
    laas(conn, f"bunt:{ordning}")
    _prov_vedtakssummer(conn, ordning)
    _prov_sakgrense(conn, ordning, grenser.maks_per_sak_ore)
    feilpunkt("bunt.etter_utvalg")
    felles = {"ordning": ordning, "laget_av": laget_av, "kjoring_id": kjoring_id, "betalingsdato": betalingsdato,
              "laget_tid": naa}  # fmt: skip
    deler = _del_opp(_ledige_linjer(conn, ordning), grenser.maks_per_bunt_ore)
    laget = [(_ny_bunt(felles, *summen.fasit), linje_ider) for summen, linje_ider in deler]
    if not laget:
        return None
    antall, sum_ore = sum(ny.antall for ny, _ in laget), sum(ny.sum_ore for ny, _ in laget)
    _stem("alle linjer", _sql_sum(conn, _FRA, _ledige(ordning)), (antall, sum_ore))
    feilpunkt("bunt.etter_sum")
    for ny, linje_ider in laget:
        _lagre(conn, ny, linje_ider)
        feilpunkt("bunt.etter_bunt")
    return Buntsum(antall, sum_ore, tuple(ny for ny, _ in laget))


def _ny_bunt(felles: dict, antall: int, sum_ore: int, innhold_sha256: str) -> Bunt:
    bunt_id = sha256(json_tekst(["bunt", felles["ordning"], innhold_sha256]))[:32]
    return Bunt(bunt_id=bunt_id, antall=antall, sum_ore=sum_ore, innhold_sha256=innhold_sha256, **felles)


def _lagre(conn: Connection, ny: Bunt, linje_ider: list[str]) -> None:
    conn.execute(bunt.insert().values({k.name: getattr(ny, k.name) for k in bunt.c}))
    inn = sett_inn(conn, bunt_linje, {
        "linje_id": linje_ider, "bunt_id": ny.bunt_id,
        "ende_til_ende_id": [ider.ende_til_ende_id(i) for i in linje_ider],
    })  # fmt: skip
    _stem(f"bunt {ny.bunt_id}", (inn, ny.sum_ore), (ny.antall, ny.sum_ore))
    i_bunten = _sql_sum(conn, bunt_linje.join(linje), bunt_linje.c.bunt_id == ny.bunt_id)
    _stem(f"bunt {ny.bunt_id}", i_bunten, (ny.antall, ny.sum_ore))


def _ledige(ordning: str) -> sa.ColumnElement[bool]:
    return (soknad.c.ordning == ordning) & bunt_linje.c.bunt_id.is_(None)


_FRA = (
    linje.join(vedtak, vedtak.c.vedtak_id == linje.c.vedtak_id).join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
    .outerjoin(bunt_linje, bunt_linje.c.linje_id == linje.c.linje_id)
)  # fmt: skip


def _ledige_linjer(conn: Connection, ordning: str) -> Iterator[Buntlinje]:
    sporring = sa.select(*LINJEKOLONNER).select_from(_FRA).where(_ledige(ordning)).order_by(linje.c.linje_id)
    return chain.from_iterable(i_deler(conn, sporring))


def _sql_sum(conn: Connection, fra: sa.FromClause, utvalg: sa.ColumnElement[bool]) -> tuple[int, int]:
    antall, sum_ore = conn.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(linje.c.belop_ore), 0)).select_from(fra).where(utvalg)
    ).one()
    return int(antall), int(sum_ore)


def _del_opp(linjer: Iterator[Buntlinje], maks_ore: int) -> Iterator[tuple[Summering, list[str]]]:
    """Fills one batch after the other in key order; the same lines and limit always give the same batches."""
    denne, linje_ider = Summering(), []
    for en in linjer:
        if en.belop_ore > maks_ore:
            raise Ordningsfeil(
                f"En linje er på {kroner(en.belop_ore)} kr, over grensen for en hel bunt på {kroner(maks_ore)} kr.",
                f"linje {en.linje_id}", "Kontroller vedtaket. Er det riktig, må grensen i ordning.toml heves.", kode=5,
            )  # fmt: skip
        if linje_ider and denne.sum_ore + en.belop_ore > maks_ore:
            yield denne, linje_ider
            denne, linje_ider = Summering(), []
        denne.ta_med(en)
        linje_ider.append(en.linje_id)
    if linje_ider:
        yield denne, linje_ider


def _prov_sakgrense(conn: Connection, ordning: str, maks_ore: int) -> None:
    """The limit holds for all that the case ever got, so that two batches cannot pass it together."""
    sum_ore = sa.func.sum(linje.c.belop_ore)
    noen_ledig = sa.func.count() > sa.func.count(bunt_linje.c.bunt_id)
    over = conn.execute(
        sa.select(soknad.c.sak_id, sum_ore).select_from(_FRA).where(soknad.c.ordning == ordning)
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


def kroner(ore: int) -> str:
    """1234567 → «12 345,67»."""
    return f"{ore // 100:,}".replace(",", " ") + f",{ore % 100:02d}"


def tilgjengelige_bunter(conn: Connection, ordning: str | None = None, kjoring_id: str | None = None) -> list[Bunt]:
    """All batches, the oldest first, with who approved and whether they are sent."""
    godkjent, sendt = bunt_hendelse.alias("godkjent"), bunt_hendelse.alias("sendt")
    sporring = sa.select(bunt, godkjent.c.av, godkjent.c.tid, sendt.c.tid, sendt.c.fil_sha256).select_from(
        bunt.outerjoin(godkjent, (godkjent.c.bunt_id == bunt.c.bunt_id) & (godkjent.c.hendelse == "godkjent"))
        .outerjoin(sendt, (sendt.c.bunt_id == bunt.c.bunt_id) & (sendt.c.hendelse == "sendt"))
    )  # fmt: skip
    if ordning is not None:
        sporring = sporring.where(bunt.c.ordning == ordning)
    if kjoring_id is not None:
        sporring = sporring.where(bunt.c.kjoring_id == kjoring_id)
    return [Bunt(*rad) for rad in conn.execute(sporring.order_by(bunt.c.laget_tid, bunt.c.bunt_id))]


def vis_bunt(conn: Connection, bunt_id: str) -> Bunt:
    """One batch. Raises Ordningsfeil (kode 2) when there is none with this id."""
    for en in tilgjengelige_bunter(conn):
        if en.bunt_id == bunt_id:
            return en
    raise Ordningsfeil("Bunten finnes ikke.", f"bunt {bunt_id}", "Se hvilke bunter som finnes.", kode=2)


def prov_innhold(conn: Connection, denne: Bunt) -> dict[str, Summering]:
    """Reads the rows once more and raises Ordningsfeil unless they are what the batch says: number, sum and hash.

    Returns number, sum and hash of each class of lines, in alphabetical order: parts of the content just proved.
    """
    summen, per_klasse = Summering(), {}
    for del_ in linjedeler(conn, denne.bunt_id):
        par = [(en, en.kanonisk()) for en in del_]
        summen.ta_med_alle(par)
        for klasse in {en.klasse for en in del_}:
            per_klasse.setdefault(klasse, Summering()).ta_med_alle([p for p in par if p[0].klasse == klasse])
    if summen.fasit != (denne.antall, denne.sum_ore, denne.innhold_sha256):
        raise Ordningsfeil("Linjene i bunten er ikke de som bunten ble laget av.", f"bunt {denne.bunt_id}",
                           "Stans utbetalingen og meld feilen. Bunten kan ikke godkjennes eller sendes.")  # fmt: skip
    return dict(sorted(per_klasse.items()))
