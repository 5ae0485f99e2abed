"""Person × employer as rows, months as columns: the shape in which a series of pay can be judged."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from kjerne.kvalitet.kontekst import Ansettelser, Kontekst

MAKS_MAANEDER = 36
FERIE = ("feriepenger", "trekkILoennForFerie")


@dataclass
class Forhold:
    """One row per person × employer that has income in the basis.

    loenn       øre per month without holiday pay and holiday deductions, shape (rows, months)
    sum         øre per month, everything
    har         there is a report for the month
    ansatt      days employed, None when the register was not read
    permittert  days fully laid off or on leave
    borte       days laid off or on leave, wholly or in part
    forste      the month of the first column
    """

    person: np.ndarray
    org: np.ndarray
    oppl: np.ndarray
    forste: int
    loenn: np.ndarray
    sum: np.ndarray
    har: np.ndarray
    rad: np.ndarray  # row of this table for each income row, -1 outside
    kolonne: np.ndarray
    ansatt: np.ndarray | None
    permittert: np.ndarray
    borte: np.ndarray

    @property
    def maaneder(self) -> np.ndarray:
        return self.forste + np.arange(self.har.shape[1])

    @property
    def dager_i_maaned(self) -> np.ndarray:
        kanter = (
            np.arange(self.forste, self.forste + self.har.shape[1] + 1).astype("datetime64[M]").astype("datetime64[D]")
        )
        return np.diff(kanter).astype(np.int64)

    @cached_property
    def median2(self) -> np.ndarray:
        """Twice the median of the last 12 months' pay (whole øre), 0 where fewer than three months are known."""
        siste = self.loenn[:, -13:-1] if self.loenn.shape[1] > 12 else self.loenn
        har = self.har[:, -13:-1] if self.loenn.shape[1] > 12 else self.har
        antall = har.sum(1)
        ordnet = np.sort(np.where(har, siste, np.iinfo(np.int64).max), axis=1)
        rad = np.arange(len(ordnet))
        to = ordnet[rad, np.maximum(antall - 1, 0) // 2] + np.where(
            antall > 1, ordnet[rad, np.minimum(antall // 2, ordnet.shape[1] - 1)], 0
        )
        return np.where(antall >= 3, to, 0)

    def for_rader(self, tabell: np.ndarray) -> np.ndarray:
        """A boolean (rows, months) table, asked for each income row; False outside."""
        ut = np.zeros(len(self.rad), bool)
        inne = self.rad >= 0
        ut[inne] = tabell[self.rad[inne], self.kolonne[inne]]
        return ut

    @classmethod
    def bygg(cls, k: Kontekst) -> Forhold:
        from kjerne.kvalitet.kontekst import maaned_av

        inn, med = k.inn, k.grunnlag
        siste = maaned_av(k.vedtaksdato)
        kjente = inn.maaned[med & (inn.maaned <= siste) & (inn.maaned > siste - MAKS_MAANEDER)]
        forste = min(int(kjente.min(initial=siste)), siste)
        bredde = siste - forste + 1
        med = med & (inn.maaned >= forste) & (inn.maaned <= siste) & (inn.person >= 0)
        antall_org = len(k.orgnumre) + 1
        koder, par = pd.factorize(k.par(inn.person[med], inn.org[med]))  # much faster than np.unique on all rows
        orden = np.argsort(par)
        par, rad_med = par[orden], np.argsort(orden)[koder]
        kolonne = (inn.maaned - forste).clip(0, bredde - 1)
        rad = np.full(len(inn), -1)
        rad[med] = rad_med
        celle, storrelse = rad_med * bredde + kolonne[med], (len(par), bredde)

        def summert(belop: np.ndarray) -> np.ndarray:
            # Whole øre below 2^53 in sum: exact in float64.
            return np.bincount(celle, belop, len(par) * bredde).astype(np.int64).reshape(storrelse)

        oppl = np.full(len(par), -1)
        oppl[rad_med] = inn.oppl[med]
        forhold = cls(
            person=par // antall_org,
            org=par % antall_org - 1,
            oppl=oppl,
            forste=forste,
            loenn=summert(np.where(k.er("beskrivelse", FERIE), 0, inn.belop)[med]),
            sum=summert(inn.belop[med]),
            har=(np.bincount(celle, minlength=len(par) * bredde) > 0).reshape(storrelse),
            rad=rad,
            kolonne=kolonne,
            ansatt=None,
            permittert=np.zeros(storrelse, np.int64),
            borte=np.zeros(storrelse, np.int64),
        )
        if "arbeidsforhold" in k.rammer:
            forhold.ansatt = forhold._dager(k.arbeidsforhold, np.ones(len(k.arbeidsforhold), bool), par, k)
        if "permittering" in k.rammer:
            hel = (k.rammer["permittering"]["prosent"].fillna(0) >= 100).to_numpy(bool)
            forhold.permittert = forhold._dager(k.permittering, hel, par, k)
            forhold.borte = forhold._dager(k.permittering, np.ones(len(hel), bool), par, k)
        return forhold

    def _dager(self, a: Ansettelser, med: np.ndarray, par: np.ndarray, k: Kontekst) -> np.ndarray:
        """Days of each month that the rows cover, per person × employer (underenhet or the one who reports)."""
        ut = np.zeros(self.har.shape, np.int64)
        if not len(par):
            return ut
        treff = np.full(len(a), -1)
        for org in (a.oppl, a.org):  # the underenhet wins where both are known
            noekkel = k.par(a.person, org)
            plass = np.searchsorted(par, noekkel).clip(0, len(par) - 1)
            treff = np.where((par[plass] == noekkel) & (org >= 0), plass, treff)
        med = med & (treff >= 0) & ~np.isnat(a.start)
        for kolonne, maaned in enumerate(self.maaneder):
            antall = overlapp(a.start[med], a.slutt[med], maaned)
            ut[:, kolonne] = np.bincount(treff[med], antall, len(par))
        return np.minimum(ut, self.dager_i_maaned)


def overlapp(start: np.ndarray, slutt: np.ndarray, maaned: int | np.ndarray) -> np.ndarray:
    """Days of the month inside [start, slutt]; an open end runs on."""
    forste = np.asarray(maaned).astype("datetime64[M]").astype("datetime64[D]")
    etter = (np.asarray(maaned) + 1).astype("datetime64[M]").astype("datetime64[D]")
    fra = np.maximum(start, forste)
    til = np.where(np.isnat(slutt), etter, np.minimum(slutt + 1, etter))
    return np.maximum((til - fra).astype(np.int64), 0)
