"""A file of oppdrag read back as money: what each message changes, held against what the receiver had before it.

The arithmetic is that of the receiver's timeline, from the bytes of the file; it shares nothing with the plan but the rules of a chain.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import Connection

from kjerne.utbetaling.avstemming import Filpost
from kjerne.utbetaling.format.formater import velg_format
from kjerne.utbetaling.format.oppdrag import Oppdrag
from kjerne.utbetaling.oppdrag.kjeder import Kjedestand, i_deler, les_kjeder, sum_av
from kjerne.utbetaling.oppdrag.meldinger import mottakere
from kjerne.utbetaling.oppdrag.plan import buntens_kjeder

OPPDRAG = velg_format("oppdrag")
_OM_GANGEN = 450


def tid_i(sti: Path) -> dt.datetime:
    """The key of a file, as a time. Raises Ordningsfeil when it is no file of oppdrag."""
    with sti.open("rb") as fil:
        return OPPDRAG.les(fil)[0].tid


def les_netto(conn: Connection, fil_id: str, sti: Path) -> Iterator[tuple[str, str, int, str]]:
    """(fagsystem_id, sak_id, øre that it changes, empty or what is wrong with the payee) of each message of the file.

    Raises Ordningsfeil when the file does not agree with itself."""
    OPPDRAG.kontroller(sti)
    with sti.open("rb") as fil:
        for del_ in i_deler(OPPDRAG.les(fil)[1], _OM_GANGEN):
            saker = [m.fagsystem_id for m in del_]
            foer, ventet = les_kjeder(conn, saker, fil_id), mottakere(conn, fil_id, saker)
            for m in del_:
                sak_id, mottaker = ventet.get(m.fagsystem_id, ("", ""))
                galt = "" if {en.mottaker_id for en in m.linjer} == {mottaker} else "mottaker"
                yield m.fagsystem_id, sak_id, _endrer(foer[m.fagsystem_id], m), galt


def _endrer(foer: Kjedestand, m: Oppdrag) -> int:
    return sum_av([*foer.sendt, *m.linjer]) - foer.sum_ore


def buntens_poster(conn: Connection, bunt_id: str, sti: Path) -> Iterator[Filpost]:
    """The file of a batch as payments of its lines. What a message changes beyond its lines stands on the first of them."""
    for del_ in i_deler(les_netto(conn, bunt_id, sti), _OM_GANGEN):
        kjeder = {n.fagsystem_id: x for n, x in buntens_kjeder(conn, bunt_id, sorted({sak for _, sak, *_ in del_})).items()}
        for sak, _, ore, galt in del_:
            linjer = kjeder.get(sak)
            if not linjer:
                yield Filpost(sak, "", ore)
                continue
            rest = ore - sum(x.belop_ore for x in linjer)
            for nr, x in enumerate(linjer):
                yield Filpost(x.ende_til_ende_id, "" if galt else x.konto, x.belop_ore + (0 if nr else rest))
