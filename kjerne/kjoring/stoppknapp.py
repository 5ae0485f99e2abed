"""The stop button for the doors: who may, and what is written down."""

from __future__ import annotations

import sqlalchemy as sa

from kjerne.kjoring.rom import Arbeidsrom
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kjoring, soknad
from kjerne.regelmotor.oppdagelse import mapper
from kjerne.revisjon import logg
from kjerne.tilgang import krev
from kjerne.utbetaling import stopp
from kjerne.utbetaling.stopp import ALLE, Stoppet


def stoppet(rom: Arbeidsrom, ordning: str | None = None) -> list[Stoppet]:
    """The stops that hold for the scheme (None: all that hold)."""
    with lesende(rom.motor) as conn:
        return stopp.stoppet(conn, ordning)


def kjente_ordninger(rom: Arbeidsrom) -> list[str]:
    """The schemes that there are folders for, or runs of: a broken folder must not keep anybody from stopping its payments."""
    with lesende(rom.motor) as conn:
        return sorted({m.name for m in mapper()} | set(conn.scalars(sa.select(kjoring.c.ordning).distinct())))


def ordninger_i_bruk(rom: Arbeidsrom) -> list[str]:
    """Those that somebody has applied to."""
    with lesende(rom.motor) as conn:
        return [o for o in kjente_ordninger(rom) if conn.scalar(sa.select(soknad.c.sak_id).where(soknad.c.ordning == o).limit(1))]


def trykk(rom: Arbeidsrom, ordning: str, grunn: str, av: str) -> bool:
    """Stops the payments of the scheme ("": of all). When it returns, no more leaves. True when it was not stopped before."""
    return bool(_gjor(rom, "stopp", ordning, grunn, av))


def foresla_start(rom: Arbeidsrom, ordning: str, grunn: str, av: str) -> None:
    _gjor(rom, "foresla_start", ordning, grunn, av)


def bekreft_start(rom: Arbeidsrom, ordning: str, grunn: str, av: str) -> None:
    _gjor(rom, "start", ordning, grunn, av)


_HVORDAN = {"stopp": stopp.trykk_stopp, "foresla_start": stopp.foresla_start, "start": stopp.start}


def _gjor(rom: Arbeidsrom, handling: str, ordning: str, grunn: str, av: str) -> bool | None:
    omfang = ordning or ALLE
    with rom.motor.begin() as conn:
        krev(conn, av, handling, alle_roller=rom.krev_syntetisk)
        svar = _HVORDAN[handling](conn, omfang, grunn, av, rom.klokke.naa())
        if svar is not False:
            logg(conn, f"stopp.{handling}", f"omfang:{'alle' if omfang == ALLE else omfang}", av, {}, rom.klokke.naa())
    rom.foranker()
    return svar
