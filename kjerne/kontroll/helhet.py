"""K19 and K21: the batch as a whole. Here something is wrong with us, so everything waits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kjerne.kontroll.regel import VIST, Treff, kontroll

TOPP = 100


@dataclass(frozen=True)
class Buntkontekst:
    """bunter          ids of the batches that one run made
    linjer          their lines: bunt_id, linje_id, vedtak_id, belop_ore, vedtatt_ore (of the decision), linjene_ore (all lines of the
                    decision, also those that are held or were paid before), sporet_ore (what the rules came to in the case, read
                    from the trace; missing where that is not the decision's amount, or cannot be told), skal_ha_spor, spor_borte,
                    arbeidsgiver
    tidligere       one row per earlier run of the scheme, newest first: antall, sum_ore, topp, storste (see `profil`)
    """

    bunter: tuple[str, ...]
    linjer: pd.DataFrame
    tidligere: pd.DataFrame
    maks_per_sak_ore: int

    @property
    def antall(self) -> int:
        return len(self.bunter)

    def har(self, navn: str) -> bool:
        return len(getattr(self, navn)) > 0


@dataclass(frozen=True)
class Profil:
    """How a day's payments look. `topp` is the share of the money in the TOPP largest lines, `storste` in the largest employer."""

    antall: int
    sum_ore: int
    topp: float
    storste: float

    @property
    def snitt(self) -> float:
        return self.sum_ore / max(self.antall, 1)


def profil(linjer: pd.DataFrame) -> Profil:
    """The figures of these lines (belop_ore, arbeidsgiver)."""
    ore = linjer["belop_ore"].to_numpy(np.int64)
    sum_ore = int(ore.sum())
    hos, ulike = pd.factorize(linjer["arbeidsgiver"])
    storste = np.bincount(hos[hos >= 0], ore[hos >= 0], minlength=1).max() if len(ulike) else 0
    topp = np.partition(ore, len(ore) - TOPP)[-TOPP:].sum() if len(ore) > TOPP else sum_ore
    return Profil(len(ore), sum_ore, int(topp) / max(sum_ore, 1), float(storste) / max(sum_ore, 1))


@kontroll("K19", over="bunt")
def mulige_belop(k: Buntkontekst) -> Treff:
    """Every line is above zero and in whole kroner, no decision is above the limit of a case, and the lines of each decision add up
    to what was decided and to what the rules came to (the trace): all its lines, since some may be held, or tried again."""
    linjer = k.linjer
    ore = linjer["belop_ore"].to_numpy(np.int64)
    hele = linjer["linjene_ore"].to_numpy(np.int64)
    spor = linjer["sporet_ore"].astype("Int64")
    feil = {
        "umulig": (ore <= 0) | (ore % 100 != 0),
        "over": hele > k.maks_per_sak_ore,
        "vedtatt": hele != linjer["vedtatt_ore"].to_numpy(np.int64),
        "sporet": (spor.notna() & (spor != hele)).fillna(False).to_numpy(bool),
        "spor_borte": linjer["spor_borte"].to_numpy(bool),
    }
    noen = np.logical_or.reduce(list(feil.values()))
    bunt = pd.Index(k.bunter).get_indexer(linjer["bunt_id"])
    brudd = np.bincount(bunt[noen], minlength=k.antall) > 0

    def bevis(i: int) -> dict:
        her = bunt == i
        ut = {navn: int((m & her).sum()) for navn, m in feil.items() if (m & her).any()}
        return ut | {"linjer": sorted(linjer.loc[noen & her, "linje_id"])[:VIST]}

    tekster = {"umulig": "har et umulig beløp", "over": "er over grensen per sak", "vedtatt": "er ikke det som er vedtatt",
               "sporet": "er ikke det reglene kom til", "spor_borte": "mangler filen med sporet"}  # fmt: skip
    return Treff(
        brudd,
        lambda pos: [", ".join(f"{n} linjer {tekster[navn]}" for navn, n in bevis(i).items() if navn in tekster) + "." for i in pos],
        lambda pos: [bevis(i) for i in pos],
        ukjent=linjer["skal_ha_spor"].to_numpy(bool) & spor.isna().to_numpy(bool) & ~linjer["spor_borte"].to_numpy(bool),
    )


@kontroll("K21", over="bunt", trenger=("tidligere",))
def ulik_de_forrige(k: Buntkontekst, prosent: int, vekst_prosent: int, minst_linjer: int) -> Treff:
    """The run's payments look like those before: the mean amount within `prosent`, the shares of the largest lines and of the largest
    employer at most `prosent` points above, number and sum at most `vekst_prosent` above the largest. Small days say nothing."""
    naa, for_ = profil(k.linjer), k.tidligere
    for_ = for_[for_["antall"] >= minst_linjer]
    funn: dict[str, tuple[int, int]] = {}
    if naa.antall >= minst_linjer and len(for_):
        snitt = float((for_["sum_ore"] / for_["antall"]).median())
        if _over(abs(naa.snitt - snitt) * 100, prosent * snitt):
            funn["snitt_ore"] = (round(naa.snitt), round(snitt))
        like_store = for_[for_["antall"] >= naa.antall / 2]  # the largest hundred are always more of a small day
        for navn, egne in (("topp", like_store), ("storste", for_)):
            if len(egne) and _over(100 * (getattr(naa, navn) - egne[navn].median()), prosent):
                funn[f"{navn}_prosent"] = (round(100 * getattr(naa, navn)), round(100 * egne[navn].median()))
        for navn in ("antall", "sum_ore"):
            if getattr(naa, navn) * 100 > (100 + vekst_prosent) * for_[navn].max():
                funn[navn] = (getattr(naa, navn), int(for_[navn].max()))
    tekst = "Ulikt de forrige dagene: " + ", ".join(f"{_NAVN[n]} er {_vis(n, a)}, før {_vis(n, b)}" for n, (a, b) in funn.items()) + "."
    bevis = {n: a for n, (a, _) in funn.items()} | {f"for_{n}": b for n, (_, b) in funn.items()}
    return Treff(np.full(k.antall, bool(funn)), lambda pos: [tekst] * len(pos), lambda pos: [bevis] * len(pos), np.zeros(k.antall, int))


def _over(a: float, b: float) -> bool:
    """Above, and not only by what is lost in a division."""
    return a > b and not np.isclose(a, b, rtol=1e-12, atol=1e-9)


_NAVN = {"snitt_ore": "snittet", "topp_prosent": f"andelen i de {TOPP} største linjene", "storste_prosent": "andelen hos én arbeidsgiver",
         "antall": "antallet", "sum_ore": "summen"}  # fmt: skip


def _vis(navn: str, tall: int) -> str:
    if navn.endswith("_ore"):
        return f"{tall // 100:,} kr".replace(",", " ")
    return f"{tall} %" if navn.endswith("_prosent") else f"{tall:,}".replace(",", " ")
