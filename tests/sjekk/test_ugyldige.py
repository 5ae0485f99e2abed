"""Every kind of bad folder: a finding in Norwegian, soon, without harm to the other schemes or to anything outside the folder."""

import time

import pytest

from kjerne.regelmotor.oppdagelse import oppdag
from kjerne.sjekk import sjekk_ordning
from tests.cli.dorer import ENGELSK
from tests.sjekk.ordningskopi import avtrykk
from tests.sjekk.ugyldige import UGYLDIGE

SEKUNDER = 5


def test_det_er_minst_førti_slag_og_alle_er_ulike():
    assert len({u.slag for u in UGYLDIGE}) == len(UGYLDIGE) >= 40


def test_den_hele_mappen_har_ingen_funn(hel):
    assert [f.hva for f in sjekk_ordning(hel)] == []


@pytest.mark.parametrize("u", UGYLDIGE, ids=[u.slag for u in UGYLDIGE])
def test_ugyldig_mappe(u, hel):
    u.endre(hel / u.fil)
    rundt = avtrykk(hel.parent, hel)
    start = time.process_time()
    funn = sjekk_ordning(hel)
    assert time.process_time() - start < SEKUNDER
    tekster = [f"{f.hva} {f.hvor} {f.gjor_dette}".casefold() for f in funn]
    assert any(all(ord_.casefold() in t for ord_ in u.ord) for t in tekster), tekster
    for f in funn:
        assert all((f.hva, f.hvor, f.hvorfor, f.gjor_dette))
        assert not ENGELSK.search(f.hva), f.hva
    verk, ute = oppdag(hel.parent)
    assert "gjetergutten" in verk
    assert [x.id for x in ute] == (["askeladden"] if u.ute else [])
    assert all(x.grunn.hva and x.grunn.gjor_dette or str(x.grunn) for x in ute)
    assert avtrykk(hel.parent, hel) == rundt


def test_alle_feil_vises_når_alle_de_tre_filene_er_gale(hel):
    for fil, linje in (("ordning.toml", "[eier"), ("regler.py", "import os\n"), ("parametre.csv", "frist;31.02.2020;døgn;;;;;;\n")):
        with (hel / fil).open("a", encoding="utf-8") as ut:
            ut.write(linje)
    filer = {f.fil(hel) for f in sjekk_ordning(hel)}
    assert {"ordning.toml", "regler.py", "parametre.csv"} <= filer
    celler = [f.hva for f in sjekk_ordning(hel) if f.fil(hel) == "parametre.csv"]
    assert len(celler) >= 4, celler  # unit, source of law, source, first day
