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

_DAGER_PERMITTERT = 10  # before an employment may end
_HELE_FOR = 6  # whole months that someone who is laid off must have, for problems to lie in them
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
    """Main employments that run undisturbed through the whole time, or for half a year and until a lay-off begins: what
    planted problems are compared with.
    """
    j = jobber
    forst = kal.fra[min(_HELE_FOR, kal.antall)]
    uforstyrret = (j["fravaer"] == 0) | ((j["fravaer"] == PERMITTERING) & (j["fra"] >= forst))
    return (j["hoved"] & (j["start"] < kal.fra[0]) & (j["slutt"] == EVIG) & uforstyrret & (j["syk_fra"] < 0)).to_numpy()


def fordel_problemer(
    rng: np.random.Generator, folk: Folk, jobber: pd.DataFrame, kal: Kalender, andeler: Problemandeler
) -> np.ndarray:
    """Problem number by person (0 = none). A problem that nobody can have (no June in the time) is left out."""
    personer = int((folk.alias_for < 0).sum())
    problem = np.zeros(len(folk.alias), dtype=np.int8)
    problem[folk.alias >= 0] = 24
    if not any(andeler.andeler.values()):
        return problem
    hel = hele(jobber, kal)
    time = jobber["time"].to_numpy()
    ferie = _har_ferie(jobber, kal) & ~time
    slutter_tidlig = (jobber["nr"] == 3) & (jobber["slutt"] < kal.fra[kal.antall - 4]) & (jobber["slutt"] >= kal.fra[0])
    permittert = jobber["fravaer"] == PERMITTERING
    tidlig = ~permittert | (jobber["fra"] <= kal.til[kal.antall - 3])
    lenge = permittert & tidlig & (jobber["til"] >= kal.til[kal.antall - 2]) & (jobber["fravaer_pst"] >= 40)
    kan = {
        24: None,
        13: jobber["nr"] == 2,
        26: jobber["nr"] == 2,
        21: slutter_tidlig,
        10: lenge & (jobber["start"] < kal.fra[0]),  # so that it is seen that the pay falls
        11: permittert & tidlig,
        12: permittert,
        8: hel & time,
        6: hel & ferie,
        22: hel & ~time & tidlig,
        25: hel & ~time & tidlig,
    }
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
    borte = (jobber["fravaer"] == PERMITTERING) & (jobber["fra"] <= kal.til[juni[0]])
    return ((jobber["start"] < nyttaar - 200) & ~borte).to_numpy()


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
    jobber.loc[i, "til"] = EVIG
    jobber.loc[i, "bekreftet"] = kal.til[kal.antall - 3]
    jobber.loc[rader(13, jobber["nr"] == 2), "aareg"] = False
    i = rader(21, jobber["nr"] == 3)
    jobber.loc[i, "slutt_aareg"] = EVIG
    jobber.loc[i, "bekreftet"] = jobber["slutt"].to_numpy()[i]
    i = rader(22, hoved)
    _avslutt(jobber, i, kal.til[kal.antall - 1 - rng.integers(1, 3, len(i))])
    jobber.loc[i, "varsling"] = rng.integers(0, 3, len(i)).astype(np.int8)
    i = rader(25, hoved)
    _avslutt(jobber, i, kal.til[kal.antall - 2 - rng.integers(1, 3, len(i))] - rng.integers(0, 25, len(i)))
    i = rader(26, jobber["nr"] == 2)
    jobber.loc[i, "virk"] = ag.virksomheter + np.arange(len(i)) % max(ag.private, 1)
    jobber.loc[i, "time"] = False
    jobber.loc[i, "forenklet"] = True
    jobber = _identskifte(rng, folk, jobber, kal, rader(24, hoved))
    _skriv_fasit(jobber, kal, problem, fasit)
    return jobber


def _avslutt(jobber: pd.DataFrame, i: np.ndarray, slutt: np.ndarray) -> None:
    """Ends employments on these days, but not before a lay-off has begun; the lay-off ends with them."""
    permittert = jobber["fravaer"].to_numpy()[i] == PERMITTERING
    fra, til = jobber["fra"].to_numpy()[i], jobber["til"].to_numpy()[i]
    slutt = np.where(permittert, np.maximum(slutt, fra + _DAGER_PERMITTERT), slutt)
    jobber.loc[i, ["slutt", "slutt_aareg"]] = np.stack([slutt, slutt], axis=1)
    jobber.loc[i, "til"] = np.where(permittert, np.minimum(til, slutt), til)


def _identskifte(
    rng: np.random.Generator, folk: Folk, jobber: pd.DataFrame, kal: Kalender, i: np.ndarray
) -> pd.DataFrame:
    """Income and employment up to a month stand on the D-number, later on the fødselsnummer."""
    nullstill = {
        "start": kal.fra[0] - 400,
        "slutt": EVIG,
        "slutt_aareg": EVIG,
        "syk_fra": -1,
        "time": False,
    }
    for kolonne, verdi in nullstill.items():
        jobber.loc[i, kolonne] = np.full(len(i), verdi).astype(jobber[kolonne].dtype)
    fravaer = jobber["fravaer"].to_numpy()[i]
    jobber.loc[i, "fravaer"] = np.where(fravaer == PERMITTERING, fravaer, 0)
    skifte = rng.integers(kal.antall // 3, 2 * kal.antall // 3 + 1, len(i))
    tidligere = jobber.loc[i].copy()
    tidligere["ent"] = folk.alias[tidligere["ent"].to_numpy()]
    tidligere["fravaer"] = np.int8(0)  # a lay-off stands on the new number
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
    begynte = np.searchsorted(kal.fra[: kal.antall], jobber["fra"].to_numpy(), side="right") - 1  # the absence

    def skriv(
        nr: int,
        hvilke: np.ndarray | pd.Series,
        tekst: str,
        tabell: str = "arbeidsforhold",
        mnd: np.ndarray | None = None,
        radnr: np.ndarray | None = None,
    ) -> None:
        i = np.flatnonzero((problem[ent] == nr) & hvilke)
        maaned, rad_ = (-1 if a is None else a[i] for a in (mnd, radnr))
        fasit.skriv(nr, ent[i], tekst, maaned, virk[i], rad_, tabell)

    hoved = jobber["hoved"].to_numpy()
    skriv(9, hoved, "stillingsprosenten i Aa-registeret er 0 eller over 150, lønnen er vanlig", radnr=rad)
    skriv(10, hoved, "permittert og uten full lønn, men ingen rad i permittering", "permittering", begynte)
    skriv(
        11,
        hoved,
        "permittering uten sluttdato, sist bekreftet for to måneder siden",
        "permittering",
        begynte,
        permrad,
    )
    skriv(12, hoved, "permittering, overlapper permisjon: over 100 prosent", "permittering", begynte, permrad)
    skriv(12, hoved, "permisjon, overlapper permittering: over 100 prosent", "permittering", begynte, permrad + 1)
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
