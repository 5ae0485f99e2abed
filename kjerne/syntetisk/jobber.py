"""Employments and absence of a synthetic labour market, as one row per employment. Dates are days since 1970."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kjerne.syntetisk import bransjer
from kjerne.syntetisk.folk import Arbeidsgivere, Folk, velg_virksomhet
from kjerne.syntetisk.koder import EVIG, INGEN_DATO
from kjerne.syntetisk.permitteringer import Permitteringer, trekk

PERMISJON, PERMITTERING = 1, 2
FRAVAER = (None, "permisjon", "permittering")
MEDIAN_AAR = 488_000  # kr full time before the industry's factor and the spread: gives about 42 000 kr a month over all
_DELTID = np.array([20, 30, 40, 50, 60, 75, 80, 90])


@dataclass(frozen=True)
class Kalender:
    """The months of the society: number k has first day `fra[k]` and last day `til[k]`. Two months beyond the last
    are known.
    """

    maaned: np.ndarray  # datetime64[M]
    antall: int  # months with income; maaned has two more

    @classmethod
    def lag(cls, siste: np.datetime64, antall: int) -> Kalender:
        return cls(siste.astype("datetime64[M]") + np.arange(1 - antall, 3), antall)

    @property
    def fra(self) -> np.ndarray:
        return self.maaned.astype("datetime64[D]").astype(np.int64)

    @property
    def til(self) -> np.ndarray:
        return (self.maaned + 1).astype("datetime64[D]").astype(np.int64) - 1

    def juni(self) -> np.ndarray:
        """Numbers of the months of June."""
        return np.flatnonzero(self.maaned[: self.antall].astype(int) % 12 == 5)


def lag_jobber(rng: np.random.Generator, folk: Folk, ag: Arbeidsgivere, kal: Kalender, permitteringer: Permitteringer) -> pd.DataFrame:
    """All employments, by person; the main one first. Columns: see below. No planted problems."""
    personer = np.flatnonzero(folk.alias_for < 0)
    n = len(personer)
    bransje = rng.choice(len(bransjer.BRANSJER), n, p=bransjer.kolonne("andel") / bransjer.kolonne("andel").sum())
    alder = kal.til[kal.antall - 1] - folk.fodt[personer]
    lonn = (
        MEDIAN_AAR
        * bransjer.kolonne("lonn")[bransje]
        * np.exp(0.27 * rng.standard_normal(n))
        * (0.84 + 0.004 * np.minimum(alder / 365, 55))
    )
    hoved = _jobb(rng, personer, bransje, velg_virksomhet(rng, ag, bransje), lonn, hoved=True)
    start = kal.fra[0] - 1 - (rng.exponential(6.0, n) * 365).astype(int)
    ny = rng.random(n) < 0.14
    start[ny] = kal.fra[rng.integers(1, kal.antall, ny.sum())] + 14 * (rng.random(ny.sum()) < 0.25)
    hoved["start"] = np.maximum(start, folk.fodt[personer] + 16 * 365)
    slutter = (rng.random(n) < 0.04) & ~ny
    hoved.loc[slutter, "slutt"] = kal.til[rng.integers(1, kal.antall, slutter.sum())]
    _fravaer(rng, hoved, kal, ~slutter, permitteringer)

    ekstra = np.flatnonzero(rng.random(n) < 0.08)
    andre = _jobb(
        rng,
        personer[ekstra],
        bransje[ekstra],
        _en_annen(rng, ag, bransje[ekstra], hoved["virk"].to_numpy()[ekstra]),
        lonn[ekstra] * 0.9,
    )
    andre["pst"] = rng.choice([10, 15, 20, 25, 30, 40], len(ekstra))
    andre["start"] = np.maximum(
        kal.fra[0] - 1 - rng.integers(0, 1500, len(ekstra)), folk.fodt[personer[ekstra]] + 16 * 365
    )

    fra = np.flatnonzero(ny & (rng.random(n) < 0.6))
    andre_virk = np.full(n, -1)
    andre_virk[ekstra] = andre["virk"]
    forrige = _jobb(
        rng,
        personer[fra],
        bransje[fra],
        _en_annen(rng, ag, bransje[fra], hoved["virk"].to_numpy()[fra], andre_virk[fra]),
        lonn[fra] * 0.95,
    )
    forrige["slutt"] = hoved["start"].to_numpy()[fra] - 1
    forrige["start"] = np.minimum(kal.fra[0] - rng.integers(30, 2000, len(fra)), forrige["slutt"])
    jobber = pd.concat([hoved, andre, forrige], ignore_index=True)
    jobber["nr"] = np.repeat([1, 2, 3], [len(hoved), len(andre), len(forrige)]).astype(np.int8)
    jobber["slutt_aareg"], jobber["pst_aareg"] = jobber["slutt"], jobber["pst"]
    return jobber.sort_values(["ent", "nr"], kind="stable", ignore_index=True)


def _jobb(
    rng: np.random.Generator,
    ent: np.ndarray,
    bransje: np.ndarray,
    virk: np.ndarray,
    lonn: np.ndarray,
    hoved: bool = False,
) -> pd.DataFrame:
    n = len(ent)
    heltid = rng.random(n) < bransjer.kolonne("heltid")[bransje]
    return pd.DataFrame(
        {
            "ent": ent.astype(np.int64),
            "virk": virk.astype(np.int64),
            "start": np.zeros(n, dtype=np.int64),
            "slutt": np.full(n, EVIG, dtype=np.int64),
            "pst": np.where(heltid, 100, rng.choice(_DELTID, n)).astype(np.int64),
            "time": rng.random(n) < bransjer.kolonne("timelonn")[bransje],
            "aarslonn": np.maximum(np.rint(lonn / 100).astype(np.int64) * 100, 190_000),
            "hoved": hoved,
            "bransje": bransje.astype(np.int8),
            "fravaer": np.zeros(n, dtype=np.int8),
            "fra": np.full(n, INGEN_DATO, dtype=np.int64),  # first day of permisjon or permittering
            "til": np.full(n, EVIG, dtype=np.int64),
            "fravaer_pst": np.zeros(n, dtype=np.int64),
            "registrert": True,  # the absence stands in Aa-registeret
            "bekreftet": np.full(n, INGEN_DATO, dtype=np.int64),  # last confirmation, where it is not the ordinary one
            "syk_fra": np.full(n, -1, dtype=np.int64),  # number of the first month with sykepenger from NAV
            "syk_mnd": np.zeros(n, dtype=np.int64),
            "aareg": True,  # the employment stands in Aa-registeret
            "varsling": np.full(n, -1, dtype=np.int8),
            "forenklet": False,
            "fra_mnd": np.zeros(n, dtype=np.int64),  # income is reported from this month …
            "til_mnd": np.full(n, 99, dtype=np.int64),  # … and before this (change of number)
        }
    )


def _en_annen(rng: np.random.Generator, ag: Arbeidsgivere, bransje: np.ndarray, *ikke: np.ndarray) -> np.ndarray:
    """A virksomhet in the industry that is none of the person's others."""
    valgt = velg_virksomhet(rng, ag, bransje)
    for _ in ikke:  # each step past one of them can land on another
        valgt = np.where(np.any([valgt == i for i in ikke], axis=0), (valgt + 1) % ag.virksomheter, valgt)
    return valgt


