"""What every door does before it shows a case to somebody: whether she may, and then who, whom and why is written down (I19)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

from kjerne.kjoring.rom import Arbeidsrom
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import linje, vedtak
from kjerne.revisjon import logg_oppslag_alle
from kjerne.tilgang import krev

_MANGE = 500  # values in one question
IKKE_VIST = "Ingenting er vist."


def krev_innsyn(rom: Arbeidsrom, av: str, handling: str = "se_sak") -> None:
    """Raises Ordningsfeil (kode 4) when none of her roles may see it, (kode 2) when nobody is named. Ask it before the case is looked up,
    so that a refusal does not tell whether there is one."""
    with lesende(rom.motor) as conn:
        krev(conn, av, handling, alle_roller=rom.krev_syntetisk, ikke_gjort=IKKE_VIST)


def foer_visning(
    rom: Arbeidsrom, ordning: str, saker: Iterable[str], av: str, vist: str, formaal: str = "saksbehandling", handling: str = "se_sak"
) -> None:
    """One line in the log of lookups for each case; committed when it returns, and only then may anything be shown. Nothing for a list
    of nobody. Raises Ordningsfeil (kode 4) when she may not, (kode 2) when who or why is missing."""
    krev_innsyn(rom, av, handling)
    if saker := set(saker):
        with rom.motor.begin() as conn:
            logg_oppslag_alle(conn, ordning, saker, av, vist, formaal, rom.klokke.naa())


def saker_bak(rom: Arbeidsrom, linjer: Iterable[str]) -> dict[str, str]:
    """linje_id → the case that the line of money belongs to."""
    ider, ut = sorted(set(linjer)), {}
    with lesende(rom.motor) as conn:
        for fra in range(0, len(ider), _MANGE):
            sporring = sa.select(linje.c.linje_id, vedtak.c.sak_id).join(vedtak, linje.c.vedtak_id == vedtak.c.vedtak_id)
            ut |= dict(conn.execute(sporring.where(linje.c.linje_id.in_(ider[fra : fra + _MANGE]))).all())
    return ut


def skriv_privat(sti: Path, tekst: str) -> None:
    """Text about persons, in a file that only its owner may read."""
    sti.parent.mkdir(parents=True, exist_ok=True)
    sti.unlink(missing_ok=True)
    with os.fdopen(os.open(sti, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as fil:
        fil.write(tekst)
