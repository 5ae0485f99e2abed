"""K08, K09 and K10: pay that may have been made for the scheme."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from kjerne.kontroll.kontekst import Kontrollkontekst
from kjerne.kontroll.lonnsrader import UKJENT, Lonnsrader
from kjerne.kontroll.regel import Treff, ingen, kontroll

_AAR = 12
_OM_GANGEN = 50_000  # lines that are looked at together: memory does not grow with the batch


def dagnummer(dag: dt.date) -> int:
    """Days since January 1970."""
    return (dag - dt.date(1970, 1, 1)).days


def kr(ore: int) -> str:
    """1234500 → «12 345 kr», whole kroner."""
    return f"{int(ore) // 100:,}".replace(",", " ") + " kr"


@kontroll("K08", trenger=("inntekt", "arbeidsgiver"))
def meldt_etter_kunngjoring(k: Kontrollkontekst, dager_etter: int) -> Treff:
    """The employment was reported for the first time after the scheme was known. What was never reported is asked about elsewhere."""
    grense = dagnummer(k.kunngjort) + dager_etter
    lonn = k.lonn
    har_hos = k.linjer["arbeidsgiver"].notna().to_numpy(bool)
    forst = lonn.forst_meldt()[lonn.linjepar]
    uten_tid = lonn.noen(~lonn.svar & (lonn.meldt == UKJENT))[lonn.linjepar]  # may have come first
    kjent = har_hos & (forst != UKJENT) & ((forst <= grense) | ~uten_tid)
    begynte = _begynte(k)
    tekst = "Arbeidsforholdet ble meldt første gang {} dager etter at ordningen var kjent.{}"
    return Treff(
        kjent & (forst > grense),
        lambda pos: [tekst.format(forst[i] - grense, f" Registeret sier at det begynte {begynte[i]}." * bool(begynte[i])) for i in pos],
        lambda pos: [{"dager_etter": int(forst[i] - grense)} | ({"begynte": begynte[i]} if begynte[i] else {}) for i in pos],
        gruppe=pd.factorize(k.linjer["arbeidsgiver"])[0],
        ukjent=~kjent,
    )


def _begynte(k: Kontrollkontekst) -> np.ndarray:
    """The first day of each line's employment in the register (dd.mm.yyyy), "" where it is not known: what the employer says himself."""
    ut = pd.Series("", range(k.lonn.antall), dtype=object)
    if k.har("arbeidsforhold"):
        r = k.arbeidsforhold[["ident", "virksomhet", "startdato"]].dropna()
        forst = r["startdato"].groupby(k.lonn.par_for(r["ident"], r["virksomhet"])).min().drop(-1, errors="ignore")
        ut.update(forst.dt.strftime("%d.%m.%Y"))
    return ut.to_numpy(object)[k.lonn.linjepar]


@kontroll("K09", trenger=("inntekt",))
def rettet_opp_etterpaa(k: Kontrollkontekst, prosent: int, kroner: int, stopp_kroner: int) -> Treff:
    """Months that were reported before the scheme was known have since got more pay: more than `prosent` and `kroner`.

    Seen in the reports themselves (rows that came later), and against the oldest extract when there is one.
    """
    lonn = k.lonn
    for_, etter = _rettinger(lonn, dagnummer(k.kunngjort))
    if k.har("inntekt_for"):
        gammel, ny = _to_uttrekk(k.lonn_for, lonn, dagnummer(k.kunngjort))
        storst = ny - gammel > etter - for_
        for_, etter = np.where(storst, gammel, for_), np.where(storst, ny, etter)
    okning = (etter - for_)[lonn.linjepar]
    grunnlag = for_[lonn.linjepar]
    brudd = (okning > kroner * 100) & (100 * okning > prosent * grunnlag) & (grunnlag > 0)
    ekte = lonn.vanlig & ~lonn.svar
    ukjent = ~lonn.noen(ekte) | lonn.noen(ekte & (lonn.meldt == UKJENT))
    return Treff(
        brudd,
        lambda pos: [f"Lønn som var meldt før ordningen ble kjent, er rettet opp med {kr(okning[i])}." for i in pos],
        lambda pos: [{"okning_ore": int(okning[i]), "for_ore": int(grunnlag[i])} for i in pos],
        stopp=brudd & (okning > stopp_kroner * 100),
        ukjent=~brudd & ukjent[lonn.linjepar],
    )


def _rettinger(lonn: Lonnsrader, kunngjort: int) -> tuple[np.ndarray, np.ndarray]:
    """(øre before, øre now) per pair, over the months that have rows from both sides of the day."""
    med = lonn.vanlig & ~lonn.svar & (lonn.meldt != UKJENT)
    tidlig, sent = med & (lonn.meldt <= kunngjort), med & (lonn.meldt > kunngjort)
    par, (for_, etter) = _maanedssummer((lonn, tidlig), (lonn, sent))
    return _per_par(lonn, par, for_, (for_ > 0) & (etter != 0)), _per_par(lonn, par, for_ + etter, (for_ > 0) & (etter != 0))


