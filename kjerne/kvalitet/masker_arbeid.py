"""Masks over employments (Aa-registeret), lay-offs and leave."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kjerne.kontrakt import kodeverk
from kjerne.kvalitet.kobling import saker_og_rader
from kjerne.kvalitet.kontekst import Kontekst, dager, maaneder
from kjerne.kvalitet.maske import Felt, Maske, maske

_AAREG = ("arbeidsforhold",)
_PERM = ("permittering",)


def _dag(dato) -> np.datetime64:
    return np.datetime64(dato, "D")


def _tall(k: Kontekst, tabell: str, kolonne: str) -> np.ndarray:
    return k.rammer[tabell][kolonne].to_numpy(float, na_value=np.nan)


def _bekreftet_maaned(k: Kontekst, tabell: str) -> np.ndarray:
    return maaneder(k.rammer[tabell]["sist_bekreftet"])


@maske(29, "arbeidsforhold", "forhold", _AAREG)
def arb_periode_gyldig(k: Kontekst) -> Maske:
    """An employment has a first day, not after the last one and not after the decision."""
    a = k.arbeidsforhold
    mangler = np.isnat(a.start)
    return Maske(
        mangler | (a.start > a.slutt) | (a.start > _dag(k.vedtaksdato)),
        lambda pos: ["startdato mangler" if mangler[i] else f"{a.start[i]}–{a.slutt[i]}" for i in pos],
    )


@maske(30, "arbeidsforhold", "forhold", _AAREG)
def arb_stillingsprosent(k: Kontekst, lavest: int = 15_000, hoyest: int = 200_000) -> Maske:
    """0–100 per cent, and the full-time month's pay it implies is `lavest`–`hoyest` kroner (problem 9)."""
    a, f = k.arbeidsforhold, k.forhold
    pst = _tall(k, "arbeidsforhold", "stillingsprosent")
    par = k.par(a.person, a.org)
    loenn = pd.Series(f.median2 / 200, index=k.par(f.person, f.org)).reindex(par).to_numpy()
    alene = ~pd.Series(par).duplicated(keep=False).to_numpy()  # two contracts share one pay
    full = loenn / np.where(pst > 0, pst, np.nan) * 100
    urimelig = alene & (full > 0) & ((full < lavest) | (full > hoyest))
    null_med_lonn = alene & (pst == 0) & (loenn > 0)
    return Maske((pst < 0) | (pst > 100) | urimelig | null_med_lonn, lambda pos: [f"{pst[i]:g} %" for i in pos])


@maske(31, "arbeidsforhold", "forhold", _AAREG)
def arb_bekreftet(k: Kontekst, slingring_maaneder: int = 0) -> Maske:
    """A running employment was confirmed for the last finished month (problem 21) and not closed by machine (22)."""
    a = k.arbeidsforhold
    siste = k.siste_ferdige()
    bekreftet = _bekreftet_maaned(k, "arbeidsforhold")
    gammel = (
        np.isnat(a.slutt) & (bekreftet < siste - slingring_maaneder) & ~k.mangler("sist_bekreftet", "arbeidsforhold")
    )
    stengt = k.er("varsling", kodeverk.STENGT_AV_NAV, "arbeidsforhold")
    return Maske(
        gammel | stengt,
        lambda pos: ["stengt av NAV eller konkurs" if stengt[i] else "ikke bekreftet av arbeidsgiver" for i in pos],
    )


@maske(None, "arbeidsforhold", "forhold", _AAREG)
def arb_varsling(k: Kontekst) -> Maske:
    """The employer is bankrupt, or NAV closed or changed the employment (problem 22)."""
    ramme = k.rammer["arbeidsforhold"]
    return Maske(
        k.er("varsling", kodeverk.STENGT_AV_NAV, "arbeidsforhold"),
        lambda pos: list(ramme["varsling"].iloc[pos].astype(str)),
    )


@maske(None, "arbeidsforhold", "forhold", _AAREG)
def arb_uten_inntekt(k: Kontekst, maaneder_uten: int = 3) -> Maske:
    """A running employment had pay in the last `maaneder_uten` finished months, or is laid off or away (problem 21)."""
    a, f = k.arbeidsforhold, k.forhold
    siste = k.siste_ferdige()
    med = (f.maaneder > siste - maaneder_uten) & (f.maaneder <= siste)
    lever = f.har[:, med].any(1)
    kjente = np.concatenate([k.par(f.person[lever], f.org[lever]), k.par(f.person[lever], f.oppl[lever])])
    borte = k.par(k.permittering.person, k.permittering.org) if "permittering" in k.rammer else np.zeros(0, np.int64)
    noekkel = k.par(a.person, a.org)
    start_ok = a.start <= np.datetime64(siste + 1 - maaneder_uten, "M").astype("datetime64[D]")
    forklart = pd.Series(noekkel).isin(np.append(kjente, borte)).to_numpy()
    return Maske(
        np.isnat(a.slutt) & start_ok & ~forklart & (a.org >= 0),
        lambda pos: [f"ingen lønn på {maaneder_uten} måneder"] * len(pos),
    )


