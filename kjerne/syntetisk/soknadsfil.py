"""Synthetic applications on disk, as an applicant's system would hand them in: CSV, JSON Lines or Parquet.

CSV: `;`, 20.03.2020, 1234,50, 50 %, ja/nei. JSON Lines and Parquet: ISO dates, kroner as exact decimal numbers, per
cent as a number (50), true/false. Empty is empty (CSV) or null. `kilde_linje` is not written: a file knows its own
lines.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.manifest import KONVOLUTT, Soknadsfelt

_TEKST = pa.large_string()
_LINJER = 50_000  # written at a time


def skriv_soknader(ramme: pd.DataFrame, felt: Sequence[Soknadsfelt], sti: Path) -> Path:
    """Writes the applications in the form that the name ends in: .csv, .jsonl or .parquet. Raises Ordningsfeil for
    another.
    """
    skrivere = {".csv": _csv, ".jsonl": _jsonl, ".parquet": _parquet}
    if sti.suffix not in skrivere:
        raise Ordningsfeil(f"Ukjent filtype «{sti.suffix}».", gjor_dette="Bruk .csv, .jsonl eller .parquet.", kode=2)
    typer: dict[str, str] = {**KONVOLUTT, **{f.navn: f.type for f in felt}}
    sti.parent.mkdir(parents=True, exist_ok=True)
    skrivere[sti.suffix](ramme.drop(columns="kilde_linje", errors="ignore"), typer, sti)
    return sti


def _csv(ramme: pd.DataFrame, typer: Mapping[str, str], sti: Path) -> None:
    with sti.open("w", encoding="utf-8", newline="") as fil:
        fil.write(";".join(ramme.columns) + "\n")
        for fra in range(0, len(ramme), _LINJER):
            bit = ramme.iloc[fra : fra + _LINJER]
            kolonner = [_verdier(bit[k], typer[k], _som_csv, "") for k in ramme.columns]
            fil.writelines(f"{';'.join(rad)}\n" for rad in zip(*kolonner, strict=True))


def _jsonl(ramme: pd.DataFrame, typer: Mapping[str, str], sti: Path) -> None:
    with sti.open("w", encoding="utf-8", newline="") as fil:
        for fra in range(0, len(ramme), _LINJER):
            bit = ramme.iloc[fra : fra + _LINJER]
            navn = [json.dumps(k, ensure_ascii=False) for k in ramme.columns]
            kolonner = [
                [f"{n}:{v}" for v in _verdier(bit[k], typer[k], _som_json, "null")]
                for n, k in zip(navn, ramme.columns, strict=True)
            ]
            fil.writelines(f"{{{','.join(rad)}}}\n" for rad in zip(*kolonner, strict=True))


def _parquet(ramme: pd.DataFrame, typer: Mapping[str, str], sti: Path) -> None:
    def kolonne(navn: str) -> pa.Array | pa.ChunkedArray:
        verdier = pa.array(ramme[navn], from_pandas=True)
        match typer[navn]:
            case "kroner":
                return pc.multiply(verdier.cast(pa.decimal128(19, 0)), pa.scalar(Decimal("0.01"))).cast(
                    pa.decimal128(17, 2)
                )
            case "prosent":
                return pa.array([None if pd.isna(v) else _prosent(v) for v in ramme[navn]], pa.decimal128(12, 6))
            case "dato":
                return verdier.cast(pa.date32())
        return verdier

    pq.write_table(pa.table({k: kolonne(k) for k in ramme.columns}), sti, compression="zstd")


def _verdier(serie: pd.Series, type_: str, som: Any, tomt: str) -> list[str]:
    """The column as written. Each different value is written once."""
    nr, ulike = pd.factorize(serie)
    tekster = [som(v, type_) for v in ulike] + [tomt]
    return [tekster[i] for i in nr]


def _som_csv(verdi: Any, type_: str) -> str:
    match type_:
        case "dato":
            return f"{verdi:%d.%m.%Y}"
        case "kroner":
            return _kroner(verdi).replace(".", ",")
        case "prosent":
            return f"{_prosent(verdi):f} %".replace(".", ",")
        case "tall":
            return repr(float(verdi)).removesuffix(".0").replace(".", ",")
        case "ja_nei":
            return "ja" if verdi else "nei"
        case "heltall":
            return str(int(verdi))
    return f'"{verdi.replace(chr(34), chr(34) * 2)}"' if any(c in verdi for c in ';"\r\n') else verdi


def _som_json(verdi: Any, type_: str) -> str:
    match type_:
        case "dato":
            return f'"{verdi:%Y-%m-%d}"'
        case "kroner":
            return _kroner(verdi)
        case "prosent":
            return f"{_prosent(verdi):f}"
        case "tall":
            return repr(float(verdi)).removesuffix(".0")
        case "ja_nei":
            return "true" if verdi else "false"
        case "heltall":
            return str(int(verdi))
    return json.dumps(verdi, ensure_ascii=False)


def _kroner(ore: int) -> str:
    kroner, rest = divmod(abs(int(ore)), 100)
    return f"{'-' if ore < 0 else ''}{kroner}.{rest:02d}"


def _prosent(andel: float) -> Decimal:
    """A share as per cent, without the tail of a binary number."""
    tall = round(Decimal(repr(float(andel))) * 100, 6).normalize()
    return tall if tall.as_tuple().exponent <= 0 else tall.quantize(Decimal(1))
