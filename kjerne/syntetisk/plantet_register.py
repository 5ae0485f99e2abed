"""Which persons get which problem, and the problems that lie in employments and absence (9–13, 21, 22, 24–26).

The others are planted in the income rows: plantet_inntekt.py. Whatever is planted is written down in `Fasit`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kjerne.syntetisk.folk import Arbeidsgivere, Folk
from kjerne.syntetisk.jobber import PERMITTERING, Kalender
from kjerne.syntetisk.koder import EVIG
from kjerne.syntetisk.problemandeler import Problemandeler

SIST = (24, 13, 26, 21, 10, 11, 12, 8, 6)  # these need something special and choose first


class Fasit:
    """The ground truth, one row per planted thing. Numbers, until `ramme` makes them text."""

    KOLONNER = ("problem", "ent", "mnd", "virk", "rad", "tabell", "tekst")
    TABELLER = ("inntekt", "arbeidsforhold", "permittering")

    def __init__(self) -> None:
        self.deler: list[pd.DataFrame] = []

    def skriv(
        self,
        problem: int,
        ent: np.ndarray,
        tekst: str,
        mnd: np.ndarray | int = -1,
        virk: np.ndarray | int = -1,
        rad: np.ndarray | int = -1,
        tabell: str = "inntekt",
    ) -> None:
        """`rad` is the row's place in the table it lies in; −1 where the problem is that there is none."""
        if len(ent):
            felles = {
                "problem": problem,
                "ent": ent,
                "mnd": mnd,
                "virk": virk,
                "rad": rad,
                "tabell": tabell,
                "tekst": tekst,
            }
            self.deler.append(pd.DataFrame(felles, columns=self.KOLONNER))

    def samlet(self) -> pd.DataFrame:
        tom = pd.DataFrame(
            {k: pd.Series(dtype=object if k in ("tabell", "tekst") else np.int64) for k in self.KOLONNER}
        )
        return pd.concat(self.deler, ignore_index=True) if self.deler else tom


def hele(jobber: pd.DataFrame, kal: Kalender) -> np.ndarray:
    """Main employments that run undisturbed through the whole time: what planted problems are compared with."""
    j = jobber
    return (
        j["hoved"] & (j["start"] < kal.fra[0]) & (j["slutt"] == EVIG) & (j["fravaer"] == 0) & (j["syk_fra"] < 0)
    ).to_numpy()


def fordel_problemer(
    rng: np.random.Generator, folk: Folk, jobber: pd.DataFrame, kal: Kalender, andeler: Problemandeler
) -> np.ndarray:
    """Problem number by person (0 = none). A problem that nobody can have (no June in the time) is left out."""
    personer = int((folk.alias_for < 0).sum())
    hel = hele(jobber, kal)
    time = jobber["time"].to_numpy()
    ferie = _har_ferie(jobber, kal) & ~time
    slutter_tidlig = (jobber["nr"] == 3) & (jobber["slutt"] < kal.fra[kal.antall - 4]) & (jobber["slutt"] >= kal.fra[0])
    permittert = jobber["fravaer"] == PERMITTERING
    kan = {
        24: None,
        13: jobber["nr"] == 2,
        26: jobber["nr"] == 2,
        21: slutter_tidlig,
        10: permittert & (jobber["start"] < kal.fra[0]),  # long enough to see that the pay falls
        11: permittert,
        12: permittert,
        8: hel & time,
        6: hel & ferie,
    }
    problem = np.zeros(len(folk.alias), dtype=np.int8)
    problem[folk.alias >= 0] = 24
    for nr in (*SIST[1:], *(n for n in range(1, 27) if n not in SIST)):
        antall = andeler.antall(nr, personer)
        kandidater = np.unique(jobber["ent"].to_numpy()[kan.get(nr, hel & ~time)])
        kandidater = kandidater[problem[kandidater] == 0]
        problem[rng.choice(kandidater, min(antall, len(kandidater)), replace=False)] = nr
    return problem


def _har_ferie(jobber: pd.DataFrame, kal: Kalender) -> np.ndarray:
    juni = kal.juni()
    if not len(juni):
        return np.zeros(len(jobber), dtype=bool)
    nyttaar = kal.maaned[juni[0]].astype("datetime64[Y]").astype("datetime64[D]").astype(int)
    return (jobber["start"] < nyttaar - 200).to_numpy()


def plant_register(
    rng: np.random.Generator,
    folk: Folk,
    ag: Arbeidsgivere,
    jobber: pd.DataFrame,
    kal: Kalender,
    problem: np.ndarray,
    fasit: Fasit,
) -> pd.DataFrame:
    """Changes the employments (and adds those of former numbers). Returns them, by person again."""

    def rader(nr: int, hvilke: pd.Series | np.ndarray) -> np.ndarray:
        return np.flatnonzero((problem[jobber["ent"].to_numpy()] == nr) & hvilke)

    hoved = jobber["hoved"].to_numpy()
    i = rader(9, hoved)
    jobber.loc[i, "pst_aareg"] = rng.choice([0, 160, 375, 1000], len(i))
    jobber.loc[rader(10, hoved), "registrert"] = False
    i = rader(11, hoved)
    jobber.loc[i, ["fra", "til"]] = np.stack(
        [kal.fra[kal.antall - 3] - rng.integers(1, 60, len(i)), np.full(len(i), EVIG)], axis=1
    )
    jobber.loc[i, "bekreftet"] = kal.til[kal.antall - 3]
    jobber.loc[rader(13, jobber["nr"] == 2), "aareg"] = False
    i = rader(21, jobber["nr"] == 3)
    jobber.loc[i, "slutt_aareg"] = EVIG
    jobber.loc[i, "bekreftet"] = jobber["slutt"].to_numpy()[i]
    i = rader(22, hoved)
    slutt = kal.til[kal.antall - 1 - rng.integers(1, 3, len(i))]
    jobber.loc[i, ["slutt", "slutt_aareg"]] = np.stack([slutt, slutt], axis=1)
    jobber.loc[i, "varsling"] = rng.integers(0, 3, len(i)).astype(np.int8)
    i = rader(25, hoved)
    slutt = kal.til[kal.antall - 2 - rng.integers(1, 3, len(i))] - rng.integers(0, 25, len(i))
    jobber.loc[i, ["slutt", "slutt_aareg"]] = np.stack([slutt, slutt], axis=1)
    i = rader(26, jobber["nr"] == 2)
    jobber.loc[i, "virk"] = ag.virksomheter + np.arange(len(i)) % max(ag.private, 1)
    jobber.loc[i, "time"] = False
    jobber.loc[i, "forenklet"] = True
    jobber = _identskifte(rng, folk, jobber, kal, rader(24, hoved))
    _skriv_fasit(jobber, kal, problem, fasit)
    return jobber


