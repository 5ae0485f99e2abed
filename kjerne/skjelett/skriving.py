"""Writes a new scheme whole or not at all: to a hidden folder beside it, checked there, and then given its name in one step."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.regeldok import skriv_regeldok
from kjerne.regelmotor.regelverk import FELLES, les_regelverk
from kjerne.skjelett.mal import tegn
from kjerne.skjelett.svar import Svar, skriv_svar

Sjekk = Callable[[Path], list[Any]]  # the findings of a folder; empty = green
MALMAPPE = ".mal"
SVARFIL = "svar.toml"


def skriv_ny(rot: Path, id_: str, svar: Svar, sjekk: Sjekk) -> Path:
    """The new folder. Raises Ordningsfeil, and leaves nothing, when it exists or `sjekk` finds something in it."""
    mappe = rot / id_
    krev_ledig(mappe)
    rot.mkdir(parents=True, exist_ok=True)
    ved_siden_av = Path(tempfile.mkdtemp(prefix=f".ny-{id_}-", dir=rot))
    try:
        ny = ved_siden_av / id_
        _skriv_alt(ny, id_, svar)
        if (felles := rot / FELLES).is_dir():
            shutil.copytree(felles, ved_siden_av / FELLES)
        skriv_regeldok(les_regelverk(ny))
        if funn := sjekk(ny):
            raise Ordningsfeil(f"Malen ga en ordning som ikke er i orden: {funn[0].hva}", f"templates/ordning og svarene til {id_}",
                               "Prøv med andre svar, og meld feilen til dem som eier verktøyet.", "Ingenting er skrevet.")
        shutil.rmtree(ny / "__pycache__", ignore_errors=True)
        krev_ledig(mappe)
        os.rename(ny, mappe)
    finally:
        shutil.rmtree(ved_siden_av, ignore_errors=True)
    return mappe


def krev_ledig(mappe: Path) -> None:
    if os.path.lexists(mappe):
        fra_malen = (mappe / MALMAPPE / SVARFIL).exists()
        gjor = f"Velg et annet navn, eller hent en nyere mal inn i den: ordning ny {mappe.name} --oppdater."
        raise Ordningsfeil(f"Det finnes allerede noe som heter {mappe.name}.", str(mappe), gjor if fra_malen else "Velg et annet navn.",
                           "Ingenting er skrevet.", kode=2)


def _skriv_alt(ny: Path, id_: str, svar: Svar) -> None:
    for sti, tekst in tegn(id_, svar).items():
        skriv_fil(ny / sti, tekst)
        skriv_fil(grunnlagsfil(ny, sti), tekst)
    skriv_fil(ny / MALMAPPE / SVARFIL, skriv_svar(svar))


def grunnlagsfil(mappe: Path, sti: str) -> Path:
    """Where the text that the template gave for a file is kept: what a later merge measures the edits from."""
    return mappe / MALMAPPE / f"{sti}.mal"


def skriv_fil(sti: Path, tekst: str) -> None:
    """Whole or not at all, with the newlines that the text has."""
    sti.parent.mkdir(parents=True, exist_ok=True)
    midlertidig = sti.with_name(sti.name + ".tmp")
    midlertidig.write_bytes(tekst.encode("utf-8"))
    os.replace(midlertidig, sti)
