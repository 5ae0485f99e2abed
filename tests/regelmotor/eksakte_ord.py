"""Every word of the vocabulary for one case at a time: fractions, dates and texts, None for unknown. See eksakt.py."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

from eksakte_verdier import DATO, JA_NEI, KODE, TALL, Rad, Rader, Verdi, av_art, delt, med, regn, verdi

DAG = dt.timedelta(days=1)


# Yes and no


def alle(*vilkår) -> Verdi:
    svar = [av_art(v, JA_NEI).v for v in vilkår]
    return Verdi(JA_NEI, False if False in svar else None if None in svar else True)


def ett_av(*vilkår) -> Verdi:
    svar = [av_art(v, JA_NEI).v for v in vilkår]
    return Verdi(JA_NEI, True if True in svar else None if None in svar else False)


def ikke(vilkår) -> Verdi:
    return med(JA_NEI, lambda v: not v, av_art(vilkår, JA_NEI))


def er(tekst, annen) -> Verdi:
    annen = Verdi(KODE, annen) if isinstance(annen, str) else annen
    return med(JA_NEI, lambda a, b: a == b, av_art(tekst, KODE), av_art(annen, KODE))


def kjent(v) -> Verdi:
    return Verdi(JA_NEI, v.v is not None)


def hvis(vilkår, da, ellers) -> Verdi:
    svar, da, ellers = av_art(vilkår, JA_NEI).v, av_art(da, TALL, JA_NEI, DATO), verdi(ellers)
    av_art(ellers, da.art)
    return Verdi(da.art, None) if svar is None else da if svar else ellers


def første_kjente(*verdier) -> Verdi:
    liste = [av_art(v, TALL, JA_NEI, DATO) for v in verdier]
    return next((v for v in liste if v.v is not None), liste[-1])


# Numbers


def lavest(*verdier) -> Verdi:
    return _ytterst(min, verdier)


def høyest(*verdier) -> Verdi:
    return _ytterst(max, verdier)


def _ytterst(funksjon: Callable, verdier: Iterable) -> Verdi:
    liste = [av_art(v, TALL, DATO) for v in verdier]
    return med(liste[0].art, lambda *v: funksjon(v), *(av_art(v, liste[0].art) for v in liste))


def andel(del_, hele) -> Verdi:
    return regn(delt, del_, hele)


def hele_kroner(beløp) -> Verdi:
    return med(TALL, lambda v: Fraction(math.floor(v + Fraction(1, 2))), av_art(beløp, TALL))


def hele_øre(beløp) -> Verdi:
    return hele_kroner(av_art(beløp, TALL) * 100) / 100


def nøyaktig(tall) -> Verdi:
    return av_art(tall, TALL)


def hele_opp(tall) -> Verdi:
    return med(TALL, lambda v: Fraction(math.ceil(v)), av_art(tall, TALL))


# Dates


def før(dato, grense) -> Verdi:
    return av_art(dato, DATO) < av_art(grense, DATO)


def etter(dato, grense) -> Verdi:
    return av_art(dato, DATO) > av_art(grense, DATO)


def senest(dato, grense) -> Verdi:
    return av_art(dato, DATO) <= av_art(grense, DATO)


def innenfor(dato, fra, til) -> Verdi:
    return alle(senest(fra, dato), senest(dato, til))


def _ukedag(dag: dt.date) -> bool:
    return dag.isoweekday() < 6


def ukedager(fra, til) -> Verdi:
    def tell(a: dt.date, b: dt.date) -> Fraction:
        return Fraction(sum(_ukedag(a + n * DAG) for n in range((b - a).days + 1)))

    return med(TALL, tell, av_art(fra, DATO), av_art(til, DATO))


def ukedag_nummer(fra, nummer) -> Verdi:
    """Day n from and including `fra`. n = 0: the weekday before the first one; negative: further back."""

    def gå(dag: dt.date, antall: Fraction) -> dt.date:
        while not _ukedag(dag):
            dag += DAG
        hopp = int(antall) - 1
        while hopp:
            steg = 1 if hopp > 0 else -1
            dag += steg * DAG
            hopp -= steg * _ukedag(dag)
        return dag

    return med(DATO, gå, av_art(fra, DATO), av_art(nummer, TALL))


def etter_arbeidsdager(fra, antall) -> Verdi:
    """The first weekday after so many working days, the first working day at or after `fra` being number one."""

    def gå(dag: dt.date, igjen: Fraction) -> dt.date:
        while igjen > 0:
            igjen -= _ukedag(dag) and not helligdag(dag)
            dag += DAG
        while not _ukedag(dag):
            dag += DAG
        return dag

    return med(DATO, gå, av_art(fra, DATO), av_art(antall, TALL))


def helligdag(dag: dt.date) -> bool:
    """Norwegian public holidays since 1947; Easter by the rule of Gauss and Butcher."""
    a, b, c = dag.year % 19, dag.year // 100, dag.year % 100
    h = (19 * a + b - b // 4 - (8 * b + 13) // 25 + 15) % 30
    m = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    måned, nr = divmod(h + m - 7 * ((a + 11 * h + 22 * m) // 451) + 114, 31)
    fra_påske = (dag - dt.date(dag.year, måned, nr + 1)).days
    return fra_påske in (-3, -2, 0, 1, 39, 49, 50) or (dag.month, dag.day) in ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))


def månedsnummer(dag: dt.date) -> int:
    return dag.year * 12 + dag.month


def hele_måneder(fra, til) -> Verdi:
    def tell(a: dt.date, b: dt.date) -> Fraction:
        return Fraction(max(0, månedsnummer(b) - månedsnummer(a) - (a.day > 1)))

    return med(TALL, tell, av_art(fra, DATO), av_art(til, DATO))


def hele_år(fra, til) -> Verdi:
    """Birthdays up to and including `til`; 29 February is kept on 1 March in other years."""

    def fødselsdag(født: dt.date, år: int) -> dt.date:
        try:
            return født.replace(year=år)
        except ValueError:
            return dt.date(år, 3, 1)

    def tell(a: dt.date, b: dt.date) -> Fraction:
        return Fraction(sum(fødselsdag(a, år) <= b for år in range(a.year + 1, b.year + 1)))

    return med(TALL, tell, av_art(fra, DATO), av_art(til, DATO))


def dager_etter(dato, antall) -> Verdi:
    return med(DATO, lambda d, n: d + int(n) * DAG, av_art(dato, DATO), av_art(antall, TALL))


def måneder_etter(dato, antall) -> Verdi:
    def flytt(d: dt.date, n: Fraction) -> dt.date:
        år, måned = divmod(d.year * 12 + d.month - 1 + int(n), 12)
        return dt.date(år, måned + 1, min(d.day, calendar.monthrange(år, måned + 1)[1]))

    return med(DATO, flytt, av_art(dato, DATO), av_art(antall, TALL))


def månedens_første(dato) -> Verdi:
    return med(DATO, lambda d: d.replace(day=1), av_art(dato, DATO))


def månedens_siste(dato) -> Verdi:
    return med(DATO, lambda d: d.replace(day=calendar.monthrange(d.year, d.month)[1]), av_art(dato, DATO))


# Rows of A-ordningen


def hos_arbeidsgiver(rader: Rader, arbeidsgiver) -> Rader:
    orgnr = av_art(arbeidsgiver, KODE).v

    def med(r: Rad) -> bool | None:
        if orgnr in (r.virksomhet, r.opplysningspliktig):
            return True
        return None if r.virksomhet is None else False

    return _behold(rader, orgnr is not None, med)


def av_type(rader: Rader, typer) -> Rader:
    liste = av_art(typer, KODE).v
    return _behold(rader, liste is not None, lambda r: None if r.inntekt_type is None else r.inntekt_type in liste.split("|"))


def med_beskrivelse(rader: Rader, koder) -> Rader:
    liste = av_art(koder, KODE).v
    return _behold(rader, liste is not None, lambda r: None if r.beskrivelse is None else r.beskrivelse in liste.split("|"))


def siste_måneder(rader: Rader, før_dato, antall) -> Rader:
    dato, lengde = av_art(før_dato, DATO).v, av_art(antall, TALL).v
    return _behold(rader, dato is not None and lengde is not None, lambda r: 1 <= månedsnummer(dato) - r.måned <= lengde)


def ansatt_som(rader: Rader, typer) -> Rader:
    liste = av_art(typer, KODE).v
    return _behold(
        rader, liste is not None, lambda r: None if r.arbeidsforhold_type is None else r.arbeidsforhold_type in liste.split("|")
    )


def mellom_måneder(rader: Rader, fra, til) -> Rader:
    a, b = av_art(fra, DATO).v, av_art(til, DATO).v
    sikker = a is not None and b is not None
    return _behold(rader, sikker, lambda r: månedsnummer(a) <= r.måned <= månedsnummer(b))


def siste_måneder_uten(rader: Rader, før_dato, antall, innen, unntatt: Rader) -> Rader:
    """Every way that the rows in doubt can fall: what is kept in all of them counts, what is kept in some is in doubt."""
    dato, lengde, vindu = av_art(før_dato, DATO).v, av_art(antall, TALL).v, av_art(innen, TALL).v
    sikker = None not in (dato, lengde, vindu) and unntatt.sikker
    if not sikker:
        return Rader((), False)
    måneder = [månedsnummer(dato) - n for n in range(1, int(vindu) + 1)]
    opptatt = {r.måned for r in unntatt.liste if not r.tvil}
    åpne = sorted({r.måned for r in unntatt.liste if r.tvil} & set(måneder) - opptatt)
    utfall = [
        [m for m in måneder if m not in opptatt | set(valgt)][: int(lengde)]
        for antall_valgt in range(len(åpne) + 1) for valgt in itertools.combinations(åpne, antall_valgt)
    ]

    def med(r: Rad) -> bool | None:
        svar = {r.måned in valgte for valgte in utfall}
        return None if len(svar) > 1 else svar.pop()

    return _behold(rader, True, med)


def måneder_uten(rader: Rader, før_dato, innen) -> Verdi:
    dato, vindu = av_art(før_dato, DATO).v, av_art(innen, TALL).v
    if dato is None or vindu is None or not rader.sikker:
        return Verdi(TALL, None)
    måneder = {månedsnummer(dato) - n for n in range(1, int(vindu) + 1)}
    egne = [r for r in rader.liste if r.måned in måneder]
    return Verdi(TALL, None if any(r.tvil for r in egne) else Fraction(len(måneder - {r.måned for r in egne})))


def første_måned_av(rader: Rader) -> Verdi:
    sikre = [r.måned for r in rader.liste if not r.tvil]
    if not rader.sikker or not sikre or min(r.måned for r in rader.liste) < min(sikre):
        return Verdi(DATO, None)
    år, måned = divmod(min(sikre) - 1, 12)
    return Verdi(DATO, dt.date(år, måned + 1, 1))


def _behold(rader: Rader, sikker: bool, med: Callable[[Rad], bool | None]) -> Rader:
    if not sikker:
        return Rader((), False)
    svar = ((r, med(r)) for r in rader.liste)
    return Rader(tuple(replace(r, tvil=r.tvil or s is None) for r, s in svar if s is not False), rader.sikker)


def _kjent(rader: Rader) -> bool:
    return rader.sikker and not any(r.tvil for r in rader.liste)


def sum_av(rader: Rader) -> Verdi:
    kroner = [r.kroner for r in rader.liste]
    return Verdi(TALL, None if None in kroner or not _kjent(rader) else sum(kroner, Fraction(0)))


def antall_av(rader: Rader) -> Verdi:
    return Verdi(TALL, Fraction(len(rader.liste)) if _kjent(rader) else None)


def antall_måneder_av(rader: Rader) -> Verdi:
    return Verdi(TALL, Fraction(len({r.måned for r in rader.liste})) if _kjent(rader) else None)


def snitt_av(rader: Rader, måneder) -> Verdi:
    antall = av_art(måneder, TALL)
    komplett = antall_måneder_av(rader) == antall
    return sum_av(rader) / antall if komplett.v else Verdi(TALL, None)


ORDENE: dict[str, Callable] = {
    f.__name__: f
    for f in (
        alle, ett_av, ikke, er, kjent, hvis, første_kjente, lavest, høyest, andel, hele_kroner, hele_øre, nøyaktig, hele_opp,
        før, etter, senest, innenfor, ukedager, ukedag_nummer, etter_arbeidsdager, hele_måneder, hele_år,
        dager_etter, måneder_etter, månedens_første, månedens_siste,
        hos_arbeidsgiver, av_type, med_beskrivelse, ansatt_som, siste_måneder, siste_måneder_uten, mellom_måneder,
        sum_av, antall_av, antall_måneder_av, måneder_uten, første_måned_av, snitt_av,
    )
}
