"""Rules 37–40 on payment lines."""

import datetime as dt

import pandas as pd
import pytest
from smaa_rammer import KR, plan_av

from kjerne.kvalitet import Buntkontekst, Kvalitetsstopp, har_linjekontroller, vurder_linjer
from kjerne.kvalitet.bunt import GJOR_DETTE
from kjerne.kvalitet.maske import I_BUNT, last_masker

DAG = dt.date(2020, 6, 15)
VEDTAK = pd.DataFrame({"vedtak_id": ["v0", "v1"], "belop_ore": [1000 * KR, 1200 * KR]})
PLAN = plan_av("utb_sum_avstemt", "utb_ingen_dobbel", "utb_belop_heltall", "utb_dato_bankdag")


def _linjer(**kolonner):
    rad = {
        "linje_id": ["l0", "l1", "l2"],
        "vedtak_id": ["v0", "v1", "v1"],
        "person_id": ["p0", "p1", "p1"],
        "orgnr": None,
        "klasse": "LK",
        "fom": ["2020-03-20", "2020-03-20", "2020-04-01"],
        "tom": ["2020-04-14", "2020-03-31", "2020-04-14"],
        "belop_ore": [1000 * KR, 500 * KR, 700 * KR],
    } | kolonner
    linjer = pd.DataFrame(rad)
    return linjer.assign(fom=pd.to_datetime(linjer["fom"]), tom=pd.to_datetime(linjer["tom"]))


def _vurder(linjer=None, **andre):
    valg = {
        "vedtak": VEDTAK,
        "tidligere": pd.Index(["x"]),
        "i_dag": dt.date(2020, 6, 12),
        "betalingsdato": dt.date(2020, 6, 15),
        "er_bankdag": lambda d: d.weekday() < 5,
    }
    return vurder_linjer(PLAN, Buntkontekst(_linjer() if linjer is None else linjer, **valg | andre))


def test_en_riktig_bunt_slipper_gjennom():
    rapport = _vurder(sum_ore=2200 * KR, antall=3, maks_per_sak_ore=1200 * KR)
    assert rapport["brudd"].sum() == 0
    assert rapport["rader"].tolist() == [1, 1, 3, 1]


def test_hver_linjekontroll_sier_hva_som_skal_gjores():
    assert set(GJOR_DETTE) == {n for n, b in last_masker().items() if b.over in I_BUNT}
    assert har_linjekontroller(PLAN) and not har_linjekontroller(plan_av("utb_konto_gyldig", "inn_hopp"))


def test_alt_som_er_galt_staar_i_samme_melding():
    linjer = _linjer(belop_ore=[1000 * KR + 50, 500 * KR, 700 * KR])
    with pytest.raises(Kvalitetsstopp) as feil:
        _vurder(linjer, betalingsdato=dt.date(2020, 6, 14))
    tekst = str(feil.value)
    for ord_ in ("utb_sum_avstemt: 1 vedtak har", "utb_belop_heltall: 1 av 3 linjer", "utb_dato_bankdag: 14.06.2020"):
        assert ord_ in tekst
    assert "utb_ingen_dobbel" not in tekst and "Ingen saker er vurdert" not in tekst
    assert feil.value.kontroller.set_index("navn")["brudd"].to_dict() == {
        "utb_sum_avstemt": 1, "utb_ingen_dobbel": 0, "utb_belop_heltall": 1, "utb_dato_bankdag": 1,
    }  # fmt: skip


def test_en_kontroll_som_svikter_stopper():
    with pytest.raises(Kvalitetsstopp, match="utb_belop_heltall» lot seg ikke utføre") as feil:
        _vurder(_linjer().drop(columns="klasse"))
    assert "Ingen bunt er laget" in feil.value.ikke_gjort


def test_mange_daarlige_linjer_gir_en_kort_melding():
    linjer = pd.concat([_linjer(belop_ore=50)] * 4, ignore_index=True)
    funn = _linjefunn(linjer)
    assert "12 av 12 linjer" in funn and funn.count("vedtak v") == 5 and "og 7 til" in funn


