"""The closed vocabulary: the only words that a rule may use. Each keeps the unknown.

A new word needs a test, a line in the exact oracle of the tests and an ADR; see runbooks/adr/0002.
"""

from __future__ import annotations

from functools import cache, reduce

import numpy as np
import pandas as pd

from kjerne.kontrakt.kolonne import (
    Kolonne,
    Regelbruk,
    Verdi,
    begge_kjent,
    del_paa,
    krev,
    sammenlign,
    som_kolonne,
    velg,
)

MAKS_RUTER = 50_000_000
STABIL = 8  # decimals kept before a rounding: far finer than any legal fraction, far coarser than a float's error


# --- Yes and no ---------------------------------------------------------------------------------------------------


def alle(*vilkår: Verdi) -> Kolonne:
    """Yes when all are yes, no when one is known to be no, otherwise unknown."""
    return reduce(_og, (krev(som_kolonne(v), "ja_nei", "alle") for v in vilkår))


def ett_av(*vilkår: Verdi) -> Kolonne:
    """Yes when one is known to be yes, no when all are no, otherwise unknown."""
    return ikke(alle(*(ikke(v) for v in vilkår)))


def ikke(vilkår: Verdi) -> Kolonne:
    kolonne = krev(som_kolonne(vilkår), "ja_nei", "ikke")
    return Kolonne(~kolonne.data, kolonne.kjent)


def _og(a: Kolonne, b: Kolonne) -> Kolonne:
    if a.kjent is None and b.kjent is None:
        return Kolonne(a.data & b.data)
    ka, kb = a.kjentmaske, b.kjentmaske
    return Kolonne(a.data & b.data & ka & kb, (ka & kb) | (ka & ~a.data) | (kb & ~b.data))


def er(kolonne: Kolonne, verdi: str | Kolonne) -> Kolonne:
    """The text is this text (or the same text as in the other column)."""
    krev(kolonne, "kode", "er")
    if isinstance(verdi, str):
        return Kolonne(kolonne.data == kolonne.koder.get_indexer([verdi])[0], kolonne.kjent)
    krev(verdi, "kode", "er")
    felles = kolonne.koder.get_indexer(verdi.koder)
    return Kolonne(kolonne.data == np.append(felles, -2)[verdi.data], begge_kjent(kolonne, verdi))


def kjent(verdi: Kolonne) -> Kolonne:
    """The fact is known. Never unknown itself."""
    return Kolonne(verdi.kjentmaske)


def hvis(vilkår: Verdi, da: Verdi, ellers: Verdi) -> Kolonne:
    """`da` in cases where the condition is yes, `ellers` where it is no, unknown where it is unknown."""
    kolonne = krev(som_kolonne(vilkår), "ja_nei", "hvis")
    valgt = velg(kolonne.data, som_kolonne(da), som_kolonne(ellers))
    if kolonne.kjent is None:
        return valgt
    return Kolonne(valgt.data, kolonne.kjent & valgt.kjentmaske)


def første_kjente(*verdier: Verdi) -> Kolonne:
    """The first of the values that is known."""
    return reduce(lambda a, b: velg(a.kjentmaske, a, b), map(som_kolonne, verdier))


# --- Numbers ------------------------------------------------------------------------------------------------------


def lavest(*verdier: Verdi) -> Kolonne:
    """The lowest number or earliest date; unknown when one of them is."""
    return reduce(lambda a, b: _ytterst(np.minimum, a, b), map(som_kolonne, verdier))


def høyest(*verdier: Verdi) -> Kolonne:
    """The highest number or latest date; unknown when one of them is."""
    return reduce(lambda a, b: _ytterst(np.maximum, a, b), map(som_kolonne, verdier))


def _ytterst(funksjon, a: Kolonne, b: Kolonne) -> Kolonne:
    if a.art != b.art or a.art not in ("tall", "dato"):
        raise Regelbruk(f"lavest og høyest trenger to tall eller to datoer, men fikk {a.art} og {b.art}.")
    maske = sammenlign(np.equal, a, b).kjent
    return Kolonne(funksjon(a.data, b.data), maske)


def andel(del_: Verdi, hele: Verdi) -> Kolonne:
    """The part as a share of the whole; unknown when the whole is 0."""
    return del_paa(del_, hele)


def hele_kroner(beløp: Verdi) -> Kolonne:
    """Rounded to whole kroner, 50 øre and more upwards."""
    return _avrund(beløp, 1)


def hele_øre(beløp: Verdi) -> Kolonne:
    """Rounded to whole øre, half an øre and more upwards."""
    return _avrund(beløp, 100)


def hele_opp(tall: Verdi) -> Kolonne:
    """Rounded up to a whole number."""
    kolonne = krev(som_kolonne(tall), "tall", "hele_opp")
    return Kolonne(np.ceil(np.round(kolonne.data, STABIL)), kolonne.kjent)


