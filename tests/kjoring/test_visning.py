"""I19: each door that shows a case writes down who saw whom and why, once for each, before anything is shown."""

from __future__ import annotations

import json
import os

import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.kjoring.revurdering import Hvorfor, finn_endringer
from kjerne.kjoring.revurderingsforslag import foreslaa, godkjenn_forslag
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.regelmotor.oppdagelse import finn
from tests.cli.dorer import EVENTYR, ordning
from tests.kjoring.conftest import betal_alt
from tests.kjoring.test_revurdering import endre_regel


@pytest.fixture
def dor(kjort, monkeypatch):
    """The commands, in the place where a run is done; and what they added to the log of lookups."""

    def kall(*argumenter: object, bruker: str = "sara", kode: int = 0):
        foer = _logg(kjort)
        miljo = {"ORDNING_DATA": str(kjort.data), "ORDNING_BRUKER": bruker, "ORDNINGER_STI": os.environ.get("ORDNINGER_STI", str(EVENTYR)),
                 "ORDNING_DATABASE_URL": kjort.motor.url.render_as_string(hide_password=False)}  # fmt: skip
        svar = ordning(*argumenter, miljo=miljo)
        assert svar.kode == kode, svar.feil
        return svar, sorted(_logg(kjort) - foer)

    return kall


def _logg(rom) -> set[tuple]:
    o = t.oppslagslogg.c
    with lesende(rom.motor) as conn:
        return {tuple(r)[1:] for r in conn.execute(sa.select(o.oppslag_id, o.av, o.vist, o.formaal, o.sak_id))}


def _saker(rom, tilstand: str) -> list[str]:
    with lesende(rom.motor) as conn:
        return sorted(conn.scalars(sa.select(t.sak.c.sak_id).where(t.sak.c.tilstand == tilstand)))


def test_behandle_en_sak(kjort, dor):
    sak = _saker(kjort, "manuell")[0]
    assert dor("behandle", "askeladden")[1] == [], "køen er en liste uten opplysninger om noen"
    assert dor("behandle", "askeladden", sak)[1] == [("sara", "behandling", "saksbehandling", sak)]
    assert dor("behandle", "askeladden", "finnes-ikke", kode=2)[1] == []
    with lesende(kjort.motor) as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(t.oppslagslogg)) == 1


def test_sporsmal_med_hvem_de_gjelder(kjort, dor, tmp_path):
    assert dor("sporsmal", "askeladden")[1] == []
    _, fort = dor("sporsmal", "askeladden", "--ut", tmp_path / "sporsmal.csv")
    gjelder = pd.read_csv(tmp_path / "sporsmal.csv", sep=";", dtype=str)["gjelder"]
    assert len(fort) == gjelder.nunique() > 3 and {f[:3] for f in fort} == {("sara", "sporsmal", "saksbehandling")}


def test_kontrollfunn(kjort, dor):
    with kjort.motor.begin() as conn:
        linjer = conn.execute(sa.select(t.linje.c.linje_id, t.vedtak.c.sak_id).join(t.vedtak).order_by(t.linje.c.linje_id).limit(2)).all()
        for nr, (linje_id, _) in enumerate(linjer):
            conn.execute(t.kontrollfunn.insert().values(
                funn_id=f"funn{nr}", ordning="askeladden", kontroll="K04", versjon=1, handling="STOPP", modus="skarp", linje_id=linje_id,
                bunt_id=None, gruppe="", grunn="Samme konto som andre.", bevis="{}", belop_ore=1, kjoring_id="k", laget_av="ola",
                funnet_tid=kjort.klokke.naa()))  # fmt: skip
    ventet = sorted(("sara", "kontroll", "kontroll", sak) for _, sak in linjer)
    svar, fort = dor("kontroller", "askeladden", "--json")
    assert fort == ventet and json.loads(svar.ut)["stanset"]["linjer"] == 2


@pytest.fixture
def med_krav(kjort, tmp_path, monkeypatch):
    """Paid with one rate, decided again with a lower one."""
    betal_alt(kjort)
    endre_regel(tmp_path, monkeypatch, "dekning;60;", "dekning;40;")
    verk = finn("askeladden")
    funnet = finn_endringer(kjort, verk, Hvorfor("regel", "feil sats"))
    f = foreslaa(kjort, verk, funnet, "ola")
    godkjenn_forslag(kjort, verk, f.revurdering_id, "kari", f.antall, "Sett og regnet.")
    return f


def test_krav_og_varsel_og_liste_over_revurderte(kjort, dor, med_krav, tmp_path):
    svar, fort = dor("krav", "askeladden", "--json")
    alle = json.loads(svar.ut)
    assert fort == sorted({("sara", "krav", "saksbehandling", k["sak_id"]) for k in alle}) and len(fort) > 5
    ett = alle[0]
    assert dor("krav", "askeladden", "--varsle")[1] == []
    assert dor("krav", "askeladden", ett["krav_id"], "--brev", tmp_path / "varsel.html")[1] == [
        ("sara", "brev", "saksbehandling", ett["sak_id"])]  # fmt: skip
    _, fort = dor("revurder", "askeladden", "--vis", med_krav.revurdering_id, "--ut", tmp_path / "liste.csv")
    i_filen = set(pd.read_csv(tmp_path / "liste.csv", sep=";", encoding="utf-8-sig")["sak_id"])
    assert {f[3] for f in fort} == i_filen and {f[:3] for f in fort} == {("sara", "revurdering", "feilretting")}
    assert dor("revurder", "askeladden")[1] == []
    for fil in ("varsel.html", "liste.csv"):
        assert (tmp_path / fil).stat().st_mode & 0o777 == 0o600, fil


def test_uten_hvem_vises_ingenting(kjort, dor, tmp_path):
    """An account that is a person's number is no account, and nothing is written or shown."""
    svar, fort = dor("sporsmal", "askeladden", "--ut", tmp_path / "sporsmal.csv", bruker="01810112345", kode=2)
    assert fort == [] and svar.ut == "" and not (tmp_path / "sporsmal.csv").exists()
    from kjerne.kjoring.visning import foer_visning

    with pytest.raises(Ordningsfeil, match="Formålet"):
        foer_visning(kjort, "askeladden", ["sak-1"], "sara", "krav", "nysgjerrighet")
