"""The files of a scheme folder, read with care: a bad file is a fault in Norwegian, never a run that hangs or a file from elsewhere."""

from __future__ import annotations

import os
import re
import stat
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

from kjerne.kontrakt.feil import INGENTING, Ordningsfeil, Samlefeil, linje_ved
from kjerne.kontrakt.tolkefeil import toml_grunn

MAKS_BYTES = 2_000_000  # a file that people write; applications and income never lie in the folder
MAKS_FILER = 300
_DYP_NOKKEL = re.compile(r"(?:[^\s.=\"']+\.){20}")


def mappefeil(mappe: Path) -> list[Ordningsfeil]:
    """What makes the folder unsafe to read: links out of it, files that are no files, files too large or too many."""
    alle = filer(mappe)
    if len(alle) > MAKS_FILER:
        return [Ordningsfeil(f"Mappen har over {MAKS_FILER} filer.", str(mappe), "Flytt ut det som ikke hører til ordningen.")]
    return [f for sti in alle for f in _filfeil(sti, mappe)]


def krev_trygg(mappe: Path) -> None:
    """Raises Samlefeil with every fault of `mappefeil`."""
    if feil := mappefeil(mappe):
        raise Samlefeil(feil)


def filer(mappe: Path) -> list[Path]:
    """Every file, and every link to a folder, by path. Folders behind a link are not entered."""
    ut = []
    for sted, mapper, navn in os.walk(mappe, followlinks=False):
        lenker = [m for m in mapper if os.path.islink(os.path.join(sted, m))]
        mapper[:] = sorted(m for m in mapper if m != "__pycache__" and m not in lenker)
        ut += [Path(sted, n) for n in sorted([*lenker, *navn])]
        if len(ut) > MAKS_FILER + 1:
            break
    return ut


def _filfeil(sti: Path, mappe: Path) -> list[Ordningsfeil]:
    if not sti.resolve().is_relative_to(mappe.resolve()):
        return [Ordningsfeil(f"{sti.name} er en lenke ut av mappen.", str(sti), "Legg selve filen i mappen.")]
    try:
        om = sti.stat()
    except OSError:
        return [Ordningsfeil(f"{sti.name} er en lenke til noe som ikke finnes.", str(sti), "Fjern lenken.")]
    if stat.S_ISDIR(om.st_mode):
        return []
    if not stat.S_ISREG(om.st_mode):
        return [Ordningsfeil(f"{sti.name} er ikke en vanlig fil.", str(sti), "Legg en vanlig tekstfil der.")]
    if om.st_size > MAKS_BYTES:
        hva = f"{sti.name} er for stor: {om.st_size // 1000} kB, høyst {MAKS_BYTES // 1000} kB."
        return [Ordningsfeil(hva, str(sti), "Behold det en jurist kan lese. Store uttrekk hører ikke hjemme i mappen.")]
    return []


def les_tekst(sti: Path, ikke_gjort: str = INGENTING) -> str:
    """The file as text, NFC, without a byte order mark. Raises Ordningsfeil for what is no text in UTF-8."""
    try:
        tekst = sti.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise Ordningsfeil(f"Filen {sti.name} mangler.", str(sti), "Lag filen.", ikke_gjort) from None
    except OSError:
        raise Ordningsfeil(f"Filen {sti.name} kan ikke åpnes.", str(sti), "Se at det er en fil, og at du har lov til å lese den.",
                           ikke_gjort) from None
    except UnicodeDecodeError as feil:
        raise Ordningsfeil("Filen er ikke lagret som UTF-8.", f"{sti}, linje {linje_ved(feil)}", "Lagre som UTF-8.", ikke_gjort) from None
    if "\0" in tekst:
        linje = tekst[: tekst.index("\0")].count("\n") + 1
        raise Ordningsfeil("Filen inneholder et styretegn (NUL).", f"{sti}, linje {linje}", "Lagre filen på nytt som UTF-8.", ikke_gjort)
    return unicodedata.normalize("NFC", tekst)


def les_toml(sti: Path, ikke_gjort: str = INGENTING) -> tuple[str, dict[str, Any]]:
    """(the text, what it says). Raises Ordningsfeil for what is no TOML, or is nested deeper than anyone writes."""
    tekst = les_tekst(sti, ikke_gjort)
    if treff := _DYP_NOKKEL.search(tekst):
        raise _for_dyp(sti, tekst[: treff.start()].count("\n") + 1, ikke_gjort)
    try:
        return tekst, tomllib.loads(tekst)
    except tomllib.TOMLDecodeError as feil:
        raise Ordningsfeil(*toml_feil(feil, sti), ikke_gjort) from None
    except RecursionError:
        raise _for_dyp(sti, 1, ikke_gjort) from None


def toml_feil(feil: tomllib.TOMLDecodeError, sti: Path) -> tuple[str, str, str]:
    """(what, where, what to do) of a file that is not TOML."""
    treff = re.search(r"at line (\d+), column (\d+)", str(feil))
    hvor = f"{sti}, linje {treff[1]}, kolonne {treff[2]}" if treff else f"{sti}, slutten av filen"
    grunn = toml_grunn(str(feil))
    hva = f"Filen er ikke gyldig TOML{': ' + grunn if grunn else ''}."
    return hva, hvor, "Rett linjen: anførselstegn, parenteser, datoer, nøkler som står to ganger."


def _for_dyp(sti: Path, linje: int, ikke_gjort: str) -> Ordningsfeil:
    return Ordningsfeil("Filen er for dypt nøstet.", f"{sti}, linje {linje}", "Skriv verdiene rett ut, uten lister i lister.", ikke_gjort)
