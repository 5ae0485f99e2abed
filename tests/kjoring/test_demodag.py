"""The day of a demo follows the scheme: after its synthetic cases, when the income they need has been reported."""

from __future__ import annotations

import datetime as dt

import pytest

from kjerne.kjoring.demo import demovalg
from tests.cli.dorer import EVENTYR
from tests.skjelett.nyelag import lag, rot


def test_dagen_i_eventyret(monkeypatch):
    monkeypatch.setenv("ORDNINGER_STI", str(EVENTYR))
    valg = demovalg("askeladden", antall=7)
    assert (valg.ordning, valg.antall, valg.dag, valg.hentet) == ("askeladden", 7, dt.date(2020, 7, 15), dt.date(2020, 7, 13))


@pytest.mark.parametrize(("fra", "dag"), [(dt.date(2026, 11, 1), dt.date(2026, 12, 15)), (dt.date(2027, 12, 20), dt.date(2028, 2, 15))])
def test_dagen_for_en_ny_ordning(monkeypatch, tmp_path, fra, dag):
    hjem = rot(tmp_path)
    lag(hjem, gjelder={"fra": fra})
    monkeypatch.setenv("ORDNINGER_STI", str(hjem))
    assert demovalg("prove").dag == dag
