"""A small version of the benchmark: every planted pattern is found, and the honest are left alone."""

from __future__ import annotations

from tests.kontroll.kontroll_treff import maal, skriv

# What cannot be missed: the pattern is the very thing that the control looks for
ALLE = ("K04", "K05", "K06", "K07", "K08", "K09", "K18", "K19", "K20", "K21", "K26")


def test_plantede_monstre_blir_funnet_og_faa_stoppes_forgjeves():
    m = maal(6_000, 40)
    assert (m["plantet"] >= 38).all()
    assert m.loc[list(ALLE), "funnet"].eq(m.loc[list(ALLE), "plantet"]).all(), m
    assert m.loc["K10", "funnet"] / m.loc["K10", "plantet"] >= 0.8  # short of months, or of kroner, for some
    falske = m["falske"] / m["friske"]
    assert falske.drop("K08").max() <= 0.002 and falske["K08"] <= 0.015  # K08: hired in the month when the scheme was known
    tekst = skriv(m, 6_000)
    assert all(id_ in tekst for id_ in m.index) and "Falske stopp" in tekst
