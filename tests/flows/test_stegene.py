"""The steps that a flyt.py may name are those that there are."""

import flows
from kjerne.kjoring.ekstrasteg import EKSTRASTEG as TILBUDTE
from kjerne.kjoring.standard import STANDARD
from kjerne.regelmotor.flytlint import EKSTRASTEG, STANDARDFLYT, STEG, VERN


def test_listene_er_de_stegene_som_finnes():
    assert tuple(s.navn for s in STANDARD.steg) == STEG
    assert tuple(TILBUDTE) == EKSTRASTEG
    assert {n: getattr(flows, n) for n in EKSTRASTEG} == TILBUDTE
    assert set(flows.__all__) == {"Ordningsflyt", STANDARDFLYT, *EKSTRASTEG}
    assert set(VERN) < set(STEG)
