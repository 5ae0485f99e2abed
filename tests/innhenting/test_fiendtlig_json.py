"""Hostile JSON: a clear fault for a document, a quarantined line in JSON Lines; never a crash, never a silent yes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kjerne.innhenting import les_arbeidsforhold, les_inntekt
from kjerne.kontrakt import strengjson
from kjerne.kontrakt.feil import Ordningsfeil

PROEVE = (Path(__file__).parent / "proever" / "05_inntekt_v2_etterbetaling_og_ytelse.json").read_bytes()
EN_LINJE = json.dumps(json.loads(PROEVE)).encode()
DYP = b'{"data":' + b"[" * 200_000 + b"]" * 200_000 + b"}"

FIENDTLIG = {
    "NaN": (EN_LINJE.replace(b"10000.67", b"NaN"), "NaN er ikke et tall"),
    "Infinity": (EN_LINJE.replace(b"10000.67", b"-Infinity"), "Infinity er ikke et tall"),
    "to like nøkler": (EN_LINJE.replace(b'"beloep": 10000.67', b'"beloep": 1, "beloep": 2'), "to ganger"),
    "dybde 200 000": (DYP, "dypt"),
    "dybde 200 000 i objekter": (b'{"data":' * 200_000, "dypt"),
    "NUL": (EN_LINJE.replace(b"sykepenger", b"syke\\u0000penger"), "NUL"),
    "rå NUL": (EN_LINJE.replace(b"sykepenger", b"syke\x00penger"), "styretegn"),
    "enslig surrogat": (EN_LINJE.replace(b"sykepenger", b"syke\\ud800penger"), "surrogat"),
    "surrogat i nøkkel": (EN_LINJE.replace(b'"fordel"', b'"\\uDFFF"', 1), "surrogat"),
    "ikke UTF-8": (EN_LINJE.replace(b"sykepenger", b"syke\xe5penger"), "UTF-8"),
    "5 000 sifre": (EN_LINJE.replace(b"10000.67", b"9" * 5000), "for stort"),
    "eksponent": (EN_LINJE.replace(b"10000.67", b"1E999999999999999999999"), "for stort"),
    "hale": (EN_LINJE + b"xyz", "mer etter slutten"),
    "et tall": (b'{"data": 7}', "ikke en liste"),
}


@pytest.mark.parametrize("navn", FIENDTLIG)
def test_ett_dokument_gir_klar_feil(tmp_path: Path, navn: str) -> None:
    innhold, grunn = FIENDTLIG[navn]
    sti = tmp_path / "inntekt.json"
    sti.write_bytes(innhold)
    with pytest.raises(Ordningsfeil) as feil:
        les_inntekt(sti)
    assert grunn in str(feil.value)
    assert str(sti) in feil.value.hvor
    assert "Ingen rader fra filen er lest inn" in feil.value.ikke_gjort
    assert feil.value.gjor_dette


def test_i_linjer_er_bare_de_fiendtlige_i_karantene(tmp_path: Path) -> None:
    sti = tmp_path / "inntekt.jsonl"
    linjer = [EN_LINJE]
    for innhold, _ in FIENDTLIG.values():
        linjer += [innhold, EN_LINJE]
    sti.write_bytes(b"\r\n".join(linjer))
    lest = les_inntekt(sti)
    assert lest.karantene["linje"].tolist() == list(range(2, len(linjer) + 1, 2))
    for (_, grunn), funnet in zip(FIENDTLIG.values(), lest.karantene["grunn"], strict=True):
        assert grunn in funnet
    assert lest.akseptert == len(FIENDTLIG) + 1
    assert len(lest.tabeller["inntekt"]) == 4 * lest.akseptert


def test_et_omvendt_surrogatpar_er_et_helt_tegn() -> None:
    assert strengjson.les(b'"\\ud83d\\ude00 \\\\u0000"') == "😀 \\u0000"


@pytest.mark.parametrize("andel", [0.1, 0.5, 0.9, 0.999])
def test_avkortet_dokument(tmp_path: Path, andel: float) -> None:
    sti = tmp_path / "inntekt.json"
    sti.write_bytes(PROEVE[: int(len(PROEVE) * andel)].rstrip())
    with pytest.raises(Ordningsfeil) as feil:
        les_inntekt(sti)
    assert "avkortet" in feil.value.hva
    assert "linje " in feil.value.hvor
    assert "kolonne " in feil.value.hvor


def test_avkortet_siste_linje_tar_ikke_resten(tmp_path: Path) -> None:
    sti = tmp_path / "inntekt.jsonl"
    sti.write_bytes(EN_LINJE + b"\n" + EN_LINJE + b"\n" + EN_LINJE[:300])
    lest = les_inntekt(sti)
    assert (lest.linjer_inn, lest.akseptert, lest.karantene["linje"].tolist()) == (3, 2, [3])


def test_feilen_gjentar_ikke_innholdet(tmp_path: Path) -> None:
    sti = tmp_path / "inntekt.jsonl"
    hemmelig = EN_LINJE.replace(b'"3"', b'"01810112345 "').replace(b'"2024-07"', b'"01810112345"')
    sti.write_bytes(EN_LINJE + b"\n" + hemmelig + b"\n" + hemmelig[:-40] + b"\n")
    lest = les_inntekt(sti)
    assert len(lest.karantene) == 2
    assert "01810112345" not in " ".join(lest.karantene["grunn"])


def test_arbeidsforhold_har_samme_vern(tmp_path: Path) -> None:
    sti = tmp_path / "aareg.json"
    sti.write_bytes(b'[{"arbeidstaker": NaN}]')
    with pytest.raises(Ordningsfeil, match="NaN"):
        les_arbeidsforhold(sti)
