"""Every page, on an empty and on a full database: it is there, it is well made, and no person stands in an address or a log."""

import datetime as dt
import logging
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from kjerne.api.konsoll.program import DELER
from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.revurdering import Hvorfor, finn_endringer
from kjerne.kjoring.revurderingsforslag import foreslaa, godkjenn_forslag
from kjerne.kjoring.tilbakekreving import krav_i
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from tests.kjoring.conftest import betal_alt
from tests.kjoring.test_revurdering import NED, OPP, endre_regel
from tests.konsoll.konsolltjener import ATTESTANT, OPERATOR, SIRI, Konsolltjener
from tests.konsoll.sidesjekk import ELLEVE, adresser, feil_paa

ID = "askeladden"
FASTE = ("/", "/bruker", "/ordninger", f"/ordning/{ID}", "/kjoringer", "/kjoringer/naa", f"/sporsmal/{ID}", f"/kontroll/{ID}", "/bunter",
         f"/avviste/{ID}", f"/avstemming/{ID}", f"/ko/{ID}", f"/revurdering/{ID}", f"/krav/{ID}", "/rapport", "/stopp",
         f"/rapport/{ID}")  # fmt: skip
SE = ("/sok",)


def saker(rom) -> dict[str, str]:
    """One case of each state."""
    with lesende(rom.motor) as conn:
        return {t_: s for s, t_ in conn.execute(sa.select(t.sak.c.sak_id, t.sak.c.tilstand).order_by(t.sak.c.sak_id.desc()))}


def identer(rom) -> set[str]:
    with lesende(rom.motor) as conn:
        return set(conn.scalars(sa.select(t.person.c.ident)))


def god(k: Konsolltjener, sti: str):
    svar = k.hent(sti)
    assert svar.status == 200, (sti, svar.status, svar.synlig[:300])
    assert feil_paa(svar) == [], sti
    return svar


def test_hver_side_paa_en_tom_maskin(tom):
    for sti in FASTE:
        god(tom, sti)
    assert "Ingen data ennå" in tom.hent("/").synlig and "./ordning demo" in tom.hent("/").synlig
    for sti in ("/sporsmal", "/kontroll", "/ko", "/revurdering", "/krav"):
        assert tom.hent(sti).sted == f"{sti}/{ID}"
    for sti in SE:
        god(tom.som(SIRI), sti)


@pytest.fixture
def mye(kjort, tmp_path, monkeypatch):
    """Paid, two revisions (one approved, so that there are claims; one that waits), and a console on it a month later."""
    betal_alt(kjort)
    verk = endre_regel(tmp_path, monkeypatch, *NED)
    f = foreslaa(kjort, verk, finn_endringer(kjort, verk, Hvorfor("regel", "satsen var for høy")), "ola")
    godkjenn_forslag(kjort, verk, f.revurdering_id, "kari", f.antall, "vår feil")
    verk = endre_regel(tmp_path, monkeypatch, NED[1], OPP[1])
    foreslaa(kjort, verk, finn_endringer(kjort, verk, Hvorfor("regel", "satsen var for lav")), "ola")
    with Konsolltjener(replace(kjort, klokke=Stillklokke(dt.date(2020, 8, 20)))) as k:
        yield k.som(OPERATOR)


def test_hver_side_der_alt_har_skjedd(mye, caplog):
    caplog.set_level(logging.DEBUG)
    rom, alle = mye.rom, saker(mye.rom)
    lenker = {a for sti in FASTE for a in adresser(god(mye, sti)) if re.match(r"/(bunt|kjoring|revurdering|krav)/.*[0-9a-f]{12}", a)}
    assert {a.split("/")[1] for a in lenker} == {"bunt", "kjoring", "revurdering", "krav"}
    lenker |= {f"/sporsmal/{ID}/{sporsmal}" for sporsmal in sporsmalene(rom)[:2]}
    for sti in sorted(lenker):
        god(mye, sti)
    mye.som(SIRI)
    egne = [f"/sak/{ID}/{s}" for s in alle.values()] + [f"/ko/{ID}/{alle[x]}" for x in ("manuell", "karantene")]
    sett = [god(mye, sti) for sti in (*egne, *sorted(lenker)[:2])]
    for sti in (f"/sak/{ID}/{alle['avslag']}/brev/1", f"/rapport/{ID}/side", f"/rapport/{ID}/side?apen=ja"):
        svar = mye.hent(sti)
        csp = svar.hoder["content-security-policy"]
        assert svar.status == 200 and "sha256-" in csp and "script" not in csp
    assert {ident for s in sett for ident in identer(rom) if f"{ident[:6]}\xa0{ident[6:]}" in s.tekst}, "saksbehandleren ser hvem det er"
    assert not [ident for ident in identer(rom) if ident in caplog.text]
    assert not ELLEVE.search(" ".join(a for s in sett for a in adresser(s)))


