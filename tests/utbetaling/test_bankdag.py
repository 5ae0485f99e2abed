import datetime as dt
import subprocess
import sys

import pytest

from kjerne.utbetaling.bankdag import er_bankdag, forrige_bankdag, neste_bankdag

AAR = range(2015, 2036)


# Easter Sunday, as the almanac prints it
PAASKE = {
    2015: (4, 5), 2016: (3, 27), 2017: (4, 16), 2018: (4, 1), 2019: (4, 21), 2020: (4, 12), 2021: (4, 4),
    2022: (4, 17), 2023: (4, 9), 2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2028: (4, 16),
    2029: (4, 1), 2030: (4, 21), 2031: (4, 13), 2032: (3, 28), 2033: (4, 17), 2034: (4, 9), 2035: (3, 25),
}  # fmt: skip


def paaskedag(aar: int) -> dt.date:
    """Anonymous Gregorian algorithm (Meeus/Jones/Butcher), independent of the library that the calendar uses."""
    a, b, c = aar % 19, aar // 100, aar % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    maaned, dag = divmod(h + m - 7 * n + 114, 31)
    return dt.date(aar, maaned, dag + 1)


def stengt(aar: int) -> set[dt.date]:
    bevegelige = {paaskedag(aar) + dt.timedelta(d) for d in (-3, -2, 0, 1, 39, 49, 50)}
    return bevegelige | {dt.date(aar, *d) for d in ((1, 1), (5, 1), (5, 17), (12, 24), (12, 25), (12, 26))}


def test_tabellene_er_enige():
    assert {aar: (d.month, d.day) for aar in AAR for d in [paaskedag(aar)]} == PAASKE


@pytest.mark.parametrize("aar", AAR)
def test_julaften_er_aldri_bankdag_og_nyttaarsaften_er_det_paa_hverdager(aar):
    assert not er_bankdag(dt.date(aar, 12, 24))
    assert er_bankdag(dt.date(aar, 12, 31)) == (dt.date(aar, 12, 31).weekday() < 5)


@pytest.mark.parametrize("aar", AAR)
def test_hver_dag_i_aaret(aar):
    dag, lukket = dt.date(aar, 1, 1), stengt(aar)
    while dag.year == aar:
        assert er_bankdag(dag) == (dag.weekday() < 5 and dag not in lukket), dag
        dag += dt.timedelta(1)


def test_paasken_2020():
    skjaer, langfredag, annen = dt.date(2020, 4, 9), dt.date(2020, 4, 10), dt.date(2020, 4, 13)
    assert not any(map(er_bankdag, (skjaer, langfredag, annen)))
    assert er_bankdag(dt.date(2020, 4, 8))  # Wednesday is half a day in offices, but banks settle
    assert neste_bankdag(skjaer) == dt.date(2020, 4, 14)
    assert forrige_bankdag(annen) == dt.date(2020, 4, 8)


def test_jul_og_nyttaar():
    assert neste_bankdag(dt.date(2020, 12, 24)) == dt.date(2020, 12, 28)
    assert er_bankdag(dt.date(2020, 12, 31))
    assert neste_bankdag(dt.date(2020, 12, 31), fra_og_med=False) == dt.date(2021, 1, 4)  # across the year
    assert forrige_bankdag(dt.date(2021, 1, 1)) == dt.date(2020, 12, 31)


def test_grunnlovsdagen_paa_hverdag_og_soendag():
    assert neste_bankdag(dt.date(2021, 5, 17)) == dt.date(2021, 5, 18)  # a Monday
    assert neste_bankdag(dt.date(2020, 5, 17)) == dt.date(2020, 5, 18)  # a Sunday; nothing is moved in Norway


@pytest.mark.parametrize("aar", AAR)
def test_neste_og_forrige_er_naermeste_bankdag(aar):
    dag = dt.date(aar, 1, 1)
    while dag.year == aar:
        neste, forrige = neste_bankdag(dag), forrige_bankdag(dag)
        assert er_bankdag(neste) and er_bankdag(forrige) and forrige <= dag <= neste
        assert (neste == dag) == (forrige == dag) == er_bankdag(dag)
        assert forrige_bankdag(neste_bankdag(dag, fra_og_med=False), til_og_med=False) <= dag
        assert neste - forrige <= dt.timedelta(8)
        dag += dt.timedelta(1)


def test_tidspunkt_regnes_som_sin_dag():
    assert not er_bankdag(dt.datetime(2020, 12, 24, 9))
    assert neste_bankdag(dt.datetime(2020, 12, 24, 9)) == dt.date(2020, 12, 28)


def test_helligdager_lastes_foerst_naar_de_trengs():
    kode = "import sys, kjerne.utbetaling.bankdag; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", kode], check=False).returncode == 0
