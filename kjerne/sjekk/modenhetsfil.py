"""modenhet.toml is there, can be read, and answers every requirement that only people can answer."""

from __future__ import annotations

from pathlib import Path

from kjerne.kontrakt.modenhet import FILNAVN, MENNESKEKRAV, les_modenhet
from kjerne.sjekk.funn import Funn

HVORFOR = "Klage, kontroll, dokumentasjon og avvikling kom sent eller aldri i 2020. Her står de fra første dag."


def sjekk(mappe: Path) -> list[Funn]:
    sti = mappe / FILNAVN
    if not sti.exists():
        return [Funn(f"Filen {FILNAVN} mangler.", str(sti), HVORFOR, "Lag den med [krav.<id>] og status = \"todo\" for hvert krav.")]
    besvart = les_modenhet(mappe).krav
    gjor = "Skriv [krav.{}] med status todo, gjort eller unntak."
    return [Funn(f"Kravet {k.id} er ikke besvart: {k.tekst}.", str(sti), HVORFOR, gjor.format(k.id))
            for k in MENNESKEKRAV if k.id not in besvart]
