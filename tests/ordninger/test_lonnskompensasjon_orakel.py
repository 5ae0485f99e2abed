"""The engine against the exact oracle on random cases: the same outcome, øre, reasons and dates in every one of them.

20 000 cases ordinarily; a million with ORDNING_GRUNDIG=1.
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
from orakel_lonnskompensasjon import LØNNSARTER, Svar, helligdager, vurder

MAPPE = Path(__file__).resolve().parents[2] / "ordninger" / "lonnskompensasjon"
if not MAPPE.exists():
    pytest.skip("ordningen finnes ikke", allow_module_level=True)

from kjerne.kontrakt.tabeller import DTYPER, INNTEKT  # noqa: E402
from kjerne.regelmotor.dekning import maal_dekning  # noqa: E402
from kjerne.regelmotor.eksempler import Eksempler, les_eksempler, prov_eksempler  # noqa: E402
from kjerne.regelmotor.evaluering import kjor  # noqa: E402
from kjerne.regelmotor.regelverk import les_regelverk  # noqa: E402
from kjerne.regelmotor.sporing import UTFALL, Sporing  # noqa: E402

BIT = 20_000
ANTALL = 1_000_000 if os.environ.get("ORDNING_GRUNDIG") == "1" else BIT
BEDRIFTER = ["910000004", "910000012", "910000020"]
ARTER = [*sorted(LØNNSARTER), "feriepenger", "trekkILoennForFerie", "elektroniskKommunikasjon", "reiseLosji", None]
# Øre: on the half krone as a month (10 000 · 4,615 % = 461,50), around 6 G/260 as a month and as a day, and odd ones
MÅNEDSBELØP = [1_000_000, 3_000_000, 1_560_000, 4_993_300, 4_993_381, 4_994_000, 4_994_900, 4_994_983, 7_500_000, 2_345_678]
DAGBELØP = [230_350, 230_442, 230_449, 230_450, 230_500, 123_449, 123_450, 123_451, 99_950, 1, 50, 49]
GRADER = [1000, 800, 600, 500, 400, 200]  # per mille
VIKTIGE_DAGER = ["2020-02-20", "2020-02-21", "2020-02-24", "2020-03-05", "2020-03-13", "2020-03-16", "2020-03-19", "2020-03-20",
                 "2020-04-03", "2020-04-08", "2020-04-19", "2020-04-20", "2020-04-29", "2020-05-15", "2020-08-31", "2020-09-01"]
VIKTIGE_MOTTATT = ["2020-06-08", "2020-06-09", "2020-10-31", "2020-11-01", "2020-12-31", "2021-01-01"]
FELTTYPER = {"permittert_fra": "dato", "permittert_til": "dato", "ansatt_fra": "dato", "mottatt_dato": "dato", "sykepengedager": "heltall",
             "arbeidsdager": "heltall", "forskutterte_dager": "heltall", "lønn_per_dag": "ore", "oppgitt_månedslønn": "ore",
             "permitteringsgrad": "tall", "arbeidsgiver": "tekst", "meldt_av": "tekst"}
JA_NEI = ("rett_til_permitteringslønn", "ti_dagers_lønnsplikt", "fiskeindustriordning", "helt_sykmeldt", "fått_før")


@cache
def verk():
    return les_regelverk(MAPPE)


def tilfeldige_saker(rng: np.random.Generator, antall: int) -> dict[str, list]:
    """Facts as plain values, None = unknown (3 %). Grades are whole per mille, amounts whole øre."""

    def velg(liste: list, vekt: np.ndarray | None = None) -> np.ndarray:
        return np.array(liste, dtype=object)[rng.choice(len(liste), antall, p=vekt)]

    def blanding(andel: float, noen: np.ndarray, andre: np.ndarray) -> np.ndarray:
        return np.where(rng.random(antall) < andel, noen.astype(object), andre.astype(object))

    def dager(fra: str, til: str) -> np.ndarray:
        return rng.integers(np.datetime64(fra).astype(int), np.datetime64(til).astype(int) + 1, antall)

    def tall(datoer: list[str]) -> list[int]:
        return [int(d) for d in np.array(datoer, dtype="datetime64[D]").astype(int)]

    start = blanding(0.2, velg(tall(VIKTIGE_DAGER)), blanding(0.85, dager("2020-03-12", "2020-09-05"), dager("2020-02-01", "2020-12-31")))
    slutt = blanding(0.5, np.full(antall, np.datetime64("9999-12-31").astype(int)), start + rng.integers(0, 45, antall))
    ansatt = blanding(0.4, start - rng.integers(0, 130, antall), dager("2005-01-01", "2019-12-31"))
    ut = {
        "permittert_fra": start, "permittert_til": slutt, "ansatt_fra": ansatt,
        "mottatt_dato": blanding(0.4, velg(tall(VIKTIGE_MOTTATT)), dager("2020-05-01", "2021-01-10")),
        "permitteringsgrad": blanding(0.7, velg(GRADER), blanding(0.02, np.zeros(antall, int), rng.integers(20, 1001, antall))),
        "sykepengedager": blanding(0.8, np.zeros(antall, int), rng.integers(0, 20, antall)),
        "arbeidsdager": blanding(0.8, np.zeros(antall, int), rng.integers(0, 20, antall)),
        "forskutterte_dager": blanding(0.5, np.zeros(antall, int), rng.integers(0, 21, antall)),
        "lønn_per_dag": blanding(0.4, velg(DAGBELØP), rng.integers(0, 350_000, antall)),
        "oppgitt_månedslønn": blanding(0.4, velg(MÅNEDSBELØP), rng.integers(0, 8_000_000, antall)),
        "arbeidsgiver": velg(BEDRIFTER), "meldt_av": velg(["arbeidsgiver", "arbeidstaker"]),
        **{navn: rng.random(antall) < (0.97 if navn.startswith("rett") else 0.03) for navn in JA_NEI},
    }
    ut = {navn: np.where(rng.random(antall) < 0.03, None, verdi.astype(object)) for navn, verdi in ut.items()}
    return {navn: verdi.tolist() for navn, verdi in ut.items()}


def tilfeldige_rader(rng: np.random.Generator, saker: dict[str, list]) -> dict[str, list]:
    """0–5 income rows a case, most of them in the months that count and with the employer of the case."""
    antall = len(saker["arbeidsgiver"])
    sak = np.repeat(np.arange(antall), rng.choice(6, antall, p=[0.04, 0.06, 0.1, 0.4, 0.25, 0.15]))
    n = len(sak)
    nr = np.arange(n) - np.searchsorted(sak, sak)
    start = np.array([18_400 if s is None else s for s in saker["permittert_fra"]])[sak].astype("datetime64[D]").astype("datetime64[M]")
    avstand = np.where(rng.random(n) < 0.85, nr % 3 + 1, rng.integers(-1, 7, n))
    egen = np.array([BEDRIFTER[0] if a is None else a for a in saker["arbeidsgiver"]], dtype=object)[sak]
    annen = np.array([*BEDRIFTER, None], dtype=object)
    art = np.array(ARTER, dtype=object)
    beløp = np.where(rng.random(n) < 0.4, np.array(MÅNEDSBELØP)[rng.integers(0, len(MÅNEDSBELØP), n)], rng.integers(-50_000, 8_000_000, n))
    return {
        "sak_nr": sak.tolist(), "maaned": (start - avstand).astype("datetime64[D]").tolist(),
        "virksomhet": np.where(rng.random(n) < 0.88, egen, annen[rng.integers(0, 4, n)]).tolist(),
        "opplysningspliktig": np.where(rng.random(n) < 0.1, egen, annen[rng.integers(0, 4, n)]).tolist(),
        "beskrivelse": np.where(rng.random(n) < 0.9, "fastloenn", art[rng.integers(0, len(ARTER), n)]).tolist(),
        "beloep_ore": np.where(rng.random(n) < 0.01, None, beløp.astype(object)).tolist(),
    }


def motoren(saker: dict[str, list], rader: dict[str, list]) -> Sporing:
    def serie(navn: str, verdi: list) -> pd.Series:
        type_ = FELTTYPER.get(navn, "ja_nei")
        if type_ == "dato":
            return pd.Series(np.array(["NaT" if v is None else v for v in verdi], dtype="datetime64[D]").astype("datetime64[s]"))
        if navn == "permitteringsgrad":
            verdi = [None if v is None else v / 1000 for v in verdi]
        return pd.Series(pd.array([pd.NA if v is None else v for v in verdi], dtype=DTYPER[type_]))

    fakta = pd.DataFrame({navn: serie(navn, verdi) for navn, verdi in saker.items()})
    n = len(rader["sak_nr"])
    inntekt = INNTEKT.ramme(pd.DataFrame({**rader, "rad_id": range(n), "ident": "", "inntekt_type": "Loennsinntekt"}, index=range(n)))
    return kjor(verk(), fakta, {"inntekter": inntekt.assign(sak_nr=rader["sak_nr"])})


def orakelet(saker: dict[str, list], rader: dict[str, list]) -> list[Svar]:
    antall = len(saker["arbeidsgiver"])
    egne: list[list[tuple]] = [[] for _ in range(antall)]
    for nr, *resten in zip(*(rader[k] for k in ("sak_nr", "maaned", "virksomhet", "opplysningspliktig", "beskrivelse", "beloep_ore")),
                           strict=True):
        egne[nr].append(tuple(resten))
    datoer = [n for n, t in FELTTYPER.items() if t == "dato"]
    svar = []
    for nr in range(antall):
        sak = {navn: verdi[nr] for navn, verdi in saker.items()}
        for navn in datoer:
            sak[navn] = None if sak[navn] is None else _dag(sak[navn])
        sak["permitteringsgrad"] = None if sak["permitteringsgrad"] is None else Fraction(sak["permitteringsgrad"], 1000)
        svar.append(vurder(sak, egne[nr]))
    return svar


@cache
def _dag(nummer: int) -> dt.date:
    return np.datetime64(nummer, "D").item()


def ulikheter(saker: dict[str, list], rader: dict[str, list]) -> tuple[list[str], dict[str, int]]:
    """What engine and oracle do not agree on, and how many cases had each outcome."""
    sporing, fasit = motoren(saker, rader), orakelet(saker, rader)
    utfall = [UTFALL[u] for u in sporing.utfall]
    funn = []

    def sammenlign(hva: str, fikk: list, ventet: list) -> None:
        for nr, (f, v) in enumerate(zip(fikk, ventet, strict=True)):
            if f != v and len(funn) < 20:
                egne = [tuple(rader[k][i] for k in rader) for i, s in enumerate(rader["sak_nr"]) if s == nr]
                funn.append(f"{hva}: motoren {f}, orakelet {v}: { {n: w[nr] for n, w in saker.items()} } {egne}")

    sammenlign("utfall", utfall, [s.utfall for s in fasit])
    sammenlign("til den permitterte", sporing.belop_ore["til_den_permitterte"].tolist(), [s.soker_ore for s in fasit])
    sammenlign("refusjon", sporing.belop_ore["refusjon_til_arbeidsgiveren"].tolist(), [s.refusjon_ore for s in fasit])
    sammenlign("avgjørende", list(sporing.avgjorende_tekst), ["|".join(s.avgjørende) for s in fasit])
    for navn in ("første_dag", "siste_dag", "dager_å_betale", "måneder_ansatt", "dagsats", "dagbeløp"):
        kolonne = sporing.kolonne(navn)
        fikk = [v if k else None for v, k in zip(kolonne.data.tolist(), kolonne.kjentmaske, strict=True)]
        sammenlign(navn, fikk, [s.verdier[navn] for s in fasit])
    return funn, {u: utfall.count(u) for u in set(utfall)}


def en_bit(frø: int) -> tuple[list[str], dict[str, int]]:
    rng = np.random.default_rng(frø)
    saker = tilfeldige_saker(rng, BIT)
    return ulikheter(saker, tilfeldige_rader(rng, saker))


def test_motor_og_orakel_er_enige_i_hver_sak():
    frø = range(2020, 2020 + ANTALL // BIT)
    if len(frø) == 1:
        svar = list(map(en_bit, frø))
    else:
        with Pool(2) as prosesser:
            svar = list(prosesser.imap_unordered(en_bit, frø))
    funn = [f for bit, _ in svar for f in bit]
    assert not funn, "Ulikheter (høyst 20 vises):\n" + "\n".join(funn[:20])
    for utfall in ("innvilget", "avslag", "til manuell"):
        assert sum(antall.get(utfall, 0) for _, antall in svar) > 0.1 * ANTALL


def test_snittlønn_like_under_femti_øre_rundes_ned():
    """4,615 % of a third of the sum can end 1/6 000 000 krone under the half: closer than a rounding to six decimals can see."""
    saker = tilfeldige_saker(np.random.default_rng(1), 24)
    fast = {"permittert_fra": 18_353, "permittert_til": 40_000, "ansatt_fra": 15_000, "mottatt_dato": 18_430, "permitteringsgrad": 1000,
            "sykepengedager": 0, "arbeidsdager": 0, "forskutterte_dager": 0, "arbeidsgiver": BEDRIFTER[0], "meldt_av": "arbeidstaker",
            **{n: n.startswith("rett") for n in JA_NEI}}
    saker |= {navn: [verdi] * 24 for navn, verdi in fast.items()}
    summer = [(3_000_000 + r) * pow(923, -1, 6_000_000) % 6_000_000 + 6_000_000 * k for r in range(-4, 4) for k in range(3)]
    rader = {"sak_nr": [], "maaned": [], "virksomhet": [], "opplysningspliktig": [], "beskrivelse": [], "beloep_ore": []}
    for nr, sum_ in enumerate(summer):
        for måned, ore in zip((1, 2, 3), (sum_ // 3, sum_ // 3, sum_ - 2 * (sum_ // 3)), strict=True):
            for navn, verdi in zip(rader, (nr, dt.date(2020, måned, 1), BEDRIFTER[0], None, "fastloenn", ore), strict=True):
                rader[navn].append(verdi)
    funn, antall = ulikheter(saker, rader)
    assert antall == {"innvilget": 24}
    assert not funn, "\n".join(funn)


def test_helligdagene_i_2020_er_de_som_står_i_kalenderen():
    ventet = "01-01 04-09 04-10 04-12 04-13 05-01 05-17 05-21 05-31 06-01 12-25 12-26"
    assert sorted(helligdager(2020)) == [dt.date.fromisoformat(f"2020-{d}") for d in ventet.split()]


def eksempelsaker(eksempler: Eksempler) -> list[tuple[dict, list[tuple]]]:
    """The examples as the oracle takes them."""

    def uten_na(verdi: object) -> object:
        return None if pd.isna(verdi) else verdi

    ut = []
    for nr, (_, fakta) in enumerate(eksempler.fakta.iterrows()):
        sak = {navn: uten_na(verdi) for navn, verdi in fakta.items()}
        sak |= {navn: None if sak[navn] is None else sak[navn].date() for navn, t in FELTTYPER.items() if t == "dato"}
        grad = sak["permitteringsgrad"]
        sak["permitteringsgrad"] = None if grad is None else Fraction(round(grad * 1000), 1000)
        egne = eksempler.inntekter[eksempler.inntekter["sak_nr"] == nr]
        kolonner = (egne[k] for k in ("virksomhet", "opplysningspliktig", "beskrivelse", "beloep_ore"))
        rader = zip(egne["maaned"].dt.date, *kolonner, strict=True)
        ut.append((sak, [(måned, *map(uten_na, resten)) for måned, *resten in rader]))
    return ut


def test_eksemplene_er_som_orakelet_sier():
    eksempler = les_eksempler(verk())
    assert len(eksempler) >= 45
    for (sak, rader), (_, ventet) in zip(eksempelsaker(eksempler), eksempler.tabell.iterrows(), strict=True):
        svar = vurder(sak, rader)
        assert (svar.utfall, "|".join(svar.avgjørende)) == (ventet["forventet"], ventet["avgjørende"]), ventet["sak"]
        assert svar.soker_ore + svar.refusjon_ore == 100 * int(ventet["beløp"]), ventet["sak"]


def test_eksemplene_kommer_ut_som_skrevet_alene_sammen_og_stokket():
    eksempler = les_eksempler(verk())
    avvik = prov_eksempler(eksempler)
    assert not avvik, "\n".join(str(a.som_feil(eksempler.sti)) for a in avvik)


def test_eksemplene_merker_hver_endring():
    """Only the rows of the grunnbeløp that no paid case can use may be changed unnoticed: a layoff begun before 21 February
    2020 has no days left, and one begun after 31 August is refused, so 27.05.2019–20.09.2020 is the only row in use."""
    hull, prøvd = maal_dekning(les_eksempler(verk()))
    ubrukte = [p for p in verk().parametre if p.navn == "grunnbeløp_i_bruk" and not p.fra <= dt.date(2020, 3, 20) <= (p.til or dt.date.max)]
    assert prøvd > 40
    assert sorted(h.navn for h in hull) in ([], ["grunnbeløp_i_bruk"] * len(ubrukte))
