"""Decisions: stored once, never changed, summed, counted; refused as a whole or stored as a whole."""

import pandas as pd
import pytest
import sqlalchemy as sa
from lagereksempel import FATT, NAA, ORDNING, fatt, lag_saker, rammer

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.lager.person import person_ider
from kjerne.lager.tilstand import tilstandshash
from kjerne.vedtak.fatte import fatt_vedtak
from kjerne.vedtak.oversikt import avspillingsgrunnlag, lagrede_bytes, nye_bytes, tell_saker, ulike_saker


@pytest.fixture
def saker(lager):
    with lager.begin() as conn:
        sak_ider = lag_saker(conn, 20)
        personer = person_ider(conn, [f"0181{i:07d}" for i in range(20)])
    return lager, *rammer(sak_ider, personer)


def _hash(motor):
    with motor.connect() as conn:
        return tilstandshash(conn)


def test_fattes_en_gang(saker):
    motor, ramme, linjer = saker
    with motor.begin() as conn:
        assert tell_saker(conn, ORDNING)["ubehandlet"] == 20
        tall = fatt_vedtak(conn, ramme=ramme, linjer=linjer, **FATT)
    assert tall["innvilget"] + tall["avslag"] == tall["nye_vedtak"] and tall["nye_linjer"] == len(linjer)
    for_hash = _hash(motor)
    with motor.begin() as conn:
        om_igjen = fatt_vedtak(conn, ramme=ramme.sample(frac=1, random_state=1), linjer=linjer.iloc[::-1], **FATT)
        assert (om_igjen["nye_vedtak"], om_igjen["nye_linjer"]) == (0, 0)
        telt = tell_saker(conn, ORDNING)
    assert _hash(motor) == for_hash
    assert telt == {"mottatt": 20, "ubehandlet": 0} | {k: tall[k] for k in telt if k in tall}
    assert sum(v for k, v in telt.items() if k != "mottatt") == 20


def _endre(ramme, kolonne, verdi, rad=0):
    ramme = ramme.copy()
    ramme.loc[rad, kolonne] = verdi
    return ramme


AVVIST = {
    "ukjent sak": (lambda r, li: (_endre(r, "sak_id", "tull", 3), li), "finnes ikke i ordningen"),
    "ulik sum": (lambda r, li: (_endre(r, "belop_ore", 100_01), li), "Summen av linjene"),
    "manglende beløp": (lambda r, li: (_endre(r, "belop_ore", pd.NA), li), "Summen av linjene"),
    "linje mangler": (lambda r, li: (r, li.iloc[1:]), "Summen av linjene"),
    "linje i avslag": (lambda r, li: (r, _endre(li, "sak_id", r.loc[3, "sak_id"])), "ikke er innvilget"),
    "tilstand ≠ utfall": (lambda r, li: (_endre(r, "utfall", "avslag"), li), "ikke det samme"),
    "samme sak to ganger": (lambda r, li: (pd.concat([r, r.iloc[[3]]]), li), "flere ganger"),
    "uten begrunnelse": (lambda r, li: (_endre(r, "begrunnelse", None), li), "mangler begrunnelse"),
    "ukjent tilstand": (lambda r, li: (_endre(r, "tilstand", "mottatt"), li), "gyldig ny tilstand"),
}  # fmt: skip


def test_avvises_uten_spor(saker):
    motor, *gode = saker
    for_hash = _hash(motor)
    for endre, melding in AVVIST.values():
        ramme, linjer = endre(*gode)
        with pytest.raises(Ordningsfeil, match=melding), motor.begin() as conn:
            fatt_vedtak(conn, ramme=ramme, linjer=linjer, **FATT)
        assert _hash(motor) == for_hash


def test_et_vedtak_byttes_aldri_ut(saker):
    motor, ramme, linjer = saker
    with motor.begin() as conn:
        fatt_vedtak(conn, ramme=ramme, linjer=linjer, **FATT)
    for_hash = _hash(motor)
    for annet in ({"fingeravtrykk": "g"}, {"kjoring_id": "k2"}, {"snapshot_id": "s"}):
        with pytest.raises(Ordningsfeil, match="annet innhold"), motor.begin() as conn:
            fatt_vedtak(conn, ramme=ramme, linjer=linjer, **(FATT | annet))
    with pytest.raises(Ordningsfeil, match="linje med et annet innhold"), motor.begin() as conn:
        fatt_vedtak(conn, ramme=ramme, linjer=_endre(linjer, "konto", "12345678903"), **FATT)
    assert _hash(motor) == for_hash


