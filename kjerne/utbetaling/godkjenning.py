"""Attestation and disposal: two humans, neither of them the one who made the batch, approve exactly the content that they saw.

Bestemmelser om økonomistyring 2.5.2.1 and 3.7.3.2: both before the money is in a payment order. Each names the hash, number and sum
that was shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from kjerne.kontrakt.fritekst import fritekst
from kjerne.utbetaling import hovedbok
from kjerne.utbetaling.bunt import Bunt, kroner, prov_innhold
from kjerne.utbetaling.hendelse import laas_bunt, nei, ny_hendelse, prov_hendelse
from kjerne.utbetaling.ramme import Ramme, reserver
from kjerne.utbetaling.tilstand import NESTE, OVERGANGER

IKKE_GJORT = "Bunten er som før."


@dataclass(frozen=True)
class Sett:
    """What the approver saw, and answers for."""

    innhold_sha256: str
    antall: int
    sum_ore: int

    @classmethod
    def av_bunt(cls, denne: Bunt, antall: int | None = None) -> Sett:
        return cls(denne.innhold_sha256, denne.antall if antall is None else antall, denne.sum_ore)


def attester(conn: Connection, bunt_id: str, av: str, sett: Sett, naa: dt.datetime) -> Bunt:
    """Attests the batch. Again by the same human: no change. Raises Ordningsfeil, kode 4."""
    denne = laas_bunt(conn, bunt_id)
    if _gjort(conn, denne, "attester", av, sett):
        return denne
    prov_innhold(conn, denne)
    return ny_hendelse(conn, denne, "attester", av, naa)


def disponer(conn: Connection, bunt_id: str, av: str, sett: Sett, rammer: Sequence[Ramme], naa: dt.datetime) -> Bunt:
    """Disposes the batch: reserves its money in the limits, and writes it in the ledger, in one transaction. Again by the same human:
    no change. Raises Ordningsfeil: kode 4, or 5 when a limit is used up."""
    denne = laas_bunt(conn, bunt_id)
    if _gjort(conn, denne, "disponer", av, sett):
        return denne
    prov_hendelse(conn, denne, "disponer", av)  # before anything is reserved, for the sake of the words
    prov_innhold(conn, denne)
    reserver(conn, denne, list(rammer))
    hovedbok.disponert(conn, denne, naa)
    return ny_hendelse(conn, denne, "disponer", av, naa)


def avbryt(conn: Connection, bunt_id: str, handling: str, av: str, grunn: str, naa: dt.datetime) -> Bunt:
    """Takes a batch out before it is sent: `avvis` (an approver says no), `trekk` (taken back) or `stans`. The lines are free after the
    first two. Again: no change. Raises Ordningsfeil, kode 4."""
    denne = laas_bunt(conn, bunt_id)
    if denne.tilstand == OVERGANGER[handling][1]:
        return denne
    prov_hendelse(conn, denne, handling, av, grunn)
    grunn = fritekst(grunn, 1, f"bunt {bunt_id}", "Skriv hvorfor.", IKKE_GJORT)
    if handling == "trekk":
        hovedbok.trukket(conn, denne, naa)
    return ny_hendelse(conn, denne, handling, av, naa, grunn=grunn)


def neste_handling(denne: Bunt) -> str | None:
    """What a human has to do to the batch now; None when it is not at a human's desk."""
    return NESTE.get(denne.tilstand)


def _gjort(conn: Connection, denne: Bunt, handling: str, av: str, sett: Sett) -> bool:
    """Whether this human has done it already. Raises Ordningsfeil for another content, and when another human has done it."""
    if (sett.innhold_sha256, sett.antall, sett.sum_ore) != (denne.innhold_sha256, denne.antall, denne.sum_ore):
        raise nei(
            f"Det du vil godkjenne ({sett.antall} linjer, {kroner(sett.sum_ore)} kr), er ikke innholdet i bunten "
            f"({denne.antall} linjer, {kroner(denne.sum_ore)} kr), eller kontrollsummen er en annen.",
            denne.bunt_id, "Vis bunten på nytt og kontroller den.",
        )  # fmt: skip
    gjort = denne.hendelse(handling)
    if gjort is None:
        return False
    if gjort.av.casefold() == av.strip().casefold():
        return True
    raise nei(f"Bunten er alt {gjort.tilstand} av {gjort.av}.", denne.bunt_id, "Du trenger ikke gjøre noe.")
