"""I25: an older copy of the database is put back after files have left. Nothing is paid twice, and the way on ends in reconciliation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kjerne.kjoring.attestering import betal_godkjente
from kjerne.kjoring.avstemmingssteg import avstem
from kjerne.kjoring.gjenoppretting import godta_kopi, krev_sikker_base
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.stoppknapp import bekreft_start, foresla_start, trykk
from kjerne.kjoring.verifisering import verifiser
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.oppdagelse import finn
from kjerne.revisjon import anker
from tests.kjoring.conftest import betal_alt, godkjenn_alt
from tests.kjoring.test_verifisering import uten_vakter

GRUNN = "Disken gikk i stykker, og kopien er fra i går kveld."


@pytest.fixture
def glemt(rom, grunnlag) -> tuple:
    """A day in which a file left, and a database that remembers nothing of it; the folder is as it was. Made by emptying a database
    that was never told, so that both databases are tried alike: the run is done again from the beginning."""
    (sendt,) = _en_dag(rom, grunnlag)
    with uten_vakter(rom) as conn:
        for tabell in ALT:
            conn.exec_driver_sql(f"DELETE FROM {tabell}")
    return rom, Path(sendt["fil"])


def _en_dag(rom, grunnlag) -> list[dict]:
    kjor_ordning(rom, "askeladden", grunnlag)
    return betal_alt(rom)


def _alt() -> list[str]:
    from kjerne.lager.tabeller import metadata

    fast = ("egenskap", "bunt_overgang", "person")
    return [t.name for t in reversed(metadata.sorted_tables) if t.name not in fast]


ALT = _alt()


def test_ingenting_sendes_foer_noen_har_svart_for_kopien(glemt, grunnlag):
    rom, fil = glemt
    innhold = fil.read_bytes()
    kjor_ordning(rom, "askeladden", grunnlag)
    godkjenn_alt(rom)
    with pytest.raises(Ordningsfeil, match="en eldre kopi") as feil:
        betal_godkjente(rom, finn("askeladden"), "", "anne")
    assert feil.value.kode == 4 and "18-gjenoppretting" in feil.value.gjor_dette
    assert fil.read_bytes() == innhold and [f.name for f in rom.betalingsmappe.iterdir()] == [fil.name]
    assert any("kopi" in f.hva or "skrevet på nytt" in f.hva for f in verifiser(rom).funn)


def test_veien_videre_ender_i_avstemming_og_filen_som_er_ute_er_sannheten(glemt, grunnlag):
    rom, fil = glemt
    innhold = fil.read_bytes()
    with pytest.raises(Ordningsfeil, match="stoppet først") as feil:
        godta_kopi(rom, "lisa", GRUNN)
    assert feil.value.kode == 4
    trykk(rom, "", "kopi lagt inn", "ola")
    svar = godta_kopi(rom, "lisa", GRUNN)
    assert svar["forankret"] > svar["loggen_sluttet"] and (rom.revisjonsmappe / svar["ankere_lagt_bort"]).exists()
    foresla_start(rom, "", "avstemt mot banken", "ola")
    bekreft_start(rom, "", "avstemt mot banken", "kari")
    kjor_ordning(rom, "askeladden", grunnlag)
    godkjenn_alt(rom)
    (sendt,) = betal_godkjente(rom, finn("askeladden"), "", "anne")
    assert Path(sendt["fil"]) == fil and fil.read_bytes() == innhold, "filen som er ute, er ikke skrevet på nytt"
    assert avstem(rom, finn("askeladden"), "ola").avvik == []
    assert verifiser(rom).hel


def test_en_fil_som_databasen_ikke_kjenner_stanser_alt(kjort):
    godkjenn_alt(kjort)
    kjort.betalingsmappe.mkdir(exist_ok=True)
    fremmed = kjort.betalingsmappe / "askeladden-0123456789abcdef0123456789abcdef-0123456789abcdef.xml"
    fremmed.write_text("fra før kopien")
    with pytest.raises(Ordningsfeil, match="ikke kjenner") as feil:
        betal_godkjente(kjort, finn("askeladden"), "", "anne")
    assert feil.value.kode == 4 and str(fremmed) == feil.value.hvor
    assert list(kjort.betalingsmappe.iterdir()) == [fremmed]
    fremmed.unlink()
    assert betal_godkjente(kjort, finn("askeladden"), "", "anne")


def test_samme_bunt_til_et_annet_tidspunkt_tar_i_bruk_filen_som_er_ute(kjort):
    """The bytes differ, the payments do not. A file with one payment changed keeps its name and is not taken into use."""
    godkjenn_alt(kjort)
    (sendt,) = betal_godkjente(kjort, finn("askeladden"), "", "anne")
    fil, foer = Path(sendt["fil"]), Path(sendt["fil"]).read_bytes()
    _glem_sendingen(kjort)
    fil.write_bytes(re.sub(rb"<CreDtTm>[^<]*", b"<CreDtTm>2020-07-15T10:00:00", foer))
    assert fil.read_bytes() != foer
    (igjen,) = betal_godkjente(kjort, finn("askeladden"), "", "anne")
    assert not igjen["ny"] and igjen["fil"] == sendt["fil"] and igjen["sha256"] != sendt["sha256"]
    _glem_sendingen(kjort)
    ende = foer.split(b"<EndToEndId>")[1][:8]
    fil.write_bytes(foer.replace(ende, b"00000000"))
    with pytest.raises(Ordningsfeil, match="annet innhold"):
        betal_godkjente(kjort, finn("askeladden"), "", "anne")


def _glem_sendingen(rom) -> None:
    """As if the sending had never been written: in the batch, the ledger, the log and the anchors."""
    with uten_vakter(rom) as conn:
        conn.exec_driver_sql("DELETE FROM postering WHERE bilag_id IN (SELECT bilag_id FROM bilag WHERE art = 'sendt')")
        conn.exec_driver_sql("DELETE FROM bilag WHERE art = 'sendt'")
        conn.exec_driver_sql("DELETE FROM bunt_hendelse WHERE handling = 'send'")
        conn.exec_driver_sql("DELETE FROM revisjonslogg WHERE hendelse = 'bunt.sendt'")
    (rom.revisjonsmappe / anker.FILNAVN).unlink()
    rom.foranker()


def test_ankere_som_er_foran(tmp_path):
    from tests.revisjon.kjeder import NAA

    assert anker.foran(anker.les(tmp_path), 0) == 0
    anker.skriv(tmp_path, 3, "a" * 64, NAA)
    assert (anker.foran(anker.les(tmp_path), 3), anker.foran(anker.les(tmp_path), 2)) == (0, 3)
    anker.skriv(tmp_path, 2, "b" * 64, NAA)
    anker.skriv(tmp_path, 3, "c" * 64, NAA)  # the log has grown past it again: two events had number 3
    assert anker.foran(anker.les(tmp_path), 9) == 3


def test_en_hel_base_slipper_gjennom_og_godtas_ikke(kjort):
    krev_sikker_base(kjort, "askeladden")
    trykk(kjort, "", "for øvelsens skyld", "ola")
    with pytest.raises(Ordningsfeil, match="mangler ingenting") as feil:
        godta_kopi(kjort, "lisa", GRUNN)
    assert feil.value.kode == 2
