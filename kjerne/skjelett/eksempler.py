"""The examples of a new scheme: one on each side of every limit. What is expected is worked out here in exact numbers,
without the rules and without the engine, so that an example can disagree with them."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from kjerne.skjelett.svar import Svar
from kjerne.skjelett.tall import Tall

DAG = dt.timedelta(days=1)
ARBEIDSGIVER, EN_ANNEN = "910000004", "910000012"


@dataclass
class Sak:
    """One example. `inntekt` is the mean of the months that count; `uten_maaned`: the last of them is missing."""

    tekst: str
    fra: dt.date
    til: dt.date | None
    mottatt: dt.date
    rammet: bool | None
    inntekt: int
    utgift: int
    uten_maaned: bool = False


@dataclass(frozen=True)
class Eksempelfiler:
    kolonner: list[str]
    saker: list[list[str]]
    inntekter: list[list[Any]]


def lag_eksempler(svar: Svar, t: Tall) -> Eksempelfiler:
    """The rows of saker.csv and inntekter.csv."""
    kolonner, saker, inntekter = [], [], []
    for nr, sak in enumerate(_sakene(svar, t), 1):
        navn = f"E-{nr:02d}"
        rad = {"sak": navn, "hjemmel": "FOR § ?", "beskrivelse": sak.tekst} | _fakta(sak, svar, t) | _fasit(sak, svar, t)
        kolonner = list(rad)
        saker.append(list(rad.values()))
        if t.med_inntekt:
            inntekter += [[navn, *r] for r in _inntektsrader(sak, t)]
    return Eksempelfiler(kolonner, saker, inntekter)


def _sakene(svar: Svar, t: Tall) -> list[Sak]:
    fra, til = svar.gjelder.fra, svar.gjelder.til
    under, over = _under_taket(svar, t), 4 * _under_taket(svar, t)
    refusjon = svar.belop == "refusjon"

    def sak(tekst: str, begynner: dt.date = fra, **endret: Any) -> Sak:
        vanlig = {"til": _slutt(begynner, svar, 2), "mottatt": begynner + 10 * DAG, "rammet": True, "inntekt": 30_000, "utgift": 0}
        return Sak(tekst, begynner, **(vanlig | {"utgift" if refusjon else "inntekt": under} | endret))

    ut = [
        sak("Vanlig sak, fra ordningens første dag"),
        sak("Begynner dagen før ordningen", fra - DAG),
        sak("Begynner på ordningens andre dag", fra + DAG),
        sak("Begynner dagen før ordningens siste dag", til - DAG),
        sak("Begynner på ordningens siste dag", til),
        sak("Begynner dagen etter ordningen", til + DAG),
        sak("Søkte dagen før fristen", mottatt=t.frist - DAG),
        sak("Søkte på siste dag", mottatt=t.frist),
        sak("Søkte dagen etter fristen", mottatt=t.frist + DAG),
        sak("Er ikke rammet", rammet=False),
        sak("Vet ikke om søkeren er rammet", rammet=None),
        sak("Er ikke rammet, og søkte for sent", rammet=False, mottatt=t.frist + DAG),
    ]
    minst = _minste_brutto(svar, t)
    if svar.belop != "fast":
        ut.append(sak("Over taket", **{"utgift" if refusjon else "inntekt": over}))
    if refusjon:
        ut += [sak("Utgiften gir akkurat én krone", utgift=minst), sak("Utgiften gir ikke en krone", utgift=minst - 1)]
    else:
        ett = _korteste(fra, svar)
        ut += [sak("Perioden er akkurat lang nok", til=ett), sak("Perioden er én dag for kort", til=ett - DAG),
               sak("Siste dag er ukjent", til=None), sak("Lengre enn ordningen gir", til=_slutt(fra, svar, t.maks_antall + 3))]  # fmt: skip
    if t.med_inntekt:
        ut.append(sak("En måned mangler i A-ordningen", uten_maaned=True))
    if t.med_inntektskrav or svar.belop.startswith("andel"):
        minst = t.minste_inntekt if t.med_inntektskrav else minst
        ut += [sak("Inntekten er akkurat stor nok", inntekt=minst), sak("Inntekten er én krone for lav", inntekt=minst - 1)]
    return ut


def _minste_brutto(svar: Svar, t: Tall) -> int:
    """The lowest income, or the lowest cost, of which the covered part rounds to one krone."""
    return math.ceil(Decimal(50) / svar.dekning * (Decimal(t.dager_i_aaret) / 12 if svar.belop == "andel_dag" else 1))


def _under_taket(svar: Svar, t: Tall) -> int:
    """An income or a cost that gives about nine tenths of the cap."""
    brutto = Decimal(svar.kroner) * 90 / svar.dekning
    if svar.belop == "andel_dag":
        brutto = brutto * t.dager_i_aaret / 12
    return 30_000 if svar.belop == "fast" else int(brutto / 10) * 10


def _slutt(fra: dt.date, svar: Svar, antall: int) -> dt.date:
    """The last day of a period with so many whole calendar months, or so many working weeks."""
    if svar.belop == "andel_dag":
        return fra + dt.timedelta(days=7 * antall - 1)
    nr = _maaned_nr(fra) + (fra.day > 1) + antall
    return _maaned(nr) - DAG


def _korteste(fra: dt.date, svar: Svar) -> dt.date:
    """The last day of the shortest period that gives anything: one weekday, or one whole calendar month."""
    if svar.belop == "andel_dag":
        return fra + DAG * {5: 2, 6: 1}.get(fra.weekday(), 0)
    return _slutt(fra, svar, 1)


def _maaned_nr(dato: dt.date) -> int:
    return dato.year * 12 + dato.month - 1


def _maaned(nr: int) -> dt.date:
    return dt.date(nr // 12, nr % 12 + 1, 1)


def _fakta(sak: Sak, svar: Svar, t: Tall) -> dict[str, str]:
    ut = {"arbeidsgiver": ARBEIDSGIVER} if t.med_arbeidsgiver else {}
    ut |= {"rammet": {True: "ja", False: "nei", None: ""}[sak.rammet], "fra_dato": _dato(sak.fra)}
    if svar.belop == "refusjon":
        ut["oppgitt_utgift"] = str(sak.utgift)
    else:
        ut["til_dato"] = _dato(sak.til)
        if svar.belop != "fast" and not t.med_inntekt:
            ut["oppgitt_månedsinntekt"] = str(sak.inntekt)
    return ut | {"mottatt_dato": _dato(sak.mottatt)}


def _dato(dato: dt.date | None) -> str:
    return f"{dato:%d.%m.%Y}" if dato else ""


def _inntektsrader(sak: Sak, t: Tall) -> list[list[Any]]:
    """The months that count, with their mean, and rows that do not count: older, of another kind, from somebody else."""
    naa = _maaned_nr(sak.fra)
    skjev = sak.inntekt // 10 if sak.inntekt > t.minste_inntekt else 0
    belop = {1: sak.inntekt + skjev, 2: sak.inntekt, 3: sak.inntekt - skjev, 4: 2 * sak.inntekt}
    if sak.uten_maaned:
        del belop[1]
    if sak.inntekt <= t.minste_inntekt:
        del belop[4]
    rader = [(n, ARBEIDSGIVER, "Loennsinntekt", b) for n, b in belop.items()]
    rader.append((2, ARBEIDSGIVER, "YtelseFraOffentlige", 5_000))
    if t.med_arbeidsgiver:
        rader.append((2, EN_ANNEN, "Loennsinntekt", 7_000))
    return [[f"{_maaned(naa - n):%Y-%m}", *resten] for n, *resten in rader]


def _fasit(sak: Sak, svar: Svar, t: Tall) -> dict[str, str]:
    """Outcome, amount, what decided, what is missing; with the amount a day also the last day that is paid for."""
    vilkaar = _vilkaar(sak, svar, t)
    ikke_oppfylt = [n for n, v in vilkaar.items() if v is False]
    mangler = ["rammet"] * (sak.rammet is None) + ["til_dato"] * (svar.belop != "refusjon" and sak.til is None)
    mangler += ["månedsinntekt"] * (sak.uten_maaned and t.med_inntekt)
    dag = {"siste_dag": ""} if svar.belop == "andel_dag" else {}  # the column of a rule: what it gives is written where it matters
    if ikke_oppfylt:
        return {"forventet": "avslag", "beløp": "0", "avgjørende": "|".join(ikke_oppfylt), "mangler": ""} | dag
    if mangler:
        return {"forventet": "til manuell", "beløp": "0", "avgjørende": "", "mangler": "|".join(mangler)} | dag
    dag = {"siste_dag": _dato(_siste_dag(sak, t))} if dag else {}
    beløp = _sats(sak, svar, t) * (_antall(sak, svar, t) or 1)
    return {"forventet": "innvilget", "beløp": str(beløp), "avgjørende": "", "mangler": ""} | dag


def _vilkaar(sak: Sak, svar: Svar, t: Tall) -> dict[str, bool | None]:
    """Each condition: yes, no, or unknown. Before the scheme no figure is known: the parameters begin with it."""
    ut: dict[str, bool | None] = {"begynner_i_ordningen": svar.gjelder.fra <= sak.fra <= svar.gjelder.til, "er_rammet": sak.rammet}
    if sak.fra < svar.gjelder.fra:
        return ut
    antall = _antall(sak, svar, t)
    dekkes = _sats(sak, svar, t) if svar.belop == "refusjon" else antall
    ut |= {"søkt_innen_fristen": sak.mottatt <= t.frist, "har_noe_å_dekke": None if dekkes is None else dekkes > 0}
    if t.med_inntektskrav:
        ut["hadde_inntekt"] = None if sak.uten_maaned else sak.inntekt >= t.minste_inntekt
    elif svar.belop.startswith("andel"):
        ut["hadde_inntekt"] = None if sak.uten_maaned else _sats(sak, svar, t) > 0
    return ut


def _antall(sak: Sak, svar: Svar, t: Tall) -> int | None:
    """Days Monday to Friday, or whole calendar months, at most what the scheme gives."""
    if svar.belop == "refusjon" or sak.til is None:
        return None
    if svar.belop == "andel_dag":
        dager = ((sak.fra + n * DAG).weekday() < 5 for n in range((sak.til - sak.fra).days + 1))
        return min(sum(dager), t.maks_antall)
    hele = _maaned_nr(sak.til + DAG) - _maaned_nr(sak.fra) - (sak.fra.day > 1)
    return min(max(hele, 0), t.maks_antall)


def _siste_dag(sak: Sak, t: Tall) -> dt.date:
    """The last day of the period, or the last of the weekdays that the scheme gives, whichever is first."""
    dag, igjen = sak.fra - DAG, t.maks_antall
    while igjen:
        dag += DAG
        igjen -= dag.weekday() < 5
    return min(dag, sak.til or dag)


def _sats(sak: Sak, svar: Svar, t: Tall) -> int:
    """Whole kroner a day, a month, or in all."""
    if svar.belop == "fast":
        return svar.kroner
    brutto = Decimal(sak.utgift if svar.belop == "refusjon" else sak.inntekt)
    if svar.belop == "andel_dag":
        brutto = brutto * 12 / t.dager_i_aaret
    return min(_hele(brutto * svar.dekning / 100), svar.kroner)


def _hele(tall: Decimal) -> int:
    return int(tall.quantize(Decimal(1), ROUND_HALF_UP))
