"""The words about months of rows: which months have one, which have none, and the last ones that another selection leaves free."""

from __future__ import annotations

import numpy as np

from kjerne.kontrakt.kolonne import Kolonne, Verdi, begge_kjent, krev, som_kolonne
from kjerne.kontrakt.rader import Utvalg, antall_måneder_av

_ALDRI = np.iinfo("int64").max


def siste_måneder(utvalg: Utvalg, før: Kolonne, antall: Verdi) -> Utvalg:
    """The rows of the last `antall` whole calendar months before the month of the date."""
    tabell = utvalg.tabell
    slutt, dato = _måned(utvalg, før, "siste_måneder")
    lengde, antall = _antall(utvalg, antall, "siste_måneder")
    sak, måned = tabell.sak[utvalg.rader], tabell.måned[utvalg.rader]
    treff = (måned < slutt[sak]) & (måned >= (slutt - lengde)[sak])
    return utvalg.behold(treff, begge_kjent(dato, antall))


def mellom_måneder(utvalg: Utvalg, fra: Kolonne, til: Kolonne) -> Utvalg:
    """The rows of the months from that of `fra` to that of `til`, both included."""
    tabell = utvalg.tabell
    (første, fra), (siste, til) = (_måned(utvalg, d, "mellom_måneder") for d in (fra, til))
    sak, måned = tabell.sak[utvalg.rader], tabell.måned[utvalg.rader]
    return utvalg.behold((måned >= første[sak]) & (måned <= siste[sak]), begge_kjent(fra, til))


def måneder_uten(utvalg: Utvalg, før: Kolonne, innen: Verdi) -> Kolonne:
    """How many of the last `innen` whole calendar months before the month of the date have no row."""
    med = antall_måneder_av(siste_måneder(utvalg, før, innen))
    return som_kolonne(innen) - med


def første_måned_av(utvalg: Utvalg) -> Kolonne:
    """The first day of the earliest month with a row. Unknown when there is none, and when an earlier row is in doubt."""
    alle = _tidligst(utvalg, None)
    sikre = alle if utvalg.tvil is None else _tidligst(utvalg, ~utvalg.tvil)
    kjent_ = (alle == sikre) & (alle != _ALDRI)
    kjent_ = kjent_ if utvalg.sikker is None else kjent_ & utvalg.sikker
    kjent_ = kjent_ if utvalg.antatt is None else kjent_ | utvalg.antatt
    dager = np.where(alle == _ALDRI, 0, alle).astype("datetime64[M]").astype("datetime64[D]")
    return Kolonne(dager, None if kjent_.all() else kjent_)


def _tidligst(utvalg: Utvalg, bare: np.ndarray | None) -> np.ndarray:
    """The earliest month of each case, among the rows in `bare`."""
    tabell = utvalg.tabell
    sak, måned = tabell.sak[utvalg.rader], tabell.måned[utvalg.rader]
    if bare is not None:
        sak, måned = sak[bare], måned[bare]
    ut = np.full(tabell.antall_saker, _ALDRI)
    np.minimum.at(ut, sak, måned)
    return ut


def siste_måneder_uten(utvalg: Utvalg, før: Kolonne, antall: Verdi, innen: Verdi, unntatt: Utvalg) -> Utvalg:
    """The rows of the last `antall` months before the month of the date that have no row in `unntatt`, of the last `innen`.

    A row is in doubt when rows of `unntatt` that are in doubt decide whether its month is among them.
    """
    tabell = utvalg.tabell
    slutt, _ = _måned(utvalg, før, "siste_måneder_uten")
    lengde, antall = _antall(utvalg, antall, "siste_måneder_uten")
    i_vindu, unntak = siste_måneder(utvalg, før, innen), siste_måneder(unntatt, før, innen)
    sak = tabell.sak[i_vindu.rader]
    avstand = slutt[sak] - tabell.måned[i_vindu.rader]  # 1 = the month before
    opptatt, nyere = _opptatt(unntak, slutt, sak, avstand, None)
    treff = ~opptatt & (avstand - nyere <= lengde[sak])
    i_tvil = None
    if unntak.tvil is not None and unntak.tvil.any():
        sikkert, sikkert_nyere = _opptatt(unntak, slutt, sak, avstand, ~unntak.tvil)
        i_tvil = ~sikkert & (avstand - nyere <= lengde[sak])
        treff = ~opptatt & (avstand - sikkert_nyere <= lengde[sak])
    ut = i_vindu.behold(treff, _og(antall.kjent, unntak.sikker), i_tvil)
    ut.antatt = _eller(utvalg.antatt, unntatt.antatt)
    return ut


def _opptatt(
    unntak: Utvalg, slutt: np.ndarray, sak: np.ndarray, avstand: np.ndarray, bare: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """For each (case, distance): whether the month has a row in `unntak`, and how many nearer months have one."""
    rader_sak, rader_måned = unntak.tabell.sak[unntak.rader], unntak.tabell.måned[unntak.rader]
    if bare is not None:
        rader_sak, rader_måned = rader_sak[bare], rader_måned[bare]
    fra_slutt = slutt[rader_sak] - rader_måned
    bredde = int(max(fra_slutt.max(initial=0), avstand.max(initial=0))) + 1
    rute = np.zeros((unntak.tabell.antall_saker, bredde), dtype=bool)  # case × distance: faster to count than to sort
    rute.reshape(-1)[rader_sak * bredde + fra_slutt] = True
    nyere = np.cumsum(rute, axis=1, dtype="int16") - rute
    søkt = sak * bredde + avstand
    return rute.reshape(-1)[søkt], nyere.reshape(-1)[søkt]


def _måned(utvalg: Utvalg, dato: Kolonne, ord_: str) -> tuple[np.ndarray, Kolonne]:
    """The month of the date in every case, and the date."""
    dato = krev(dato, "dato", ord_).til_lengde(utvalg.tabell.antall_saker)
    return dato.data.astype("datetime64[M]").astype("int64"), dato


def _antall(utvalg: Utvalg, antall: Verdi, ord_: str) -> tuple[np.ndarray, Kolonne]:
    kolonne = krev(som_kolonne(antall), "tall", ord_).til_lengde(utvalg.tabell.antall_saker)
    return np.round(kolonne.data).astype("int64"), kolonne


def _og(a: np.ndarray | None, b: np.ndarray | None) -> np.ndarray | None:
    return b if a is None else a if b is None else a & b


def _eller(a: np.ndarray | None, b: np.ndarray | None) -> np.ndarray | None:
    return b if a is None else a if b is None else a | b
