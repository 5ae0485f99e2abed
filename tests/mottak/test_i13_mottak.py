"""I13: lines in = accepted + quarantined, however the file was damaged; and the speed."""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proevesoknad import MANIFEST, soknader, typet

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.mottak import Soknadslesning, les_soknader

RAMME = soknader(8)
CSV = RAMME.to_csv(index=False, sep=";").encode().splitlines()
JSONL = [json.dumps(r, ensure_ascii=False).encode() for r in RAMME.to_dict("records")]
FRITT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANTALL = int(os.environ.get("ORDNING_FART_SOKNADER", "5000"))
SLARK = 4.0  # shared machines

skader = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 4), st.binary(max_size=3)), max_size=8
)


def skad(linjer: list[bytes], skader: list[tuple[int, int, int, bytes]]) -> list[bytes]:
    ut = list(linjer)
    for hvor, hvilket, fjern, inn in skader:
        linje = ut[nr := hvor % len(ut)]
        plass = hvilket % (len(linje) + 1)
        ut[nr] = linje[:plass] + inn + linje[plass + fjern :]
    return ut


def les(navn: str, innhold: bytes) -> Soknadslesning:
    with tempfile.TemporaryDirectory() as mappe:
        sti = Path(mappe) / navn
        sti.write_bytes(innhold)
        return les_soknader(sti, MANIFEST)


def holder(lest: Soknadslesning, innhold: bytes) -> None:
    linjer = [x for x in innhold.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n") if x.strip()]
    assert lest.linjer_inn == len(linjer) == lest.akseptert + len(lest.karantene)
    assert len(lest.ramme) == lest.akseptert
    assert lest.karantene["linje"].is_unique
    assert set(lest.karantene["linje"]).isdisjoint(lest.ramme["kilde_linje"])
    assert (
        not lest.ramme[["soknad_id", "fodselsnummer", "mottatt_dato", "arbeidsgiver", "fra_dato"]].isna().any(axis=None)
    )
    assert lest.ramme["soknad_id"].is_unique


@FRITT
@given(skader)
def test_csv(skader: list[tuple[int, int, int, bytes]]) -> None:
    skadet = b"\n".join(skad(CSV[1:], skader))
    holder(les("s.csv", CSV[0] + b"\n" + skadet), skadet)


@FRITT
@given(skader)
def test_json_linjer(skader: list[tuple[int, int, int, bytes]]) -> None:
    innhold = b"\n".join([JSONL[0], *skad(JSONL[1:], skader), JSONL[0].replace(b"S0000000", b"T")])
    holder(les("s.jsonl", innhold), innhold)


@FRITT
@given(st.binary(max_size=200))
def test_hva_som_helst(innhold: bytes) -> None:
    try:
        lest = les("s", innhold)
    except Ordningsfeil as feil:
        assert "Gjør dette: " in str(feil)
    else:
        assert lest.linjer_inn == lest.akseptert + len(lest.karantene)


def test_fart(tmp_path: Path) -> None:
    """The goals are 1 s for Parquet and 5 s for CSV with 100 000 × 16 (ORDNING_FART_SOKNADER=100000 runs it all)."""
    ramme = soknader(ANTALL)
    ramme.to_csv(tmp_path / "s.csv", index=False, sep=";")
    typet(ramme).to_parquet(tmp_path / "s.parquet", index=False)
    for navn, mål in (("s.parquet", 1.0), ("s.csv", 5.0)):
        start = time.perf_counter()
        lest = les_soknader(tmp_path / navn, MANIFEST)
        sekunder = time.perf_counter() - start
        assert lest.akseptert == ANTALL
        assert sekunder < SLARK * (0.2 + mål * ANTALL / 100_000), f"{navn}: {sekunder:.2f} s"
