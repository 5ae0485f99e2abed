"""The engine against NAV's way of counting on random cases: the same outcome, kroner, reasons and dates in every one of them, and
every amount between within a millionth of a krone.

NAV keeps ten decimals. Where the exact amount hits half a krone or a limit, the ten decimals may fall just under it; then the
engine must be as the exact count, and nowhere else may the two differ. 20 000 cases ordinarily; a million with ORDNING_GRUNDIG=1.
"""

from __future__ import annotations

import datetime as dt
import os
from fractions import Fraction
from functools import cache
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from orakel_selvstendig import EKSAKT, NAV, Svar, vurder

MAPPE = Path(__file__).resolve().parents[2] / "ordninger" / "selvstendig"
if not MAPPE.exists():
    pytest.skip("ordningen finnes ikke", allow_module_level=True)

from kjerne.kontrakt.tabeller import DTYPER, INNTEKT  # noqa: E402
from kjerne.regelmotor.eksempler import les_eksempler  # noqa: E402
from kjerne.regelmotor.evaluering import kjor  # noqa: E402
from kjerne.regelmotor.regelverk import les_regelverk  # noqa: E402
from kjerne.regelmotor.sporing import UTFALL, Sporing  # noqa: E402

BIT = 20_000
ANTALL = 1_000_000 if os.environ.get("ORDNING_GRUNDIG") == "1" else BIT
STP = np.datetime64("2020-03", "M")
YTELSER = ["sykepenger", "foreldrepenger", "dagpengerVedArbeidsloeshet", "arbeidsavklaringspenger"]
FL, AT = "frilanserOppdragstakerHonorarPersonerMm", "ordinaertArbeidsforhold"
PERIODER = [str(d) for d in (np.arange("2020-05", "2022-05", dtype="datetime64[M]").astype("datetime64[D]") - 1)]
FEIL_PERIODER = ["2020-03-31", "2020-04-29", "2020-05-30", "2022-03-30", "2022-04-30"]
TAP = ["2020-03-01", "2020-03-12", "2020-03-13", "2020-03-14", "2020-03-15", "2020-03-16", "2020-03-17", "2020-03-20", "2020-04-13",
       "2020-04-14", "2020-04-15"]
NÆRING = ["2015-06-01", "2018-12-31", "2019-01-01", "2019-01-02", "2019-01-03", "2019-07-01", "2019-12-31", "2020-01-01", "2020-01-02",
          "2020-02-03", "2020-02-28", "2020-02-29", "2020-03-01"]
FØR_MARS = ["2012-05-05", "2019-04-04", "2020-02-29", "2020-03-01", "2020-03-02"]
SEKS_G, TRE_KVART_G = 59_914_800, 7_489_350  # øre
ÅRSBELØP = [0, 1, TRE_KVART_G - 1, TRE_KVART_G, TRE_KVART_G + 1, 5_000_000, 30_000_000, 36_000_000, SEKS_G - 1, SEKS_G, SEKS_G + 1,
            90_000_000, 32_500, 48_750, 130_000]
FELTTYPER = les_regelverk(MAPPE).manifest.fakta | {"fødselsdato": "dato"}
DATOER = [n for n, t in FELTTYPER.items() if t == "dato"]


@cache
def verk():
    return les_regelverk(MAPPE)


def dager(*datoer: str) -> list[int]:
    return np.array(datoer, dtype="datetime64[D]").astype(int).tolist()


