"""What a register fact is for a case, given the earlier decisions: nothing earlier, several, and what was not known then."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kjerne.kjoring.registerfakta import _som, _svar
from kjerne.kjoring.runder import i_runder
from kjerne.kontrakt.manifest import Soknadsfelt
from kjerne.kontrakt.tabeller import DTYPER

SAKER = pd.DataFrame({"sak_id": list("abcde"), "person_id": ["p", "q", "r", "s", "t"],
                      "gård": pd.array(["1", "1", "1", pd.NA, "1"], dtype=DTYPER["tekst"])})  # fmt: skip
# p has two with the same key and one with another; q had a value that was unknown; r's only one is the case itself;
# s does not know the farm; t has none
TIDLIGERE = pd.DataFrame({
    "nr": [0, 1, 2, 3, 4, 5, 6], "sak_id": ["1", "2", "3", "4", "5", "c", "6"], "person_id": ["p", "p", "p", "q", "q", "r", "s"],
    "gård": pd.array(["1", "1", "2", "1", "1", "1", "1"], dtype=DTYPER["tekst"]),
    "hentet_lønn": [300.25, 100.50, 900.0, 7.0, None, 1.0, 1.0],
    "hentet_dag": pd.to_datetime(["2020-02-01", "2020-01-01", "2020-09-01", "2020-01-01", None, "2020-01-01", "2020-01-01"]),
})  # fmt: skip


def _felt(hent: str, type_: str, regel: str = "", tomt=None) -> Soknadsfelt:
    register = {"hent": hent, "nokkel": ("fodselsnummer", "gård")} | ({"regel": regel} if regel else {})
    return Soknadsfelt.model_validate({"navn": "x", "type": type_, "nb": "x", "nn": "x", "kilde": "register", "register": register}
                                      | ({} if tomt is None else {"tomt_betyr": tomt}))  # fmt: skip


@pytest.mark.parametrize(("felt", "ventet"), [
    (_felt("finnes", "ja_nei"), [True, True, False, None, False]),
    (_felt("antall", "heltall"), [2, 2, 0, None, 0]),
    (_felt("sum", "kroner", "lønn"), [40075, None, 0, None, 0]),
    (_felt("sum", "tall", "lønn", 5), [400.75, None, 5, None, 5]),
    (_felt("høyest", "kroner", "lønn", 12), [30025, None, 1200, None, 1200]),
    (_felt("høyest", "dato", "dag"), ["2020-02-01", None, None, None, None]),
    (_felt("siste", "kroner", "lønn"), [10050, None, None, None, None]),
    (_felt("siste", "dato", "dag", "1900-01-01"), ["2020-01-01", None, "1900-01-01", None, "1900-01-01"]),
])  # fmt: skip
def test_svaret(felt, ventet):
    svar = _svar(None, felt, SAKER, TIDLIGERE)
    assert [None if pd.isna(v) else f"{v:%Y-%m-%d}" if felt.type == "dato" else v for v in svar] == ventet


def test_kroner_i_sporingen_blir_hele_øre():
    serie = pd.Series(pd.array([0.285, 1000.0, -0.01, None, 10.005], dtype="Float64"))
    assert [None if pd.isna(v) else v for v in _som(serie, "kroner")] == [29, 100000, -1, None, 1001]


def test_rundene_holder_personens_saker_fra_hverandre():
    rng = np.random.default_rng(4)
    n = 500
    saker = pd.DataFrame({"sak_id": [f"s{i:03}" for i in range(n)], "person_id": rng.choice(list("abcdefghij"), n), "dom": "OK",
                          "dag": pd.to_datetime("2020-01-01") + pd.to_timedelta(rng.integers(0, 9, n), "D"),
                          "mottatt_dato": pd.to_datetime("2020-05-01") + pd.to_timedelta(rng.integers(0, 3, n), "D")})  # fmt: skip
    saker.loc[rng.random(n) < 0.1, "dag"] = pd.NaT
    saker.loc[rng.random(n) < 0.1, "dom"] = "KARANTENE"
    verk = SimpleNamespace(manifest=SimpleNamespace(registerfelt=(1,), dato_for_regler="dag"))
    ut, biter = i_runder(verk, saker, 7)
    assert sorted(ut["sak_id"]) == saker["sak_id"].tolist() and set(ut["bit"]) == set(range(biter))
    assert ut["bit"].value_counts().max() <= 7
    for _, egne in ut[ut["dom"] == "OK"].groupby("person_id"):
        i_rekkefolge = egne.sort_values(["dag", "mottatt_dato", "sak_id"], na_position="first")
        assert i_rekkefolge["bit"].is_monotonic_increasing and i_rekkefolge["bit"].is_unique
    uten = SimpleNamespace(manifest=SimpleNamespace(registerfelt=()))
    assert i_runder(uten, saker, 7)[1] == 72 and i_runder(uten, saker, 7)[0] is saker
