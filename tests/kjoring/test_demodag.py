"""The day of a demo follows the scheme: after its synthetic cases, when the income they need has been reported."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from kjerne.drift.innstillinger import Innstillinger
from kjerne.kjoring.demo import demovalg, kjor_demo
from kjerne.kjoring.rom import Arbeidsrom, taus
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import soknad
from kjerne.revisjon import segl
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


def test_demoen_skriver_ikke_bakpaa_i_en_forseglet_database(monkeypatch, tmp_path):
    """Its day is in 2020: where the seals have come further, its rows would look like rows that somebody put in afterwards."""
    monkeypatch.setenv("ORDNINGER_STI", str(EVENTYR))
    felles = Innstillinger(data=tmp_path, database_url=f"sqlite:///{tmp_path / 'felles.db'}")
    valg = demovalg("askeladden", antall=60, form="parquet")
    kjor_demo(tmp_path, valg, taus, felles)
    rom = Arbeidsrom.aapne(felles)
    with rom.motor.begin() as conn:
        assert segl.forsegl(conn, "ola", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    with pytest.raises(Ordningsfeil, match="forseglet etter demoens dag") as feil:
        kjor_demo(tmp_path, demovalg("askeladden", antall=60, form="parquet", fro=7), taus, felles)
    assert feil.value.kode == 4
    with lesende(rom.motor) as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(soknad)) == 60
