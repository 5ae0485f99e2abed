"""The payment lines of a new batch as a frame, and the scheme's checks of them (`utb_…` in kvalitet.toml)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kjoring.rom import Kjoring
from kjerne.kontrakt.tabeller import DTYPER
from kjerne.kvalitet import Buntkontekst, Kvalitetsplan, vurder_linjer
from kjerne.lager.tabeller import bunt_linje, linje, soknad, vedtak
from kjerne.utbetaling.bankdag import er_bankdag
from kjerne.utbetaling.bunt import Buntsum

_TEKST = DTYPER["tekst"]
_LINJE = [linje.c[n] for n in ("linje_id", "vedtak_id", "person_id", "orgnr", "klasse", "fom", "tom", "belop_ore")]
_ARROW = {"fom": pa.date32(), "tom": pa.date32(), "belop_ore": pa.int64(), "vedtatt_ore": pa.int64()}  # the rest are texts
_OM_GANGEN = 500  # rows read at a time: so few that the garbage collector seldom wakes; with 20 000 it took a fifth longer


def kontroller_bunt(conn: Connection, k: Kjoring, plan: Kvalitetsplan, laget: Buntsum, dag: dt.date) -> None:
    """Asks the scheme's checks about every line of the batches just made, in the transaction that made them.

    Raises Kvalitetsstopp when one fails; nothing may then be committed.
    """
    bunter = [b.bunt_id for b in laget.bunter]
    linjer = hent_linjer(conn, bunter, k.verk.manifest.arbeidsgiverfelt)
    vedtakene = linjer[["vedtak_id", "vedtatt_ore"]].drop_duplicates("vedtak_id").rename(columns={"vedtatt_ore": "belop_ore"})
    kontekst = Buntkontekst(
        linjer.drop(columns=["vedtatt_ore"]),
        vedtakene,
        _linjer_i_andre(conn, bunter),
        i_dag=k.rom.klokke.idag(),
        betalingsdato=dag,
        er_bankdag=er_bankdag,
        sum_ore=laget.sum_ore,
        antall=laget.antall,
        maks_per_sak_ore=k.verk.manifest.utbetaling.maks_per_sak * 100,
    )
    vurder_linjer(plan, kontekst)


def hent_linjer(conn: Connection, bunter: list[str], arbeidsgiverfelt: str) -> pd.DataFrame:
    """The lines of the batches: the columns of `linje`, vedtatt_ore (of their decision) and gjelder (who and which employer
    it is paid for, whoever gets the money)."""
    gjelder = soknad.c.person_id + "/" + sa.func.coalesce(_faktum(conn, arbeidsgiverfelt), "")
    sporring = (
        sa.select(*_LINJE, vedtak.c.belop_ore.label("vedtatt_ore"), gjelder.label("gjelder"))
        .join(bunt_linje, bunt_linje.c.linje_id == linje.c.linje_id)
        .join(vedtak, vedtak.c.vedtak_id == linje.c.vedtak_id)
        .join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
        .where(bunt_linje.c.bunt_id.in_(bunter))
    )
    tabell = _les(conn, sporring)
    tall = {n: _enkel(tabell[n]) for n in _ARROW}
    return pd.DataFrame({n: tall[n] if n in tall else _TEKST.__from_arrow__(tabell[n]) for n in tabell.column_names})


def _les(conn: Connection, sporring: sa.Select) -> pa.Table:
    """The answer as Arrow columns, by the driver itself: half the time of rows that pass through SQLAlchemy."""
    skjema = pa.schema([(c.name, _ARROW.get(c.name, pa.string())) for c in sporring.selected_columns])
    markor, deler = conn.execute(sporring).cursor, []
    while rader := markor.fetchmany(_OM_GANGEN):
        kolonner = [pa.array(k) for k in zip(*rader, strict=True)]  # SQLite gives days as texts: cast
        deler.append(pa.Table.from_arrays([k.cast(f.type) for k, f in zip(kolonner, skjema, strict=True)], schema=skjema))
    return pa.concat_tables(deler).combine_chunks() if deler else skjema.empty_table()


def _enkel(kolonne: pa.ChunkedArray) -> np.ndarray:
    return (kolonne.cast(pa.timestamp("s")) if kolonne.type == pa.date32() else kolonne).to_numpy()


def _faktum(conn: Connection, felt: str) -> sa.ColumnElement:
    """A fact of the application, taken out of its JSON by the database."""
    if not felt:
        return sa.literal("")
    if conn.dialect.name == "sqlite":
        return sa.func.json_extract(soknad.c.fakta, f'$."{felt}"')
    return sa.cast(soknad.c.fakta, sa.JSON)[felt].as_string()


def _linjer_i_andre(conn: Connection, bunter: list[str]) -> pd.Index:
    andre = sa.select(bunt_linje.c.linje_id).where(bunt_linje.c.bunt_id.not_in(bunter))
    return pd.Index(_TEKST.__from_arrow__(_les(conn, andre)["linje_id"]))
