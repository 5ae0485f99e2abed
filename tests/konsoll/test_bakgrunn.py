"""What goes on behind the pages: one at a time, never stuck, and nothing about people kept for long."""

import threading
import time

import pytest

from kjerne.api.konsoll import bakgrunn
from kjerne.api.konsoll.bakgrunn import KJORING, PROVING, Bakgrunn
from kjerne.kontrakt.feil import Ordningsfeil


def test_en_traad_som_ikke_starter_sperrer_ikke_for_den_neste(monkeypatch):
    b = Bakgrunn()

    def nei(_):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as m:
        m.setattr(threading.Thread, "start", nei)
        with pytest.raises(RuntimeError):
            b.start("o", "ola", lambda vis: 1)
    b.vent()
    b.start("o", "ola", lambda vis: 2)
    b.vent(10)
    assert b.naa is None and b.siste(KJORING).resultat == 2


def test_en_om_gangen_og_hver_sin_proving():
    b, klar = Bakgrunn(), threading.Event()
    b.start("o", "ola", lambda vis: klar.wait(10), PROVING)
    with pytest.raises(Ordningsfeil, match="prøver saker"):
        b.start("o", "kari", lambda vis: 1, PROVING)
    klar.set()
    b.vent(10)
    assert b.siste(PROVING, "ola").resultat is True and b.siste(PROVING, "kari") is None


def test_det_som_er_proevd_blir_borte_ogsaa_naar_ingen_proever_noe_nytt(monkeypatch):
    b = Bakgrunn()
    b.start("o", "ola", lambda vis: "om noen", PROVING)
    b.vent(10)
    assert b.siste(PROVING, "ola").resultat == "om noen"
    naa = time.monotonic() + bakgrunn.HVILE + 1
    monkeypatch.setattr(bakgrunn.time, "monotonic", lambda: naa)
    assert b.siste(PROVING, "ola") is None and not b._siste
