"""What holds in every scheme, tried on its examples: nothing negative, no period backwards, and unknown is not no."""

from __future__ import annotations

import numpy as np

from kjerne.regelmotor.eksempler import Eksempler
from kjerne.regelmotor.sporing import AVSLAG, UTFALL, Sporing
from kjerne.sjekk.funn import Funn

HVORFOR = "Dette gjelder i alle ordninger, uansett hva forskriften sier."


def sjekk(sett: Eksempler) -> list[Funn]:
    riktig = sett.kjor()
    return [*_negative(sett, riktig), *_baklengs(sett, riktig), *_blanke(sett, riktig)]


def _negative(sett: Eksempler, sporing: Sporing) -> list[Funn]:
    ut = []
    for regel in sett.verk.regelsett.av_art("beløp"):
        k = sporing.kolonne(regel.navn)
        for nr in np.flatnonzero(k.kjentmaske & (k.data < 0) & sporing.sann(sett.verk.rett.navn)):
            ut.append(_funn(sett, nr, f"{regel.navn} er negativ", "La regelen slutte på null med høyest(0, …)."))
    return ut


def _baklengs(sett: Eksempler, sporing: Sporing) -> list[Funn]:
    ut = []
    for regel in sett.verk.regelsett.av_art("beløp"):
        fom, tom = sporing.kolonne(regel.fom), sporing.kolonne(regel.tom)
        betales = sporing.belop_ore[regel.navn] > 0
        for nr in np.flatnonzero(betales & (UTFALL.index("innvilget") == sporing.utfall) & (fom.data > tom.data)):
            hva = f"{regel.navn} betales for en periode som slutter før den begynner"
            ut.append(_funn(sett, nr, hva, f"Rett {regel.fom} eller {regel.tom}."))
    return ut


def _blanke(sett: Eksempler, riktig: Sporing) -> list[Funn]:
    """Blank any fact in any example: no one gets more, and no one is refused who was not."""
    ut = []
    betyr_noe = {f.navn for f in sett.verk.manifest.felt if f.tomt_betyr is not None}
    for navn in [n for n in sett.fakta.columns if n not in betyr_noe]:
        nytt = uten(sett, navn)
        for nr in np.flatnonzero(nytt.sum_ore > riktig.sum_ore):
            ut.append(_funn(sett, nr, f"Uten {navn} gir reglene mer penger", "Ukjent skal føre til et spørsmål, aldri til mer."))
        for nr in np.flatnonzero((nytt.utfall == AVSLAG) & (riktig.utfall != AVSLAG)):
            ut.append(_funn(sett, nr, f"Uten {navn} gir reglene avslag", "Ukjent er ikke nei: skriv hva et tomt svar betyr."))
    return ut


def uten(sett: Eksempler, navn: str) -> Sporing:
    """Every example with one fact blank."""
    return type(sett)(sett.verk, sett.sti, sett.tabell, sett.fakta.drop(columns=navn), sett.inntekter).kjor()


def _funn(sett: Eksempler, nr: int, hva: str, gjor: str) -> Funn:
    return Funn(f"{sett.tabell['sak'].iloc[nr]}: {hva}.", f"{sett.sti}, linje {sett.tabell.index[nr]}", HVORFOR, gjor)
