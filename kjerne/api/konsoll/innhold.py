"""What a form of the console has sent: its fields, and at most one file. Bounded in size and time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from kjerne.api.kropp import FRIST_FIL, MAKS_FIL, les_skjema, strom
from kjerne.api.problem import Problem
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil

MAKS_FELT = 2_000
_FLERDELT = "multipart/form-data"


class _IMinnet(MultiPartParser):
    """A file may be about people: it lies in memory until it is put in the console's own folder, and never in the machine's common one."""

    spool_max_size = MAKS_FIL + 1


async def les(request: Request) -> tuple[dict[str, str], UploadFile | None]:
    """The fields and the file. Raises Problem."""
    if not request.headers.get("content-type", "").lower().startswith(_FLERDELT):
        return await les_skjema(request), None
    try:
        innhold = await _IMinnet(request.headers, strom(request, MAKS_FIL, FRIST_FIL), max_files=1, max_fields=50).parse()
    except MultiPartException:
        raise Problem(400, "ugyldig-skjema", "Skjemaet kan ikke leses") from None
    par = innhold.multi_items()
    filer = [v for _, v in par if isinstance(v, UploadFile) and v.filename]
    felt = {n: v for n, v in par if isinstance(v, str)}
    if len(felt) + sum(isinstance(v, UploadFile) for _, v in par) != len(par) or any(len(v) > MAKS_FELT for v in felt.values()):
        raise Problem(400, "ugyldig-skjema", "Skjemaet kan ikke leses", "Et felt er sendt to ganger, eller er for langt.")
    return felt, filer[0] if filer else None


@contextmanager
def paa_disk(data: Path, fil: UploadFile | None, ikke_gjort: str) -> Iterator[Path]:
    """The file that was handed in, in our own folder and under its own name, for as long as it is read. Raises Ordningsfeil."""
    if fil is None:
        raise Ordningsfeil("Du har ikke valgt en fil.", "filen", "Velg filen, og send på nytt.", ikke_gjort, kode=2)
    with TemporaryDirectory(prefix=".innsendt-", dir=data) as mappe:
        sti = Path(mappe) / _navn(fil.filename or "")
        fil.file.seek(0)  # it may have been read before
        sti.write_bytes(fil.file.read())
        try:
            yield sti
        except Ordningsfeil as feil:
            for en in (feil, *(feil.feil if isinstance(feil, Samlefeil) else ())):
                en.hvor = en.hvor.replace(f"{mappe}/", "")
            raise


def _navn(navn: str) -> str:
    """Plain signs only, and no long number: a name may hold a person's."""
    ren = re.sub(r"[^\w.-]", "_", navn.replace("\\", "/").rsplit("/", 1)[-1], flags=re.ASCII)[-60:].lstrip(".")
    return re.sub(r"\d{9,}", "N", ren) or "fil"
