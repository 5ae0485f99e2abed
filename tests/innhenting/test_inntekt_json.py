"""Inntektskomponenten: forms, amounts, codes, versions, filters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kjerne.innhenting import Lesning, les_inntekt
from kjerne.kontrakt.feil import Ordningsfeil

PERSON = "01810112345"


def melding(**andre: Any) -> dict[str, Any]:
    return {
        "maaned": "2020-01",
        "opplysningspliktig": "999999910",
        "underenhet": "999999888",
        "norskident": PERSON,
        "oppsummeringstidspunkt": "2020-02-04T10:17:31.428Z",
        "inntektListe": [rad()],
    } | andre


def rad(**andre: Any) -> dict[str, Any]:
    return {"type": "Loennsinntekt", "beloep": 100, "fordel": "kontantytelse", "beskrivelse": "fastloenn"} | andre


def les(tmp_path: Path, *svar: Any, navn: str = "inntekt.json", **valg: Any) -> Lesning:
    sti = tmp_path / navn
    sti.write_text("\n".join(s if isinstance(s, str) else json.dumps(s) for s in svar), "utf-8")
    return les_inntekt(sti, **valg)


def belop(lest: Lesning) -> list[Any]:
    return [None if pd.isna(v) else v for v in lest.tabeller["inntekt"]["beloep_ore"]]


@pytest.mark.parametrize(
    ("skrevet", "ore"),
    [
        ("10000.67", 1_000_067),
        ("0.1", 10),
        ("-5", -500),
        ("-0", 0),
        ("-0.0", 0),
        ("1e3", 100_000),
        ("1E+2", 10_000),
        ('"12 345,67"', 1_234_567),
        ('"18000"', 1_800_000),
        ("999999999999", 99_999_999_999_900),
        ("null", None),
        ('"-"', None),
        ('""', None),
        ('"mye"', None),
        ("true", None),
        ("[1]", None),
        ("1.005", None),
        ("1E400000", None),
        ("1E-400000", None),
        ("1000000000000", None),
        ("0.10000000000000000000000000000000000000000000001", None),
    ],
)
def test_belop_er_eksakte_eller_mangler_og_raden_beholdes(tmp_path: Path, skrevet: str, ore: int | None) -> None:
    lest = les(tmp_path, json.dumps({"data": [melding()]}).replace('"beloep": 100', f'"beloep": {skrevet}'))
    assert belop(lest) == [ore]
    assert (lest.linjer_inn, lest.akseptert) == (1, 1)
    assert any("beløp" in m for m in lest.merknader) == (ore is None)


def test_ukjente_koder_er_beholdt_og_talt(tmp_path: Path) -> None:
    lest = les(
        tmp_path, {"data": [melding(inntektListe=[rad(beskrivelse="nyKode2031"), rad(type="Noe"), rad(fordel=PERSON)])]}
    )
    ramme = lest.tabeller["inntekt"]
    assert ramme["beskrivelse"].tolist() == ["nyKode2031", "fastloenn", "fastloenn"]
    assert ramme["fordel"].tolist()[2] == PERSON
    tekst = "\n".join(lest.merknader)
    assert "Ukjent kode i beskrivelse: «nyKode2031» på 1 rader" in tekst
    assert "Ukjent kode i inntekt_type: «Noe»" in tekst
    assert PERSON not in tekst


def test_privatperson_som_arbeidsgiver(tmp_path: Path) -> None:
    assert (
        les(tmp_path, {"data": [melding(opplysningspliktig="02820212345")]}).tabeller["inntekt"]["opplysningspliktig"][
            0
        ]
        == "02820212345"
    )


@pytest.mark.parametrize(
    ("endring", "grunn"),
    [
        ({"norskident": None}, "personnummeret mangler"),
        ({"norskident": "  "}, "personnummeret mangler"),
        ({"norskident": 1810112345}, "innledende null"),
        ({"norskident": "０１８１０１１２３４５"}, "personnummeret kan ikke leses"),
        ({"maaned": None}, "måneden mangler"),
        ({"maaned": "2020-13"}, "måneden kan ikke leses"),
        ({"maaned": 202001}, "måneden kan ikke leses"),
        ({"inntektListe": "ingen"}, "ikke en liste"),
        ({"inntektListe": [7]}, "ikke et objekt"),
    ],
)
def test_uten_person_eller_maaned_i_karantene(tmp_path: Path, endring: dict[str, Any], grunn: str) -> None:
    god, dårlig = {"data": [melding()]}, {"data": [melding(), melding(**endring)]}
    i_dokument = les(tmp_path, dårlig)
    assert (i_dokument.linjer_inn, i_dokument.akseptert, len(i_dokument.tabeller["inntekt"])) == (2, 1, 1)
    assert i_dokument.karantene["linje"].tolist() == [2]
    assert i_dokument.karantene["grunn"][0].startswith("element nr. 2 i filen: ")
    i_linjer = les(tmp_path, god, dårlig, god, navn="inntekt.jsonl")
    assert (i_linjer.linjer_inn, i_linjer.akseptert, len(i_linjer.tabeller["inntekt"])) == (3, 2, 2)
    assert i_linjer.karantene["linje"].tolist() == [2]
    assert grunn in i_linjer.karantene["grunn"][0]
    assert len(i_linjer.karantene["raa_sha256"][0]) == 64


def test_maaned_uten_inntekt_er_en_melding_uten_rader(tmp_path: Path) -> None:
    lest = les(tmp_path, {"data": [melding(inntektListe=[]), melding(inntektListe=None), melding()]})
    assert (lest.linjer_inn, lest.akseptert, len(lest.tabeller["inntekt"])) == (3, 3, 1)


def test_tomt_svar(tmp_path: Path) -> None:
    lest = les(tmp_path, {"data": []})
    assert (lest.linjer_inn, lest.akseptert, len(lest.tabeller["inntekt"])) == (0, 0, 0)
    assert str(lest.tabeller["inntekt"]["maaned"].dtype) == "datetime64[s]"


def test_historikk_nyeste_versjon_gjelder(tmp_path: Path) -> None:
    def versjon(tid: str | None, kroner: int) -> dict[str, Any]:
        return {"oppsummeringstidspunkt": tid, "inntektListe": [rad(beloep=kroner)]}

    felles = {k: v for k, v in melding().items() if k not in ("inntektListe", "oppsummeringstidspunkt")}
    nyeste_først = [versjon("2020-05-01T00:00:00Z", 3), versjon("2020-03-01T00:00:00+01:00", 1)]
    ulest = [versjon("2020-05-01T00:00:00Z", 3), versjon(None, 9)]
    lest = les(tmp_path, {"data": [felles | {"versjoner": nyeste_først}, felles | {"versjoner": ulest}]})
    assert lest.format == "inntekt-historikk-json"
    assert belop(lest) == [300]
    assert "nyeste kan ikke finnes" in lest.karantene["grunn"][0]
    assert "1 eldre versjoner er lagt bort" in "\n".join(lest.merknader)


def test_bulk_krever_ett_filter(tmp_path: Path) -> None:
    bulk = {"bulk": [{"filter": "A", "data": [melding()]}, {"filter": "B", "data": [melding(), melding()]}]}
    with pytest.raises(Ordningsfeil, match="2 filtre"):
        les(tmp_path, bulk)
    assert len(les(tmp_path, bulk, filternavn="B").tabeller["inntekt"]) == 2
    with pytest.raises(Ordningsfeil, match="ingen svar under filteret C"):
        les(tmp_path, bulk, filternavn="C")
    ett = {"bulk": [{"filter": "A", "data": [melding()]}]}
    assert les(tmp_path, ett, ett).format == "inntekt-v2-jsonl"


def test_v1_med_noekkelen_avvik_og_etterbetaling(tmp_path: Path) -> None:
    part = {"identifikator": "999999910", "aktoerType": "ORGANISASJON"}
    inntekt = {
        "inntektType": "YTELSE_FRA_OFFENTLIGE",
        "beloep": 7.5,
        "utbetaltIMaaned": "2019-06",
        "virksomhet": part,
        "opplysningspliktig": part,
        "opptjeningsperiode": {"startDato": "2019-05-01", "sluttDato": "2019-05-31"},
        "tilleggsinformasjon": {
            "kategori": "Etterbetalingsperiode",
            "tilleggsinformasjonDetaljer": {
                "etterbetalingsperiode": {"startDato": "2019-01-01", "sluttDato": "2019-04-30"}
            },
        },
    }
    maaned = {
        "aarMaaned": "2019-06",
        "avvik": [
            {"virksomhet": part, "tekst": "Feil | i melding"},
            {"virksomhet": {"identifikator": "1"}, "tekst": "x"},
        ],
        "arbeidsInntektInformasjon": {"inntektListe": [inntekt]},
    }
    lest = les(tmp_path, {"ident": {"identifikator": PERSON}, "arbeidsInntektMaaned": [maaned]})
    r = lest.tabeller["inntekt"].iloc[0]
    assert (r["ident"], r["inntekt_type"], r["beloep_ore"], r["avvik_koder"]) == (
        PERSON,
        "YtelseFraOffentlige",
        750,
        "Feil / i melding",
    )
    assert (str(r["tillegg_fom"].date()), str(r["opptjening_tom"].date())) == ("2019-01-01", "2019-05-31")
    assert "1 avviksmeldinger gjelder ingen inntektsrad" in "\n".join(lest.merknader)


def test_v2_avvikskoder_og_tid_uten_sone_er_norsk(tmp_path: Path) -> None:
    avvik = [{"kode": "107B", "tekst": "x"}, {"kode": "276"}]
    lest = les(tmp_path, {"data": [melding(avvikListe=avvik, oppsummeringstidspunkt="2020-07-01T00:00:00")]})
    r = lest.tabeller["inntekt"].iloc[0]
    assert r["avvik_koder"] == "107B|276"
    assert str(r["registrert_tid"]) == "2020-06-30 22:00:00+00:00"


def test_uleselig_opptjening_mangler_og_telles(tmp_path: Path) -> None:
    lest = les(
        tmp_path,
        {
            "data": [
                melding(
                    inntektListe=[
                        rad(opptjeningsperiodeFom="2020-02-30", antall="mange", inngaarIGrunnlagForTrekk="kanskje")
                    ]
                )
            ]
        },
    )
    r = lest.tabeller["inntekt"].iloc[0]
    assert r[["opptjening_fom", "antall", "inngaar_trekk"]].isna().all()
    assert len(lest.merknader) == 3


def test_slag_dømmes_av_innhold_ikke_av_navn(tmp_path: Path) -> None:
    ett = {"data": [melding()]}
    assert les(tmp_path, ett, ett, navn="inntekt.txt").format == "inntekt-v2-jsonl"
    assert les(tmp_path, json.dumps(ett, indent=2), navn="inntekt.jsonl").format == "inntekt-v2-json"
    assert les(tmp_path, "\ufeff" + json.dumps(ett), navn="inntekt.csv").format == "inntekt-v2-json"
    assert les(tmp_path, [ett, ett]).linjer_inn == 2
    skadet_først = les(tmp_path, json.dumps(ett)[:-9], ett, ett, navn="inntekt.txt")
    assert (skadet_først.format, skadet_først.linjer_inn, skadet_først.akseptert) == ("inntekt-v2-jsonl", 3, 2)
    assert skadet_først.karantene["linje"].tolist() == [1]


@pytest.mark.parametrize(
    ("start", "hva"),
    [
        (b"", "tom"),
        (b" \n\n", "tom"),
        (b"PK\x03\x04", "regneark"),
        (b"\x1f\x8b", "gzip"),
        (b"\xff\xfe{", "UTF-16"),
        (b"PAR1rest", "skadet"),
    ],
)
def test_filer_som_ikke_kan_leses(tmp_path: Path, start: bytes, hva: str) -> None:
    sti = tmp_path / "fil"
    sti.write_bytes(start)
    with pytest.raises(Ordningsfeil, match=hva):
        les_inntekt(sti)


def test_fil_som_mangler(tmp_path: Path) -> None:
    with pytest.raises(Ordningsfeil, match="finnes ikke"):
        les_inntekt(tmp_path / "borte.json")


def test_fremdrift_slutter_på_alt(tmp_path: Path) -> None:
    sett: list[tuple[int, int]] = []
    les(
        tmp_path,
        *[{"data": [melding()]}] * 2001,
        navn="i.jsonl",
        fremdrift=lambda lest, alle: sett.append((lest, alle)),
    )
    assert len(sett) == 3
    assert sett[-1][0] == sett[-1][1] > 0
