"""The files: v2 JSON with the documented keys only, the same rows and sums as Parquet, to the øre."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.syntetisk import Samfunn, skriv_samfunn

ELEMENT = {
    "maaned",
    "opplysningspliktig",
    "underenhet",
    "norskident",
    "oppsummeringstidspunkt",
    "inntektListe",
    "forskuddstrekkListe",
    "avvikListe",
}
INNTEKT = {
    "type",
    "beloep",
    "fordel",
    "beskrivelse",
    "inngaarIGrunnlagForTrekk",
    "utloeserArbeidsgiveravgift",
    "skatteOgAvgiftsregel",
    "opptjeningsperiodeFom",
    "opptjeningsperiodeTom",
    "tilleggsinformasjon",
    "antall",
}
TILLEGG = {"type", "startdato", "sluttdato", "spesielleInntjeningsforhold"}


@pytest.fixture(scope="module")
def mappe(samfunn: Samfunn, tmp_path_factory: pytest.TempPathFactory) -> Path:
    sti = tmp_path_factory.mktemp("samfunn")
    skriv_samfunn(samfunn, sti)
    return sti


@pytest.fixture(scope="module")
def svar(mappe: Path) -> list[dict]:
    with (mappe / "inntekt.v2.jsonl").open(encoding="utf-8") as fil:
        return [json.loads(linje, parse_float=Decimal) for linje in fil]


def test_formen_er_v2(svar: list[dict]) -> None:
    brukt: set[str] = set()
    for ett in svar:
        assert set(ett) == {"data"}
        for element in ett["data"]:
            assert set(element) == ELEMENT
            assert element["inntektListe"]
            for inntekt in element["inntektListe"]:
                brukt |= set(inntekt)
                assert set(inntekt.get("tilleggsinformasjon", {})) <= TILLEGG
            for avvik in element["avvikListe"]:
                assert set(avvik) == {"kode", "tekst"}
    assert brukt == INNTEKT  # all of them are used by someone


def test_en_person_per_linje(samfunn: Samfunn, svar: list[dict]) -> None:
    personer = [{e["norskident"] for e in ett["data"]} for ett in svar]
    assert all(len(p) == 1 for p in personer)
    assert [min(p) for p in personer] == samfunn.inntekt["ident"].drop_duplicates().tolist()
    for ett in svar:  # the same month, employer and time of report is one element
        nokler = [
            tuple(e[k] for k in ("maaned", "opplysningspliktig", "underenhet", "oppsummeringstidspunkt"))
            for e in ett["data"]
        ]
        assert len(nokler) == len(set(nokler))


def test_radene_er_de_samme_til_oret(samfunn: Samfunn, mappe: Path, svar: list[dict]) -> None:
    i = samfunn.inntekt
    flate = [(e, r) for ett in svar for e in ett["data"] for r in e["inntektListe"]]
    assert len(flate) == len(i)
    beloep = [r["beloep"] for _, r in flate]
    assert all(isinstance(b, Decimal) and -b.as_tuple().exponent == 2 for b in beloep)
    assert [int(b * 100) for b in beloep] == i["beloep_ore"].tolist()
    assert [e["maaned"] for e, _ in flate] == i["maaned"].dt.strftime("%Y-%m").tolist()
    assert [e["underenhet"] for e, _ in flate] == i["virksomhet"].tolist()
    assert [e["oppsummeringstidspunkt"] for e, _ in flate] == i["registrert_tid"].dt.strftime(
        "%Y-%m-%dT%H:%M:%SZ"
    ).tolist()
    for nokkel, kolonne in {"type": "inntekt_type", "fordel": "fordel", "beskrivelse": "beskrivelse"}.items():
        assert [r[nokkel] for _, r in flate] == i[kolonne].tolist()
    for nokkel, kolonne in {
        "opptjeningsperiodeFom": "opptjening_fom",
        "opptjeningsperiodeTom": "opptjening_tom",
    }.items():
        assert [r.get(nokkel, "") for _, r in flate] == i[kolonne].dt.strftime("%Y-%m-%d").fillna("").tolist()
    assert [float(r.get("antall", -1)) for _, r in flate] == i["antall"].fillna(-1).tolist()
    assert [r["utloeserArbeidsgiveravgift"] for _, r in flate] == i["utloeser_aga"].tolist()
    tabell = pq.read_table(mappe / "inntekt.parquet")
    assert pc.sum(tabell["beloep_ore"]).as_py() == sum(int(b * 100) for b in beloep)


def test_tilleggsinformasjon(samfunn: Samfunn, svar: list[dict]) -> None:
    tillegg = [
        r["tilleggsinformasjon"]
        for ett in svar
        for e in ett["data"]
        for r in e["inntektListe"]
        if "tilleggsinformasjon" in r
    ]
    i = samfunn.inntekt[samfunn.inntekt["tillegg_type"].notna()]
    assert [t["type"] for t in tillegg] == i["tillegg_type"].tolist()
    assert [t.get("startdato") for t in tillegg] == [None if d != d else f"{d:%Y-%m-%d}" for d in i["tillegg_fom"]]
    assert [t.get("spesielleInntjeningsforhold") for t in tillegg] == [
        s if isinstance(s, str) else None for s in i["spesielle_forhold"]
    ]


def test_aareg(samfunn: Samfunn, mappe: Path) -> None:
    with (mappe / "arbeidsforhold.v2.jsonl").open(encoding="utf-8") as fil:
        alle = [json.loads(linje) for linje in fil]
    a, p = samfunn.arbeidsforhold, samfunn.permittering

    def nummer(part: dict) -> str:
        (ident,) = part["identer"]
        assert set(ident) == {"type", "ident", "gjeldende"}
        return ident["ident"]

    assert [nummer(x["arbeidstaker"]) for x in alle] == a["ident"].tolist()
    assert [nummer(x["arbeidssted"]) for x in alle] == a["virksomhet"].tolist()
    assert [nummer(x["opplysningspliktig"]) for x in alle] == a["opplysningspliktig"].tolist()
    assert [x["type"]["kode"] for x in alle] == a["type"].tolist()
    assert [x["ansettelsesperiode"]["startdato"] for x in alle] == a["startdato"].dt.strftime("%Y-%m-%d").tolist()
    assert [x["ansettelsesperiode"].get("sluttdato", "") for x in alle] == a["sluttdato"].dt.strftime(
        "%Y-%m-%d"
    ).fillna("").tolist()
    assert [x["ansettelsesperiode"].get("varsling", {}).get("kode", "") for x in alle] == a["varsling"].astype(
        object
    ).fillna("").tolist()
    assert [x["ansettelsesdetaljer"][0]["avtaltStillingsprosent"] for x in alle] == a["stillingsprosent"].tolist()
    fravaer = [
        (nummer(x["arbeidstaker"]), f["type"]["kode"], f["startdato"], f["prosent"])
        for x in alle
        for f in (*x["permisjoner"], *x["permitteringer"])
    ]
    assert sorted(fravaer) == sorted(
        zip(p["ident"], p["art"], p["startdato"].dt.strftime("%Y-%m-%d"), p["prosent"], strict=True)
    )


def test_bare_parquet(samfunn: Samfunn, tmp_path: Path) -> None:
    filer = skriv_samfunn(samfunn, tmp_path, former=("parquet",))
    assert {sti.suffix for sti in filer} == {".parquet"}
    assert sorted(tmp_path.iterdir()) == sorted(filer)


def test_ukjent_form(samfunn: Samfunn, tmp_path: Path) -> None:
    with pytest.raises(Ordningsfeil, match="xml"):
        skriv_samfunn(samfunn, tmp_path, former=("xml",))
