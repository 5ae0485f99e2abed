"""One granted decision per key (I03). The key is made of what the manifest calls `entydig`; the table guarantees it.

A key points at the newest version of the decision that has it. It follows the case to a new granted version, and is set free when
the new version is a refusal: see kjerne.vedtak.omgjoring.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd
from sqlalchemy.engine import Connection

from kjerne.lager.bulk import stillas
from kjerne.lager.kanonisk import json_tekst, sha256
from kjerne.lager.tabeller import rettighet


def rettighetsnokler(ordning: str, verdier: pd.DataFrame) -> list[str]:
    """The key of each row: sha256 of the canonical JSON [ordning, value, value …], the columns in order.

    Days are ISO texts. A missing value is null and equal to itself: two unknowns are the same key, so that a human
    looks at the second.
    """
    deler = [[json_tekst(ordning)] * len(verdier)] + [_json(verdier[navn]) for navn in verdier]
    return [sha256(f"[{','.join(rad)}]") for rad in zip(*deler, strict=True)]


def _json(kolonne: pd.Series) -> list[str]:
    """The column as JSON. Each different value is written once."""
    nr, ulike = pd.factorize(kolonne)
    tekster = [json_tekst(enkel_verdi(v)) for v in ulike]
    tekster.append("null")  # the last place answers for -1, missing
    return [tekster[i] for i in nr]


def enkel_verdi(verdi: object) -> object:
    """A value of a frame or a database as JSON has it."""
    if isinstance(verdi, dt.date):  # also datetime and pandas' Timestamp
        return f"{verdi:%Y-%m-%d}"
    return verdi.item() if hasattr(verdi, "item") else verdi


def opptatte(conn: Connection, nokler: Sequence[str]) -> dict[str, str]:
    """Those of the keys that are taken → the case that has each."""
    with stillas(conn, rettighet, {"nokkel": list(nokler)}) as s:
        sporring = f"""SELECT t.nokkel, v.sak_id FROM {s} s JOIN rettighet t ON t.nokkel = s.nokkel
            JOIN vedtak v ON v.vedtak_id = t.vedtak_id"""
        return dict(map(tuple, conn.exec_driver_sql(sporring)))
