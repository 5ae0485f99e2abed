"""Writes a table of cases back to its file so that what says the same stays the same bytes."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd


def skriv_tabell(sti: Path, ny: pd.DataFrame, gammel: pd.DataFrame) -> Path | None:
    """Writes the file whole, and each line that says the same as it stood. None = it says the same already."""
    if list(ny.columns) == list(gammel.columns) and ny.to_numpy().tolist() == gammel.to_numpy().tolist():
        return None
    form, navn = _Form.av(sti), list(ny.columns)
    samme = sti.exists() and navn == list(gammel.columns)
    like = dict(zip(map(tuple, gammel.to_numpy().tolist()), form.linjer, strict=True)) if samme else {}
    deler = [form.hode if samme else linjer([navn], form.skille, form.slutt)]
    deler += [like.get(tuple(rad)) or linjer([rad], form.skille, form.slutt) for rad in ny.to_numpy().tolist()]
    deler = [d if d.endswith(("\n", "\r")) else d + form.slutt for d in deler]  # the last of a file may lack its end
    sti.parent.mkdir(exist_ok=True)
    midlertidig = sti.with_suffix(".tmp")
    midlertidig.write_bytes(form.bom + "".join(deler).encode())
    os.replace(midlertidig, sti)
    return sti


@dataclass(frozen=True)
class _Form:
    """How a file is written: its heading and records as they stand, its separator and line ends."""

    bom: bytes
    hode: str
    linjer: list[str]
    skille: str
    slutt: str

    @classmethod
    def av(cls, sti: Path) -> _Form:
        if not sti.exists():
            return cls(b"", "", [], ";", "\n")
        raa = sti.read_bytes()
        bom = b"\xef\xbb\xbf" if raa.startswith(b"\xef\xbb\xbf") else b""
        fysiske = list(io.StringIO(raa[len(bom) :].decode(), newline=""))
        skille = ";" if ";" in fysiske[0] else ","
        leser, fra, ut = csv.reader(iter(fysiske), delimiter=skille), 0, []
        for celler in leser:
            if any(c.strip() for c in celler):
                ut.append("".join(fysiske[fra : leser.line_num]))
            fra = leser.line_num
        return cls(bom, ut[0], ut[1:], skille, "\r\n" if fysiske[0].endswith("\r\n") else "\n")


def linjer(rader: list[list[Any]], skille: str, slutt: str = "\n") -> str:
    """The rows as CSV, quoted only where they must be."""
    ut = io.StringIO(newline="")
    csv.writer(ut, delimiter=skille, lineterminator=slutt).writerows(rader)
    return ut.getvalue()
