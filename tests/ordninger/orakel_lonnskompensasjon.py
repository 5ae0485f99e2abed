"""Lønnskompensasjon decided slowly and exactly, one case at a time, from the sources and not from the rule file.

Only fractions, dates and three-valued logic written out by hand. None is unknown. Nothing is imported from the product.
Figures and rules: permitteringslønnsloven § 3 b, forskrift 8 April 2020 nr. 757 and 29 May 2020 nr. 1102 as told by NAV,
Skatteetaten and the unions in 2020. Where no source was found, the choice of the scheme is followed and marked VALG.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from fractions import Fraction

DAG = dt.timedelta(days=1)
FØRSTE_DAG_I_ORDNINGEN = dt.date(2020, 3, 20)
SISTE_START = dt.date(2020, 8, 31)
GAMLE_REGLER_TIL = dt.date(2020, 3, 19)
DAGER_HOS_ARBEIDSGIVER, DAGER_FRA_SEPTEMBER = 2, 10  # lovvedtak 153: layoffs from 1 September 2020
DAGER_FRA_STATEN = 18
DAGSLØNN_MELDES_FRA = dt.date(2020, 6, 9)
REFUSJON_FØR = dt.date(2020, 4, 20)
REFUSJONSFRIST = dt.date(2020, 10, 31)  # VALG: later moved to 31 August, unknown when
SISTE_FRIST = dt.date(2020, 12, 31)
DAGSATSFAKTOR = Fraction(4615, 100_000)
FIGURENE_GJELDER = (dt.date(2019, 1, 1), dt.date(2020, 12, 31))  # start of the layoff; outside it no figure is known
GRUNNBELØP_I_BRUK = (  # from this first day of layoff; every source of spring and summer 2020 uses 99 858
    (dt.date(2020, 9, 21), 101_351), (dt.date(2019, 5, 27), 99_858), (dt.date(2018, 6, 4), 96_883),
)
LØNNSARTER = {  # VALG: the source says «månedslønn»
    "fastloenn", "timeloenn", "fastTillegg", "uregelmessigeTilleggKnyttetTilArbeidetTid",
    "uregelmessigeTilleggKnyttetTilIkkeArbeidetTid", "overtidsgodtgjoerelse", "helligdagstillegg",
    "honorarAkkordProsentProvisjon", "bonus",
}


@dataclass(frozen=True)
class Svar:
    """`soker_ore`, `refusjon_ore`: 0 unless there is a right. `avgjørende`: the failing conditions of a refusal."""

    utfall: str
    soker_ore: int
    refusjon_ore: int
    avgjørende: tuple[str, ...]
    verdier: dict  # intermediate values by the name a caseworker would use


# Three-valued logic


def og(*svar: bool | None) -> bool | None:
    if any(s is False for s in svar):
        return False
    return None if any(s is None for s in svar) else True


def motsatt(svar: bool | None) -> bool | None:
    return None if svar is None else not svar


def ukjent(*verdier) -> bool:
    return any(v is None for v in verdier)


# Calendar


def første_påskedag(år: int) -> dt.date:
    """Gauss' rule as corrected by Butcher (Gregorian)."""
    a, b, c = år % 19, år // 100, år % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    måned, dag = divmod(h + m - 7 * n + 114, 31)
    return dt.date(år, måned, dag + 1)


def helligdager(år: int) -> set[dt.date]:
    påske = første_påskedag(år)
    bevegelige = {påske + n * DAG for n in (-3, -2, 0, 1, 39, 49, 50)}
    return bevegelige | {dt.date(år, *d) for d in ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))}


HELLIGDAGER = set().union(*map(helligdager, range(2019, 2070)))  # ten days at one per cent is a thousand working days


def er_ukedag(dag: dt.date) -> bool:
    return dag.isoweekday() <= 5


def tell_ukedager(fra: dt.date, til: dt.date) -> int:
    """Monday to Friday, both ends included; holidays count."""
    if til < fra:
        return 0
    uker, rest = divmod((til - fra).days + 1, 7)
    return 5 * uker + sum(er_ukedag(fra + n * DAG) for n in range(rest))


def ukedagen_etter_arbeidsdager(fra: dt.date, antall: int) -> dt.date:
    """Walks `antall` working days from `fra`, then on to the next Monday to Friday (which may be a holiday)."""
    dag = fra
    while antall:
        antall -= er_ukedag(dag) and dag not in HELLIGDAGER
        dag += DAG
    while not er_ukedag(dag):
        dag += DAG
    return dag


