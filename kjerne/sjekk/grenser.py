"""Every limit in the rules has an example exactly on it and one step off each side. What is missing is proposed as rows to paste.

The rows are found by trying: each fact that the limit rests on is moved a little in the examples there are, and the rules say
what comes of it. A side that no such case reaches is not asked for. The outcome in a proposed row is what the rules give today.
"""

from __future__ import annotations

import numpy as np

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.eksempler import Eksempler
from kjerne.sjekk.forslag import Kandidater, rader_til
from kjerne.sjekk.funn import Funn
from kjerne.sjekk.sammenligning import Sammenligning, sammenligninger

HVORFOR = "Feil i loven ligger på grensen: «før» eller «senest», «over» eller «minst». Ingen ser dem uten en sak på hver side."
SIDER = {"på": 0, "rett under": -1, "rett over": 1}
NÆR = 1e-6


def sjekk(sett: Eksempler) -> list[Funn]:
    sporing = sett.kjor()
    funn, brukt = [], set(sett.tabell["sak"])
    for grense in sammenligninger(sett.verk):
        avstand = grense.avstand(sporing)
        if avstand is not None and (mangler := [side for side in SIDER if not _paa(avstand, grense, side).any()]):
            funn += _forslag(sett, grense, avstand, mangler, brukt)
    return funn


def _paa(avstand: np.ndarray, grense: Sammenligning, side: str) -> np.ndarray:
    """The cases that are on the limit, or within one step of it on the side."""
    retning = SIDER[side]
    if not retning:
        return np.abs(avstand) < NÆR
    fra_grensen = avstand * retning
    return (fra_grensen >= NÆR) & (fra_grensen <= grense.steg + NÆR)


def _forslag(sett: Eksempler, grense: Sammenligning, avstand: np.ndarray, mangler: list[str], brukt: set[str]) -> list[Funn]:
    kandidater = Kandidater.rundt(sett, grense, avstand, [SIDER[s] * grense.steg for s in mangler])
    if kandidater is None:
        return []
    try:
        sporing = kandidater.sett.kjor()
        funnet = grense.avstand(sporing)
    except Ordningsfeil:  # a case that the rules cannot take is no example
        return []
    lim_inn, sider = [], []
    for side in mangler:
        treff = np.flatnonzero(_paa(funnet, grense, side))
        if len(treff):
            sider.append(side)
            beskrivelse = f"{grense.regel.tekst}: {grense.tekst}, {side} grensen"
            lim_inn += rader_til(sett, kandidater, sporing, kandidater.beste(treff), grense.regel, beskrivelse, brukt)
    if not sider:
        return []
    hva = f"{grense.regel.navn}: ingen eksempler ligger {' eller '.join(sider)} grensen {grense.tekst}."
    gjor = "Lim inn radene, og la juristen lese utfallet: det er det reglene gir i dag, ikke en fasit."
    return [Funn(hva, str(sett.sti), HVORFOR, gjor, tuple(lim_inn))]
