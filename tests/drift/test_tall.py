import datetime as dt
import time
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from babel.dates import get_month_names
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from kjerne.drift import tall
from kjerne.kontrakt import verdier

F, M = "\u00a0", "\u2212"


def uten(tekst: str) -> str:
    return tekst.replace(F, " ")


@pytest.mark.parametrize(
    ("ore", "tekst"),
    [
        (0, "0 kr"), (5, "0,05 kr"), (100, "1 kr"), (99900, "999 kr"), (100000, "1 000 kr"), (1234500, "12 345 kr"),
        (1234567, "12 345,67 kr"), (1234560, "12 345,60 kr"), (-5, f"{M}0,05 kr"), (-1234567, f"{M}12 345,67 kr"),
        (26_100_000_000, "261 000 000 kr"),
    ],
)  # fmt: skip
def test_kroner(ore, tekst):
    assert uten(tall.kroner(ore)) == tekst
    assert tall.kroner(np.int64(ore)) == tall.kroner(ore)


def test_kroner_holder_tallet_sammen():
    assert tall.kroner(-1234567) == "\u221212\u00a0345,67\u00a0kr"


@pytest.mark.parametrize("feil", [12.0, Decimal(12), True, "12", None, float("nan"), pd.NA])
def test_kroner_tar_bare_hele_ore(feil):
    with pytest.raises(TypeError):
        tall.kroner(feil)


@given(st.integers(1 - 10**14, 10**14 - 1))
def test_kroner_leses_tilbake_som_samme_ore(ore):
    assert verdier.ore(tall.kroner(ore)) == ore


@given(st.integers(-(10**20), 10**20))
def test_antall_er_som_babel(n):
    for maalform in ("nb_NO", "nn_NO"):
        assert tall.antall(n) == format_decimal(n, locale=maalform).replace("-", M)


def test_antall_med_desimaler():
    assert tall.antall(2.5, 1) == "2,5"
    assert uten(tall.antall(Decimal("1234.565"), 2)) == "1 234,57"
    assert tall.antall(-0.04, 1) == "0,0"
    assert tall.antall(np.int64(1234)) == f"1{F}234"
    for intet in (float("nan"), float("inf")):
        with pytest.raises(ValueError):
            tall.antall(intet)


@pytest.mark.parametrize(
    ("andel", "tekst"),
    [(0.5, "50 %"), (0.625, "62,5 %"), (Decimal("0.98765"), "98,8 %"), (1, "100 %"), (0, "0 %"), (-0.1, f"{M}10 %")],
)
def test_prosent(andel, tekst):
    assert uten(tall.prosent(andel)) == tekst


def test_prosent_uten_desimaler():
    assert uten(tall.prosent(0.625, 0)) == "63 %"
    assert uten(tall.prosent(2, 0)) == "200 %"


@pytest.mark.parametrize(
    ("n", "tekst"),
    [(999_999, "999 999"), (10**6, "1 mill."), (261_040_000, "261 mill."), (1_250_000_000, "1,3 mrd."),
     (-2_500_000, f"{M}2,5 mill."), (0, "0"), (12.5, "12,5")],
)  # fmt: skip
def test_kort(n, tekst):
    assert uten(tall.kort(n)) == tekst


def test_datoer():
    d = dt.date(2020, 9, 1)
    assert tall.dato(d) == "1. september 2020"
    assert tall.dato_kort(d) == "01.09.2020"
    assert tall.maaned(d) == "september 2020"
    assert tall.dato(pd.Timestamp(d)) == "1. september 2020"


def test_tid_vises_i_oslo():
    assert uten(tall.klokkeslett(dt.time(14))) == "kl. 14.00"
    sommer, vinter = (dt.datetime(2020, m, 1, 23, 5, tzinfo=dt.UTC) for m in (7, 1))
    assert uten(tall.tidspunkt(sommer)) == "2. juli 2020 kl. 01.05"
    assert uten(tall.tidspunkt(vinter)) == "2. januar 2020 kl. 00.05"
    assert tall.dato_kort(dt.datetime(2019, 12, 31, 23, 30, tzinfo=dt.UTC)) == "01.01.2020"


def test_maanedene_heter_det_samme_i_begge_maalformer():
    for maalform in ("nb_NO", "nn_NO"):
        assert tuple(get_month_names("wide", locale=maalform).values()) == tall.MAANEDER


@pytest.mark.parametrize(
    ("sekunder", "tekst"),
    [(0, "0 s"), (0.44, "0,4 s"), (9.94, "9,9 s"), (9.97, "10 s"), (59.4, "59 s"), (59.7, "1 min"), (125, "2 min 5 s"),
     (3599.9, "1 t"), (3780, "1 t 3 min"), (3 * 86400 + 4 * 3600, "3 døgn 4 t")],
)  # fmt: skip
def test_varighet(sekunder, tekst):
    assert uten(tall.varighet(sekunder)) == tekst


def test_nummer_i_grupper():
    assert tall.ident("01810112345") == f"018101{F}12345"
    assert uten(tall.konto("12345678903")) == "1234 56 78903"
    assert uten(tall.orgnr("889640782")) == "889 640 782"
    for rar in ("", "123", "0181011234x", "٠١٢٣٤٥٦٧٨٩٠"):
        assert tall.ident(rar) == tall.konto(rar) == tall.orgnr(rar) == rar


def test_rask_nok_for_hundre_tusen_brev():
    start = time.perf_counter()
    d = dt.date(2020, 9, 1)
    for n in range(100_000):
        tall.kroner(n), tall.dato(d), tall.antall(n)
    assert time.perf_counter() - start < 3
