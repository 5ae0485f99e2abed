"""Questions are asked once, answered once, and release a case only when all are answered."""

import datetime as dt

import pandas as pd
import pytest
from lagereksempel import DAG, FATT, NAA, ORDNING, lag_saker, rammer

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.tilstand import tilstandshash
from kjerne.vedtak.fatte import fatt_vedtak
from kjerne.vedtak.sporsmal import aapne_sporsmal, lagre_sporsmal, registrer_svar, saker_med_alle_svar


def _spor(sak_ider, kjoring_id="k1"):
    rader = [(s, "arbeidsgiver", "910000001", dt.date(2020, m, 1)) for s in sak_ider for m in (1, 2)]
    rader += [(sak_ider[0], "person", None, None)]
    ramme = pd.DataFrame(rader, columns=["sak_id", "til", "mottaker", "maaned"])
    return ramme.assign(ordning=ORDNING, felt="inntekt", kontroll="mangler", sporsmal="Hva var lønnen?", frist=DAG,
                        kjoring_id=kjoring_id, stilt_tid=NAA)  # fmt: skip


def _svar(sporsmal_ider, verdi="12000"):
    return pd.DataFrame({"sporsmal_id": sporsmal_ider, "verdi": verdi, "begrunnelse": None, "gitt_av": "910000001"})


def test_fra_sporsmal_til_svar(lager):
    with lager.begin() as conn:
        sak_ider = lag_saker(conn, 2)
        ramme, linjer = rammer(sak_ider, ["p", "p"])
        fatt_vedtak(conn, ramme=ramme.assign(tilstand="sporsmal", grunn="x"), linjer=linjer.iloc[:0], **FATT)
        assert lagre_sporsmal(conn, _spor(sak_ider)) == 5
        assert lagre_sporsmal(conn, _spor(sak_ider, "k2")) == 0
        aapne = aapne_sporsmal(conn, ORDNING)
        assert len(aapne) == 5 and set(aapne["kjoring_id"]) == {"k1"} and len(aapne_sporsmal(conn, "annen")) == 0
        andre = aapne.loc[aapne["sak_id"] == sak_ider[1], "sporsmal_id"]
        assert registrer_svar(conn, _svar(andre[:1]), NAA) == {"nye": 1, "gjentatt": 0}
        assert saker_med_alle_svar(conn, ORDNING) == []
        assert registrer_svar(conn, _svar(andre), NAA) == {"nye": 1, "gjentatt": 1}
        assert saker_med_alle_svar(conn, ORDNING) == [sak_ider[1]]
        assert registrer_svar(conn, _svar(aapne["sporsmal_id"]), NAA) == {"nye": 3, "gjentatt": 2}
        assert saker_med_alle_svar(conn, ORDNING) == sorted(sak_ider)
        assert len(aapne_sporsmal(conn, ORDNING)) == 0


def test_et_annet_svar_nr_to_avvises_og_ingenting_lagres(lager):
    with lager.begin() as conn:
        lagre_sporsmal(conn, _spor(lag_saker(conn, 2)))
        alle = aapne_sporsmal(conn, ORDNING)["sporsmal_id"].tolist()
        registrer_svar(conn, _svar(alle[:1]), NAA)
        for_hash = tilstandshash(conn)
    for svar, melding in (
        (pd.concat([_svar(alle[1:]), _svar(alle[:1], "1")]), "et annet svar"),
        (pd.concat([_svar(alle[1:]), _svar(alle[1:2], "1")]), "et annet svar"),  # two answers in one file
        (_svar([*alle, "tull"]), "som ikke finnes"),
    ):
        with pytest.raises(Ordningsfeil, match=melding), lager.begin() as conn:
            registrer_svar(conn, svar, NAA)
    with lager.connect() as conn:
        assert tilstandshash(conn) == for_hash