def _avrund(beløp: Verdi, deler: int) -> Kolonne:
    kolonne = krev(som_kolonne(beløp), "tall", "Avrunding")
    return Kolonne(np.floor(np.round(kolonne.data * deler, STABIL - 2) + 0.5) / deler, kolonne.kjent)


# --- Dates --------------------------------------------------------------------------------------------------------


def før(dato: Kolonne, grense: Kolonne) -> Kolonne:
    """The date is before the limit."""
    return krev(dato, "dato", "før") < krev(grense, "dato", "før")


def etter(dato: Kolonne, grense: Kolonne) -> Kolonne:
    """The date is after the limit."""
    return krev(dato, "dato", "etter") > krev(grense, "dato", "etter")


def senest(dato: Kolonne, grense: Kolonne) -> Kolonne:
    """The date is the limit or before it."""
    return krev(dato, "dato", "senest") <= krev(grense, "dato", "senest")


def innenfor(dato: Kolonne, fra: Kolonne, til: Kolonne) -> Kolonne:
    """The date lies in the period, first and last day included."""
    return alle(senest(fra, dato), senest(dato, til))


def ukedager(fra: Kolonne, til: Kolonne) -> Kolonne:
    """The number of days Monday to Friday, first and last day included; 0 when the period is empty."""
    krev(fra, "dato", "ukedager"), krev(til, "dato", "ukedager")
    antall = np.busday_count(fra.data, np.maximum(til.data + 1, fra.data)).astype("float64")
    return Kolonne(antall, sammenlign(np.less, fra, til).kjent)


def ukedag_nummer(fra: Kolonne, nummer: Verdi) -> Kolonne:
    """The date of day number n, Monday to Friday, counted from and including `fra`. n = 0 gives the day before the first."""
    return _framover(fra, som_kolonne(nummer) - 1, "ukedag_nummer", np.array([], dtype="datetime64[D]"))


def etter_arbeidsdager(fra: Kolonne, antall: Verdi) -> Kolonne:
    """The first day Monday to Friday after `antall` working days from `fra`. Public holidays are not working days."""
    siste = _framover(fra, som_kolonne(antall) - 1, "etter_arbeidsdager", fridager())
    dagen_etter = np.maximum(siste.data + 1, fra.data)  # no working days: the first day itself, also when it is a holiday
    return _framover(Kolonne(dagen_etter, siste.kjent), 0, "etter_arbeidsdager", np.array([], dtype="datetime64[D]"))


def _framover(fra: Kolonne, hopp: Verdi, ord_: str, fri: np.ndarray) -> Kolonne:
    antall = krev(som_kolonne(hopp), "tall", ord_)
    krev(fra, "dato", ord_)
    hele = np.round(antall.data).astype("int64")
    data = np.busday_offset(fra.data, np.maximum(hele, 0), roll="forward", holidays=fri)
    if (hele < 0).any():
        data = np.where(hele < 0, np.busday_offset(fra.data, hele, roll="forward", holidays=fri), data)
    return Kolonne(data, (antall * 0 + _null(fra)).kjent)


def _null(dato: Kolonne) -> Kolonne:
    return Kolonne(np.zeros(len(dato)), dato.kjent)


@cache
def fridager() -> np.ndarray:
    """Norwegian public holidays 2015–2035 (python package `holidays`)."""
    import holidays

    return np.array(sorted(holidays.country_holidays("NO", years=range(2015, 2036))), dtype="datetime64[D]")


def hele_måneder(fra: Kolonne, til: Kolonne) -> Kolonne:
    """The number of whole calendar months from `fra` to the day before `til`; never below 0."""
    krev(fra, "dato", "hele_måneder"), krev(til, "dato", "hele_måneder")
    første = fra.data.astype("datetime64[M]")
    første = første + (første.astype("datetime64[D]") < fra.data)
    antall = til.data.astype("datetime64[M]").astype("int64") - første.astype("int64")
    return Kolonne(np.maximum(antall, 0).astype("float64"), sammenlign(np.less, fra, til).kjent)


# --- Rows of A-ordningen ------------------------------------------------------------------------------------------


class Utvalg:
    """The income rows that a rule has kept, sorted by case. `rader` holds positions in the table of the run (a slice = all)."""

    __slots__ = ("tabell", "rader", "sikker")

    def __init__(self, tabell: Radtabell, rader: np.ndarray | slice, sikker: np.ndarray | None = None):
        self.tabell = tabell
        self.rader = rader
        self.sikker = sikker  # per case: False where the selection itself rests on an unknown fact; None = sure everywhere

    def behold(self, treff: np.ndarray, kjent_: np.ndarray | None) -> Utvalg:
        """The rows where `treff` is True; `kjent_` says in which cases the criterion is known."""
        plass = np.flatnonzero(treff)
        sikker = self.sikker if kjent_ is None else kjent_ if self.sikker is None else self.sikker & kjent_
        return Utvalg(self.tabell, plass if isinstance(self.rader, slice) else self.rader[plass], sikker)


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
        oversatt = np.append(orgnr.koder.get_indexer(kolonne.koder), -2).astype("int32")
        treff |= oversatt[kolonne.data[utvalg.rader]] == søkt
    return utvalg.behold(treff, orgnr.kjent)