def tilfeldige_saker(rng: np.random.Generator, antall: int) -> dict[str, list]:
    """Facts as plain values, None = unknown (1 %). Dates are days since 1970, amounts whole øre."""

    def velg(liste: list, vekt: list | None = None) -> np.ndarray:
        return np.array(liste, dtype=object)[rng.choice(len(liste), antall, p=vekt)]

    def blanding(andel: float, noen: np.ndarray, andre: np.ndarray) -> np.ndarray:
        return np.where(rng.random(antall) < andel, np.asarray(noen, dtype=object), np.asarray(andre, dtype=object))

    def ja(andel: float) -> np.ndarray:
        return (rng.random(antall) < andel).astype(object)

    slutt = blanding(0.3, velg(dager("2020-04-30")), blanding(0.98, velg(dager(*PERIODER)), velg(dager(*FEIL_PERIODER))))
    sluttdag = slutt.astype("int64")
    tidlig = blanding(0.5, velg(dager(*TAP)), sluttdag - rng.integers(12, 48, antall))
    senere = np.where(rng.random(antall) < 0.5, tidlig, tidlig.astype("int64") + rng.integers(-12, 13, antall))
    byttet = rng.random(antall) < 0.5
    alder = rng.choice([18 * 12, 67 * 12, 67 * 12 + 1, 18 * 12 - 1, 480], antall, p=[0.05, 0.06, 0.06, 0.03, 0.8])  # months
    født = (sluttdag.astype("datetime64[D]").astype("datetime64[M]") - alder).astype("datetime64[D]")
    mottatt = sluttdag + blanding(0.25, velg([0, 1, 30, 31, 32, 34, 35, 37, 38, 28, 29]), rng.integers(1, 28, antall)).astype("int64")
    periodebeløp = [0, 1, 100_000, 1_500_000, 5_069_714, 150_000, 2_880_519, 4_600_000, 6_000_000, 20_000_000]
    kroner = {n: blanding(0.35, velg(periodebeløp), blanding(0.5, np.zeros(antall, int), rng.integers(0, 6_000_000, antall)))
              for n in ("inntekt_frilans", "inntekt_næring")}
    ut = {
        "periode_til": slutt, "søker_frilans": ja(0.55), "søker_næring": ja(0.7), "tap_av_korona": ja(0.985),
        "dekket_av_annen_ytelse": ja(0.01), "fått_for_perioden": ja(0.01), "fødselsdato": (født + rng.integers(0, 31, antall)).astype(int),
        "frilanser_fra": blanding(0.9, velg(dager(*FØR_MARS[:3])), velg(dager(*FØR_MARS))),
        "foretak_registrert": blanding(0.9, velg(dager(*FØR_MARS[:3])), velg(dager(*FØR_MARS))),
        "foretaksform": velg(["enkeltpersonforetak", "ansvarlig_selskap", "delt_ansvar", "annen"], [0.9, 0.04, 0.04, 0.02]),
        "aktivitet_i_norge": ja(0.985), "inntekt_på_ett_nummer": ja(0.95), "fastsatt_frilansinntekt": velg([None, *ÅRSBELØP]),
        "fastsatt_arbeidsinntekt": velg([None, *ÅRSBELØP]),
        "næring_startet": blanding(0.85, velg(dager(*NÆRING)), rng.integers(*dager("2017-01-01", "2020-03-01"), antall)),
        "næringsinntekt_2019": blanding(0.5, velg(ÅRSBELØP), rng.integers(0, 90_000_000, antall)),
        "næringsinntekt_2020": blanding(0.3, velg(ÅRSBELØP), rng.integers(0, 15_000_000, antall)),
        "frilanstap_fra": np.where(byttet, tidlig, senere), "næringstap_fra": np.where(byttet, senere, tidlig), "mottatt_dato": mottatt,
        "inntekt_arbeid": blanding(0.8, np.zeros(antall, int), rng.integers(0, 6_000_000, antall)),
        "dagpengedager": velg([0, 5, 22], [0.9, 0.05, 0.05]), "dagpengesats": rng.integers(1, 150_000, antall),
        "dagpengefaktor": velg([1000, 500, 333]), "aapdager": velg([0, 10], [0.95, 0.05]), "aapsats": rng.integers(1, 150_000, antall),
        "aapfaktor": velg([1000, 750]), "utbetalt_frilans_før": velg([0, 123_400], [0.7, 0.3]),
        "utbetalt_næring_før": velg([0, 1], [0.7, 0.3]), **kroner,
        "siste_innvilgede_periode": blanding(0.6, sluttdag - 30, sluttdag + velg([-1, 0, 1, 31]).astype("int64")),
    }
    ut = {navn: np.where(rng.random(antall) < 0.006, None, np.asarray(verdi, dtype=object)) for navn, verdi in ut.items()}
    return {navn: verdi.tolist() for navn, verdi in ut.items()}


