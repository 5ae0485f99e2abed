"""Faults of the machine that an operator can mend, in words whatever raised them: the disk is full, the database is gone.

What was begun is not there: a file without a name is removed, a transaction is rolled back. So the same command can be given again.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SQLITE_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}
_BORTE = ("57P01", "57P02", "57P03", "08")  # the beginnings of PostgreSQL's codes for a server that stops, or is not there
IKKE_GJORT = "Det som ikke var ferdig, er ikke lagret. Det som er lagret, er helt."
IGJEN = "kjør samme kommando igjen; det som er gjort, gjøres ikke på nytt."


def som_ordningsfeil(feil: BaseException) -> Ordningsfeil | None:
    """The fault in words; None when it is none of these."""
    if full := full_disk(feil):
        return full
    if borte := next((ledd for ledd in _kjeden(feil) if _borte(ledd)), None):
        return Ordningsfeil("Databasen svarer ikke lenger.", type(borte).__name__, f"Se at databasen er i gang, og {IGJEN}", IKKE_GJORT)
    return None


def full_disk(feil: BaseException) -> Ordningsfeil | None:
    """That there is no room to write, in words; None when it is something else."""
    for ledd in _kjeden(feil):
        if isinstance(ledd, OSError) and ledd.errno in _FULL:
            return _full(_mappen(ledd))
        if isinstance(ledd, shutil.Error) and any(os.strerror(kode) in str(ledd) for kode in _FULL):  # which keeps only the words
            return _full("der dataene ligger")
        if getattr(ledd, "sqlite_errorcode", None) in _SQLITE_FULL or getattr(ledd, "sqlstate", None) == "53100":
            return _full("der databasen ligger")
    return None


def _kjeden(feil: BaseException | None) -> Iterator[BaseException]:
    """The fault, the driver's own below it, and what it came from."""
    while feil is not None:
        yield feil
        if isinstance(orig := getattr(feil, "orig", None), BaseException):
            yield orig
        feil = feil.__cause__ or feil.__context__


def _full(hvor: str) -> Ordningsfeil:
    return Ordningsfeil("Disken er full.", hvor, f"Frigjør plass, og {IGJEN}", IKKE_GJORT)


def _mappen(feil: OSError) -> str:
    """Where, without the name of the file."""
    return str(Path(feil.filename).parent) if isinstance(feil.filename, str) else "der dataene ligger"


def _borte(ledd: BaseException) -> bool:
    """Whether PostgreSQL went away. Its driver knows no code for a connection that was simply cut."""
    if type(ledd).__module__.partition(".")[0] != "psycopg":
        return False
    kode = getattr(ledd, "sqlstate", None)
    return type(ledd).__name__ == "OperationalError" if kode is None else kode.startswith(_BORTE)
