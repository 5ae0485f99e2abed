"""Files as counted lines: what kind of file it is, its lines with their numbers, one CSV line as fields, and the
quarantine."""

from __future__ import annotations

import csv
import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from kjerne.kontrakt.feil import FRA_FIL, Ordningsfeil, Samlefeil
from kjerne.kontrakt.verdier import nfc

_STYRETEGN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
SKILLETEGN = ";,\t"
_BINAERT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_FREMMED = {
    b"PK\x03\x04": ("et regneark (xlsx) eller en zip-fil", "Lagre som CSV UTF-8, eller pakk ut filen."),
    b"\x1f\x8b": ("pakket med gzip", "Pakk ut filen først."),
    b"\xff\xfe": ("lagret som UTF-16", "Lagre filen som UTF-8."),
    b"\xfe\xff": ("lagret som UTF-16", "Lagre filen som UTF-8."),
    b"\xd0\xcf\x11\xe0": ("et gammelt regneark (xls)", "Lagre som CSV UTF-8."),
}


class Radfeil(ValueError):
    """Why one line cannot be used. The text is shown to operators: it never repeats a personal value."""


class Karantene:
    """The lines that were not accepted: number, reason in Norwegian, and SHA-256 of the raw line. One entry for each
    line."""

    def __init__(self) -> None:
        self.rader: list[tuple[int, str, str]] = []

    def legg(self, linje: int, grunn: str, raa: bytes) -> None:
        self.rader.append((linje, grunn, hashlib.sha256(raa).hexdigest()))

    def __len__(self) -> int:
        return len(self.rader)

    def ramme(self) -> pd.DataFrame:
        rader = sorted(self.rader)
        tekst = pd.StringDtype("pyarrow")
        return pd.DataFrame(
            {
                "linje": pd.array([r[0] for r in rader], "Int64"),
                "grunn": pd.array([r[1] for r in rader], tekst),
                "raa_sha256": pd.array([r[2] for r in rader], tekst),
            }
        )