def av_type(utvalg: Utvalg, typer: Kolonne) -> Utvalg:
    """The rows whose income type is in the list (a parameter with codes)."""
    return _med_kode(utvalg, "inntekt_type", typer)


def med_beskrivelse(utvalg: Utvalg, koder: Kolonne) -> Utvalg:
    """The rows whose description is in the list (a parameter with codes)."""
    return _med_kode(utvalg, "beskrivelse", koder)


def _med_kode(utvalg: Utvalg, navn: str, lister: Kolonne) -> Utvalg:
    tabell = utvalg.tabell
    lister = krev(lister, "kode", navn).til_lengde(tabell.antall_saker)
    kolonne = tabell.tekst[navn]
    med = np.zeros((len(lister.koder) + 1, len(kolonne.koder) + 1), dtype=bool)
    for nr, liste in enumerate(lister.koder):
        med[nr, :-1] = kolonne.koder.isin(str(liste).split("|"))
    koder = kolonne.data[utvalg.rader]
    treff = med[0][koder] if len(lister.koder) == 1 else med[lister.data[tabell.sak[utvalg.rader]], koder]
    return utvalg.behold(treff, lister.kjent)


def siste_måneder(utvalg: Utvalg, før: Kolonne, antall: Verdi) -> Utvalg:
    """The rows of the last `antall` whole calendar months before the month of the date."""
    tabell = utvalg.tabell
    dato = krev(før, "dato", "siste_måneder").til_lengde(tabell.antall_saker)
    lengde = krev(som_kolonne(antall), "tall", "siste_måneder").til_lengde(tabell.antall_saker)
    slutt = dato.data.astype("datetime64[M]").astype("int64")
    sak, måned = tabell.sak[utvalg.rader], tabell.måned[utvalg.rader]
    treff = (måned < slutt[sak]) & (måned >= (slutt - np.round(lengde.data).astype("int64"))[sak])
    return utvalg.behold(treff, begge_kjent(dato, lengde))


def sum_av(utvalg: Utvalg) -> Kolonne:
    """The sum of the amounts in kroner. Unknown when a row has no amount that can be read; 0 when there is no row."""
    tabell, rader = utvalg.tabell, utvalg.rader
    sak = tabell.sak[rader]
    sum_ = np.bincount(sak, weights=tabell.beløp.data[rader], minlength=tabell.antall_saker)
    kjent_ = utvalg.sikker
    if tabell.beløp.kjent is not None:
        uten = np.bincount(sak, weights=~tabell.beløp.kjent[rader], minlength=tabell.antall_saker) == 0
        kjent_ = uten if kjent_ is None else kjent_ & uten
    return Kolonne(sum_, kjent_)


def antall_av(utvalg: Utvalg) -> Kolonne:
    """The number of rows."""
    tabell = utvalg.tabell
    antall = np.bincount(tabell.sak[utvalg.rader], minlength=tabell.antall_saker)
    return Kolonne(antall.astype("float64"), utvalg.sikker)


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
    return Kolonne(antall.astype("float64"), utvalg.sikker)


def snitt_av(utvalg: Utvalg, måneder: Verdi) -> Kolonne:
    """The mean amount a month over so many months. Unknown unless every one of the months has been reported."""
    antall = som_kolonne(måneder)
    komplett = antall_måneder_av(utvalg) == antall
    snitt = sum_av(utvalg) / antall
    return Kolonne(snitt.data, snitt.kjentmaske & komplett.kjentmaske & komplett.data)


ORDENE = (
    alle, ett_av, ikke, er, kjent, hvis, første_kjente, lavest, høyest, andel, hele_kroner, hele_øre, hele_opp,
    før, etter, senest, innenfor, ukedager, ukedag_nummer, etter_arbeidsdager, hele_måneder,
    hos_arbeidsgiver, av_type, med_beskrivelse, siste_måneder, sum_av, antall_av, antall_måneder_av, snitt_av,
)
ORDFORRAAD = {funksjon.__name__: funksjon for funksjon in ORDENE}


def tekstkolonne(serie: pd.Series) -> Kolonne:
    """A text series as codes; missing is unknown (code -1 looks up the last, empty slot)."""
    kategorisk = serie if isinstance(serie.dtype, pd.CategoricalDtype) else serie.astype("category")
    koder = kategorisk.cat.codes.to_numpy().astype("int32")
    kjent_ = koder >= 0
    return Kolonne(koder, None if kjent_.all() else kjent_, kategorisk.cat.categories)
