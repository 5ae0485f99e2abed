"""The examples with one thing changed: only what rests on the change is worked out again, and compared with what stood.

A change is noticed when an example would turn red: another outcome, another amount to somebody, another deciding condition,
or another value in a column of a rule that the jurist has written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.kolonne import Kolonne
from kjerne.kontrakt.parameter import Parameterrad, Parameterverdi
from kjerne.kontrakt.rader import Utvalg
from kjerne.kontrakt.regel import Regel
from kjerne.regelmotor.eksempler import Eksempler, skriv_kolonne
from kjerne.regelmotor.evaluering import parameterkolonne, regelverdi
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.sporing import Sporing

Verdier = dict[str, Kolonne | Utvalg]


class Omregning:
    """The examples as they are, and what a change makes of them."""

    def __init__(self, eksempler: Eksempler):
        self.verk = eksempler.verk
        self.riktig = eksempler.kjor()
        self.skrevet = {n: (eksempler.tabell[n].str.strip() != "").to_numpy() for n in eksempler.tabell if n in self.verk.regler}
        rett = self.verk.rett.navn
        self.mot_retten = self.verk.grunner(rett) | {rett}

    def merker_verdi(self, rad: Parameterrad, verdi: Parameterverdi) -> bool:
        """Whether an example notices another value in one row of a parameter."""
        rader = [r.med(verdi) if r is rad else r for r in self.verk.parameternavn[rad.navn]]
        try:
            ny = parameterkolonne(rader, self.riktig.parametervalg[rad.navn])
            return self._merker(self.verk, {rad.navn: ny}, _like(ny, self.riktig.verdier[rad.navn]))
        except Ordningsfeil:  # a change that cannot be run is noticed
            return True

    def merker_regel(self, regel: Regel, funksjon: Callable) -> bool:
        """Whether an example notices that the rule is worked out in another way."""
        verk = med_funksjon(self.verk, regel, funksjon)
        try:
            ny = regelverdi(verk, verk.regler[regel.navn], self.riktig.verdier)
            return self._merker(verk, {regel.navn: ny}, _like(ny, self.riktig.verdier[regel.navn]))
        except Ordningsfeil:
            return True

    def _merker(self, verk: Regelverk, endret: Verdier, likt: bool) -> bool:
        """`likt`: no value has changed, but the way to it has, and with it perhaps what decided a refusal."""
        if likt and not self.mot_retten & set(endret):
            return False
        endret = {} if likt else self._videre(verk, endret)
        if any(self._ulikt_skrevet(n, v) for n, v in endret.items() if n in self.skrevet):
            return True
        ny = Sporing(verk, self.riktig.antall, self.riktig.verdier | endret, self.riktig.parametervalg)
        if endret and not (
            np.array_equal(ny.utfall, self.riktig.utfall)
            and all(np.array_equal(ny.belop_ore[n], ore) for n, ore in self.riktig.belop_ore.items())
        ):
            return True
        return list(ny.avgjorende_tekst) != list(self.riktig.avgjorende_tekst)

    def _videre(self, verk: Regelverk, endret: Verdier) -> Verdier:
        """All values that change with these."""
        verdier, ut = self.riktig.verdier | endret, dict(endret)
        for regel in verk.rekkefolge:
            if regel.navn not in ut and not ut.keys().isdisjoint(regel.argumenter):
                ny = regelverdi(verk, regel, verdier)
                if not _like(ny, self.riktig.verdier[regel.navn]):
                    ut[regel.navn] = verdier[regel.navn] = ny
        return ut

    def _ulikt_skrevet(self, navn: str, ny: Kolonne | Utvalg) -> bool:
        """Whether a value that the jurist has written is no longer what comes out."""
        if isinstance(ny, Utvalg):
            return False
        par = zip(*(skriv_kolonne(k.til_lengde(self.riktig.antall)) for k in (ny, self.riktig.verdier[navn])), strict=True)
        return any(s and a != b for s, (a, b) in zip(self.skrevet[navn], par, strict=True))


def med_funksjon(verk: Regelverk, regel: Regel, funksjon: Callable) -> Regelverk:
    """The same scheme where one rule is worked out in another way."""
    sett = type(verk.regelsett)(verk.regelsett.id)
    ny = replace(regel, funksjon=funksjon)
    sett.regler = {n: ny if r is regel else r for n, r in verk.regler.items()}
    return replace(verk, regelsett=sett, fingeravtrykk="")


def _like(a: Kolonne | Utvalg, b: Kolonne | Utvalg) -> bool:
    if isinstance(a, Utvalg) or isinstance(b, Utvalg):
        return _samme_rader(a, b)
    lengde = max(len(a), len(b))
    a, b = a.til_lengde(lengde), b.til_lengde(lengde)
    if (a.koder is None) != (b.koder is None) or (a.koder is not None and not a.koder.equals(b.koder)):
        return False
    kjent = a.kjentmaske
    return bool(np.array_equal(kjent, b.kjentmaske) and np.array_equal(a.data[kjent], b.data[kjent]))


def _samme_rader(a: Kolonne | Utvalg, b: Kolonne | Utvalg) -> bool:
    if not (isinstance(a, Utvalg) and isinstance(b, Utvalg)):
        return False
    par = ((a.rader, b.rader), (a.sikker, b.sikker), (a.tvil, b.tvil))
    return all((x is y) or (x is not None and y is not None and np.array_equal(x, y)) for x, y in par)
