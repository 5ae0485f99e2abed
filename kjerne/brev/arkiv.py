"""The archive of letters: one ZIP per chunk, the same bytes for the same letters."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from kjerne.lager.fil import skriv_fast

_TRYGG = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,99}")
_TIDLIGST = (1980, 1, 1, 0, 0, 0)  # the first moment that ZIP can write


def skriv_arkiv(sti: Path, brev: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Writes `<vedtak_id>.html` for each (vedtak_id, html), sorted on id, and returns (vedtak_id, sha256 of the HTML).

    The file is there whole or not at all, and is never overwritten: the same letters again is fine, other letters under
    the same name raise Ordningsfeil. Holds the chunk in memory (about 8 kB a letter). Raises ValueError for an id that
    occurs twice or cannot be a file name. Kill points: brev.etter_temp, brev.etter_fsync, brev.etter_rename.
    """
    alle = sorted((vedtak_id, html.encode()) for vedtak_id, html in brev)
    for nr, (vedtak_id, _) in enumerate(alle):
        if not _TRYGG.fullmatch(vedtak_id):
            raise ValueError(f"vedtak_id {vedtak_id[:40]!r} kan ikke være et filnavn")
        if nr and alle[nr - 1][0] == vedtak_id:
            raise ValueError(f"to brev for vedtak {vedtak_id}")

    def skriv(fil: BinaryIO) -> None:
        with zipfile.ZipFile(fil, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as arkiv:
            for vedtak_id, data in alle:
                arkiv.writestr(_oppføring(f"{vedtak_id}.html"), data, compresslevel=1)

    skriv_fast(sti.parent, skriv, lambda _: sti.name, "brev")
    return [(vedtak_id, hashlib.sha256(data).hexdigest()) for vedtak_id, data in alle]


def les_brev(sti: Path, vedtak_id: str) -> str:
    """One letter out of an archive. Raises KeyError when it is not there."""
    with zipfile.ZipFile(sti) as arkiv:
        return arkiv.read(f"{vedtak_id}.html").decode()


def _oppføring(navn: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(navn, _TIDLIGST)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # Unix, on every machine
    info.external_attr = 0o600 << 16
    return info
