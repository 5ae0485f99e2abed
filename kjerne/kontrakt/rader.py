"""The words about rows of A-ordningen. A `samling` keeps rows, and the engine remembers which; the other words sum what was kept."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kjerne.kontrakt.kolonne import Kolonne, Verdi, krev, som_kolonne

MAKS_RUTER = 50_000_000  # cells of the grid case × month that are faster to count than to sort


class Utvalg:
    """The income rows that a rule has kept, sorted by case. `rader` holds positions in the table of the run (a slice = all)."""

    __slots__ = ("tabell", "rader", "sikker", "antatt", "tvil")

    def __init__(self, tabell: Radtabell, rader: np.ndarray | slice, sikker: np.ndarray | None = None,
                 antatt: np.ndarray | None = None, tvil: np.ndarray | None = None):
        self.tabell = tabell
        self.rader = rader
        self.sikker = sikker  # per case: False where the selection itself rests on an unknown fact; None = sure everywhere
        self.antatt = antatt  # per case: True where the trace asks «and if the rows had been known?»; None = nowhere
        self.tvil = tvil  # per row: True where it is not known whether the row counts; None = known for all

    def behold(self, treff: np.ndarray, kjent_: np.ndarray | None, i_tvil: np.ndarray | None = None) -> Utvalg:
        """The rows where `treff` is True, and those in doubt; `kjent_` says in which cases the criterion is known."""
        plass = np.flatnonzero(treff if i_tvil is None else treff | i_tvil)
        sikker = self.sikker if kjent_ is None else kjent_ if self.sikker is None else self.sikker & kjent_
        tvil = None if self.tvil is None else self.tvil[plass]
        if i_tvil is not None:
            ny = (i_tvil & ~treff)[plass]
            tvil = ny if tvil is None else tvil | ny
        return Utvalg(self.tabell, plass if isinstance(self.rader, slice) else self.rader[plass], sikker, self.antatt, tvil)

    @property
    def kjent(self) -> np.ndarray | None:
        """Per case: whether it is known which rows count; None = in every case."""
        if self.tvil is None or not self.tvil.any():
            return self.sikker
        uten_tvil = np.bincount(self.tabell.sak[self.rader][self.tvil], minlength=self.tabell.antall_saker) == 0
        return uten_tvil if self.sikker is None else self.sikker & uten_tvil


class Radtabell(Utvalg):
    """All rows of the run, joined to cases: one entry per (case, row).

    `sak` position of the case (rising), `måned` months since 1970, `beløp` kroner, `rad_id` of the snapshot,
    `koder` text columns as (codes, categories).
    """

    __slots__ = ("antall_saker", "sak", "måned", "beløp", "rad_id", "tekst")

    def __init__(self, antall_saker: int, sak: np.ndarray, måned: np.ndarray, beløp: Kolonne, rad_id: np.ndarray,
                 tekst: dict[str, Kolonne]):
        super().__init__(self, slice(None))
        self.antall_saker = antall_saker
        self.sak, self.måned, self.beløp, self.rad_id, self.tekst = sak, måned, beløp, rad_id, tekst


def hos_arbeidsgiver(utvalg: Utvalg, arbeidsgiver: Kolonne) -> Utvalg:
    """The rows reported by this employer (underenhet, or the hovedenhet that reports for it)."""
    tabell = utvalg.tabell
    orgnr = krev(arbeidsgiver, "kode", "hos_arbeidsgiver").til_lengde(tabell.antall_saker)
    søkt = orgnr.data[tabell.sak[utvalg.rader]]
    treff = np.zeros(len(søkt), dtype=bool)
    for navn in ("virksomhet", "opplysningspliktig"):
        kolonne = tabell.tekst[navn]
        funnet = orgnr.koder.get_indexer(kolonne.koder)
        oversatt = np.append(np.where(funnet < 0, -2, funnet), -2).astype("int32")  # -1 is the unknown employer: no row has it
        treff |= oversatt[kolonne.data[utvalg.rader]] == søkt
    return utvalg.behold(treff, orgnr.kjent, _ukjente(tabell.tekst["virksomhet"], utvalg))


def av_type(utvalg: Utvalg, typer: Kolonne) -> Utvalg:
    """The rows whose income type is in the list (a parameter with codes)."""
    return _med_kode(utvalg, "inntekt_type", typer)


def med_beskrivelse(utvalg: Utvalg, koder: Kolonne) -> Utvalg:
    """The rows whose description is in the list (a parameter with codes)."""
    return _med_kode(utvalg, "beskrivelse", koder)


def ansatt_som(utvalg: Utvalg, typer: Kolonne) -> Utvalg:
    """The rows that belong to an employment of a type in the list (a parameter with codes)."""
    return _med_kode(utvalg, "arbeidsforhold_type", typer)


def _med_kode(utvalg: Utvalg, navn: str, lister: Kolonne) -> Utvalg:
    tabell = utvalg.tabell
    lister = krev(lister, "kode", navn).til_lengde(tabell.antall_saker)
    kolonne = tabell.tekst[navn]
    med = np.zeros((len(lister.koder) + 1, len(kolonne.koder) + 1), dtype=bool)
    for nr, liste in enumerate(lister.koder):
        med[nr, :-1] = kolonne.koder.isin(str(liste).split("|"))
    koder = kolonne.data[utvalg.rader]
    treff = med[0][koder] if len(lister.koder) == 1 else med[lister.data[tabell.sak[utvalg.rader]], koder]
    return utvalg.behold(treff, lister.kjent, _ukjente(kolonne, utvalg))


def _ukjente(kolonne: Kolonne, utvalg: Utvalg) -> np.ndarray | None:
    """The rows of which the column says nothing."""
    return None if kolonne.kjent is None else ~kolonne.kjent[utvalg.rader]


def sum_av(utvalg: Utvalg) -> Kolonne:
    """The sum of the amounts in kroner. Unknown when a row has no amount that can be read; 0 when there is no row."""
    tabell, rader = utvalg.tabell, utvalg.rader
    sak = tabell.sak[rader]
    sum_ = np.bincount(sak, weights=tabell.beløp.data[rader], minlength=tabell.antall_saker)
    kjent_ = utvalg.kjent
    if tabell.beløp.kjent is not None:
        uten = np.bincount(sak, weights=~tabell.beløp.kjent[rader], minlength=tabell.antall_saker) == 0
        uten = uten if utvalg.antatt is None else uten | utvalg.antatt
        kjent_ = uten if kjent_ is None else kjent_ & uten
    return Kolonne(sum_, kjent_)


def antall_av(utvalg: Utvalg) -> Kolonne:
    """The number of rows."""
    tabell = utvalg.tabell
    antall = np.bincount(tabell.sak[utvalg.rader], minlength=tabell.antall_saker)
    return Kolonne(antall.astype("float64"), utvalg.kjent)


def antall_måneder_av(utvalg: Utvalg) -> Kolonne:
    """The number of different months among the rows."""
    tabell, rader = utvalg.tabell, utvalg.rader
    måned = tabell.måned[rader]
    første = int(måned.min()) if len(måned) else 0
    bredde = int(måned.max()) - første + 1 if len(måned) else 1
    rute = tabell.sak[rader].astype("int64") * bredde + (måned - første)
    if tabell.antall_saker * bredde <= MAKS_RUTER:  # a grid of case × month is faster than sorting
        ulike = np.flatnonzero(np.bincount(rute, minlength=tabell.antall_saker * bredde))
    else:
        ulike = np.unique(rute)
    antall = np.bincount(ulike // bredde, minlength=tabell.antall_saker)
    return Kolonne(antall.astype("float64"), utvalg.kjent)


def snitt_av(utvalg: Utvalg, måneder: Verdi) -> Kolonne:
    """The mean amount a month over so many months. Unknown unless every one of the months has been reported."""
    antall = som_kolonne(måneder)
    komplett = antall_måneder_av(utvalg) == antall
    snitt = sum_av(utvalg) / antall
    hele = komplett.data if utvalg.antatt is None else komplett.data | utvalg.antatt
    return Kolonne(snitt.data, snitt.kjentmaske & komplett.kjentmaske & hele)


def tekstkolonne(serie: pd.Series) -> Kolonne:
    """A text series as codes; missing is unknown (code -1 looks up the last, empty slot)."""
    kategorisk = serie if isinstance(serie.dtype, pd.CategoricalDtype) else serie.astype("category")
    koder = kategorisk.cat.codes.to_numpy().astype("int32")
    kjent_ = koder >= 0
    return Kolonne(koder, None if kjent_.all() else kjent_, kategorisk.cat.categories)
