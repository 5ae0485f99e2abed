import datetime as dt
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from rapportbase import ETTER, FOER, I_GAAR, IDAG, NAA, fyll, manifest

from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.styring.bunttall import forrige_gang
from kjerne.styring.fordeling import klasser, vektet_prosentil
from kjerne.styring.innsamling import samle_tall
from kjerne.styring.rapport import skriv_rapport
from kjerne.styring.rapporttall import Rapporttall


@pytest.fixture
def motor(lager):
    """Two schemes with the same cases in one database; on SQLite and on PostgreSQL."""
    with lager.begin() as conn:
        fyll(conn)
        fyll(conn, "annen")
    return lager


@pytest.fixture
def tall(motor) -> Rapporttall:
    with lesende(motor) as conn:
        return samle_tall(conn, manifest(), naa=NAA, idag=IDAG, siden=I_GAAR)


def test_tallene_er_de_som_kan_telles_for_haand(tall):
    assert (tall.mottatt, tall.avgjort, tall.innvilget, tall.i_bunt, tall.sendt, tall.venter) == (20, 15, 11, 9, 5, 5)
    assert tall.avvik == 0
    belop = [999_900] + [100_000 + 10_000 * n for n in range(1, 11)]  # case 0 was decided twice; the newest counts
    assert tall.innvilget_ore == sum(belop)
    assert tall.i_bunt_ore == sum(100_000 + 10_000 * n for n in range(9))
    assert tall.sendt_ore == sum(100_000 + 10_000 * n for n in range(5))
    assert {g.navn: g.antall for g in tall.tilstander if g.antall} == {
        "innvilget": 11, "avslag": 4, "manuell": 2, "sporsmal": 1, "venter": 1, "karantene": 1,
    }  # fmt: skip
    assert [(g.navn, g.antall) for g in tall.avslag] == [("søkt_innen_fristen", 3), ("bor_ved_broen", 2)]
    assert [(v.tilstand, v.grunn, v.antall) for v in tall.ventegrunner][:2] == [
        ("manuell", "mangler lønn", 2), ("sporsmal", "spurt", 1),
    ]  # fmt: skip
    assert sum(tall.belop.antall) == 11
    assert (tall.belop.median_ore, tall.belop.p90_ore) == (sorted(belop)[5], sorted(belop)[9])
    assert [(g.navn, g.antall, g.belop_ore) for g in tall.roller] == [("møller", 1, 200_000), ("søker", 10, 1_450_000)]
    assert (tall.behandlingstid.median_dager, tall.behandlingstid.p90_dager) == (7, 13)
    assert ({g.navn: g.antall for g in tall.alder}["15-30"], tall.eldste_dager) == (5, 19)


def test_endringen_er_det_som_har_skjedd_siden_sist(tall):
    e = tall.endring
    assert (e.mottatt, e.avgjort, e.innvilget, e.sendt, e.sendt_ore) == (10, 9, 5, 5, 600_000)


def test_forrige_gang_er_da_kjoeringen_foer_den_nyeste_var_ferdig(motor):
    def steg(kjoring: str, bit: int, ferdig: dt.datetime):
        return {"kjoring_id": kjoring, "steg": "bunt", "bit": bit, "resultat": "{}", "sekunder": 1.0, "ferdig_tid": ferdig}

    def kjoring(id_: str, tilstand: str, startet: dt.datetime):
        return {"kjoring_id": id_, "ordning": "troll", "grunnlag": "{}", "tilstand": tilstand, "startet_tid": startet, "ferdig_tid": NAA}

    ferdig = FOER + dt.timedelta(minutes=20)
    with motor.begin() as conn:
        assert forrige_gang(conn, "troll") is None  # a run without a step has done nothing
        conn.execute(sa.insert(t.kjoring_steg), [steg("troll-k-1", 0, FOER), steg("troll-k-1", 1, ferdig)])
        assert forrige_gang(conn, "troll") == ferdig
        assert forrige_gang(conn, "annen") is None and forrige_gang(conn, "ingen") is None
        conn.execute(sa.insert(t.kjoring), [kjoring("a", "stanset", ETTER - dt.timedelta(minutes=1)), kjoring("b", "startet", NAA)])
        conn.execute(sa.insert(t.kjoring_steg), [steg("a", 0, ETTER), steg("b", 0, NAA)])
        # the newest has begun and is compared with the last one that was finished, not with the one that was stopped
        assert forrige_gang(conn, "troll") == ETTER + dt.timedelta(seconds=2)


