"""A person's number ends with the control digit that an account would have. The applicant's own is refused as an account at every door;
somebody else's may be an account by chance."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.kjoring import saksbehandling
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.kvitteringssteg import avviste, betal_avviste
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.lager.person import ident_i
from kjerne.regelmotor.oppdagelse import finn
from tests.kjoring.conftest import betal_alt
from tests.kjoring.test_betalingsdag import svar
from tests.kjoring.test_saksbehandling import GRUNN, ID, en

kjort_en_gang = pytest.mark.parametrize("kjort", ["SQLite"], indirect=True)
EGET = "fødselsnummeret til søkeren"


def _ident(rom, sak_id: str) -> str:
    with lesende(rom.motor) as conn:
        return ident_i(conn, sak_id)


@kjort_en_gang
def test_saksbehandleren_kan_ikke_legge_det_inn(kjort, monkeypatch):
    verk, sak = finn(ID), en(kjort, "karantene", "konto")
    eget, annet = _ident(kjort, sak), _ident(kjort, en(kjort, "manuell"))
    with pytest.raises(Ordningsfeil, match=EGET) as feil:
        saksbehandling.opplys(kjort, verk, sak, "kontonummer", f"{eget[:6]} {eget[6:]}", GRUNN, "anne")
    assert eget not in str(feil.value) and saksbehandling.prov(kjort, verk, sak).tilstand == "manuell"
    saksbehandling.opplys(kjort, verk, sak, "kontonummer", annet, GRUNN, "anne")
    tilstand = saksbehandling.prov(kjort, verk, sak).tilstand
    assert tilstand in ("innvilget", "avslag")
    if tilstand == "innvilget":  # and what has come in by another way goes to a human
        monkeypatch.setattr(saksbehandling, "ident_i", lambda *_: "")
        saksbehandling.opplys(kjort, verk, sak, "kontonummer", eget, GRUNN, "anne")
        p = saksbehandling.prov(kjort, verk, sak)
        assert (p.tilstand, p.ramme["grunn"].iat[0]) == ("manuell", "kontonummer")


@kjort_en_gang
def test_en_avvist_betaling_sendes_ikke_dit(kjort, tmp_path):
    (s,) = betal_alt(kjort)
    svar(kjort, s, tmp_path, avvis=0.1)
    betaling = avviste(kjort, ID)[0]["ende_til_ende_id"]
    sporring = sa.select(t.vedtak.c.sak_id).join_from(t.linje, t.vedtak).join(t.bunt_linje)
    with lesende(kjort.motor) as conn:
        eget = ident_i(conn, conn.scalar(sporring.where(t.bunt_linje.c.ende_til_ende_id == betaling)))
    with pytest.raises(Ordningsfeil, match=EGET):
        betal_avviste(kjort, ID, [betaling], eget, "personen har oppgitt en ny konto", "anne")
    annet = _ident(kjort, en(kjort, "manuell"))
    assert betal_avviste(kjort, ID, [betaling], annet, "personen har oppgitt en ny konto", "anne") == 1


@pytest.mark.parametrize("nytt_lager", ["SQLite"], indirect=True)
def test_det_som_likevel_er_kommet_inn_stanses_av_kvaliteten(rom, grunnlag, tmp_path, monkeypatch):
    ramme = pd.read_csv(grunnlag.soknader[0], sep=";", dtype=str, keep_default_na=False).head(40)
    ramme["kontonummer"] = ramme["fodselsnummer"]
    ramme.to_csv(tmp_path / "s.csv", sep=";", index=False)
    monkeypatch.setattr("kjerne.mottak.ramme._sjekk_numre", lambda *_: None)
    kjor_ordning(rom, ID, replace(grunnlag, soknader=(tmp_path / "s.csv",)))
    with lesende(rom.motor) as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(t.linje)) == 0
        assert conn.scalar(sa.select(sa.func.count()).where(t.sak.c.grunn.like("%utb_konto_gyldig%"))) > 20
