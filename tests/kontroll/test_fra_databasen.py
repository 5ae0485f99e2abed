"""What the controls see is taken out of the database rightly: a planted day gives the same findings as its frames."""

from __future__ import annotations

import pytest

from kjerne.kjoring.kontrollgrunnlag import kontrollvalg, linjekontekst
from kjerne.kontroll.gjennomforing import gjennomfor
from kjerne.kontroll.katalog import plan_for
from kjerne.lager.motor import lesende
from kjerne.syntetisk.betalingsdag import BETALES
from tests.kontroll.i_databasen import skriv_dag
from tests.kontroll.kontroll_treff import lag_dag
from tests.kontroll.kontroll_treff import linjekontekst as fra_rammene


@pytest.fixture(scope="module")
def dag():
    return lag_dag(2_000, 24, 5)


def test_samme_funn_fra_databasen_som_fra_rammene(rom, dag):
    k = skriv_dag(rom, dag)
    with lesende(rom.motor) as conn:
        kontekst = linjekontekst(conn, k, BETALES)
    plan = plan_for(kontrollvalg(k.verk.manifest), BETALES)
    fra_basen, ventet = gjennomfor(plan, kontekst), gjennomfor(plan, fra_rammene(dag))
    assert len(kontekst.linjer) == len(dag.linjer) and 0 < len(kontekst.andre) <= len(dag.andre)
    nokler = ["kontroll", "linje_id", "handling"]
    for id_ in sorted(set(ventet.funn["kontroll"])):
        a, b = (set(map(tuple, g.funn.loc[g.funn["kontroll"] == id_, nokler].to_numpy())) for g in (fra_basen, ventet))
        assert a == b, id_
    assert [(t.id, t.treff, t.ukjent, t.ikke_kjort) for t in fra_basen.tall] == [
        (t.id, t.treff, t.ukjent, t.ikke_kjort) for t in ventet.tall
    ]
