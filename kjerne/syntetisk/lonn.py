"""What is paid to a block of people month by month: pay, supplements, holiday pay, benefits in kind, sickness
benefit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kjerne.syntetisk import bransjer, koder
from kjerne.syntetisk.jobber import Kalender
from kjerne.syntetisk.koder import B
from kjerne.syntetisk.rader import Rader

_SYKEPENGETAK = 4_992_900  # øre a month: 6 G / 12 with G = 99 858
_TIMER = 162.5  # a month of full time


@dataclass
class Lonn:
    """Employments × months. `ore` is the base pay in øre, `rad` its row in the block (−1 = none), `hel` months
    without absence.
    """

    jobber: dict[str, np.ndarray]
    ore: np.ndarray
    rad: np.ndarray
    hel: np.ndarray
    feriepenger: np.ndarray  # row of holiday pay by employment, −1 = none
    ferietrekk: np.ndarray
    kal: Kalender

    def par(self, mnd: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(employment, month) where the mask is true and something is paid."""
        return np.nonzero(mnd & (self.ore > 0))


def lag_lonn(rng: np.random.Generator, jobber: pd.DataFrame, kal: Kalender, nav: int, rader: Rader) -> Lonn:
    j = {k: jobber[k].to_numpy() for k in jobber.columns}
    n = len(jobber)
    andel = _betalt_andel(j, kal)  # of the month, in ten thousandths
    hel = andel == 10_000
    mnd_full = (j["aarslonn"] * j["pst"] * 100 + 600) // 1200  # øre a month
    loft = np.where(
        np.arange(kal.antall) < rng.integers(0, kal.antall, n)[:, None],
        10_000 - rng.integers(100, 400, n)[:, None],
        10_000,
    )
    loft[rng.random(n) < 0.15] = 10_000  # no rise in pay in the time
    ore = mnd_full[:, None] * andel // 10_000 * loft // 10_000
    timesats = j["aarslonn"] * 100 // 1950 // 10 * 10  # øre
    kvarter = np.rint(
        j["pst"][:, None] / 100 * _TIMER * 4 * rng.normal(1.0, 0.08, ore.shape).clip(0.6, 1.5) * andel / 10_000
    ).astype(np.int64)
    ore = np.where(j["time"][:, None], (timesats[:, None] * loft // 10_000 * kvarter + 2) // 4, ore)
    lonn = Lonn(j, ore, np.full(ore.shape, -1), hel, np.full(n, -1), np.full(n, -1), kal)
    _syk(lonn, nav, rader)

    i, m = lonn.par(np.ones_like(hel))
    privat = np.where(
        j["forenklet"],
        B["loennTilPrivatpersonerForArbeidIHjemmet"],
        np.where(j["time"], B["timeloenn"], B["fastloenn"]),
    )
    privat = np.where(j["oppdrag"], B["honorarAkkordProsentProvisjon"], privat)
    oppgir = (j["virk"] % 5 < 2)[i]  # two employers of five state the earning period
    lonn.rad[i, m] = rader.legg_til(
        j["ent"][i],
        m,
        j["virk"][i],
        ore[i, m],
        beskrivelse=privat[i],
        kvarter=np.where(j["time"][i], kvarter[i, m], -1),
        opptjening_fom=np.where(oppgir, np.maximum(kal.fra[m], j["start"][i]), koder.INGEN_DATO),
        opptjening_tom=np.where(oppgir, np.minimum(kal.til[m], j["slutt"][i]), koder.INGEN_DATO),
    )
    _ferie(lonn, mnd_full, rader)
    _tillegg(rng, lonn, timesats, rader)
    return lonn


def _betalt_andel(j: dict[str, np.ndarray], kal: Kalender) -> np.ndarray:
    fra, til = kal.fra[: kal.antall], kal.til[: kal.antall]
    dager = til - fra + 1

    def overlapp(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.clip(np.minimum(b[:, None], til) - np.maximum(a[:, None], fra) + 1, 0, None)

    andel = overlapp(j["start"], j["slutt"]) * 10_000 // dager
    borte = overlapp(j["fra"], j["til"]) * (j["fravaer_pst"] * (j["fravaer"] > 0))[:, None] * 100 // dager
    nr = np.arange(kal.antall)
    med = (nr >= j["fra_mnd"][:, None]) & (nr < j["til_mnd"][:, None])
    return np.clip(andel - borte, 0, None) * med


def _syk(lonn: Lonn, nav: int, rader: Rader) -> None:
    """The employer pays half of the first month, NAV the rest; the pay from the employer falls accordingly."""
    nr, j = np.arange(lonn.kal.antall), lonn.jobber
    fra = j["syk_fra"][:, None]
    syk = (fra >= 0) & (nr >= fra) & (nr < fra + j["syk_mnd"][:, None])
    full = lonn.ore.copy()
    lonn.ore[syk] = np.where(nr == fra, full // 2, 0)[syk]
    lonn.hel &= ~syk
    i, m = np.nonzero(syk & (full > 1))
    ytelse = np.minimum(full[i, m] - lonn.ore[i, m], _SYKEPENGETAK) // 100 * 100
    rader.legg_til(j["ent"][i], m, np.full(len(i), nav), ytelse, type=koder.YTELSE, beskrivelse=B["sykepenger"])


def _ferie(lonn: Lonn, mnd_full: np.ndarray, rader: Rader) -> None:
    """12 per cent of last year's pay in June, and the pair that takes the month's fixed pay away."""
    j = lonn.jobber
    for juni in lonn.kal.juni():
        nyttaar = lonn.kal.maaned[juni].astype("datetime64[Y]").astype("datetime64[D]").astype(int)
        i = np.flatnonzero((j["start"] < nyttaar - 30) & (lonn.ore[:, juni] > 0) & ~j["forenklet"])
        dager = nyttaar - np.maximum(j["start"][i], nyttaar - 365)
        ferie = mnd_full[i] * 12 * 12 // 100 * dager // 365
        lonn.feriepenger[i] = rader.legg_til(
            j["ent"][i], np.full(len(i), juni), j["virk"][i], ferie, beskrivelse=B["feriepenger"]
        )
        i = i[~j["time"][i] & (dager > 180)]
        trekk = -(lonn.ore[i, juni] * 25 // 26)
        lonn.ferietrekk[i] = rader.legg_til(
            j["ent"][i], np.full(len(i), juni), j["virk"][i], trekk, beskrivelse=B["trekkILoennForFerie"]
        )


def _tillegg(rng: np.random.Generator, lonn: Lonn, timesats: np.ndarray, rader: Rader) -> None:
    j, form = lonn.jobber, lonn.ore.shape
    n = form[0]
    vanlig = ~j["forenklet"]

    def rad(maske: np.ndarray, belop: object, kode: str, **andre: object) -> None:
        i, m = lonn.par(maske)
        ore = belop(i, m)  # type: ignore[operator]
        rader.legg_til(
            j["ent"][i],
            m,
            j["virk"][i],
            ore,
            beskrivelse=B[kode],
            **{k: f(i, m) if callable(f) else f for k, f in andre.items()},
        )

    kvarter = rng.integers(4, 72, form)
    overtid = ((rng.random(n) < bransjer.kolonne("overtid")[j["bransje"]]) & vanlig)[:, None] & (rng.random(form) < 0.3)
    rad(
        overtid,
        lambda i, m: (timesats[i] * 3 // 2 * kvarter[i, m] + 2) // 4,
        "overtidsgodtgjoerelse",
        kvarter=lambda i, m: kvarter[i, m],
    )
    promille = rng.integers(20, 90, form)
    skift = (rng.random(n) < bransjer.kolonne("skift")[j["bransje"]]) & vanlig
    rad(
        np.broadcast_to(skift[:, None], form),
        lambda i, m: lonn.ore[i, m] * promille[i, m] // 1000 + 1,
        "uregelmessigeTilleggKnyttetTilArbeidetTid",
    )
    bonusmaaned = np.where((rng.random(n) < 0.05) & vanlig & ~j["time"], rng.integers(0, form[1], n), -1)
    rad(
        np.arange(form[1]) == bonusmaaned[:, None],
        lambda i, m: lonn.ore[i, m] * rng.integers(10, 50, len(i)) // 10_000 * 100 + 100,
        "bonus",
    )
    provisjon = (rng.random(n) < 0.02) & vanlig
    rad(
        np.broadcast_to(provisjon[:, None], form),
        lambda i, m: lonn.ore[i, m] * promille[i, m] // 1000 + 2,
        "honorarAkkordProsentProvisjon",
    )
    mobil = (rng.random(n) < 0.08) & j["hoved"] & vanlig
    rad(
        np.broadcast_to(mobil[:, None], form),
        lambda i, m: np.full(len(i), 36_600),
        "elektroniskKommunikasjon",
        fordel=koder.NATURAL,
    )
    bil = (rng.random(n) < 0.01) & j["hoved"] & vanlig
    rad(np.broadcast_to(bil[:, None], form), lambda i, m: np.full(len(i), 652_083), "bil", fordel=koder.NATURAL)
