"""The letters can be read in both written forms, have the same blocks, and no block is left to be written."""

from __future__ import annotations

import re
from pathlib import Path

from kjerne.brev import Brevmal
from kjerne.kontrakt.mappefil import les_tekst
from kjerne.sjekk.funn import Funn

HVORFOR = "Alle har krav på et brev de forstår, på sin målform. Et brev som ikke kan leses, stanser utbetalingen."
_BLOKK = re.compile(r"\{%-?\s*block\s+([^\s%]+)\s*-?%\}(.*?)\{%-?\s*endblock", re.DOTALL)


def sjekk(mappe: Path) -> list[Funn]:
    Brevmal.les(mappe / "brev")
    return [
        Funn(f"Blokken {navn} er ikke skrevet.", str(sti), HVORFOR, "Skriv teksten mellom {% block … %} og {% endblock %}.")
        for sti in sorted((mappe / "brev").glob("vedtak.*.html"))
        for navn, tekst in _BLOKK.findall(les_tekst(sti))
        if not tekst.strip() or "TODO" in tekst
    ]
