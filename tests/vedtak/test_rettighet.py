"""I03: one granted decision per key. The table is the guarantee; the program gives the reason in words."""

import datetime as dt

import pandas as pd
import pytest
import sqlalchemy as sa
from lagereksempel import FATT, lag_saker, rammer

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.lager.kanonisk import json_tekst, sha256
from kjerne.lager.person import person_ider
from kjerne.lager.tilstand import tilstandshash
from kjerne.vedtak.fatte import fatt_vedtak
from kjerne.vedtak.rettighet import opptatte, rettighetsnokler


@pytest.fixture
def saker(lager):
    with lager.begin() as conn:
        sak_ider = lag_saker(conn, 20)
        personer = person_ider(conn, [f"0181{i:07d}" for i in range(20)])
    ramme, linjer = rammer(sak_ider, personer)
    innvilget = ramme["tilstand"] == "innvilget"
    return lager, ramme.assign(rettighet=[f"n{i}" if b else None for i, b in enumerate(innvilget)]), linjer


def _hash(motor):
    with motor.connect() as conn:
        return tilstandshash(conn)


def test_nokkelen_er_kanonisk():
    verdier = pd.DataFrame({
        "person_id": pd.array(["p", "p", "q"], dtype="string[pyarrow]"),
        "gård": pd.array(["a", None, 'æ"'], dtype="string[pyarrow]"),
        "dag": pd.Series(["2020-03-01", "2020-03-01", None], dtype="datetime64[s]"),
        "antall": pd.array([1, None, 3], dtype="Int64"), "andel": pd.array([0.5, 1.0, None], dtype="Float64"),
    })  # fmt: skip
    ventet = [["o", "p", "a", "2020-03-01", 1, 0.5], ["o", "p", None, "2020-03-01", None, 1.0],
              ["o", "q", 'æ"', None, 3, None]]  # fmt: skip
    assert rettighetsnokler("o", verdier) == [sha256(json_tekst(v)) for v in ventet]
    assert rettighetsnokler("o", verdier.iloc[:0]) == []


def test_bare_innvilgede_faar_rettighet_og_igjen_endrer_ingenting(saker):
    motor, ramme, linjer = saker
    with motor.begin() as conn:
        fatt_vedtak(conn, ramme=ramme.assign(rettighet=ramme["rettighet"].fillna("ubrukt")), linjer=linjer, **FATT)
        antall = conn.scalar(sa.select(sa.func.count()).select_from(t.rettighet))
        assert antall == (ramme["tilstand"] == "innvilget").sum()
        eiere = opptatte(conn, ["n0", "finnes ikke"])
    foer = _hash(motor)
    with motor.begin() as conn:
        assert eiere == {"n0": ramme.loc[0, "sak_id"]}
        assert fatt_vedtak(conn, ramme=ramme, linjer=linjer, **FATT)["nye_vedtak"] == 0
    assert _hash(motor) == foer


def _deler(ramme, linjer, rader):
    ramme = ramme.loc[rader].reset_index(drop=True)
    return ramme, linjer[linjer["sak_id"].isin(ramme["sak_id"])].reset_index(drop=True)


def test_samme_rettighet_en_gang_til_avvises_og_lagrer_ingenting(saker):
    motor, ramme, linjer = saker
    forst, senere = _deler(ramme, linjer, [0, 1]), _deler(ramme.assign(rettighet="n0"), linjer, [2])
    with motor.begin() as conn:
        fatt_vedtak(conn, ramme=forst[0], linjer=forst[1], **FATT)
    foer = _hash(motor)
    with pytest.raises(Ordningsfeil, match="innvilget vedtak for det samme") as feil, motor.begin() as conn:
        fatt_vedtak(conn, ramme=senere[0], linjer=senere[1], **FATT)
    assert ramme.loc[2, "sak_id"] in feil.value.hvor and ramme.loc[0, "sak_id"] not in feil.value.hvor
    assert _hash(motor) == foer


def test_to_like_i_samme_ramme_avvises(saker):
    motor, ramme, linjer = saker
    foer = _hash(motor)
    like = _deler(ramme.assign(rettighet="en"), linjer, [0, 1])
    with pytest.raises(Ordningsfeil, match="for det samme"), motor.begin() as conn:
        fatt_vedtak(conn, ramme=like[0], linjer=like[1], **FATT)
    assert _hash(motor) == foer


def test_databasen_avviser_selv(saker):
    """Whoever writes the SQL: a second vedtak for the key is refused, and so is a key of no vedtak."""
    motor, ramme, linjer = saker
    with motor.begin() as conn:
        fatt_vedtak(conn, ramme=ramme, linjer=linjer, **FATT)
        annet = conn.scalar(sa.select(t.rettighet.c.vedtak_id).where(t.rettighet.c.nokkel == "n1"))
    for nokkel, vedtak_id in (("n0", annet), ("ny", "finnes ikke")):
        with pytest.raises(sa.exc.IntegrityError), motor.begin() as conn:
            conn.execute(t.rettighet.insert().values(nokkel=nokkel, vedtak_id=vedtak_id))
    for setning in ("UPDATE rettighet SET nokkel = 'x'", "DELETE FROM rettighet"):
        with pytest.raises(sa.exc.DBAPIError, match="rettighet"), motor.begin() as conn:
            conn.exec_driver_sql(setning)


def test_uten_kolonnen_som_for(saker):
    motor, ramme, linjer = saker
    dag = {"fattet_dato": dt.date(2020, 4, 2)}
    with motor.begin() as conn:
        assert fatt_vedtak(conn, ramme=ramme.drop(columns="rettighet"), linjer=linjer, **(FATT | dag))["nye_vedtak"] > 0
        assert conn.scalar(sa.select(sa.func.count()).select_from(t.rettighet)) == 0
