"""The engine against the exact oracle: every rule's value, the outcome, the øre, the reasons and the rows kept, in every case.

20 000 cases of the fictional scheme ordinarily; a million with ORDNING_GRUNDIG=1.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from fractions import Fraction
from functools import cache
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import pandas as pd
from eksakt import Sak, Svar
from eksakte_ord import ORDENE, månedsnummer
from eksakte_verdier import DATO, Rad, Verdi

from kjerne.kontrakt.kolonne import Kolonne
from kjerne.kontrakt.manifest import Soknadsfelt
from kjerne.kontrakt.ordforrad import ORDFORRAAD
from kjerne.kontrakt.regel import Regelsett
from kjerne.kontrakt.tabeller import DTYPER, INNTEKT
from kjerne.regelmotor.evaluering import kjor
from kjerne.regelmotor.regelverk import Regelverk, les_regelverk
from kjerne.regelmotor.sporing import UTFALL, Sporing

EVENTYR = Path(__file__).resolve().parents[1] / "eventyr" / "askeladden"
BIT = 20_000
ANTALL = 1_000_000 if os.environ.get("ORDNING_GRUNDIG") == "1" else BIT
GÅRDER = ["910000004", "910000012", "910000020"]
DTYPE = {"dato": "dato", "ja_nei": "ja_nei", "heltall": "heltall", "tall": "tall", "prosent": "tall", "kroner": "ore"}
Fakta = dict[str, list]


@cache
def askeladden() -> Regelverk:
    return les_regelverk(EVENTYR)


def tilfeldige_fakta(verk: Regelverk, rng: np.random.Generator, antall: int, fra: dt.date, til: dt.date) -> Fakta:
    """Facts of the scheme's types as plain values, None = unknown (4 %); per cent as whole per mille; kroner as øre."""

    def verdier(navn: str, type_: str) -> np.ndarray:
        if type_ == "dato":
            return rng.integers(fra.toordinal(), til.toordinal() + 1, antall)
        if type_ == "ja_nei":
            return rng.random(antall) < 0.6
        if type_ == "prosent":
            return np.where(rng.random(antall) < 0.5, np.array([1000, 500, 333, 0])[rng.integers(0, 4, antall)],
                            rng.integers(0, 1001, antall))
        if type_ == "kroner":
            return np.where(rng.random(antall) < 0.5, rng.integers(0, 4000, antall) * 25, rng.integers(0, 100_000, antall))
        if type_ == "heltall":
            return rng.integers(0, 40, antall)
        liste = verk.manifest.felt_med_navn(navn).valg if type_ == "valg" else GÅRDER
        return np.array(liste, dtype=object)[rng.integers(0, len(liste), antall)]

    ut = {navn: verdier(navn, type_).astype(object) for navn, type_ in verk.manifest.fakta.items()}
    ut = {navn: np.where(rng.random(antall) < 0.04, None, verdi).tolist() for navn, verdi in ut.items()}
    datoer = [navn for navn, type_ in verk.manifest.fakta.items() if type_ == "dato"]
    return ut | {navn: [None if v is None else dt.date.fromordinal(v) for v in ut[navn]] for navn in datoer}


