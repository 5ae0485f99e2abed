"""The ledger: double entry in whole øre, per scheme and person. A voucher adds up to zero, is written once and never changed.

konto      grows (+) when …                                        shrinks (−) when …
stonad     a batch is disposed: what the scheme costs              a batch is taken back, or too much is claimed back
mottaker   the money is handed over                                somebody is owed: disposed, refused by the bank, returned
underveis  the bank has answered                                   the file is handed over
bank       money comes in                                          a payment is settled
fordring   a claim is decided                                      it is paid, or given up
Amounts in øre, debit positive. What was refused or returned is still owed; when it is paid anew, the old debt is closed and a new one
opened, and the cost is not booked twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.bulk import sett_inn
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.tabeller import bilag, bunt_linje, linjestand, postering
from kjerne.utbetaling.bunt import Bunt
from kjerne.utbetaling.buntlinje import Buntlinje, buntlinjer

STONAD, MOTTAKER, UNDERVEIS, BANK, FORDRING = "stonad", "mottaker", "underveis", "bank", "fordring"


class Postering(NamedTuple):
    """One entry. `gjelder` is the line, batch or claim that it is about."""

    konto: str
    klasse: str
    person_id: str | None
    orgnr: str | None
    gjelder: str
    belop_ore: int


def for_(
    conn: Connection, art: str, objekt: str, ordning: str, dato: dt.date, naa: dt.datetime, posteringer: Iterable[Postering]
) -> bool:  # fmt: skip
    """Writes the voucher `art:objekt`. False when it was written before, or has nothing in it. The database refuses one that does not
    add up to zero."""
    bilag_id = f"{art}:{objekt}"
    if conn.scalar(sa.select(bilag.c.bilag_id).where(bilag.c.bilag_id == bilag_id)):
        return False
    rader = [p for p in posteringer if p.belop_ore]
    if not rader:
        return False
    kolonner = dict(zip(Postering._fields, map(list, zip(*rader, strict=True)), strict=True))
    sett_inn(conn, postering, {"bilag_id": [bilag_id] * len(rader), "nr": list(range(1, len(rader) + 1))} | kolonner, som_gitt=True)
    feilpunkt("hovedbok.etter_posteringer")
    conn.execute(bilag.insert().values(
        bilag_id=bilag_id, ordning=ordning, art=art, objekt=objekt, antall=len(rader), dato=dato, tid=naa))  # fmt: skip
    return True


def disponert(conn: Connection, denne: Bunt, naa: dt.datetime) -> None:
    """What the scheme now costs, and whom it is owed."""
    skyldig = _skyldig_fra_for(conn, denne.bunt_id)

    def alle() -> Iterator[Postering]:
        kostnad: Counter[str] = Counter()
        for en in buntlinjer(conn, denne.bunt_id):
            yield _for_linje(en, -en.belop_ore)
            if en.linje_id in skyldig:
                yield _for_linje(en, en.belop_ore)
            else:
                kostnad[en.klasse] += en.belop_ore
        yield from _per_klasse(STONAD, kostnad, denne.bunt_id)

    for_(conn, "disponert", denne.bunt_id, denne.ordning, denne.betalingsdato, naa, alle())


def trukket(conn: Connection, denne: Bunt, naa: dt.datetime) -> None:
    """The opposite of `disponert`, when that was written; what was owed before the batch is owed still."""
    if denne.hendelse("disponer") is None:
        return
    skyldig = _skyldig_fra_for(conn, denne.bunt_id)

    def alle() -> Iterator[Postering]:
        kostnad: Counter[str] = Counter()
        for en in buntlinjer(conn, denne.bunt_id):
            if en.linje_id not in skyldig:
                yield _for_linje(en, en.belop_ore)
                kostnad[en.klasse] -= en.belop_ore
        yield from _per_klasse(STONAD, kostnad, denne.bunt_id)

    for_(conn, "trukket", denne.bunt_id, denne.ordning, denne.betalingsdato, naa, alle())


def sendt(conn: Connection, denne: Bunt, naa: dt.datetime) -> None:
    """The file has been handed over."""

    def alle() -> Iterator[Postering]:
        ute: Counter[str] = Counter()
        for en in buntlinjer(conn, denne.bunt_id):
            yield _for_linje(en, en.belop_ore)
            ute[en.klasse] -= en.belop_ore
        yield from _per_klasse(UNDERVEIS, ute, denne.bunt_id)

    for_(conn, "sendt", denne.bunt_id, denne.ordning, denne.betalingsdato, naa, alle())


def besvart(conn: Connection, art: str, nokkel: str, denne: Bunt, linjer: Sequence[Buntlinje], dato: dt.date, naa: dt.datetime) -> None:
    """The bank has answered for these lines of the batch: `oppgjort` (paid), `avvist` (owed again) or `retur` (came back, owed again).
    `nokkel` tells this answer from others about the batch."""

    def alle() -> Iterator[Postering]:
        sum_: Counter[str] = Counter()
        for en in linjer:
            sum_[en.klasse] += en.belop_ore
            if art != "oppgjort":
                yield _for_linje(en, -en.belop_ore)
        yield from _per_klasse(BANK if art == "retur" else UNDERVEIS, sum_, denne.bunt_id)
        if art == "oppgjort":
            yield from _per_klasse(BANK, Counter({k: -v for k, v in sum_.items()}), denne.bunt_id)

    for_(conn, art, f"{denne.bunt_id}:{nokkel}", denne.ordning, dato, naa, alle())


def saldo(conn: Connection, ordning: str) -> dict[str, int]:
    """The balance of each account of the scheme, in øre. They add up to zero."""
    p = postering.c
    sporring = sa.select(p.konto, sa.func.sum(p.belop_ore)).join_from(postering, bilag, bilag.c.bilag_id == p.bilag_id)
    return {k: int(v) for k, v in conn.execute(sporring.where(bilag.c.ordning == ordning).group_by(p.konto))}


def skyldig(conn: Connection, ordning: str) -> dict[str, int]:
    """linje_id → øre that somebody is owed of it now (positive), for the lines where that is not nothing."""
    p = postering.c
    sporring = (
        sa.select(p.gjelder, -sa.func.sum(p.belop_ore)).join_from(postering, bilag, bilag.c.bilag_id == p.bilag_id)
        .where(bilag.c.ordning == ordning, p.konto == MOTTAKER).group_by(p.gjelder).having(sa.func.sum(p.belop_ore) != 0)
    )  # fmt: skip
    return {k: int(v) for k, v in conn.execute(sporring)}


def _skyldig_fra_for(conn: Connection, bunt_id: str) -> set[str]:
    """The lines of the batch that are tried again after the bank refused or returned them: the debt is in the ledger."""
    forrige, stand = bunt_linje.alias("forrige"), linjestand.alias("stand")
    nyere = linjestand.alias("nyere")
    sporring = (
        sa.select(bunt_linje.c.linje_id)
        .join(forrige, (forrige.c.linje_id == bunt_linje.c.linje_id) & (forrige.c.forsok < bunt_linje.c.forsok))
        .join(stand, stand.c.ende_til_ende_id == forrige.c.ende_til_ende_id)
        .where(bunt_linje.c.bunt_id == bunt_id, bunt_linje.c.forsok > 1, stand.c.stand.in_(("avvist", "retur")),
               ~sa.exists().where(nyere.c.ende_til_ende_id == stand.c.ende_til_ende_id, nyere.c.nr > stand.c.nr))
    )  # fmt: skip
    return set(conn.scalars(sporring))


def _for_linje(en: Buntlinje, ore: int) -> Postering:
    return Postering(MOTTAKER, en.klasse, en.person_id, en.orgnr, en.linje_id, ore)


def _per_klasse(konto: str, sum_: Counter[str], gjelder: str) -> Iterator[Postering]:
    for klasse, ore in sorted(sum_.items()):
        yield Postering(konto, klasse, None, None, gjelder, ore)
