"""Speed, on a small file of the shape that matters: JSON Lines v2, twelve months a person.

The goal is 100 000 persons in 25 s (and 1.2 million canonical Parquet rows in about 1 s) on one quiet core.
ORDNING_FART_PERSONER=100000 runs the whole of it; the limit grows with the file and leaves room for a busy machine.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from kjerne.innhenting import les_inntekt

PERSONER = int(os.environ.get("ORDNING_FART_PERSONER", "2000"))
SLARK = 4.0  # shared machines


def skriv_v2(sti: Path, personer: int) -> None:
    with sti.open("w", encoding="utf-8") as fil:
        for p in range(personer):
            felles = {
                "opplysningspliktig": "999999910",
                "underenhet": str(900_000_000 + p % 5000),
                "norskident": f"0181{p:07d}",
                "oppsummeringstidspunkt": f"2020-01-04T10:{p % 60:02d}:17.{p % 1000:03d}Z",
            }
            rad = {
                "type": "Loennsinntekt",
                "beloep": 30_000 + p % 20_000 + (0.5 if p % 3 == 0 else 0),
                "fordel": "kontantytelse",
                "beskrivelse": "fastloenn",
                "inngaarIGrunnlagForTrekk": True,
                "utloeserArbeidsgiveravgift": True,
            }
            fil.write(
                json.dumps(
                    {"data": [{"maaned": f"2019-{m:02d}", **felles, "inntektListe": [rad]} for m in range(1, 13)]}
                )
                + "\n"
            )


def test_json_linjer_og_parquet(tmp_path: Path) -> None:
    skriv_v2(tmp_path / "inntekt.jsonl", PERSONER)
    start = time.perf_counter()
    lest = les_inntekt(tmp_path / "inntekt.jsonl")
    sekunder = time.perf_counter() - start
    ramme = lest.tabeller["inntekt"]
    assert (lest.akseptert, len(ramme)) == (PERSONER, 12 * PERSONER)
    assert ramme["beloep_ore"].sum() == sum(
        12 * (3_000_000 + p % 20_000 * 100 + (50 if p % 3 == 0 else 0)) for p in range(PERSONER)
    )
    assert sekunder < SLARK * (0.5 + 25 * PERSONER / 100_000)
    ramme.to_parquet(tmp_path / "inntekt.parquet", index=False)
    start = time.perf_counter()
    assert len(les_inntekt(tmp_path / "inntekt.parquet").tabeller["inntekt"]) == 12 * PERSONER
    assert time.perf_counter() - start < SLARK * (0.3 + PERSONER / 100_000)