def tilfeldige_rader(rng: np.random.Generator, antall: int) -> dict[str, list]:
    """A run of freelance months, a run of wages and some benefit months a case, at the edges of 6, 12, 26 and 36 months."""
    sak, avstand, type_, slag, arbeid, beløp = kolonner = [], [], [], [], [], []

    def legg(nr: int, måneder, art: str, hva: str | None, hos: str | None, øre) -> None:
        for m in måneder:
            for kolonne, verdi in zip(kolonner, (nr, int(m), art, hva, hos, øre), strict=True):
                kolonne.append(verdi)

    kanter = np.array([1, 2, 6, 7, 12, 13, 14, 25, 26, 27, 36, 37])
    honorarer = np.array([624_112, 624_113, 3_000_000, 5_000_000, 4_992_900, 1])
    for nr in range(antall):
        if rng.random() < 0.75:
            øre = int(rng.choice(honorarer) if rng.random() < 0.8 else rng.integers(1, 7_000_000))
            måneder = range(1, int(rng.choice(kanter)) + 1) if rng.random() < 0.6 else rng.choice(np.arange(1, 38), 3)
            legg(nr, måneder, "Loennsinntekt", "honorar", FL, øre)
        if rng.random() < 0.3:
            lønn = int(rng.choice([4_992_900, 1_000_000, 2_345_678]))
            legg(nr, range(1, int(rng.choice(kanter)) + 1), "Loennsinntekt", "fastloenn", AT, lønn)
        if rng.random() < 0.4:
            fra = int(rng.choice([1, 1, 1, 2, 5, 12]))
            hva = YTELSER[rng.integers(4)] if rng.random() < 0.97 else None
            lengde = int(rng.choice([1, 3, 5, 6, 7, 11, 12, 25, 26, 27, 36]))
            legg(nr, range(fra, fra + lengde), "YtelseFraOffentlige", hva, None, 1_500_000)
        if rng.random() < 0.03:
            legg(nr, [rng.integers(0, 38)], "Loennsinntekt", "fastloenn", None if rng.random() < 0.6 else FL,
                 None if rng.random() < 0.3 else int(rng.integers(-3_000_000, 100)))
    måned = [(STP - m).astype("datetime64[D]").item() for m in avstand]
    return {"sak_nr": sak, "avstand": avstand, "maaned": måned, "inntekt_type": type_, "beskrivelse": slag, "arbeidsforhold_type": arbeid,
            "beloep_ore": beløp}


def motoren(saker: dict[str, list], rader: dict[str, list]) -> Sporing:
    def serie(navn: str, verdi: list) -> pd.Series:
        if FELTTYPER[navn] == "dato":
            return pd.Series(np.array(["NaT" if v is None else int(v) for v in verdi], dtype="datetime64[D]").astype("datetime64[s]"))
        if FELTTYPER[navn] == "prosent":
            verdi = [None if v is None else v / 1000 for v in verdi]
        type_ = {"kroner": "ore", "prosent": "tall", "valg": "tekst"}.get(FELTTYPER[navn], FELTTYPER[navn])
        return pd.Series(pd.array([pd.NA if v is None else v for v in verdi], dtype=DTYPER[type_]))

    fakta = pd.DataFrame({navn: serie(navn, verdi) for navn, verdi in saker.items()})
    n = len(rader["sak_nr"])
    egne = {k: v for k, v in rader.items() if k not in ("avstand", "arbeidsforhold_type")}
    faste = {"rad_id": range(n), "ident": "", "virksomhet": "910000004", "opplysningspliktig": "910000004"}
    inntekt = INNTEKT.ramme(pd.DataFrame({**egne, **faste}))
    inntekt["arbeidsforhold_type"] = pd.array(rader["arbeidsforhold_type"], dtype="object")
    return kjor(verk(), fakta, {"inntekter": inntekt.assign(sak_nr=rader["sak_nr"])})


@cache
def _dag(nummer: int) -> dt.date:
    return np.datetime64(nummer, "D").item()


