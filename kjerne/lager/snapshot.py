"""Immutable frames on disk as Parquet, found by the hash of their bytes: income snapshots and traces.

The same frame gives the same bytes (with the same version of pyarrow): no index, no pandas metadata, no clock,
categories in alphabetical order. A file is on disk before any transaction names it.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import fil

_ART = re.compile(r"[a-z0-9_]+", re.ASCII)
_TIL_PANDAS = {
    pa.large_string(): pd.StringDtype("pyarrow"),
    pa.string(): pd.StringDtype("pyarrow"),
    pa.bool_(): pd.BooleanDtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.int32(): pd.Int32Dtype(),
}


def relativ_sti(sha256: str, art: str) -> str:
    return f"{art}/{sha256}.parquet"


def skriv(ramme: pd.DataFrame, mappe: Path, art: str) -> tuple[str, str, int]:
    """Stores the frame and returns (sha256, path relative to `mappe`, rows). Storing it again changes nothing.

    `art` names the folder, such as "inntekt" or "sporing". Raises TypeError for columns of mixed or unsupported types.
    """
    if not _ART.fullmatch(art):
        raise ValueError(f"art: {art!r}")
    tabell = _tabell(ramme)

    def _skriv(ut) -> None:
        pq.write_table(tabell, ut, compression="zstd", compression_level=1, row_group_size=1 << 20)

    sha, _ = fil.skriv_fast(Path(mappe) / art, _skriv, lambda s: f"{s}.parquet", "snapshot")
    return sha, relativ_sti(sha, art), len(ramme)


def les(mappe: Path, sha256: str, art: str, kolonner: list[str] | None = None) -> pd.DataFrame:
    """The frame with this hash, with nullable dtypes as in kjerne.kontrakt.tabeller. Raises Ordningsfeil when it is
    gone or its bytes are not those that were stored."""
    sti = Path(mappe) / relativ_sti(sha256, art)
    try:
        with sti.open("rb") as ut:
            if hashlib.file_digest(ut, "sha256").hexdigest() != sha256:
                raise Ordningsfeil("Filen er ikke den som ble lagret; den er endret eller skadet.", str(sti),
                                   "Hent filen fra sikkerhetskopi.")  # fmt: skip
            ut.seek(0, os.SEEK_SET)
            tabell = pq.read_table(ut, columns=kolonner)
    except FileNotFoundError:
        raise Ordningsfeil("En lagret fil mangler.", str(sti), "Hent filen fra sikkerhetskopi.") from None
    felter = [f.with_type(pa.timestamp("s")) if f.type == pa.timestamp("ms") else f for f in tabell.schema]
    ramme = tabell.cast(pa.schema(felter)).to_pandas(types_mapper=_TIL_PANDAS.get)
    for navn in ramme.columns[ramme.dtypes == "category"]:
        ramme[navn] = ramme[navn].cat.rename_categories(ramme[navn].cat.categories.astype(pd.StringDtype("pyarrow")))
    return ramme


def kolonner_i(mappe: Path, sha256: str, art: str) -> list[str]:
    """The names of the columns of a stored frame. Raises Ordningsfeil when it is gone."""
    sti = Path(mappe) / relativ_sti(sha256, art)
    try:
        return pq.read_schema(sti).names
    except FileNotFoundError:
        raise Ordningsfeil("En lagret fil mangler.", str(sti), "Hent filen fra sikkerhetskopi.") from None


def _tabell(ramme: pd.DataFrame) -> pa.Table:
    if not ramme.columns.is_unique or not all(isinstance(n, str) for n in ramme.columns):
        raise TypeError("columns must be named, once each")
    kolonner = [_kolonne(ramme[navn]) for navn in ramme.columns]
    return pa.table(kolonner, names=list(ramme.columns))


def _kolonne(serie: pd.Series) -> pa.Array | pa.ChunkedArray:
    if isinstance(serie.dtype, pd.CategoricalDtype):
        tekst = serie.cat.remove_unused_categories()
        serie = tekst.cat.set_categories(sorted(tekst.cat.categories), ordered=False)
    try:
        kolonne = pa.array(serie, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as feil:
        raise TypeError(f"{serie.name}: not one type of values ({type(feil).__name__})") from None
    if pa.types.is_dictionary(kolonne.type):
        kolonne = kolonne.cast(pa.dictionary(kolonne.type.index_type, pa.large_string()))
    elif pa.types.is_string(kolonne.type):
        kolonne = kolonne.cast(pa.large_string())
    elif kolonne.type == pa.timestamp("ms"):
        raise TypeError(f"{serie.name}: Parquet keeps datetime64[s] as milliseconds, so days must be datetime64[s]")
    if pa.types.is_nested(kolonne.type) or pa.types.is_binary(kolonne.type) or pa.types.is_decimal(kolonne.type):
        raise TypeError(f"{serie.name}: {kolonne.type} is not stored in snapshots")
    return kolonne.combine_chunks() if isinstance(kolonne, pa.ChunkedArray) else kolonne
