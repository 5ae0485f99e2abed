"""The gate in production, rules kept with the decisions they made, and a scheme taken out when nothing is owed."""

from __future__ import annotations

import csv
import dataclasses
import json
import shutil
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from kjerne.kjoring.attestering import betal_godkjente
from kjerne.kjoring.avspilling import spill_av_alt
from kjerne.kjoring.avvikling import avvikl, gjeld
from kjerne.kjoring.helt import kjor_ordning, tall_for
from kjerne.kjoring.oppslag import forklar_i
from kjerne.kjoring.utgaver import fingeravtrykk_i_bruk, finn_eller_bevart, utgave
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.modenhet import FILNAVN, MENNESKEKRAV
from kjerne.lager.motor import aapne, lesende
from kjerne.lager.tabeller import sak, soknad, vedtak
from kjerne.regelmotor.modenhet import signer
from kjerne.regelmotor.oppdagelse import finn
from kjerne.regelmotor.regeldok import skriv_regeldok
from kjerne.regelmotor.regelverk import les_regelverk
from tests.drap import merk_drap
from tests.kjoring.conftest import betal_alt, godkjenn_alt
from tests.kjoring.test_drap_ettertid import drept

EVENTYR = Path(__file__).parents[1] / "eventyr"
ID = "askeladden"


@pytest.fixture
def ordninger(tmp_path, monkeypatch) -> Path:
    """A folder of schemes that may be changed."""
    rot = tmp_path / "ordninger"
    for navn in (ID, "_felles"):
        shutil.copytree(EVENTYR / navn, rot / navn, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv("ORDNINGER_STI", str(rot))
    return rot


def svar_alt(mappe: Path, status: str = "gjort") -> None:
    (mappe / FILNAVN).write_text("".join(f'[krav.{k.id}]\nstatus = "{status}"\ngrunn = "prøvd"\n' for k in MENNESKEKRAV), "utf-8")


def godkjent(mappe: Path) -> None:
    svar_alt(mappe)
    skriv_regeldok(les_regelverk(mappe))
    signer(les_regelverk(mappe), "Kari", les_regelverk(mappe).manifest.gjelder.fra)


def bytt(sti: Path, fra: str, til: str) -> None:
    tekst = sti.read_text("utf-8")
    assert fra in tekst
    sti.write_text(tekst.replace(fra, til, 1), "utf-8")


def sett_tilstand(mappe: Path, tilstand: str) -> None:
    bytt(mappe / "ordning.toml", 'tilstand = "godkjent"', f'tilstand = "{tilstand}"')


def bare_avgjorte(ferdig: Path, grunnlag, tmp_path: Path):
    """The applications that were decided, as a file of their own: a scheme where nothing is left open."""
    motor = aapne(f"sqlite:///{ferdig / 'lager.db'}")
    with lesende(motor) as conn:
        avgjorte = set(conn.scalars(sa.select(soknad.c.soknad_id).join(sak, sak.c.sak_id == soknad.c.sak_id)
                                    .where(sak.c.tilstand.in_(("innvilget", "avslag")))))  # fmt: skip
    motor.dispose()
    fil = tmp_path / "avgjorte.csv"
    with grunnlag.soknader[0].open(encoding="utf-8-sig", newline="") as inn, fil.open("w", encoding="utf-8", newline="") as ut:
        leser = csv.DictReader(inn, delimiter=";")
        skriver = csv.DictWriter(ut, leser.fieldnames, delimiter=";")
        skriver.writeheader()
        skriver.writerows(r for r in leser if r["soknad_id"] in avgjorte)
    return dataclasses.replace(grunnlag, soknader=(fil,))


def test_i_produksjon_fattes_ingen_vedtak_under_godkjent(rom, ordninger, grunnlag):
    i_produksjon = dataclasses.replace(rom, krev_syntetisk=False)
    with pytest.raises(Ordningsfeil, match="Å fatte vedtak krever at ordningen er godkjent, men den er utkast"):
        kjor_ordning(i_produksjon, ID, grunnlag)
    with lesende(rom.motor) as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(soknad)) == 0
    godkjent(ordninger / ID)
    kjor_ordning(i_produksjon, ID, grunnlag)
    tall = tall_for(i_produksjon, finn(ID))
    assert (tall["mottatt"], tall["innvilget"]) == (300, 0)  # past the gate, and the synthetic persons are held back


def test_en_endret_regel_stanser_betalingen_ogsaa_av_en_godkjent_bunt(rom, ordninger, grunnlag):
    godkjent(ordninger / ID)
    kjor_ordning(rom, ID, grunnlag)
    godkjenn_alt(rom)
    bytt(ordninger / ID / "regler.py", "lavest(", "høyest(")
    i_produksjon = dataclasses.replace(rom, krev_syntetisk=False)
    with pytest.raises(Ordningsfeil, match="Å betale krever"):
        betal_godkjente(i_produksjon, finn(ID), "", "per")
    assert not list(rom.betalingsmappe.glob("*.xml"))