def _to_uttrekk(gammel: Lonnsrader, ny: Lonnsrader, kunngjort: int) -> tuple[np.ndarray, np.ndarray]:
    """(øre then, øre now) per pair, over the months that the old extract had."""
    tidlig = gammel.vanlig & ~gammel.svar & (gammel.meldt <= kunngjort)
    par, (da, naa) = _maanedssummer((gammel, tidlig), (ny, ny.vanlig & ~ny.svar))
    return _per_par(ny, par, da, da > 0), _per_par(ny, par, naa, da > 0)


def _maanedssummer(*deler: tuple[Lonnsrader, np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """(pair, øre of each part), one entry for each pair and month that any part has rows in. What is asked for is what is kept: one
    row with an absurd month costs one entry."""
    nokler = np.concatenate([np.column_stack([lonn.par[med], lonn.maaned[med]]) for lonn, med in deler])
    ulike, plass = np.unique(nokler, axis=0, return_inverse=True)
    ut, fra = [], 0
    for lonn, med in deler:
        ore = lonn.ore[med]
        sum_ = np.zeros(len(ulike), np.int64)
        np.add.at(sum_, plass[fra : fra + len(ore)], ore)
        fra += len(ore)
        ut.append(sum_)
    return ulike[:, 0], ut


def _per_par(lonn: Lonnsrader, par: np.ndarray, ore: np.ndarray, med: np.ndarray) -> np.ndarray:
    ut = np.zeros(lonn.antall, np.int64)
    np.add.at(ut, par[med], ore[med])
    return ut


@kontroll("K10", trenger=("inntekt",))
def lonnshopp(k: Kontrollkontekst, prosent: int, stopp_prosent: int, stopp_kroner: int, minst_maaneder: int) -> Treff:
    """Pay in the last month before the application (of the year before it) is more than `prosent` of the median of the months with pay
    in the year before that month."""
    if not k.antall:
        return ingen(0)
    mottatt = k.linjer["mottatt_dato"].to_numpy().astype("datetime64[M]").astype(np.int64)
    fra = int(mottatt.min()) - 2 * _AAR
    sum_ = k.lonn.per_maaned(k.lonn.vanlig, fra, int(mottatt.max()) - fra)
    deler = [slice(i, i + _OM_GANGEN) for i in range(0, k.antall, _OM_GANGEN)]
    siste, dobbel, antall = (np.concatenate(d) for d in zip(*(_siste_og_vanlig(sum_[k.lonn.linjepar[d]], mottatt[d] - fra) for d in deler),
                                                            strict=True))  # fmt: skip
    kjent = (antall >= minst_maaneder) & (siste > 0)
    brudd = kjent & (200 * siste > prosent * dobbel)
    stopp = brudd & (200 * siste > stopp_prosent * dobbel) & (2 * siste - dobbel > 200 * stopp_kroner)
    hopp = (200 * siste + dobbel // 2) // np.maximum(dobbel, 1)
    return Treff(
        brudd,
        lambda pos: [f"Lønnen i siste måned er {hopp[i]} % av den vanlige." for i in pos],
        lambda pos: [{"siste_ore": int(siste[i]), "vanlig_ore": int(dobbel[i] // 2), "prosent": int(hopp[i])} for i in pos],
        stopp=stopp,
        ukjent=~kjent,
    )


def _siste_og_vanlig(mine: np.ndarray, mottatt: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each line: øre in its last month with pay before the application, twice the median of the year before that month (whole øre),
    and how many months the median is of. `mine`: øre per line and month."""
    kolonne, linje = np.arange(mine.shape[1]), np.arange(len(mine))
    med = (mine > 0) & (kolonne < mottatt[:, None]) & (kolonne >= mottatt[:, None] - _AAR)
    nr = np.where(med.any(1), mine.shape[1] - 1 - np.argmax(med[:, ::-1], axis=1), -1)
    foer = (mine > 0) & (kolonne < nr[:, None]) & (kolonne >= nr[:, None] - _AAR)
    antall = foer.sum(1)
    sortert = np.sort(np.where(foer, mine, UKJENT), axis=1)
    midt = [sortert[linje, np.maximum(n, 0)] for n in ((antall - 1) // 2, antall // 2)]
    return np.where(nr >= 0, mine[linje, nr], 0), np.where(antall > 0, midt[0] + np.where(antall > 0, midt[1], 0), 0), antall
