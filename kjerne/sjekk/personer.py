"""No real person's number anywhere in the folder: examples and texts use people who do not exist."""

from __future__ import annotations

import re
from pathlib import Path

from kjerne.kontrakt.identer import er_ident, er_syntetisk
from kjerne.sjekk.funn import Funn
from kjerne.sjekk.tekstform import tekstfiler

HVORFOR = "Mappen ligger i kildekoden og leses av mange. En ekte person hører aldri hjemme der."
_NUMMER = re.compile(r"(?<![0-9A-Za-z])(\d{6})[ .-]?(\d{5})(?![0-9A-Za-z])")


def sjekk(mappe: Path) -> list[Funn]:
    """The number itself is never repeated."""
    return [
        Funn("Her står et fødselsnummer eller D-nummer som kan tilhøre en ekte person.", f"{sti}, linje {nr}", HVORFOR,
             "Bruk et syntetisk nummer (måned + 80), og se om nummeret også må fjernes fra historikken.")
        for sti in tekstfiler(mappe)
        for nr, linje in enumerate(sti.read_bytes().decode("utf-8", "replace").splitlines(), 1)
        if any(_ekte(a + b) for a, b in _NUMMER.findall(linje))
    ]


def _ekte(nummer: str) -> bool:
    return er_ident(nummer) and not er_syntetisk(nummer)
