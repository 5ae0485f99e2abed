"""An amount that nothing rounds is found in the text of the rules, before any case shows it."""

import math

import pytest

from kjerne.regelmotor.avrunding import desimaler
from kjerne.regelmotor.eksempler import les_eksempler
from kjerne.regelmotor.regelverk import les_regelverk
from kjerne.sjekk import avrunding, helekroner
from tests.sjekk.ordningskopi import bytt

GULL = "return dagsats * stønadsdager"
UTTRYKK = {
    "dagsats * stønadsdager": 0, "grunnlag * grad": math.inf, "hele_kroner(grunnlag * grad) * stønadsdager": 0, "dagsats / 12": math.inf,
    "hele_øre(grunnlag * grad)": 2, "hele_øre(grunnlag * grad) * stønadsdager": 2, "lavest(dagsats, oppgitt_lønn)": 2,
    "hvis(grad > 0, dagsats, 0)": 0, "hvis(grad > 0, dagsats, grunnlag)": math.inf, "-dagsats + 12": 0, "dagsats * dagsfaktor": 5,
    "høyest(0, dagsats - antall_av(tellende_lønn))": 0, "første_kjente(dagsats, oppgitt_lønn)": 2, "hele_kroner(oppgitt_lønn) * 12": 0,
}  # fmt: skip


@pytest.fixture
def med(hel):
    def lag(uttrykk: str):
        bytt(hel / "regler.py", GULL, f"beløpet = {uttrykk}\n    return beløpet")
        bytt(hel / "regler.py", "def gull(dagsats, stønadsdager)",
             "def gull(dagsats, stønadsdager, grunnlag, grad, oppgitt_lønn, dagsfaktor, tellende_lønn)")  # fmt: skip
        bytt(hel / "regler.py", "    hvis,\n", "    hvis,\n    høyest,\n    hele_øre,\n    første_kjente,\n    antall_av,\n")
        return hel

    return lag


@pytest.mark.parametrize(("uttrykk", "ventet"), UTTRYKK.items())
def test_hvor_mange_desimaler_beløpet_kan_ha(med, uttrykk, ventet):
    assert desimaler(les_regelverk(med(uttrykk))) == {"gull": ventet}


def test_et_beløp_uten_avrunding_er_et_funn_uten_noe_eksempel(med):
    verk = les_regelverk(med("oppgitt_lønn * stønadsdager"))
    assert helekroner.sjekk(les_eksempler(verk)) == []  # every example has whole kroner by chance
    (funn,) = avrunding.sjekk(verk)
    assert "gull bygger på et beløp som ikke er rundet av til hele kroner" in funn.hva and "hele_kroner(…)" in funn.gjor_dette


def test_øre_er_nok_der_ordningen_ikke_krever_hele_kroner(med):
    mappe = med("hele_øre(grunnlag * grad)")
    assert len(avrunding.sjekk(les_regelverk(mappe))) == 1
    tekst = (mappe / "kvalitet.toml").read_text("utf-8").split("[[kontroll]]")
    (mappe / "kvalitet.toml").write_text("[[kontroll]]".join(d for d in tekst if "utb_belop_heltall" not in d), "utf-8")
    assert avrunding.sjekk(les_regelverk(mappe)) == []


def test_et_eksempel_med_øre_er_et_funn(med):
    (funn,) = helekroner.sjekk(les_eksempler(les_regelverk(med("hele_øre(grunnlag * dagsfaktor)"))))
    assert funn.hva.startswith("A-01: gull er 4,62\u00a0kr, som ikke er hele kroner.") and "eksempler til" in funn.hva


def test_den_hele_ordningen_runder_av(hel):
    assert avrunding.sjekk(les_regelverk(hel)) == [] and helekroner.sjekk(les_eksempler(les_regelverk(hel))) == []
