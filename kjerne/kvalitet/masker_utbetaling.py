"""Masks over payment lines (rules 37–40): asked when a batch is made, of the columns of the table `linje`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kjerne.kvalitet.kontekst import dager, kr
from kjerne.kvalitet.maske import Maske, maske


@dataclass(frozen=True)
class Buntkontekst:
    """linjer       linje_id, vedtak_id, person_id, orgnr, klasse, fom, tom, belop_ore; optional endring (NY, ENDR,
                 OPPH) and ref_linje_id for lines that change earlier ones, and gjelder: what is paid for, such as
                 person and employer of the case as one text
    vedtak       vedtak_id, belop_ore; optional utenfor_ore: lines of the decision that are not in the batch (held, or paid before)
    tidligere    linje_id of every line in earlier released batches
    """

    linjer: pd.DataFrame
    vedtak: pd.DataFrame
    tidligere: pd.Index
    i_dag: dt.date
    betalingsdato: dt.date
    er_bankdag: Callable[[dt.date], bool] | None = None
    sum_ore: int | None = None  # what the batch or file says of itself (CtrlSum, totalBelop)
    antall: int | None = None  # NbOfTxs
    maks_per_sak_ore: int | None = None

    @property
    def belop(self) -> np.ndarray:
        return self.linjer["belop_ore"].fillna(0).to_numpy(np.int64)


def _funn(funn: list[str]) -> Maske:
    return Maske(np.array([bool(funn)]), lambda pos: ["; ".join(funn)] * len(pos))


@maske(37, "bunt", om_inntekt=False)
def utb_sum_avstemt(k: Buntkontekst) -> Maske:
    """Sum of lines = sum of decisions = what the batch says, decision by decision; nobody above the scheme's limit."""
    funn = []
    koder, vedtak_ider = pd.factorize(np.concatenate([k.linjer["vedtak_id"].to_numpy(object), k.vedtak["vedtak_id"].to_numpy(object)]))
    per_vedtak, vedtatt = np.zeros((2, len(vedtak_ider)), np.int64)
    np.add.at(per_vedtak, koder[: len(k.linjer)], k.belop)
    np.add.at(vedtatt, koder[len(k.linjer) :], k.vedtak["belop_ore"].to_numpy(np.int64))
    if "utenfor_ore" in k.vedtak:
        np.add.at(per_vedtak, koder[len(k.linjer) :], k.vedtak["utenfor_ore"].to_numpy(np.int64))
    if ulike := int((per_vedtak != vedtatt).sum()):
        funn.append(f"{ulike} vedtak har en annen sum i linjene ({kr(k.belop.sum())}) enn i vedtaket ({kr(vedtatt.sum())})")
    if k.sum_ore is not None and k.sum_ore != int(k.belop.sum()):
        funn.append(f"bunten sier {kr(k.sum_ore)}, linjene er {kr(k.belop.sum())}")
    if k.antall is not None and k.antall != len(k.linjer):
        funn.append(f"bunten sier {k.antall} linjer, det er {len(k.linjer)}")
    if k.maks_per_sak_ore is not None and (over := int((per_vedtak > k.maks_per_sak_ore).sum())):
        funn.append(f"{over} vedtak er over grensen på {kr(k.maks_per_sak_ore)}")
    return _funn(funn)


@maske(38, "bunt", om_inntekt=False)
def utb_ingen_dobbel(k: Buntkontekst) -> Maske:
    """No line twice in the batch, and none that was in an earlier one, unless it says which line it changes."""
    linjer = k.linjer
    endrer = np.zeros(len(linjer), bool)
    if {"endring", "ref_linje_id"} <= set(linjer):
        endrer = (linjer["endring"].isin(["ENDR", "OPPH"]) & linjer["ref_linje_id"].notna()).to_numpy(bool)
    to_ganger = int(linjer["linje_id"].duplicated().sum())
    foer = int((linjer["linje_id"].isin(k.tidligere).to_numpy(bool) & ~endrer).sum())
    return _funn(
        [f"{to_ganger} linjer står to ganger"] * bool(to_ganger) + [f"{foer} linjer er betalt før"] * bool(foer)
    )


@maske(39, "linjer", om_inntekt=False)
def utb_belop_heltall(k: Buntkontekst, maks_dager: int = 1100) -> Maske:
    """Above zero, whole kroner, the right way round, at most `maks_dager` days, and no overlap for one payee and class.

    Oppdragssystemet refuses the rest with code 08. An organisation is paid for many people at the same time, so there
    only the lines for one thing (`gjelder`; without it, one decision) must not overlap.
    """
    linjer, belop = k.linjer, k.belop
    fom, tom = dager(linjer["fom"]), dager(linjer["tom"])
    feil = (belop <= 0) | (belop % 100 != 0)
    periode = np.isnat(fom) | np.isnat(tom) | (tom < fom) | ((tom - fom).astype(np.int64) >= maks_dager)
    gjelder = linjer["gjelder"] if "gjelder" in linjer else linjer["vedtak_id"].where(linjer["orgnr"].notna())
    hvem = [gjelder, linjer["person_id"], linjer["orgnr"], linjer["klasse"]]
    gruppe = linjer.groupby(hvem, dropna=False, sort=False).ngroup().to_numpy()
    orden = np.lexsort((fom, gruppe))
    forrige_tom = pd.Series(tom[orden]).groupby(gruppe[orden]).cummax().groupby(gruppe[orden]).shift().to_numpy()
    overlapp = np.zeros(len(linjer), bool)
    overlapp[orden] = fom[orden] <= forrige_tom.astype("datetime64[D]")

    def tekster(pos: np.ndarray) -> list[str]:
        return [
            kr(belop[i]) if feil[i] else "perioden er ikke gyldig" if periode[i] else "perioden er alt betalt i bunten"
            for i in pos
        ]

    return Maske(feil | periode | overlapp, tekster)


@maske(40, "bunt", om_inntekt=False)
def utb_dato_bankdag(k: Buntkontekst, dager_foer: int = 0) -> Maske:
    """Paid on a bank day, and at least `dager_foer` days from today."""
    funn = []
    if k.er_bankdag is not None and not k.er_bankdag(k.betalingsdato):
        funn.append(f"{k.betalingsdato:%d.%m.%Y} er ikke en bankdag")
    if k.betalingsdato < k.i_dag + dt.timedelta(days=dager_foer):
        funn.append(f"{k.betalingsdato:%d.%m.%Y} er for tidlig")
    return _funn(funn)