def siste_av_ukedager(fra: dt.date, antall: int) -> dt.date:
    """The last of `antall` days Monday to Friday from `fra`; with 0 days, a day before `fra`."""
    dag = fra - DAG
    while antall:
        dag += DAG
        antall -= er_ukedag(dag)
    return dag


def månedsnummer(dag: dt.date) -> int:
    return dag.year * 12 + dag.month


def halv_opp(tall: Fraction) -> int:
    """Whole kroner, 50 øre upwards."""
    return math.floor(tall + Fraction(1, 2))


# The case


def vurder(sak: dict, rader: list[tuple]) -> Svar:
    """`sak`: facts by name; kroner as whole øre, permitteringsgrad as Fraction, dates, True/False, text, None.
    `rader`: (month as its first day, virksomhet, opplysningspliktig, beskrivelse, øre), each possibly None."""
    start, til, grad = sak["permittert_fra"], sak["permittert_til"], sak["permitteringsgrad"]
    mottatt = sak["mottatt_dato"]
    # Every figure is found by the first day of the layoff; without it the figure, and so the deadline, is not known.
    figurer = None if start is None else FIGURENE_GJELDER[0] <= start <= FIGURENE_GJELDER[1] or None
    dager = _dager(start, til, grad, sak["sykepengedager"], sak["arbeidsdager"], figurer)
    svar = {
        "har_rett_til_permitteringslønn": sak["rett_til_permitteringslønn"],
        "er_permittert": None if grad is None else grad > 0,
        "permittert_før_september": None if start is None else start <= SISTE_START,
        "ikke_ti_dagers_lønnsplikt": motsatt(sak["ti_dagers_lønnsplikt"]),
        "ikke_fiskeindustriordning": motsatt(sak["fiskeindustriordning"]),
        "ikke_helt_sykmeldt": motsatt(sak["helt_sykmeldt"]),
        "første_gang_hos_arbeidsgiveren": motsatt(sak["fått_før"]),
        "meldt_innen_fristen": None if ukjent(mottatt, figurer) else mottatt <= SISTE_FRIST,
        "har_dager_igjen": None if dager["dager_å_betale"] is None else dager["dager_å_betale"] > 0,
    }
    lønn = _lønn(sak, rader, figurer)
    beløp = _beløp(sak, dager["dager_å_betale"], lønn["dagbeløp"], figurer)
    verdier = dager | lønn | beløp
    rett = og(*svar.values())
    if rett is False:
        return Svar("avslag", 0, 0, tuple(n for n, s in svar.items() if s is False), verdier)
    soker, refusjon = beløp["til_den_permitterte"], beløp["refusjon_til_arbeidsgiveren"]
    if rett is None:
        return Svar("til manuell", 0, 0, (), verdier)
    hel = not ukjent(soker, refusjon) and soker >= 0 and refusjon >= 0 and soker + refusjon > 0
    return Svar("innvilget" if hel else "til manuell", (soker or 0) * 100, (refusjon or 0) * 100, (), verdier)


def _dager(start, til, grad, syk, arbeid, figurer) -> dict:
    """Which days the state pays for. Before 20 March the employer pays by the old rules, and those days are gone."""
    ut = dict.fromkeys(("arbeidsgiverdager", "dager_før_ordningen", "statens_dager", "første_dag", "siste_dag", "dager_å_betale"))
    if ukjent(start, figurer):
        return ut
    ut["dager_før_ordningen"] = tell_ukedager(start, GAMLE_REGLER_TIL)
    if grad is None or grad == 0:
        return ut
    hele = DAGER_HOS_ARBEIDSGIVER if start <= SISTE_START else DAGER_FRA_SEPTEMBER
    ut["arbeidsgiverdager"] = math.ceil(Fraction(hele) / grad)  # VALG: upwards to whole days
    brukt = max(0, ut["dager_før_ordningen"] - ut["arbeidsgiverdager"])
    ut["statens_dager"] = max(0, DAGER_FRA_STATEN - brukt)  # VALG: 18 weekdays after the employer's days, whatever the grade
    ut["første_dag"] = max(ukedagen_etter_arbeidsdager(start, ut["arbeidsgiverdager"]), FØRSTE_DAG_I_ORDNINGEN)
    if til is None:
        return ut
    ut["siste_dag"] = min(siste_av_ukedager(ut["første_dag"], ut["statens_dager"]), til)
    if not ukjent(syk, arbeid):
        ut["dager_å_betale"] = max(0, tell_ukedager(ut["første_dag"], ut["siste_dag"]) - syk - arbeid)
    return ut


