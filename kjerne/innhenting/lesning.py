"""What every reader returns, and the collector that turns rows into a canonical frame without ever holding all of
them as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.types import pandas_dtype

from kjerne.kontrakt.tabeller import DTYPER, Tabellform

Fremdrift = Callable[[int, int], None]  # called now and then with (bytes read, bytes in all)
BIT = 20_000  # rows that are collected before they become columns

ARROW = {
    "tekst": pa.string(),
    "kode": pa.string(),
    "heltall": pa.int64(),
    "ore": pa.int64(),
    "tall": pa.float64(),
    "dato": pa.timestamp("s"),
    "maaned": pa.timestamp("s"),
    "tid": pa.timestamp("us", "UTC"),
    "ja_nei": pa.bool_(),
}


@dataclass(frozen=True)
class Lesning:
    """One file, read. Always linjer_inn = akseptert + len(karantene) (I13).

    tabeller   canonical frames by name, exact dtypes
    karantene  linje, grunn, raa_sha256; `linje` occurs once
    linjer_inn number of units in the file; each reader defines its unit
    akseptert  units that were read (a unit can give no row, one or many)
    format     what the file turned out to be, e.g. "inntekt-v2-jsonl"
    sha256     of the bytes of the file
    merknader  what was kept but should be looked at, counted, in Norwegian
    """

    tabeller: dict[str, pd.DataFrame] = field(repr=False)  # persons never end up in a log by way of repr
    karantene: pd.DataFrame
    linjer_inn: int
    akseptert: int
    format: str
    sha256: str
    merknader: list[str]


class Samler:
    """Collects rows (tuples of all columns but rad_id, in the order of the form) into Arrow columns, bit by bit.

    Dates are seconds and times microseconds since 1970-01-01 UTC, as int; None is missing.
    """

    def __init__(self, form: Tabellform):
        self.form = form
        self.rader: list[tuple] = []
        self._skjema = pa.schema([(k.navn, ARROW[k.type]) for k in form.kolonner if k.navn != "rad_id"])
        self._ferdige: list[pa.Table] = []

    def legg(self, rader: Iterable[tuple]) -> None:
        self.rader += rader
        if len(self.rader) >= BIT:
            self._pakk()

    def legg_tabell(self, tabell: pa.Table) -> None:
        """Rows that are Arrow columns of the right types already (codes may be dictionaries, in all or none)."""
        if self.rader:
            self._pakk()
        self._ferdige.append(tabell)

    def tabell(self) -> pa.Table:
        """All that is collected, as Arrow columns."""
        if self.rader or not self._ferdige:
            self._pakk()
        return pa.concat_tables(self._ferdige)

    def _pakk(self) -> None:
        kolonner = zip(*self.rader, strict=True) if self.rader else ([] for _ in self._skjema)
        felt = [pa.array(kolonne, f.type) for kolonne, f in zip(kolonner, self._skjema, strict=True)]
        self._ferdige.append(pa.Table.from_arrays(felt, schema=self._skjema))
        self.rader = []

    def ramme(self) -> pd.DataFrame:
        return til_ramme(self.tabell(), self.form)


def til_ramme(tabell: pa.Table, form: Tabellform) -> pd.DataFrame:
    """Arrow columns of the right types → the canonical frame; rad_id is 0, 1, 2 … in the order of the rows."""
    ut: dict[str, Any] = {}
    for k in form.kolonner:
        if k.navn == "rad_id":
            ut[k.navn] = pd.array(np.arange(tabell.num_rows, dtype="int64"), "Int64")
        elif k.type == "kode":
            ut[k.navn] = _kategorier(tabell[k.navn])
        elif k.type in ("dato", "maaned", "tid"):
            ut[k.navn] = tabell[k.navn].cast(ARROW[k.type], safe=False).to_pandas()
        else:
            ut[k.navn] = pandas_dtype(DTYPER[k.type]).__from_arrow__(tabell[k.navn])
    return pd.DataFrame(ut, copy=False)


def _kategorier(kolonne: pa.ChunkedArray) -> pd.Categorical:
    """Codes as a categorical with sorted categories, so that the order of the rows does not decide the order of the
    codes."""
    if not pa.types.is_dictionary(kolonne.type):
        kolonne = kolonne.dictionary_encode()
    samlet = kolonne.unify_dictionaries().combine_chunks()
    if isinstance(samlet, pa.ChunkedArray):
        samlet = samlet.chunk(0) if samlet.num_chunks else pa.array([], pa.dictionary(pa.int32(), pa.string()))
    navn = samlet.dictionary.cast(pa.string()).to_pylist()
    koder = samlet.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    antall = np.bincount(koder.astype("int64") + 1, minlength=len(navn) + 1)[1:]
    brukt = sorted({n for n, ganger in zip(navn, antall, strict=True) if ganger})
    plass = {n: i for i, n in enumerate(brukt)}
    ny = np.array([plass.get(n, -1) for n in navn] + [-1], dtype="int64")  # the last place answers for -1, missing
    return pd.Categorical.from_codes(ny[koder], dtype=pd.CategoricalDtype(pd.Index(brukt, dtype=DTYPER["tekst"])))
