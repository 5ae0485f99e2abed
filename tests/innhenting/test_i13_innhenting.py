"""I13: lines in = accepted + quarantined, for every file that is read at all, however it was damaged."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kjerne.innhenting import Lesning, les_inntekt
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.tabeller import INNTEKT

PROEVER = sorted((Path(__file__).parent / "proever").glob("0[1-6]*.json"))
LINJER = [json.dumps(json.loads(p.read_bytes())).encode() for p in PROEVER]
CSV = [
    b"ident;maaned;beloep;beskrivelse",
    *(f"018101{n:05d};2020-{n:02d};{n}00,50;fastloenn".encode() for n in range(1, 13)),
]
FRITT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

skade = st.lists(
    st.tuples(
        st.sampled_from(["fjern", "sett inn", "bytt", "kutt", "dobbel", "skille"]),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
        st.binary(min_size=1, max_size=3),
    ),
    max_size=6,
)


def skad(linjer: list[bytes], skader: list[tuple[str, int, int, bytes]], forste: int) -> list[bytes]:
    ut = list(linjer)
    for hvordan, hvor, hvilket, biter in skader:
        nr = forste + hvor % (len(ut) - forste)
        linje = ut[nr]
        plass = hvilket % (len(linje) + 1)
        match hvordan:
            case "fjern":
                ut[nr] = linje[:plass] + linje[plass + len(biter) :]
            case "sett inn":
                ut[nr] = linje[:plass] + biter + linje[plass:]
            case "bytt":
                ut[nr] = linje[:plass] + biter + linje[plass + len(biter) :]
            case "kutt":
                ut[nr] = linje[:plass]
            case "dobbel":
                ut.insert(nr, linje)
            case "skille":
                ut[nr] = linje[:plass] + b";" + linje[plass:]
    return ut


def les(navn: str, innhold: bytes) -> Lesning | None:
    with tempfile.TemporaryDirectory() as mappe:
        sti = Path(mappe) / navn
        sti.write_bytes(innhold)
        try:
            return les_inntekt(sti)
        except Ordningsfeil as feil:
            assert "Gjør dette: " in str(feil), "en feil sier hva som er galt og hva som skal gjøres"
            return None


def holder(lest: Lesning) -> None:
    assert lest.linjer_inn == lest.akseptert + len(lest.karantene)
    assert lest.karantene["linje"].is_unique
    assert all(lest.karantene["grunn"].str.len() > 0)
    assert INNTEKT.avvik(lest.tabeller["inntekt"]) == []
    assert not lest.tabeller["inntekt"][["rad_id", "ident", "maaned"]].isna().any(axis=None)


@FRITT
@given(st.lists(st.sampled_from(LINJER), min_size=2, max_size=6), skade)
def test_json_linjer(linjer: list[bytes], skader: list[tuple[str, int, int, bytes]]) -> None:
    skadet = skad(linjer, skader, 0)
    lest = les("inntekt.jsonl", b"\n".join([LINJER[0], *skadet, LINJER[1]]))
    assert lest is not None, "to hele linjer skal alltid komme med"
    holder(lest)
    talt = sum(
        1
        for linje in b"\n".join([LINJER[0], *skadet, LINJER[1]])
        .replace(b"\r\n", b"\n")
        .replace(b"\r", b"\n")
        .split(b"\n")
        if linje.strip()
    )
    assert lest.linjer_inn == talt
    assert lest.akseptert >= 2


@FRITT
@given(skade)
def test_csv(skader: list[tuple[str, int, int, bytes]]) -> None:
    innhold = b"\n".join(skad(CSV, skader, 1))
    lest = les("inntekt.csv", innhold)
    assert lest is not None
    holder(lest)
    assert (
        lest.linjer_inn
        == sum(1 for linje in innhold.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n") if linje.strip()) - 1
    )
    assert lest.akseptert == len(lest.tabeller["inntekt"])


@FRITT
@given(st.sampled_from(PROEVER), skade)
def test_ett_dokument(proeve: Path, skader: list[tuple[str, int, int, bytes]]) -> None:
    lest = les("inntekt.json", skad([proeve.read_bytes()], skader, 0)[0])
    if lest is not None:
        holder(lest)


@FRITT
@given(
    st.lists(
        st.tuples(st.none() | st.text(max_size=12), st.none() | st.integers(0, 2**40), st.none() | st.text(max_size=3)),
        max_size=8,
    )
)
def test_parquet(rader: list[tuple[str | None, int | None, str | None]]) -> None:
    ident, belop, kode = zip(*rader, strict=True) if rader else ((), (), ())
    tabell = pa.table(
        {
            "ident": pa.array([t and t.encode("utf-8", "replace").decode() for t in ident], pa.string()),
            "beloep_ore": pa.array(belop, pa.int64()),
            "maaned": pa.array([18262] * len(rader), pa.date32()),
            "beskrivelse": pa.array([t and t.encode("utf-8", "replace").decode() for t in kode], pa.string()),
        }
    )
    buffer = pa.BufferOutputStream()
    pq.write_table(tabell, buffer)
    lest = les("inntekt.parquet", buffer.getvalue().to_pybytes())
    assert lest is not None
    holder(lest)
    assert lest.linjer_inn == len(rader)


@FRITT
@given(st.binary(max_size=200))
def test_hva_som_helst(innhold: bytes) -> None:
    if (lest := les("inntekt", innhold)) is not None:
        holder(lest)
