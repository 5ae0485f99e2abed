"""The days on which Norwegian banks settle payments.

Closed: Saturday, Sunday, public holidays and 24 December (Norges Bank's settlement calendar). 31 December is open.
`holidays` knows the public holidays; it does not know 24 December, which is why it is added here.
A payment moves to the next bank day, a legal deadline for us to the last one before.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

_DAG = dt.timedelta(days=1)


def er_bankdag(dato: dt.date) -> bool:
    """Whether banks settle on this day (of an instant: the day as written in it)."""
    dato = _dag(dato)
    return dato.weekday() < 5 and dato not in _stengt(dato.year)


def neste_bankdag(dato: dt.date, fra_og_med: bool = True) -> dt.date:
    """The first bank day on or after `dato`; strictly after when `fra_og_med` is False."""
    return _gaa(dato, _DAG, fra_og_med)


def forrige_bankdag(dato: dt.date, til_og_med: bool = True) -> dt.date:
    """The last bank day on or before `dato`; strictly before when `til_og_med` is False."""
    return _gaa(dato, -_DAG, til_og_med)


def _gaa(dato: dt.date, steg: dt.timedelta, medregnet: bool) -> dt.date:
    dato = _dag(dato) if medregnet else _dag(dato) + steg
    while not er_bankdag(dato):
        dato += steg
    return dato


def _dag(dato: dt.date) -> dt.date:
    return dato.date() if isinstance(dato, dt.datetime) else dato  # an instant is equal to no date in a set


@lru_cache(maxsize=64)
def _stengt(aar: int) -> frozenset[dt.date]:
    import holidays  # 0.2 s, and only those who pay need it

    return frozenset(holidays.country_holidays("NO", years=aar)) | {dt.date(aar, 12, 24)}
