"""The head of the chain, written where the database cannot reach: whoever changes all of the log must change this as well.

One line for each head, appended and on disk before anybody is told. A line that a killed process left half-written is
removed by the next.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.fil import fsync_mappe
from kjerne.lager.kanonisk import json_tekst

FILNAVN = "anker.jsonl"
_UTSKREVET = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})", re.ASCII)


@dataclass
class Ankere:
    """number → the hashes that were written for it. `uleselige`: lines that are no anchor. `finnes`: whether there is a file."""

    hasher: dict[int, list[str]] = field(default_factory=dict)
    uleselige: list[int] = field(default_factory=list)
    finnes: bool = False

    def legg_til(self, nr: int, sha: str) -> None:
        alle = self.hasher.setdefault(nr, [])
        if sha not in alle:
            alle.append(sha)


def skriv(mappe: Path, nr: int, sha: str, naa: dt.datetime) -> None:
    """Appends the head, unless it is what the file ends with. Mode 0600."""
    mappe.mkdir(parents=True, exist_ok=True, mode=0o700)
    nr_ = os.open(mappe / FILNAVN, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(nr_, "r+b") as fil:
        fcntl.flock(fil, fcntl.LOCK_EX)
        os.fchmod(fil.fileno(), 0o600)
        innhold = fil.read()
        hele = innhold[: innhold.rfind(b"\n") + 1]
        forrige = _les(hele.splitlines()[-1]) if hele else None
        if forrige == (nr, sha):
            return
        fil.seek(len(hele))
        fil.truncate()
        fil.write(json_tekst({"nr": nr, "hash": sha, "tid": naa.astimezone(dt.UTC).isoformat()}).encode() + b"\n")
        fil.flush()
        os.fsync(fil.fileno())
    fsync_mappe(mappe)


def les(mappe: Path) -> Ankere:
    """Every anchor in the file. A last line without its end was never told to anybody, and is left out."""
    ut, sti = Ankere(), mappe / FILNAVN
    if not sti.exists():
        return ut
    ut.finnes = True
    innhold = sti.read_bytes()
    for linje, tekst in enumerate(innhold[: innhold.rfind(b"\n") + 1].splitlines(), 1):
        if (anker := _les(tekst)) is None:
            ut.uleselige.append(linje)
        else:
            ut.legg_til(*anker)
    return ut


def foran(ankere: Ankere, hode: int) -> int:
    """The highest event that the anchors know and a log that ends with `hode` does not have, or that they know two of: an older copy
    of the database was put back. 0 when they agree. The anchors must have been read before the log: others write in both meanwhile."""
    return max((nr for nr, alle in ankere.hasher.items() if nr > hode or len(alle) > 1), default=0)


def legg_bort(mappe: Path, naa: dt.datetime) -> str:
    """Keeps the anchors under another name, and lets a new file begin. Returns the name."""
    navn = f"anker-til-{naa.astimezone(dt.UTC):%Y%m%dT%H%M%S%f}.jsonl"
    os.rename(mappe / FILNAVN, mappe / navn)
    fsync_mappe(mappe)
    return navn


def utskrevet(nr: int, sha: str) -> str:
    """As it stands in a report, for `tolk`."""
    return f"{nr}:{sha}"


def tolk(tekst: str) -> tuple[int, str]:
    """An anchor from a report. Raises Ordningsfeil (kode 2)."""
    if not (treff := _UTSKREVET.fullmatch(tekst.strip())):
        raise Ordningsfeil("Ankeret er ikke skrevet som nummer:kontrollsum.", "--anker", "Skriv det slik det står nederst i dagsrapporten.",
                           "Ingenting er kontrollert.", kode=2)  # fmt: skip
    return int(treff[1]), treff[2]


def _les(linje: bytes) -> tuple[int, str] | None:
    try:
        rad = json.loads(linje)
        return (int(treff[1]), treff[2]) if (treff := _UTSKREVET.fullmatch(f"{rad['nr']}:{rad['hash']}")) else None
    except (ValueError, KeyError, TypeError):
        return None
