"""A synthetic Norway: people, employers, employments, absence and income, with known problems planted in it.

The same seed gives the same bytes. People are made in blocks, so that a million of them fit in memory:
`samfunnsdeler` gives one block at a time, `lag_samfunn` all of them together.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.syntetisk import koder
from kjerne.syntetisk.folk import Arbeidsgivere, Folk, lag_arbeidsgivere, lag_folk
from kjerne.syntetisk.jobber import Kalender, lag_jobber
from kjerne.syntetisk.lonn import Lonn, lag_lonn
from kjerne.syntetisk.oppdrag import merk
from kjerne.syntetisk.permitteringer import Permitteringer, vanlige
from kjerne.syntetisk.plantet_inntekt import Blokk, plant_inntekt
from kjerne.syntetisk.plantet_register import Fasit, fordel_problemer, plant_register
from kjerne.syntetisk.problemandeler import Problemandeler, standard
from kjerne.syntetisk.rader import Rader, ramme, ramme_i_koder, tekst
from kjerne.syntetisk.rammer import fasitramme, felles, personer

DEL = 50_000  # people in a block; part of the definition of a society: another size gives other amounts
_DOGN = 86_400_000_000  # microseconds
_RAMMER = ("personer", "arbeidsforhold", "permittering", "inntekt", "fasit")


@dataclass
class Samfunn:
    """The frames of a society.

    personer: ident, tidligere_ident (a D-number before), fodselsdato, doedsdato, kontonummer, maalform,
        hovedarbeidsgiver (virksomhet), opplysningspliktig, ansatt_fra, stillingsprosent, maanedslonn_ore (mean of the
        months without absence at the main employer, without holiday pay, before problems are planted),
        permittert_fra, permittert_til, permittert_prosent (the truth, whatever is registered), oppdragstaker
    arbeidsgivere: virksomhet, opplysningspliktig, konto, bransje, ansatte, art
    arbeidsforhold, permittering, inntekt: canonical, by ident; income also by month
    fasit: problem, navn, tabell, rad_id (of that table; NA = the fault is that a row is missing), ident, maaned,
        virksomhet, beskrivelse
    """

    fro: int
    siste_maaned: dt.date
    maaneder: int
    personer: pd.DataFrame
    arbeidsgivere: pd.DataFrame
    arbeidsforhold: pd.DataFrame
    permittering: pd.DataFrame
    inntekt: pd.DataFrame
    fasit: pd.DataFrame


def lag_samfunn(
    antall: int,
    fro: int,
    siste_maaned: dt.date = dt.date(2020, 5, 1),
    maaneder: int = 15,
    problemer: Problemandeler | None = standard,
    permitteringer: Permitteringer = vanlige,
) -> Samfunn:
    """A society of `antall` persons and its last `maaneder` months. `problemer=None` plants nothing. Raises
    Ordningsfeil.
    """
    deler = list(samfunnsdeler(antall, fro, siste_maaned, maaneder, problemer, permitteringer))
    forste = deler[0]
    rammer = {}
    for navn in _RAMMER:  # one table at a time, so that the blocks' copies go as the whole comes
        rammer[navn] = pd.concat([getattr(d, navn) for d in deler], ignore_index=True)
        for d in deler:
            setattr(d, navn, None)
    rammer["fasit"] = rammer["fasit"].sort_values(
        ["problem", "ident", "tabell", "rad_id"], kind="stable", ignore_index=True
    )
    return Samfunn(fro, forste.siste_maaned, maaneder, arbeidsgivere=forste.arbeidsgivere, **rammer)


def samfunnsdeler(
    antall: int,
    fro: int,
    siste_maaned: dt.date = dt.date(2020, 5, 1),
    maaneder: int = 15,
    problemer: Problemandeler | None = standard,
    permitteringer: Permitteringer = vanlige,
    oppdrag: float = 0.0,
    i_koder: bool = False,
) -> Iterator[Samfunn]:
    """The same society, one block of people at a time. `arbeidsgivere` is whole in every block. `oppdrag`: the share of
    the main jobs that are assignments. `i_koder`: the income has only what rules read, and is no INNTEKT (ramme_i_koder).
    """
    if antall < 1 or fro < 0 or not 4 <= maaneder <= 36:
        raise Ordningsfeil(
            "Et syntetisk samfunn kan ikke lages slik.",
            f"antall {antall}, frø {fro}, måneder {maaneder}",
            "Bruk minst én person, et frø fra 0 og oppover, og 4–36 måneder.",
            kode=2,
        )
    problemer = problemer or Problemandeler({})
    kal = Kalender.lag(np.datetime64(siste_maaned), maaneder)
    siste = np.datetime64(int(kal.til[maaneder - 1]), "D")
    skifter = min(problemer.antall(24, antall), antall // 10)
    folk = lag_folk(_rng(fro, 1), antall, skifter, siste)
    ag = lag_arbeidsgivere(_rng(fro, 2), antall, problemer.antall(26, antall), siste)
    jobber = merk(_rng(fro, 8), lag_jobber(_rng(fro, 3), folk, ag, kal, permitteringer), oppdrag)
    problem = fordel_problemer(_rng(fro, 4), folk, jobber, kal, problemer)
    fasit = Fasit()
    jobber = plant_register(_rng(fro, 5), folk, ag, jobber, kal, problem, fasit)
    plantet = fasit.samlet()
    rapport = _rng(fro, 6).integers(
        -5 * 1440, 5 * 1440, (len(ag.nummer), maaneder + 2), dtype=np.int32
    )  # minutes after the month's end
    alle = felles(folk, ag, jobber, kal, problem)
    nummer = pd.CategoricalDtype(pd.Index(tekst(ag.nummer))) if i_koder else None
    grenser = np.searchsorted(jobber["ent"].to_numpy(), np.append(np.arange(0, len(folk.alias), DEL), len(folk.alias)))
    neste_rad = 0
    for nr, (fra, til) in enumerate(itertools.pairwise(grenser)):
        egne = Fasit()
        inntekt, lonn = _inntekt(
            _rng(fro, 7, nr), jobber.iloc[fra:til], folk, ag, kal, problem, rapport, egne, neste_rad, nummer
        )
        ent = np.arange(nr * DEL, min((nr + 1) * DEL, len(folk.alias)))
        alt = pd.concat([plantet[plantet["ent"].isin(ent)], egne.samlet()], ignore_index=True)
        yield Samfunn(
            fro,
            siste_maaned.replace(day=1),
            maaneder,
            personer=personer(folk, ag, jobber.iloc[fra:til], lonn, kal, problem, ent),
            arbeidsgivere=alle.arbeidsgivere,
            inntekt=inntekt,
            fasit=fasitramme(alt, folk, ag, kal),
            arbeidsforhold=alle.mellom("arbeidsforhold", ent),
            permittering=alle.mellom("permittering", ent),
        )
        neste_rad += len(inntekt)
        del inntekt, lonn, alt  # a block at a time: the next one is made before these names would be given anew


def _rng(*fro: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(fro)))


def _inntekt(
    rng: np.random.Generator,
    jobber: pd.DataFrame,
    folk: Folk,
    ag: Arbeidsgivere,
    kal: Kalender,
    problem: np.ndarray,
    rapport: np.ndarray,
    fasit: Fasit,
    forste_rad: int,
    nummer: pd.CategoricalDtype | None,
) -> tuple[pd.DataFrame, tuple[np.ndarray, np.ndarray]]:
    """(INNTEKT of the block, or what rules read of it where `nummer` is given; (person, mean monthly pay))."""
    rader = Rader()
    lonn = lag_lonn(rng, jobber, kal, ag.nav, rader)
    k = rader.samle()
    snitt = _maanedslonn(lonn, k)
    bort = np.zeros(rader.antall, dtype=bool)
    plant_inntekt(Blokk(rng, lonn, rader, k, bort, ag, fasit), problem)
    k = rader.samle()
    beholdt = np.ones(rader.antall, dtype=bool)
    beholdt[: len(bort)] = ~bort
    nokkel = (
        ((k["ent"] << 6 | k["mnd"]) << 22 | k["virk"]) << 13 | (k["sen"].astype(np.int64) + 64) << 6 | k["beskrivelse"]
    )
    orden = np.argsort(nokkel, kind="stable")
    orden = orden[beholdt[orden]]
    plass = np.full(rader.antall, -1)
    plass[orden] = np.arange(forste_rad, forste_rad + len(orden))
    for del_ in fasit.deler:
        rad = del_["rad"].to_numpy()
        del_["rad"] = np.where(rad >= 0, plass[rad], -1)
    if nummer is not None:
        return ramme_i_koder(k, orden, forste_rad, folk.ident, nummer, ag.oppl, kal.maaned), snitt
    mnd, sen = k["mnd"][orden], k["sen"][orden].astype(np.int64)
    tid = (kal.til[mnd] + 1 + sen) * _DOGN + rapport[k["virk"][orden], mnd].astype(np.int64) * 60_000_000
    return ramme(k, orden, forste_rad, folk.ident, ag.nummer, ag.oppl, kal.maaned, tid), snitt


def _maanedslonn(lonn: Lonn, k: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Mean of the months without absence (of all months with pay where there is none such), rounded to whole øre;
    0 = no pay.
    """
    i = np.flatnonzero(lonn.jobber["hoved"])
    ent, virk = lonn.jobber["ent"][i], lonn.jobber["virk"][i]
    med = (lonn.hel & (lonn.ore > 0))[i]
    med = np.where(med.any(axis=1)[:, None], med, (lonn.ore > 0)[i])
    plass = np.full(ent[-1] - ent[0] + 1, -1) if len(ent) else np.zeros(0, dtype=int)
    plass[ent - ent[0]] = np.arange(len(ent))
    p = plass[k["ent"] - ent[0]]
    lonnsrad = (
        (p >= 0)
        & (k["virk"] == virk[p])
        & (k["type"] == koder.LONN)
        & (k["fordel"] == koder.KONTANT)
        & ~np.isin(k["beskrivelse"], koder.FERIEKODER)
    )
    r = np.flatnonzero(lonnsrad)
    r = r[med[p[r], k["mnd"][r]]]
    sum_ = np.zeros(len(ent), dtype=np.int64)
    np.add.at(sum_, p[r], k["ore"][r])
    antall = np.maximum(med.sum(axis=1), 1)
    return ent, (2 * sum_ + antall) // (2 * antall)