def _identskifte(
    rng: np.random.Generator, folk: Folk, jobber: pd.DataFrame, kal: Kalender, i: np.ndarray
) -> pd.DataFrame:
    """Income and employment up to a month stand on the D-number, later on the fødselsnummer."""
    nullstill = {
        "start": kal.fra[0] - 400,
        "slutt": EVIG,
        "slutt_aareg": EVIG,
        "fravaer": 0,
        "syk_fra": -1,
        "time": False,
    }
    for kolonne, verdi in nullstill.items():
        jobber.loc[i, kolonne] = np.full(len(i), verdi).astype(jobber[kolonne].dtype)
    skifte = rng.integers(kal.antall // 3, 2 * kal.antall // 3 + 1, len(i))
    tidligere = jobber.loc[i].copy()
    tidligere["ent"] = folk.alias[tidligere["ent"].to_numpy()]
    tidligere["til_mnd"] = skifte
    tidligere["slutt_aareg"] = kal.til[skifte - 1]
    tidligere["bekreftet"] = tidligere["slutt_aareg"]
    jobber.loc[i, "fra_mnd"] = skifte
    return pd.concat([jobber, tidligere]).sort_values(["ent", "nr"], kind="stable", ignore_index=True)


def _skriv_fasit(jobber: pd.DataFrame, kal: Kalender, problem: np.ndarray, fasit: Fasit) -> None:
    """Row numbers are those of the finished tables: employments in order, absences in order (12 has two)."""
    ent, virk = jobber["ent"].to_numpy(), jobber["virk"].to_numpy()
    rad = np.cumsum(jobber["aareg"].to_numpy()) - 1
    permrad = fravaersrader(jobber, problem)
    siste = kal.antall - 1

    def skriv(
        nr: int,
        hvilke: np.ndarray | pd.Series,
        tekst: str,
        tabell: str = "arbeidsforhold",
        mnd: int = -1,
        radnr: np.ndarray | None = None,
    ) -> None:
        i = np.flatnonzero((problem[ent] == nr) & hvilke)
        fasit.skriv(nr, ent[i], tekst, mnd, virk[i], -1 if radnr is None else radnr[i], tabell)

    hoved = jobber["hoved"].to_numpy()
    skriv(9, hoved, "stillingsprosenten i Aa-registeret er 0 eller over 150, lønnen er vanlig", radnr=rad)
    skriv(10, hoved, "permittert og uten full lønn, men ingen rad i permittering", "permittering", siste - 2)
    skriv(
        11,
        hoved,
        "permittering uten sluttdato, sist bekreftet for to måneder siden",
        "permittering",
        siste - 2,
        permrad,
    )
    skriv(12, hoved, "permittering, overlapper permisjon: over 100 prosent", "permittering", siste - 2, permrad)
    skriv(12, hoved, "permisjon, overlapper permittering: over 100 prosent", "permittering", siste - 2, permrad + 1)
    skriv(13, jobber["nr"] == 2, "inntekt fra virksomheten, men intet arbeidsforhold der")
    skriv(21, jobber["nr"] == 3, "arbeidsforholdet har ingen sluttdato, og ingen inntekt på tre måneder", radnr=rad)
    skriv(22, hoved, "varsling i Aa-registeret, inntekten stopper", radnr=rad)
    skriv(24, hoved, "personen har tidligere D-nummer med inntekt i perioden", radnr=rad)
    skriv(25, hoved, "personen er død", radnr=rad)
    skriv(26, jobber["nr"] == 2, "opplysningspliktig er en privatperson (elleve sifre)", radnr=rad)
    i = np.flatnonzero(jobber["til_mnd"] < 99)
    fasit.skriv(
        24, ent[i], "tidligere D-nummer: inntekt til og med måneden før skiftet", -1, virk[i], rad[i], "arbeidsforhold"
    )


def fravaersrader(jobber: pd.DataFrame, problem: np.ndarray) -> np.ndarray:
    """The row in permittering where the employment's absence begins (those with problem 12 have two rows)."""
    antall = antall_fravaer(jobber, problem)
    return np.cumsum(antall) - antall


def antall_fravaer(jobber: pd.DataFrame, problem: np.ndarray) -> np.ndarray:
    har = (jobber["fravaer"].to_numpy() > 0) & jobber["registrert"].to_numpy()
    return np.where(har & (problem[jobber["ent"].to_numpy()] == 12), 2, har.astype(int))
