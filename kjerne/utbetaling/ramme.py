"""Limits that many batches share: money a day, and the appropriation. Reserved in the transaction that disposes (I23)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import bunt_hendelse, reservasjon
from kjerne.utbetaling.bunt import Bunt, kroner
from kjerne.utbetaling.tilstand import OVER


@dataclass(frozen=True)
class Ramme:
    """`nokkel` is what the limit is for: all batches with the same one share it."""

    ramme: str  # dag or bevilgning
    nokkel: str
    grense_ore: int
    navn: str


def brukt(conn: Connection, nokkel: str) -> int:
    """Øre that batches have reserved, without those that came to nothing."""
    r = reservasjon.c
    over = sa.exists().where(bunt_hendelse.c.bunt_id == r.bunt_id, bunt_hendelse.c.tilstand.in_(OVER))
    return int(conn.scalar(sa.select(sa.func.coalesce(sa.func.sum(r.belop_ore), 0)).where(r.nokkel == nokkel, ~over)))


def reserver(conn: Connection, denne: Bunt, rammer: list[Ramme]) -> None:
    """Takes the sum of the batch from each limit. Raises Ordningsfeil (kode 5) when one is used up; nothing may then be committed."""
    for r in sorted(rammer, key=lambda r: r.nokkel):
        laas(conn, f"ramme:{r.nokkel}")
        igjen = r.grense_ore - brukt(conn, r.nokkel)
        if denne.sum_ore > igjen:
            ramme = f"Av {r.navn} på {kroner(r.grense_ore)} kr er det {kroner(max(igjen, 0))} kr igjen."
            raise Ordningsfeil(
                f"Bunten er på {kroner(denne.sum_ore)} kr. {ramme}", f"bunt {denne.bunt_id}",
                "Vent til neste dag, del bunten, eller få rammen hevet av den som eier den.",
                "Bunten er ikke disponert, og ingen penger er sendt.", kode=5,
            )  # fmt: skip
        conn.execute(reservasjon.insert().values(
            bunt_id=denne.bunt_id, ramme=r.ramme, nokkel=r.nokkel, belop_ore=denne.sum_ore, grense_ore=r.grense_ore))  # fmt: skip
    feilpunkt("ramme.etter_reservasjon")
