"""The checks of payment lines in the batch step: one bad line stops the batch, and nothing of it is kept."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
import sqlalchemy as sa
from lagereksempel import FATT, NAA

from kjerne.kjoring import betaling
from kjerne.kjoring.buntkontroll import hent_linjer
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.rom import Grunnlag, Kjoring
from kjerne.kvalitet import Kvalitetsstopp
from kjerne.lager import id as ider
from kjerne.lager.bulk import sett_inn
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.motor import lesende
from kjerne.lager.person import person_ider
from kjerne.lager.tabeller import brev, bunt, bunt_linje, kjoring, linje, sak, soknad, vedtak
from kjerne.lager.tilstand import tilstandshash
from kjerne.regelmotor.oppdagelse import finn
from kjerne.vedtak.fatte import fatt_vedtak

FRA, TIL = dt.date(2020, 6, 1), dt.date(2020, 6, 20)
GAARD, ANNEN_GAARD = "889640782", "974652250"


def lag_vedtak(rom, belop=(100_00, 200_00, 300_00), gaarder=(GAARD, GAARD, ANNEN_GAARD), personer=(1, 2, 2)) -> Kjoring:
    """Granted cases after the finished run, one line each; the next run has only to make the batch."""
    antall = len(belop)
    with rom.motor.begin() as conn:
        soknader = [f"ny-{i}" for i in range(antall)]
        saker, person = ider.sak_ider("askeladden", soknader), person_ider(conn, [f"0181{i:07d}" for i in personer])
        felles = {"sak_id": saker, "ordning": "askeladden"}
        fakta = [json_tekst({"arbeidsgiver": g, "grad": 1.0}) for g in gaarder]
        sett_inn(conn, soknad, felles | {
            "soknad_id": soknader, "person_id": person, "konto": "86011117947", "maalform": "nb", "mottatt_dato": FRA,
            "fakta": fakta, "leveranse_id": "l", "linje": range(antall),
        })  # fmt: skip
        sett_inn(conn, sak, felles | {"tilstand": "mottatt", "endret_tid": NAA})
        ramme = pd.DataFrame({
            "sak_id": saker, "tilstand": "innvilget", "utfall": "innvilget", "grunn": None, "belop_ore": belop, "avgjorende": "[]",
            "begrunnelse": "[]", "parameterrader": "[]", "sporing_rad": 0,
        })  # fmt: skip
        linjer = pd.DataFrame({
            "sak_id": saker, "nr": 1, "rolle": "soker", "person_id": person, "orgnr": None, "konto": "86011117947",
            "klasse": "gull", "fom": FRA, "tom": TIL, "belop_ore": belop,
        })  # fmt: skip
        fatt_vedtak(conn, ramme=ramme, linjer=linjer, **(FATT | {"ordning": "askeladden"}))
    return Kjoring(rom, finn("askeladden"), Grunnlag(vedtaksdato=dt.date(2020, 7, 15), laget_av="ola"), "ny")


def _stopp(k: Kjoring) -> str:
    """The message of the stop, when everything is as it was before."""
    with lesende(k.rom.motor) as conn:
        foer = tilstandshash(conn)
    with pytest.raises(Kvalitetsstopp) as feil:
        betaling.bunt(k)
    with lesende(k.rom.motor) as conn:
        assert tilstandshash(conn) == foer
        assert conn.scalar(sa.select(sa.func.count()).where(bunt.c.kjoring_id == "ny")) == 0
    assert feil.value.kode == 3 and feil.value.gjor_dette and "Ingen bunt er laget" in feil.value.ikke_gjort
    return str(feil.value)


def test_gode_linjer_blir_en_bunt(kjort):
    k = lag_vedtak(kjort)
    ut = betaling.bunt(k)
    assert (len(ut["bunter"]), ut["linjer"], ut["sum_ore"]) == (1, 3, 600_00)
    with lesende(kjort.motor) as conn:
        linjer = hent_linjer(conn, ut["bunter"], "arbeidsgiver")
        person = conn.scalars(sa.select(soknad.c.person_id).where(soknad.c.soknad_id.in_(["ny-0", "ny-1", "ny-2"]))).all()
        uten = hent_linjer(conn, ut["bunter"], "")
        ingen = hent_linjer(conn, ["finnes ikke"], "arbeidsgiver")
    assert linjer.set_index("belop_ore")["gjelder"].str.split("/").str[1].to_dict() == {100_00: GAARD, 200_00: GAARD, 300_00: ANNEN_GAARD}
    assert set(linjer["gjelder"].str.split("/").str[0]) == set(person) == set(uten["gjelder"].str.removesuffix("/"))
    assert (linjer["fom"] == pd.Timestamp(FRA)).all() and (linjer["tom"] == pd.Timestamp(TIL)).all()
    assert (linjer["vedtatt_ore"] == linjer["belop_ore"]).all() and linjer["orgnr"].isna().all()
    assert linjer.dtypes.to_dict() == ingen.dtypes.to_dict() and len(ingen) == 0
    assert betaling.bunt(k) == ut


def test_utb_belop_heltall_ore(kjort):
    tekst = _stopp(lag_vedtak(kjort, belop=(100_00, 200_50, 300_00)))
    assert "utb_belop_heltall: 1 av 3 linjer kan ikke betales" in tekst
    assert "200,50 kr" in tekst and "Skattmesteren teller bare hele gullstykker." in tekst
    vedtak_id = tekst.split("vedtak ")[1].split(":")[0]
    with lesende(kjort.motor) as conn:
        assert conn.scalar(sa.select(vedtak.c.belop_ore).where(vedtak.c.vedtak_id == vedtak_id)) == 200_50


def test_utb_belop_heltall_samme_person_gaard_og_tid(kjort):
    assert "perioden er alt betalt i bunten" in _stopp(lag_vedtak(kjort, gaarder=(GAARD, GAARD, GAARD)))


def _etter_bunten(monkeypatch, gjor):
    """What somebody does to the rows after the batch is made and before it is checked, in the same transaction."""
    riktig = betaling.lag_bunt

    def lag_bunt(conn, *resten):
        laget = riktig(conn, *resten)
        return gjor(conn, laget) or laget

    monkeypatch.setattr(betaling, "lag_bunt", lag_bunt)


def test_utb_sum_avstemt_linje_endret(kjort, monkeypatch):
    """A line becomes larger than what was granted, in a database where nothing forbids it."""

    def endre(conn, _):
        if conn.dialect.name == "sqlite":
            conn.exec_driver_sql("DROP TRIGGER bare_tilfoy_linje_update")
        else:
            conn.exec_driver_sql("ALTER TABLE linje DISABLE TRIGGER USER")
        i_saken = sa.select(vedtak.c.vedtak_id).join(soknad, soknad.c.sak_id == vedtak.c.sak_id).where(soknad.c.soknad_id == "ny-1")
        conn.execute(linje.update().where(linje.c.vedtak_id.in_(i_saken)).values(belop_ore=201_00))

    k = lag_vedtak(kjort)
    _etter_bunten(monkeypatch, endre)
    tekst = _stopp(k)
    assert "utb_sum_avstemt: 1 vedtak har en annen sum i linjene (601 kr) enn i vedtaket (600 kr)" in tekst
    assert "bunten sier 600 kr, linjene er 601 kr" in tekst


@pytest.mark.parametrize(("feil", "ord_"), [({"sum_ore": 599_00}, "bunten sier 599 kr"), ({"antall": 4}, "bunten sier 4 linjer")])
def test_utb_sum_avstemt_bunten_teller_feil(kjort, monkeypatch, feil, ord_):
    k = lag_vedtak(kjort)
    _etter_bunten(monkeypatch, lambda _, laget: replace(laget, **feil))
    assert ord_ in _stopp(k)


@pytest.mark.parametrize(("i_gammel", "ord_"), [(True, "1 linjer er betalt før"), (False, "1 linjer står to ganger")])
def test_utb_ingen_dobbel(kjort, monkeypatch, i_gammel, ord_):
    """The same line in two batches, or twice in one, in a database that has lost its keys."""

    def dobbelt(conn, laget):
        gammel = conn.scalar(sa.select(bunt.c.bunt_id).where(bunt.c.kjoring_id != "ny"))
        sqlite = conn.dialect.name == "sqlite"
        for sql in ("CREATE TABLE uten_nokler AS SELECT * FROM bunt_linje", f"DROP TABLE bunt_linje{'' if sqlite else ' CASCADE'}",
                    *(["PRAGMA legacy_alter_table=ON"] if sqlite else []), "ALTER TABLE uten_nokler RENAME TO bunt_linje"):  # fmt: skip
            conn.exec_driver_sql(sql)
        ny = laget.bunter[0].bunt_id
        en = conn.scalar(sa.select(bunt_linje.c.linje_id).where(bunt_linje.c.bunt_id == ny))
        conn.execute(bunt_linje.insert().values(
            linje_id=en, forsok=1, bunt_id=gammel if i_gammel else ny, konto="x", ende_til_ende_id="x"))  # fmt: skip

    k = lag_vedtak(kjort)
    _etter_bunten(monkeypatch, dobbelt)
    assert f"utb_ingen_dobbel: {ord_}. Ingen kiste" in _stopp(k)


def test_utb_dato_bankdag(kjort, monkeypatch):
    k = lag_vedtak(kjort)
    monkeypatch.setattr(betaling, "neste_bankdag", lambda _: dt.date(2020, 7, 18))
    assert "utb_dato_bankdag: 18.07.2020 er ikke en bankdag" in _stopp(k)
    monkeypatch.setattr(betaling, "neste_bankdag", lambda _: dt.date(2020, 7, 14))
    assert "utb_dato_bankdag: 14.07.2020 er for tidlig" in _stopp(k)


def test_gamle_vedtak_betales_ikke_i_fortiden(kjort):
    k = lag_vedtak(kjort)
    k.grunnlag = replace(k.grunnlag, vedtaksdato=dt.date(2020, 6, 12))
    betaling.bunt(k)
    with lesende(kjort.motor) as conn:
        assert conn.scalar(sa.select(bunt.c.betalingsdato).where(bunt.c.kjoring_id == "ny")) == dt.date(2020, 7, 17)


def test_kjoringen_gaar_videre_naar_feilen_er_rettet(rom, grunnlag, monkeypatch):
    with monkeypatch.context() as m:
        m.setattr(betaling, "neste_bankdag", lambda _: dt.date(2020, 7, 18))
        with pytest.raises(Kvalitetsstopp, match="utb_dato_bankdag"):
            kjor_ordning(rom, "askeladden", grunnlag)
    with lesende(rom.motor) as conn:
        tell = {t.name: conn.scalar(sa.select(sa.func.count()).select_from(t)) for t in (vedtak, brev, linje, bunt, bunt_linje)}
        assert set(conn.scalars(sa.select(kjoring.c.tilstand))) == {"stanset"}
    assert tell["vedtak"] == tell["brev"] > 0 < tell["linje"]
    assert (tell["bunt"], tell["bunt_linje"]) == (0, 0)
    ut = kjor_ordning(rom, "askeladden", grunnlag)
    assert [m.gjort_for for m in ut.maalinger] == [True] * 5 + [False]
    assert ut.maalinger[-1].resultat["linjer"] == tell["linje"]
