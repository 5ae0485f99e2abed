"""The privacy catalogue: for each field what it is for, the legal basis for asking, and how long it is kept."""

from __future__ import annotations

from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn

HVORFOR = "Ingen opplysning hentes uten formål og hjemmel, og ingen beholdes lenger enn den trengs."


def sjekk(verk: Regelverk) -> list[Funn]:
    m, sti = verk.manifest, str(verk.mappe / "ordning.toml")
    funn = [Funn(f"Feltet {f.navn} mangler formål.", sti, HVORFOR, "Skriv formaal = \"…\": hva svaret brukes til.")
            for f in m.felt if not f.formaal.strip()]
    if m.personvern is None and (uten := [f.navn for f in m.felt if not f.hjemmel or f.lagring_aar is None]):
        hva = f"Det står ikke hvilken hjemmel opplysningene har, og hvor lenge de lagres: {', '.join(uten)}."
        funn.append(Funn(hva, sti, HVORFOR, 'Skriv [personvern] med hjemmel = "…" og lagring_aar = …, eller begge på hvert felt.'))
    return funn
