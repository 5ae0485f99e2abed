"""Many rows out of the database as columns: by the driver itself, in half the time of rows that pass through SQLAlchemy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.tabeller import DTYPER
from kjerne.lager.tabeller import soknad

_TEKST = DTYPER["tekst"]
_OM_GANGEN = 500  # rows read at a time: so few that the garbage collector seldom wakes; with 20 000 it took a fifth longer
_DAG, _TALL = pa.date32(), pa.int64()
_HELE = ("belop_ore", "vedtatt_ore", "linjene_ore", "utenfor_ore", "sporing_rad", "versjon", "merket")
TYPER = dict.fromkeys(("fom", "tom", "mottatt_dato"), _DAG) | dict.fromkeys(_HELE, _TALL)


def hent(conn: Connection, sporring: sa.Select) -> pd.DataFrame:
    """The answer as a frame: days datetime64[s], amounts and numbers int64 (see TYPER), the rest texts. None of the days and numbers
    may be missing."""
    tabell = _les(conn, sporring)
    return pd.DataFrame({n: _kolonne(n, tabell[n]) for n in tabell.column_names})


def faktum(conn: Connection, felt: str) -> sa.ColumnElement:
    """A fact of the application, taken out of its JSON by the database."""
    if not felt:
        return sa.literal("")
    if conn.dialect.name == "sqlite":
        return sa.func.json_extract(soknad.c.fakta, f'$."{felt}"')
    return sa.cast(soknad.c.fakta, sa.JSON)[felt].as_string()


def _les(conn: Connection, sporring: sa.Select) -> pa.Table:
    skjema = pa.schema([(c.name, TYPER.get(c.name, pa.string())) for c in sporring.selected_columns])
    markor, deler = conn.execute(sporring).cursor, []
    while rader := markor.fetchmany(_OM_GANGEN):
        kolonner = [pa.array(k) for k in zip(*rader, strict=True)]  # SQLite gives days as texts: cast
        deler.append(pa.Table.from_arrays([k.cast(f.type) for k, f in zip(kolonner, skjema, strict=True)], schema=skjema))
    return pa.concat_tables(deler).combine_chunks() if deler else skjema.empty_table()


def _kolonne(navn: str, kolonne: pa.ChunkedArray) -> np.ndarray | pd.api.extensions.ExtensionArray:
    if navn not in TYPER:
        return _TEKST.__from_arrow__(kolonne)
    return (kolonne.cast(pa.timestamp("s")) if kolonne.type == _DAG else kolonne).to_numpy()
