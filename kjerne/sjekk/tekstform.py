"""Text files are UTF-8, NFC, without byte order mark, with LF; tables without stray blanks. `ordning sjekk --rett` mends all but UTF-8."""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.mappefil import filer, les_tekst
from kjerne.sjekk.funn import Funn

HVORFOR = "Samme innhold skal være de samme bytene hos alle, ellers ser en lagring ut som en endring av reglene."
RETT = "Kjør ordning sjekk med --rett."
TEKST = (".toml", ".csv", ".py", ".html", ".md")


def sjekk(mappe: Path) -> list[Funn]:
    funn = [Funn(f"Navnet på filen {_nfc(s.name)} er ikke i vanlig form (NFC).", str(s), HVORFOR, RETT)
            for s in filer(mappe) if s.name != _nfc(s.name)]
    for sti in tekstfiler(mappe):
        try:
            les_tekst(sti)
        except Ordningsfeil as feil:
            funn.append(Funn(feil.hva, feil.hvor, HVORFOR, feil.gjor_dette))
            continue
        if hva := avvik(sti.read_bytes(), sti.suffix):
            funn.append(Funn(f"Filen har {', '.join(hva)}.", str(sti), HVORFOR, RETT))
    return funn


def tekstfiler(mappe: Path) -> list[Path]:
    return [s for s in filer(mappe) if s.suffix in TEKST and s.is_file() and ".mal" not in s.relative_to(mappe).parts]


def avvik(raa: bytes, endelse: str) -> list[str]:
    """What `rettet` would change, in words."""
    tekst = raa.decode("utf-8-sig")
    hva = {
        "BOM": raa.startswith(b"\xef\xbb\xbf"),
        "linjeskift fra Windows (CRLF)": "\r\n" in tekst,
        "tegn som ikke er i vanlig form (NFC)": tekst != _nfc(tekst),
        "mellomrom ytterst i celler": endelse == ".csv" and _strippet(_lf(_nfc(tekst))) != _lf(_nfc(tekst)),
        "ikke linjeskift til slutt": bool(tekst) and not tekst.endswith("\n"),
    }
    return [ord_ for ord_, ja in hva.items() if ja]


def rettet(raa: bytes, endelse: str) -> bytes:
    """The same content in the form that is asked for."""
    tekst = _lf(_nfc(raa.decode("utf-8-sig")))
    tekst = _strippet(tekst) if endelse == ".csv" else tekst
    return (tekst if not tekst or tekst.endswith("\n") else tekst + "\n").encode()


def rett_filer(mappe: Path) -> list[str]:
    """Mends names and content. Returns what was done; a file that cannot be read is left as it is."""
    gjort = []
    for sti in filer(mappe):
        if sti.name != _nfc(sti.name) and not sti.with_name(_nfc(sti.name)).exists():
            sti.rename(sti.with_name(_nfc(sti.name)))
            gjort.append(f"{_nfc(sti.name)}: navnet er gjort om til vanlig form (NFC)")
    for sti in tekstfiler(mappe):
        try:
            les_tekst(sti)
        except Ordningsfeil:
            continue
        if not sti.is_symlink() and (hva := avvik(sti.read_bytes(), sti.suffix)):
            midlertidig = sti.with_suffix(".tmp")
            midlertidig.write_bytes(rettet(sti.read_bytes(), sti.suffix))
            os.replace(midlertidig, sti)
            gjort.append(f"{sti.relative_to(mappe)}: rettet {', '.join(hva)}")
    return gjort


def _nfc(tekst: str) -> str:
    return unicodedata.normalize("NFC", tekst)


def _lf(tekst: str) -> str:
    return tekst.replace("\r\n", "\n")


def _strippet(tekst: str) -> str:
    """Cells without blanks at their ends. A table that cannot be read, or has quoted cells, stays as it is."""
    if '"' in tekst:
        return tekst
    try:
        rader = list(csv.reader(io.StringIO(tekst), delimiter=";", strict=True))
    except csv.Error:
        return tekst
    return "\n".join(";".join(c.strip(" \t") for c in rad) for rad in rader) + ("\n" if tekst.endswith("\n") else "")