def test_hver_sak_venter_av_en_grunn_som_er_en_setning(motor):
    setninger = {"mangler lønn": "Lønnen mangler.", "spurt": "Lønnen mangler."}
    with motor.begin() as conn:
        conn.execute(sa.update(t.sak).where(t.sak.c.sak_id == "troll-16").values(grunn="mangler lønn|spurt"))
        conn.execute(sa.update(t.sak).where(t.sak.c.sak_id == "troll-18").values(grunn=None))
    with lesende(motor) as conn:
        tall = samle_tall(conn, manifest(), naa=NAA, idag=IDAG, grunner=setninger)
    assert [(v.tilstand, v.grunn, v.antall) for v in tall.ventegrunner] == [
        ("manuell", "Lønnen mangler.", 2), ("sporsmal", "Lønnen mangler.", 1), ("venter", "Ingen grunn er oppgitt.", 1),
        ("karantene", "beløp mangler", 1),
    ]  # fmt: skip
    assert [g.tekst for g in tall.roller] == ["Møller", "Søker"]


def test_kvalitet_teller_den_siste_kjoeringen_som_hadde_saken(tall):
    assert [(k.kontroll, k.saker, k.holdt) for k in tall.kvalitet] == [
        ("inn_hopp", 3, 2), ("inn_beloep", 1, 1), ("inn_maaned", 1, 1),
    ]  # fmt: skip


def test_spoersmaal_bunter_grenser_og_steg(tall):
    assert [(q.til, q.besvart, q.venter, q.utlopt) for q in tall.sporsmal] == [
        ("arbeidsgiver", 0, 1, 1), ("person", 1, 0, 0),
    ]  # fmt: skip
    assert [(g.navn, g.antall) for g in tall.mangler] == [("inntekt", 2)]
    assert [(b.tilstand, b.antall, b.sum_ore) for b in tall.bunter] == [
        ("forberedt", 4, 660_000), ("sendt", 5, 600_000),
    ]  # fmt: skip
    assert [(g.navn, g.hoyeste_ore, g.status) for g in tall.grenser] == [
        ("maks_per_sak", 999_900, "naer"), ("maks_per_bunt", 660_000, "innenfor"),
    ]  # fmt: skip
    assert (tall.kjoring_id, [(s.steg, s.biter, s.sekunder) for s in tall.steg]) == (
        "troll-k-2", [("kvalitet", 2, 3.0), ("regler", 2, 3.0), ("brev", 2, 3.0)],
    )  # fmt: skip


def test_en_ordning_ser_ikke_en_annen(motor, tall):
    with lesende(motor) as conn:
        annen = samle_tall(conn, manifest("annen"), naa=NAA, idag=IDAG, siden=I_GAAR)
        ingen = samle_tall(conn, manifest("ingen"), naa=NAA, idag=IDAG)
    assert replace(annen, ordning="troll", kjoring_id=tall.kjoring_id, bunter=tall.bunter) == tall
    assert (ingen.mottatt, ingen.venter, ingen.belop, ingen.bunter, ingen.kjoring_id) == (0, 0, None, (), None)
    assert ingen.endring is None and ingen.behandlingstid is None
    assert "Ingen søknader er mottatt ennå." in skriv_rapport(ingen)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_klassene_holder_alle_beloep(a, b):
    minst, hoyest = sorted((a, b))
    grenser = klasser(minst, hoyest)
    bredder = {y - x for x, y in zip(grenser, grenser[1:], strict=False)}
    assert grenser[0] <= minst and hoyest < grenser[-1]
    assert 1 <= len(grenser) - 1 <= 12 and len(bredder) == 1
    assert re.fullmatch(r"[125]0+", str(bredder.pop()))


@given(st.lists(st.integers(0, 50), min_size=1), st.integers(1, 100))
def test_prosentilen_er_den_minste_verdien_som_er_hoey_nok(verdier, prosent):
    antall = {v: verdier.count(v) for v in verdier}
    fasit = next(v for v in sorted(verdier) if sum(n <= v for n in verdier) * 100 >= prosent * len(verdier))
    assert vektet_prosentil(antall, prosent) == fasit
