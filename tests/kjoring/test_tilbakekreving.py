"""Recovery on both databases: never before warning and deadline, by another than the one who warned, and to the øre in the ledger."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.avstemmingssteg import avstem
from kjerne.kjoring.brevsteg import hent_brev
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.kvitteringssteg import les_kvitteringer
from kjerne.kjoring.revurdering import Hvorfor, finn_endringer
from kjerne.kjoring.revurderingsforslag import foreslaa, godkjenn_forslag
from kjerne.kjoring.tilbakekreving import frafall, hent_varsel, innbetalt, krav_i, oversend, varsle, vedta
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.regelmotor.oppdagelse import finn
from kjerne.syntetisk.bank import svar_paa
from kjerne.utbetaling import hovedbok
from tests.kjoring.conftest import betal_alt
from tests.kjoring.test_revurdering import NED, OPP, endre_regel

ID = "askeladden"
GRUNN = "feilen var vår, men beløpet er stort"


@pytest.fixture
def for_mye(kjort, tmp_path, monkeypatch):
    """Everybody has been paid by a rate that was too high, and the new versions are decided."""
    betal_alt(kjort)
    verk = endre_regel(tmp_path, monkeypatch, *NED)
    f = foreslaa(kjort, verk, finn_endringer(kjort, verk, Hvorfor("regel", "satsen var for høy")), "ola")
    godkjenn_forslag(kjort, verk, f.revurdering_id, "kari", f.antall, "vår feil")
    return kjort


def paa_dagen(rom, dag: dt.date):
    return replace(rom, klokke=Stillklokke(dag))


def saldo(rom) -> dict[str, int]:
    with lesende(rom.motor) as conn:
        return hovedbok.saldo(conn, ID)


def test_hele_veien_fra_varsel_til_betalt(for_mye):
    rom, verk, foer = for_mye, finn(ID), saldo(for_mye)
    alle = krav_i(rom, ID)
    en, to, tre, fire = (k.krav_id for k in alle[:4])
    with pytest.raises(Ordningsfeil, match="opprettet, og kan ikke vedtas"):
        vedta(rom, ID, en, None, GRUNN, "per")
    svar = varsle(rom, verk, [], "anne")
    assert svar["varslet"] == len(alle) > 20 and svar["sum_ore"] == sum(k.belop_ore for k in alle)
    assert varsle(rom, verk, [], "anne")["varslet"] == 0 and saldo(rom) == foer, "et varsel er ikke et krav"
    frist = dt.date.fromisoformat(svar["frist"])
    assert frist >= rom.klokke.idag() + dt.timedelta(days=14) and "varsel" in hent_varsel(rom, ID, en)
    for dag in (rom.klokke.idag(), frist):
        with pytest.raises(Ordningsfeil, match="ikke ute før"):
            vedta(paa_dagen(rom, dag), ID, en, None, GRUNN, "per")
    etter = paa_dagen(rom, frist + dt.timedelta(days=1))
    with pytest.raises(Ordningsfeil, match="Den som varslet om kravet, kan ikke vedta det"):
        vedta(etter, ID, en, None, GRUNN, " ANNE")
    with pytest.raises(Ordningsfeil, match="det eller mindre"):
        vedta(etter, ID, en, alle[0].belop_ore + 1, GRUNN, "per")
    assert saldo(etter) == foer, "ingenting av det som ble nektet, er ført"
    assert vedta(etter, ID, en, None, GRUNN, "per").utestaende_ore == alle[0].belop_ore
    assert vedta(etter, ID, to, alle[1].belop_ore // 2, GRUNN, "per").vedtatt_ore == alle[1].belop_ore // 2
    vedta(etter, ID, tre, None, GRUNN, "per")
    assert frafall(etter, ID, fire, "beløpet er for lite til å kreve", "per").tilstand == "frafalt"
    assert oversend(etter, ID, en, "ola").tilstand == "oversendt"
    assert innbetalt(etter, ID, en, 100, "kid-1", "ola").utestaende_ore == alle[0].belop_ore - 100
    assert innbetalt(etter, ID, en, 100, "kid-1", "ola").utestaende_ore == alle[0].belop_ore - 100, "samme referanse bokføres én gang"
    with pytest.raises(Ordningsfeil, match="står igjen"):
        innbetalt(etter, ID, en, alle[0].belop_ore, "kid-2", "ola")
    assert innbetalt(etter, ID, en, alle[0].belop_ore - 100, "kid-3", "ola").oppgjort
    assert frafall(etter, ID, tre, "personen er død og boet er tomt", "per").utestaende_ore == 0
    with pytest.raises(Ordningsfeil, match="Kravet er betalt"):
        frafall(etter, ID, en, "dette er for sent og skal nektes", "per")
    _summene(etter, foer)


def _summene(rom, foer: dict[str, int]) -> None:
    """I21: claims raised = paid + waived + outstanding, and the ledger is whole."""
    krav, etter = krav_i(rom, ID), saldo(rom)
    with lesende(rom.motor) as conn:
        p = t.postering.c
        sum_ = {a: -int(conn.scalar(sa.select(sa.func.coalesce(sa.func.sum(p.belop_ore), 0)).where(
            p.konto == "fordring", p.bilag_id.startswith(f"{a}:")))) for a in ("krav", "innbetalt", "frafalt")}  # fmt: skip
    assert -sum_["krav"] == sum(k.vedtatt_ore for k in krav) == sum_["innbetalt"] + sum_["frafalt"] + sum(k.utestaende_ore for k in krav)
    assert sum(etter.values()) == 0 and etter["fordring"] == sum(k.utestaende_ore for k in krav)
    assert foer["stonad"] - etter["stonad"] == sum(k.vedtatt_ore for k in krav) - sum_["frafalt"]
    assert avstem(rom, finn(ID), "ola").gaar_opp


def test_penger_som_banken_siden_avviste_kreves_ikke_tilbake(for_mye, tmp_path):
    """The file was out when the claims were made; then the bank refuses every payment in it."""
    (fil,) = for_mye.betalingsmappe.glob("*.xml")
    svar_paa(fil, tmp_path / "svar.xml", for_mye.klokke.naa(), avvis=1.0)
    assert les_kvitteringer(for_mye, tmp_path / "svar.xml", "ola").kvittert
    varsle(for_mye, finn(ID), [], "anne")
    k = krav_i(for_mye, ID)[0]
    etter, foer = paa_dagen(for_mye, k.frist + dt.timedelta(days=1)), saldo(for_mye)
    with pytest.raises(Ordningsfeil, match="penger som ikke er kommet fram") as feil:
        vedta(etter, ID, k.krav_id, None, GRUNN, "per")
    assert feil.value.kode == 4 and saldo(etter) == foer
    assert frafall(etter, ID, k.krav_id, "pengene kom aldri fram til noen", "per").tilstand == "frafalt"


def test_databasen_nekter_foer_fristen_og_uten_hovedbok(for_mye):
    varsle(for_mye, finn(ID), [], "anne")
    k = krav_i(for_mye, ID)[0]
    rad = {"krav_id": k.krav_id, "hendelse": "vedtatt", "av": "per", "frist": None, "belop_ore": k.belop_ore, "grunn": GRUNN,
           "brev_sha256": None, "brev_arkiv": None, "tid": for_mye.klokke.naa()}  # fmt: skip
    for dato in (k.frist, k.frist + dt.timedelta(days=1)):
        with pytest.raises(Exception, match="før fristen i varselet|ikke ført i hovedboken"), for_mye.motor.begin() as conn:
            conn.execute(t.tilbakekreving_hendelse.insert().values(rad | {"dato": dato}))


def test_et_krav_som_ikke_er_det_hovedboken_sier_stopper_alt(for_mye):
    from tests.kjoring.test_verifisering import uten_vakter

    varsle(for_mye, finn(ID), [], "anne")
    k = krav_i(for_mye, ID)[0]
    etter = paa_dagen(for_mye, k.frist + dt.timedelta(days=1))
    vedta(etter, ID, k.krav_id, None, GRUNN, "per")
    assert avstem(etter, finn(ID), "ola").gaar_opp
    with uten_vakter(for_mye) as conn:
        conn.execute(sa.text("UPDATE tilbakekreving_hendelse SET belop_ore = belop_ore - 1 WHERE hendelse = 'vedtatt'"))
    a = avstem(etter, finn(ID), "ola")
    assert [x.hva for x in a.avvik] == ["krav"] and k.krav_id in a.avvik[0].tekst


def test_brevene_i_en_omgjoering_sier_hva_som_er_nytt(kjort, tmp_path, monkeypatch, grunnlag):
    betal_alt(kjort)
    verk = endre_regel(tmp_path, monkeypatch, *OPP)
    f = foreslaa(kjort, verk, finn_endringer(kjort, verk, Hvorfor("regel", "satsen var for lav")), "ola")
    godkjenn_forslag(kjort, verk, f.revurdering_id, "kari", f.antall)
    with lesende(kjort.motor) as conn:
        rader = conn.execute(sa.select(t.omgjoring)).all()
        assert conn.scalar(sa.select(sa.func.count()).select_from(t.brev).join(t.vedtak).where(t.vedtak.c.versjon == 2)) == f.antall
    for o in rader[:10]:
        brev = hent_brev(kjort, o.vedtak_id).replace("\xa0", " ").replace(" på nytt", " på nytt")
        assert "på nytt" in brev and ("i tillegg" in brev) and "oppdikt" in brev
        for ore in (o.for_ore, o.etter_ore, o.tillegg_ore):
            assert f"{ore // 100:,}".replace(",", " ") in brev
    kjor_ordning(kjort, ID, grunnlag)
