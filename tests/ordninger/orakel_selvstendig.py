"""FRISINN decided slowly, one case at a time, the way NAV's calculator did it, and not from the rule file.

Two ways to count: `NAV` keeps ten decimals at each division (HALF_EVEN, and HALF_UP for stated income) as ft-beregning e487bf4
does; `EKSAKT` counts in fractions. A missing fact raises `Ukjent` where it is needed, and nowhere else. Nothing is imported
from the product. Where no source was found, the choice of the scheme is followed and marked VALG.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

DAG = dt.timedelta(days=1)
STP = dt.date(2020, 3, 1)  # skjæringstidspunkt
G = 99_858
FØRSTE_PERIODE, SISTE_PERIODE = dt.date(2020, 4, 30), dt.date(2022, 3, 31)
FRILANS = {"frilanserOppdragstakerHonorarPersonerMm"}
LØNN = {"ordinaertArbeidsforhold", "maritimtArbeidsforhold", "forenkletOppgjoersordning"}
DP_AAP = {"dagpengerVedArbeidsloeshet", "arbeidsavklaringspenger"}
FORLENGET = {(2020, 4): dt.date(2020, 6, 3), (2020, 6): dt.date(2020, 8, 6)}
FORMER = {"enkeltpersonforetak", "ansvarlig_selskap", "delt_ansvar"}
TI = Decimal("1e-10")


class Ukjent(Exception):
    """The value rests on something that is not known."""


class NAV:
    """Decimals, ten of them after each division."""

    @staticmethod
    def tall(v) -> Decimal:
        return Decimal(v.numerator) / Decimal(v.denominator) if isinstance(v, Fraction) else Decimal(v)

    @staticmethod
    def delt(a: Decimal, b: int, avrunding: str = ROUND_HALF_EVEN) -> Decimal:
        return (a / Decimal(b)).quantize(TI, avrunding)


class EKSAKT:
    @staticmethod
    def tall(v) -> Fraction:
        return Fraction(v)

    @staticmethod
    def delt(a: Fraction, b: int, avrunding: str = "") -> Fraction:
        return a / b


@dataclass(frozen=True)
class Svar:
    utfall: str
    frilans: int  # kroner
    næring: int
    avgjørende: tuple[str, ...]
    verdier: dict  # intermediate values by the name of the rule; None = not known
    råsatser: tuple  # day rates before they are rounded, where they are known


def prøv(regn: Callable):
    try:
        return regn()
    except Ukjent:
        return None


def og(*ledd: Callable[[], bool]) -> bool:
    svar = [prøv(v) for v in ledd]
    if any(s is False for s in svar):
        return False
    if any(s is None for s in svar):
        raise Ukjent
    return True


def eller(*ledd: Callable[[], bool]) -> bool:
    return not og(*(lambda v=v: not v() for v in ledd))


def virkedager(fra: dt.date, til: dt.date) -> int:
    if til < fra:
        return 0
    uker, rest = divmod((til - fra).days + 1, 7)
    return 5 * uker + sum((fra + n * DAG).isoweekday() <= 5 for n in range(rest))


def månedsslutt(dag: dt.date) -> dt.date:
    return dag.replace(day=calendar.monthrange(dag.year, dag.month)[1])


def alder(født: dt.date, på: dt.date) -> int:
    """A birthday on 29 February falls on 1 March in other years."""
    return på.year - født.year - ((på.month, på.day) < (født.month, født.day))


def halv_opp(v) -> int:
    return math.floor(v + type(v)("0.5") if isinstance(v, Decimal) else v + Fraction(1, 2))


class Sak:
    """The facts of one case and what NAV's calculator makes of them."""

    def __init__(self, fakta: dict, rader: list[tuple], a):
        """`rader`: (distance in months before March 2020, 1 = February 2020; inntekt_type; beskrivelse; type of employment; øre)."""
        self.fakta, self.a = fakta, a
        self.rader = [r for r in rader if 1 <= r[0] <= 36]
        self.ytelse = {r[0] for r in self.rader if r[1] == "YtelseFraOffentlige"}
        self.lønnsrader = [r for r in self.rader if r[1] == "Loennsinntekt"]
        self._husk: dict[str, object] = {}

    def __getitem__(self, navn: str):
        if self.fakta[navn] is None:
            raise Ukjent
        return self.fakta[navn]

    def kr(self, navn: str):
        return self.a.tall(Fraction(self[navn], 100))

    def verdi(self, navn: str):
        """The method of this name, run once."""
        if navn not in self._husk:
            self._husk[navn] = prøv(getattr(self, "_" + navn))
        if self._husk[navn] is None:
            raise Ukjent
        return self._husk[navn]

    def i_kraft(self) -> None:
        """Every figure of the law is found by the period; outside the scheme's months none is known."""
        if not dt.date(2020, 4, 1) <= self["periode_til"] <= SISTE_PERIODE:
            raise Ukjent

    # Days

    def _fom(self) -> dt.date:
        self.i_kraft()
        første = self["periode_til"].replace(day=1)
        return dt.date(2020, 3, 30) if (første.year, første.month) == (2020, 4) else første

    def start(self, hva: str) -> dt.date:
        fom, tap = self.verdi("fom"), {"frilans": "frilanstap_fra", "næring": "næringstap_fra"}[hva]
        båret = og(lambda: self[f"utbetalt_{hva}_før"] > 0, lambda: self["siste_innvilgede_periode"] < self["periode_til"])
        return fom if båret else max(self[tap] + 16 * DAG, fom)

    def _søkte(self) -> list[str]:
        return [h for h in ("frilans", "næring") if self[f"søker_{h}"]]

    def _første_dag(self) -> dt.date:
        if not self["søker_frilans"]:  # whoever applies for nothing gets a date only from the business
            return self.start("næring")
        return min(self.start(h) for h in self.verdi("søkte"))

    def _deles_fra(self) -> dt.date:
        begge = og(lambda: self["søker_frilans"], lambda: self["søker_næring"])
        return max(self.start("frilans"), self.start("næring")) if begge else self.verdi("første_dag")

    def _dager_1(self) -> int:
        return virkedager(self.verdi("første_dag"), self.verdi("deles_fra") - DAG)

    def _dager_2(self) -> int:
        return virkedager(self.verdi("deles_fra"), self["periode_til"])

    # Register: which months enter the average

    def _måneder(self) -> list[int]:
        """Months (distance) without benefit that count: NAV's FinnPerioderUtenYtelse."""
        self.i_kraft()
        if not self.ytelse:
            return list(range(1, 13))
        fri = [m for m in range(1, 37) if m not in self.ytelse]
        if all(m > 26 for m in fri) and self._dp_i_februar():
            return []
        siste_år = [m for m in fri if m <= 12]
        return siste_år if len(siste_år) >= 6 else fri[:6]

    def _dp_i_februar(self) -> bool:
        slag = [r[2] for r in self.rader if r[1] == "YtelseFraOffentlige" and r[0] == 1]
        if None in slag:
            raise Ukjent
        return any(s in DP_AAP for s in slag)

    def _frilansmnd(self) -> list[int]:
        """The same months; for a new freelancer from the first month with income; all of them when none is free of benefit."""
        if self.verdi("ny"):
            første = max(r[0] for r in self.lønnsrader if r[0] <= 12 and r[3] in FRILANS)
            etter_mars_2019 = [m for m in range(1, 13) if m not in self.ytelse]
            return list(range(1, første + 1)) if not etter_mars_2019 else [m for m in etter_mars_2019 if m <= første]
        return self.verdi("måneder") or list(range(1, 13))

    def antall_frilansrader(self, siste: int) -> int:
        treff = [r[3] for r in self.lønnsrader if r[0] <= siste and (r[3] is None or r[3] in FRILANS)]
        if None in treff:
            raise Ukjent
        return len(treff)

    def _ny(self) -> bool:
        self.i_kraft()
        return og(lambda: self.antall_frilansrader(12) > 0, lambda: self.antall_frilansrader(26) == self.antall_frilansrader(12))

    def sum(self, typer: set[str], måneder: list[int]):
        egne = [r for r in self.lønnsrader if r[0] in måneder and (r[3] is None or r[3] in typer)]
        if any(r[3] is None or r[4] is None for r in egne):
            raise Ukjent
        return self.a.tall(Fraction(sum(r[4] for r in egne), 100))

    # Yearly amounts

    def _årlig_frilansinntekt(self):
        if not self["inntekt_på_ett_nummer"]:
            return self.kr("fastsatt_frilansinntekt")
        måneder = self.verdi("frilansmnd")
        if not måneder:
            return self.a.tall(0)
        return self.a.delt(max(self.sum(FRILANS, måneder), self.a.tall(0)), len(måneder)) * 12  # VALG: never below 0

    def _årlig_arbeidsinntekt(self):
        if not self["inntekt_på_ett_nummer"]:
            return self.kr("fastsatt_arbeidsinntekt")
        måneder = self.verdi("måneder")
        return self.a.delt(self.sum(LØNN, måneder), len(måneder)) * 12 if måneder else self.sum(LØNN, [1]) * 12  # VALG: February

    def _årlig_næringsinntekt(self):
        self.i_kraft()
        start = self["næring_startet"]
        if start <= dt.date(2019, 1, 1):
            return self.kr("næringsinntekt_2019")
        år, slutt = ("2019", dt.date(2020, 1, 1)) if start < dt.date(2020, 1, 1) else ("2020", STP)
        dager = virkedager(start, slutt) or 2  # NAV counts two days when it began on Saturday 29 February
        return self.a.delt(self.kr(f"næringsinntekt_{år}"), dager) * 260

    def oppgitt(self, navn: str, fra: dt.date, avrunding: str):
        self.i_kraft()
        dager = virkedager(fra, self["periode_til"])
        return self.a.delt(self.kr(navn), dager, avrunding) * 260 if dager else self.a.tall(0)

    def _oppgitt_frilansinntekt(self):
        fra = self.start("frilans") if self["søker_frilans"] else self.verdi("første_dag")
        return self.oppgitt("inntekt_frilans", fra, ROUND_HALF_UP)

    def _oppgitt_næringsinntekt(self):
        fra = self.start("næring") if self["søker_næring"] else self.verdi("første_dag")
        return self.oppgitt("inntekt_næring", fra, ROUND_HALF_EVEN)

    def _annen_inntekt(self):
        """AT (the higher of register and stated), and DP and AAP by the report cards."""
        dager, trygd = virkedager(self.verdi("første_dag"), self["periode_til"]), self.a.tall(0)
        for ytelse in ("dagpenge", "aap") if dager else ():
            if antall := self[f"{ytelse}dager"]:
                meldekort = antall * self.kr(f"{ytelse}sats") * self.a.tall(self[f"{ytelse}faktor"])
                trygd += self.a.delt(meldekort, dager) * 260
        return max(self.verdi("årlig_arbeidsinntekt"), self.oppgitt("inntekt_arbeid", self.verdi("første_dag"), ROUND_HALF_UP)) + trygd

    def _frilansgrunnlag(self):
        if not self["søker_frilans"]:
            return self.verdi("oppgitt_frilansinntekt")
        register = self.verdi("årlig_frilansinntekt")
        return max(register, self.verdi("oppgitt_frilansinntekt")) if register > 0 else register

    def _næringsgrunnlag(self):
        oppgitt = self.verdi("oppgitt_næringsinntekt")
        return max(self.verdi("årlig_næringsinntekt"), oppgitt) if self["søker_næring"] else oppgitt

    # The two parts of the period, each as one of NAV's periods: gross, lost and running per status, the limit, what is covered

    def del_(self, nr: int, grenseverdi) -> tuple:
        """(covered as freelancer, covered as self-employed, what is moved to the next part) of one part."""
        a, null = self.a, self.a.tall(0)
        tapt = ["frilans", "næring"] if nr == 2 else [min(("frilans", "næring"), key=self.start)]
        brutto, bortfall, løpende = {}, {}, {}
        for hva, oppgitt, register in (("frilans", "oppgitt_frilansinntekt", "årlig_frilansinntekt"),
                                       ("næring", "oppgitt_næringsinntekt", "årlig_næringsinntekt")):
            brutto[hva] = self.verdi({"frilans": "frilansgrunnlag", "næring": "næringsgrunnlag"}[hva])
            if hva not in tapt:
                brutto[hva] = self.verdi(register)  # VALG: runs in full until its own loss begins
            bortfall[hva] = max(null, brutto[hva] - self.verdi(oppgitt)) if hva in tapt and self[f"søker_{hva}"] else null
            løpende[hva] = max(null, brutto[hva] - bortfall[hva])
        annen = self.verdi("annen_inntekt")
        total = brutto["frilans"] + brutto["næring"] + annen
        uten_annen = grenseverdi - annen
        if total > grenseverdi:
            grense = max(null, uten_annen - løpende["frilans"] - løpende["næring"])
        else:
            grense = max(null, total - annen - løpende["frilans"] - løpende["næring"])
        flyttes = null
        if nr == 1 and total > grenseverdi and self.verdi("dager_2"):
            før = uten_annen if tapt == ["frilans"] else uten_annen - løpende["frilans"]
            etter = før - løpende[tapt[0]]
            rest = null if etter >= 0 else løpende[tapt[0]] if før <= 0 else -etter
            flyttes = a.delt(a.delt(rest, 260) * self.verdi("dager_1"), self.verdi("dager_2")) * 260
        frilans = min(bortfall["frilans"], grense)
        return frilans, max(null, grense - frilans), flyttes, grense

    def _del_1(self) -> tuple:
        null = self.a.tall(0)
        if not self.verdi("dager_1"):
            return null, null, null, null
        return self.del_(1, self.a.tall(6 * G))

    def _del_2(self) -> tuple:
        return self.del_(2, self.a.tall(6 * G) - self.verdi("del_1")[2])

    def sats(self, dekket):
        slutt = self["periode_til"]
        grad = Fraction(8, 10) if slutt < dt.date(2020, 11, 1) else Fraction(6, 10) if slutt < dt.date(2022, 1, 1) else Fraction(7, 10)
        return dekket * self.a.tall(grad) / 260

    def beløp(self, nr: int) -> int:
        """0 = as freelancer, 1 = as self-employed."""
        del_1, del_2 = self.verdi("del_1"), self.verdi("del_2")
        return halv_opp(self.sats(del_1[nr])) * self.verdi("dager_1") + halv_opp(self.sats(del_2[nr])) * self.verdi("dager_2")

    # The conditions

    def vilkår(self) -> dict[str, Callable[[], bool]]:
        return {
            "tap_på_grunn_av_korona": lambda: self["tap_av_korona"],
            "ikke_dekket_av_annen_ytelse": lambda: not self["dekket_av_annen_ytelse"],
            "frilanser_før_mars_2020": lambda: eller(lambda: not self["søker_frilans"], lambda: self.før_mars("frilanser_fra")),
            "foretak_før_mars_2020": lambda: eller(lambda: not self["søker_næring"], lambda: self.før_mars("foretak_registrert")),
            "næring_i_gang_før_mars_2020": lambda: eller(lambda: not self["søker_næring"], lambda: self.før_mars("næring_startet")),
            "aktiv_i_norge_før_mars_2020": lambda: self["aktivitet_i_norge"],
            "foretaksformen_er_omfattet": lambda: eller(lambda: not self["søker_næring"],
                                                        lambda: self["foretaksform"] in FORMER),
            "har_nok_inntekt": self.nok_inntekt,
            "har_frilansinntekt": lambda: eller(lambda: not self["søker_frilans"], lambda: self["søker_næring"],
                                                lambda: self.verdi("årlig_frilansinntekt") > 0),
            "fylt_18_i_måneden": lambda: self.alder_ved(månedsslutt(self["periode_til"])) >= 18,
            "ikke_67_før_måneden": lambda: self.alder_ved(self["periode_til"].replace(day=1) - DAG) < 67,
            "tapet_etter_12_mars": lambda: og(lambda: self.etter_12_mars("frilans", "frilanstap_fra"),
                                              lambda: self.etter_12_mars("næring", "næringstap_fra")),
            "annen_inntekt_under_6_g": self.under_6_g,
            "søker_for_noe": lambda: eller(lambda: self["søker_frilans"], lambda: self["søker_næring"]),
            "hel_søknadsperiode": lambda: self["periode_til"] == månedsslutt(self["periode_til"])
            and FØRSTE_PERIODE <= self["periode_til"] <= SISTE_PERIODE,
            "tapet_begynte_i_tide": lambda: og(lambda: self.i_tide("frilans"), lambda: self.i_tide("næring")),
            "søkt_i_tide": lambda: og(lambda: self["mottatt_dato"] > self["periode_til"], lambda: self["mottatt_dato"] <= self.frist()),
            "første_gang_for_perioden": lambda: not self["fått_for_perioden"],
            "har_tap_som_dekkes": lambda: self.beløp(0) + self.beløp(1) > 0,
        }

    def før_mars(self, navn: str) -> bool:
        self.i_kraft()
        return self[navn] < STP

    def nok_inntekt(self) -> bool:
        self.i_kraft()
        sum_ = self.a.tall(0)
        for hva, navn in (("frilans", "årlig_frilansinntekt"), ("næring", "årlig_næringsinntekt")):
            sum_ += self.verdi(navn) if self[f"søker_{hva}"] else 0
        return sum_ >= self.a.tall(Fraction(3 * G, 4))

    def under_6_g(self) -> bool:
        """What is not applied for counts as wages (Prop. 116 L ch. 6)."""
        sum_ = self.verdi("annen_inntekt")
        for hva, navn in (("frilans", "oppgitt_frilansinntekt"), ("næring", "oppgitt_næringsinntekt")):
            sum_ += 0 if self[f"søker_{hva}"] else self.verdi(navn)
        return sum_ < 6 * G

    def alder_ved(self, dag: dt.date) -> int:
        self.i_kraft()
        return alder(self["fødselsdato"], dag)

    def etter_12_mars(self, hva: str, navn: str) -> bool:
        def etter() -> bool:
            self.i_kraft()
            return self[navn] > dt.date(2020, 3, 12)

        return eller(lambda: not self[f"søker_{hva}"], lambda: self[f"utbetalt_{hva}_før"] > 0, etter)

    def i_tide(self, hva: str) -> bool:
        return eller(lambda: not self[f"søker_{hva}"], lambda: self.start(hva) <= self["periode_til"])

    def frist(self) -> dt.date:
        self.i_kraft()
        slutt = månedsslutt(self["periode_til"])
        return FORLENGET.get((slutt.year, slutt.month), månedsslutt(slutt + DAG))


