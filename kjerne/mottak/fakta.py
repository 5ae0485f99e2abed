"""The fields of the scheme as canonical JSON, one text per application, and back. This is what is stored and hashed.

Sorted keys, no spaces, æøå as they are. kroner: whole øre as int; prosent (share) and tall: decimal text such as
"0.5"; dato: "2020-03-20"; ja_nei: true/false; missing: null. Equal facts give equal bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import json as arrow_json

from kjerne.kontrakt.manifest import Manifest
from kjerne.mottak.skjema import Kolonne, kolonner


def fakta_json(ramme: pd.DataFrame, manifest: Manifest) -> list[str]:
    """The canonical JSON of the fields of the manifest, one per row of `ramme`. A column that is not there is null."""
    felt = sorted(_felt(manifest), key=lambda k: k.navn)
    if not felt:
        return ["{}"] * len(ramme)
    mal = "{" + ",".join(f'"{k.navn}":%s' for k in felt) + "}"
    deler = [_tekster(k, ramme[k.navn]) if k.navn in ramme else ["null"] * len(ramme) for k in felt]
    return [mal % rad for rad in zip(*deler, strict=True)]


def fakta_ramme(json_liste: Sequence[str], manifest: Manifest) -> pd.DataFrame:
    """The inverse: a frame of the fields of the manifest with exact types. A key that is missing is a missing value;
    a key that the manifest no longer has is left out. Raises ValueError for a text that is not one JSON object."""
    felt = _felt(manifest)
    tabell = pa.Table.from_batches([], pa.schema([(k.navn, _arrowtype(k)) for k in felt]))
    if len(json_liste):
        tabell = _les(json_liste, tabell.schema)
    return pd.DataFrame({k.navn: _serie(k, tabell[k.navn]) for k in felt}, copy=False)


def _les(tekster: Sequence[str], form: pa.Schema) -> pa.Table:
    """All texts in one reading, without a Python object for each value: a tenth of the time (measured)."""
    lengst = 4 * max(map(len, tekster))  # bytes; a text that does not fit in one block cannot be read
    tabell = arrow_json.read_json(
        pa.py_buffer("\n".join(tekster).encode()),
        arrow_json.ReadOptions(block_size=max(1 << 20, 2 * lengst)),
        arrow_json.ParseOptions(explicit_schema=form, unexpected_field_behavior="ignore"),
    )
    if len(tabell) != len(tekster):
        raise ValueError("en av tekstene er ikke ett JSON-objekt")
    return tabell


def _felt(manifest: Manifest) -> list[Kolonne]:
    navnene = {f.navn for f in manifest.felt}
    return [k for k in kolonner(manifest) if k.navn in navnene]


def _tekster(k: Kolonne, kolonne: pd.Series) -> list[str]:
    """The column as JSON. Each different value is written once."""
    nr, ulike = pd.factorize(kolonne)
    tekster = [verdi_json(k, verdi) for verdi in ulike]
    tekster.append("null")  # the last place answers for -1, missing
    return [tekster[i] for i in nr]


def verdi_json(k: Kolonne, verdi: Any) -> str:
    """One value, as it stands in the frame or in the model, as JSON."""
    if verdi is None:
        return "null"
    if k.type in ("kroner", "heltall"):
        return str(int(verdi))
    if k.type in ("prosent", "tall"):
        return f'"{desimaltekst(float(verdi))}"'
    if k.type == "ja_nei":
        return "true" if verdi else "false"
    if k.type == "dato":
        return f'"{np.datetime_as_string(np.datetime64(verdi, "D"))}"'
    return json.dumps(verdi, ensure_ascii=False)


def desimaltekst(tall: float) -> str:
    """The shortest decimal text that gives back the same number, without exponent: 0.5, 37.5, 1. Raises ValueError
    for NaN."""
    if not np.isfinite(tall):
        raise ValueError("tallet er ikke endelig")
    tekst = format(Decimal(repr(tall)), "f")
    tekst = tekst.rstrip("0").rstrip(".") if "." in tekst else tekst
    return "0" if tekst == "-0" else tekst


def _arrowtype(k: Kolonne) -> pa.DataType:
    """What the value is in the JSON: shares and numbers are decimal text there."""
    if k.type == "dato":
        return pa.timestamp("s")
    return {"kroner": pa.int64(), "heltall": pa.int64(), "ja_nei": pa.bool_()}.get(k.type, pa.string())


def _serie(k: Kolonne, kolonne: pa.ChunkedArray) -> pd.Series:
    if k.type == "dato":
        return pd.Series(kolonne.to_numpy())
    if k.type in ("prosent", "tall"):
        kolonne = kolonne.cast(pa.float64())
    return pd.Series(pd.api.types.pandas_dtype(k.dtype).__from_arrow__(kolonne))
