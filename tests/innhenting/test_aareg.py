"""Aa-registeret: v1 and v2, and the split of leave and layoff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kjerne.innhenting import Lesning, les_arbeidsforhold
from kjerne.kontrakt.feil import Ordningsfeil

PERSON = "01810112345"


def v1(**andre: Any) -> dict[str, Any]:
    return {
        "arbeidsforholdId": "a1",
        "type": "ordinaertArbeidsforhold",
        "arbeidstaker": {"offentligIdent": PERSON},
        "arbeidsgiver": {"type": "Organisasjon", "organisasjonsnummer": "999999888"},
        "opplysningspliktig": {"type": "Person", "offentligIdent": "02820212345"},
        "ansettelsesperiode": {"periode": {"fom": "2019-01-01", "tom": "2020-05-31"}, "varslingskode": "ERKONK"},
        "permisjonPermitteringer": [
            {"permisjonPermitteringId": "p1", "periode": {"fom": "2020-03-20"}, "prosent": 60, "type": "permittering"},
            {
                "permisjonPermitteringId": "p2",
                "periode": {"fom": "2019-02-01", "tom": "2019-03-01"},
                "prosent": 100,
                "type": "permisjonMedForeldrepenger",
            },
            {"permisjonPermitteringId": "p3", "periode": {"fom": "2019-02-01"}, "prosent": 10.5, "type": "noeNytt"},
        ],
        "sistBekreftet": "2020-06-05T10:18:17",
    } | andre


def v2(**andre: Any) -> dict[str, Any]:
    return {
        "id": "b1",
        "type": {"kode": "frilanser"},
        "arbeidstaker": {
            "identer": [
                {"type": "AKTORID", "ident": "2853757016775", "gjeldende": True},
                {"type": "FOLKEREGISTERIDENT", "ident": "41810112345", "gjeldende": False},
                {"type": "FOLKEREGISTERIDENT", "ident": PERSON, "gjeldende": True},
            ]
        },
        "arbeidssted": {"type": "Underenhet", "identer": [{"type": "ORGANISASJONSNUMMER", "ident": "999999888"}]},
        "opplysningspliktig": {
            "type": "Hovedenhet",
            "identer": [{"type": "ORGANISASJONSNUMMER", "ident": "999999910"}],
        },
        "ansettelsesperiode": {"startdato": "2019-01-01", "varsling": {"kode": "NAVEND"}},
        "ansettelsesdetaljer": [
            {
                "avtaltStillingsprosent": 50,
                "antallTimerPrUke": 37.5,
                "rapporteringsmaaneder": {"fra": "2019-01", "til": "2019-12"},
            },
            {
                "avtaltStillingsprosent": 80,
                "antallTimerPrUke": 37.5,
                "rapporteringsmaaneder": {"fra": "2020-01", "til": None},
            },
        ],
        "permisjoner": [
            {
                "id": "q1",
                "type": {"kode": "velferdspermisjon"},
                "startdato": "2020-01-01",
                "sluttdato": "2020-01-10",
                "prosent": 100,
            }
        ],
        "permitteringer": [{"id": "q2", "type": {"kode": "permittering"}, "startdato": "2020-03-20", "prosent": 40}],
    } | andre


def les(tmp_path: Path, *svar: Any) -> Lesning:
    sti = tmp_path / "aareg"
    sti.write_text("\n".join(json.dumps(s) for s in svar), "utf-8")
    return les_arbeidsforhold(sti)


def test_v1_deles_på_type(tmp_path: Path) -> None:
    lest = les(tmp_path, [v1()])
    p = lest.tabeller["permittering"]
    assert p["art"].tolist() == ["permittering", "permisjon", "noeNytt"]
    assert p["prosent"].tolist() == [60.0, 100.0, 10.5]
    assert pd.isna(p["sluttdato"][0])
    assert set(p["ident"]) == {PERSON}
    assert set(p["virksomhet"]) == {"999999888"}
    a = lest.tabeller["arbeidsforhold"].iloc[0]
    assert (a["opplysningspliktig"], a["varsling"], str(a["sluttdato"].date())) == (
        "02820212345",
        "ERKONK",
        "2020-05-31",
    )
    assert "«noeNytt»" in "\n".join(lest.merknader)


def test_v2_gjeldende_ident_nyeste_detalj_to_lister(tmp_path: Path) -> None:
    lest = les(tmp_path, [v2()])
    a = lest.tabeller["arbeidsforhold"].iloc[0]
    assert (a["ident"], a["arbeidsforhold_id"], a["type"], a["varsling"]) == (PERSON, "b1", "frilanser", "NAVEND")
    assert (a["virksomhet"], a["opplysningspliktig"], a["stillingsprosent"]) == ("999999888", "999999910", 80.0)
    assert lest.tabeller["permittering"]["art"].tolist() == ["permisjon", "permittering"]
    assert lest.merknader == ["1 eldre ansettelsesdetaljer er lagt bort; den nyeste gjelder."]


def test_linjer_med_begge_versjoner(tmp_path: Path) -> None:
    lest = les(tmp_path, [v1(), v2()], v2(), [])
    assert (lest.format, lest.linjer_inn, lest.akseptert) == ("arbeidsforhold-v1+v2-jsonl", 3, 3)
    assert lest.tabeller["arbeidsforhold"]["rad_id"].tolist() == [0, 1, 2]
    assert lest.tabeller["arbeidsforhold"]["kilde_linje"].tolist() == [1, 1, 2]


@pytest.mark.parametrize(
    ("endring", "grunn"),
    [
        ({"arbeidstaker": {}}, "personnummeret mangler"),
        ({"ansettelsesperiode": {"periode": {"fom": "2019-01-01", "tom": "ukjent"}}}, "sluttdatoen kan ikke leses"),
        (
            {"permisjonPermitteringer": [{"periode": {"fom": "2020-02-30"}, "type": "permittering"}]},
            "permitteringens startdato kan ikke leses",
        ),
        ({"permisjonPermitteringer": {"a": 1}}, "ikke en liste"),
    ],
)
def test_en_skrevet_dato_som_ikke_kan_leses_blir_aldri_løpende(
    tmp_path: Path, endring: dict[str, Any], grunn: str
) -> None:
    lest = les(tmp_path, [v1(), v1(**endring)])
    assert (lest.linjer_inn, lest.akseptert, len(lest.tabeller["arbeidsforhold"])) == (2, 1, 1)
    assert len(lest.tabeller["permittering"]) == 3
    assert grunn in lest.karantene["grunn"][0]


def test_ukjent_form(tmp_path: Path) -> None:
    with pytest.raises(Ordningsfeil, match="Aa-registeret v1 og v2"):
        les(tmp_path, {"data": [{"maaned": "2020-01"}]})