NAVNENE = ("årlig_frilansinntekt", "årlig_arbeidsinntekt", "årlig_næringsinntekt", "oppgitt_frilansinntekt", "oppgitt_næringsinntekt",
           "annen_inntekt", "frilansgrunnlag", "næringsgrunnlag", "første_dag", "deles_fra", "dager_1", "dager_2")


def vurder(fakta: dict, rader: list[tuple], a=NAV) -> Svar:
    """`fakta`: kroner as whole øre, per cent as Fraction, dates, True/False, None = unknown."""
    with localcontext() as k:
        k.prec = 60
        sak = Sak(fakta, rader, a)
        svar = {navn: prøv(v) for navn, v in sak.vilkår().items()}
        verdier = {navn: prøv(lambda n=navn: sak.verdi(n)) for navn in NAVNENE}
        del_1, del_2 = prøv(lambda: sak.verdi("del_1")), prøv(lambda: sak.verdi("del_2"))
        if del_1 and verdier["dager_1"]:
            verdier |= {"grense_1": del_1[3], "overført": del_1[2]}
        verdier["grense_2"] = del_2 and del_2[3]
        råsatser = tuple(prøv(lambda d=d: sak.sats(d)) for del_ in (del_1, del_2) if del_ for d in del_[:2])
        if any(s is False for s in svar.values()):
            return Svar("avslag", 0, 0, tuple(n for n, s in svar.items() if s is False), verdier, råsatser)
        if None in svar.values():
            return Svar("til manuell", 0, 0, (), verdier, råsatser)
        return Svar("innvilget", sak.beløp(0), sak.beløp(1), (), verdier, råsatser)