@maske(32, "sak", trenger=_PERM)
def per_registrert(k: Kontekst, dato: Felt = "", paastand: Felt = "", slingring_dager: int = 14) -> Maske:
    """Who claims a lay-off from `dato` has one in the register from the same employer, within `slingring_dager`.

    `dato` empty: the date of the window. `paastand`: a yes/no field that must be yes for the check to apply.
    The duty to report begins late and lags, so absence is asked about, never refused (problem 10).
    """
    saker = k.rammer["sak"]
    fra = dager(saker[dato or k.plan.vindu.dato])
    gjelder = ~np.isnat(fra)
    if paastand:
        gjelder &= saker[paastand].fillna(False).to_numpy(bool)
    a = k.permittering
    ekte = np.flatnonzero(k.er("art", ["permittering"], "permittering") | k.mangler("art", "permittering"))
    sak, rad = saker_og_rader(k, a.person[ekte], a.org[ekte], a.oppl[ekte])
    rad, frist = ekte[rad], np.timedelta64(slingring_dager, "D")
    treff = (a.start[rad] <= fra[sak] + frist) & (np.isnat(a.slutt[rad]) | (a.slutt[rad] >= fra[sak] - frist))
    brudd = gjelder & (np.bincount(sak[treff], minlength=len(saker)) == 0)
    sporres = np.flatnonzero(brudd)
    return Maske(
        brudd,
        lambda pos: ["permitteringen er ikke registrert"] * len(pos),
        detalj=(sporres, maaneder(pd.Series(fra[sporres])), k.sak.arbeidsgiver[sporres]),
    )


@maske(33, "permittering", "forhold", _PERM)
def per_slutt_og_prosent(k: Kontekst, slingring_maaneder: int = 0) -> Maske:
    """Above 0 and at most 100 per cent, also summed over overlaps (12); an open end is freshly confirmed (11)."""
    a = k.permittering
    pst = _tall(k, "permittering", "prosent")
    rar = ~((pst > 0) & (pst <= 100))
    gammel = np.isnat(a.slutt) & (_bekreftet_maaned(k, "permittering") < k.siste_ferdige() - slingring_maaneder)
    gammel &= ~k.mangler("sist_bekreftet", "permittering")
    over = _sum_over(k, pst, 100)

    def tekster(pos: np.ndarray) -> list[str]:
        return [
            "over 100 % til sammen" if over[i] else f"{pst[i]:g} %" if rar[i] else "åpen, ikke bekreftet" for i in pos
        ]

    return Maske(rar | gammel | over, tekster)


@maske(None, "permittering", "forhold", _PERM)
def per_overlapp(k: Kontekst, maks: int = 100) -> Maske:
    """Lay-off and leave from one employer are at most `maks` per cent together on any day (problem 12)."""
    return Maske(
        _sum_over(k, _tall(k, "permittering", "prosent"), maks), lambda pos: [f"over {maks} % til sammen"] * len(pos)
    )


def _sum_over(k: Kontekst, pst: np.ndarray, maks: float) -> np.ndarray:
    """Rows of a person × employer whose overlapping per cents exceed `maks` on some day (a sweep over the dates)."""
    a = k.permittering
    gruppe, _ = pd.factorize(k.par(a.person, a.org))
    evig = np.datetime64("2200-01-01", "D")
    start = np.where(np.isnat(a.start), np.datetime64("1900-01-01", "D"), a.start)
    slutt = np.where(np.isnat(a.slutt), evig, a.slutt) + 1
    vekt = np.nan_to_num(pst)
    dag, endring = np.concatenate([start, slutt]), np.concatenate([vekt, -vekt])
    begge = np.tile(gruppe, 2)
    orden = np.lexsort((endring, dag, begge))  # ends before beginnings on one day
    lopende = np.cumsum(endring[orden])  # every group ends in zero
    over = np.zeros(gruppe.max(initial=-1) + 1, bool)
    over[begge[orden][lopende > maks + 1e-6]] = True
    return over[gruppe] if len(gruppe) else np.zeros(0, bool)
