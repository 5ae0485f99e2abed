"""What holds when several answers about the same line have come: the same whatever order they came in, and however often.

Answers are laid together as on a ladder: a higher one stands, a lower one changes nothing. Settled (ACSC) is above rejected
(RJCT), so that a late rejection never says that money which has left has not; only a new event, the return of the money
(RETUR, from the account statement), is above it. Both settled and rejected is `motstrid`: it stays, and a human decides.
"""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

from kjerne.utbetaling.kvittering.post import Kvittering

RETUR = "RETUR"  # ours: the statement says that the money came back
BANK = ("RCVD", "ACTC", "PDNG", "ACCP", "ACSP", "ACWC", "RJCT", "ACSC", RETUR)  # from low to high
DELVIS = "PART"  # only about a group: says nothing about any one line
OPPDRAG = ("12", "08", "00", "04")  # a technical fault may be sent again and become 00; a warning does not vanish

FINNES_FRA_FOR = "B110008F"  # 08, but only: we have it already. A safe duplicate, no refusal
_GODTATT = ("ACSC", RETUR, "00", "04")
_FAMILIE = {s: familie for familie in (BANK, OPPDRAG) for s in familie}


class Kvitteringsstand(NamedTuple):
    """What the answers so far say about a line."""

    status: str
    grunner: tuple[str, ...]  # all that were given with this status, sorted
    avvist: bool = False  # some answer refused the payment
    endret: bool = False  # some answer accepted it with a change (ACWC), such as another day

    @property
    def motstrid(self) -> bool:
        """Accepted (settled) and refused: they cannot both be true."""
        return self.avvist and self.status in _GODTATT


def slaa_sammen(gammel: Kvitteringsstand | None, ny: Kvittering | Kvitteringsstand) -> Kvitteringsstand:
    """The state after one answer more. Pure; order and repetition make no difference.

    Raises ValueError for a status that belongs to no line (PART), or to another kind of receiver than the one before.
    """
    nytt = ny if isinstance(ny, Kvitteringsstand) else stand_av(ny)
    if gammel is None:
        return nytt
    stige = _stige(nytt.status)
    if gammel.status not in stige:
        raise ValueError("kvitteringene kommer fra to slags mottakere")
    lav, hoy = sorted((gammel, nytt), key=lambda s: stige.index(s.status))
    like = lav.status == hoy.status
    return Kvitteringsstand(
        status=hoy.status,
        grunner=tuple(sorted({*lav.grunner, *hoy.grunner})) if like else hoy.grunner,
        avvist=lav.avvist or hoy.avvist,
        endret=lav.endret or hoy.endret,
    )


def slaa_sammen_alle(kvitteringer: list[Kvittering]) -> Kvitteringsstand | None:
    return reduce(slaa_sammen, kvitteringer, None)


def stand_av(ny: Kvittering) -> Kvitteringsstand:
    _stige(ny.status)
    return Kvitteringsstand(ny.status, tuple(sorted(ny.grunn.split())), avvist=_avviser(ny), endret=ny.status == "ACWC")


def _stige(status: str) -> tuple[str, ...]:
    if status not in _FAMILIE:
        raise ValueError("statusen gjelder ikke én linje")
    return _FAMILIE[status]


def _avviser(ny: Kvittering) -> bool:
    """A refusal that says something about the payment itself: not a fault on the way, not that we have it already."""
    return ny.status == "RJCT" or (ny.status == "08" and ny.grunn != FINNES_FRA_FOR)
