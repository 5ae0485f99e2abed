"""One batch as people see it before they put their name to it: its sums counted anew, and how its payments ended."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import bunt_linje, linje, linjestand
from kjerne.utbetaling.bunt import Bunt, prov_innhold, vis_bunt

STANDNAVN = {"oppgjort": "gjort opp", "avvist": "avvist", "retur": "i retur", "motstrid": "både godtatt og avvist"}
UBESVART = "uten svar"


@dataclass(frozen=True)
class Buntbilde:
    """`klasser`: (class, number, øre) of the lines as they are now; `feil`: why they are not what the batch was made of.
    `stand`: (how it ended, number, øre) of what the bank has answered, when the file is sent."""

    bunt: Bunt
    klasser: tuple[tuple[str, int, int], ...]
    feil: str
    stand: tuple[tuple[str, int, int], ...]


def buntbilde(rom: Arbeidsrom, bunt_id: str) -> Buntbilde:
    """Raises Ordningsfeil (kode 2) when there is no such batch."""
    with lesende(rom.motor) as conn:
        denne = vis_bunt(conn, bunt_id)
        try:
            klasser, feil = tuple((n, s.antall, s.sum_ore) for n, s in prov_innhold(conn, denne).items()), ""
        except Ordningsfeil as avvik:
            klasser, feil = (), f"{avvik.hva} {avvik.gjor_dette}"
        return Buntbilde(denne, klasser, feil, _stand(conn, bunt_id) if denne.er_ute else ())


def _stand(conn: Connection, bunt_id: str) -> tuple[tuple[str, int, int], ...]:
    s, b = linjestand.c, bunt_linje.c
    siste = sa.select(s.stand).where(s.ende_til_ende_id == b.ende_til_ende_id).order_by(s.nr.desc()).limit(1).scalar_subquery()
    per = sa.select(siste.label("stand"), linje.c.belop_ore).join_from(bunt_linje, linje).where(b.bunt_id == bunt_id).subquery()
    sporring = sa.select(per.c.stand, sa.func.count(), sa.func.sum(per.c.belop_ore)).group_by(per.c.stand)
    svar = {stand: (int(n), int(ore)) for stand, n, ore in conn.execute(sporring)}
    return tuple((STANDNAVN.get(n, UBESVART), *svar[n]) for n in (*STANDNAVN, None) if n in svar)
