"""Coverage by mutation: nudge a parameter row, turn a condition or a choice in a rule, and some example must come out differently.

A parameter or a part of a rule that nothing reacts to is a hole: the examples would not notice if it were wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kjerne.kontrakt.parameter import Parameterrad, Parameterverdi
from kjerne.regelmotor.eksempler import Eksempler
from kjerne.regelmotor.hullfil import FILNAVN, Godtatt, les_godtatte
from kjerne.regelmotor.literaler import literaler
from kjerne.regelmotor.mutasjon import mutanter
from kjerne.regelmotor.omregning import Omregning


@dataclass(frozen=True)
class Hull:
    """A change that no example noticed. `gjor_dette`: the example that would."""

    navn: str
    endring: str  # what was tried, in Norwegian
    hvor: str
    gjor_dette: str = "Skriv et eksempel på hver side av grensen."


def maal_dekning(eksempler: Eksempler) -> tuple[list[Hull], int]:
    """The holes that nobody has answered for, and how many changes were tried."""
    omregning, verk = Omregning(eksempler), eksempler.verk
    hull, prøvd = [], 0
    for rad in _egne_rader(eksempler):
        for verdiene, endring in endringer(rad):
            prøvd += 1
            if not any(omregning.merker_verdi(rad, v) for v in verdiene):
                hull.append(Hull(rad.navn, endring, f"{rad.fil}, linje {rad.linje}"))
    for m in mutanter(verk):
        prøvd += 1
        if not omregning.merker_regel(verk.regler[m.regel], m.funksjon):
            hull.append(Hull(m.regel, m.endring, f"regler.py, linje {m.linje}", m.gjor_dette))
    uten, antall = _valg_uten_sak(eksempler)
    return _ubesvarte(hull + uten, les_godtatte(verk.mappe)), prøvd + antall


def _ubesvarte(hull: list[Hull], godtatte: list[Godtatt]) -> list[Hull]:
    """Without those that eksempler/hull.csv answers for; and each answer to a hole that is not there."""
    funnet = {(h.navn, h.endring) for h in hull}
    besvart = {(g.navn, g.endring) for g in godtatte}
    uten_hull = [
        Hull(g.navn, f"{g.endring} (godtatt i {FILNAVN}, men er ikke et hull)", f"{FILNAVN}, linje {g.linje}", "Slett raden.")
        for g in godtatte if (g.navn, g.endring) not in funnet
    ]
    return [h for h in hull if (h.navn, h.endring) not in besvart] + uten_hull


def _egne_rader(eksempler: Eksempler) -> Iterator[Parameterrad]:
    """The rows that a rule asks for. Shared law of other years is none of this scheme's business."""
    verk = eksempler.verk
    gjelder = verk.manifest.gjelder
    for rad in verk.parametre:
        utenfor = rad.felles and (rad.fra > gjelder.til or (rad.til is not None and rad.til < gjelder.fra))
        if rad.navn in verk.parameternavn and not utenfor:
            yield rad


def _valg_uten_sak(eksempler: Eksempler) -> tuple[list[Hull], int]:
    """Answers that no example gives to a question whose answers a rule names; and how many such answers there are. Also those
    that no rule names: a rule that has lost one of its answers is seen only by the example that gives it."""
    felt = {f.navn: f for f in eksempler.verk.manifest.felt if f.valg}
    nevnt = {f: linje for _, f, _, linje in literaler(eksempler.verk) if f in felt}
    alle = [(f, valg, linje) for f, linje in nevnt.items() for valg in felt[f].valg]
    return [
        Hull(f, f"ingen sak svarer «{valg}»", f"regler.py, linje {linje}", f"Skriv et eksempel der {f} er {valg}.")
        for f, valg, linje in alle
        if f not in eksempler.fakta or not (eksempler.fakta[f] == valg).any()
    ], len(alle)


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
    vist = f"{skriv(steg * 100)} prosentpoeng" if rad.enhet == "%" else skriv(steg)
    return [([rad.verdi + steg, rad.verdi - steg], f"{vist} opp eller ned")]


def _steg(rad: Parameterrad) -> Decimal:
    """One per cent of the value; a whole one for what is counted in whole numbers."""
    if rad.enhet in ("dager", "måneder", "år", "antall") and rad.verdi == rad.verdi.to_integral_value():
        return Decimal(1)
    return abs(rad.verdi) / 100 or Decimal(1)


def skriv(tall: Decimal) -> str:
    return f"{tall.normalize():f}".replace(".", ",")
