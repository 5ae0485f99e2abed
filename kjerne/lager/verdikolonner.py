"""Columns from frames and lists, as the values a database driver takes. Strict: nothing is rounded or guessed.

Amounts and counts must be whole numbers already (never a float), days must have no time of day, times must have a zone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.tabeller import Tekst, Tid, ulovlig_tekst


class Drivverdier(dict[str, list[Any]]):
    """Columns that `drivverdier` has been through already; it gives them back as they are."""


_ENKLE = {str, int, dt.date, dt.datetime, type(None)}  # of these only None is missing, so pandas need not be asked
Enslig = str | int | float | dt.date | None  # in place of a column: the same in every row
Kolonner = Mapping[str, Sequence[Any] | Enslig] | pd.DataFrame


def drivverdier(tabell: sa.Table, kolonner: Kolonner) -> Drivverdier:
    """Column name → plain values (str, int, float, None; days and times as ISO text), all of the same length.

    A single value stands for every row (one row, when nothing else is given). Raises KeyError for a column that the
    table lacks, TypeError/ValueError for a value of the wrong kind (a fault in the program), Ordningsfeil for text that
    no database can hold (a fault in the data).
    """
    if isinstance(kolonner, Drivverdier):
        return kolonner
    enslige = {str(n): _verdier(tabell.c[str(n)], [v])[0] for n, v in kolonner.items() if isinstance(v, Enslig)}
    ut = {str(n): _verdier(tabell.c[str(n)], v) for n, v in kolonner.items() if not isinstance(v, Enslig)}
    lengder = {len(v) for v in ut.values()}
    if len(lengder) > 1:
        raise ValueError(f"{tabell.name}: columns of different length")
    antall = lengder.pop() if lengder else 1
    return Drivverdier({n: ut[n] if n in ut else [enslige[n]] * antall for n in map(str, kolonner)})


def _verdier(kolonne: sa.Column, data: Any) -> list[Any]:
    serie = data if isinstance(data, pd.Series) else None
    type_ = kolonne.type
    if isinstance(type_, Tekst):
        return _tekst(kolonne, _liste(data))
    if isinstance(type_, sa.Integer):
        return _heltall(kolonne, serie, data)
    if isinstance(type_, Tid):
        return _per_ulik(_liste(data), lambda v: _tid(kolonne, v))
    if isinstance(type_, sa.Date):
        return _dato(kolonne, serie, data)
    return [None if v is None else float(v) for v in _liste(data)]


def _per_ulik(verdier: list[Any], som_tekst: Callable[[Any], str]) -> list[str | None]:
    """Days and times are few in many rows: each is written once."""
    ulike = {v: None if v is None else som_tekst(v) for v in set(verdier)}
    return [ulike[v] for v in verdier]


def _liste(data: Any) -> list[Any]:
    """A list where everything missing is None."""
    if isinstance(data, list) and {type(v) for v in data} <= _ENKLE:
        return data
    serie = data if isinstance(data, pd.Series) else pd.Series(list(data), dtype="object")
    verdier = serie.astype("object")
    mangler = serie.isna()
    return (verdier.where(~mangler, None) if mangler.any() else verdier).tolist()


def _tekst(kolonne: sa.Column, verdier: list[Any]) -> list[str | None]:
    try:
        alt = "".join([v for v in verdier if v is not None])
    except TypeError:
        raise TypeError(f"{kolonne}: not only text") from None
    if ulovlig_tekst(alt):
        rad, grunn = next((i, g) for i, v in enumerate(verdier) if v is not None and (g := ulovlig_tekst(v)))
        raise Ordningsfeil(
            f"En tekst inneholder {grunn} og kan ikke lagres.", f"{kolonne}, rad {rad + 1}", "Rett teksten i kilden.",
        )  # fmt: skip
    return verdier


def _heltall(kolonne: sa.Column, serie: pd.Series | None, data: Any) -> list[int | None]:
    if serie is not None and pd.api.types.is_float_dtype(serie.dtype):
        raise TypeError(f"{kolonne}: a float cannot be stored as a whole number")
    ut = _liste(data)
    if not {type(v) for v in ut} <= {int, type(None)}:
        if any(isinstance(v, bool) or not isinstance(v, int | np.integer | None) for v in ut):
            raise TypeError(f"{kolonne}: not only whole numbers")
        ut = [None if v is None else int(v) for v in ut]
    bit = 63 if isinstance(kolonne.type, sa.BigInteger) else 31
    finnes = [v for v in ut if v is not None]
    if finnes and not -(2**bit) <= min(finnes) <= max(finnes) < 2**bit:
        raise ValueError(f"{kolonne}: a number is too large")
    return ut


def _dato(kolonne: sa.Column, serie: pd.Series | None, data: Any) -> list[str | None]:
    if serie is not None and pd.api.types.is_datetime64_dtype(serie.dtype):
        dager = serie.to_numpy("datetime64[s]")
        if ((hele := dager.astype("datetime64[D]")) != dager)[~np.isnat(dager)].any():
            raise ValueError(f"{kolonne}: a day with a time of day")
        return [None if t == "NaT" else t for t in np.datetime_as_string(hele).tolist()]
    return _per_ulik(_liste(data), lambda v: _dag(kolonne, v))


def _dag(kolonne: sa.Column, verdi: Any) -> str:
    dag = verdi.date() if isinstance(verdi, dt.datetime) and verdi.time() == dt.time() else verdi
    if not isinstance(dag, dt.date) or isinstance(dag, dt.datetime):
        raise TypeError(f"{kolonne}: not only days")
    return dag.isoformat()


def _tid(kolonne: sa.Column, verdi: Any) -> str:
    if not isinstance(verdi, dt.datetime) or verdi.tzinfo is None:
        raise TypeError(f"{kolonne}: not a time with a zone")
    return verdi.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
