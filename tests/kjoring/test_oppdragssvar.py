"""Answers from Oppdragssystemet in every shape, the payment date, and what one øre of difference does."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from lxml import etree

from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.attestering import betal_godkjente
from kjerne.kjoring.avstemmingssteg import avstem
from kjerne.kjoring.gjenoppretting import godta_kopi
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.kvitteringssteg import avviste, betal_avviste, les_kvitteringer
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.stoppknapp import bekreft_start, foresla_start, stoppet, trykk
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.lager.motor import aapne, lesende
from kjerne.regelmotor.oppdagelse import finn
from kjerne.utbetaling.bankdag import er_bankdag
from tests.kjoring.conftest import betal_alt, godkjenn_alt
from tests.kjoring.oppdragsordning import ID, bunter, endre, etter_vedtakene, hos_mottakeren, med_oppdrag, svar
from tests.kjoring.test_oppdragsdag import les, revurder
from tests.kjoring.test_verifisering import uten_vakter


@pytest.fixture
def mappe(tmp_path, monkeypatch) -> Path:
    med_oppdrag(tmp_path / "ordninger", monkeypatch)
    return tmp_path / "ordninger"


@pytest.fixture
def sendt(kjort, mappe):
    (s,) = betal_alt(kjort)
    return s


def test_alle_alvorlighetsgrader_og_hva_som_er_uavklart(kjort, sendt, tmp_path):
    saker = [m.fagsystem_id for m in les(sendt["fil"])]
    ulike = {saker[0]: ("04", "B110003W", "Mottaker har flere saker"), saker[1]: ("08", "BB18011F", "Avventing overlapper"),
             saker[2]: ("12", "", "Køen var nede"), saker[3]: ("08", "B110008F", "Oppdraget finnes fra før")}  # fmt: skip
    lest, antall, _ = svar(kjort, sendt, tmp_path, svar=ulike)
    n = sendt["antall"]
    assert antall == {"00": n - 4, "04": 1, "08": 2, "12": 1} and lest.stand == {"oppgjort": n - 3, "avvist": 1} and not lest.kvittert
    assert lest.tiltak == {"meld_feil": 1}
    a = avstem(kjort, finn(ID), "ola")
    assert a.gaar_opp and not a.nye and bunter(kjort, "sendt"), "12 og «finnes fra før» er ikke endelige svar"
    per = {u: antall for u, (antall, _) in a.grensesnitt.per_utfall.items()}
    assert per == {"godkjent": n - 4, "varsel": 1, "avvist": 3, "mangler": 0} and sum(per.values()) == a.grensesnitt.antall
    assert sum(ore for _, ore in a.grensesnitt.per_utfall.values()) == a.grensesnitt.sum_ore == sendt["sum_ore"]
    lest, _, _ = svar(kjort, sendt, tmp_path, svar={saker[1]: ulike[saker[1]]})  # sent again: now all is answered
    assert lest.stand == {"oppgjort": 2} and lest.kvittert and lest.nye == 3, "svaret 00 etter 04 er nytt, men endrer ingenting"
    assert [r["stand"] for r in avviste(kjort, ID)] == ["avvist"]


def test_svarene_i_biter_i_hvilken_som_helst_rekkefolge_og_over_flere_linjer(kjort, sendt, tmp_path):
    hele = tmp_path / "hele.xml"
    svar(kjort, sendt, tmp_path)  # the batch is answered; what follows are the same answers again
    linjer = (tmp_path / "os0.xml").read_bytes().splitlines(keepends=True)
    hele.write_bytes(b"".join(reversed(linjer)))
    lest = les_kvitteringer(kjort, hele, "ola")
    assert (lest.nye, lest.stand) == (0, {})
    pen = tmp_path / "pen.xml"
    pen.write_bytes(etree.tostring(etree.fromstring(linjer[0]), pretty_print=True, xml_declaration=True, encoding="UTF-8"))
    assert les_kvitteringer(kjort, pen, "ola").lest == 1


def test_det_som_ikke_kan_brukes_telles_og_resten_brukes(kjort, sendt, tmp_path):
    svar(kjort, sendt, tmp_path, svar={m.fagsystem_id: ("12", "", "") for m in les(sendt["fil"])})
    linjer = (tmp_path / "os0.xml").read_bytes().replace(b">12<", b">00<").splitlines()
    saker = [m.fagsystem_id.encode() for m in les(sendt["fil"])]
    linjer[0] = linjer[0].replace(saker[0] + b"<", b"FREMMED<")
    linjer[1] = linjer[1].replace(saker[1] + b"#1<", saker[1] + b"#9<")
    linjer[2] = linjer[2].replace(b">00<", b">02<")
    linjer[3] = linjer[3].replace(b"</alvorlighetsgrad>", b"")
    linjer[4] = b"<o:oppdrag xmlns:o='http://www.trygdeetaten.no/skjema/oppdrag'/>"
    linjer[5] = linjer[5].replace(b"<?xml version='1.0' encoding='UTF-8'?>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>")
    fil = tmp_path / "galt.xml"
    fil.write_bytes(b"\n".join(linjer) + b"\n")
    lest = les_kvitteringer(kjort, fil, "ola")
    assert lest.avvik == {"ukjent_id": 2, "ukjent_status": 1, "ugyldig_melding": 3}
    assert lest.stand == {"oppgjort": sendt["antall"] - 6} and not lest.kvittert
    fil.write_bytes(linjer[0])
    with pytest.raises(Ordningsfeil, match="Ingen av svarene"):
        les_kvitteringer(kjort, fil, "ola")


def test_avvist_nedgang_spor_et_menneske_og_sendes_paa_nytt(kjort, sendt, mappe, tmp_path):
    svar(kjort, sendt, tmp_path)
    verk = endre(mappe, "dekning;60;%", "dekning;50;%")
    f = revurder(kjort, verk)
    (ned,) = betal_godkjente(kjort, verk, "", "anne")
    en = les(ned["fil"])[0]
    lest, _, _ = svar(kjort, ned, tmp_path, svar={en.fagsystem_id: ("08", "BB50020F", "Nytt vedtak kreves")})
    assert lest.stand == {"nedgang": f.antall - 1, "nedgang_avvist": 1} and lest.kvittert
    assert not any(x["ny"] for x in betal_godkjente(kjort, verk, "", "anne")), "det avviste sendes ikke av seg selv"
    assert [(r["ende_til_ende_id"], r["stand"]) for r in avviste(kjort, ID)] == [(en.fagsystem_id, "nedgang_avvist")]
    assert hos_mottakeren(kjort) > etter_vedtakene(kjort)
    with pytest.raises(Ordningsfeil, match="Grunnen"):
        betal_avviste(kjort, ID, [en.fagsystem_id], None, "kort", "per")
    assert betal_avviste(kjort, ID, [en.fagsystem_id], None, "mottakeren har rettet klassekoden", "per") == 1 and not avviste(kjort, ID)
    (igjen,) = betal_godkjente(kjort, verk, "", "anne")
    (ny,) = les(igjen["fil"])
    assert ny.fagsystem_id == en.fagsystem_id and ny.linjer[0].delytelse_id != en.linjer[0].delytelse_id
    assert ny.linjer[0].ref_delytelse_id == en.linjer[0].ref_delytelse_id
    svar(kjort, igjen, tmp_path)
    assert hos_mottakeren(kjort) == etter_vedtakene(kjort) and avstem(kjort, verk, "ola").gaar_opp


ANGREP = {
    "en krone i det som er lagret om linjen": ("grensesnitt", "UPDATE oppdragslinje SET sats_ore = sats_ore + 100"),
    "en øre i det som er betalt": ("belop_i_filen", "UPDATE linje SET belop_ore = belop_ore + 1"),
}


@pytest.mark.parametrize("hva", ANGREP)
def test_en_ore_stopper_alt(kjort, sendt, tmp_path, hva):
    svar(kjort, sendt, tmp_path)
    ventet, sql = ANGREP[hva]
    tabell, nokkel = ("oppdragslinje", "fagsystem_id") if "oppdragslinje" in sql else ("linje", "linje_id")
    med = "oppdragslinje" if tabell == "oppdragslinje" else "bunt_linje"
    with uten_vakter(kjort) as conn:
        assert conn.execute(sa.text(f"{sql} WHERE {nokkel} = (SELECT min({nokkel}) FROM {med})")).rowcount == 1
    a = avstem(kjort, finn(ID), "ola")
    assert ventet in {x.hva for x in a.avvik} and [x.omfang for x in stoppet(kjort)] == [ID]


def test_filen_endret_eller_borte_og_en_fremmed_fil(kjort, sendt, tmp_path):
    fil = Path(sendt["fil"])
    data = fil.read_bytes()
    fil.chmod(0o600)
    for nytt, ventet in ((data[:-10], "filen_borte"), (data + data.splitlines(keepends=True)[0], "filen_borte")):
        fil.write_bytes(nytt)
        assert {x.hva for x in avstem(kjort, finn(ID), "ola").avvik} == {ventet}
    fil.write_bytes(data)
    (fil.parent / f"{ID}-fremmed-0.oppdrag").write_bytes(data)
    assert {x.hva for x in avstem(kjort, finn(ID), "ola").avvik} == {"ukjent_fil"}


@pytest.mark.parametrize("som_oppdrag", [True, False])
def test_julaften_er_ingen_betalingsdag(rom, grunnlag, tmp_path, monkeypatch, som_oppdrag):
    """Made on Tuesday 22 December 2020: two days later is Christmas Eve, and the next bank day is Monday 28."""
    if som_oppdrag:
        med_oppdrag(tmp_path / "ordninger", monkeypatch)
    rom = replace(rom, klokke=Stillklokke(dt.date(2020, 12, 22)))
    kjor_ordning(rom, ID, grunnlag)
    (b,) = bunter(rom, "kontrollert")
    assert b.betalingsdato == dt.date(2020, 12, 28) and er_bankdag(b.betalingsdato)
    (s,) = betal_alt(rom)
    assert s["fil"].endswith(".oppdrag" if som_oppdrag else ".xml")
    with lesende(rom.motor) as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(t.oppdragsfil)) == int(som_oppdrag)


def test_en_eldre_kopi_av_databasen_gir_den_samme_filen(ferdig_sqlite, mappe, tmp_path):
    """The file left; then a copy from before that is put back. The file that left is the truth: its key, its ids, its bytes."""
    shutil.copytree(ferdig_sqlite, tmp_path, dirs_exist_ok=True)
    db, kopi = tmp_path / "lager.db", tmp_path / "kopi.db"
    rom = Arbeidsrom(tmp_path / "data", aapne(f"sqlite:///{db}"), Stillklokke(dt.date(2020, 7, 15)))
    godkjenn_alt(rom)
    with rom.motor.connect() as conn:
        conn.exec_driver_sql("COMMIT")
        conn.exec_driver_sql(f"VACUUM INTO '{kopi}'")
        conn.exec_driver_sql("BEGIN")
    (s,) = betal_godkjente(rom, finn(ID), "", "anne")
    rom.motor.dispose()
    senere = Arbeidsrom(rom.data, aapne(f"sqlite:///{kopi}"), Stillklokke(dt.date(2020, 7, 20)))
    with pytest.raises(Ordningsfeil, match="eldre kopi"):
        betal_godkjente(senere, finn(ID), "", "anne")
    trykk(senere, "", "en kopi er lagt tilbake", "anne")
    godta_kopi(senere, "leder", "databasen er lagt tilbake fra kopi")
    foresla_start(senere, "", "alt er sammenliknet", "ola")
    bekreft_start(senere, "", "enig", "leder")
    (igjen,) = betal_godkjente(senere, finn(ID), "", "anne")
    assert (igjen["sha256"], igjen["fil"]) == (s["sha256"], s["fil"]) and len(list(rom.betalingsmappe.iterdir())) == 1
    assert svar(senere, igjen, tmp_path)[0].kvittert and avstem(senere, finn(ID), "ola").gaar_opp
