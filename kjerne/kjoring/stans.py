"""Why a run stopped, in the words that the person at the terminal got; and whether somebody still works with one that never ended."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil, uten_nummer
from kjerne.kontrakt.fritekst import paa_en_linje
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.tabeller import kjoring_stans

_S = kjoring_stans.c
_MANGE = 20  # faults of one reading that are kept; all of them were shown when it stopped
_LENGDE = 500  # signs of one sentence


def skriv_stans(conn: Connection, kjoring_id: str, feil: Ordningsfeil, naa: dt.datetime) -> None:
    """In the caller's transaction, which holds the lock of the run."""
    alle = (feil, *getattr(feil, "feil", ())[:_MANGE])
    ord_ = [{n: paa_en_linje(uten_nummer(v), _LENGDE) for n, v in f.som_dict().items()} for f in alle]
    nr = conn.scalar(sa.select(sa.func.count()).where(_S.kjoring_id == kjoring_id)) + 1
    conn.execute(kjoring_stans.insert().values(kjoring_id=kjoring_id, nr=nr, feil=json_tekst(ord_), tid=naa))


def siste_stans(conn: Connection, kjoring_id: str) -> list[dict[str, str]]:
    """Why it stopped the last time: hva, hvor, ikke_gjort and gjor_dette, and then each fault when there were several. [] when no
    reason has been written."""
    tekst = conn.scalar(sa.select(_S.feil).where(_S.kjoring_id == kjoring_id).order_by(_S.nr.desc()).limit(1))
    return json.loads(tekst) if tekst else []


def _merke(data: Path, kjoring_id: str) -> Path:
    return data / f".kjorer-{kjoring_id}"


@contextlib.contextmanager
def i_arbeid(data: Path, kjoring_id: str) -> Iterator[None]:
    """While this process works with the run. The lock is gone when the process is, however it ends. The file is left by who is killed, or
    meets what nobody foresaw, so that such a run can be told from one that nobody knows about. Several may work with the same run."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    sti = _merke(data, kjoring_id)
    with sti.open("a+") as fil:  # a lock over the network asks for a file that may be read and written
        with contextlib.suppress(OSError):  # it only tells others; no run is stopped for want of it
            fcntl.flock(fil, fcntl.LOCK_SH)
        try:
            yield
        except Ordningsfeil:
            sti.unlink(missing_ok=True)
            raise
        sti.unlink(missing_ok=True)


def arbeider_noen(data: Path, kjoring_id: str) -> bool | None:
    """Whether a process works with the run; None when that cannot be known from here."""
    with contextlib.suppress(OSError), _merke(data, kjoring_id).open("r+") as fil:
        for forsok in range(3):  # another who only looks holds it for a moment
            time.sleep(0.01 * forsok)
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(fil, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return False
        return True
    return None
