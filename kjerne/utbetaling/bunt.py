"""Batches as they stand: what each holds, where it is, who did what to it, and proof that its content is what was approved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.tabeller import bunt, bunt_hendelse
from kjerne.utbetaling.buntlinje import Summering, linjedeler
from kjerne.utbetaling.tilstand import BEGYNNELSE, UTE


@dataclass(frozen=True)
class Bunthendelse:
    """Something that somebody did to a batch. `person` is the human behind the account `av`."""

    nr: int
    handling: str
    tilstand: str
    av: str
    person: str
    tid: dt.datetime
    fil_sha256: str | None = None
    grunn: str | None = None


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
    hendelser: tuple[Bunthendelse, ...] = field(default=(), compare=False)

    @property
    def tilstand(self) -> str:
        return self.hendelser[-1].tilstand if self.hendelser else BEGYNNELSE

    @property
    def er_ute(self) -> bool:
        """The file has been handed over."""
        return self.tilstand in UTE

    def hendelse(self, handling: str) -> Bunthendelse | None:
        return next((h for h in self.hendelser if h.handling == handling), None)

    def av(self, handling: str) -> str | None:
        """Who did it; None when nobody has."""
        return h.av if (h := self.hendelse(handling)) else None

    @property
    def fil_sha256(self) -> str | None:
        return h.fil_sha256 if (h := self.hendelse("send")) else None


_KOLONNER = [bunt.c[n] for n in Bunt.__dataclass_fields__ if n != "hendelser"]


def tilgjengelige_bunter(
    conn: Connection, ordning: str | None = None, kjoring_id: str | None = None, bunter: Sequence[str] | None = None
) -> list[Bunt]:
    """The batches (of a scheme, a run, or with these ids), the oldest first, with all that has happened to them."""
    sporring = sa.select(*_KOLONNER)
    if ordning is not None:
        sporring = sporring.where(bunt.c.ordning == ordning)
    if kjoring_id is not None:
        sporring = sporring.where(bunt.c.kjoring_id == kjoring_id)
    if bunter is not None:
        sporring = sporring.where(bunt.c.bunt_id.in_(bunter))
    rader = conn.execute(sporring.order_by(bunt.c.laget_tid, bunt.c.bunt_id)).all()
    h = bunt_hendelse.c
    hendelser: dict[str, list[Bunthendelse]] = {}
    for bunt_id, *resten in conn.execute(
        sa.select(h.bunt_id, *(h[n] for n in Bunthendelse.__dataclass_fields__))
        .where(h.bunt_id.in_([r.bunt_id for r in rader])).order_by(h.bunt_id, h.nr)
    ):  # fmt: skip
        hendelser.setdefault(bunt_id, []).append(Bunthendelse(*resten))
    return [Bunt(*rad, tuple(hendelser.get(rad.bunt_id, ()))) for rad in rader]


def vis_bunt(conn: Connection, bunt_id: str) -> Bunt:
    """One batch. Raises Ordningsfeil (kode 2) when there is none with this id."""
    for en in tilgjengelige_bunter(conn, bunter=[bunt_id]):
        return en
    raise Ordningsfeil("Bunten finnes ikke.", f"bunt {bunt_id[:60]}", "Se hvilke bunter som finnes.", kode=2)


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


def kroner(ore: int) -> str:
    """1234567 → «12 345,67»."""
    return f"{ore // 100:,}".replace(",", " ") + f",{ore % 100:02d}"
