"""The income rows that belong to the lines: person and employer as one code, so that a million rows are looked up once."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from kjerne.kontrakt import kodeverk

UKJENT = np.iinfo(np.int64).max
_OSLO = ZoneInfo("Europe/Oslo")
_SVAR = "svar:"  # an answer to our own question: its time says nothing of when the employer reported


@dataclass(frozen=True)
class Lonnsrader:
    """linjepar  for each line, the number of its pair of person and employer
    antall    pairs
    par, maaned, ore, meldt, vanlig, svar   for each income row of a pair: its pair, month (since 1970), øre, the Norwegian day it
              was reported (since 1970, UKJENT), whether it is pay other than holiday pay, and whether it is an answer to us
    """

    linjepar: np.ndarray
    antall: int
    par: np.ndarray
    maaned: np.ndarray
    ore: np.ndarray
    meldt: np.ndarray
    vanlig: np.ndarray
    svar: np.ndarray
    identer: pd.Index
    arbeidsgivere: pd.Index
    nokler: np.ndarray  # of each pair: its person and employer as one number

    def forst_meldt(self) -> np.ndarray:
        """The day each pair was reported first; UKJENT where it never was."""
        ut = np.full(self.antall, UKJENT)
        ekte = ~self.svar
        np.minimum.at(ut, self.par[ekte], self.meldt[ekte])
        return ut

    def noen(self, med: np.ndarray) -> np.ndarray:
        """For each pair, whether any of the rows in `med` is its."""
        return np.bincount(self.par[med], minlength=self.antall) > 0

    def par_for(self, ident: pd.Series, arbeidsgiver: pd.Series) -> np.ndarray:
        """The pair of each of these, -1 where no line has it."""
        person, org = self.identer.get_indexer(ident), self.arbeidsgivere.get_indexer(arbeidsgiver)
        nokkel = np.where((person >= 0) & (org >= 0), person * (len(self.arbeidsgivere) + 1) + org, -1)
        plass = np.minimum(np.searchsorted(self.nokler, nokkel), max(self.antall - 1, 0))
        return np.where(self.nokler[plass] == nokkel, plass, -1) if self.antall else nokkel

    def per_maaned(self, med: np.ndarray, fra: int, bredde: int) -> np.ndarray:
        """Øre per pair and month, of the rows in `med`: pairs × `bredde` months from `fra` on."""
        kolonne = self.maaned - fra
        med = med & (kolonne >= 0) & (kolonne < bredde)
        ut = np.zeros((self.antall, bredde), np.int64)
        np.add.at(ut, (self.par[med], kolonne[med]), self.ore[med])
        return ut


def lonnsrader(linjer: pd.DataFrame, inntekt: pd.DataFrame) -> Lonnsrader:
    """A line without an employer stands for the person's pay from all of them."""
    identer, arbeidsgivere = pd.Index(linjer["ident"].unique()), pd.Index(linjer["arbeidsgiver"].dropna().unique())
    person, org = identer.get_indexer(linjer["ident"]), arbeidsgivere.get_indexer(linjer["arbeidsgiver"])
    bredde = len(arbeidsgivere) + 1  # the last: all employers
    nokkel = person * bredde + np.where(org < 0, bredde - 1, org)
    par = np.unique(nokkel)
    av = identer.get_indexer(inntekt["ident"])
    egne = inntekt[av >= 0]
    av = av[av >= 0]
    treff = [av * bredde + bredde - 1]
    for navn in ("virksomhet", "opplysningspliktig"):
        kode = arbeidsgivere.get_indexer(egne[navn])
        treff.append(np.where(kode >= 0, av * bredde + kode, -1))
    rad, i_par = _rader(treff, par)
    tid = egne["registrert_tid"].dt.tz_convert(_OSLO).dt.tz_localize(None).to_numpy("datetime64[us]").astype("datetime64[D]")[rad]
    vanlig = (egne["inntekt_type"] == "Loennsinntekt") & ~egne["beskrivelse"].isin(kodeverk.FERIE) & egne["beloep_ore"].notna()
    vanlig &= (egne["fordel"] == "kontantytelse") | egne["fordel"].isna()
    return Lonnsrader(
        np.searchsorted(par, nokkel), len(par), i_par,
        egne["maaned"].to_numpy().astype("datetime64[M]").astype(np.int64)[rad],
        egne["beloep_ore"].fillna(0).to_numpy(np.int64)[rad],
        np.where(np.isnat(tid), UKJENT, tid.astype(np.int64)),
        vanlig.fillna(False).to_numpy(bool)[rad],
        egne["avvik_koder"].str.startswith(_SVAR).fillna(False).to_numpy(bool)[rad],
        identer, arbeidsgivere, par,
    )  # fmt: skip


def _rader(treff: list[np.ndarray], par: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(row, pair) for every row that belongs to a pair, each at most once."""
    deler = []
    for nokkel in treff:
        plass = np.minimum(np.searchsorted(par, nokkel), max(len(par) - 1, 0))
        rad = np.flatnonzero(par[plass] == nokkel) if len(par) else np.zeros(0, np.int64)
        deler.append(np.column_stack([rad, plass[rad]]))
    samlet = np.unique(np.concatenate(deler), axis=0)
    return samlet[:, 0], samlet[:, 1]