def sporsmalene(rom) -> list[str]:
    with lesende(rom.motor) as conn:
        return sorted(conn.scalars(sa.select(t.sporsmal.c.sporsmal_id)))


def test_en_lang_liste_har_sider_og_alle_er_med(mye):
    krav = krav_i(mye.rom, ID)
    assert len(krav) > 50
    forste, andre = god(mye, f"/krav/{ID}"), god(mye, f"/krav/{ID}?side=2")
    assert len(forste.side.findall(".//tbody/tr")) == 50 and "Side 1 av" in forste.synlig
    assert not {a for a in adresser(forste) if len(a) > 30} & {a for a in adresser(andre) if len(a) > 30}
    siste = god(mye, f"/krav/{ID}?side=9999")
    assert f"av {len(krav)}" in siste.synlig.replace("\xa0", "") and "Neste side" not in siste.synlig
    assert mye.hent(f"/krav/{ID}?side=x").status == 422


def test_soket_staar_ikke_i_adressen_og_hver_som_blir_vist_er_ført(konsoll, caplog):
    caplog.set_level(logging.DEBUG)
    rom = konsoll.rom
    with lesende(rom.motor) as conn:
        ident, sak_id = conn.execute(sa.select(t.person.c.ident, t.soknad.c.sak_id).join(t.soknad).order_by(t.soknad.c.sak_id)).first()
    konsoll.som(ATTESTANT)
    for sok in (ident, f"{ident[:6]} {ident[6:]}", sak_id):
        svar = konsoll.send("/sok", sok=sok, formaal="kontroll")
        assert svar.status == 303 and ident not in svar.sted
        god(konsoll, svar.sted)
    assert konsoll.send("/sok", sok="26817000050").sted == "/sok"
    assert "Ingen treff" in god(konsoll, "/sok").synlig
    with lesende(rom.motor) as conn:
        ført = conn.execute(sa.select(t.oppslagslogg)).all()
    assert {(r.av, r.vist, r.formaal, r.sak_id) for r in ført} >= {(ATTESTANT, "sak", "kontroll", sak_id)}
    assert sum(r.vist == "sak" for r in ført) == 3 and {r.av for r in ført} == {ATTESTANT}
    assert ident not in caplog.text


RARE = ("%00", "25876800180", "%2e%2e%2fx", "'%3B--", "a" * 3000, "%F0%9F%A4%A1", "%ED%A0%80", "%", "%3Cscript%3E", "%0d%0aSet-Cookie:x=1")


def test_ingen_adresse_faar_konsollen_til_aa_feile(konsoll):
    konsoll.som(SIRI)
    lese = {r.path for d in DELER for r in d.ruter.routes if "GET" in r.methods and "{" in r.path}
    for rute in sorted(lese):
        for rar in RARE:
            svar = konsoll.hent(re.sub(r"\{.*?\}", rar, rute.replace("{ordning}", ID)))
            assert svar.status < 500 and "<script" not in svar.tekst and "x=1" not in svar.hoder.get("set-cookie", ""), (rute, rar)


def test_det_som_ikke_finnes_er_en_side_paa_norsk(konsoll):
    konsoll.som(SIRI)
    i_ordningen = [f"/{n}/{ID}/abc" for n in ("sak", "ko", "revurdering", "krav", "sporsmal")]
    andre = ["/finnes/ikke", "/bunt/abc", "/kjoring/abc", "/ordning/finnesikke", "/rapport/finnesikke", f"/sak/{ID}/abc/brev/1"]
    for sti in andre + i_ordningen:
        svar = konsoll.hent(sti)
        assert svar.status in (404, 422) and feil_paa(svar) == [], (sti, svar.status, svar.synlig)
        assert konsoll.kall("DELETE", sti).status == 405 or sti == "/finnes/ikke"
