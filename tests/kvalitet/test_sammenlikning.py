"""The fast ways give the same as the slow and simple ones, on random data."""

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from smaa_rammer import ANNEN, HOVED, KR, ORG, PERSONER, Rammer, eksempelplan

from kjerne.kvalitet.forhold import overlapp
from kjerne.kvalitet.kontekst import UKJENT, kr, maanedsnavn
from kjerne.kvalitet.maske import Maske
from kjerne.kvalitet.masker_arbeid import _sum_over
from kjerne.kvalitet.masker_inntekt import _gjentatt
from kjerne.kvalitet.rekkevidde import treff


def _tilfeldig(rng: np.random.Generator) -> Rammer:
    r = Rammer()
    n = 120
    orgnumre = np.array([ORG, HOVED, ANNEN, None], dtype=object)
    r.inntekt = pd.DataFrame(
        {
            "ident": rng.choice(PERSONER, n),
            "maaned": rng.choice(pd.date_range("2019-11-01", "2020-06-01", freq="MS"), n),
            "virksomhet": rng.choice(orgnumre, n),
            "opplysningspliktig": rng.choice(orgnumre, n),
            "inntekt_type": "Loennsinntekt",
            "fordel": "kontantytelse",
            "beskrivelse": "fastloenn",
            "beloep_ore": rng.integers(1, 9, n) * 1000 * KR,
        }
    )
    saker = pd.concat([r.sak] * 4, ignore_index=True)
    saker["sak_id"] = [f"s{i}" for i in range(len(saker))]
    saker["permittert_fra"] = rng.choice(pd.to_datetime(["2020-02-10", "2020-05-20", "2020-07-01", None]), len(saker))
    saker["arbeidsgiver"] = rng.choice(orgnumre, len(saker))
    r.sak = saker
    return r


@pytest.mark.parametrize("fro", range(5))
@pytest.mark.parametrize("rekkevidde", ["vindu", "vindu_alle", "forhold", "person"])
def test_koblingen_er_den_samme_som_en_loekke(fro, rekkevidde):
    rng = np.random.default_rng(fro)
    r = _tilfeldig(rng)
    k = r.kontekst(eksempelplan())
    m = Maske(rng.random(len(r.inntekt)) < 0.4)
    b = SimpleNamespace(rekkevidde=rekkevidde, utelater=False)
    sak, nr, funn = treff(k, b, "inntekt", m, np.zeros(len(r.inntekt), bool))
    fort = set(zip(sak.tolist(), funn.plass[nr].tolist(), strict=True))
    assert len(fort) == len(sak)
    assert fort == {(s, i) for s in range(len(r.sak)) for i in np.flatnonzero(m.brudd) if _angaar(r, s, i, rekkevidde)}


def _angaar(r: Rammer, s: int, i: int, rekkevidde: str) -> bool:
    sak, rad = r.sak.iloc[s], r.inntekt.iloc[i]
    if sak["ident"] != rad["ident"]:
        return False
    if rekkevidde in ("vindu", "vindu_alle"):
        if pd.isna(sak["permittert_fra"]):
            return False
        foer = (
            (sak["permittert_fra"].year - rad["maaned"].year) * 12 + sak["permittert_fra"].month - rad["maaned"].month
        )
        if not 1 <= foer <= 3:
            return False
    if rekkevidde in ("vindu", "forhold") and not pd.isna(sak["arbeidsgiver"]):
        virksomhet = rad["opplysningspliktig"] if pd.isna(rad["virksomhet"]) else rad["virksomhet"]
        ukjent = pd.isna(rad["virksomhet"]) and pd.isna(rad["opplysningspliktig"])
        return bool(ukjent) or sak["arbeidsgiver"] in (virksomhet, rad["opplysningspliktig"])
    return True


@pytest.mark.parametrize("fro", range(3))
def test_summene_per_forhold_er_de_samme_som_med_groupby(fro):
    r = _tilfeldig(np.random.default_rng(fro))
    f = r.kontekst(eksempelplan()).forhold
    inntekt = r.inntekt[r.inntekt["maaned"] <= "2020-05-01"]
    org = inntekt["virksomhet"].fillna(inntekt["opplysningspliktig"]).fillna("?")
    vanlig = inntekt.groupby([inntekt["ident"], org, "maaned"])["beloep_ore"].sum()
    assert f.sum.sum() == vanlig.sum() and f.har.sum() == len(vanlig)
    assert sorted(f.sum[f.har].tolist()) == sorted(vanlig.tolist())
    for rad in np.flatnonzero(f.har.sum(1) >= 3):
        assert f.median2[rad] == 2 * np.median(f.loenn[rad][f.har[rad]])
    assert (f.median2[f.har.sum(1) < 3] == 0).all()


@pytest.mark.parametrize("fro", range(3))
def test_gjentatt_er_den_samme_som_duplicated(fro):
    rng = np.random.default_rng(fro)
    kolonner = tuple(rng.integers(-1, 6, 400) for _ in range(4))
    med = rng.random(400) < 0.7
    ventet = np.zeros(400, bool)
    ventet[med] = pd.DataFrame(np.array(kolonner).T)[med].duplicated(keep=False)
    assert ventet.any() and (_gjentatt(kolonner, med) == ventet).all()


@pytest.mark.parametrize("fro", range(3))
def test_overlappende_prosenter_dag_for_dag(fro):
    rng = np.random.default_rng(fro)
    n, forste = 40, np.datetime64("2020-03-01")
    start = forste + rng.integers(0, 40, n)
    slutt = start + rng.integers(0, 20, n)
    slutt[rng.random(n) < 0.2] = np.datetime64("NaT")
    pst, person = rng.choice([20.0, 50.0, 100.0], n), rng.integers(0, 8, n)
    k = SimpleNamespace(
        permittering=SimpleNamespace(person=person, org=np.zeros(n, int), start=start, slutt=slutt),
        par=lambda p, o: p * 10 + o,
    )
    for_mye = {
        p
        for p in range(8)
        for dag in forste + np.arange(90)
        if pst[(person == p) & (start <= dag) & ((slutt >= dag) | np.isnat(slutt))].sum() > 100
    }
    assert for_mye and set(person[_sum_over(k, pst, 100)].tolist()) == for_mye


def test_dager_i_maaneden():
    start = np.array(["2020-02-10", "2020-02-10", "2020-03-01", "2019-01-01"], "datetime64[D]")
    slutt = np.array(["2020-02-10", "NaT", "NaT", "2020-01-31"], "datetime64[D]")
    februar = (dt.date(2020, 2, 1).year - 1970) * 12 + 1
    assert overlapp(start, slutt, februar).tolist() == [1, 20, 0, 0]


def test_tall_og_maaneder_paa_norsk():
    assert [kr(b) for b in (0, 1234500, -100, 105)] == ["0 kr", "12 345 kr", "−1 kr", "1,05 kr"]
    assert maanedsnavn(602) == "mars 2020" and maanedsnavn(UKJENT) == "ukjent måned"