def _fravaer(
    rng: np.random.Generator, jobber: pd.DataFrame, kal: Kalender, blir: np.ndarray, permitteringer: Permitteringer
) -> None:
    """Lay-offs, leave without pay, sickness paid by NAV, for those who stay (`blir`)."""
    n = len(jobber)
    start, bransje = jobber["start"].to_numpy(), jobber["bransje"].to_numpy()
    krise = kal.fra[kal.antall - 3]
    trukket = trekk(rng, permitteringer, start, bransje, krise, kal.til[kal.antall - 1])
    permittert = blir & trukket["permittert"].to_numpy()
    kan = blir & ~permittert & (start <= krise)
    permisjon = kan & (rng.random(n) > 0.988)
    syk = kan & ~permisjon & (rng.random(n) < 0.03)
    jobber.loc[permittert, "fravaer"] = PERMITTERING
    for kolonne in ("fra", "til", "fravaer_pst"):
        jobber.loc[permittert, kolonne] = trukket.loc[permittert, kolonne]
    k = permisjon.sum()
    fra = kal.fra[rng.integers(0, kal.antall - 1, k)]
    jobber.loc[permisjon, "fravaer"] = PERMISJON
    jobber.loc[permisjon, "fra"] = fra
    jobber.loc[permisjon, "til"] = fra + rng.integers(20, 180, k)
    jobber.loc[permisjon, "fravaer_pst"] = rng.choice([100, 50, 20], k)
    jobber.loc[syk, "syk_fra"] = rng.integers(0, kal.antall, syk.sum())
    jobber.loc[syk, "syk_mnd"] = rng.integers(1, 5, syk.sum())
