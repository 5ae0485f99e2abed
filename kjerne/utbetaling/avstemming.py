"""Batch, file, receipts and ledger held against each other, line by line. One øre of difference is found, and the line is named.

Each of the four is read by code of its own: the batch from the lines, the file from its own bytes, the receipts from what was booked
of answers, the ledger from its postings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.id import ende_til_ende_id
from kjerne.lager.tabeller import bilag, bunt_linje, linje, linjestand, postering, tilbakekreving, tilbakekreving_hendelse
from kjerne.utbetaling.bunt import Bunt, kroner
from kjerne.utbetaling.buntlinje import Summering, linjedeler
from kjerne.utbetaling.hovedbok import FORDRING, MOTTAKER, UNDERVEIS

VIST = 20  # differences that are named; all are counted


class Filpost(NamedTuple):
    """One payment as the file has it."""

    ende_til_ende_id: str
    konto: str
    belop_ore: int


@dataclass(frozen=True)
class Avvik:
    """Something that two of them do not agree on. `linje` is the id of the line or payment; empty for the whole batch."""

    hva: str
    bunt_id: str
    linje: str
    ventet_ore: int | None
    fant_ore: int | None

    @property
    def tekst(self) -> str:
        tall = (("ventet", self.ventet_ore), ("fant", self.fant_ore))
        belop = ", ".join(f"{navn} {kroner(ore)} kr" for navn, ore in tall if ore is not None)
        return f"{AVVIK[self.hva]}{f' ({belop})' if belop else ''}: {f'linje {self.linje}' if self.linje else f'bunt {self.bunt_id}'}"


AVVIK = {
    "innhold": "Linjene er ikke dem bunten ble laget av",
    "mangler_i_filen": "En betaling er ikke i filen",
    "bare_i_filen": "Filen har en betaling som ikke er i bunten",
    "dobbelt_i_filen": "Filen har samme betaling to ganger",
    "belop_i_filen": "Beløpet i filen er et annet",
    "konto_i_filen": "Kontoen i filen er en annen",
    "disponert": "Hovedboken har et annet beløp som disponert",
    "sendt": "Hovedboken har et annet beløp som sendt",
    "underveis": "Hovedboken har et annet beløp underveis enn kvitteringene sier",
    "bilag": "Et bilag går ikke opp",
    "krav": "Et krav er vedtatt med et annet beløp enn det som er ført",
    "filen_borte": "Filen som ble sendt, er borte eller endret",
    "grensesnitt": "Det Oppdragssystemet blir fortalt, er ikke det som ble sendt",
    "ukjent_fil": "En betalingsfil ligger klar uten å være sendt herfra",
}  # fmt: skip


def prov_bunt(conn: Connection, denne: Bunt, filen: Iterable[Filpost] | None = None) -> list[Avvik]:
    """Everything that does not agree about one batch. `filen`: its payments as read back, when there is a file."""
    summen, belop, konto, linje_for = Summering(), {}, {}, {}
    for del_ in linjedeler(conn, denne.bunt_id):
        for en in del_:
            summen.ta_med(en)
            ende = ende_til_ende_id(en.linje_id, en.forsok)
            belop[ende], konto[ende], linje_for[ende] = en.belop_ore, en.konto, en.linje_id
    ut: list[Avvik] = []
    if summen.fasit != (denne.antall, denne.sum_ore, denne.innhold_sha256):
        ut.append(Avvik("innhold", denne.bunt_id, "", denne.sum_ore, summen.sum_ore))
    if filen is not None:
        ut += sammenlign_fil(denne.bunt_id, belop, konto, filen)
    per_linje = {linje_for[ende]: ore for ende, ore in belop.items()}
    for art, fortegn in (("disponert", -1), ("sendt", 1)):
        if denne.hendelse({"disponert": "disponer", "sendt": "send"}[art]):
            ut += sammenlign_hovedbok(denne.bunt_id, art, per_linje, _fort(conn, f"{art}:{denne.bunt_id}", fortegn))
    if denne.er_ute:
        ut += _prov_underveis(conn, denne)
    return ut


def sammenlign_fil(bunt_id: str, belop: Mapping[str, int], konto: Mapping[str, str], filen: Iterable[Filpost]) -> Iterator[Avvik]:
    """The file against the batch. `belop` and `konto` by id of payment."""
    sett: set[str] = set()
    for post in filen:
        ende = post.ende_til_ende_id
        if ende not in belop:
            yield Avvik("bare_i_filen", bunt_id, ende, None, post.belop_ore)
        elif ende in sett:
            yield Avvik("dobbelt_i_filen", bunt_id, ende, belop[ende], post.belop_ore)
        elif post.belop_ore != belop[ende]:
            yield Avvik("belop_i_filen", bunt_id, ende, belop[ende], post.belop_ore)
        elif post.konto != konto[ende]:
            yield Avvik("konto_i_filen", bunt_id, ende, None, None)
        sett.add(ende)
    for ende in sorted(belop.keys() - sett):
        yield Avvik("mangler_i_filen", bunt_id, ende, belop[ende], None)


def sammenlign_hovedbok(bunt_id: str, art: str, belop: Mapping[str, int], fort: Mapping[str, int]) -> Iterator[Avvik]:
    """A voucher of the batch against its lines, both by linje_id."""
    for linje_id in sorted(belop.keys() | fort.keys()):
        if belop.get(linje_id) != fort.get(linje_id):
            yield Avvik(art, bunt_id, linje_id, belop.get(linje_id), fort.get(linje_id))


def _fort(conn: Connection, bilag_id: str, fortegn: int) -> dict[str, int]:
    """linje_id → øre that the voucher moves from or to the payees. What closes an old debt has the other sign."""
    p = postering.c
    sporring = sa.select(p.gjelder, p.belop_ore).where(p.bilag_id == bilag_id, p.konto == MOTTAKER, p.belop_ore * fortegn > 0)
    ut: Counter[str] = Counter()
    for gjelder, ore in conn.execute(sporring):
        ut[gjelder] += ore * fortegn
    return dict(ut)


def _prov_underveis(conn: Connection, denne: Bunt) -> list[Avvik]:
    """What is at the bank according to the ledger, and according to the answers."""
    p, s, b = postering.c, linjestand.c, bunt_linje.c
    fort = conn.scalar(sa.select(sa.func.coalesce(-sa.func.sum(p.belop_ore), 0)).where(p.konto == UNDERVEIS, p.gjelder == denne.bunt_id))
    flyttet = sa.exists().where(s.ende_til_ende_id == b.ende_til_ende_id, s.stand != "motstrid")
    ventet = conn.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(linje.c.belop_ore), 0)).join(bunt_linje, b.linje_id == linje.c.linje_id)
        .where(b.bunt_id == denne.bunt_id, ~flyttet)
    )  # fmt: skip
    return [] if int(fort) == int(ventet) else [Avvik("underveis", denne.bunt_id, "", int(ventet), int(fort))]


def prov_bilag(conn: Connection, ordning: str) -> list[Avvik]:
    """The vouchers of the scheme that do not add up to zero, or have another number of postings than when they were written."""
    p = postering.c
    sum_ = sa.func.coalesce(sa.func.sum(p.belop_ore), 0)
    sporring = (
        sa.select(bilag.c.bilag_id, sum_).outerjoin(postering, p.bilag_id == bilag.c.bilag_id).where(bilag.c.ordning == ordning)
        .group_by(bilag.c.bilag_id, bilag.c.antall).having((sum_ != 0) | (sa.func.count(p.nr) != bilag.c.antall))
    )  # fmt: skip
    return [Avvik("bilag", bilag_id, "", 0, int(ore)) for bilag_id, ore in conn.execute(sporring)]


def prov_krav(conn: Connection, ordning: str) -> list[Avvik]:
    """The claims of the scheme that are decided with another amount than the ledger has; `linje` is the claim."""
    p, h = postering.c, tilbakekreving_hendelse.c
    fort = sa.select(sa.func.sum(p.belop_ore)).where(p.bilag_id == "krav:" + h.krav_id, p.konto == FORDRING).scalar_subquery()
    sporring = (
        sa.select(h.krav_id, h.belop_ore, fort).join(tilbakekreving, tilbakekreving.c.krav_id == h.krav_id)
        .where(tilbakekreving.c.ordning == ordning, h.hendelse == "vedtatt", h.belop_ore != sa.func.coalesce(fort, 0))
    )  # fmt: skip
    return [Avvik("krav", "", krav_id, ventet, int(fant or 0)) for krav_id, ventet, fant in conn.execute(sporring)]
