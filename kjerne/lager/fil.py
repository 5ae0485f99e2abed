"""Files that are either there, whole and on disk, or not there at all."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.feilpunkt import feilpunkt

_FORSTAVELSE = ".under-arbeid-"


@dataclass
class Filutkast:
    """A file that is written and synced, and has no name yet. It is gone when the block that made it ends without one."""

    mappe: Path
    sti: Path
    sha256: str
    sted: str
    ferdig: bool = False

    def gi_navn(self, navn: str) -> Path:
        """The file under its name, which is never taken from another. Raises Ordningsfeil when it is taken by other content."""
        maal = self.mappe / navn
        if maal.exists():
            if sha256_av_fil(maal) != self.sha256:
                raise Ordningsfeil(
                    "Filen finnes fra før med et annet innhold, og er ikke rørt.", str(maal),
                    "Stans utbetalingen og finn ut hvem som har laget eller endret filen.",
                )  # fmt: skip
        else:
            os.rename(self.sti, maal)
            self.ferdig = True
        feilpunkt(f"{self.sted}.etter_rename")
        fsync_mappe(self.mappe)  # also when the file was there: the process that renamed it may have died before this
        return maal


@contextlib.contextmanager
def utkast(mappe: Path, skriver: Callable[[BinaryIO], None], sted: str) -> Iterator[Filutkast]:
    """Writes a file that is not there until it is given a name. `skriver(fil)` writes the content, `sted` names the kill points.
    Temp, fsync, rename, fsync of the directory, in that order. Mode 0600."""
    mappe.mkdir(parents=True, exist_ok=True, mode=0o700)
    nr, midlertidig = _laast_fil(mappe)
    ut = Filutkast(mappe, Path(midlertidig), "", sted)
    try:
        with os.fdopen(nr, "w+b") as fil:
            skriver(fil)
            fil.flush()
            feilpunkt(f"{sted}.etter_temp")
            os.fsync(fil.fileno())
            feilpunkt(f"{sted}.etter_fsync")
            fil.seek(0)
            ut.sha256 = hashlib.file_digest(fil, "sha256").hexdigest()
            yield ut
    finally:
        if not ut.ferdig:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(midlertidig)


def skriv_fast(
    mappe: Path, skriver: Callable[[BinaryIO], None], navn: Callable[[str], str], sted: str
) -> tuple[str, Path]:
    """Writes one file that is never overwritten. Returns (sha256, path). `navn(sha256)` says what the file is called.

    The same content under the same name is not rewritten. Raises Ordningsfeil when the name is taken by other content.
    """
    with utkast(mappe, skriver, sted) as ut:
        return ut.sha256, ut.gi_navn(navn(ut.sha256))


def _laast_fil(mappe: Path) -> tuple[int, str]:
    """A new temporary file, locked so that `rydd` leaves it alone. One that `rydd` took before the lock is tried again."""
    while True:
        nr, sti = tempfile.mkstemp(prefix=_FORSTAVELSE, dir=mappe)
        fcntl.flock(nr, fcntl.LOCK_EX)
        if os.fstat(nr).st_nlink:
            return nr, sti
        os.close(nr)


def sha256_av_fil(sti: Path) -> str:
    with sti.open("rb") as fil:
        return hashlib.file_digest(fil, "sha256").hexdigest()


def fsync_mappe(mappe: Path) -> None:
    nr = os.open(mappe, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(nr)
    finally:
        os.close(nr)


def fsync_treet(mappe: Path) -> None:
    """Every file and folder below (and the folder itself), on disk."""
    for rot, _, filer in os.walk(mappe):
        for navn in filer:
            with open(os.path.join(rot, navn), "rb") as fil:
                os.fsync(fil.fileno())
        fsync_mappe(Path(rot))


def rydd(mappe: Path) -> int:
    """Removes what killed processes left behind (they hold personal data). Returns how many; files in use are kept."""
    antall = 0
    for sti in sorted(mappe.rglob(f"{_FORSTAVELSE}*")):
        with contextlib.suppress(FileNotFoundError, BlockingIOError), sti.open("rb") as fil:  # finished, or in use
            fcntl.flock(fil, fcntl.LOCK_EX | fcntl.LOCK_NB)
            sti.unlink()
            antall += 1
    return antall