def test_reglene_bevares_med_vedtakene(rom, ordninger, grunnlag):
    kjor_ordning(rom, ID, grunnlag)
    avtrykk = fingeravtrykk_i_bruk(rom, ID)
    assert avtrykk == [finn(ID).fingeravtrykk]
    with lesende(rom.motor) as conn:
        noen = conn.execute(sa.select(vedtak).where(vedtak.c.utfall == "avslag").limit(1)).one()
    for_endring = forklar_i(rom, finn(ID), noen.vedtak_id)
    bytt(ordninger / ID / "regler.py", "lavest(", "høyest(")
    assert finn(ID).fingeravtrykk != avtrykk[0] == utgave(rom, ID, avtrykk[0]).fingeravtrykk
    assert forklar_i(rom, finn(ID), noen.vedtak_id).forklaring == for_endring.forklaring
    antall, ulike = spill_av_alt(rom, ID)
    assert antall > 200
    assert ulike == []


def test_bevarte_regler_som_er_endret_brukes_ikke(rom, ordninger, grunnlag):
    kjor_ordning(rom, ID, grunnlag)
    avtrykk = fingeravtrykk_i_bruk(rom, ID)[0]
    bytt(utgave(rom, ID, avtrykk).mappe / "regler.py", "lavest(", "høyest(")
    with pytest.raises(Ordningsfeil, match="De bevarte reglene er endret"):
        utgave(rom, ID, avtrykk)
    with pytest.raises(Ordningsfeil, match="finnes ikke"):
        utgave(rom, ID, "0" * 64)


def test_det_som_gjenstaar_listes_og_ingenting_roeres(kjort, ordninger):
    svar_alt(ordninger / ID, "todo")
    skyldes = gjeld(kjort, finn(ID))
    tekst = "\n".join(skyldes)
    for ventet in ("lukket", "er ikke avgjort", "linjer er ikke sendt", "spørsmål er ikke besvart", "Alle klager"):
        assert ventet in tekst
    svar = avvikl(kjort, finn(ID), ordninger.parent / "arkiv", utfor=True)
    assert svar.skyldes == tuple(skyldes)
    assert not svar.tatt_ut
    assert (ordninger / ID / "regler.py").exists()
    assert not (ordninger.parent / "arkiv").exists()


ARKIV = ("arkiv.etter_temp", "arkiv.etter_fsync", "arkiv.etter_rename")


def test_drept_mens_ordningen_tas_ut(ferdig_sqlite, rom, ordninger, grunnlag, tmp_path, request):
    """At every point of the archive: nothing is half there, and the next attempt makes the same package."""
    kjor_ordning(rom, ID, bare_avgjorte(ferdig_sqlite, grunnlag, tmp_path))
    betal_alt(rom)
    sett_tilstand(ordninger / ID, "lukket")
    godkjent(ordninger / ID)

    def ta_ut(rom):
        return avvikl(rom, finn(ID), tmp_path / "arkiv", utfor=True)

    for punkt in ARKIV:
        assert drept(rom, ta_ut, punkt), punkt
        assert (ordninger / ID / "regler.py").exists()
    svar = ta_ut(rom)
    assert svar.tatt_ut
    assert [f.name for f in (tmp_path / "arkiv").iterdir()] == [svar.pakke.name]
    merk_drap(request, rom.motor.dialect.name, ARKIV)


def test_en_lukket_ordning_uten_gjeld_tas_ut_og_kan_fortsatt_forklares(ferdig_sqlite, rom, ordninger, grunnlag, tmp_path):
    kjor_ordning(rom, ID, bare_avgjorte(ferdig_sqlite, grunnlag, tmp_path))
    betal_alt(rom)
    sett_tilstand(ordninger / ID, "lukket")
    godkjent(ordninger / ID)
    verk = finn(ID)
    with lesende(rom.motor) as conn:
        antall, en = conn.execute(sa.select(sa.func.count(), sa.func.min(vedtak.c.vedtak_id))).one()
    assert not avvikl(rom, verk, tmp_path / "arkiv", utfor=False).tatt_ut
    svar = avvikl(rom, verk, tmp_path / "arkiv", utfor=True)
    assert svar.tatt_ut
    assert svar.vedtak == antall > 200
    assert not (ordninger / ID).exists()
    with zipfile.ZipFile(svar.pakke) as pakke:
        liste = json.loads(pakke.read("arkiv.json"))
        assert set(liste["filer"]) | {"arkiv.json"} == set(pakke.namelist())
        assert {f"ordning/{ID}/{n}" for n in ("regler.py", "eksempler/saker.csv", "REGLER.md")} < set(liste["filer"])
        pakke.extractall(tmp_path / "pakket-ut")
    assert les_regelverk(tmp_path / "pakket-ut" / "ordning" / ID).fingeravtrykk == liste["fingeravtrykk"]
    assert forklar_i(rom, finn_eller_bevart(rom, ID), en).vedtak["vedtak_id"] == en
    assert spill_av_alt(rom, ID) == (antall, [])
