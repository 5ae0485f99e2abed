"""Who is laid off in a synthetic society, when, for how long and how much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.manifest import Soknadsfelt
from kjerne.syntetisk import bransjer
from kjerne.syntetisk.koder import EVIG

KILDER = ("permittert_fra", "permittert_til", "permittert_prosent")  # columns of personer that only the laid-off have
_PROSENT = ([100, 80, 60, 50, 40, 20], [0.60, 0.08, 0.08, 0.14, 0.08, 0.02])
_VARIGHET = (12, 90)  # days, of those that have an end
_MED_SLUTT = 0.4
_ANSATT_FOR = 14  # nobody is laid off in their first days
NESTEN_ALLE = 0.97


@dataclass(frozen=True)
class Permitteringer:
    """`andel`: of those who can be laid off; None: as the industries were. `fra`–`til`: when lay-offs begin; None: from the
    12th to the 28th of the third last month. They begin on a weekday.
    """

    andel: float | None = None
    fra: dt.date | None = None
    til: dt.date | None = None

    def __post_init__(self) -> None:
        if (self.andel is not None and not 0 <= self.andel <= 1) or (self.fra is None) != (self.til is None):
            raise Ordningsfeil(
                "Permitteringene i det syntetiske samfunnet er ugyldige.",
                f"andel {self.andel}, fra {self.fra}, til {self.til}",
                "Bruk en andel fra 0 til 1, og både fra og til eller ingen av dem.",
            )

    def dager(self, krise: int) -> np.ndarray:
        """The days on which lay-offs may begin, as days since 1970; `krise` is the first day of the third last month."""
        fra, til = (int(np.datetime64(d, "D").astype(int)) for d in (self.fra, self.til)) if self.fra else (krise + 11, krise + 27)
        dager = np.arange(fra, til + 1)
        dager = dager[np.is_busday(dager.astype("datetime64[D]"))]
        if not len(dager):
            raise Ordningsfeil("Ingen permittering kan begynne.", f"fra {self.fra} til {self.til}", "La det være en ukedag mellom dem.")
        return dager


vanlige = Permitteringer()


def spor_registeret(felt: Sequence[Soknadsfelt]) -> bool:
    """Whether a field is filled from the person's own lay-off, so that only the laid-off can apply."""
    return any(f.syntetisk.get("fra") in KILDER for f in felt)


def permitteringer_for(felt: Sequence[Soknadsfelt]) -> Permitteringer:
    """The lay-offs of a society that is to apply with these fields: nearly everybody, when a field stands on them.

    The dates are those of the field's `mellom` in the manifest, which feltfylling.py sees to that it is right.
    """
    if not spor_registeret(felt):
        return vanlige
    mellom = next((f.syntetisk["mellom"] for f in felt if f.syntetisk.get("fra") == "permittert_fra" and "mellom" in f.syntetisk), None)
    return Permitteringer(NESTEN_ALLE, *(mellom or (None, None))[:2])


def trekk(
    rng: np.random.Generator, valg: Permitteringer, start: np.ndarray, bransje: np.ndarray, krise: int, siste: int
) -> pd.DataFrame:
    """One row per employment: permittert (it may happen to those employed early enough), fra, til, fravaer_pst.

    A lay-off that would end after the day `siste` is not ended.
    """
    n = len(start)
    fra = rng.choice(valg.dager(krise), n)
    andel = bransjer.kolonne("permittert")[bransje] if valg.andel is None else valg.andel
    til = fra + rng.integers(_VARIGHET[0], _VARIGHET[1] + 1, n)
    slutter = (rng.random(n) < _MED_SLUTT) & (til <= siste)
    return pd.DataFrame(
        {
            "permittert": (rng.random(n) < andel) & (start <= fra - _ANSATT_FOR) & (fra <= siste),
            "fra": fra,
            "til": np.where(slutter, til, EVIG),
            "fravaer_pst": rng.choice(_PROSENT[0], n, p=_PROSENT[1]),
        }
    )