def test_en_gammel_kjoering_flytter_ikke_avgjorte_saker_tilbake(saker):
    motor, ramme, linjer = saker
    venter = ramme.assign(tilstand="venter", grunn="frist", vent_til=pd.Timestamp("2020-05-01").as_unit("s"))
    ingen = linjer.iloc[:0]
    with motor.begin() as conn:
        fatt_vedtak(conn, ramme=venter, linjer=ingen, **(FATT | {"kjoring_id": "k0"}))
        assert tell_saker(conn, ORDNING)["venter"] == 20
        fatt_vedtak(conn, ramme=ramme, linjer=linjer, **FATT)
        assert conn.scalar(sa.select(sa.func.count()).where(t.sak.c.vent_til.is_not(None))) == 0
        fatt_vedtak(conn, ramme=venter, linjer=ingen, **(FATT | {"kjoring_id": "k0"}))
        telt = tell_saker(conn, ORDNING)
    assert telt["venter"] == (ramme["tilstand"] == "manuell").sum() and telt["innvilget"] + telt["avslag"] > 0


def test_saker_som_ikke_gaar_opp_oppdages(saker):
    motor, *_ = saker
    with pytest.raises(Ordningsfeil, match="går ikke opp"), motor.begin() as conn:
        conn.exec_driver_sql("UPDATE sak SET tilstand = 'innvilget' WHERE tilstand = 'mottatt'")
        tell_saker(conn, ORDNING)
    with pytest.raises(Ordningsfeil, match="går ikke opp"), motor.begin() as conn:
        conn.execute(t.sak.delete().where(t.sak.c.sak_id.in_(sa.select(sa.func.min(t.sak.c.sak_id)))))
        tell_saker(conn, ORDNING)


def test_avspilling_finner_hver_ulik_byte(saker):
    motor, ramme, linjer = saker
    with motor.begin() as conn:
        fatt_vedtak(conn, ramme=ramme, linjer=linjer, **FATT)
        lagret = lagrede_bytes(conn, ORDNING, "k1")
        grunnlag = avspillingsgrunnlag(conn, ORDNING)
        assert lagrede_bytes(conn, ORDNING, "k2") == {}
    assert len(grunnlag) == len(lagret) == ramme["tilstand"].isin(["innvilget", "avslag"]).sum()
    assert {"fakta", "snapshot_id", "fingeravtrykk", "sporing_id", "parameterrader"} <= set(grunnlag.columns)
    stokket = ramme.sample(frac=1, random_state=2), linjer.sample(frac=1, random_state=3)
    assert ulike_saker(lagret, nye_bytes(*stokket)) == []
    ulik = _endre(ramme, "begrunnelse", "{}"), _endre(linjer, "tom", linjer["tom"].iloc[0].replace(day=2), 2)
    assert ulike_saker(lagret, nye_bytes(*ulik)) == sorted({ramme.loc[0, "sak_id"], linjer.loc[2, "sak_id"]})
    assert ulike_saker(lagret, nye_bytes(ramme.iloc[1:], linjer.iloc[1:])) == [ramme.loc[0, "sak_id"]]


def test_ramme_uten_avgjorte_saker(lager):
    with lager.begin() as conn:
        assert fatt(conn, 0)["nye_vedtak"] == 0
        sak_ider = lag_saker(conn, 2)
        ramme, linjer = rammer(sak_ider, ["p", "p"])
        tall = fatt_vedtak(
            conn, ramme=ramme.assign(tilstand="karantene", grunn="dobbel"), linjer=linjer.iloc[:0], **FATT
        )
        assert tall["karantene"] == 2 and tall["nye_vedtak"] == 0
        assert conn.execute(sa.select(t.sak.c.tilstand, t.sak.c.endret_tid).distinct()).all() == [("karantene", NAA)]
