"""The closed vocabulary: the only words that a rule may use. Each keeps the unknown.

A new word needs a test, a line in the exact oracle of the tests and an ADR; see runbooks/adr/0002.
"""

from __future__ import annotations

from functools import cache, reduce

import numpy as np

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
from kjerne.kontrakt.maaneder import (
    første_måned_av,
    mellom_måneder,
    måneder_uten,
    siste_måneder,
    siste_måneder_uten,
)
from kjerne.kontrakt.rader import (
    ansatt_som,
    antall_av,
    antall_måneder_av,
    av_type,
    hos_arbeidsgiver,
    med_beskrivelse,
    snitt_av,
    sum_av,
)

# Decimals of a krone kept before a rounding: finer than what the law can make (4,615 % of a third of the wages ends as close as
# 1/6 000 000 krone to the half), coarser than a float's error for amounts under a million kroner.
STABIL = 8


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
    return _avrund(beløp, 1, STABIL)


def hele_øre(beløp: Verdi) -> Kolonne:
    """Rounded to whole øre, half an øre and more upwards."""
    return _avrund(beløp, 100, STABIL - 2)


def nøyaktig(tall: Verdi) -> Kolonne:
    """The number without what a float leaves behind, so that a sum or a quotient that hits a limit is seen to hit it."""
    kolonne = krev(som_kolonne(tall), "tall", "nøyaktig")
    return Kolonne(np.round(kolonne.data, STABIL), kolonne.kjent)


def hele_opp(tall: Verdi) -> Kolonne:
    """Rounded up to a whole number."""
    kolonne = krev(som_kolonne(tall), "tall", "hele_opp")
    return Kolonne(np.ceil(np.round(kolonne.data, STABIL)), kolonne.kjent)


def _avrund(beløp: Verdi, deler: int, desimaler: int) -> Kolonne:
    kolonne = krev(som_kolonne(beløp), "tall", "Avrunding")
    return Kolonne(np.floor(np.round(kolonne.data * deler, desimaler) + 0.5) / deler, kolonne.kjent)


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


def hele_år(fra: Kolonne, til: Kolonne) -> Kolonne:
    """The number of whole years from `fra` to `til`; never below 0. A birthday counts from its own day, one on 29 February
    from 1 March in years without that day."""
    krev(fra, "dato", "hele_år"), krev(til, "dato", "hele_år")
    (år_fra, dag_fra), (år_til, dag_til) = (_år_og_dag(d.data) for d in (fra, til))
    antall = år_til - år_fra - (dag_til < dag_fra)
    return Kolonne(np.maximum(antall, 0).astype("float64"), sammenlign(np.less, fra, til).kjent)


def _år_og_dag(dager: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The year, and the place of month and day in it (32 places a month)."""
    måned = dager.astype("datetime64[M]")
    nr = måned.astype("int64")
    return nr // 12, nr % 12 * 32 + (dager - måned).astype("int64")


def dager_etter(dato: Kolonne, antall: Verdi) -> Kolonne:
    """The date so many calendar days later (earlier when the number is negative)."""
    tall = krev(som_kolonne(antall), "tall", "dager_etter")
    data = krev(dato, "dato", "dager_etter").data + np.round(tall.data).astype("int64")
    return Kolonne(data, (tall + _null(dato)).kjent)


def måneder_etter(dato: Kolonne, antall: Verdi) -> Kolonne:
    """The same day so many months later (earlier when the number is negative); the last day of a month that has no such day."""
    tall = krev(som_kolonne(antall), "tall", "måneder_etter")
    måned = krev(dato, "dato", "måneder_etter").data.astype("datetime64[M]")
    ny = måned + np.round(tall.data).astype("int64")
    data = np.minimum(ny.astype("datetime64[D]") + (dato.data - måned), (ny + 1).astype("datetime64[D]") - 1)
    return Kolonne(data, (tall + _null(dato)).kjent)


def månedens_første(dato: Kolonne) -> Kolonne:
    """The first day of the month of the date."""
    måned = krev(dato, "dato", "månedens_første").data.astype("datetime64[M]")
    return Kolonne(måned.astype("datetime64[D]"), dato.kjent)


def månedens_siste(dato: Kolonne) -> Kolonne:
    """The last day of the month of the date."""
    neste = krev(dato, "dato", "månedens_siste").data.astype("datetime64[M]") + 1
    return Kolonne(neste.astype("datetime64[D]") - 1, dato.kjent)


ORDENE = (
    alle, ett_av, ikke, er, kjent, hvis, første_kjente, lavest, høyest, andel, hele_kroner, hele_øre, nøyaktig, hele_opp,
    før, etter, senest, innenfor, ukedager, ukedag_nummer, etter_arbeidsdager, hele_måneder, hele_år,
    dager_etter, måneder_etter, månedens_første, månedens_siste,
    hos_arbeidsgiver, av_type, med_beskrivelse, ansatt_som, siste_måneder, siste_måneder_uten, mellom_måneder,
    sum_av, antall_av, antall_måneder_av, måneder_uten, første_måned_av, snitt_av,
)
ORDFORRAAD = {funksjon.__name__: funksjon for funksjon in ORDENE}
