"""Texts for what a check saw: amounts, days and codes. Never anything that could be about who a person is."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd

from kjerne.kvalitet.kontekst import Kontekst, kr


def koder(k: Kontekst, *kolonner: str):
    """Texts that name the codes of the failing rows."""
    ramme = k.rammer["inntekt"]

    def tekster(pos: np.ndarray) -> list[str]:
        utvalg = ramme[list(kolonner)].iloc[pos]
        nr = utvalg.groupby(list(kolonner), dropna=False, observed=True, sort=False).ngroup().to_numpy()
        ulike = utvalg.iloc[np.unique(nr, return_index=True)[1]].astype("object").itertuples(index=False)
        ord_ = [" / ".join("tom" if pd.isna(v) else _skjult(str(v)) for v in rad) for rad in ulike]
        return [ord_[i] for i in nr]

    return tekster


def _skjult(kode: str) -> str:
    """A code as it is, unless it is so long or has so many digits that it could be about a person."""
    return "(vises ikke)" if len(kode) > 100 or re.search(r"\d{6}", kode) else kode


def belop(k: Kontekst):
    return lambda pos: [kr(b) for b in k.inn.belop[pos]]


def dag(dato: np.datetime64) -> str:
    return "?" if np.isnat(dato) else dato.astype(dt.date).strftime("%d.%m.%Y")
