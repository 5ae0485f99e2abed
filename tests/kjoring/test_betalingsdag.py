"""A day of payment on both databases: refused and paid anew, taken back, stopped and started, reconciled to the last øre."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from kjerne.kjoring.attestering import attester_bunt, avbryt_bunt, betal_godkjente, disponer_bunt, ventende
from kjerne.kjoring.avstemmingssteg import avstem
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.kvitteringssteg import avviste, betal_avviste, les_kvitteringer
from kjerne.kjoring.stoppknapp import bekreft_start, foresla_start, stoppet, trykk
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.identer import lag_kontonr
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.lager.tilstand import tilstandshash
from kjerne.regelmotor.oppdagelse import finn
from kjerne.syntetisk.bank import les_fil, svar_paa
from kjerne.utbetaling import hovedbok
from tests.kjoring.conftest import betal_alt, godkjenn_alt

ID, TID = "askeladden", dt.datetime(2020, 7, 17, 8, tzinfo=dt.UTC)


def svar(rom, sending, mappe, **valg):
    """The bank's answer to what was sent, read."""
    ut = mappe / f"svar{len(list(mappe.glob('svar*')))}.xml"
    antall = svar_paa(rom.betalingsmappe / sending["fil"].rsplit("/", 1)[1], ut, TID, **valg)
    return les_kvitteringer(rom, ut, "ola"), antall, ut


def saldo(rom):
    with lesende(rom.motor) as conn:
        return hovedbok.saldo(conn, ID)


def bunter(rom, *tilstander):
    return ventende(rom, ID, tilstander=tilstander)


def test_delvis_avvist_betales_paa_nytt_til_ny_konto_og_alt_gaar_opp(kjort, grunnlag, tmp_path):
    (s,) = betal_alt(kjort)
    assert saldo(kjort) == {"stonad": s["sum_ore"], "mottaker": 0, "underveis": -s["sum_ore"]}
    lest, antall, fil = svar(kjort, s, tmp_path, avvis=0.1)
    assert antall["RJCT"] > 3 and lest.stand == {"avvist": antall["RJCT"], "oppgjort": antall["ACSC"]} and lest.kvittert
    avvist_ore = lest.belop_ore["avvist"]
    assert saldo(kjort) == {"stonad": s["sum_ore"], "mottaker": -avvist_ore, "underveis": 0, "bank": avvist_ore - s["sum_ore"]}
    assert les_kvitteringer(kjort, fil, "ola").lest_for
    ider = [r["ende_til_ende_id"] for r in avviste(kjort, ID)]
    assert len(ider) == antall["RJCT"]
    ny_konto = lag_kontonr(99)
    assert betal_avviste(kjort, ID, ider[:1], ny_konto, "personen har oppgitt en ny konto", "anne") == 1
    assert betal_avviste(kjort, ID, ider[1:], None, "banken har rettet feilen hos seg", "anne") == len(ider) - 1
    with pytest.raises(Ordningsfeil, match="alt lagt ut på nytt"):
        betal_avviste(kjort, ID, ider[:1], None, "en gang til for sikkerhets skyld", "anne")
    kjor_ordning(kjort, ID, grunnlag)
    (ny,) = bunter(kjort, "kontrollert")
    assert (ny.antall, ny.sum_ore) == (len(ider), avvist_ore)
    with pytest.raises(Ordningsfeil, match="har endret en linje"):
        attester_bunt(kjort, ny, "anne", ny.antall)  # who decided the account counts as one who has made the batch
    godkjenn_alt(kjort)
    assert saldo(kjort)["stonad"] == s["sum_ore"], "kostnaden føres ikke to ganger"
    (s2,) = betal_godkjente(kjort, finn(ID), "", "ola")
    andre = les_fil(kjort.betalingsmappe / s2["fil"].rsplit("/", 1)[1])
    assert not {b.ende_til_ende_id for b in andre.betalinger} & set(ider)
    assert ny_konto in (kjort.betalingsmappe / s2["fil"].rsplit("/", 1)[1]).read_text()
    svar(kjort, s2, tmp_path)
    assert saldo(kjort) == {"stonad": s["sum_ore"], "mottaker": 0, "underveis": 0, "bank": -s["sum_ore"]}
    a = avstem(kjort, finn(ID), "ola")
    assert a.gaar_opp and len(a.nye) == a.bunter == 2 and not bunter(kjort, "kvittert")


