"""Migrations, bulk, state hash, ids, engine."""

import datetime as dt
import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from lagereksempel import NAA, ORDNING, fatt, lag_saker

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import id as ider
from kjerne.lager import oppgradering, tabeller
from kjerne.lager.bulk import konflikter, sett_inn
from kjerne.lager.motor import aapne, lesende
from kjerne.lager.oppgradering import oppgrader
from kjerne.lager.person import person_ider
from kjerne.lager.tabeller import BARE_TILFOY, metadata, person, soknad
from kjerne.lager.tabeller import snapshot as snapshottabell
from kjerne.lager.tilstand import tilstandshash


def _form(conn) -> list:
    """Everything that defines the tables, from the database's own catalogue."""
    if conn.dialect.name == "sqlite":
        rader = conn.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
        )
        return sorted((n, "".join(s.split())) for n, s in rader if n != "alembic_version")
    kolonner = """SELECT table_name, column_name, data_type, is_nullable, collation_name FROM information_schema.columns
        WHERE table_schema = 'public'"""
    krav = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '' FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace"""
    indekser = "SELECT tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'public'"
    rader = [tuple(map(str, rad)) for s in (kolonner, krav, indekser) for rad in conn.exec_driver_sql(s)]
    return sorted(rad for rad in rader if rad[0] != "alembic_version")


def test_migrasjonene_gir_tabellene(lager):
    """From empty, step by step = the tables that the program believes in, with constraints, collation and indexes."""
    with lager.begin() as conn:
        migrert = _form(conn)
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql("DROP SCHEMA public CASCADE")
            conn.exec_driver_sql("CREATE SCHEMA public")
        else:
            for tabell in reversed(metadata.sorted_tables):
                conn.exec_driver_sql(f"DROP TABLE {tabell.name}")
        metadata.create_all(conn)
        assert _form(conn) == migrert and len(migrert) > 20


def test_oppgradering_igjen_gjor_ingenting_og_nyere_base_avvises(lager):
    assert oppgrader(lager) is False
    with lager.begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Ordningsfeil, match="versjon 9999"):
        oppgrader(lager)


def test_vaktene_omfatter_alle_uforanderlige_tabeller():
    from importlib.util import module_from_spec, spec_from_file_location

    vaktede, ikke_lenger = [], set()
    for fil in sorted((oppgradering._MAPPE / "versions").glob("0*.py")):
        modul = module_from_spec(sti := spec_from_file_location("m", fil))
        sti.loader.exec_module(modul)
        vaktede += modul.BARE_TILFOY
        ikke_lenger |= set(getattr(modul, "IKKE_LENGER", ()))
    assert sorted(set(vaktede) - ikke_lenger) == list(BARE_TILFOY)


def test_bulk_er_idempotent_og_lik_paa_begge_veier(lager):
    """Both ways (executemany and COPY) store the same: æøå, quotes, tabs, backslash, NULL, microseconds."""
    n = 1200
    tekster = ["æøå", "a'b", 'a"b', "a\tb", "a\\N", "\\N", "a\nb", "", "😀", "x,y"]
    ramme = pd.DataFrame({
        "snapshot_id": [f"{i:05d}" for i in range(n)], "art": [tekster[i % 10] for i in range(n)],
        "rader": pd.array(range(n), dtype="Int64") * 10**12, "sti": pd.array(["s"] * n, dtype="string[pyarrow]"),
        "filter": [None if i % 3 else "f" for i in range(n)], "leveranse_id": pd.NA,
        "hentet_tid": pd.date_range("2020-04-01", periods=n, freq="1001us", tz="Europe/Oslo"),
    })  # fmt: skip
    with lager.begin() as conn:
        assert sett_inn(conn, snapshottabell, ramme.iloc[:300]) == 300
        assert sett_inn(conn, snapshottabell, ramme.sample(frac=1, random_state=1)) == n - 300
        assert sett_inn(conn, snapshottabell, ramme) == 0
        assert sett_inn(conn, snapshottabell, ramme.iloc[:0]) == 0
        rader = conn.execute(sa.select(snapshottabell).order_by("snapshot_id")).all()
    assert [r.art for r in rader] == ramme["art"].tolist()
    assert [r.rader for r in rader] == [i * 10**12 for i in range(n)]
    assert [r.hentet_tid for r in rader] == [t.to_pydatetime() for t in ramme["hentet_tid"]]
    assert {r.leveranse_id for r in rader} == {None} and sum(r.filter is None for r in rader) == 800


def test_kjerne_og_bulk_lagrer_det_samme(lager):
    rad = {"snapshot_id": "b", "art": "a", "rader": 1, "sti": "s", "hentet_tid": NAA + dt.timedelta(microseconds=7)}
    with lager.begin() as conn:
        conn.execute(snapshottabell.insert().values(rad | {"snapshot_id": "a"}))
        sett_inn(conn, snapshottabell, {k: [v] for k, v in rad.items()})
        assert len(set(conn.exec_driver_sql("SELECT art, rader, sti, hentet_tid FROM snapshot").all())) == 1


@pytest.mark.parametrize(("tekst", "grunn"), [("a\0b", "NUL"), ("a\ud800", "surrogat")])
def test_nul_og_halve_tegn_avvises_foer_databasen(lager, tekst, grunn):
    """F2, F3: SQLite would take what PostgreSQL refuses; here neither sees it."""
    with pytest.raises(Ordningsfeil, match=grunn) as feil, lager.begin() as conn:
        sett_inn(conn, person, {"person_id": ["a", "b"], "ident": ["1", tekst]})
    assert "person.ident, rad 2" in feil.value.hvor and tekst not in str(feil.value)
    with pytest.raises((Ordningsfeil, sa.exc.StatementError), match=grunn), lager.begin() as conn:
        conn.execute(person.insert().values(person_id="a", ident=tekst))
    with lager.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(person)) == 0


@pytest.mark.parametrize(("kolonne", "verdi", "feil"), [
    ("rader", 1.0, TypeError), ("rader", True, TypeError), ("rader", "1", TypeError), ("rader", 2**63, ValueError),
    ("art", 5, TypeError), ("hentet_tid", NAA.replace(tzinfo=None), TypeError), ("finnes_ikke", 1, KeyError),
])  # fmt: skip
@pytest.mark.parametrize("nytt_lager", ["SQLite"], indirect=True)
def test_verdier_av_feil_slag_avvises(lager, kolonne, verdi, feil):
    rad = {"snapshot_id": "b", "art": "a", "rader": 1, "sti": "s", "hentet_tid": NAA} | {kolonne: verdi}
    with pytest.raises(feil), lager.begin() as conn:
        sett_inn(conn, snapshottabell, {k: [v] for k, v in rad.items()})
    with pytest.raises(feil), lager.begin() as conn:
        sett_inn(conn, snapshottabell, pd.DataFrame({k: [v] for k, v in rad.items()}))


def test_dato_med_klokkeslett_avvises(lager):
    with lager.begin() as conn:
        lag_saker(conn, 1)
    rad = {"sak_id": ["x"], "mottatt_dato": pd.Series([pd.Timestamp("2020-04-01 12:00")])}
    with pytest.raises(ValueError, match="time of day"), lager.begin() as conn:
        sett_inn(conn, soknad, rad)


def test_samme_soknad_med_annet_innhold_oppdages(lager):
    kolonner = [
        "sak_id",
        "ordning",
        "soknad_id",
        "person_id",
        "konto",
        "maalform",
        "mottatt_dato",
        "fakta",
        "leveranse_id",
        "linje",
    ]
    with lager.begin() as conn:
        lag_saker(conn, 700)
        lagret = pd.DataFrame(conn.execute(sa.select(*(soknad.c[k] for k in kolonner))).all(), columns=kolonner)
        nokkel, uten = ("ordning", "soknad_id"), ("leveranse_id", "linje")
        igjen = lagret.assign(leveranse_id="annen fil", linje=lagret["linje"] + 1)
        assert konflikter(conn, soknad, igjen, nokkel, uten) == []
        endret = igjen.copy()
        endret.loc[3, "konto"], endret.loc[600, "fakta"], endret.loc[600, "konto"] = "1", '{"dager":4}', None
        ny = endret.iloc[[3]].assign(soknad_id="ny", sak_id=ider.sak_id(ORDNING, "ny"))
        funn = konflikter(conn, soknad, pd.concat([endret, ny, ny.assign(maalform="nn"), ny]), nokkel, uten)
        assert [(f.rad, f.kolonner, f.lagret) for f in funn] == [
            (3, ("konto",), True), (600, ("konto", "fakta"), True), (701, ("maalform",), False)]  # fmt: skip
        assert konflikter(conn, soknad, igjen.iloc[:0], nokkel) == []


def test_tilstandshash_ser_alt_uten_tider(lager):
    with lager.begin() as conn:
        fatt(conn, 8)
        forst = tilstandshash(conn)
        conn.execute(tabeller.sak.update().values(endret_tid=NAA + dt.timedelta(1)))
        assert tilstandshash(conn) == forst
        conn.execute(tabeller.sak.update().values(grunn="ø"))
        endret = tilstandshash(conn)
        assert endret != forst and tilstandshash(conn, uten={"sak.grunn"}) != endret
        conn.execute(tabeller.sak.update().values(grunn="å"))
        assert tilstandshash(conn) not in (forst, endret)
        assert tilstandshash(conn, uten={"sak"}) == (uten_sak := tilstandshash(conn, uten=["sak"])) != forst
    with lager.begin() as conn:
        assert fatt(conn, 8)["nye_vedtak"] == 0
        assert tilstandshash(conn, uten={"sak"}) == uten_sak


@pytest.mark.parametrize("nytt_lager", ["PostgreSQL"], indirect=True)
def test_tilstandshash_er_lik_paa_begge_databaser(lager, _mal_sqlite, tmp_path):
    shutil.copy(_mal_sqlite, tmp_path / "annen.db")
    hasher = set()
    for motor in (lager, aapne(tmp_path / "annen.db")):
        with motor.begin() as conn:
            fatt(conn, 8)
            hasher.add(tilstandshash(conn))
    assert len(hasher) == 1


def test_person_id_er_fast_og_roeper_ikke_nummeret(lager):
    with lager.begin() as conn:
        a, b, c = person_ider(conn, ["01810112345", "02810112345", "01810112345"])
        assert a == c != b and person_ider(conn, ["02810112345"]) == [b] and "0181" not in a
    with lager.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(person)) == 2


def test_ider_er_uuid5():
    navn = ["", "æøå", *map(str, range(500))]
    assert ider.uuid5_mange(ider.SAK, navn) == [str(uuid.uuid5(ider.SAK, n)) for n in navn]
    assert ider.linje_ider([ider.vedtak_id("s")], np.array([1])) == [ider.linje_id(ider.vedtak_id("s"), 1)]
    assert (
        ider.sak_id("a", "b\nc") != ider.sak_id("ab", "c") and len(ider.ende_til_ende_id(ider.linje_id("v", 1))) == 32
    )


def test_lesende_ser_ett_bilde_og_kan_ikke_skrive(lager):
    with lesende(lager) as leser:
        antall = sa.select(sa.func.count()).select_from(person)
        assert leser.scalar(antall) == 0
        with lager.begin() as skriver:  # is not held up by the reader
            person_ider(skriver, ["01810112345"])
        assert leser.scalar(antall) == 0
        with pytest.raises(sa.exc.DBAPIError, match=r"read-?only"):
            leser.exec_driver_sql("DELETE FROM sak")
    with lager.begin() as conn:
        assert conn.exec_driver_sql("DELETE FROM sak").rowcount == 0
        assert conn.scalar(antall) == 1


def test_to_skrivere_venter_paa_hverandre(lager):
    """No «database is locked»: 4 threads × 10 transactions that read and then write."""

    def skriv(nr):
        for i in range(10):
            with lager.begin() as conn:
                conn.scalar(sa.select(sa.func.count()).select_from(person))
                person_ider(conn, [f"{nr}-{i}"])

    with ThreadPoolExecutor(4) as traader:
        list(traader.map(skriv, range(4)))  # raises what a thread raised
    with lager.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(person)) == 40


def test_utrygge_innstillinger_avvises(lager_url, tmp_path):
    if lager_url.startswith("postgresql"):
        admin = aapne(lager_url)
        with admin.begin() as conn:
            conn.exec_driver_sql(f"ALTER DATABASE {admin.url.database} SET synchronous_commit = off")
        admin.dispose()
        with pytest.raises(Ordningsfeil, match="synchronous_commit = off"):
            aapne(lager_url)
    else:
        with pytest.raises(Ordningsfeil, match="i minnet"):
            aapne("sqlite://")
        (tmp_path / "apen.db").touch(0o666)
        aapne(tmp_path / "apen.db").dispose()
        assert (tmp_path / "apen.db").stat().st_mode & 0o777 == 0o600
        (tmp_path / "tull.db").write_text("dette er ingen database, men en tekst " * 10)
        with pytest.raises(Ordningsfeil, match="svarer ikke"):
            aapne(tmp_path / "tull.db")
    with pytest.raises(Ordningsfeil, match="ikke støttet"):
        aapne("mysql://x/y")


def test_en_base_som_ikke_svarer_roeper_ikke_passordet():
    with pytest.raises(Ordningsfeil) as feil:
        aapne("postgresql://u:hemmelig@127.0.0.1:1/x")
    assert "hemmelig" not in str(feil.value) and feil.value.__cause__ is None
