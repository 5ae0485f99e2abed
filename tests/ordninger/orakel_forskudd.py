"""Forskudd på dagpenger decided slowly and exactly, one case at a time, from the sources and not from the rule file.

Only fractions, dates and three-valued logic written out by hand. None is unknown. Nothing is imported from the product.
Figures: folketrygdloven § 4-4 with the windows of the pandemic, and what NAV said of forskudd in 2020 and 2021. Where no source
was found, the choice of the scheme is followed and marked VALG.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from dataclasses import dataclass
from fractions import Fraction

ÅPNET, SISTE_DAG = dt.date(2020, 3, 30), dt.date(2021, 6, 30)
FIGURENE_GJELDER = (dt.date(2019, 1, 1), dt.date(2021, 9, 30))  # the day dagpenger is applied for from
FIRE_UKER_FRA = dt.date(2021, 1, 1)  # applications for forskudd
GRADERT_FRA = dt.date(2021, 1, 1)  # VALG
FRILANSERE_FRA = dt.date(2020, 5, 4)  # VALG
LÆRLINGER_FRA = dt.date(2020, 4, 20)
HALVERT = ((dt.date(2020, 3, 20), dt.date(2020, 10, 31)), (dt.date(2021, 2, 19), dt.date(2021, 9, 30)))
FØRTI_PROSENT = (dt.date(2020, 3, 20), dt.date(2020, 10, 31))  # else fifty
GRUNNBELØP_I_BRUK = (
    (dt.date(2021, 5, 24), 106_399), (dt.date(2020, 9, 21), 101_351), (dt.date(2019, 5, 27), 99_858), (dt.date(2018, 6, 4), 96_883),
)
I_TVIL = 2  # VALG: months without a report that may be a report that is missing
KLART = Fraction(95, 100)  # VALG: below this part of the limit is clear
DAGER_I_MÅNEDEN = Fraction(2167, 100)  # VALG: 260 / 12
LØNNSARTER = {  # VALG
    "fastloenn", "timeloenn", "fastTillegg", "uregelmessigeTilleggKnyttetTilArbeidetTid",
    "uregelmessigeTilleggKnyttetTilIkkeArbeidetTid", "overtidsgodtgjoerelse", "helligdagstillegg",
    "honorarAkkordProsentProvisjon", "bonus", "feriepenger", "trekkILoennForFerie",
}


@dataclass(frozen=True)
class Svar:
    """`netto_ore`: 0 unless granted. `avgjørende`: the failing conditions of a refusal."""

    utfall: str
    netto_ore: int
    avgjørende: tuple[str, ...]
    verdier: dict  # intermediate values by the name a caseworker would use


# Three-valued logic


def og(*svar: bool | None) -> bool | None:
    if any(s is False for s in svar):
        return False
    return None if any(s is None for s in svar) else True


def eller(*svar: bool | None) -> bool | None:
    if any(s is True for s in svar):
        return True
    return None if any(s is None for s in svar) else False


def motsatt(svar: bool | None) -> bool | None:
    return None if svar is None else not svar


def minst(tall, grense) -> bool | None:
    return None if tall is None or grense is None else tall >= grense


# Calendar and rounding


def en_måned_etter(dag: dt.date) -> dt.date:
    """The same day of the next month, or its last day."""
    år, måned = (dag.year + 1, 1) if dag.month == 12 else (dag.year, dag.month + 1)
    return dt.date(år, måned, min(dag.day, calendar.monthrange(år, måned)[1]))


def alder_på(født: dt.date, dag: dt.date) -> int:
    """Whole years; who was born on 29 February has the birthday on 1 March in other years."""
    return max(0, dag.year - født.year - ((dag.month, dag.day) < (født.month, født.day)))


def månedsnummer(dag: dt.date) -> int:
    return dag.year * 12 + dag.month


def halv_opp(tall: Fraction) -> int:
    """To a whole number, a half upwards."""
    return math.floor(tall + Fraction(1, 2))


# The case


def vurder(sak: dict, rader: list[tuple]) -> Svar:
    """`sak`: facts by name; kroner as whole øre, ledighetsgrad as Fraction, dates, True/False, text, None.
    `rader`: (month as its first day, inntekt_type, beskrivelse, øre), each of the last three possibly None."""
    mottatt, fra = sak["mottatt_dato"], sak["dagpenger_fra"]
    figurer = None if fra is None else FIGURENE_GJELDER[0] <= fra <= FIGURENE_GJELDER[1] or None
    penger = _inntekt(sak, rader, figurer)
    svar = _søknaden(sak, mottatt) | _personen(sak, mottatt, fra, figurer) | _hovedvilkår(sak, fra, figurer) | _nok(sak, penger)
    verdier = penger | _beløp(sak, mottatt, penger, figurer)
    rett = og(*svar.values())
    if rett is False:
        return Svar("avslag", 0, tuple(n for n, s in svar.items() if s is False), verdier)
    netto = verdier["til_søkeren"]
    if rett and netto is not None and netto > 0:
        return Svar("innvilget", netto * 100, (), verdier)
    return Svar("til manuell", 0, (), verdier)


def _søknaden(sak: dict, mottatt: dt.date | None) -> dict:
    søkt, sist = sak["dagpenger_søkt"], sak["siste_forskudd"]
    i_ordningen = None if mottatt is None else ÅPNET <= mottatt <= SISTE_DAG
    ventet = None
    if søkt is not None and i_ordningen:  # how long one must wait is known only for applications within the scheme
        ventet = (mottatt - søkt).days >= (28 if mottatt >= FIRE_UKER_FRA else 0)
    return {
        "søkte_mens_ordningen_varte": i_ordningen,
        "har_søkt_om_dagpenger": sak["har_søkt_dagpenger"],
        "dagpenger_er_ikke_avgjort": motsatt(sak["dagpenger_avgjort"]),
        "har_ventet_lenge_nok": ventet,
        "en_måned_siden_sist": None if sist is None else minst(mottatt, en_måned_etter(sist)),
        "levert_med_elektronisk_id": sak["elektronisk_id"],
    }


def _personen(sak: dict, mottatt: dt.date | None, fra: dt.date | None, figurer: bool | None) -> dict:
    født, hva = sak["fødselsdato"], sak["situasjon"]
    år = None if født is None or mottatt is None or not figurer else alder_på(født, mottatt)
    er = {n: None if hva is None else hva == n for n in ("selvstendig", "frilanser", "lærling")}
    i_tide = {n: minst(mottatt, dag) if figurer else None for n, dag in (("frilanser", FRILANSERE_FRA), ("lærling", LÆRLINGER_FRA))}
    return {
        "har_fylt_18": minst(år, 18),
        "er_under_67": motsatt(minst(år, 67)),
        "er_uten_arbeid": minst(mottatt, fra),
        "er_ikke_selvstendig": motsatt(er["selvstendig"]),
        "frilanser_kan_søke": eller(motsatt(er["frilanser"]), og(sak["valgt_dagpenger"], i_tide["frilanser"])),
        "lærling_kan_søke": eller(motsatt(er["lærling"]), i_tide["lærling"]),
    }


def _hovedvilkår(sak: dict, fra: dt.date | None, figurer: bool | None) -> dict:
    krav = None
    if figurer:
        krav = Fraction(40 if FØRTI_PROSENT[0] <= fra <= FØRTI_PROSENT[1] else 50, 100)
    return {
        "har_mistet_nok_arbeidstid": minst(sak["ledighetsgrad"], krav),
        "oppfyller_hovedvilkårene": sak["bekrefter_hovedvilkår"],
        "melder_seg": sak["sender_meldekort"],
    }


def _nok(sak: dict, penger: dict) -> dict:
    """Minsteinntekt: an apprentice needs none. Where the register neither is enough nor clearly too low, a human decides."""
    lærling = None if sak["situasjon"] is None else sak["situasjon"] == "lærling"
    nok, kan = penger["meldt_inntekt_er_nok"], penger["inntekten_kan_være_nok"] is not False
    fastsatt = None if sak["fastsatt_årsinntekt"] is None else Fraction(sak["fastsatt_årsinntekt"], 100)
    avklart = minst(fastsatt, penger["minsteinntekt_12"]) if kan and nok is not True else True
    return {"inntekten_er_ikke_klart_for_lav": eller(lærling, kan, nok), "avklart_inntekt_er_nok": eller(lærling, avklart)}


def _inntekt(sak: dict, rader: list[tuple], figurer: bool | None) -> dict:
    fra = sak["dagpenger_fra"]
    navn = ("minsteinntekt_12", "minsteinntekt_36", "inntekt_siste_12", "inntekt_siste_36", "inntekten_kan_være_nok",
            "meldt_inntekt_er_nok")
    if not figurer:
        return dict.fromkeys(navn)
    g = Fraction(next(g for dag, g in GRUNNBELØP_I_BRUK if dag <= fra))
    halv = any(a <= fra <= b for a, b in HALVERT)
    krav = (g * Fraction(3, 4) if halv else g * Fraction(3, 2), g * Fraction(9, 4) if halv else g * 3)
    summer, mulige = zip(*(_periode(fra, rader, lengde) for lengde in (12, 36)), strict=True)
    # VALG: amounts and limits are compared in whole øre
    kan = [None if m is None else halv_opp(m * 100) >= halv_opp(k * KLART * 100) for m, k in zip(mulige, krav, strict=True)]
    nok = [minst(i, k) for i, k in zip(summer, krav, strict=True)]
    return dict(zip(navn, (*krav, *summer, eller(*kan), eller(*nok)), strict=True))


def _periode(fra: dt.date, rader: list[tuple], lengde: int) -> tuple[Fraction | None, Fraction | None]:
    """(income in the last `lengde` months, the income it may have been if reports are missing), in kroner."""
    måneder, summen, kjent = set(), 0, True
    for måned, slag, art, ore in rader:
        if not 1 <= månedsnummer(fra) - månedsnummer(måned) <= lengde:
            continue
        if slag not in (None, "Loennsinntekt") or art not in (None, *LØNNSARTER):
            continue
        måneder.add(måned)
        kjent = kjent and None not in (slag, art, ore)  # a row that says too little of itself may count, or may not
        summen += ore or 0
    if not kjent:
        return None, None
    inntekt = Fraction(summen, 100)
    if not måneder:
        return inntekt, None
    return inntekt, inntekt + min(I_TVIL, lengde - len(måneder)) * inntekt / len(måneder)


def _beløp(sak: dict, mottatt: dt.date | None, penger: dict, figurer: bool | None) -> dict:
    """60 % of the year's income up to 6 G, by 260, for a month; graded from 2021; 25 % held back."""
    ut = dict.fromkeys(("årsinntekt", "dagsats", "forskudd_før_skatt", "trukket_skatt", "til_søkeren", "siste_dag"))
    ut["siste_dag"] = None if mottatt is None else en_måned_etter(mottatt) - dt.timedelta(days=1)
    siste_12, siste_36 = penger["inntekt_siste_12"], penger["inntekt_siste_36"]
    meldt = None if siste_12 is None or siste_36 is None else max(siste_12, siste_36 / 3)
    fastsatt = None if sak["fastsatt_årsinntekt"] is None else Fraction(sak["fastsatt_årsinntekt"], 100)
    først, deretter = (meldt, fastsatt) if penger["meldt_inntekt_er_nok"] else (fastsatt, meldt)
    ut["årsinntekt"] = deretter if først is None else først
    if ut["årsinntekt"] is None or not figurer:
        return ut
    tak = 6 * next(g for dag, g in GRUNNBELØP_I_BRUK if dag <= sak["dagpenger_fra"])
    ut["dagsats"] = halv_opp(min(ut["årsinntekt"], Fraction(tak)) * 60 / 100 / 260)  # VALG: whole kroner
    andel = None if mottatt is None else sak["ledighetsgrad"] if mottatt >= GRADERT_FRA else Fraction(1)
    if andel is None:
        return ut
    ut["forskudd_før_skatt"] = halv_opp(ut["dagsats"] * DAGER_I_MÅNEDEN * andel)  # VALG: whole kroner
    ut["trukket_skatt"] = halv_opp(Fraction(ut["forskudd_før_skatt"], 4))  # VALG: whole kroner
    ut["til_søkeren"] = ut["forskudd_før_skatt"] - ut["trukket_skatt"]
    return ut
