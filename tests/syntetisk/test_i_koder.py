"""What a simulation reads of a society is what everybody else reads, in less room."""

from __future__ import annotations

import datetime as dt
import gc
import weakref

import numpy as np
import pandas as pd
import pytest

from kjerne.kjoring import simuleringsgrunnlag
from kjerne.kjoring.vurdering import INNTEKT_I_REGLER
from kjerne.syntetisk import samfunn, samfunnsdeler
from kjerne.syntetisk.permitteringer import Permitteringer

SISTE = dt.date(2020, 6, 1)


@pytest.mark.parametrize("maaneder", [4, 15])
def test_kodene_er_de_samme_verdiene(monkeypatch, maaneder):
    monkeypatch.setattr(samfunn, "DEL", 150)
    valg = (400, 3, SISTE, maaneder, None, Permitteringer(0.9), 0.3)
    hele, koder = list(samfunnsdeler(*valg)), list(samfunnsdeler(*valg, i_koder=True))
    assert len(hele) == len(koder) == 3
    for a, b in zip(hele, koder, strict=True):
        assert set(b.inntekt) == {"ident", *INNTEKT_I_REGLER}
        for navn in b.inntekt:
            fra, til = (d.inntekt[navn].astype(object).to_numpy() for d in (a, b))
            assert len(fra) > 0 and (fra == til).all(), navn
        for tabell in ("personer", "arbeidsgivere", "arbeidsforhold", "permittering", "fasit"):
            pd.testing.assert_frame_equal(getattr(a, tabell), getattr(b, tabell))


def test_uten_problemer_har_ingen_noen():
    del_ = next(samfunnsdeler(200, 1, SISTE, 12, None))
    assert del_.fasit.empty
    assert del_.personer["doedsdato"].isna().all()


def test_tabellene_deles_etter_person(monkeypatch):
    """Each block has the employments of its own people, and together they have all."""
    monkeypatch.setattr(samfunn, "DEL", 70)
    deler = list(samfunnsdeler(300, 4, SISTE, 12))
    for navn in ("arbeidsforhold", "permittering"):
        ider = [set(getattr(d, navn)["ident"]) for d in deler]
        assert sum(map(len, ider)) == len(set().union(*ider)) > 0
        nr = np.concatenate([getattr(d, navn)["rad_id"] for d in deler])
        assert nr.tolist() == list(range(len(nr)))
    alle_tidligere = set().union(*(d.personer["tidligere_ident"].dropna() for d in deler))
    for d in deler:
        assert set(d.arbeidsforhold["ident"]) <= set(d.personer["ident"]) | alle_tidligere
        assert set(d.inntekt["ident"]) & set(d.arbeidsforhold["ident"])


def test_en_blokk_om_gangen(monkeypatch):
    """When a block of people is made, nobody holds the one before: memory does not grow with the number of people."""
    from kjerne.kontrakt.manifest import Soknadsfelt

    monkeypatch.setattr(samfunn, "DEL", 100)
    felt = (Soknadsfelt(navn="arbeidsgiver", type="orgnr", nb="-", nn="-", syntetisk={"fra": "arbeidsgiver"}),)
    monkeypatch.setattr(simuleringsgrunnlag, "vindu", lambda *_: (SISTE, 6))
    levende: list[weakref.ref] = []
    ekte = samfunn.lag_lonn

    def lag_lonn(*args):
        gc.collect()
        assert [r for r in levende if r() is not None] == []
        return ekte(*args)

    monkeypatch.setattr(samfunn, "lag_lonn", lag_lonn)
    biter = simuleringsgrunnlag.syntetiske(None, felt, 500, 1, dt.date(2020, 7, 1), lambda *_: None)
    antall = 0
    for bit in biter:
        levende += [weakref.ref(bit.saker), *(weakref.ref(t) for t in bit.tabeller.values())]
        antall += len(bit.saker)
        del bit
    assert (antall, len(levende)) == (500, 15)