def test_trukket_og_avvist_bunt_kommer_igjen_og_stanset_blir_liggende(kjort, grunnlag):
    for handling, av, foer in (("trekk", "ola", ()), ("avvis", "per", ("attester",)),
                               ("trekk", "ola", ("attester", "disponer"))):  # fmt: skip
        (b,) = bunter(kjort, "kontrollert")
        for ett, hvem in zip(foer, ("kari", "bjørn"), strict=False):
            b = {"attester": attester_bunt, "disponer": disponer_bunt}[ett](kjort, b, hvem, b.antall)
        with pytest.raises(Ordningsfeil, match="Grunnen mangler"):
            avbryt_bunt(kjort, b, handling, av, " ")
        borte = avbryt_bunt(kjort, b, handling, av, "feil dato")
        assert avbryt_bunt(kjort, b, handling, av, "feil dato") == borte
        assert sum(saldo(kjort).values()) == 0 and not any(saldo(kjort).values())
        kjor_ordning(kjort, ID, grunnlag)
        (ny,) = bunter(kjort, "kontrollert")
        assert (ny.antall, ny.sum_ore) == (b.antall, b.sum_ore) and ny.bunt_id != b.bunt_id
    (b,) = bunter(kjort, "kontrollert")
    avbryt_bunt(kjort, b, "stans", "kari", "noe er galt")
    kjor_ordning(kjort, ID, grunnlag)
    assert not bunter(kjort, "kontrollert"), "linjene i en stanset bunt er ikke frie"
    with pytest.raises(Ordningsfeil, match="stanset, og kan ikke attesteres"):
        attester_bunt(kjort, b, "bjørn", b.antall)
    assert avstem(kjort, finn(ID), "ola").gaar_opp


def test_stoppknappen_vinner_og_to_starter_igjen(kjort):
    (b,) = godkjenn_alt(kjort)
    assert trykk(kjort, ID, "mistanke om feil sats", "hvem.som.helst") and not trykk(kjort, ID, "igjen", "kari")
    assert trykk(kjort, "", "alt stopper", "leder")
    assert [s.omfang for s in stoppet(kjort, ID)] == ["*", ID]
    with pytest.raises(Ordningsfeil, match="Alle utbetalinger er stoppet av leder: alt stopper") as feil:
        betal_godkjente(kjort, finn(ID), "", "ola")
    assert feil.value.kode == 4 and not list(kjort.betalingsmappe.glob("*.xml"))
    with pytest.raises(Ordningsfeil, match="Ingen har foreslått"):
        bekreft_start(kjort, "", "enig", "kari")
    for omfang in ("", ID):
        foresla_start(kjort, omfang, "satsen er riktig", "ola")
        with pytest.raises(Ordningsfeil, match="kan ikke bekrefte det selv"):
            bekreft_start(kjort, omfang, "jeg er sikker", " OLA")
        bekreft_start(kjort, omfang, "enig", "kari")
    assert stoppet(kjort) == []
    assert betal_godkjente(kjort, finn(ID), "", "ola")[0]["bunt_id"] == b.bunt_id
    with pytest.raises(Ordningsfeil, match="ikke stoppet her"):
        foresla_start(kjort, "", "for moro", "ola")


def test_banken_sier_at_det_er_sendt_foer_og_alt_stopper(kjort, tmp_path):
    (s,) = betal_alt(kjort)
    fil = tmp_path / "dobbel.xml"
    svar_paa(kjort.betalingsmappe / s["fil"].rsplit("/", 1)[1], fil, TID, avvis=0.02)
    fil.write_bytes(fil.read_bytes().replace(b"AC01", b"AM05").replace(b"AC04", b"AM05").replace(b"AC06", b"AM05"))
    lest = les_kvitteringer(kjort, fil, "ola")
    assert "sendt før" in lest.stans and [x.omfang for x in stoppet(kjort)] == [ID]


def test_oppgjort_saa_avvist_er_motstrid_og_pengene_blir_staaende(kjort, tmp_path):
    (s,) = betal_alt(kjort)
    svar(kjort, s, tmp_path)
    foer = saldo(kjort)
    en = les_fil(kjort.betalingsmappe / s["fil"].rsplit("/", 1)[1]).betalinger[0].ende_til_ende_id
    lest, _, _ = svar(kjort, s, tmp_path, avvis=1.0, bare=[en], nr=2)
    assert lest.stand == {"motstrid": 1} and saldo(kjort) == foer and lest.stans
    assert avviste(kjort, ID) == [], "det som er både godtatt og avvist, betales ikke på nytt av seg selv"
    with lesende(kjort.motor) as conn:
        trinn = conn.scalars(sa.select(t.linjestand.c.stand).where(t.linjestand.c.ende_til_ende_id == en).order_by(t.linjestand.c.nr)).all()
    assert trinn == ["oppgjort", "motstrid"]