@pytest.mark.parametrize(
    ("linjer", "andre", "ord_"),
    [
        ({"belop_ore": [1000 * KR, 500 * KR, 701 * KR]}, {}, "1 vedtak har en annen sum i linjene"),
        ({"vedtak_id": ["v0", "v1", "v9"]}, {}, "2 vedtak har en annen sum"),
        ({}, {"sum_ore": 2201 * KR}, "bunten sier 2 201 kr, linjene er 2 200 kr"),
        ({}, {"antall": 2}, "bunten sier 2 linjer"),
        ({}, {"maks_per_sak_ore": 1199 * KR}, "1 vedtak er over grensen på 1 199 kr"),
        ({"linje_id": ["l0", "l1", "l1"]}, {}, "1 linjer står to ganger"),
        ({}, {"tidligere": pd.Index(["l0", "l2"])}, "2 linjer er betalt før"),
        ({"endring": "NY", "ref_linje_id": "y"}, {"tidligere": pd.Index(["l0"])}, "1 linjer er betalt før"),
        ({}, {"betalingsdato": dt.date(2020, 6, 14)}, "14.06.2020 er ikke en bankdag"),
        ({}, {"betalingsdato": dt.date(2020, 6, 11)}, "for tidlig"),
    ],
)
def test_bunten_slippes_ikke(linjer, andre, ord_):
    with pytest.raises(Kvalitetsstopp, match=ord_) as feil:
        _vurder(_linjer(**linjer), **andre)
    assert feil.value.kode == 3


def test_endring_av_en_tidligere_linje_er_lov():
    assert _vurder(_linjer(endring="ENDR", ref_linje_id="l0"), tidligere=pd.Index(["l0"]))["brudd"].sum() == 0


@pytest.mark.parametrize(
    ("felt", "verdi", "ord_"),
    [
        ("belop_ore", 1000 * KR + 50, "1 000,50 kr"),
        ("belop_ore", 0, "0 kr"),
        ("belop_ore", -5 * KR, "−5 kr"),
        ("tom", "2020-03-19", "perioden"),
        ("tom", None, "perioden"),
        ("tom", "2023-04-01", "perioden"),
    ],
)
def test_linjer_som_systemet_ville_avvist(felt, verdi, ord_):
    rad = _linjer()[felt].astype(object).tolist()
    linjer = _linjer(**{felt: [verdi, *rad[1:]]})
    assert f"1 av 3 linjer kan ikke betales (vedtak v0: {ord_}" in _linjefunn(linjer)


def _linjefunn(linjer) -> str:
    """What utb_belop_heltall says of lines that are otherwise all right; empty when it finds nothing."""
    plan = plan_av("utb_belop_heltall")
    try:
        vurder_linjer(plan, Buntkontekst(linjer, VEDTAK, pd.Index([]), i_dag=DAG, betalingsdato=DAG))
    except Kvalitetsstopp as feil:
        return feil.hva
    return ""


def test_overlapp_for_samme_mottaker_og_klasse():
    linjer = _linjer(fom=["2020-03-20", "2020-03-20", "2020-03-31"])
    assert "(vedtak v1: perioden er alt betalt i bunten)" in _linjefunn(linjer)
    assert not _linjefunn(linjer.assign(klasse=["LK", "LK", "X"]))
    lang = _linjer(
        fom=["2020-03-01", "2020-03-05", "2020-03-20"],
        tom=["2020-03-31", "2020-03-10", "2020-03-25"],
        person_id="p",
        klasse="LK",
    )
    assert "2 av 3 linjer" in _linjefunn(lang)  # inside a longer one, not only beside the last


def test_refusjon_for_flere_ansatte_i_samme_tid_er_ikke_overlapp():
    org = {"person_id": None, "orgnr": "810000003", "vedtak_id": ["v0", "v1", "v2"], "fom": ["2020-03-20"] * 3}
    assert not _linjefunn(_linjer(**org))
    to_ganger = _linjer(**org, gjelder=["p0/a", "p1/a", "p1/a"])  # two decisions about the same person and employer
    assert "1 av 3 linjer kan ikke betales (vedtak v2" in _linjefunn(to_ganger)
    to_jobber = _linjer(person_id="p1", vedtak_id=["v0", "v1", "v2"], fom=["2020-03-20"] * 3, gjelder=["a", "b", "c"])
    assert not _linjefunn(to_jobber)
