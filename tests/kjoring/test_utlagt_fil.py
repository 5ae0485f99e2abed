"""A process died after the file had its name and before the database knew: the money may be out, and the batch cannot be taken back.

Otherwise its lines would be free, come in a new batch under new ids, and be paid once more.
"""

from __future__ import annotations

import pytest

from kjerne.kjoring.attestering import avbryt_bunt, betal_godkjente, ventende
from kjerne.kjoring.avstemmingssteg import avstem, sammenlign
from kjerne.kjoring.kvitteringssteg import les_kvitteringer
from kjerne.kjoring.stoppknapp import bekreft_start, foresla_start
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.oppdagelse import finn
from kjerne.syntetisk.bank import svar_paa
from tests.drap import merk_drap
from tests.kjoring.conftest import betal_alt, godkjenn_alt
from tests.kjoring.test_drap_ettertid import drept

ID = "askeladden"


def send(rom):
    return betal_godkjente(rom, finn(ID), "", "anne")


@pytest.mark.parametrize("punkt", ["utsending.etter_rename", "utsending.for_commit"])
@pytest.mark.parametrize("handling", ["trekk", "stans"])
def test_kan_ikke_tas_tilbake_men_sendes_ferdig(kjort, punkt, handling, request):
    (b,) = godkjenn_alt(kjort)
    assert drept(kjort, send, punkt)
    merk_drap(request, kjort.motor.dialect.name, [punkt])
    (fil,) = kjort.betalingsmappe.glob("*.xml")
    with pytest.raises(Ordningsfeil, match="alt lagt ut til banken") as feil:
        avbryt_bunt(kjort, b, handling, "ola", "feil dato")
    assert feil.value.kode == 4 and "ordning utbetal askeladden" in feil.value.gjor_dette
    assert ventende(kjort, ID, b.bunt_id)[0].tilstand == "disponert"
    assert [a.hva for a in sammenlign(kjort, finn(ID)).avvik] == ["ukjent_fil"]
    (s,) = send(kjort)
    assert s["fil"] == str(fil) and not s["ny"], "det som lå der, er det som er sendt"
    assert [a.tekst for a in sammenlign(kjort, finn(ID)).avvik] == []


def test_avstemmingen_stopper_og_to_starter_igjen_for_den_sendes_ferdig(kjort, tmp_path):
    godkjenn_alt(kjort)
    assert drept(kjort, send, "utsending.etter_rename")
    (fil,) = kjort.betalingsmappe.glob("*.xml")
    svar_paa(fil, tmp_path / "svar.xml", kjort.klokke.naa())
    with pytest.raises(Ordningsfeil):
        les_kvitteringer(kjort, tmp_path / "svar.xml", "ola")  # the bank answers to what we do not know that we sent
    assert not avstem(kjort, finn(ID), "ola").gaar_opp
    with pytest.raises(Ordningsfeil, match="stoppet av system"):
        send(kjort)
    foresla_start(kjort, ID, "filen ble lagt ut uten å bli merket", "ola")
    bekreft_start(kjort, ID, "enig", "kari")
    assert len(send(kjort)) == 1 and les_kvitteringer(kjort, tmp_path / "svar.xml", "ola").kvittert
    assert avstem(kjort, finn(ID), "ola").gaar_opp


def test_en_bunt_uten_fil_kan_tas_tilbake_etter_et_drap(kjort):
    (b,) = godkjenn_alt(kjort)
    assert drept(kjort, send, "bunt.etter.send")
    assert not list(kjort.betalingsmappe.glob("*.xml"))
    assert avbryt_bunt(kjort, b, "trekk", "ola", "feil dato").tilstand == "trukket"
    with pytest.raises(Ordningsfeil, match="Ingen bunt er disponert"):
        betal_alt(kjort)
