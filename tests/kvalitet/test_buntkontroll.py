"""Rules 37–40 on payment lines."""

import datetime as dt

import pandas as pd
import pytest
from smaa_rammer import KR, plan_av

from kjerne.kvalitet import Buntkontekst, Kvalitetsstopp, vurder_linjer

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
        "vedtak": pd.DataFrame({"vedtak_id": ["v0", "v1"], "belop_ore": [1000 * KR, 1200 * KR]}),
        "tidligere": pd.Index(["x"]),
        "i_dag": dt.date(2020, 6, 12),
        "betalingsdato": dt.date(2020, 6, 15),
        "er_bankdag": lambda d: d.weekday() < 5,
    }
    return vurder_linjer(PLAN, Buntkontekst(_linjer() if linjer is None else linjer, **valg | andre))


def test_en_riktig_bunt_slipper_gjennom():
    resultat = _vurder(sum_ore=2200 * KR, antall=3, maks_per_sak_ore=1200 * KR)
    assert len(resultat.linjer) == 0 and resultat.kontroller["brudd"].sum() == 0
    assert resultat.kontroller["rader"].tolist() == [1, 1, 3, 1]


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
    assert len(_vurder(_linjer(endring="ENDR", ref_linje_id="l0"), tidligere=pd.Index(["l0"])).linjer) == 0


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
    vedtak = pd.DataFrame({"vedtak_id": ["v0", "v1"], "belop_ore": [linjer["belop_ore"][0], 1200 * KR]})
    funn = _vurder(linjer, vedtak=vedtak).linjer
    assert (
        funn["linje_id"].tolist() == ["l0"]
        and ord_ in funn["observert"].iloc[0]
        and funn["handling"].iloc[0] == "KARANTENE"
    )


def test_overlapp_for_samme_mottaker_og_klasse():
    linjer = _linjer(fom=["2020-03-20", "2020-03-20", "2020-03-31"])
    assert _vurder(linjer).linjer["linje_id"].tolist() == ["l2"]
    assert len(_vurder(linjer.assign(klasse=["LK", "LK", "X"])).linjer) == 0
    lang = _linjer(
        fom=["2020-03-01", "2020-03-05", "2020-03-20"],
        tom=["2020-03-31", "2020-03-10", "2020-03-25"],
        person_id="p",
        klasse="LK",
    )
    assert _vurder(lang).linjer["linje_id"].tolist() == ["l1", "l2"]  # inside a longer one, not only beside the last


def test_refusjon_for_flere_ansatte_i_samme_tid_er_ikke_overlapp():
    org = {"person_id": None, "orgnr": "810000003", "vedtak_id": ["v0", "v1", "v2"], "fom": ["2020-03-20"] * 3}
    vedtak = pd.DataFrame({"vedtak_id": ["v0", "v1", "v2"], "belop_ore": [1000 * KR, 500 * KR, 700 * KR]})
    assert len(_vurder(_linjer(**org), vedtak=vedtak).linjer) == 0
    to_ganger = _linjer(**org, gjelder=["p0/a", "p1/a", "p1/a"])  # two decisions about the same person and employer
    assert _vurder(to_ganger, vedtak=vedtak).linjer["linje_id"].tolist() == ["l2"]
    to_jobber = _linjer(person_id="p1", vedtak_id=["v0", "v1", "v2"], fom=["2020-03-20"] * 3, gjelder=["a", "b", "c"])
    assert len(_vurder(to_jobber, vedtak=vedtak).linjer) == 0
