"""Every failpoint in the source has a test that kills there, and the scan that says so cannot be fooled.

The lists below are not claims: each test that owns one asserts that a SIGKILL was taken at every name in it, and the run of the whole
suite holds what was in fact killed against the source once more (tests/conftest.py).
"""

from __future__ import annotations

import re

import pytest

from tests import drap
from tests.feilpunkter import ROM, ROT, SELV, UkjentFeilpunkt, feilpunkter_i, feilpunkter_i_koden
from tests.kjoring.test_avvikling import ARKIV
from tests.kjoring.test_drap import HELE_VEIEN
from tests.kjoring.test_drap_ettertid import ETTERTID

DREPES = HELE_VEIEN.union(ETTERTID, ARKIV)


def test_hvert_feilpunkt_i_koden_drepes_av_en_test():
    i_koden = feilpunkter_i_koden()
    assert len(i_koden) > 80
    assert {navn: sted for navn, sted in i_koden.items() if navn not in DREPES} == {}


def test_ingen_test_dreper_ved_et_punkt_som_ikke_finnes():
    assert DREPES - set(feilpunkter_i_koden()) == set()


def test_skanningen_ser_hvert_kall():
    """Counted by a search that knows no Python: the calls that are written are those that the tree has."""
    tekst = "".join(f.read_text("utf-8") for rom in ROM for f in (ROT / rom).rglob("*.py") if f != SELV)
    steder = set(feilpunkter_i_koden().values())
    assert len(re.findall(r"(?<!def )\bfeilpunkt\(", tekst)) == len(steder) > 40


def test_et_nytt_punkt_uten_test_blir_funnet():
    ny = {"kjerne/x.py": 'from kjerne.lager.feilpunkt import feilpunkt\n\ndef f(sted):\n    feilpunkt("x.nytt")\n'}
    assert set(feilpunkter_i(ny)) - DREPES == {"x.nytt"}
    assert set(feilpunkter_i({"flows/x.py": 'from kjerne.lager import feilpunkt\nfeilpunkt.feilpunkt("y.nytt")\n'})) == {"y.nytt"}
    ny_fil = {"kjerne/x.py": 'skriv_fast(m, s, n, "ny_type")\n', "kjerne/y.py": 'feilpunkt(f"{sted}.etter_temp")\n'}
    assert set(feilpunkter_i(ny_fil)) - DREPES == {"ny_type.etter_temp"}


@pytest.mark.parametrize("kilde", [
    "from kjerne.lager.feilpunkt import feilpunkt as fp\nfp('x')",
    "import kjerne.lager.feilpunkt as fp\nfp.feilpunkt('x')",
    "from kjerne.lager import feilpunkt as modul\nmodul.feilpunkt('x')",
    "from kjerne.lager.feilpunkt import feilpunkt\nf = feilpunkt\nf('x')",
    "list(map(feilpunkt, ['x']))",
    "getattr(modul, 'feilpunkt')('x')",
    "navn = 'x'\nfeilpunkt(navn)",
    "feilpunkt('a' + b)",
    "feilpunkt(f'{ukjent}.x')",
    "feilpunkt(navn='x')",
    "feilpunkt()",
    "skriv_fast(m, s, n, sted)",
    "with utkast(m, s, 'a' + b) as f: pass",
    "utkast(m, s, sted='x')",
])  # fmt: skip
def test_det_som_ikke_kan_leses_er_en_feil(kilde):
    with pytest.raises(UkjentFeilpunkt):
        feilpunkter_i({"kjerne/x.py": kilde})


def test_hele_kjoringen_stryker_uten_et_drap_som_er_gjort():
    """What stands at the end of a run of the whole suite: a list in a test is not enough, the kill must have happened."""
    nok = [(drap.EGENSKAP, (base, {"a": drap.MINST_PUNKT, "b": 1}, drap.MINST_TILFELDIG)) for base in ("SQLite", "PostgreSQL")]
    assert drap.Drapstall([*nok, ("database", "SQLite 3")]).mangler(["a", "b"]) == []
    assert drap.Drapstall(nok).mangler(["a", "b", "c"]) == ["feilpunktet c er ikke drept ved"]
    faa = drap.Drapstall([(drap.EGENSKAP, ("SQLite", {"a": 3}, 2))])
    assert len(faa.mangler(["a"])) == 1 and "3 drap ved punkter og 2 på måfå" in faa.mangler(["a"])[0]
    assert len(drap.Drapstall([]).mangler(["a"])) == 2
    assert faa.linje() == "Drap (SIGKILL): 5 · SQLite 3 ved punkter og 2 på måfå"
