"""I22, I23: a limit is never exceeded, however many try at once; after the stop button has answered, nothing leaves."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from lagereksempel import NAA, bunt, fatt, godkjenn, send_bunt

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.utbetaling import stopp
from kjerne.utbetaling.buntlaging import Grenser
from kjerne.utbetaling.godkjenning import Sett, attester, avbryt, disponer
from kjerne.utbetaling.ramme import Ramme, brukt

SMAA = Grenser(10_000_00, 250_00)


def mange(motor, antall=40):
    with motor.begin() as conn:
        fatt(conn, antall)
        bunter = bunt(conn, SMAA).bunter
    for b in bunter:
        with motor.begin() as conn:
            attester(conn, b.bunt_id, "Ola", Sett.av_bunt(b), NAA)
    return bunter


def test_femti_som_disponerer_samtidig_gaar_aldri_over(lager):
    bunter = mange(lager, 60)
    grense = sum(b.sum_ore for b in bunter[:5]) + 50
    rammer = [Ramme("dag", "dagen", grense, "dagsrammen")]
    start = threading.Barrier(16)

    def prov(nr: int) -> str:
        if nr < 16:
            start.wait()
        b = bunter[nr % len(bunter)]
        try:
            with lager.begin() as conn:
                disponer(conn, b.bunt_id, f"person{nr}", Sett.av_bunt(b), rammer, NAA)
        except Ordningsfeil as feil:
            return "full" if feil.kode == 5 else "nei"
        return "gjort"

    with ThreadPoolExecutor(16) as traader:
        svar = list(traader.map(prov, range(50)))
    with lager.connect() as conn:
        reservert = brukt(conn, "dagen")
        er_disponert = sa.select(t.bunt_hendelse.c.bunt_id).where(t.bunt_hendelse.c.handling == "disponer")
        disponert = conn.scalar(sa.select(sa.func.sum(t.bunt.c.sum_ore)).where(t.bunt.c.bunt_id.in_(er_disponert)))
    assert 0 < reservert == disponert <= grense and svar.count("gjort") >= 5 and "full" in svar


def test_databasen_nekter_selv_og_en_trukket_bunt_gir_rommet_tilbake(lager):
    bunter = mange(lager)
    rammer = [Ramme("bevilgning", "kap", bunter[0].sum_ore, "bevilgningen")]
    with lager.begin() as conn:
        disponer(conn, bunter[0].bunt_id, "Per", Sett.av_bunt(bunter[0]), rammer, NAA)
    with pytest.raises(Ordningsfeil, match="er det 0,00 kr igjen"), lager.begin() as conn:
        disponer(conn, bunter[1].bunt_id, "Per", Sett.av_bunt(bunter[1]), rammer, NAA)
    with pytest.raises(sa.exc.IntegrityError, match="rammen er brukt opp"), lager.begin() as conn:
        conn.execute(t.reservasjon.insert().values(bunt_id=bunter[1].bunt_id, ramme="bevilgning", nokkel="kap", belop_ore=1,
                                                   grense_ore=bunter[0].sum_ore))  # fmt: skip
    with lager.begin() as conn:
        avbryt(conn, bunter[0].bunt_id, "trekk", "Kari", "feil dag", NAA)
        assert brukt(conn, "kap") == 0
        disponer(conn, bunter[1].bunt_id, "Per", Sett.av_bunt(bunter[1]), [Ramme("bevilgning", "kap", 10**9, "bevilgningen")], NAA)


def test_etter_stopp_forlater_ingen_fil_huset(lager, tmp_path):
    """Stopped at a random moment while files are being sent: none is there that was not there when the button answered."""
    bunter = mange(lager, 60)
    for b in bunter:
        godkjenn(lager, b)
    tilfeldig, startet = random.Random(lager.dialect.name), threading.Event()

    def sender() -> list[str]:
        ut = []
        for b in bunter:
            startet.set()
            try:
                ut.append(send_bunt(lager, b, tmp_path / "ut").filnavn)
            except Ordningsfeil as feil:
                assert feil.kode == 4 and "stoppet" in feil.hva
        return ut

    with ThreadPoolExecutor(1) as traader:
        svar = traader.submit(sender)
        startet.wait()
        time.sleep(tilfeldig.uniform(0, 0.05))
        for_trykk = time.perf_counter()
        with lager.begin() as conn:
            assert stopp.trykk_stopp(conn, "*", "øvelse", "hvem som helst", NAA)
        ventet, ute = time.perf_counter() - for_trykk, set(tmp_path.glob("ut/*.xml"))
        sendt = svar.result()
    assert set(tmp_path.glob("ut/*.xml")) == ute and {f.name for f in ute} == set(sendt)
    assert ventet < 30  # it waits for what is on its way, never for all
    with lager.connect() as conn:
        assert len(conn.scalars(sa.select(t.bunt_hendelse.c.bunt_id).where(t.bunt_hendelse.c.handling == "send")).all()) == len(ute)
    rad = {"nr": 2, "omfang": "*", "handling": "start", "grunn": "x", "av": "hvem som helst", "tid": NAA}
    with pytest.raises(sa.exc.IntegrityError, match="må bekrefte"), lager.begin() as conn:
        conn.execute(t.stopp.insert().values(rad))


def test_stopp_i_en_ordning_stopper_ikke_en_annen(lager):
    with lager.begin() as conn:
        stopp.trykk_stopp(conn, "annen", "feil sats", "kari", NAA)
        stopp.krev_i_gang(conn, "eventyr")
        with pytest.raises(Ordningsfeil, match="feil sats"):
            stopp.krev_i_gang(conn, "annen")
        for av, grunn in (("", "grunn god"), ("kari", " ")):
            with pytest.raises(Ordningsfeil, match="IKKE stoppet"):
                stopp.trykk_stopp(conn, "*", grunn, av, NAA)
