"""Synthetic people and employers: unique numbers with month + 80, accounts, enterprises of very uneven size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.identer import lag_identer, lag_kontonumre, lag_orgnumre, tekst_av_sifre
from kjerne.syntetisk import bransjer

PER_HOVEDENHET = 16  # persons per enterprise
_KONTO_ARBEIDSGIVER = 4_000_000_000  # accounts from here are employers', below are persons'
_INDIVID = np.arange(500)


@dataclass
class Folk:
    """Every number in use, in rising order: persons, and the D-numbers that some persons had before (`alias_for` ≥
    0).
    """

    ident: pa.Array
    fodt: np.ndarray  # days since 1970
    alias_for: np.ndarray  # index of the person, or −1
    alias: np.ndarray  # index of the person's former number, or −1
    nynorsk: np.ndarray
    konto: pa.Array


@dataclass
class Arbeidsgivere:
    """Codes: 0 … V−1 virksomheter, then private persons, then hovedenheter, then NAV. `oppl[code]` is who reports
    for it.
    """

    nummer: pa.Array
    oppl: np.ndarray
    konto: pa.Array  # by code; a hovedenhet's virksomheter share one
    bransje: np.ndarray  # of virksomhet
    grenser: np.ndarray  # cumulated weights of virksomheter, sorted by industry; industry b lies between b and b + 1
    virksomheter: int
    private: int

    @property
    def nav(self) -> int:
        return len(self.nummer) - 1


def lag_folk(rng: np.random.Generator, antall: int, identskifter: int, siste: np.datetime64) -> Folk:
    alder = 18 + 49 * rng.beta(1.5, 1.7, antall)
    fodt = siste - (alder * 365.25).astype("timedelta64[D]")
    dnr = rng.random(antall) < 0.02
    nynorsk = rng.random(antall) < 0.12
    skifter = np.sort(rng.choice(np.flatnonzero(~dnr), identskifter, replace=False))
    alle_fodt, alle_dnr = (
        np.concatenate([fodt, fodt[skifter]]),
        np.concatenate([dnr, np.ones(identskifter, dtype=bool)]),
    )
    sifre = unike_identer(alle_fodt, alle_dnr)
    orden = np.argsort(_tall(sifre), kind="stable")
    plass = np.empty(len(orden), dtype=np.int64)
    plass[orden] = np.arange(len(orden))
    alias = np.full(len(orden), -1)
    alias_for = np.full(len(orden), -1)
    alias[plass[skifter]] = plass[antall:]
    alias_for[plass[antall:]] = plass[skifter]
    return Folk(
        ident=tekst_av_sifre(sifre[orden]),
        fodt=alle_fodt[orden].astype(np.int64),
        alias_for=alias_for,
        alias=alias,
        nynorsk=np.concatenate([nynorsk, np.zeros(identskifter, dtype=bool)])[orden],
        konto=lag_kontonumre(rng.permutation(len(orden))),
    )


def unike_identer(fodt: np.ndarray, dnr: np.ndarray) -> np.ndarray:
    """One number each, all different. Raises Ordningsfeil when a day of birth has no numbers left."""
    nokkel, rad, per_dag = np.unique(fodt.astype(np.int64) * 2 + dnr, return_inverse=True, return_counts=True)
    orden = np.argsort(rad, kind="stable")
    lopenr = np.empty(len(rad), dtype=np.int64)
    lopenr[orden] = np.arange(len(rad)) - np.repeat(np.cumsum(per_dag) - per_dag, per_dag)
    dager = (nokkel // 2).astype("datetime64[D]")
    start = np.where(dager >= np.datetime64("2000-01-01"), 500, 0)
    gyldig = _har_kontrollsifre(dager, nokkel % 2 == 1, start)
    if (per_dag > gyldig.sum(axis=1)).any():
        raise Ordningsfeil(
            "Så mange syntetiske personer finnes det ikke fødselsnumre til.",
            gjor_dette="Lag høyst tre millioner personer.",
        )
    nummerert = np.argsort(~gyldig, axis=1, kind="stable").astype(np.int16)
    sifre, ok = lag_identer(fodt, nummerert[rad, lopenr] + start[rad], dnr)
    if not ok.all():
        raise AssertionError("control digits disagree")
    return sifre


def _har_kontrollsifre(dager: np.ndarray, dnr: np.ndarray, start: np.ndarray) -> np.ndarray:
    """days × 500 individual numbers: the sums of day and individual number are separate, so no digit matrix is
    needed.
    """
    hode = lag_identer(dager, np.zeros(len(dager), dtype=np.int64), dnr)[0][:, :6].astype(np.int16)
    individ = (start[:, None] + _INDIVID).astype(np.int16)  # small numbers: a quarter of the memory to pass
    hundre, ti, en = individ // 100, individ // 10 % 10, individ % 10
    k1 = -((hode @ np.array([3, 7, 6, 1, 8, 9], dtype=np.int16))[:, None] + 4 * hundre + 5 * ti + 2 * en) % 11
    k2 = -((hode @ np.array([5, 4, 3, 2, 7, 6], dtype=np.int16))[:, None] + 5 * hundre + 4 * ti + 3 * en + 2 * k1) % 11
    return (k1 < 10) & (k2 < 10)


def lag_arbeidsgivere(rng: np.random.Generator, antall: int, private: int, siste: np.datetime64) -> Arbeidsgivere:
    hovedenheter = max(2 * len(bransjer.BRANSJER), antall // PER_HOVEDENHET)
    bransje_h = rng.choice(
        len(bransjer.BRANSJER), hovedenheter, p=bransjer.kolonne("andel") / bransjer.kolonne("andel").sum()
    )
    bransje_h[: len(bransjer.BRANSJER)] = np.arange(len(bransjer.BRANSJER))
    vekt_h = np.minimum(rng.pareto(1.15, hovedenheter) + 0.3, 400.0)
    enheter = 1 + np.minimum(np.floor(vekt_h / 12), 25).astype(int)
    orden = np.argsort(bransje_h, kind="stable")
    hoved = np.repeat(np.arange(hovedenheter)[orden], enheter[orden])
    virksomheter = len(hoved)
    vekt = (vekt_h / enheter)[hoved] * rng.uniform(0.5, 1.5, virksomheter)
    fodt = siste - rng.integers(70 * 366, 84 * 365, private).astype("timedelta64[D]")
    privat = tekst_av_sifre(unike_identer(fodt, np.zeros(private, dtype=bool)))
    orgnr = lag_orgnumre(np.arange(virksomheter + hovedenheter + 1))
    nummer = pa.concat_arrays([orgnr.slice(0, virksomheter), privat, orgnr.slice(virksomheter)])
    forste_hoved = virksomheter + private
    oppl = np.arange(len(nummer))
    oppl[:virksomheter] = forste_hoved + hoved
    bransje = bransje_h[hoved]
    return Arbeidsgivere(
        nummer=nummer,
        oppl=oppl,
        konto=lag_kontonumre(_KONTO_ARBEIDSGIVER + oppl),
        bransje=bransje,
        grenser=_grenser(vekt, bransje),
        virksomheter=virksomheter,
        private=private,
    )


def _grenser(vekt: np.ndarray, bransje: np.ndarray) -> np.ndarray:
    """Weights cumulated so that each industry has length 1."""
    sum_ = np.bincount(bransje, vekt)
    kumulert = np.cumsum(vekt / sum_[bransje])
    siste = np.flatnonzero(np.diff(bransje, append=-1))
    kumulert[siste] = np.arange(1, len(siste) + 1)
    return kumulert


def velg_virksomhet(rng: np.random.Generator, ag: Arbeidsgivere, bransje: np.ndarray) -> np.ndarray:
    """A virksomhet in the industry, large ones more often."""
    return np.searchsorted(ag.grenser, bransje + rng.random(len(bransje)), side="right").clip(max=ag.virksomheter - 1)


def _tall(sifre: np.ndarray) -> np.ndarray:
    return sifre.astype(np.int64) @ (10 ** np.arange(10, -1, -1))
