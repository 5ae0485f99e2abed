"""The facts as canonical JSON, and back."""

from __future__ import annotations

import datetime as dt
import json
import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from proevesoknad import MANIFEST, soknader

from kjerne.mottak import fakta_json, fakta_ramme
from kjerne.mottak.fakta import desimaltekst
from kjerne.mottak.ramme import serie
from kjerne.mottak.skjema import kolonner

FELT = [k for k in kolonner(MANIFEST) if k.navn in {f.navn for f in MANIFEST.felt}]


def ramme(**verdier: list) -> pd.DataFrame:
    antall = len(next(iter(verdier.values())))
    return pd.DataFrame({k.navn: serie(k, verdier.get(k.navn, [None] * antall)) for k in FELT})


def test_slik_ser_det_ut() -> None:
    tekst = fakta_json(
        ramme(
            arbeidsgiver=["810000003"],
            fra_dato=[dt.date(2020, 3, 20)],
            grad=[0.5],
            månedslønn=[4_200_055],
            barn=[0],
            timer=[37.5],
            har_fått=[False],
            meldt_av=["arbeidsgiver"],
            merknad=['«æøå» "\n'],
        ),
        MANIFEST,
    )
    assert tekst == [
        '{"andre_konto":null,"arbeidsgiver":"810000003","barn":0,"fra_dato":"2020-03-20","fått_før":null,"grad":"0.5","har_fått":false,'
        '"meldt_av":"arbeidsgiver","merknad":"«æøå» \\"\\n","månedslønn":4200055,"til_dato":null,"timer":"37.5"}'
    ]
    assert tekst == [json.dumps(json.loads(tekst[0]), sort_keys=True, ensure_ascii=False, separators=(",", ":"))]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_tur_retur(data: st.DataObject) -> None:
    antall = data.draw(st.integers(0, 5))
    tekst = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
    lag = {
        "dato": st.dates(),
        "heltall": st.integers(-(2**62), 2**62),
        "kroner": st.integers(-(2**62), 2**62),
        "ja_nei": st.booleans(),
        "tall": st.floats(allow_nan=False, allow_infinity=False),
        "prosent": st.floats(allow_nan=False, allow_infinity=False),
    }
    verdier = {
        k.navn: data.draw(st.lists(st.none() | lag.get(k.type, tekst), min_size=antall, max_size=antall)) for k in FELT
    }
    inn = ramme(**verdier)
    ut = fakta_json(inn, MANIFEST)
    assert_frame_equal(fakta_ramme(ut, MANIFEST), inn)
    assert fakta_json(fakta_ramme(ut, MANIFEST), MANIFEST) == ut


@pytest.mark.parametrize(
    ("tall", "tekst"),
    [
        (0.5, "0.5"),
        (1.0, "1"),
        (100.0, "100"),
        (-0.0, "0"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (0.3333, "0.3333"),
    ],
)
def test_desimaltekst(tall: float, tekst: str) -> None:
    assert desimaltekst(tall) == tekst


def test_uendelig_er_ingen_fakta() -> None:
    with pytest.raises(ValueError):
        fakta_json(ramme(grad=[float("inf")]), MANIFEST)


def test_gamle_og_nye_felt() -> None:
    ut = fakta_ramme(['{"barn":3,"felt_som_er_fjernet":1}'], MANIFEST)
    assert ut["barn"].tolist() == [3]
    assert ut["merknad"].isna().all()
    assert fakta_json(pd.DataFrame({"barn": pd.array([3], "Int64")}), MANIFEST)[0].startswith('{"andre_konto":null,')


def test_radene_er_de_samme_uansett_indeks() -> None:
    r = ramme(barn=[1, 2, 3])
    assert fakta_json(r.iloc[[2, 0]], MANIFEST) == [fakta_json(r, MANIFEST)[2], fakta_json(r, MANIFEST)[0]]


def test_fart() -> None:
    r = pd.concat(
        [
            ramme(
                arbeidsgiver=soknader(20_000)["arbeidsgiver"].tolist(),
                månedslønn=list(range(20_000)),
                grad=[0.5] * 20_000,
            )
        ]
    )
    start = time.perf_counter()
    fakta_ramme(fakta_json(r, MANIFEST), MANIFEST)
    assert time.perf_counter() - start < 3, "100 000 rader skal ta noen få sekunder"
