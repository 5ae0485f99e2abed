"""runbook.md tells the operator what to do each day, when something is wrong, and when the scheme is over."""

from __future__ import annotations

from pathlib import Path

from kjerne.kontrakt.mappefil import les_tekst
from kjerne.sjekk.funn import Funn

FILNAVN = "runbook.md"
KAPITLER = ("## Hver dag", "## Når noe er galt", "## Når ordningen er over")
HVORFOR = "Den som kjører ordningen kl. 06.30, er ikke den som laget den."


def sjekk(mappe: Path) -> list[Funn]:
    sti = mappe / FILNAVN
    if not sti.exists():
        return [Funn(f"Filen {FILNAVN} mangler.", str(sti), HVORFOR, f"Lag den med kapitlene {', '.join(KAPITLER)}.")]
    innhold = _kapitler(les_tekst(sti))
    return [Funn(f"Kapitlet «{k}» mangler eller er tomt.", str(sti), HVORFOR, "Skriv hva som gjøres, steg for steg.")
            for k in KAPITLER if not innhold.get(k)]


def _kapitler(tekst: str) -> dict[str, str]:
    deler = [d.partition("\n") for d in f"\n{tekst}".split("\n## ")[1:]]
    return {f"## {navn.strip()}": resten.strip() for navn, _, resten in deler}