def orakelsaker(saker: dict[str, list], rader: dict[str, list]) -> list[tuple[dict, list[tuple]]]:
    egne: list[list[tuple]] = [[] for _ in saker["periode_til"]]
    kolonner = ("sak_nr", "avstand", "inntekt_type", "beskrivelse", "arbeidsforhold_type", "beloep_ore")
    for nr, *resten in zip(*(rader[k] for k in kolonner), strict=True):
        egne[nr].append(tuple(resten))
    ut = []
    for nr, linjer in enumerate(egne):
        sak = {navn: verdi[nr] for navn, verdi in saker.items()}
        for navn in DATOER:
            sak[navn] = None if sak[navn] is None else _dag(int(sak[navn]))
        for navn in ("dagpengefaktor", "aapfaktor"):
            sak[navn] = None if sak[navn] is None else Fraction(sak[navn], 1000)
        ut.append((sak, linjer))
    return ut


def paa_kanten(eksakt: Svar) -> bool:
    """The exact count hits half a krone or a limit of the law, so that ten decimals can fall on the wrong side."""
    v, grenser = eksakt.verdier, (Fraction(3 * 99_858, 4), Fraction(6 * 99_858))
    satser = any(s is not None and (s * 2) % 2 == 1 for s in eksakt.råsatser)
    fl, sn = v["årlig_frilansinntekt"], v["årlig_næringsinntekt"]
    summer = [x for x in (fl, sn, None if fl is None or sn is None else fl + sn, v["annen_inntekt"]) if x is not None]
    return satser or any(s in grenser for s in summer)


def ulikheter(saker: dict[str, list], rader: dict[str, list]) -> tuple[list[str], dict[str, int]]:
    """What engine and oracle do not agree on, and how many cases had each outcome or stood on an edge."""
    sporing = motoren(saker, rader)
    belop = {n: sporing.belop_ore[n].tolist() for n in ("til_frilanseren", "til_den_næringsdrivende")}
    utfall, grunner = [UTFALL[u] for u in sporing.utfall], list(sporing.avgjorende_tekst)
    funn, telling = [], {u: utfall.count(u) for u in set(utfall)} | {"delt": 0, "overført": 0, "på kanten": 0}
    kolonner = {}

    def motorens(navn: str, nr: int):
        if navn not in kolonner:
            k = sporing.kolonne(navn)
            kolonner[navn] = (k.data.tolist(), k.kjentmaske.tolist())
        return kolonner[navn][0][nr] if kolonner[navn][1][nr] else None

    def avvikene(nr: int, fasit: Svar) -> list[tuple]:
        fikk = (utfall[nr], belop["til_frilanseren"][nr], belop["til_den_næringsdrivende"][nr], grunner[nr])
        ventet = (fasit.utfall, fasit.frilans * 100, fasit.næring * 100, "|".join(fasit.avgjørende))
        ut = [("svaret", fikk, ventet)] if fikk != ventet else []
        for navn, v in fasit.verdier.items():
            f = motorens(navn, nr)
            if (f is None) != (v is None) or (f is not None and (f != v if isinstance(v, dt.date) else abs(float(v) - f) > 1e-6)):
                ut.append((navn, f, v))
        return ut

    for nr, (sak, linjer) in enumerate(orakelsaker(saker, rader)):
        nav = vurder(sak, linjer, NAV)
        avvik = avvikene(nr, nav)
        if avvik and paa_kanten(eksakt := vurder(sak, linjer, EKSAKT)):
            telling["på kanten"] += 1
            avvik = avvikene(nr, eksakt)
        telling["delt"] += bool(nav.verdier["dager_1"])
        telling["overført"] += bool(nav.verdier.get("overført"))
        funn += [f"{navn}: motoren {f}, orakelet {v}: { {n: str(v) for n, v in sak.items()} } {kort(linjer)}" for navn, f, v in avvik]
        if len(funn) > 20:
            break
    return funn, telling


def kort(linjer: list[tuple]) -> list[tuple]:
    """The rows with runs of months as (from, to, …)."""
    ut: list[list] = []
    for måned, *resten in linjer:
        if ut and ut[-1][2:] == resten and ut[-1][1] == måned - 1:
            ut[-1][1] = måned
        else:
            ut.append([måned, måned, *resten])
    return [tuple(r) for r in ut]