def tilfeldige_rader(rng: np.random.Generator, fakta: Fakta, dato: str) -> dict[str, list]:
    """0–5 income rows a case, mostly with its employer and in the months before its date."""
    antall = len(fakta[dato])
    sak = np.repeat(np.arange(antall), rng.choice(6, antall, p=[0.05, 0.05, 0.1, 0.4, 0.2, 0.2]))
    n = len(sak)
    nr = np.arange(n) - np.searchsorted(sak, sak)
    start = np.array([d or dt.date(2020, 4, 1) for d in fakta[dato]], dtype="datetime64[M]")[sak]
    avstand = np.where(rng.random(n) < 0.85, nr % 3 + 1, rng.integers(-1, 6, n))

    def mest(vanlig: np.ndarray | str, ellers: list, andel: float) -> list:
        return np.where(rng.random(n) < andel, vanlig, np.array(ellers, dtype=object)[rng.integers(0, len(ellers), n)]).tolist()

    egen = np.array([g or GÅRDER[0] for g in fakta["arbeidsgiver"]], dtype=object)[sak]
    return {
        "sak_nr": sak.tolist(), "maaned": (start - avstand).astype("datetime64[D]").tolist(),
        "virksomhet": mest(egen, [*GÅRDER, None], 0.85), "opplysningspliktig": mest(egen, [*GÅRDER, None], 0.1),
        "inntekt_type": mest("Loennsinntekt", ["YtelseFraOffentlige", "Naeringsinntekt", None], 0.92),
        "beskrivelse": mest("fastloenn", ["timeloenn", "bonus", None], 0.6),
        "arbeidsforhold_type": mest("ordinaertArbeidsforhold", ["frilanserOppdragstakerHonorarPersonerMm", None], 0.7),
        "beloep_ore": np.where(rng.random(n) < 0.02, None, rng.integers(-2_000, 80_000, n).astype(object)).tolist(),
    }


def motoren(verk: Regelverk, fakta: Fakta, rader: dict[str, list]) -> Sporing:
    def serie(navn: str, type_: str) -> pd.Series:
        verdi = fakta[navn]
        if type_ == "dato":
            return pd.Series(np.array(["NaT" if v is None else v for v in verdi], dtype="datetime64[D]").astype("datetime64[s]"))
        if type_ == "prosent":
            verdi = [None if v is None else v / 1000 for v in verdi]
        return pd.Series(pd.array([pd.NA if v is None else v for v in verdi], dtype=DTYPER[DTYPE.get(type_, "tekst")]))

    ramme = pd.DataFrame({navn: serie(navn, type_) for navn, type_ in verk.manifest.fakta.items()})
    n = len(rader["sak_nr"])
    inntekt = INNTEKT.ramme(pd.DataFrame({**rader, "rad_id": range(n), "ident": ""}, index=range(n)))
    return kjor(verk, ramme, {"inntekter": inntekt.assign(sak_nr=rader["sak_nr"])})


def orakelet(verk: Regelverk, fakta: Fakta, rader: dict[str, list]) -> list[Svar]:
    antall = len(next(iter(fakta.values())))
    egne: list[list[Rad]] = [[] for _ in range(antall)]
    for rad_id, sak in enumerate(rader["sak_nr"]):
        ore = rader["beloep_ore"][rad_id]
        tekst = (rader[k][rad_id] for k in ("virksomhet", "opplysningspliktig", "inntekt_type", "beskrivelse", "arbeidsforhold_type"))
        egne[sak].append(Rad(rad_id, månedsnummer(rader["maaned"][rad_id]), None if ore is None else Fraction(ore, 100), *tekst))
    prosenter = {n for n, t in verk.manifest.fakta.items() if t == "prosent"}
    return [
        Sak(verk, {n: Fraction(v[nr], 1000) if n in prosenter and v[nr] is not None else v[nr] for n, v in fakta.items()},
            tuple(egne[nr])).svar()
        for nr in range(antall)
    ]


def ulikheter(verk: Regelverk, fakta: Fakta, rader: dict[str, list]) -> list[str]:
    """What engine and oracle do not agree on; at most three of each kind."""
    sporing, fasit = motoren(verk, fakta, rader), orakelet(verk, fakta, rader)
    funn: list[str] = []

    def sammenlign(hva: str, fikk: list, ventet: list, likt=lambda f, v: f == v) -> None:
        for nr in [i for i, (f, v) in enumerate(zip(fikk, ventet, strict=True)) if not likt(f, v)][:3]:
            egne = [tuple(rader[k][i] for k in rader) for i, s in enumerate(rader["sak_nr"]) if s == nr]
            funn.append(f"{hva}: motoren {fikk[nr]}, orakelet {ventet[nr]}: { {n: w[nr] for n, w in fakta.items()} } {egne}")

    sammenlign("utfall", [UTFALL[u] for u in sporing.utfall], [s.utfall for s in fasit])
    sammenlign("avgjørende", [frozenset(filter(None, t.split("|"))) for t in sporing.avgjorende_tekst], [s.avgjørende for s in fasit])
    for navn, ore in sporing.belop_ore.items():
        sammenlign(navn, ore.tolist(), [s.ore[navn] for s in fasit])
    for navn in fasit[0].verdier:
        sammenlign(navn, skriv(sporing.kolonne(navn)), [s.verdier[navn].v for s in fasit], nær)
    beholdt = sporing.rader()
    for navn in {n for s in fasit for n in s.rader}:
        egne = beholdt[beholdt["regel"] == navn].groupby("sak_nr")["rad_id"].agg(frozenset).to_dict()
        sikre = [nr for nr, s in enumerate(fasit) if navn in s.rader]
        sammenlign(f"rader i {navn}", [egne.get(nr, frozenset()) for nr in sikre], [fasit[nr].rader[navn] for nr in sikre])
    return funn


