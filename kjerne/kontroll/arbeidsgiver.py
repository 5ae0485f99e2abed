"""K18: what the employees of one employer claim together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kjerne.kontroll.kontekst import Kontrollkontekst, antall_og_forste
from kjerne.kontroll.regel import VIST, Treff, kontroll

_SISTE = 3  # months: the best of them stands for the month that is reported late


@kontroll("K18", trenger=("arbeidsgiver",))
def flere_krav_enn_ansatte(k: Kontrollkontekst, minst_over: int, prosent_av_lonn: int) -> Treff:
    """At least `minst_over` more persons claim than were employed there the day the scheme was known, or they claim more than
    `prosent_av_lonn` of the wages of a month, for each month they claim for. What no register tells is not judged."""
    a = k.alle[(k.alle["ordning"] == k.ordning).to_numpy(bool) & k.alle["arbeidsgiver"].notna().to_numpy(bool)]
    hos, arbeidsgivere = pd.factorize(a["arbeidsgiver"])
    arbeidsgivere = pd.Index(arbeidsgivere)
    krav = _ulike(hos, a["menneske"].to_numpy(), len(arbeidsgivere))
    ansatte = _ansatte(k, arbeidsgivere)
    krevd = np.bincount(hos, a["belop_ore"].to_numpy(float), minlength=len(arbeidsgivere))
    taket = _lonnstak(k, arbeidsgivere, a, hos, prosent_av_lonn)
    for_mange = (ansatte >= 0) & (krav - ansatte >= minst_over)
    for_mye = (taket > 0) & (krevd > taket) & (krav >= minst_over)
    linje = arbeidsgivere.get_indexer(k.linjer["arbeidsgiver"])
    brudd = (linje >= 0) & (for_mange | for_mye)[linje]
    om = antall_og_forste(hos, a["sak_id"].to_numpy(object), VIST) if brudd.any() else {}

    def grunn(h: int) -> str:
        if for_mange[h]:
            return f"{krav[h]} krever hos en arbeidsgiver som hadde {ansatte[h]} ansatte i registeret."
        return f"Det er krevd {round(100 * krevd[h] / taket[h])} % av det lønnen hos arbeidsgiveren gir rom for."

    return Treff(
        brudd,
        lambda pos: [grunn(linje[i]) for i in pos],
        lambda pos: [
            {"krav": int(krav[h]), "ansatte": int(ansatte[h]), "krevd_ore": int(krevd[h]), "tak_ore": int(taket[h]), "saker": om[h][1]}
            for h in linje[pos]
        ],
        gruppe=linje,
    )


def _ulike(gruppe: np.ndarray, verdi: np.ndarray, antall: int) -> np.ndarray:
    """How many different values each group has."""
    par = np.unique(np.column_stack([gruppe, verdi]), axis=0)
    return np.bincount(par[:, 0], minlength=antall)


def _ansatte(k: Kontrollkontekst, arbeidsgivere: pd.Index) -> np.ndarray:
    """Persons employed at each of them on the day, by the register that we have; -1 without a register."""
    if not k.har("arbeidsforhold"):
        return np.full(len(arbeidsgivere), -1)
    r = k.arbeidsforhold
    dag = np.datetime64(k.kunngjort)
    fra, til = (r[n].to_numpy().astype("datetime64[D]") for n in ("startdato", "sluttdato"))
    r = r[(fra <= dag) & (np.isnat(til) | (til >= dag))]
    person, _ = pd.factorize(r["ident"])
    deler = [np.column_stack([arbeidsgivere.get_indexer(r[n]), person]) for n in ("virksomhet", "opplysningspliktig")]
    par = np.unique(np.concatenate(deler), axis=0)
    return np.bincount(par[par[:, 0] >= 0, 0], minlength=len(arbeidsgivere))


def _lonnstak(k: Kontrollkontekst, arbeidsgivere: pd.Index, a: pd.DataFrame, hos: np.ndarray, prosent: int) -> np.ndarray:
    """Øre that may be claimed at each: the share of the best of the last months' wages, for each month claimed; 0 = not known."""
    if not k.har("inntekt"):
        return np.zeros(len(arbeidsgivere), np.int64)
    lonn = k.lonn
    siste = int(np.datetime64(k.kunngjort).astype("datetime64[M]").astype(np.int64))
    per_par = lonn.per_maaned(lonn.vanlig, siste - _SISTE, _SISTE)
    par_hos = np.full(lonn.antall, -1)
    par_hos[lonn.linjepar] = arbeidsgivere.get_indexer(k.linjer["arbeidsgiver"])
    lonnssum = np.zeros((len(arbeidsgivere), _SISTE), np.int64)
    np.add.at(lonnssum, par_hos[par_hos >= 0], per_par[par_hos >= 0])
    fom, tom = np.full(len(arbeidsgivere), 10**6), np.zeros(len(arbeidsgivere), np.int64)
    np.minimum.at(fom, hos, a["fom"].to_numpy())
    np.maximum.at(tom, hos, a["tom"].to_numpy())
    maaneder = np.maximum(1, -(-(tom - fom + 1) // 30))
    alene = np.bincount(hos, a["egen"].to_numpy(float), minlength=len(arbeidsgivere)) == np.bincount(hos, minlength=len(arbeidsgivere))
    return np.where(alene, lonnssum.max(1) * maaneder * prosent // 100, 0)
