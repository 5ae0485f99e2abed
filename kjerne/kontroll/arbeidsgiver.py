"""K18: what the employees of one employer claim together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kjerne.kontroll.kontekst import Kontrollkontekst, antall_og_forste
from kjerne.kontroll.regel import VIST, Treff, kontroll

_SISTE = 3  # months: the best of them stands for the month that is reported late


@kontroll("K18", trenger=("arbeidsgiver",))
def flere_krav_enn_ansatte(k: Kontrollkontekst, minst_over: int, prosent_av_lonn: int) -> Treff:
    """At least `minst_over` more persons claim than were employed there the day the scheme was known, or those whose wages are known
    claim more than `prosent_av_lonn` of them, for each month they claim for. An employment without a first day counts as one; an
    employer that the register lacks has nobody. Without a register it is not judged."""
    a = k.alle[(k.alle["ordning"] == k.ordning).to_numpy(bool) & k.alle["arbeidsgiver"].notna().to_numpy(bool)]
    hos, arbeidsgivere = pd.factorize(a["arbeidsgiver"])
    arbeidsgivere = pd.Index(arbeidsgivere)
    krav = _ulike(hos, a["menneske"].to_numpy(), len(arbeidsgivere))
    ansatte = _ansatte(k, arbeidsgivere)
    krevd, taket, lonnede = _lonnstak(k, arbeidsgivere, a, hos, prosent_av_lonn)
    for_mange = (ansatte >= 0) & (krav - ansatte >= minst_over)
    for_mye = (krevd > taket) & (lonnede >= minst_over)
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
        ukjent=(linje < 0) | ((ansatte < 0) & (lonnede == 0))[linje],
    )


def _ulike(gruppe: np.ndarray, verdi: np.ndarray, antall: int) -> np.ndarray:
    """How many different values each group has."""
    par = np.unique(np.column_stack([gruppe, verdi]), axis=0).reshape(-1, 2)
    return np.bincount(par[:, 0], minlength=antall)


def _ansatte(k: Kontrollkontekst, arbeidsgivere: pd.Index) -> np.ndarray:
    """Persons employed at each of them on the day, by the register that we have; -1 without a register."""
    if not k.har("arbeidsforhold"):
        return np.full(len(arbeidsgivere), -1)
    r = k.arbeidsforhold
    dag = np.datetime64(k.kunngjort)
    fra, til = (r[n].to_numpy().astype("datetime64[D]") for n in ("startdato", "sluttdato"))
    r = r[((fra <= dag) | np.isnat(fra)) & (np.isnat(til) | (til >= dag))]
    person, _ = pd.factorize(r["ident"])
    deler = [np.column_stack([arbeidsgivere.get_indexer(r[n]), person]) for n in ("virksomhet", "opplysningspliktig")]
    par = np.unique(np.concatenate(deler), axis=0)
    return np.bincount(par[par[:, 0] >= 0, 0], minlength=len(arbeidsgivere))


def _lonnstak(
    k: Kontrollkontekst, arbeidsgivere: pd.Index, a: pd.DataFrame, hos: np.ndarray, prosent: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each employer: øre claimed by those whose wages are known, what they may claim (the share of the best of the last months'
    wages, for each month claimed), and how many they are. Whoever has no wages in the extract is on neither side."""
    antall = len(arbeidsgivere)
    if not k.har("inntekt"):
        return (np.zeros(antall, np.int64),) * 3
    lonn = k.lonn
    siste = int(np.datetime64(k.kunngjort).astype("datetime64[M]").astype(np.int64))
    per_par = lonn.per_maaned(lonn.vanlig, siste - _SISTE, _SISTE)
    par = lonn.par_for(a["ident"], a["arbeidsgiver"])
    med = (par >= 0) & (per_par.sum(1) > 0)[par]
    par, hos, a = par[med], hos[med], a[med]
    forste = np.unique(par, return_index=True)[1]  # each pair has one employer
    lonnssum, krevd = np.zeros((antall, _SISTE), np.int64), np.zeros(antall, np.int64)
    np.add.at(lonnssum, hos[forste], per_par[par[forste]])
    np.add.at(krevd, hos, a["belop_ore"].to_numpy(np.int64))
    fom, tom = np.full(antall, 10**6), np.zeros(antall, np.int64)
    np.minimum.at(fom, hos, a["fom"].to_numpy())
    np.maximum.at(tom, hos, a["tom"].to_numpy())
    maaneder = np.maximum(1, -(-(tom - fom + 1) // 30))
    return krevd, lonnssum.max(1, initial=0) * maaneder * prosent // 100, _ulike(hos, a["menneske"].to_numpy(), antall)
