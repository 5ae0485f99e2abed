"""The one source of time. Instants are UTC; days are Norwegian civil days. Rules never see it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


class Klokke:
    """The wall clock."""

    def naa(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    def idag(self) -> dt.date:
        return self.naa().astimezone(OSLO).date()


@dataclass
class Stillklokke(Klokke):
    """A clock that stands still at noon of a day: for the demo, tests and replay."""

    dag: dt.date

    def naa(self) -> dt.datetime:
        return dt.datetime.combine(self.dag, dt.time(12), OSLO).astimezone(dt.UTC)
