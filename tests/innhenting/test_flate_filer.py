"""CSV and Parquet with canonical columns."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal

from kjerne.innhenting import Lesning, les_arbeidsforhold, les_inntekt
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.tabeller import ARBEIDSFORHOLD, INNTEKT, PERMITTERING

PERSON = "01810112345"


def csv(tmp_path: Path, tekst: str | bytes) -> Lesning:
    sti = tmp_path / "inntekt.csv"
    sti.write_bytes(tekst.encode() if isinstance(tekst, str) else tekst)
    return les_inntekt(sti)


def parquet(tmp_path: Path, data: pa.Table | pd.DataFrame) -> Lesning:
    sti = tmp_path / "inntekt.parquet"
    pq.write_table(data, sti) if isinstance(data, pa.Table) else data.to_parquet(sti, index=False)
    return les_inntekt(sti)


def kanonisk() -> pd.DataFrame:
    return INNTEKT.ramme(
        {
            "rad_id": [0, 1, 2],
            "ident": [PERSON, PERSON, "02810112345"],
            "maaned": pd.to_datetime(["2020-01-01", "2020-02-01", "2020-01-01"]),
            "virksomhet": ["999999888", None, "999999888"],
            "inntekt_type": ["Loennsinntekt", "Loennsinntekt", "Naeringsinntekt"],
            "beskrivelse": ["timeloenn", "fastloenn", None],
            "beloep_ore": [1_234_567, None, -5],
            "antall": [37.5, None, None],
            "opptjening_fom": [None, pd.Timestamp("2020-01-01"), None],
            "inngaar_trekk": [True, None, False],
            "registrert_tid": pd.to_datetime(["2020-02-01T10:00:00.123Z"] * 3, format="ISO8601"),
            "avvik_koder": [None, "107B|276", None],
            "kilde_linje": [7, 8, 9],
        }
    )


@pytest.mark.parametrize("skille", [";", ",", "\t"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("slutt", ["\n", "\r\n", "\r"])
def test_csv_skilletegn_bom_og_linjeskift(tmp_path: Path, skille: str, bom: bytes, slutt: str) -> None:
    linjer = [
        skille.join(r)
        for r in (
            ["ident", "maaned", "beloep", "beskrivelse"],
            [PERSON, "2020-01", '"12 345,67"', "fastloenn"],
            [PERSON, "01.02.2020", "-3", ""],
        )
    ]
    lest = csv(tmp_path, bom + (slutt.join(linjer) + slutt + slutt).encode())
    ramme = lest.tabeller["inntekt"]
    assert (lest.format, lest.linjer_inn, lest.akseptert) == ("inntekt-csv", 2, 2)
    assert ramme["beloep_ore"].tolist() == [1_234_567, -300]
    assert ramme["maaned"].dt.strftime("%Y-%m-%d").tolist() == ["2020-01-01", "2020-02-01"]
    assert pd.isna(ramme["beskrivelse"][1])
    assert ramme["kilde_linje"].tolist() == [2, 3]
    assert INNTEKT.avvik(ramme) == []


def test_csv_manglende_belop_er_beholdt_og_ore_er_heltall(tmp_path: Path) -> None:
    lest = csv(
        tmp_path,
        f"ident;maaned;beloep_ore\n{PERSON};2020-01;1000067\n{PERSON};2020-01;-\n{PERSON};2020-01;\n{PERSON};2020-01;1,5\n",
    )
    assert lest.tabeller["inntekt"]["beloep_ore"].tolist() == [1_000_067, pd.NA, pd.NA, pd.NA]
    assert lest.akseptert == 4
    assert any(m.startswith("3 verdier") and "beløp" in m for m in lest.merknader)


def test_csv_linjer_i_karantene(tmp_path: Path) -> None:
    hode = "ident;maaned;beloep"
    darlige = {
        3: (b";2020-01;1", "personnummeret mangler"),
        4: (b"01810112345;;1", "måneden mangler"),
        6: (b"01810112345;2020-01", "2 felt"),
        7: (b'"01810112345;2020-01;1', "anførselstegn"),
        8: (b"0181011\xe52345;2020-01;1", "UTF-8"),
        9: (b"01810112345;2020-01;\x001", "styretegn"),
        10: (hode.encode(), "gjentatt"),
        11: (b"=1+1;2020-01;1", "kan ikke leses"),
        12: (b"01810112345;43831,0;1", "måneden kan ikke leses"),
    }
    god = f"{PERSON};2020-01;1".encode()
    lest = csv(tmp_path, b"\n".join([hode.encode(), god] + [darlige.get(nr, (b"",))[0] for nr in range(3, 13)] + [god]))
    assert (lest.linjer_inn, lest.akseptert) == (len(darlige) + 2, 2)
    assert lest.karantene["linje"].tolist() == list(darlige)
    for (_, grunn), funnet in zip(darlige.values(), lest.karantene["grunn"], strict=True):
        assert grunn in funnet
        assert PERSON not in funnet


@pytest.mark.parametrize(
    ("hode", "hva"),
    [
        ("ident;maaned;belop", "«belop» er ukjent"),
        ("ident;maaned", "«beloep_ore» mangler"),
        ("ident;maaned;beloep;beloep_ore", "både"),
        ("ident;maaned;ident;beloep", "mer enn én gang"),
        ("Ident;maaned;beloep", "Mente du «ident»"),
        ("ident;maaned;beloep;\xe5", "ukjent"),
    ],
)
def test_csv_feil_i_overskriften(tmp_path: Path, hode: str, hva: str) -> None:
    with pytest.raises(Ordningsfeil) as feil:
        csv(tmp_path, hode + "\n")
    assert hva in str(feil.value)


def test_csv_overskrift_i_latin1(tmp_path: Path) -> None:
    with pytest.raises(Ordningsfeil, match="UTF-8"):
        csv(tmp_path, "ident;måned".encode("latin-1"))


def test_csv_med_alle_kolonner_er_samme_tabell(tmp_path: Path) -> None:
    ramme = kanonisk()
    lest = csv(tmp_path, ramme.to_csv(index=False, sep=";"))
    assert_frame_equal(lest.tabeller["inntekt"].drop(columns="kilde_linje"), ramme.drop(columns="kilde_linje"))


def test_parquet_kanonisk_tur_retur(tmp_path: Path) -> None:
    lest = parquet(tmp_path, kanonisk())
    assert (lest.format, lest.linjer_inn, lest.akseptert) == ("inntekt-parquet", 3, 3)
    assert_frame_equal(lest.tabeller["inntekt"], kanonisk())
    assert any(m.startswith("1 verdier") for m in lest.merknader)


def test_parquet_uten_rader(tmp_path: Path) -> None:
    lest = parquet(tmp_path, kanonisk().iloc[:0])
    assert (lest.linjer_inn, INNTEKT.avvik(lest.tabeller["inntekt"])) == (0, [])


@pytest.mark.parametrize("rask", [True, False])
def test_parquet_rask_og_langsom_vei_er_enige(tmp_path: Path, rask: bool) -> None:
    data = {
        "ident": ["01810112345", None, "", "0181\u0661", "01810112345"],
        "maaned": pa.array([18293, 18293, 18293, 18293, None], pa.date32()),
        "inntekt_type": ["LOENNSINNTEKT", "x", "x", "x", "x"],
        "virksomhet": ["", "1", "1", "1", "1"],
    }
    belop = pa.array([5] * 5, pa.int64()) if rask else pa.array(["5"] * 5)
    lest = parquet(tmp_path, pa.table(data | {"beloep_ore": belop}))
    r = lest.tabeller["inntekt"]
    assert (lest.linjer_inn, lest.akseptert, lest.karantene["linje"].tolist()) == (5, 1, [2, 3, 4, 5])
    assert (r["inntekt_type"][0], r["beloep_ore"][0], str(r["maaned"][0].date()), pd.isna(r["virksomhet"][0])) == (
        "Loennsinntekt",
        5,
        "2020-02-01",
        True,
    )
    assert "måneden mangler" in lest.karantene["grunn"][3]
    assert lest.karantene["raa_sha256"].nunique() == 4


def test_parquet_nul_i_tekst_er_i_karantene(tmp_path: Path) -> None:
    ramme = kanonisk()
    ramme["avvik_koder"] = pd.array(["a\x00b", None, None], "string[pyarrow]")
    ramme["beskrivelse"] = pd.Categorical(["fastloenn", "fast\x00loenn", None])
    lest = parquet(tmp_path, ramme)
    assert lest.karantene["linje"].tolist() == [1, 2]
    assert all("NUL" in g for g in lest.karantene["grunn"])


def test_parquet_kroner_som_desimaltall(tmp_path: Path) -> None:
    lest = parquet(
        tmp_path, pa.table({"ident": [PERSON], "maaned": ["2020-01"], "beloep": pa.array([Decimal("10000.67")])})
    )
    assert lest.tabeller["inntekt"]["beloep_ore"].tolist() == [1_000_067]


@pytest.mark.parametrize(
    ("kolonner", "hva"),
    [
        ({"beloep": pa.array([1.5])}, "flyttall"),
        ({"beloep_ore": pa.array([150.0])}, "flyttall"),
        ({"beloep_ore": pa.array([1]), "ident": pa.array([1810112345])}, "innledende null"),
        ({"beloep_ore": pa.array([1]), "x": pa.array([1])}, "«x» er ukjent"),
    ],
)
def test_parquet_som_har_mistet_noe_stanses(tmp_path: Path, kolonner: dict[str, pa.Array], hva: str) -> None:
    with pytest.raises(Ordningsfeil) as feil:
        parquet(tmp_path, pa.table({"ident": [PERSON], "maaned": ["2020-01"]} | kolonner))
    assert hva in str(feil.value)


def test_flate_arbeidsforhold_og_permitteringer(tmp_path: Path) -> None:
    sti = tmp_path / "a.csv"
    sti.write_text(
        f"ident;virksomhet;startdato;sluttdato\n{PERSON};999999888;2019-01-01;\n{PERSON};999999888;2019-01-01;snart\n",
        "utf-8",
    )
    lest = les_arbeidsforhold(sti)
    assert (lest.format, lest.akseptert, len(lest.tabeller["permittering"])) == ("arbeidsforhold-csv", 1, 0)
    assert "sluttdato kan ikke leses" in lest.karantene["grunn"][0]
    sti.write_text(
        f"ident;virksomhet;art;startdato;prosent\n{PERSON};999999888;permittering;20.03.2020;62,5\n", "utf-8"
    )
    lest = les_arbeidsforhold(sti)
    assert lest.tabeller["permittering"]["prosent"].tolist() == [62.5]
    assert (
        ARBEIDSFORHOLD.avvik(lest.tabeller["arbeidsforhold"]) == PERMITTERING.avvik(lest.tabeller["permittering"]) == []
    )
    lest.tabeller["permittering"].to_parquet(tmp_path / "p.parquet", index=False)
    assert_frame_equal(
        les_arbeidsforhold(tmp_path / "p.parquet").tabeller["permittering"], lest.tabeller["permittering"]
    )
