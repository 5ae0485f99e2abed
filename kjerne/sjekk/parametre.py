"""parametre.csv can be read, has no overlap and no gap, and no value below zero. Also when ordning.toml cannot be read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.mappefil import les_toml
from kjerne.kontrakt.parameter import les_parametre
from kjerne.sjekk.funn import Funn

HVORFOR = "Parametrene er loven i tall. En verdi som er feil, treffer alle saker."


def sjekk(mappe: Path) -> list[Funn]:
    sti = mappe / "parametre.csv"
    return [
        Funn(f"{rad.navn} er under null.", f"{sti}, linje {rad.linje}, kolonne verdi", HVORFOR,
             "Skriv en positiv verdi, og la regelen trekke fra.")
        for rad in les_parametre(sti, _rettskilder(mappe))
        if isinstance(rad.verdi, Decimal) and rad.verdi < 0
    ]


def _rettskilder(mappe: Path) -> set[str] | None:
    """The sources of law that the manifest names; None when it cannot be read."""
    try:
        kilder = les_toml(mappe / "ordning.toml")[1].get("rettskilder")
    except Ordningsfeil:
        return None
    return set(kilder) if isinstance(kilder, dict) else None