def en_bit(frø: int) -> tuple[list[str], dict[str, int]]:
    rng = np.random.default_rng(frø)
    return ulikheter(tilfeldige_saker(rng, BIT), tilfeldige_rader(rng, BIT))


def test_motor_og_nav_er_enige_i_hver_sak():
    frø = range(2020, 2020 + ANTALL // BIT)
    if len(frø) == 1:
        svar = list(map(en_bit, frø))
    else:
        with Pool(2) as prosesser:
            svar = list(prosesser.imap_unordered(en_bit, frø))
    funn = [f for bit, _ in svar for f in bit]
    assert not funn, "Ulikheter (høyst 5 vises):\n" + "\n".join(funn[:5])
    sum_ = {u: sum(antall.get(u, 0) for _, antall in svar) for u in ("innvilget", "avslag", "til manuell", "delt", "overført", "på kanten")}
    for hva, andel in (("innvilget", 0.1), ("avslag", 0.1), ("til manuell", 0.03), ("delt", 0.03), ("overført", 0.001)):
        assert sum_[hva] > andel * ANTALL, (hva, sum_)
    assert sum_["på kanten"] < 0.003 * ANTALL, sum_  # the cases are gathered at the limits; in real life next to none


def eksempelsaker() -> list[tuple[pd.Series, dict, list[tuple]]]:
    """(the line as written, facts, rows) of each example, as the oracle takes them."""
    eksempler = les_eksempler(verk())

    def uten_na(verdi: object) -> object:
        return None if pd.isna(verdi) else verdi

    ut = []
    for nr, (_, fakta) in enumerate(eksempler.fakta.iterrows()):
        sak = {navn: uten_na(verdi) for navn, verdi in fakta.items()}
        sak |= {navn: None if sak[navn] is None else sak[navn].date() for navn in DATOER}
        sak |= {n: None if sak[n] is None else Fraction(round(sak[n] * 1000), 1000) for n in ("dagpengefaktor", "aapfaktor")}
        egne = eksempler.inntekter[eksempler.inntekter["sak_nr"] == nr]
        avstand = ((STP - egne["maaned"].to_numpy().astype("datetime64[M]")).astype(int)).tolist()
        kolonner = (egne[k] for k in ("inntekt_type", "beskrivelse", "arbeidsforhold_type", "beloep_ore"))
        rader = [tuple(map(uten_na, rad)) for rad in zip(avstand, *(k.astype(object).tolist() for k in kolonner), strict=True)]
        ut.append((eksempler.tabell.iloc[nr], {n: getattr(v, "item", lambda v=v: v)() for n, v in sak.items()}, rader))
    return ut


def test_eksemplene_er_som_orakelet_sier():
    saker = eksempelsaker()
    assert len(saker) >= 60
    for ventet, sak, rader in saker:
        svar = vurder(sak, rader, EKSAKT)
        assert svar.utfall == ventet["forventet"], ventet["sak"]
        assert set(svar.avgjørende) == set(filter(None, ventet["avgjørende"].split("|"))), ventet["sak"]
        assert svar.frilans + svar.næring == int(ventet["beløp"]), ventet["sak"]


def test_ti_desimaler_faller_under_grensen_bare_der_den_treffes():
    """74 893,50 kroner earned in 260 of 260 days: exactly 0.75 G, which NAV's ten decimals make to 74 893,499999994."""
    like = [v["sak"] for v, sak, rader in eksempelsaker() if vurder(sak, rader, NAV).utfall != vurder(sak, rader, EKSAKT).utfall]
    assert len(like) == 1
    _, sak, rader = next(e for e in eksempelsaker() if e[0]["sak"] == like[0])
    nav, eksakt = vurder(sak, rader, NAV), vurder(sak, rader, EKSAKT)
    assert (nav.utfall, eksakt.utfall) == ("avslag", "innvilget")
    assert eksakt.verdier["årlig_næringsinntekt"] == Fraction(7_489_350, 100) > nav.verdier["årlig_næringsinntekt"]
