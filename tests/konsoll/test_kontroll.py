"""All that one control has stopped, decided in one act: each finding by itself, the number typed, and all or nothing."""

import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.kontroll.funn import lagre_funn
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.lager.tilstand import tilstandshash
from tests.kjoring.test_linjekontroll import GAARD, lag_vedtak
from tests.konsoll.konsolltjener import ATTESTANT, KONTROLL, OPERATOR, SIRI
from tests.konsoll.sidesjekk import feil_paa

ID = "askeladden"
STI, K04 = f"/kontroll/{ID}", f"/kontroll/{ID}/K04"
GRUNN = "de er en familie med felles konto"
GRUPPER = ("K04-a1", "K04-a1", "K04-a1", "K04-b2")


def stans(rom, av: str = "ola") -> list[str]:
    """Four lines that K04 has stopped, for two causes."""
    lag_vedtak(rom, belop=(100_00, 200_00, 300_00, 400_00), gaarder=(GAARD,) * 4, personer=(1, 2, 3, 4))
    with rom.motor.begin() as conn:
        linjer = conn.scalars(sa.select(t.linje.c.linje_id).where(t.linje.c.linje_id.not_in(sa.select(t.bunt_linje.c.linje_id)))).all()
        funn = pd.DataFrame({"linje_id": linjer, "bunt_id": None, "kontroll": "K04", "versjon": 1, "handling": "STOPP", "modus": "skarp",
                             "gruppe": GRUPPER, "grunn": "4 mottakere har samme konto", "bevis": "{}", "belop_ore": 100_00})  # fmt: skip
        lagre_funn(conn, ID, "ny", av, funn, rom.klokke.naa())
        return list(conn.scalars(sa.select(t.kontrollfunn.c.funn_id).order_by(t.kontrollfunn.c.gruppe)))


@pytest.fixture
def stanset(konsoll):
    konsoll.funn = stans(konsoll.rom)
    return konsoll.som(KONTROLL)


def avgjor(k, sti: str, beslutning: str, antall: str, grunn: str = GRUNN):
    """As the form of the page that she looks at."""
    sett = k.hent(sti).side.xpath("//input[@name='sett']/@value")
    return k.send(sti, beslutning=beslutning, antall=antall, grunn=grunn, sett=(sett or [""])[0])


def beslutninger(k) -> list[tuple]:
    b = t.kontrollbeslutning.c
    with lesende(k.rom.motor) as conn:
        return conn.execute(sa.select(b.funn_id, b.beslutning, b.av, b.grunn).order_by(b.funn_id, b.nr)).all()


def test_hele_kontrollen_slippes_og_hvert_funn_er_avgjort_for_seg(stanset):
    assert "Avgjør alle 4 funn av K04 under ett" in stanset.hent(STI).synlig
    side = stanset.hent(K04)
    assert feil_paa(side) == [] and "2 ulike årsaker" in side.synlig and "Slipp 4 funn" in side.synlig
    svar = stanset.fyll(K04, K04, antall="4", grunn=GRUNN)
    assert "4 funn er sluppet" in stanset.folg(svar).synlig and "Ingen funn venter" in stanset.hent(K04).synlig
    assert beslutninger(stanset) == [(f, "slipp", KONTROLL, GRUNN) for f in sorted(stanset.funn)]
    with lesende(stanset.rom.motor) as conn:
        ført = conn.scalars(sa.select(t.revisjonslogg.c.detaljer).where(t.revisjonslogg.c.hendelse == "kontroll.slipp")).all()
    assert len(ført) == 1 and all(f in ført[0] for f in stanset.funn)


def test_en_aarsak_for_seg_og_det_som_er_holdt_telles_ikke_igjen(stanset):
    en = f"{K04}/K04-a1"
    assert f'href="{en}"' in stanset.hent(K04).tekst and feil_paa(stanset.hent(en)) == []
    assert stanset.send(STI, beslutning="hold", grunn=GRUNN, **{f"funn.{stanset.funn[0]}": "1"}).status == 303
    assert avgjor(stanset, en, "hold", "3").status == 409, "ett er holdt alt"
    assert "2 funn er holdt tilbake" in stanset.folg(avgjor(stanset, en, "hold", "2")).synlig
    side = stanset.hent(en)
    assert "Alle funnene er holdt tilbake" in side.synlig and "3 er holdt før" in side.synlig and feil_paa(side) == []
    assert avgjor(stanset, en, "slipp", "3").status == 409, "det noen holder, slippes for seg"
    assert "1 funn er sluppet" in stanset.folg(avgjor(stanset, K04, "slipp", "1")).synlig
    assert len(beslutninger(stanset)) == 4 and [b[1] for b in beslutninger(stanset)].count("hold") == 3


def test_like_mange_men_andre_funn_slippes_ikke(stanset):
    """One is released and one has come since the page was made: the number is the same, and the money is not what she saw."""
    sett = stanset.hent(K04).side.xpath("//input[@name='sett']/@value")[0]
    assert stanset.send(STI, beslutning="slipp", grunn=GRUNN, **{f"funn.{stanset.funn[0]}": "1"}).status == 303
    with stanset.rom.motor.begin() as conn:
        f = t.kontrollfunn.c
        en = conn.execute(sa.select(t.kontrollfunn).where(f.funn_id == stanset.funn[1])).one()
        ny = pd.DataFrame([{n: getattr(en, n) for n in ("linje_id", "bunt_id", "kontroll", "handling", "modus", "grunn", "bevis")}])
        lagre_funn(conn, ID, "enda-en", "ola", ny.assign(gruppe="K04-c3", belop_ore=999_000_00, versjon=2), stanset.rom.klokke.naa())
    svar = stanset.send(K04, beslutning="slipp", antall="4", grunn=GRUNN, sett=sett)
    assert svar.status == 409 and "ikke de samme" in svar.synlig and len(beslutninger(stanset)) == 1


def test_ett_nei_er_nei_til_alle(stanset):
    with lesende(stanset.rom.motor) as conn:
        foer = tilstandshash(conn)
    nei = {("3", GRUNN): (409, "ikke det antallet du skrev"), ("0", GRUNN): (409, "ikke det antallet"),
           ("alle", GRUNN): (422, "ikke et tall"), ("4", "kort"): (422, "for kort")}  # fmt: skip
    for (antall, grunn), (status, ord_) in nei.items():
        svar = avgjor(stanset, K04, "slipp", antall, grunn)
        assert svar.status == status and ord_ in svar.synlig and "Ingen funn er avgjort" in svar.synlig, svar.synlig
    assert stanset.send(K04, beslutning="kast", antall="4", grunn=GRUNN).status == 422
    assert stanset.send(f"{STI}/K06", beslutning="slipp", antall="4", grunn=GRUNN).status == 409
    for konto, beslutning in ((OPERATOR, "slipp"), (ATTESTANT, "slipp")):
        assert stanset.som(konto).send(K04, beslutning=beslutning, antall="4", grunn=GRUNN).status == 403
    with lesende(stanset.rom.motor) as conn:
        assert tilstandshash(conn) == foer


def test_den_som_kjorte_slipper_ingen_av_dem(konsoll):
    stans(konsoll.rom, av=SIRI)
    svar = avgjor(konsoll.som(SIRI), K04, "slipp", "4")
    assert svar.status == 409 and "Den som kjørte" in svar.synlig and beslutninger(konsoll) == []
    assert "4 funn er holdt" in konsoll.folg(avgjor(konsoll, K04, "hold", "4")).synlig
    assert konsoll.hent(f"{STI}/K99").status == 422 and "Ingen funn venter" in konsoll.hent(f"{STI}/K06").synlig
