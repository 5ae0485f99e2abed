"""I11 on a whole run and both databases: somebody with all rights to the database changes something, and is found."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from kjerne.cli.app import app
from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.attestering import attester_bunt, betal_godkjente, disponer_bunt, ventende
from kjerne.kjoring.dagsrapport import lag_rapport
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.verifisering import verifiser
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.feilpunkt import Feilpunktsfeil, nullstill
from kjerne.lager.motor import aapne, lesende
from kjerne.lager.tabeller import revisjonslogg
from kjerne.lager.tilstand import tilstandshash
from kjerne.regelmotor.oppdagelse import finn
from kjerne.revisjon import anker
from kjerne.revisjon.kjede import START, radhash
from tests.kjoring.conftest import DAG, betal_alt

R = revisjonslogg.c


@pytest.fixture
def betalt(kjort) -> Arbeidsrom:
    """A run whose batch is approved and sent."""
    betal_alt(kjort)
    return kjort


def hendelser(rom: Arbeidsrom) -> list[str]:
    with lesende(rom.motor) as conn:
        return list(conn.scalars(sa.select(R.hendelse).order_by(R.nr)))


@contextlib.contextmanager
def uten_vakter(rom: Arbeidsrom):
    """A transaction of somebody who may switch off triggers and foreign keys."""
    raa = rom.motor.connect()
    if rom.motor.dialect.name == "sqlite":
        vakter = raa.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
        raa.rollback()
        raa.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        for navn in vakter:
            raa.exec_driver_sql(f"DROP TRIGGER {navn}")
    else:
        for tabell in raa.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars().all():
            raa.exec_driver_sql(f"ALTER TABLE {tabell} DISABLE TRIGGER ALL")
    yield raa
    raa.commit()
    raa.invalidate()
    raa.close()


def skriv_om(conn, av: str = "en.annen") -> None:
    """The whole log anew, every hash right."""
    rader = conn.execute(sa.select(revisjonslogg).order_by(R.nr)).all()
    conn.exec_driver_sql("DELETE FROM revisjonslogg")
    forrige = START
    for r in rader:
        tid = r.tid.strftime("%Y-%m-%d %H:%M:%S.%f")
        sha = radhash(forrige, r.nr, r.hendelse, r.objekt, av, r.detaljer, tid)
        conn.execute(revisjonslogg.insert().values(r._asdict() | {"av": av, "forrige_hash": forrige, "radhash": sha}))
        forrige = sha


def test_en_hel_dag_er_hel(betalt):
    svar = verifiser(betalt, spill_av=True)
    assert svar.hel and svar.funn == []
    forventet = ["kjoring.startet", "bunt.laget", "kjoring.ferdig"]
    assert [h for h in hendelser(betalt) if h in forventet] == forventet
    assert hendelser(betalt)[-1] == "bunt.sendt" and svar.hendelser == len(hendelser(betalt))
    assert svar.siste_uten_anker == 0 and svar.ankere >= 4 and svar.bunter == 1 and svar.avspilt > 0
    with lesende(betalt.motor) as conn:
        ferdig = json.loads(conn.scalar(sa.select(R.detaljer).where(R.hendelse == "kjoring.ferdig")))
        antall, belop = conn.exec_driver_sql("SELECT count(*), sum(belop_ore) FROM vedtak").one()
    assert ferdig["vedtak"] == ferdig["tabeller"]["vedtak"] == {"antall": antall, "belop_ore": int(belop)}


def test_igjen_gir_ingen_nye_hendelser(betalt, grunnlag):
    """What is done again is no event, and the state is the same."""
    foer = hendelser(betalt)
    with lesende(betalt.motor) as conn:
        hash_foer = tilstandshash(conn)
    kjor_ordning(betalt, "askeladden", grunnlag)
    _betal_igjen(betalt)
    assert hendelser(betalt) == foer
    with lesende(betalt.motor) as conn:
        assert tilstandshash(conn) == hash_foer


def _betal_igjen(rom: Arbeidsrom) -> None:
    for b in ventende(rom, "askeladden", tilstander=("sendt",)):
        attester_bunt(rom, b, "kari", b.antall)
        disponer_bunt(rom, b, "bjørn", b.antall)
    betal_godkjente(rom, finn("askeladden"), "", "anne")


def test_avbrutt_ved_hver_hendelse_og_hvert_anker_er_som_uforstyrret(rom, ferdig_sqlite, grunnlag, tmp_path, monkeypatch):
    """At the n-th event and the n-th anchor, n = 1, 2, …: begun again it is the same log, whole and anchored to its end."""
    fasit = _uforstyrret(ferdig_sqlite, tmp_path / "fasit")
    avbrutt = 0
    for onske in [f"{punkt}:{n}:raise" for n in (1, 2) for punkt in ("revisjon.etter_hendelse", "anker.for_skriving")] * 2:
        nullstill()
        monkeypatch.setenv("FEILPUNKT", onske)
        with contextlib.suppress(Feilpunktsfeil):
            avbrutt += 1
            kjor_ordning(rom, "askeladden", grunnlag)
            betal_alt(rom)
            avbrutt -= 1
    monkeypatch.delenv("FEILPUNKT")
    kjor_ordning(rom, "askeladden", grunnlag)
    betal_alt(rom)
    assert avbrutt >= 6  # the rest of the points were passed already
    with lesende(rom.motor) as conn:
        assert tilstandshash(conn) == fasit
    svar = verifiser(rom)
    assert svar.hel and svar.siste_uten_anker == 0, svar.funn


def _uforstyrret(kilde: Path, mappe: Path) -> str:
    shutil.copytree(kilde, mappe)
    motor = aapne(mappe / "lager.db")
    betal_alt(Arbeidsrom(mappe / "data", motor, Stillklokke(DAG)))
    with lesende(motor) as conn:
        return tilstandshash(conn)


def test_stanset_og_gjenopptatt_staar_i_loggen(rom, grunnlag, tmp_path):
    ugyldig = tmp_path / "inntekt.parquet"
    ugyldig.write_bytes(b"dette er ikke parquet")
    galt = replace(grunnlag, inntekter=(ugyldig,))
    for _ in range(2):
        with pytest.raises(Ordningsfeil):
            kjor_ordning(rom, "askeladden", galt)
    assert hendelser(rom) == ["kjoring.startet", "kjoring.stanset", "kjoring.gjenopptatt", "kjoring.stanset"]
    assert verifiser(rom).hel


ANGREP = {
    "en rad i midten borte": "DELETE FROM revisjonslogg WHERE nr = 2",
    "hodet borte": "DELETE FROM revisjonslogg WHERE nr <= 2",
    "halen borte": "DELETE FROM revisjonslogg WHERE nr > 3",
    "alt borte": "DELETE FROM revisjonslogg",
    "hvem er endret": "UPDATE revisjonslogg SET av = 'bjorn' WHERE hendelse = 'bunt.attestert'",
    "tiden er endret": "UPDATE revisjonslogg SET tid = '2020-07-14 10:00:00.000000' WHERE nr = 2",
    "to har byttet": "UPDATE revisjonslogg SET nr = CASE nr WHEN 2 THEN 1003 WHEN 3 THEN 1002 END WHERE nr IN (2, 3);"
                     "UPDATE revisjonslogg SET nr = nr - 1000 WHERE nr > 1000",
    "en rad er lagt til": "INSERT INTO revisjonslogg SELECT nr + 100, hendelse, objekt, av, detaljer, tid, 'x', radhash "
                          "FROM revisjonslogg WHERE nr = 3",
    "detaljene er ikke JSON": "UPDATE revisjonslogg SET detaljer = '{' WHERE hendelse = 'kjoring.ferdig'",
    "et vedtak borte": "DELETE FROM vedtak WHERE vedtak_id = (SELECT min(vedtak_id) FROM vedtak WHERE utfall = 'avslag')",
    "et beløp endret": "UPDATE vedtak SET belop_ore = belop_ore + 1 "
                       "WHERE vedtak_id = (SELECT min(vedtak_id) FROM vedtak WHERE belop_ore > 0)",
    "to beløp byttet om": "UPDATE linje SET belop_ore = belop_ore "
                          "+ CASE linje_id WHEN (SELECT min(linje_id) FROM linje) THEN 1 ELSE -1 END "
                          "WHERE linje_id IN ((SELECT min(linje_id) FROM linje), (SELECT max(linje_id) FROM linje))",
    "en konto byttet": "UPDATE linje SET konto = '86011117947' WHERE linje_id = (SELECT min(linje_id) FROM linje)",
    "et brev borte": "DELETE FROM brev WHERE vedtak_id = (SELECT min(vedtak_id) FROM brev)",
    "et spørsmål borte": "DELETE FROM sporsmal WHERE sporsmal_id = (SELECT min(sporsmal_id) FROM sporsmal)",
    "bunten borte": "DELETE FROM bunt_linje; DELETE FROM bunt_hendelse; DELETE FROM bunt",
    "laget av en annen": "UPDATE bunt SET laget_av = 'en.annen'",
    "en bunt lagt inn": "INSERT INTO bunt (bunt_id, ordning, antall, sum_ore, innhold_sha256, laget_av, kjoring_id, betalingsdato, "
                        "laget_tid) SELECT 'falsk', ordning, antall, sum_ore, innhold_sha256, laget_av, kjoring_id, betalingsdato, "
                        "laget_tid FROM bunt",
}  # fmt: skip


@pytest.mark.parametrize("angrep", ANGREP)
def test_angrepet_oppdages(betalt, angrep):
    with uten_vakter(betalt) as conn:
        for sql in ANGREP[angrep].split(";"):
            assert conn.exec_driver_sql(sql).rowcount > 0, sql
    svar = verifiser(betalt)
    assert not svar.hel and svar.antall_funn == len(svar.funn) > 0


@pytest.mark.parametrize("kjort", ["SQLite"], indirect=True)
def test_tekst_som_ikke_lenger_er_tekst(betalt):
    for sql in ("UPDATE revisjonslogg SET av = x'ff' WHERE nr = 2", "UPDATE revisjonslogg SET av = CAST(x'ff' AS TEXT) WHERE nr = 3"):
        with uten_vakter(betalt) as conn:
            conn.exec_driver_sql(sql)
        assert not verifiser(betalt).hel


def test_en_gammel_kopi_er_lagt_inn(kjort):
    """The log and the tables as they were before the money went: everything agrees but the anchor."""
    antall = len(hendelser(kjort))
    betal_alt(kjort)
    with uten_vakter(kjort) as conn:
        conn.exec_driver_sql(f"DELETE FROM revisjonslogg WHERE nr > {antall}")
        conn.exec_driver_sql("DELETE FROM bunt_hendelse WHERE nr > 1")
    svar = verifiser(kjort)
    assert [f.nr for f in svar.funn] == [antall + 1, antall + 2, antall + 3]
    assert all("en gammel kopi er lagt inn" in f.hva for f in svar.funn)


def test_hele_loggen_skrevet_paa_nytt(betalt):
    """Every hash is right. The anchor finds it; with the anchor file forged as well, the printed report finds it."""
    _, tall = lag_rapport(betalt, finn("askeladden"))
    assert tall["revisjonslogg"] in next((betalt.data / "rapport").iterdir()).read_text()
    with uten_vakter(betalt) as conn:
        skriv_om(conn)
    assert any("skrevet på nytt" in f.hva for f in verifiser(betalt).funn)
    fil = betalt.revisjonsmappe / anker.FILNAVN
    fil.unlink()
    assert [f.hva[:21] for f in verifiser(betalt).funn if "nker" in f.hva] == ["Ankerfilen mangler. U"]
    betalt.foranker()
    with uten_vakter(betalt) as conn:
        conn.exec_driver_sql("UPDATE bunt SET laget_av = 'en.annen'")
    assert verifiser(betalt).hel, "alt er forfalsket, også ankeret"
    svar = verifiser(betalt, fra_rapport=tall["revisjonslogg"])
    assert [f.hva for f in svar.funn] == ["Hendelsen er ikke den som ble forankret: loggen er skrevet på nytt."]


def test_et_endret_vedtak_uten_endret_sum_oppdages_ved_avspilling(betalt):
    with uten_vakter(betalt) as conn:
        conn.exec_driver_sql("UPDATE vedtak SET avgjorende = '[\"noe annet\"]' WHERE vedtak_id = "
                             "(SELECT min(vedtak_id) FROM vedtak WHERE utfall = 'avslag')")  # fmt: skip
    assert verifiser(betalt).hel
    assert [f.hva[-34:] for f in verifiser(betalt, spill_av=True).funn] == ["r et annet når det regnes på nytt."]


@pytest.mark.parametrize("kjort", ["SQLite"], indirect=True)
@pytest.mark.parametrize("art", ["brev", "sporing", "inntekt", "rader"])
@pytest.mark.parametrize("hva", ["endret", "borte"])
def test_hver_lagret_fil_holdes_mot_sin_egen_sum(betalt, art, hva):
    fil = next((betalt.snapshotmappe / art).iterdir())
    if hva == "borte":
        fil.unlink()
    else:
        fil.chmod(0o600)
        fil.write_bytes(fil.read_bytes() + b"x")
    assert verifiser(betalt).hel, "filene leses bare når alt regnes på nytt"
    assert f"Filen {art}/{fil.name} er {hva}. Hent den fra sikkerhetskopi." in [f.hva for f in verifiser(betalt, spill_av=True).funn]


@pytest.fixture
def cli(monkeypatch, betalt):
    monkeypatch.setenv("ORDNING_DATA", str(betalt.data))
    monkeypatch.setenv("ORDNING_DATABASE_URL", betalt.motor.url.render_as_string(hide_password=False))

    def kjor(*argumenter: str):
        return CliRunner().invoke(app, ["verifiser", *argumenter], env=os.environ.copy())

    return kjor


def test_kommandoen(betalt, cli):
    svar = cli()
    assert svar.exit_code == 0 and "Alt stemmer" in svar.stdout
    som_json = json.loads(cli("--json", "--spill-av").stdout)
    assert som_json["hel"] and som_json["avspilt"] > 0 and som_json["siste_uten_anker"] == 0
    assert cli("--anker", som_json["hode"]).exit_code == 0
    with uten_vakter(betalt) as conn:
        conn.exec_driver_sql("UPDATE revisjonslogg SET av = 'bjorn' WHERE nr = 2")
    svar = cli()
    assert svar.exit_code == 1 and "Hendelse 2: Innholdet er endret" in svar.stdout and "Stans utbetalingene" in svar.stdout
    svar = cli("--json")
    assert svar.exit_code == 1 and not json.loads(svar.stdout)["hel"]
    assert isinstance(cli("--anker", "tull").exception, Ordningsfeil)