def filslag(sti: Path) -> str:
    """parquet, json (one document or lines) or csv, judged by the first bytes. Raises Ordningsfeil for what cannot be
    read."""
    with _aapnet(sti) as fil:
        start = fil.read(4096)
    if start.startswith(b"PAR1"):
        return "parquet"
    for merke, (hva, gjor) in _FREMMED.items():
        if start.startswith(merke):
            raise Ordningsfeil(f"Filen er {hva}.", str(sti), gjor, FRA_FIL)
    innhold = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not innhold:
        raise Ordningsfeil("Filen er tom.", str(sti), "Hent filen på nytt fra avsenderen.", FRA_FIL)
    if len(_BINAERT.findall(start)) > max(16, len(start) // 20):  # a few spoil their lines, many mean another kind of file
        raise Ordningsfeil("Filen er ikke en tekstfil.", str(sti), "Lever CSV, JSON eller Parquet.", FRA_FIL)
    return "json" if innhold[:1] in b"{[" else "csv"


@contextmanager
def _aapnet(sti: Path) -> Iterator[BinaryIO]:
    """The file for reading. Raises Ordningsfeil when there is none, when it is a folder, or when we may not."""
    try:
        fil = sti.open("rb")
    except FileNotFoundError:
        raise Ordningsfeil("Filen finnes ikke.", str(sti), "Se etter skrivefeil i navnet.", FRA_FIL, kode=2) from None
    except IsADirectoryError:
        raise Ordningsfeil("Dette er en mappe, ikke en fil.", str(sti), "Oppgi filen i mappen.", FRA_FIL, kode=2) from None
    except OSError:
        raise Ordningsfeil("Filen kan ikke åpnes.", str(sti), "Se at du har lov til å lese den.", FRA_FIL) from None
    with fil:
        yield fil


def filhash(sti: Path) -> str:
    """SHA-256 of the bytes. Raises Ordningsfeil when the file cannot be opened."""
    with _aapnet(sti) as fil:
        return hashlib.file_digest(fil, "sha256").hexdigest()


@dataclass
class Utsnitt:
    """The lines that begin at the bytes `fra` to `til` of a file. `antall`: how many they are, once they have been read."""

    fra: int
    til: int
    antall: int = 0


def linjer(sti: Path, utsnitt: Utsnitt | None = None) -> Iterator[tuple[int, bytes]]:
    """(number from 1, bytes without line ending and byte order mark) of each line that is not blank. LF, CRLF and CR
    end lines. Of a part of the file the lines are numbered from 1 too."""
    nr, lest = 0, utsnitt.fra if utsnitt else 0
    with sti.open("rb") as fil:
        fil.seek(lest)
        for biter in fil:
            if utsnitt and lest >= utsnitt.til:
                break
            lest += len(biter)
            if lest == len(biter):
                biter = biter.removeprefix(b"\xef\xbb\xbf")
            biter = biter.removesuffix(b"\n").removesuffix(b"\r")
            for raa in biter.split(b"\r"):
                nr += 1
                if raa and not raa.isspace():
                    yield nr, raa
    if utsnitt:
        utsnitt.antall = nr


def del_opp(sti: Path, antall: int) -> list[Utsnitt]:
    """The whole file as up to `antall` parts of about the same size, each of whole lines."""
    alle = sti.stat().st_size
    grenser = [0]
    with sti.open("rb") as fil:
        for nr in range(1, antall):
            fil.seek(alle * nr // antall)
            fil.readline()
            grenser.append(fil.tell())
    grenser = sorted(set(grenser) | {alle})
    return [Utsnitt(fra, til) for fra, til in zip(grenser, grenser[1:], strict=False)]


def felter(raa: bytes, skille: str) -> list[str]:
    """One CSV line → its fields. A field cannot hold a line break. Raises Radfeil."""
    try:
        tekst = raa.decode("utf-8")
    except UnicodeDecodeError as feil:
        raise Radfeil(f"linjen er ikke UTF-8 (byte {feil.start + 1})") from None
    if _STYRETEGN.search(tekst):
        raise Radfeil("linjen inneholder et styretegn")
    if '"' not in tekst:
        return tekst.split(skille)
    try:
        return next(csv.reader([tekst], delimiter=skille, strict=True))
    except csv.Error:
        raise Radfeil("anførselstegnene går ikke opp på linjen (et felt kan ikke gå over flere linjer)") from None


def overskrift(raa: bytes, sti: Path) -> tuple[list[str], str]:
    """The names of the columns (NFC) and the separator of a CSV file. Raises Ordningsfeil."""
    try:
        tekst = raa.decode("utf-8")
    except UnicodeDecodeError as feil:
        raise Ordningsfeil(
            "Filen er ikke lagret som UTF-8.", f"{sti}, linje 1, byte {feil.start + 1}", "Lagre filen som UTF-8.", FRA_FIL
        ) from None
    skille = max(SKILLETEGN, key=tekst.count)
    krev_skilletegn(tekst, sti)
    try:
        return [nfc(navn) for navn in felter(raa, skille)], skille
    except Radfeil as feil:
        raise Ordningsfeil(f"Overskriften kan ikke leses: {feil}.", f"{sti}, linje 1", "Rett overskriften.", FRA_FIL) from None


def krev_skilletegn(hode: str, sti: Path, ikke_gjort: str = FRA_FIL) -> None:
    """Raises Ordningsfeil when the heading is one long name because the separator is one that we do not know."""
    if not any(tegn in hode for tegn in SKILLETEGN) and (rart := re.search(r"[|:^~]", hode)):
        raise Ordningsfeil(f"Kolonnene er skilt med «{rart[0]}».", f"{sti}, linje 1", "Bruk semikolon, komma eller tabulator.", ikke_gjort)


def kolonnenavn(navn: str, alle: list[str]) -> str:
    """A column as it is spoken of: by its name, or by its place when the name may be somebody's number."""
    return f"nr. {alle.index(navn) + 1}" if sum(tegn.isdigit() for tegn in navn) >= 6 else f"«{navn[:60]}»"


def sjekk_kolonner(funnet: Iterable[str], kjente: Iterable[str], paakrevde: Iterable[str], sti: Path) -> None:
    """Raises Samlefeil with one fault for each column that is unknown, missing or there twice. Where nothing is known, the first
    line is somebody's data and not a heading, and nothing of it is repeated."""
    funnet, kjente = list(funnet), list(kjente)
    if funnet and not any(difflib.get_close_matches(n, kjente, 1, 0.6) for n in funnet):
        raise Ordningsfeil("Den første linjen er ikke en overskrift: ingen av kolonnene er kjent.", f"{sti}, overskriften",
                           f"Skriv navnene på kolonnene i den første linjen. Kjente navn: {', '.join(kjente)}.", FRA_FIL)  # fmt: skip
    feil = []
    for navn in dict.fromkeys(n for n in funnet if funnet.count(n) > 1):
        hva = f"Kolonnen {kolonnenavn(navn, funnet)} står mer enn én gang."
        feil.append(Ordningsfeil(hva, f"{sti}, overskriften", "Fjern den ene.", FRA_FIL))
    for navn in dict.fromkeys(n for n in funnet if n not in kjente):
        naer = difflib.get_close_matches(navn, [k for k in kjente if k not in funnet], 1, 0.6)
        raad = f"Mente du «{naer[0]}»?" if naer else f"Fjern kolonnen. Kjente navn: {', '.join(kjente)}."
        feil.append(Ordningsfeil(f"Kolonnen {kolonnenavn(navn, funnet)} er ukjent.", f"{sti}, overskriften", raad, FRA_FIL))
    for navn in (p for p in paakrevde if p not in funnet):
        naer = difflib.get_close_matches(navn, [f for f in funnet if f not in kjente], 1, 0.6)
        raad = f"Gi kolonnen {kolonnenavn(naer[0], funnet)} navnet «{navn}»." if naer else f"Legg til kolonnen «{navn}»."
        feil.append(Ordningsfeil(f"Kolonnen «{navn}» mangler.", f"{sti}, overskriften", raad, FRA_FIL))
    if feil:
        raise Samlefeil(feil)
