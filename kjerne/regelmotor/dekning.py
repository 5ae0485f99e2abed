"""Coverage by mutation: nudge a parameter row or turn a condition, and some example must come out differently.

A parameter or condition that nothing reacts to is a hole: the examples would not notice if it were wrong.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.kolonne import Kolonne
from kjerne.kontrakt.parameter import Parameterrad, Parameterverdi
from kjerne.kontrakt.regel import Regel
from kjerne.regelmotor.eksempler import Eksempler, svar
from kjerne.regelmotor.regelverk import Regelverk


@dataclass(frozen=True)
class Hull:
    """A change that no example noticed."""

    navn: str
    endring: str  # what was tried, in Norwegian
    hvor: str


def maal_dekning(eksempler: Eksempler) -> tuple[list[Hull], int]:
    """The holes, and how many changes were tried."""
    riktig = svar(eksempler.kjor())
    hull, prøvd = [], 0
    brukt = {p.navn for rader in eksempler.verk.parameternavn.values() for p in rader}
    gjelder = eksempler.verk.manifest.gjelder
    for rad in eksempler.verk.parametre:
        utenfor = rad.felles and (rad.fra > gjelder.til or (rad.til is not None and rad.til < gjelder.fra))
        if rad.navn in brukt and not utenfor:  # shared law of other years is none of this scheme's business
            for verdiene, endring in endringer(rad):
                prøvd += 1
                if all(_likt(eksempler, eksempler.verk.med_parameter(rad, v), riktig) for v in verdiene):
                    hull.append(Hull(rad.navn, endring, f"{rad.fil}, linje {rad.linje}"))
    for regel in eksempler.verk.regelsett.av_art("vilkår"):
        for verdi, ord_ in ((True, "alltid oppfylt"), (False, "aldri oppfylt")):
            prøvd += 1
            if _likt(eksempler, med_regel(eksempler.verk, regel, verdi), riktig):
                hull.append(Hull(regel.navn, ord_, f"regler.py, linje {regel.linje}"))
    return hull, prøvd


def endringer(rad: Parameterrad) -> list[tuple[list[Parameterverdi], str]]:
    """The nudges of one row, each as values of which one must be noticed: a number one per cent up or down; a date one day
    later, and one day earlier; each code left out."""
    if isinstance(rad.verdi, dt.date):
        dag = dt.timedelta(days=1)
        return [([rad.verdi + dag], "én dag senere"), ([rad.verdi - dag], "én dag tidligere")]
    if isinstance(rad.verdi, str):
        koder = rad.verdi.split("|")
        return [(["|".join(k for k in koder if k != kode)], f"uten {kode}") for kode in koder]
    steg = _steg(rad)
    return [([rad.verdi + steg, rad.verdi - steg], f"{skriv(steg)} opp eller ned")]


def _steg(rad: Parameterrad) -> Decimal:
    """One per cent of the value; a whole one for what is counted in whole numbers."""
    if rad.enhet in ("dager", "måneder", "år", "antall") and rad.verdi == rad.verdi.to_integral_value():
        return Decimal(1)
    return abs(rad.verdi) / 100 or Decimal(1)


def skriv(tall: Decimal) -> str:
    return f"{tall.normalize():f}".replace(".", ",")


def med_regel(verk: Regelverk, regel: Regel, verdi: bool) -> Regelverk:
    """The same scheme where one condition always has this value."""
    sett = type(verk.regelsett)(verk.regelsett.id)
    tvunget = replace(regel, funksjon=lambda *_: Kolonne(np.array([verdi])))
    sett.regler = {n: tvunget if r is regel else r for n, r in verk.regler.items()}
    return replace(verk, regelsett=sett, fingeravtrykk="")


def _likt(eksempler: Eksempler, verk: Regelverk, riktig) -> bool:
    """Whether every example still gives the same outcome, amounts and reasons. A change that cannot be run is noticed."""
    promiser = ["forventet", "beløp", "avgjørende"] + [r.navn for r in verk.regelsett.av_art("beløp")]
    try:
        nytt = svar(eksempler.kjor(verk))
    except Ordningsfeil:
        return False
    return nytt[promiser].equals(riktig[promiser])
