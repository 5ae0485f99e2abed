"""Great Expectations: a broken check is seen, native expectations reach cases, and nothing leaves the machine."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from smaa_rammer import KR, PERSONER, Rammer, dom, plan_av, vurder

from kjerne.kvalitet import Kvalitetsstopp
from kjerne.kvalitet.gx import _maskeutfall, unntak
from kjerne.kvalitet.maske import MASKER, Maske, maske
from kjerne.kvalitet.plan import Kontroll


def test_en_maske_som_ryker_stopper_og_navngis():
    def inn_ryker(k):
        """Divides by zero, for the test."""
        raise ZeroDivisionError(PERSONER[0])

    def inn_tall(k):
        """Gives numbers in place of booleans, for the test."""
        return Maske(np.zeros(len(k.inn)))

    def inn_uten_tekst(k):
        """Finds everything but cannot say what, for the test."""
        return Maske(np.ones(len(k.inn), bool), lambda pos: 1 / 0)

    for funksjon in (inn_ryker, inn_tall, inn_uten_tekst):
        maske(None)(funksjon)
    plan = plan_av("inn_hopp")
    try:
        ny = [plan.kontroll[0].model_copy(update={"navn": n, "parametre": {}}) for n in ("inn_ryker", "inn_tall")]
        uten_tekst = plan.kontroll[0].model_copy(update={"navn": "inn_uten_tekst", "parametre": {}})
        with pytest.raises(Kvalitetsstopp, match="«inn_uten_tekst» lot seg ikke utføre"):
            vurder(Rammer(), plan=plan.model_copy(update={"kontroll": (uten_tekst,)}))
        with pytest.raises(Kvalitetsstopp) as feil:
            vurder(Rammer(), plan=plan.model_copy(update={"kontroll": (*ny, *plan.kontroll)}))
    finally:
        del MASKER["inn_ryker"], MASKER["inn_tall"], MASKER["inn_uten_tekst"]
    assert "«inn_ryker» lot seg ikke utføre (ZeroDivisionError" in feil.value.hva and "«inn_tall»" in feil.value.hva
    assert PERSONER[0] not in str(feil.value) and feil.value.kode == 3
    assert feil.value.kontroller["merknad"].str.startswith("lot seg ikke utføre").tolist() == [True, True, False]


def _forventning(**felt):
    grunn = {
        "navn": "egen",
        "handling": "KARANTENE",
        "alvor": "warning",
        "hvorfor": "Fordi det er en prøve.",
        "tabell": "inntekt",
    }
    plan = plan_av("inn_rad_unik")
    return plan.model_copy(update={"kontroll": (*plan.kontroll, Kontroll(**grunn | felt))})


@pytest.mark.parametrize(
    "felt",
    [
        {"forventning": "expect_column_values_to_be_between", "kolonne": "finnes_ikke", "argumenter": {"max_value": 1}},
        {"forventning": "expect_column_values_to_be_betwen", "kolonne": "beloep_ore", "argumenter": {"max_value": 1}},
        {"forventning": "expect_column_values_to_be_between", "kolonne": "ident", "argumenter": {"max_value": 1}},
        {"forventning": "expect_column_values_to_be_between", "kolonne": "beloep_ore", "argumenter": {"maks": 1}},
    ],
)
def test_en_forventning_som_ryker_inne_i_gx_blir_sett(felt):
    with pytest.raises(Kvalitetsstopp, match="«egen» lot seg ikke utføre") as feil:
        vurder(Rammer(), plan=_forventning(**felt))
    assert not any(p in str(feil.value) for p in PERSONER)


def test_egne_forventninger_naar_sakene():
    r = Rammer().sett(1, "2020-03", beloep_ore=80_000 * KR).sett(2, "2020-03", beloep_ore=None)
    maks = {
        "forventning": "expect_column_values_to_be_between",
        "kolonne": "beloep_ore",
        "argumenter": {"max_value": 70_000 * KR},
    }
    resultat = vurder(r, plan=_forventning(**maks))
    assert (dom(resultat, "s0"), dom(resultat, "s1"), dom(resultat, "s2")) == ("OK", "KARANTENE", "OK")
    assert resultat.kontroller.set_index("navn").loc["egen", ["rader", "brudd"]].tolist() == [36, 1]
    kode = {
        "forventning": "expect_column_values_to_be_in_set",
        "kolonne": "fordel",
        "argumenter": {"value_set": ["kontantytelse"]},
    }
    assert dom(vurder(r.sett(1, "2020-03", fordel="naturalytelse"), plan=_forventning(**kode))) == "KARANTENE"
    sak = {"forventning": "expect_column_values_to_not_be_null", "kolonne": "bor_i_norge", "tabell": "sak"}
    assert dom(vurder(Rammer().sett(1, tabell="sak", bor_i_norge=None), plan=_forventning(**sak))) == "KARANTENE"
    antall = {
        "forventning": "expect_table_row_count_to_be_between",
        "argumenter": {"min_value": 50},
        "handling": "STOPP",
    }
    with pytest.raises(Kvalitetsstopp, match="egen"):
        vurder(r, plan=_forventning(**antall))


def test_gx_som_er_uenig_med_masken_er_en_feil():
    def resultat(antall, unntatt=False):
        info = {"raised_exception": unntatt, "exception_message": "navn 12345678901"}
        return SimpleNamespace(
            exception_info=info, success=antall == 0, result={"unexpected_count": antall, "element_count": 9}
        )

    assert _maskeutfall(resultat(2), 2).feil == "" and _maskeutfall(resultat(0), 0).bestatt
    assert "GX fant 1 brudd, masken 2" in _maskeutfall(resultat(1), 2).feil
    assert _maskeutfall(resultat(0, True), 0).feil == "navn …" and _maskeutfall(None, 0).feil
    assert unntak({"metrikk": {"raised_exception": True, "exception_message": "x"}}) == "x" and unntak(None) == ""


UTEN_NETT = """
import socket, sys
forsok = []
def stengt(self, adresse, *a):
    forsok.append(adresse)
    raise OSError("nettet er stengt i denne prøven")
socket.socket.connect = socket.socket.connect_ex = stengt
socket.getaddrinfo = lambda *a, **k: stengt(None, a)
sys.path.insert(0, sys.argv[1])
from smaa_rammer import Rammer, plan_av, HENTET, VEDTAK
from kjerne.kvalitet import vurder_kvalitet
assert "great_expectations" not in sys.modules
plan = plan_av("inn_rad_unik", "inn_vindu_komplett", "inn_hopp", "beloep_under_ti_millioner")
vurder_kvalitet(plan, **Rammer().fjern(1, "2020-03").alt(), hentet=HENTET, vedtaksdato=VEDTAK)
import os
assert os.environ["GX_ANALYTICS_ENABLED"] == "false" and os.environ["DO_NOT_TRACK"] == "1"
print("forsøk:", forsok)
"""


def test_ingenting_forlater_maskinen():
    miljo = {n: v for n, v in os.environ.items() if n not in ("GX_ANALYTICS_ENABLED", "DO_NOT_TRACK")}
    rot = Path(__file__).parents[2]
    svar = subprocess.run(
        [sys.executable, "-c", UTEN_NETT, str(Path(__file__).parent)],
        cwd=rot,
        env=miljo | {"PYTHONPATH": str(rot)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert svar.returncode == 0, svar.stderr[-2000:]
    assert "forsøk: []" in svar.stdout