def test_svarene_kan_komme_i_biter_og_hvilken_som_helst_rekkefolge(kjort, ferdig_sqlite, tmp_path):
    (s,) = betal_alt(kjort)
    ider = [b.ende_til_ende_id for b in les_fil(kjort.betalingsmappe / s["fil"].rsplit("/", 1)[1]).betalinger]
    for nr, del_ in enumerate((ider[50:], ider[:20], ider[20:50])):
        lest, _, _ = svar(kjort, s, tmp_path, avvis=0.1, bare=del_, nr=nr)
        assert lest.kvittert == (nr == 2)
    with lesende(kjort.motor) as conn:
        ferdig = dict(map(tuple, conn.execute(sa.select(t.linjestand.c.ende_til_ende_id, t.linjestand.c.stand))))
        hash_ = tilstandshash(conn)
    assert set(ferdig) == set(ider) and avstem(kjort, finn(ID), "ola").gaar_opp
    lest, _, _ = svar(kjort, s, tmp_path, avvis=0.1, nr=9)  # all of it once more, in a file of its own
    assert lest.stand == {} and not lest.kvittert
    with lesende(kjort.motor) as conn:
        assert dict(map(tuple, conn.execute(sa.select(t.linjestand.c.ende_til_ende_id, t.linjestand.c.stand)))) == ferdig
        assert tilstandshash(conn) != hash_  # the file itself is remembered


ANGREP = {
    "en øre i filen": ("belop_i_filen", None),
    "en linje borte fra filen": ("mangler_i_filen", None),
    "en konto byttet i filen": ("konto_i_filen", None),
    "en øre i hovedboken": ("sendt", "UPDATE postering SET belop_ore = belop_ore + 1 WHERE bilag_id LIKE 'sendt:%' AND nr = 3"),
    "en øre i det disponerte": ("disponert", "UPDATE postering SET belop_ore = belop_ore - 1 WHERE bilag_id LIKE 'disponert:%' AND nr = 2"),
    "en øre i linjen": ("innhold", "UPDATE linje SET belop_ore = belop_ore + 1 WHERE linje_id = (SELECT min(linje_id) FROM bunt_linje)"),
    "et svar borte": ("underveis", "DELETE FROM linjestand WHERE ende_til_ende_id = (SELECT min(ende_til_ende_id) FROM linjestand)"),
    "filen borte": ("filen_borte", None),
    "en fremmed fil": ("ukjent_fil", None),
}


@pytest.mark.parametrize("hva", ANGREP)
def test_en_ore_stopper_alt_og_linjen_er_navngitt(kjort, tmp_path, hva):
    from tests.kjoring.test_verifisering import uten_vakter

    (s,) = betal_alt(kjort)
    svar(kjort, s, tmp_path)
    assert avstem(kjort, finn(ID), "ola").gaar_opp
    ventet, sql = ANGREP[hva]
    sti = kjort.betalingsmappe / s["fil"].rsplit("/", 1)[1]
    if sql:
        with uten_vakter(kjort) as conn:
            assert conn.execute(sa.text(sql.replace(":%", r"\:%"))).rowcount == 1
    elif hva == "filen borte":
        sti.unlink()
    elif hva == "en fremmed fil":
        sti.with_name(f"{ID}-{'0' * 32}-abc.xml").write_text("x")
    else:
        _rediger(kjort, sti, s["bunt_id"], hva)
    a = avstem(kjort, finn(ID), "ola")
    assert ventet in {x.hva for x in a.avvik} and a.avvik[0].tekst
    assert [x.omfang for x in stoppet(kjort)] == [ID] and "Avstemmingen fant" in stoppet(kjort)[0].grunn


def _rediger(rom, sti, bunt_id: str, hva: str) -> None:
    """Changes the file, and the hash that was stored of it, as somebody would who had both in hand."""
    from lxml import etree

    from kjerne.lager.fil import sha256_av_fil
    from tests.kjoring.test_verifisering import uten_vakter

    tre = etree.parse(sti)
    ns = {"p": etree.QName(tre.getroot()).namespace}
    if hva == "en linje borte fra filen":
        en = tre.find(".//p:CdtTrfTxInf", ns)
        ore = int(en.find(".//p:InstdAmt", ns).text.replace(".", ""))
        en.getparent().remove(en)
        for felt in tre.findall(".//p:NbOfTxs", ns):
            felt.text = str(int(felt.text) - 1)
    elif hva == "en øre i filen":
        felt, ore = tre.find(".//p:InstdAmt", ns), -1
        felt.text = f"{felt.text[:-1]}1"
    else:
        tre.find(".//p:CdtTrfTxInf//p:CdtrAcct//p:Id/p:Othr/p:Id", ns).text, ore = "86011117947", 0
    for felt in tre.findall(".//p:CtrlSum", ns):
        ny = int(felt.text.replace(".", "")) - ore
        felt.text = f"{ny // 100}.{ny % 100:02d}"
    sti.chmod(0o600)
    tre.write(sti, xml_declaration=True, encoding="UTF-8")
    with uten_vakter(rom) as conn:
        conn.execute(t.bunt_hendelse.update().where(t.bunt_hendelse.c.bunt_id == bunt_id, t.bunt_hendelse.c.handling == "send")
                     .values(fil_sha256=sha256_av_fil(sti)))  # fmt: skip
