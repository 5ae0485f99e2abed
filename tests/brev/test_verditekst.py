import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kjerne.brev import formater, kroner, periode

F = "\u00a0"


@pytest.mark.parametrize("verdi, type_, nb, nn", [
    (1234500, "kroner", f"12{F}345{F}kroner", None),
    (np.int64(1234567), "kroner", f"12{F}345,67{F}kroner", None),
    (2304.415, "kr", f"2{F}304,42{F}kroner", None),  # half up, from the number as written
    (Decimal("2304.415"), "kr/dag", f"2{F}304,42{F}kroner per dag", None),
    (30000.0, "kr/md", f"30{F}000{F}kroner per måned", f"30{F}000{F}kroner per månad"),
    (599148.0, "kr/år", f"599{F}148{F}kroner per år", None),
    (dt.date(2020, 3, 20), "dato", "20. mars 2020", None),
    (pd.Timestamp("2020-03-20"), "dato", "20. mars 2020", None),
    (np.datetime64("2020-03-20"), "dato", "20. mars 2020", None),
    ("2020-03-20", "dato", "20. mars 2020", None),
    (0.5, "prosent", f"50{F}%", None),
    ("0.04615", "prosent", f"4,615{F}%", None),
    (Decimal("0.625"), "andel", f"62,5{F}%", None),
    (0.8, "%", f"80{F}%", None),
    (True, "ja_nei", "ja", None),
    (np.bool_(False), "ja/nei", "nei", None),
    (18, "dager", f"18{F}dager", f"18{F}dagar"),
    (1.0, "dager", f"1{F}dag", None),
    (2, "måneder", f"2{F}måneder", f"2{F}månader"),
    (6, "G", f"6{F}G", None),
    (0.75, "tall", "0,75", None),
    (12345, "heltall", f"12{F}345", None),
    ("889640782", "orgnr", f"889{F}640{F}782", None),
    ("12345678903", "kontonummer", f"1234{F}56{F}78903", None),
    ("a|b", "koder", "a, b", None),
    ("ja|nei", "tekst", "ja|nei", None),
])  # fmt: skip
def test_verdier_i_brev(verdi, type_, nb, nn):
    assert formater("x", verdi, type_, "nb") == nb
    assert formater("x", verdi, type_, "nn") == (nn or nb)


@pytest.mark.parametrize("verdi", [None, pd.NA, pd.NaT, float("nan"), np.datetime64("NaT")])
@pytest.mark.parametrize("type_", ["kroner", "kr", "dato", "prosent", "ja_nei", "tekst"])
def test_ukjent_er_aldri_null_eller_nei(verdi, type_):
    assert formater("x", verdi, type_, "nb") == "ikke kjent"
    assert formater("x", verdi, type_, "nn") == "ikkje kjent"


@pytest.mark.parametrize("verdi, type_", [
    (1.5, "kroner"), ("hemmelig", "kr"), ("hemmelig", "dato"), (2, "ja_nei"), ("hemmelig", "ja_nei"), (1, "fot"),
    (float("inf"), "kr"),
])  # fmt: skip
def test_feil_nevner_navnet_og_ikke_verdien(verdi, type_):
    with pytest.raises(ValueError, match="lønn") as feil:
        formater("lønn", verdi, type_, "nb")
    assert str(verdi) not in str(feil.value)


def test_ukjent_maalform():
    with pytest.raises(ValueError, match="målform"):
        formater("x", 1, "tall", "se")


@given(st.integers(0, 10**13))
def test_beloepet_i_brevet_er_oerene_i_basen(ore):
    tekst = kroner(ore).removesuffix(f"{F}kroner").replace(F, "").replace(",", ".")
    assert Decimal(tekst) * 100 == ore
    assert formater("x", ore, "kroner", "nn") == kroner(ore)


def test_periode():
    assert periode(dt.date(2020, 3, 1), dt.date(2020, 3, 1)) == "1. mars 2020"
    assert periode(dt.date(2020, 3, 1), dt.date(2020, 4, 2)) == "1. mars 2020 – 2. april 2020"
