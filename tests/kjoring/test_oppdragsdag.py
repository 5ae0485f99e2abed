"""A day with Oppdragssystemet on both databases: run, approved, sent, one refused, answered, reconciled, decided once more, sent again."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from lxml import etree

from kjerne.kjoring.attestering import betal_godkjente
from kjerne.kjoring.avstemmingssteg import avstem
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.kvitteringssteg import avviste, betal_avviste, les_kvitteringer
from kjerne.kjoring.revurdering import Hvorfor, finn_endringer
from kjerne.kjoring.revurderingsforslag import foreslaa, godkjenn_forslag
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.utbetaling import hovedbok
from kjerne.utbetaling.format.oppdrag_les import kontroller_oppdragsfil, les_oppdrag
from tests.kjoring.conftest import betal_alt, godkjenn_alt
from tests.kjoring.oppdragsordning import ID, bunter, endre, etter_vedtakene, hos_mottakeren, med_oppdrag, svar

REGEL = Hvorfor("regel", "KL § 4 endret")


@pytest.fixture
def mappe(tmp_path, monkeypatch) -> Path:
    med_oppdrag(tmp_path / "ordninger", monkeypatch)
    return tmp_path / "ordninger"


def revurder(rom, verk):
    f = foreslaa(rom, verk, finn_endringer(rom, verk, REGEL), "ola")
    godkjenn_forslag(rom, verk, f.revurdering_id, "kari", f.antall, "loven ble endret med virkning bakover")
    return f


def les(fil):
    with open(fil, "rb") as f:
        return list(les_oppdrag(f)[1])


def saldo(rom):
    with lesende(rom.motor) as conn:
        return hovedbok.saldo(conn, ID)


def test_hele_dagen_med_en_avvist_og_saa_endret(rom, grunnlag, mappe, tmp_path):
    from kjerne.regelmotor.oppdagelse import finn

    kjor_ordning(rom, ID, grunnlag)
    (s,) = betal_alt(rom)
    meldinger = les(s["fil"])
    assert len(meldinger) == s["antall"] and all(m.ny and m.saksbehandler == "ola" and m.attestant == "kari" for m in meldinger)
    assert kontroller_oppdragsfil(s["fil"]).sum_ore == s["sum_ore"]
    innhold = Path(s["fil"]).read_bytes()
    (igjen,) = betal_godkjente(rom, finn(ID), "", "anne")
    assert not igjen["ny"] and Path(s["fil"]).read_bytes() == innhold

    avvist = meldinger[0].fagsystem_id
    lest, antall, fil = svar(rom, s, tmp_path, svar={avvist: ("08", "BB51014F", "Klassekoden gjelder ikke")})
    assert antall == {"00": s["antall"] - 1, "08": 1} and lest.stand == {"oppgjort": s["antall"] - 1, "avvist": 1} and lest.kvittert
    assert les_kvitteringer(rom, fil, "ola").lest_for
    a = avstem(rom, finn(ID), "ola")
    g = a.grensesnitt
    assert a.gaar_opp and a.nye == (s["bunt_id"],) and (g.antall, g.sum_ore) == (s["antall"], s["sum_ore"])
    assert g.per_utfall["avvist"] == (1, meldinger[0].linjer[0].sats_ore) and g.per_utfall["mangler"] == (0, 0)
    assert "BB51014F" in g.sti.read_text() and hos_mottakeren(rom) == etter_vedtakene(rom) == s["sum_ore"] - meldinger[0].linjer[0].sats_ore
    assert avstem(rom, finn(ID), "ola").grensesnitt is None

    verk = endre(mappe, "stønadsdager;18;dager", "stønadsdager;20;dager")
    f = revurder(rom, verk)
    kjor_ordning(rom, ID, grunnlag)
    godkjenn_alt(rom)
    (s2,) = betal_godkjente(rom, verk, "", "anne")
    endret = les(s2["fil"])
    assert f.antall == s["antall"] and len(endret) == f.antall - 1, "den som ble avvist, venter"
    assert {m.fagsystem_id for m in endret} == {m.fagsystem_id for m in meldinger[1:]} and not any(m.ny for m in endret)
    gamle = {m.fagsystem_id: m.linjer[0] for m in meldinger}
    for m in endret:
        (linje,), gammel = m.linjer, gamle[m.fagsystem_id]
        assert linje.ref_delytelse_id == gammel.delytelse_id and linje.fom == gammel.fom and linje.tom > gammel.tom
        assert linje.sats_ore * 18 == gammel.sats_ore * 20 and linje.vedtak_id != gammel.vedtak_id
    svar(rom, s2, tmp_path)
    assert hos_mottakeren(rom) == etter_vedtakene(rom) == sum(m.linjer[0].sats_ore for m in endret)

    (igjen,) = avviste(rom, ID)
    betal_avviste(rom, ID, [igjen["ende_til_ende_id"]], None, "klassekoden er rettet hos mottakeren", "per")
    siste = []
    for _ in range(2):  # first what was refused, then what was added to it
        kjor_ordning(rom, ID, grunnlag)
        godkjenn_alt(rom)
        (s3,) = betal_godkjente(rom, verk, "", "anne")
        assert s3["antall"] == 1
        svar(rom, s3, tmp_path)
        siste += les(s3["fil"])
    assert [m.ny for m in siste] == [True, False] and {m.fagsystem_id for m in siste} == {avvist}
    assert siste[0].linjer[0].delytelse_id == f"{avvist}#2" and siste[1].linjer[0].ref_delytelse_id == f"{avvist}#2"
    a = avstem(rom, verk, "ola")
    assert a.gaar_opp and not bunter(rom, "sendt", "kvittert") and a.grensesnitt.antall == len(endret) + 2
    alt = sum(v["sum_ore"] for v in (s, s2)) + siste[1].linjer[0].sats_ore - siste[0].linjer[0].sats_ore
    assert saldo(rom) == {"stonad": alt, "mottaker": 0, "underveis": 0, "bank": -alt} and hos_mottakeren(rom) == alt == etter_vedtakene(rom)


def test_mindre_og_opphor_gaar_i_en_egen_fil(kjort, mappe, tmp_path):
    from kjerne.regelmotor.oppdagelse import finn

    (s,) = betal_alt(kjort)
    foer = {m.fagsystem_id: m.linjer[0] for m in les(s["fil"])}
    svar(kjort, s, tmp_path)
    avstem(kjort, finn(ID), "ola")
    verk = endre(mappe, "dekning;60;%", "dekning;50;%")
    f = revurder(kjort, verk)
    (n,) = betal_godkjente(kjort, verk, "", "anne")
    ned = les(n["fil"])
    assert n["sum_ore"] == -f.krav_ore and len(ned) == f.antall == n["antall"]
    assert all(m.saksbehandler == "ola" and m.attestant == "kari" and not m.ny for m in ned)
    assert all(m.linjer[0].ref_delytelse_id == foer[m.fagsystem_id].delytelse_id and not m.linjer[0].opphor_fra for m in ned)
    assert not any(b["ny"] for b in betal_godkjente(kjort, verk, "", "anne")), "ingenting nytt å fortelle"
    lest, _, _ = svar(kjort, n, tmp_path)
    assert lest.kvittert and hos_mottakeren(kjort) == s["sum_ore"] - f.krav_ore
    a = avstem(kjort, verk, "ola")
    assert a.gaar_opp and a.grensesnitt.sum_ore == sum(m.linjer[0].sats_ore for m in ned) and a.nye == (n["bunt_id"],)

    verk = endre(mappe, "frist;30.09.2020", "frist;20.06.2020")
    f2 = revurder(kjort, verk)
    (o,) = betal_godkjente(kjort, verk, "", "anne")
    opphor = les(o["fil"])
    assert len(opphor) == f2.antall and o["sum_ore"] == -f2.krav_ore
    for m in opphor:
        (linje,), gammel = m.linjer, next(x.linjer[0] for x in ned + [] if x.fagsystem_id == m.fagsystem_id) if any(
            x.fagsystem_id == m.fagsystem_id for x in ned) else foer[m.fagsystem_id]  # fmt: skip
        assert linje.opphor_fra == gammel.fom and linje._replace(opphor_fra=None, vedtak_id="") == gammel._replace(vedtak_id="")
    rot = etree.fromstring(Path(o["fil"]).read_bytes().splitlines()[0])
    assert [rot.findtext(f".//{x}") for x in ("kodeEndring", "kodeEndringLinje", "kodeStatusLinje")] == ["ENDR", "ENDR", "OPPH"]
    svar(kjort, o, tmp_path)
    assert avstem(kjort, verk, "ola").gaar_opp and hos_mottakeren(kjort) == etter_vedtakene(kjort)


def test_ubesvart_kjede_og_egen_godkjenning_nektes(kjort, mappe, tmp_path, grunnlag):
    (s,) = betal_alt(kjort)
    verk = endre(mappe, "stønadsdager;18;dager", "stønadsdager;20;dager")
    revurder(kjort, verk)
    kjor_ordning(kjort, ID, grunnlag)
    assert not bunter(kjort, "forberedt", "kontrollert"), "det som bygger på noe ubesvart, venter"
    svar(kjort, s, tmp_path, svar={m.fagsystem_id: ("12", "", "Teknisk feil") for m in les(s["fil"])})
    kjor_ordning(kjort, ID, grunnlag)
    assert not bunter(kjort, "kontrollert") and not bunter(kjort, "kvittert"), "12 er ikke noe svar på om det er betalt"
    svar(kjort, s, tmp_path)
    (b,) = bunter(kjort, "kvittert")
    kjor_ordning(kjort, ID, grunnlag)
    assert len(bunter(kjort, "kontrollert")) == 1 and b.bunt_id == s["bunt_id"]
    with lesende(kjort.motor) as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(t.oppdragssvar)) == 2 * s["antall"]


def test_godtatt_saa_avvist_er_motstrid_og_alt_stopper(kjort, mappe, tmp_path):
    (s,) = betal_alt(kjort)
    svar(kjort, s, tmp_path)
    lest, _, _ = svar(kjort, s, tmp_path, avvis=0.05)
    assert lest.stand == {"motstrid": lest.nye} and lest.stans
    with pytest.raises(Ordningsfeil, match="gjelder et oppdrag vi har sendt"):
        fil = tmp_path / "fremmed.xml"
        fil.write_bytes((tmp_path / "os0.xml").read_bytes().replace(b"<nokkelAvstemming>2020", b"<nokkelAvstemming>2019"))
        les_kvitteringer(kjort, fil, "ola")
