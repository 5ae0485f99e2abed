"""What the words about days and months say at the borders; in every other case the exact oracle of the engine is the judge."""

import numpy as np
import pandas as pd
import pytest

from kjerne.kontrakt.kolonne import Kolonne, Regelbruk
from kjerne.kontrakt.ordforrad import ORDFORRAAD as O
from kjerne.kontrakt.rader import Radtabell, Utvalg, tekstkolonne


def dager(*tekster: str | None) -> Kolonne:
    data = np.array([t or "1970-01-01" for t in tekster], dtype="datetime64[D]")
    return Kolonne(data, None if None not in tekster else np.array([t is not None for t in tekster]))


def svar(kolonne: Kolonne) -> list:
    return [v if k else None for v, k in zip(kolonne.data.tolist(), kolonne.kjentmaske.tolist(), strict=True)]


@pytest.mark.parametrize(("født", "dag", "år"), [
    ("2002-03-01", "2020-02-29", 17), ("2002-03-01", "2020-03-01", 18), ("2000-02-29", "2018-02-28", 17), ("2000-02-29", "2018-03-01", 18),
    ("2000-02-29", "2020-02-28", 19), ("2000-02-29", "2020-02-29", 20), ("2020-06-01", "2020-05-31", 0), ("2030-01-01", "2020-01-01", 0),
    ("1969-12-31", "1970-01-01", 0), ("1950-12-31", "1969-12-31", 19), (None, "2020-01-01", None), ("2000-01-01", None, None),
])  # fmt: skip
def test_hele_år(født, dag, år):
    assert svar(O["hele_år"](dager(født), dager(dag))) == [år]


def test_dager_og_månedens_ender():
    d = dager("2020-02-29", "1969-12-31", "2020-12-01", None)
    assert [str(x) if x else None for x in svar(O["månedens_første"](d))] == ["2020-02-01", "1969-12-01", "2020-12-01", None]
    assert [str(x) if x else None for x in svar(O["månedens_siste"](d))] == ["2020-02-29", "1969-12-31", "2020-12-31", None]
    antall = Kolonne(np.array([1.0, 1.0, -1.0, 1.0]))
    assert [str(x) if x else None for x in svar(O["dager_etter"](d, antall))] == ["2020-03-01", "1970-01-01", "2020-11-30", None]
    assert svar(O["dager_etter"](d, Kolonne(antall.data, np.zeros(4, dtype=bool)))) == [None] * 4
    with pytest.raises(Regelbruk, match="dager_etter trenger tall"):
        O["dager_etter"](d, d)


def test_måneder_etter():
    d = dager("2021-01-31", "2020-01-31", "2020-12-15", "1970-01-01", None)
    ventet = ["2021-02-28", "2020-02-29", "2021-01-15", "1970-02-01", None]
    assert [str(x) if x else None for x in svar(O["måneder_etter"](d, 1))] == ventet
    tilbake = O["måneder_etter"](dager("2020-03-31", "2020-01-15"), Kolonne(np.array([-1.0, -13.0])))
    assert [str(x) for x in svar(tilbake)] == ["2020-02-29", "2018-12-15"]
    assert svar(O["måneder_etter"](d, Kolonne(np.ones(5), np.zeros(5, dtype=bool)))) == [None] * 5


JUNI = dager("2020-06-15")


def rader(*måneder: str, tvil: tuple[str, ...] = (), sikker: bool = True) -> Utvalg:
    """One case with 1 krone in each month; the months of `tvil` are in doubt."""
    alle = [*måneder, *tvil]
    n = np.array([f"2020-{m}" for m in alle], dtype="datetime64[M]").astype("int64")
    tabell = Radtabell(1, np.zeros(len(n), dtype="int64"), n, Kolonne(np.ones(len(n))), np.arange(len(n)),
                       {"arbeidsforhold_type": tekstkolonne(pd.Series(["a"] * len(n)))})  # fmt: skip
    i_tvil = np.arange(len(n)) >= len(måneder) if tvil else None
    return Utvalg(tabell, np.arange(len(n)), None if sikker else np.array([False]), tvil=i_tvil)


def test_måneder_uten():
    assert svar(O["måneder_uten"](rader(), JUNI, 3)) == [3]
    assert svar(O["måneder_uten"](rader("05", "05", "03", "02", "06"), JUNI, 3)) == [1]
    assert svar(O["måneder_uten"](rader("05", tvil=("01",)), JUNI, 3)) == [2]  # the doubt is about another month
    assert svar(O["måneder_uten"](rader(tvil=("04",)), JUNI, 3)) == [None]
    assert svar(O["måneder_uten"](rader(sikker=False), JUNI, 3)) == [None]
    assert svar(O["måneder_uten"](rader(), dager(None), 3)) == [None]


def test_første_måned_av():
    assert [str(d) for d in svar(O["første_måned_av"](rader("03", "02", "05")))] == ["2020-02-01"]
    assert [str(d) for d in svar(O["første_måned_av"](rader("02", tvil=("03",))))] == ["2020-02-01"]
    assert svar(O["første_måned_av"](rader("03", tvil=("02",)))) == [None]
    assert svar(O["første_måned_av"](rader())) == svar(O["første_måned_av"](rader("03", sikker=False))) == [None]


def test_mellom_måneder():
    def antall(fra, til):
        return svar(O["antall_av"](O["mellom_måneder"](rader("02", "03", "04"), dager(fra), dager(til))))

    assert antall("2020-02-29", "2020-03-01") == [2]
    assert antall("2020-05-01", "2020-01-01") == [0]
    assert antall(None, "2020-03-01") == antall("2020-03-01", None) == [None]


def test_siste_måneder_uten():
    alle = ("01", "02", "03", "04", "05")

    def sum_(unntatt, antall=2, innen=5):
        return svar(O["sum_av"](O["siste_måneder_uten"](rader(*alle), JUNI, antall, innen, unntatt)))

    def hvilke(unntatt, antall=2, innen=5):
        utvalg = O["siste_måneder_uten"](rader(*alle), JUNI, antall, innen, unntatt)
        return [alle[n] for n in utvalg.rader]

    assert hvilke(rader()) == ["04", "05"]
    assert hvilke(rader("05", "03", "03")) == ["02", "04"]
    assert hvilke(rader("05", "03", "03"), innen=3) == ["04"]
    assert hvilke(rader(*alle)) == []
    assert sum_(rader(tvil=("02",))) == [2]  # too far back to matter
    assert sum_(rader(tvil=("04",))) == [None]
    assert sum_(rader("04", tvil=("04",))) == [2]  # left out whatever the doubt is
    assert sum_(rader(tvil=("05", "04")), antall=1) == [None]
    assert sum_(rader(sikker=False)) == [None]
    utvalg = O["siste_måneder_uten"](rader(*alle), JUNI, 1, 5, rader(tvil=("05", "04")))
    assert [alle[n] for n in utvalg.rader] == ["03", "04", "05"] and utvalg.tvil.all()  # each of them in some way that the doubt may fall


def test_ansatt_som():
    lister = tekstkolonne(pd.Series(["a|b"]))
    utvalg = rader("01", "02", "03")
    utvalg.tabell.tekst["arbeidsforhold_type"] = tekstkolonne(pd.Series(["b", "c", None]))
    beholdt = O["ansatt_som"](utvalg, lister)
    assert beholdt.rader.tolist() == [0, 2] and beholdt.tvil.tolist() == [False, True]
    assert svar(O["antall_av"](beholdt)) == [None]
