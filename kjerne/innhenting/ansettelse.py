"""Which kind of employment an income row belongs to: same person, same underenhet, and a month that the employment covers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kjerne.kontrakt.tabeller import DTYPER

KOLONNE = "arbeidsforhold_type"
_NOKLER = ("ident", "virksomhet")
_AAPEN = np.iinfo("int64").max  # the month of an employment that runs


def med_arbeidsforhold_type(inntekt: pd.DataFrame, arbeidsforhold: pd.DataFrame | None) -> pd.DataFrame:
    """The income with the additional column `arbeidsforhold_type`. A type that the source gives is kept; unknown where no
    employment covers the month, and where several of different types do."""
    tom = pd.Series(pd.NA, index=inntekt.index, dtype=DTYPER["tekst"]).astype("category")
    funnet = _fra_registeret(inntekt, arbeidsforhold) if arbeidsforhold is not None and len(arbeidsforhold) and len(inntekt) else tom
    if KOLONNE in inntekt:
        funnet = inntekt[KOLONNE].astype(DTYPER["tekst"]).fillna(funnet.astype(DTYPER["tekst"])).astype("category")
    return inntekt.assign(**{KOLONNE: funnet})


def _fra_registeret(inntekt: pd.DataFrame, arbeidsforhold: pd.DataFrame) -> pd.Series:
    """Month by month and in numbers: there are millions of rows, and few employments of the same person at the same place."""
    a = arbeidsforhold[[*_NOKLER, "type", "startdato", "sluttdato"]].dropna(subset=[*_NOKLER, "type", "startdato"])
    typer, navn = pd.factorize(a["type"].astype(DTYPER["tekst"]), sort=True)
    egne, andres = _felles_nokler(inntekt, a)
    orden = np.argsort(andres, kind="stable")
    orden = orden[np.searchsorted(andres[orden], 0) :]  # those that an income row can belong to
    fra, til = _maanedsnummer(a["startdato"], 0)[orden], _maanedsnummer(a["sluttdato"], _AAPEN)[orden]
    nokler, typer = andres[orden], typer[orden]
    forste, siste = (np.searchsorted(nokler, egne, side=side) for side in ("left", "right"))
    maaned = _maanedsnummer(inntekt["maaned"], 0)
    ut = np.full(len(inntekt), -1, dtype="int64")
    uenige = np.zeros(len(inntekt), dtype=bool)
    rader = np.flatnonzero(siste > forste)
    nr = forste[rader]
    while len(rader):  # the first employment of each key, then the second …
        dekker = (fra[nr] <= maaned[rader]) & (maaned[rader] <= til[nr])
        treff, type_ = rader[dekker], typer[nr[dekker]]
        uenige[treff] |= (ut[treff] >= 0) & (ut[treff] != type_)
        ut[treff] = type_
        flere = nr + 1 < siste[rader]
        rader, nr = rader[flere], nr[flere] + 1
    ut[uenige] = -1
    brukt = np.flatnonzero(np.bincount(ut[ut >= 0], minlength=len(navn)))  # only those that a row has, as everywhere
    koder = np.append(np.searchsorted(brukt, np.arange(len(navn))), -1)[ut]
    kategorier = pd.CategoricalDtype(pd.Index(navn, dtype=DTYPER["tekst"])[brukt])
    return pd.Series(pd.Categorical.from_codes(koder, dtype=kategorier), index=inntekt.index)


def _felles_nokler(inntekt: pd.DataFrame, arbeidsforhold: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """One number for the person and place of each row, the same in both tables; -1 where one is missing or the other has none."""
    egne, andres = np.zeros(len(inntekt), "int64"), np.zeros(len(arbeidsforhold), "int64")
    for navn in _NOKLER:
        koder, kategorier = _koder(inntekt[navn])
        like = kategorier.get_indexer(pd.Index(arbeidsforhold[navn]))
        egne, andres = (np.where((n < 0) | (k < 0), -1, n * (len(kategorier) + 1) + k) for n, k in ((egne, koder), (andres, like)))
    return egne, andres


def _koder(tekster: pd.Series) -> tuple[np.ndarray, pd.Index]:
    if isinstance(tekster.dtype, pd.CategoricalDtype):
        return tekster.cat.codes.to_numpy().astype("int64"), tekster.cat.categories
    koder, kategorier = pd.factorize(tekster)
    return koder, pd.Index(kategorier)


def _maanedsnummer(datoer: pd.Series, uten: int) -> np.ndarray:
    maaned = datoer.to_numpy().astype("datetime64[M]")
    return np.where(np.isnat(maaned), uten, maaned.astype("int64"))
