"""Which cases go to the rules, and in which order where one of a person's cases builds on the decision of another."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kjerne.regelmotor.regelverk import Regelverk

# What happens to a case whose data are in doubt. The rest (OK, FLAGG, RESERVE) goes to the rules.
STANSET = {"SPOR": "sporsmal", "KARANTENE": "karantene", "STOPP": "karantene", "VENT": "venter"}


def til_reglene(saker: pd.DataFrame) -> np.ndarray:
    return ~saker["dom"].isin(list(STANSET)).to_numpy(dtype=bool)


def rekkefolge(verk: Regelverk, saker: pd.DataFrame) -> np.ndarray:
    """The positions of the cases, first to last: by the date that chooses the rules (unknown first), date of receipt, id."""
    dager = [saker[n].to_numpy().astype("datetime64[D]").view("int64") for n in (verk.manifest.dato_for_regler, "mottatt_dato")]
    return np.lexsort((saker["sak_id"].to_numpy(dtype=object).astype(str), dager[1], dager[0]))  # NaT is the lowest number


def i_runder(verk: Regelverk, utvalg: pd.DataFrame, storrelse: int) -> tuple[pd.DataFrame, int]:
    """(the cases, how many chunks they are cut in). Where decisions build on decisions the chunk stands in the column `bit`: a
    person's next case, of those that go to the rules, is in a later chunk than the one before it."""
    if not verk.manifest.registerfelt:
        return utvalg, -(-len(utvalg) // storrelse)
    orden = rekkefolge(verk, utvalg)
    orden = orden[til_reglene(utvalg)[orden]]
    runde = np.zeros(len(utvalg), dtype="int64")
    runde[orden] = utvalg["person_id"].iloc[orden].groupby(utvalg["person_id"].iloc[orden].to_numpy()).cumcount().to_numpy()
    antall = np.bincount(runde)
    biter = -(-antall // storrelse)
    i_runden = np.arange(len(utvalg)) - np.repeat(np.cumsum(antall) - antall, antall)
    bit = np.repeat(np.cumsum(biter) - biter, antall) + i_runden // storrelse
    return utvalg.iloc[np.argsort(runde, kind="stable")].reset_index(drop=True).assign(bit=bit), int(biter.sum())
