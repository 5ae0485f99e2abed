"""K08, K09 and K10: pay that may have been made for the scheme."""

from __future__ import annotations

import datetime as dt

import numpy as np

from kjerne.kontroll.kontekst import Kontrollkontekst
from kjerne.kontroll.lonnsrader import UKJENT, Lonnsrader
from kjerne.kontroll.regel import Treff, kontroll


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
    har_hos = k.linjer["arbeidsgiver"].notna().to_numpy(bool)
    forst = k.lonn.forst_meldt()[k.lonn.linjepar]
    brudd = har_hos & (forst != UKJENT) & (forst > grense)
    return Treff(
        brudd,
        lambda pos: [f"Arbeidsforholdet ble meldt første gang {forst[i] - grense} dager etter at ordningen var kjent." for i in pos],
        lambda pos: [{"dager_etter": int(forst[i] - grense)} for i in pos],
    )


@kontroll("K09", trenger=("inntekt",))
def rettet_opp_etterpaa(k: Kontrollkontekst, prosent: int, kroner: int, stopp_kroner: int) -> Treff:
    """Months that were reported before the scheme was known have since got more pay: more than `prosent` and `kroner`.

    Seen in the reports themselves (rows that came later), and against the oldest extract when there is one.
    """
    for_, etter = _rettinger(k.lonn, dagnummer(k.kunngjort))
    if k.har("inntekt_for"):
        gammel, ny = _to_uttrekk(k.lonn_for, k.lonn, dagnummer(k.kunngjort))
        storst = ny - gammel > etter - for_
        for_, etter = np.where(storst, gammel, for_), np.where(storst, ny, etter)
    okning = (etter - for_)[k.lonn.linjepar]
    grunnlag = for_[k.lonn.linjepar]
    brudd = (okning > kroner * 100) & (100 * okning > prosent * grunnlag) & (grunnlag > 0)
    return Treff(
        brudd,
        lambda pos: [f"Lønn som var meldt før ordningen ble kjent, er rettet opp med {kr(okning[i])}." for i in pos],
        lambda pos: [{"okning_ore": int(okning[i]), "for_ore": int(grunnlag[i])} for i in pos],
        stopp=brudd & (okning > stopp_kroner * 100),
    )


def _rettinger(lonn: Lonnsrader, kunngjort: int) -> tuple[np.ndarray, np.ndarray]:
    """(øre before, øre now) per pair, over the months that have rows from both sides of the day."""
    fra, bredde = _spenn(lonn)
    med = lonn.vanlig & ~lonn.svar & (lonn.meldt != UKJENT)
    tidlig = lonn.per_maaned(med & (lonn.meldt <= kunngjort), fra, bredde)
    sent = lonn.per_maaned(med & (lonn.meldt > kunngjort), fra, bredde)
    begge = (tidlig > 0) & (sent != 0)
    return (tidlig * begge).sum(1), ((tidlig + sent) * begge).sum(1)


def _to_uttrekk(gammel: Lonnsrader, ny: Lonnsrader, kunngjort: int) -> tuple[np.ndarray, np.ndarray]:
    """(øre then, øre now) per pair, over the months that the old extract had."""
    fra, bredde = _spenn(ny)
    da = gammel.per_maaned(gammel.vanlig & ~gammel.svar & (gammel.meldt <= kunngjort), fra, bredde)
    naa = ny.per_maaned(ny.vanlig & ~ny.svar, fra, bredde)
    return da.sum(1), (naa * (da > 0)).sum(1)


def _spenn(lonn: Lonnsrader) -> tuple[int, int]:
    """(first month, number of months) of the rows."""
    if not len(lonn.maaned):
        return 0, 1
    return int(lonn.maaned.min()), int(lonn.maaned.max() - lonn.maaned.min()) + 1


@kontroll("K10", trenger=("inntekt",))
def lonnshopp(k: Kontrollkontekst, prosent: int, stopp_prosent: int, stopp_kroner: int, minst_maaneder: int) -> Treff:
    """Pay in the last month before the application is more than `prosent` of the median of the up to 12 months before it."""
    lonn = k.lonn
    fra, bredde = _spenn(lonn)
    sum_ = lonn.per_maaned(lonn.vanlig, fra, bredde)
    mottatt = k.linjer["mottatt_dato"].to_numpy().astype("datetime64[M]").astype(np.int64) - fra
    siste = _siste_med_lonn(sum_, lonn.linjepar, mottatt)
    mine, linje = sum_[lonn.linjepar].astype(float), np.arange(k.antall)
    kolonne = np.arange(bredde)
    foer = (kolonne < siste[:, None]) & (kolonne >= siste[:, None] - 12) & (mine > 0)
    med_nok = (foer.sum(1) >= minst_maaneder) & (siste >= 0)
    vanlig = np.zeros(k.antall)
    vanlig[med_nok] = np.nanmedian(np.where(foer, mine, np.nan)[med_nok], axis=1) if med_nok.any() else 0
    naa = np.where(siste >= 0, mine[linje, np.maximum(siste, 0)], 0)
    brudd = med_nok & (vanlig > 0) & (100 * naa > prosent * vanlig)
    hopp = np.rint(np.divide(100 * naa, vanlig, out=np.zeros(k.antall), where=vanlig > 0)).astype(np.int64)
    stopp = brudd & (100 * naa > stopp_prosent * vanlig) & (naa - vanlig > stopp_kroner * 100)
    return Treff(
        brudd,
        lambda pos: [f"Lønnen i siste måned er {hopp[i]} % av den vanlige." for i in pos],
        lambda pos: [{"siste_ore": int(naa[i]), "vanlig_ore": round(vanlig[i]), "prosent": int(hopp[i])} for i in pos],
        stopp=stopp,
    )


def _siste_med_lonn(sum_: np.ndarray, linjepar: np.ndarray, mottatt: np.ndarray) -> np.ndarray:
    """For each line, the column of the last month with pay before the application; -1 where there is none."""
    kolonne = np.arange(sum_.shape[1])
    med = (sum_[linjepar] > 0) & (kolonne < mottatt[:, None])
    return np.where(med.any(1), sum_.shape[1] - 1 - np.argmax(med[:, ::-1], axis=1), -1)