def _lønn(sak: dict, rader: list[tuple], figurer) -> dict:
    """Day pay: what the employer reports from 9 June, otherwise 4.615 % of the month's pay; at most 6 G / 260."""
    start, mottatt, grad = sak["permittert_fra"], sak["mottatt_dato"], sak["permitteringsgrad"]
    fra_arbeidsgiver = None if sak["meldt_av"] is None else sak["meldt_av"] == "arbeidsgiver"
    meldt = og(fra_arbeidsgiver, None if ukjent(mottatt, figurer) else mottatt >= DAGSLØNN_MELDES_FRA)
    ansatt = None if ukjent(sak["ansatt_fra"], start) else _hele_måneder(sak["ansatt_fra"], start)
    måned = _månedslønn(sak, rader, ansatt, figurer)
    if meldt is None:
        dagslønn = None
    elif meldt:
        dagslønn = None if sak["lønn_per_dag"] is None else Fraction(sak["lønn_per_dag"], 100)
    else:
        dagslønn = None if måned is None else måned * DAGSATSFAKTOR
    dagsats = None if ukjent(dagslønn, figurer) else halv_opp(min(dagslønn, _tak(start)))  # VALG: whole kroner
    dagbeløp = None if ukjent(dagsats, grad) else halv_opp(dagsats * grad)  # VALG: whole kroner
    return {"måneder_ansatt": ansatt, "månedslønn": måned, "dagslønn_er_meldt": meldt, "dagslønn": dagslønn,
            "dagsats": dagsats, "dagbeløp": dagbeløp}


def _tak(start: dt.date) -> Fraction:
    """6 G / 260, kroner a day."""
    return Fraction(6 * next(g for fra, g in GRUNNBELØP_I_BRUK if fra <= start), 260)


def _hele_måneder(fra: dt.date, til: dt.date) -> int:
    """Whole calendar months of work before the month of the layoff: those that A-ordningen can show whole."""
    return max(0, månedsnummer(til) - månedsnummer(fra) - (fra.day > 1))


def _månedslønn(sak: dict, rader: list[tuple], ansatt: int | None, figurer) -> Fraction | None:
    if ansatt is None:
        return None
    if ansatt < 1:
        return None if sak["oppgitt_månedslønn"] is None else Fraction(sak["oppgitt_månedslønn"], 100)
    if ukjent(sak["arbeidsgiver"], figurer):
        return None
    antall = min(3, ansatt)
    funnet = {}
    for måned, virksomhet, pliktig, art, ore in rader:
        avstand = månedsnummer(sak["permittert_fra"]) - månedsnummer(måned)
        hos = sak["arbeidsgiver"] in (virksomhet, pliktig)
        kan_telle = (art is None or art in LØNNSARTER) and (hos or virksomhet is None)
        if 1 <= avstand <= antall and kan_telle:  # a row that says too little of itself may be pay, or may not
            funnet.setdefault(avstand, []).append(None if art is None or not hos else ore)
    ører = [o for liste in funnet.values() for o in liste]
    if len(funnet) < antall or None in ører:
        return None
    return Fraction(sum(ører), 100 * antall)


def _beløp(sak: dict, dager: int | None, dagbeløp: int | None, figurer) -> dict:
    """Whole kroner to each. Refund only for layoffs begun before 20 April, and when asked for in time."""
    start, mottatt = sak["permittert_fra"], sak["mottatt_dato"]
    if ukjent(start, figurer):
        teller = None
    elif start >= REFUSJON_FØR:
        teller = 0
    else:
        teller = None if ukjent(sak["forskutterte_dager"], dager) else min(sak["forskutterte_dager"], dager)
    soker = None if ukjent(dagbeløp, dager, teller) else dagbeløp * (dager - teller)
    i_tide = None if ukjent(mottatt, figurer) else mottatt <= REFUSJONSFRIST
    if i_tide is None:
        refusjon = None
    elif i_tide:
        refusjon = None if ukjent(dagbeløp, teller) else dagbeløp * teller
    else:
        refusjon = 0
    return {"forskutterte_dager_som_teller": teller, "til_den_permitterte": soker, "refusjon_til_arbeidsgiveren": refusjon}
