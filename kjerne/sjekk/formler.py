"""No cell that a spreadsheet would run as a formula: the examples and parameters are opened there by jurists."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from kjerne.kontrakt import verdier
from kjerne.sjekk.funn import Funn
from kjerne.sjekk.tekstform import tekstfiler

HVORFOR = "Et regneark kjører en celle som begynner med =, +, - eller @ som en formel, hos den som åpner filen."


def sjekk(mappe: Path) -> list[Funn]:
    funn = []
    for sti in tekstfiler(mappe):
        if sti.suffix == ".csv":
            tekst = sti.read_bytes().decode("utf-8-sig", "replace").replace("\0", "")
            leser = csv.reader(io.StringIO(tekst, newline=""), delimiter=";")
            funn += [
                Funn(f"Celle {plass} begynner som en formel.", f"{sti}, linje {leser.line_num}", HVORFOR, "Fjern tegnet først i cellen.")
                for celler in leser for plass, celle in enumerate(celler, 1) if _er_formel(celle)
            ]
    return funn


def _er_formel(celle: str) -> bool:
    ren = celle.strip()
    if not ren.startswith(("=", "+", "-", "@")) or ren in "+-":
        return False
    for les in (verdier.desimal, verdier.prosent):
        try:
            les(ren)
            return False
        except ValueError:
            continue
    return True