def skriv(kolonne: Kolonne) -> list:
    return [v if k else None for v, k in zip(kolonne.data.tolist(), kolonne.kjentmaske, strict=True)]


def nær(fikk: object, ventet: object) -> bool:
    """Dates, yes and no, and unknown exactly; a number to the last digits of a float."""
    if isinstance(ventet, Fraction) and isinstance(fikk, float):
        return abs(Fraction(fikk) - ventet) <= Fraction(1, 10**10) * max(1, abs(ventet))
    return type(fikk) is type(ventet) and fikk == ventet


def en_bit(frø: int) -> list[str]:
    rng = np.random.default_rng(frø)
    fakta = tilfeldige_fakta(askeladden(), rng, BIT, dt.date(2020, 1, 20), dt.date(2020, 10, 15))
    return ulikheter(askeladden(), fakta, tilfeldige_rader(rng, fakta, "jaget_fra"))


def test_motoren_og_det_eksakte_er_enige_om_trøstegullet():
    frø = range(2020, 2020 + ANTALL // BIT)
    if len(frø) == 1:
        svar = list(map(en_bit, frø))
    else:
        with Pool(2) as prosesser:
            svar = list(prosesser.imap_unordered(en_bit, frø))
    funn = [f for bit in svar for f in bit]
    assert not funn, "Ulikheter:\n" + "\n".join(funn[:20])


def test_hvert_ord_finnes_eksakt():
    assert set(ORDENE) == set(ORDFORRAAD)


# A scheme with every word, the ones that the fairy tale does not use too

ord_ = Regelsett("askeladden")
O = ORDFORRAAD


def _beregning(navn: str, enhet: str, argumenter: str, uttrykk: str, art: str = "beregning") -> None:
    """Writes one rule as the lint would have it: a function of named columns."""
    rom = dict(O)
    exec(f"def {navn}({argumenter}):\n    return {uttrykk}", rom)
    pynt = {"enhet": enhet} if art == "beregning" else {}
    getattr(ord_, art)("KL § 1", "Prøver et ord", kilde="eventyr", **pynt)(rom[navn])


for _navn, _enhet, _argumenter, _uttrykk in (
    ("alle_tre", "ja/nei", "a, b, c", "alle(a, b, c)"),
    ("ett_av_tre", "ja/nei", "a, b, c", "ett_av(a, b, ikke(c))"),
    ("er_kongen", "ja/nei", "meldt_av", "er(meldt_av, 'kongen')"),
    ("er_trollet", "ja/nei", "meldt_av", "er(meldt_av, 'trollet')"),
    ("samme_gård", "ja/nei", "arbeidsgiver, annen_gård", "er(arbeidsgiver, annen_gård)"),
    ("er_kjent", "ja/nei", "n", "kjent(n)"),
    ("valgt_dato", "dato", "a, dag, jaget_fra", "hvis(a, dag, jaget_fra)"),
    ("valgt_tall", "kr", "a, b, n, kr", "hvis(alle(a, b), n, kr * 12)"),
    ("valgt_svar", "ja/nei", "a, b, c", "hvis(a, b, c)"),
    ("første_tall", "kr", "n, kr", "første_kjente(n / kr, kr, 0)"),
    ("første_dato", "dato", "dag, jaget_fra", "første_kjente(dag, jaget_fra)"),
    ("laveste", "kr", "n, kr", "lavest(n, kr, 12)"),
    ("høyeste_dag", "dato", "dag, jaget_fra", "høyest(dag, jaget_fra)"),
    ("en_andel", "andel", "n, kr", "andel(kr - n, n)"),
    ("regning", "kr", "n, kr, grad", "(kr + 1 - n) * grad - -n / 12"),
    ("hele_kr", "kr", "n, kr, grad", "hele_kroner(kr * grad - n / 12)"),
    ("hele_ører", "kr", "n, kr, grad", "hele_øre(kr * grad - n / 12)"),
    ("på_grensen", "ja/nei", "n, kr", "nøyaktig(kr / 12 / 12 + n - kr / 12 / 12) >= n"),
    ("hele_dager", "dager", "grad", "hele_opp(andel(1 + 1, grad))"),
    ("er_før", "ja/nei", "dag, jaget_fra", "før(dag, jaget_fra)"),
    ("er_etter", "ja/nei", "dag, jaget_fra", "etter(dag, jaget_fra)"),
    ("er_innenfor", "ja/nei", "dag, jaget_fra, mottatt_dato", "innenfor(dag, jaget_fra, mottatt_dato)"),
    ("ulike", "ja/nei", "n, dag, jaget_fra", "ett_av(n != 12, n == 0, dag >= jaget_fra)"),
    ("antall_ukedager", "dager", "dag, senere", "ukedager(dag, senere)"),
    ("dag_nummer", "dato", "dag, n", "ukedag_nummer(dag, n)"),
    ("dag_null", "dato", "dag", "ukedag_nummer(dag, 0)"),
    ("senere", "dato", "dag, n", "ukedag_nummer(dag, n + n)"),
    ("etter_dager", "dato", "dag, n", "etter_arbeidsdager(dag, høyest(n, 1))"),
    ("måneder", "måneder", "dag, mottatt_dato", "hele_måneder(dag, mottatt_dato)"),
    ("sum_kr", "kr", "av_gården", "sum_av(av_gården)"),
    ("antall_rader", "antall", "av_gården", "antall_av(av_gården)"),
    ("antall_md", "måneder", "av_gården", "antall_måneder_av(av_gården)"),
    ("snittet", "kr", "av_gården, tre", "snitt_av(av_gården, tre)"),
    ("antall_år", "år", "dag, senere", "hele_år(dag, senere)"),
    ("år_fra_skuddår", "år", "dag, senere", "hele_år(dager_etter(dag, -1), senere)"),
    ("dager_fram", "dato", "dag, n", "dager_etter(dag, n * 12)"),
    ("dager_tilbake", "dato", "dag, n", "dager_etter(dag, -n)"),
    ("måneder_fram", "dato", "dag, n", "måneder_etter(dag, n)"),
    ("måneder_tilbake", "dato", "dag", "måneder_etter(månedens_siste(dag), -1)"),
    ("første_dag", "dato", "dag", "månedens_første(dag)"),
    ("siste_dag_i", "dato", "dag", "månedens_siste(dag)"),
    ("tomme_md", "måneder", "frilans, dag, tre", "måneder_uten(frilans, dag, tre * (1 + 1))"),
    ("tidligst", "dato", "frilans", "første_måned_av(frilans)"),
    ("tidligst_av_alle", "dato", "inntekter", "første_måned_av(inntekter)"),
    ("sum_mellom", "kr", "mellom", "sum_av(mellom)"),
    ("sum_uten", "kr", "uten_frilans", "sum_av(uten_frilans)"),
    ("md_uten", "måneder", "uten_frilans", "antall_måneder_av(uten_frilans)"),
    ("sum_uten_lønn", "kr", "uten_lønn", "sum_av(uten_lønn)"),
    ("tre", "måneder", "n", "hvis(n < 12, 1 + 1 + 1, 1)"),
):
    _beregning(_navn, _enhet, _argumenter, _uttrykk)
_beregning("av_typen", "", "inntekter, typer", "av_type(inntekter, typer)", "samling")
_beregning("av_gården", "", "inntekter, typer, beskrivelser, arbeidsgiver, dag, tre",
           "siste_måneder(hos_arbeidsgiver(med_beskrivelse(av_type(inntekter, typer), beskrivelser), arbeidsgiver), dag, tre)", "samling")
_beregning("frilans", "", "inntekter, arbeidstyper", "ansatt_som(inntekter, arbeidstyper)", "samling")
_beregning("mellom", "", "inntekter, dag, mottatt_dato", "mellom_måneder(inntekter, dager_etter(dag, -12 * 12), mottatt_dato)", "samling")
_beregning("uten_frilans", "", "inntekter, dag, tre, frilans", "siste_måneder_uten(inntekter, dag, tre, tre + tre, frilans)", "samling")
_beregning("uten_lønn", "", "inntekter, dag, av_typen", "siste_måneder_uten(inntekter, dag, 1, 12, av_typen)", "samling")
# Conditions behind intermediate rules: the reasons of a refusal must still be found
for _navn in ("a", "b", "c"):
    _beregning(f"vilkår_{_navn}", "", _navn, _navn, "vilkår")
_beregning("a_eller_b", "ja/nei", "vilkår_a, vilkår_b", "ett_av(vilkår_a, vilkår_b)")
_beregning("har_c", "ja/nei", "vilkår_c", "alle(vilkår_c)")
_beregning("retten", "", "a_eller_b, har_c", "alle(a_eller_b, har_c)", "rett")


@ord_.beløp("KL § 1", "Prøver et beløp", til="soker", klasse="GULL", fom="dag", tom="mottatt_dato", kilde="eventyr")
def gullet(hele_kr, hele_ører):
    return hele_kr + hele_ører


def verk_med_alle_ord() -> Regelverk:
    def felt(navn: str, type_: str) -> Soknadsfelt:
        return Soknadsfelt(navn=navn, type=type_, nb=navn, nn=navn)

    mal = askeladden()
    nye = {"a": "ja_nei", "b": "ja_nei", "c": "ja_nei", "n": "heltall", "kr": "kroner", "dag": "dato", "annen_gård": "orgnr",
           "typer": "tekst", "beskrivelser": "tekst", "arbeidstyper": "tekst"}
    manifest = mal.manifest.model_copy(update={"felt": (*mal.manifest.felt, *(felt(n, t) for n, t in nye.items()))})
    return replace(mal, manifest=manifest, regelsett=ord_, parametre=(), fingeravtrykk="")


def test_hvert_ord_regner_som_det_eksakte():
    verk, rng, antall = verk_med_alle_ord(), np.random.default_rng(7), BIT // 10
    assert {o for r in ord_.regler.values() for o in r.funksjon.__code__.co_names if o in O} | {"senest"} == set(O)
    fakta = tilfeldige_fakta(verk, rng, antall, dt.date(2015, 3, 1), dt.date(2035, 6, 30))
    fakta["typer"] = ["Loennsinntekt|Naeringsinntekt" if t == GÅRDER[0] else "Loennsinntekt" if t else None for t in fakta["typer"]]
    fakta["beskrivelser"] = ["fastloenn|bonus" if t == GÅRDER[0] else "fastloenn" if t else None for t in fakta["beskrivelser"]]
    fakta["arbeidstyper"] = ["frilanserOppdragstakerHonorarPersonerMm" if t else None for t in fakta["arbeidstyper"]]
    funn = ulikheter(verk, fakta, tilfeldige_rader(rng, fakta, "dag"))
    assert not funn, "Ulikheter:\n" + "\n".join(funn)


def test_null_arbeidsdager_gir_aldri_en_dag_før_den_første():
    """Also when the first day is a public holiday."""
    dager = np.arange(np.datetime64("2020-03-20"), np.datetime64("2020-06-10"))
    fikk = skriv(O["etter_arbeidsdager"](Kolonne(dager), 0))
    assert fikk == [ORDENE["etter_arbeidsdager"](Verdi(DATO, d), 0).v for d in dager.tolist()]
