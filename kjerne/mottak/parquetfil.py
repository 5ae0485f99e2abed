"""Applications from Parquet: typed columns go straight to the frame; text and decimal columns are read as people
write."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pandas.api.types import pandas_dtype
from pyarrow import types as t

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.kontrakt.linjefil import Karantene
from kjerne.kontrakt.verdier import nfc
from kjerne.mottak.ramme import IKKE_GJORT, Feil, bygg, krev_tomt_register, serie, serie_av_svar, sjekk_navn, tom_feil
from kjerne.mottak.skjema import Kolonne

MAKS_ANDEL = 10.0  # a float of 50 in a column of shares is the usual mistake, not 5 000 per cent
_SKAL_VAERE = {
    "dato": "dato",
    "heltall": "heltall",
    "tall": "tall",
    "kroner": "heltall (øre) eller desimaltall (kroner), aldri flyttall",
    "prosent": "flyttall (andel, 0,5 er 50 %) eller desimaltall (prosent)",
    "ja_nei": "ja/nei (boolsk)",
}


def les(sti: Path, kol: list[Kolonne], krev_syntetisk: bool, karantene: Karantene) -> tuple[pd.DataFrame, int]:
    """(frame, rows in). Raises Ordningsfeil/Samlefeil for a damaged file and for columns with a name or type that
    cannot be right."""
    try:
        tabell = pq.read_table(sti)
    except (pa.ArrowException, OSError):
        raise Ordningsfeil(
            "Parquet-filen er skadet eller avkortet.", str(sti), "Hent filen på nytt.", IKKE_GJORT
        ) from None
    navnene = [nfc(n) for n in tabell.column_names]
    sjekk_navn(navnene, kol, sti)
    tabell = tabell.rename_columns(navnene)
    if feil_typer := [k for k in kol if k.navn in navnene and not _kan_leses(k, tabell.schema.field(k.navn).type)]:
        raise Samlefeil(
            [
                Ordningsfeil(
                    f"Kolonnen «{k.navn}» er lagret som {tabell.schema.field(k.navn).type}.",
                    str(sti),
                    f"Lagre den som {_SKAL_VAERE.get(k.type, 'tekst')}, eller som tekst.",
                    IKKE_GJORT,
                )
                for k in feil_typer
            ]
        )
    feil = tom_feil()
    serier = {k.navn: _serie(k, tabell[k.navn], feil) for k in kol if k.navn in navnene}
    krev_tomt_register(kol, serier, sti)
    linjer = np.arange(1, tabell.num_rows + 1)
    return bygg(kol, serier, feil, linjer, lambda rad: _raa(tabell, rad), krev_syntetisk, karantene), tabell.num_rows


def _er_tekst(d: pa.DataType) -> bool:
    return t.is_string(d) or t.is_large_string(d) or (t.is_dictionary(d) and _er_tekst(d.value_type))


def _kan_leses(k: Kolonne, d: pa.DataType) -> bool:
    if t.is_null(d) or _er_tekst(d):
        return True
    tall = t.is_integer(d) or t.is_decimal(d)
    return {
        "dato": t.is_date(d) or t.is_timestamp(d),
        "heltall": t.is_integer(d) or t.is_floating(d),
        "kroner": tall,
        "tall": tall or t.is_floating(d),
        "prosent": tall or t.is_floating(d),
        "ja_nei": t.is_boolean(d),
    }.get(k.type, False)


def _serie(k: Kolonne, kolonne: pa.ChunkedArray, feil: Feil) -> pd.Series:
    d = kolonne.type
    if t.is_null(d):
        return serie(k, [None] * len(kolonne))
    if _er_tekst(d):
        return serie_av_svar(k, kolonne.cast(pa.large_string()).to_pylist(), feil)
    if k.type == "dato":
        if t.is_timestamp(d) and d.tz is not None:
            kolonne = pc.local_timestamp(kolonne)
        return kolonne.cast(pa.date32(), safe=False).cast(pa.timestamp("s")).to_pandas()
    if k.type == "kroner" and t.is_decimal(d):
        return _kroner(k, kolonne, feil)
    if k.type == "prosent" and not t.is_floating(d):
        return serie_av_svar(k, [None if v is None else str(v) for v in kolonne.to_pylist()], feil)
    if t.is_floating(d):
        kolonne = _flyttall(k, kolonne, feil)
    maal = {"ja_nei": pa.bool_(), "heltall": pa.int64(), "kroner": pa.int64()}.get(k.type, pa.float64())
    return pd.Series(pandas_dtype(k.dtype).__from_arrow__(pa.chunked_array(kolonne.cast(maal))))


def _kroner(k: Kolonne, kolonne: pa.ChunkedArray, feil: Feil) -> pd.Series:
    """Exact decimals → øre. Column by column when none has parts of an øre, otherwise one by one to find them."""
    try:
        ore = pc.multiply(kolonne, pa.scalar(Decimal(100))).cast(pa.int64())
        if (pc.max(pc.abs(ore)).as_py() or 0) < 10**14:
            return pd.Series(pandas_dtype(k.dtype).__from_arrow__(ore))
    except pa.ArrowInvalid:
        pass  # found below, with its row
    return serie_av_svar(k, kolonne.to_pylist(), feil)


def _flyttall(k: Kolonne, kolonne: pa.ChunkedArray, feil: Feil) -> pa.ChunkedArray:
    """NaN is missing; infinity, parts in a whole number and shares that look like per cent are faults of their rows."""
    tall = kolonne.cast(pa.float64())
    tall = pc.if_else(pc.is_nan(tall), None, tall)
    darlig = pc.invert(pc.is_finite(tall))
    grunn = f"{k.navn} er ikke et endelig tall"
    if k.type == "heltall":
        darlig, grunn = pc.or_(darlig, pc.not_equal(pc.round(tall), tall)), f"{k.navn} er ikke et helt tall"
    if k.type == "prosent":
        darlig, grunn = pc.greater(pc.abs(tall), MAKS_ANDEL), f"{k.navn} er ikke en andel (skriv 0,5 for 50 %)"
    for rad in pc.indices_nonzero(darlig.fill_null(False)).to_pylist():
        feil[rad].append(grunn)
    return pc.if_else(darlig.fill_null(False), None, tall)


def _raa(tabell: pa.Table, rad: int) -> bytes:
    """A row of a Parquet file has no raw line: its hash is that of its canonical JSON."""
    verdier = {navn: tabell[navn][rad].as_py() for navn in tabell.column_names}
    return json.dumps(verdier, sort_keys=True, ensure_ascii=False, default=str).encode(errors="replace")
