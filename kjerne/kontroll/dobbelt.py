"""K06, K07, K20 and K26: the same human being, the same thing, twice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kjerne.kontroll.kontekst import Kontrollkontekst
from kjerne.kontroll.regel import Treff, kontroll


@kontroll("K06")
def samme_soknad(k: Kontrollkontekst) -> Treff:
    """Another granted case of the same scheme is about the same human being and the same thing. The first is let through:
    the one that is in a batch already, else the one received first."""
    egne = k.alle[(k.alle["ordning"] == k.ordning).to_numpy(bool)]
    kjent = k.linjer["nokkel"].notna().to_numpy(bool)
    saker = egne.drop_duplicates("sak_id").dropna(subset="nokkel").sort_values(["ny_sak", "mottatt_dato", "sak_id"], kind="stable")
    gruppe = saker.groupby(["menneske", "nokkel"], sort=False)
    forste = saker.assign(forste=gruppe["sak_id"].transform("first")).set_index("sak_id")["forste"]
    sak = k.linjer["sak_id"].to_numpy(object)
    for_ = np.where(kjent, forste.reindex(sak).to_numpy(object), sak)
    return Treff(
        sak != for_,
        lambda pos: ["Det finnes et innvilget vedtak fra før om samme menneske og samme sak."] * len(pos),
        lambda pos: [{"forste_sak": for_[i]} for i in pos],
        gruppe=pd.factorize(for_)[0],
        ukjent=~kjent,
    )


@kontroll("K07")
def to_ordninger(k: Kontrollkontekst) -> Treff:
    """The same human being has a line in another scheme for some of the same days, and the schemes may not be combined."""
    a = k.alle
    fremmed = ~a["ordning"].isin([k.ordning, *k.kan_kombineres]).to_numpy(bool)
    par = overlappende(a, np.flatnonzero(a["egen"].to_numpy(bool)), np.flatnonzero(fremmed), ["menneske"])
    return _om_par(k, par, lambda dager, annen: f"{dager} dager er også betalt eller innvilget i ordningen {annen}.")


@kontroll("K20")
def samme_dager(k: Kontrollkontekst) -> Treff:
    """Days of another case of the same human being at the same employer, or more days in all than the scheme gives. Of two cases,
    the one that came last is stopped."""
    a = k.alle
    samme = np.flatnonzero((a["ordning"] == k.ordning).to_numpy(bool))
    a = a.assign(hos=pd.factorize(a["arbeidsgiver"])[0])
    kjent = a["hos"].to_numpy() >= 0 if k.har("arbeidsgiver") else np.ones(len(a), bool)  # without employers, a person has one of each day
    samme = samme[kjent[samme]]
    par = overlappende(a, samme[samme < k.antall], samme, ["menneske", "hos"])
    orden = a[["ny_sak", "mottatt_dato", "sak_id"]]
    foer, etter = orden.iloc[par["annen"]], orden.iloc[par["rad"]]
    sist = np.zeros(len(par), bool)
    for navn in reversed(orden.columns):  # the last column decides least
        x, y = foer[navn].to_numpy(), etter[navn].to_numpy()
        sist = np.where(x == y, sist, x < y)
    dager = dager_til_sammen(a.iloc[samme], ["menneske", "hos"])
    ut = _om_par(k, par[sist.astype(bool)], lambda d, _: f"{d} dager er alt med i en annen sak hos samme arbeidsgiver.")
    antall = np.zeros(len(a), np.int64)
    antall[samme] = dager
    for_mange = antall[: k.antall] > k.maks_dager
    par_grunn, par_bevis, overlapp = ut.grunn, ut.bevis, ut.brudd
    return Treff(
        overlapp | for_mange,
        lambda pos: [par_grunn([i])[0] if overlapp[i] else f"{antall[i]} dager til sammen, høyst {k.maks_dager} er lov." for i in pos],
        lambda pos: [par_bevis([i])[0] if overlapp[i] else {"dager": int(antall[i]), "maks_dager": k.maks_dager} for i in pos],
        gruppe=a["menneske"].to_numpy()[: k.antall],
        ukjent=~kjent[: k.antall],
    )


@kontroll("K26")
def samme_penger(k: Kontrollkontekst) -> Treff:
    """Another line of the scheme is the same money under another id: person, payee, class, period and amount. The first is let
    through: the one that has been in a batch, else the lowest id."""
    egne = k.alle[(k.alle["ordning"] == k.ordning).to_numpy(bool)]
    orden = egne.sort_values(["merket", "linje_id"], ascending=[False, True], kind="stable")
    gruppe = orden.groupby(["person_id", "orgnr", "klasse", "fom", "tom", "belop_ore"], sort=False, dropna=False)
    forste = orden.assign(forste=gruppe["linje_id"].transform("first")).set_index("linje_id")["forste"]
    linje = k.linjer["linje_id"]
    for_ = forste.reindex(linje).to_numpy(object)
    return Treff(
        linje.to_numpy(object) != for_,
        lambda pos: ["Det samme beløpet til samme mottaker for samme tid er alt vedtatt under en annen id."] * len(pos),
        lambda pos: [{"forste_linje": for_[i]} for i in pos],
        gruppe=pd.factorize(for_)[0],
    )


def overlappende(a: pd.DataFrame, egne: np.ndarray, andre: np.ndarray, paa: list[str]) -> pd.DataFrame:
    """Pairs of rows of different cases with some of the same days and the same values in `paa`: rad, annen, dager."""
    hoyre = a.iloc[andre][[*paa, "fom", "tom", "sak_id"]].assign(annen=andre)
    venstre = a.iloc[egne][[*paa, "fom", "tom", "sak_id"]].assign(rad=egne)
    antall = hoyre.groupby(paa)["annen"].transform("size")
    hoyre = hoyre[(antall > 1) | ~np.isin(andre, egne)]  # whoever has one line only meets nobody but himself
    par = venstre.merge(hoyre, on=paa, suffixes=("", "_annen"))
    par = par[(par["sak_id"] != par["sak_id_annen"]) & (par["fom"] <= par["tom_annen"]) & (par["fom_annen"] <= par["tom"])]
    dager = np.minimum(par["tom"], par["tom_annen"]) - np.maximum(par["fom"], par["fom_annen"]) + 1
    return par.assign(dager=dager)[["rad", "annen", "dager"]]


def dager_til_sammen(a: pd.DataFrame, paa: list[str]) -> np.ndarray:
    """For each row, the days that the rows with the same values in `paa` cover together, each day once."""
    gruppe = a.groupby(paa, sort=False, dropna=False).ngroup().to_numpy()
    fom, tom = a["fom"].to_numpy(), a["tom"].to_numpy()
    orden = np.lexsort((fom, gruppe))
    g, f, t = gruppe[orden], fom[orden], tom[orden]
    hittil = pd.Series(t).groupby(g).cummax().groupby(g).shift().fillna(-(10**6)).to_numpy().astype(np.int64)
    nye = np.maximum(t - np.maximum(f, hittil + 1) + 1, 0)
    return np.bincount(g, nye, minlength=g.max(initial=-1) + 1).astype(np.int64)[gruppe]


def _om_par(k: Kontrollkontekst, par: pd.DataFrame, tekst) -> Treff:
    """A finding for each line in `par`; its evidence is the other case with the most days, and how many there are."""
    antall = par.groupby("rad").size().to_dict()
    par = par.assign(sak=k.saker(par["annen"].to_numpy())).sort_values(["dager", "sak"], ascending=[False, True], kind="stable")
    verst = par.drop_duplicates("rad").set_index("rad")
    brudd = np.zeros(k.antall, bool)
    brudd[verst.index.to_numpy(np.int64)] = True
    ordning = k.alle["ordning"].to_numpy(object)
    return Treff(
        brudd,
        lambda pos: [tekst(int(verst.at[i, "dager"]), ordning[verst.at[i, "annen"]]) for i in pos],
        lambda pos: [{"annen_sak": verst.at[i, "sak"], "dager": int(verst.at[i, "dager"]), "antall": antall[i]} for i in pos],
        gruppe=k.alle["menneske"].to_numpy()[: k.antall],
    )
