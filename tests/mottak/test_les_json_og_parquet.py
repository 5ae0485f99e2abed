"""Applications from JSON and Parquet: what only these forms can get wrong."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from proevesoknad import en, grunner, les, soknader, som_parquet, typet

from kjerne.kontrakt.feil import Ordningsfeil


def test_json_tall_er_eksakte_og_har_rett_type(tmp_path: Path) -> None:
    tekst = "\n".join(
        json.dumps(en() | {"soknad_id": f"J{n}"}).replace("30123", v)
        for n, v in enumerate(
            ["42000.55", "42000", '"42 000,55"', "null", "1e3", "42000.555", "true", "[1]", "1E400000", "NaN"]
        )
    )
    lest = les(tmp_path, tekst)
    assert lest.ramme["månedslønn"].tolist() == [4_200_055, 4_200_000, 4_200_055, pd.NA, 100_000]
    assert list(grunner(lest)) == [6, 7, 8, 9, 10]
    blandet = [
        en() | {"soknad_id": "K1", "har_fått": True, "barn": 1, "grad": 62.5, "timer": 7},
        en() | {"soknad_id": "K2", "har_fått": 1, "barn": True},
    ]
    lest = les(tmp_path, json.dumps(blandet))
    r = lest.ramme.iloc[0]
    assert (r["har_fått"], r["barn"], r["grad"], r["timer"]) == (True, 1, 0.625, 7.0)
    assert "har_fått" in grunner(lest)[2] and "barn" in grunner(lest)[2]


def test_json_linjer_som_ikke_kan_brukes(tmp_path: Path) -> None:
    god = json.dumps(en())
    linjer = [
        god,
        god[:50],
        "[1]",
        '{"a": "\\u0000"}',
        '{"a":1,"a":2}',
        "[" * 200_000,
        json.dumps(en() | {"soknad_id": "U", "tull": 1}),
        god.replace("S0000000", "T1"),
    ]
    lest = les(tmp_path, "\n".join(linjer))
    assert (lest.linjer_inn, lest.akseptert, list(grunner(lest))) == (8, 2, [2, 3, 4, 5, 6, 7])
    assert "ikke kjenner" in grunner(lest)[7]


def test_avkortet_json_liste(tmp_path: Path) -> None:
    with pytest.raises(Ordningsfeil) as feil:
        les(tmp_path, json.dumps([en(), en()], indent=1)[:-80], "s.json")
    assert "avkortet" in feil.value.hva and "linje " in feil.value.hvor and "Ingen søknader" in feil.value.ikke_gjort


def test_en_soeknad_alene(tmp_path: Path) -> None:
    assert les(tmp_path, json.dumps(en(), indent=2), "s.json").akseptert == 1
    assert les(tmp_path, json.dumps(en()), "s.jsonl").format == "soknad-jsonl"


def test_parquet_desimaler_og_feil_i_rader(tmp_path: Path) -> None:
    tabell = pa.Table.from_pandas(typet(soknader(4)), preserve_index=False)
    tabell = tabell.set_column(
        9, "månedslønn", pa.array([Decimal("1.50"), None, Decimal("42000.55"), Decimal("0.01")], pa.decimal128(17, 2))
    )
    assert som_parquet(tmp_path, tabell).ramme["månedslønn"].tolist() == [150, pd.NA, 4_200_055, 1]
    tabell = tabell.set_column(
        9, "månedslønn", pa.array([Decimal("1.505"), None, Decimal("1"), Decimal("1")], pa.decimal128(17, 3))
    )
    tabell = tabell.set_column(8, "grad", pa.array([0.5, 50.0, float("nan"), 1.0])).set_column(
        11, "timer", pa.array([1.0, 1.0, 1.0, float("inf")])
    )
    lest = som_parquet(tmp_path, tabell)
    assert {n: g.split()[0] for n, g in grunner(lest).items()} == {1: "månedslønn", 2: "grad", 4: "timer"}
    prosent = tabell.set_column(
        8, "grad", pa.array([Decimal("62.5"), Decimal("33.33"), None, Decimal("100")], pa.decimal128(12, 6))
    ).set_column(11, "timer", pa.array([1, 2, 3, 4]))
    assert som_parquet(tmp_path, prosent).ramme["grad"].tolist() == [0.3333, pd.NA, 1.0]


@pytest.mark.parametrize(
    ("kolonne", "verdier"),
    [
        ("månedslønn", [1.5, 2.5]),
        ("fodselsnummer", [1, 2]),
        ("har_fått", [1, 0]),
        ("fra_dato", [1, 2]),
        ("merknad", [b"a", b"b"]),
    ],
)
def test_parquet_med_feil_type_stanser_filen(tmp_path: Path, kolonne: str, verdier: list) -> None:
    tabell = pa.Table.from_pandas(soknader(2), preserve_index=False)
    with pytest.raises(Ordningsfeil, match=f"«{kolonne}» er lagret som"):
        som_parquet(tmp_path, tabell.set_column(tabell.column_names.index(kolonne), kolonne, pa.array(verdier)))


def test_parquet_kategorier_datoer_og_tom_fil(tmp_path: Path) -> None:
    ramme = typet(soknader(2))
    ramme["meldt_av"] = ramme["meldt_av"].astype("category")
    ramme["fra_dato"] = ramme["fra_dato"].dt.date
    assert som_parquet(tmp_path, ramme).akseptert == 2
    tom = som_parquet(tmp_path, typet(soknader(1)).iloc[:0])
    assert (tom.linjer_inn, len(tom.ramme), str(tom.ramme["grad"].dtype)) == (0, 0, "Float64")
