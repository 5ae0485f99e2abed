"""The operator's day through the console, on both databases: three people, four eyes, and every sum equal at the end."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.kjoring.attestering import ventende
from kjerne.kjoring.medarbeidere import registrer_medarbeider
from kjerne.kjoring.stoppknapp import stoppet
from kjerne.kontrakt.identer import lag_kontonr
from kjerne.kontroll.funn import lagre_funn
from kjerne.lager import tabeller as t
from kjerne.lager.motor import lesende
from kjerne.lager.tilstand import tilstandshash
from kjerne.syntetisk.bank import svar_paa
from kjerne.utbetaling import hovedbok
from tests.kjoring.test_linjekontroll import GAARD, lag_vedtak
from tests.konsoll.konsolltjener import ATTESTANT, BUDSJETT, KONTROLL, LEDER, OPERATOR, SINDRE, SIRI, Konsolltjener
from tests.konsoll.sidesjekk import feil_paa

ID = "askeladden"
TID = dt.datetime(2020, 7, 17, 8, tzinfo=dt.UTC)


def hash_av(rom) -> str:
    with lesende(rom.motor) as conn:
        return tilstandshash(conn)


def bunten(k: Konsolltjener):
    (b,) = ventende(k.rom, ID, tilstander=("kontrollert", "attestert", "disponert", "sendt", "kvittert", "avstemt"))
    return b


def nektet(k: Konsolltjener, svar, status: int, ord_: str) -> None:
    """A page that says what did not happen, and nothing has."""
    assert svar.status == status and ord_ in svar.synlig, (svar.status, svar.synlig)
    assert feil_paa(svar) == [] and "Dette skjedde ikke" in svar.synlig


def godkjenn(k: Konsolltjener, antall: object, **annet: str):
    sti = f"/bunt/{bunten(k).bunt_id}"
    return k.fyll(sti, f"{sti}/godkjenn", antall=str(antall), **annet)


def test_hele_dagen_med_tre_personer(konsoll, tmp_path):
    b = bunten(konsoll)
    side = f"/bunt/{b.bunt_id}"
    foer = hash_av(konsoll.rom)
    assert godkjenn(konsoll, b.antall).status == 403, "operatøren kan ikke attestere"
    konsoll.som(ATTESTANT)
    nektet(konsoll, godkjenn(konsoll, b.antall + 1), 409, "ikke innholdet i bunten")
    nektet(konsoll, godkjenn(konsoll, "mange"), 422, "ikke et tall")
    nektet(konsoll, godkjenn(konsoll, b.antall, innhold="0" * 64), 409, "ikke som da du åpnet siden")
    assert hash_av(konsoll.rom) == foer
    assert "Bunten er attestert" in konsoll.folg(godkjenn(konsoll, f" {b.antall} ")).synlig
    assert godkjenn(konsoll.som(BUDSJETT), b.antall, tilstand="kontrollert").status == 409, "siden var fra før attestasjonen"
    assert "Bunten er disponert" in konsoll.folg(godkjenn(konsoll, b.antall)).synlig
    assert konsoll.send(f"{side}/utbetal").status == 403
    utbetalt = konsoll.folg(konsoll.som(OPERATOR).send(f"{side}/utbetal"))
    assert "Betalingsfilen er laget" in utbetalt.synlig
    assert "laget før" in konsoll.folg(konsoll.send(f"{side}/utbetal")).synlig and bunten(konsoll).tilstand == "sendt"
    _banken_svarer(konsoll, tmp_path)
    svar = konsoll.folg(konsoll.send(f"/avstemming/{ID}"))
    assert "Alt går opp" in svar.synlig and bunten(konsoll).tilstand == "avstemt"
    with lesende(konsoll.rom.motor) as conn:
        saldo = hovedbok.saldo(conn, ID)
    assert saldo["underveis"] == 0 and sum(saldo.values()) == 0
    assert {ATTESTANT, BUDSJETT, OPERATOR} == {h.av for h in bunten(konsoll).hendelser} - {"system"}


def _banken_svarer(k: Konsolltjener, mappe: Path) -> None:
    (fil,) = k.rom.betalingsmappe.glob("*.xml")
    svar_paa(fil, mappe / "svar.xml", TID, avvis=0.1)
    (mappe / "feil.xml").write_text("<ikke-xml")
    svar = k.send("/kvittering", mappe / "feil.xml")
    assert svar.status == 422 and "feil.xml, første element" in svar.synlig and str(k.rom.data) not in svar.tekst
    nektet(k, k.send("/kvittering"), 422, "ikke valgt en fil")
    lest = k.folg(k.send("/kvittering", mappe / "svar.xml"))
    assert "svar er lest" in lest.synlig and "avvist" in lest.synlig and bunten(k).tilstand == "kvittert"
    assert "lest før" in k.folg(k.send("/kvittering", mappe / "svar.xml")).synlig
    assert not list(k.rom.data.glob(".innsendt*")), "det som ble sendt inn, ligger ikke igjen"
    with lesende(k.rom.motor) as conn:
        ider = conn.scalars(sa.select(t.linjestand.c.ende_til_ende_id).where(t.linjestand.c.stand == "avvist")).all()
    valgt = {f"betaling.{ider[0]}": "1"}
    nektet(k, k.send(f"/avviste/{ID}", grunn="kort", **valgt), 422, "for kort")
    nektet(k, k.send(f"/avviste/{ID}", grunn="banken har rettet feilen"), 422, "Ingen betaling er oppgitt")
    svar = k.folg(k.send(f"/avviste/{ID}", konto=lag_kontonr(99), grunn="personen har oppgitt en ny konto", **valgt))
    assert "1 betaling kommer med i neste bunt" in svar.synlig


def test_fire_oyne_er_to_mennesker_ogsaa_med_to_roller(konsoll):
    registrer_medarbeider(konsoll.rom, "begge.deler", "B-1", "Begge Deler", ["attestant", "budsjett"], LEDER)
    registrer_medarbeider(konsoll.rom, "samme.menneske", "B-1", "Samme Menneske", ["budsjett"], LEDER)
    antall = bunten(konsoll).antall
    assert godkjenn(konsoll.som("begge.deler"), antall).status == 303
    for konto in ("begge.deler", "samme.menneske"):
        side = konsoll.som(konto).hent(f"/bunt/{bunten(konsoll).bunt_id}")
        assert "en annen person må gjøre dette" in side.synlig
        (knapp,) = [e for e in side.side.iter("button") if e.text_content() == "Disponer bunten"]
        assert "disabled" in knapp.attrib
        nektet(konsoll, godkjenn(konsoll, antall), 409, "attest")
    assert godkjenn(konsoll.som(BUDSJETT), antall).status == 303


def test_avbryt_krever_grunn_og_riktig_rolle(konsoll):
    sti = f"/bunt/{bunten(konsoll).bunt_id}"
    assert konsoll.send(f"{sti}/avbryt", hvordan="avvis", grunn="feil dato").status == 403
    nektet(konsoll, konsoll.send(f"{sti}/avbryt", hvordan="tull", grunn="feil dato"), 422, "ikke valgt")
    nektet(konsoll, konsoll.send(f"{sti}/avbryt", hvordan="trekk", grunn=" "), 409, "Grunnen mangler")
    assert "Bunten er trukket" in konsoll.folg(konsoll.send(f"{sti}/avbryt", hvordan="trekk", grunn="feil dato")).synlig


def test_stoppknappen_paa_hver_side_og_to_starter_igjen(konsoll):
    b = bunten(konsoll)
    assert "Stopp utbetalinger" in konsoll.hent(f"/sporsmal/{ID}").tekst
    nektet(konsoll, konsoll.send("/stopp", omfang="*", grunn=""), 422, "Grunnen mangler")
    nektet(konsoll, konsoll.send("/stopp", omfang="finnesikke", grunn="prøver"), 422, "finnes ikke")
    svar = konsoll.folg(konsoll.som(SIRI).send("/stopp", omfang="*", grunn="mistanke om feil sats"))
    assert "ring banken" in svar.synlig
    for sti in ("/", f"/ko/{ID}", "/rapport"):
        assert "Alle utbetalinger er stoppet av siri.saksbehandler" in konsoll.hent(sti).synlig
    nektet(konsoll, godkjenn(konsoll.som(ATTESTANT), b.antall), 409, "stoppet av siri.saksbehandler")
    svar = konsoll.send("/start/bekreft", omfang="*", grunn="sikkert trygt")
    nektet(konsoll, svar, 409, "Ingen har foreslått")
    assert "Du skrev (Grunn)" in svar.synlig and "sikkert trygt" in svar.synlig, "det som er skrevet, er ikke borte"
    registrer_medarbeider(konsoll.rom, "op.og.leder", "O-1", "Op Og Leder", ["operator", "leder"], LEDER)
    assert konsoll.som("op.og.leder").send("/start/foresla", omfang="*", grunn="satsen er riktig").status == 303
    assert "Du foreslo det selv" in konsoll.hent("/stopp").synlig
    nektet(konsoll, konsoll.send("/start/bekreft", omfang="*", grunn="jeg er enig"), 409, "kan ikke bekrefte det selv")
    assert stoppet(konsoll.rom) != []
    assert "i gang igjen" in konsoll.folg(konsoll.som(LEDER).send("/start/bekreft", omfang="*", grunn="jeg er enig")).synlig
    assert stoppet(konsoll.rom) == []


def test_svar_inn_ett_og_ett_og_i_fil_og_en_kjoring_som_folger(konsoll, tmp_path):
    with lesende(konsoll.rom.motor) as conn:
        alle = conn.execute(sa.select(t.sporsmal.c.sporsmal_id, t.sporsmal.c.felt).order_by(t.sporsmal.c.sporsmal_id)).all()
    ett = next(s for s, felt in alle if felt == "inntekt")
    nektet(konsoll, konsoll.send(f"/sporsmal/{ID}/{ett}", svar="mye"), 422, "kan ikke leses som beløp")
    assert "Svaret er lagret" in konsoll.folg(konsoll.send(f"/sporsmal/{ID}/{ett}", svar="42 500,50", begrunnelse="telefon")).synlig
    assert konsoll.hent(f"/sporsmal/{ID}/{ett}").status == 422, "et svar står"
    liste = konsoll.send(f"/sporsmal/{ID}/liste")
    assert liste.status == 200 and "attachment" in liste.hoder["content-disposition"] and not list(konsoll.rom.data.glob(".sporsmal*"))
    linjer = liste.kropp.decode("utf-8-sig").splitlines()
    assert len(linjer) == len(alle)
    plass = linjer[0].split(";").index("svar")
    felt = dict(map(tuple, alle))
    svarene = {"inntekt": "30 000"}
    ut = [linjer[0]] + [_med(x, plass, svarene.get(felt[x.split(";")[0]], "ja")) for x in linjer[1:]]
    (tmp_path / "svar.csv").write_text("\n".join(ut).replace(";ja;", ";kanskje;", 1), "utf-8-sig")
    svar = konsoll.send(f"/sporsmal/{ID}/fil", tmp_path / "svar.csv")
    assert svar.status == 422 and "Ingen svar i filen er lagret" in svar.synlig and str(konsoll.rom.data) not in svar.tekst
    with lesende(konsoll.rom.motor) as conn:
        vist = set(conn.scalars(sa.select(t.oppslagslogg.c.vist)))
    assert "sporsmal" in vist
    assert "er startet" in konsoll.folg(konsoll.send(f"/kjor/{ID}")).synlig
    konsoll.app.state.konsoll.bakgrunn.vent(120)
    side = konsoll.hent("/kjoringer/naa")
    assert "Ferdig" in side.synlig and "refresh" not in side.tekst and feil_paa(side) == []
    assert len(konsoll.hent("/kjoringer").side.findall(".//tbody/tr")) == 2


def _med(linje: str, plass: int, svar: str) -> str:
    deler = linje.split(";")
    deler[plass] = svar
    return ";".join(deler)


def koen(k: Konsolltjener, ord_: str) -> str:
    from kjerne.kjoring.saksbehandling import kofor

    ko = kofor(k.rom, ID)
    return ko[ko["grunn"].str.contains(ord_)]["sak_id"].iat[0]


def test_manuell_sak_legges_inn_og_avgjores_med_de_samme_reglene(konsoll):
    sak = koen(konsoll.som(SIRI), "konto")
    side = f"/ko/{ID}/{sak}"
    assert "vet ikke" in konsoll.hent(side).synlig
    grunn = "oppgitt på telefon og bekreftet skriftlig"
    nektet(konsoll, konsoll.send(f"{side}/opplys", felt="kontonummer", verdi=lag_kontonr(3), grunn="kort"), 422, "for kort")
    assert konsoll.send(f"{side}/opplys", felt="kontonummer", verdi=lag_kontonr(3), grunn=grunn).status == 303
    utfall = [i.value for f in konsoll.hent(side).side.forms for i in f.inputs if i.name == "utfall" and i.get("type") == "hidden"]
    assert konsoll.hent(f"{side}/brev").status == 200, "brevet kan leses før vedtaket"
    svar = konsoll.folg(konsoll.fyll(side, f"{side}/vedta"))
    assert f"Vedtaket er fattet: {utfall[0]}" in svar.synlig and "Brevet er skrevet" in svar.synlig
    assert konsoll.hent(side).status == 409, "saken er avgjort"
    assert konsoll.hent(f"/sak/{ID}/{sak}/brev/1").status == 200


@pytest.mark.parametrize("svar", ["bekreft", "avvis"])
def test_en_overstyring_trenger_en_annen(konsoll, svar):
    sak = koen(konsoll.som(SIRI), "konto")
    side = f"/ko/{ID}/{sak}"
    vilkaar = konsoll.hent(side).side.forms[-1].inputs["vilkaar"].value_options[0]
    felt = {"utfall": "avslag", "vilkaar": vilkaar}
    nektet(konsoll, konsoll.send(f"{side}/overstyr", grunn="fordi", **felt), 422, "minst 20 tegn")
    grunn = "søknaden er sendt inn av en annen enn personen"
    assert "Ingenting skjer før" in konsoll.folg(konsoll.send(f"{side}/overstyr", grunn=grunn, **felt)).synlig
    with lesende(konsoll.rom.motor) as conn:
        id_ = conn.scalar(sa.select(t.overstyring.c.overstyring_id))
    nektet(konsoll, konsoll.send(f"/overstyring/{ID}/{id_}", svar="bekreft"), 409, "kan ikke bekrefte den")
    assert grunn in konsoll.som(SINDRE).hent(f"/ko/{ID}").synlig
    ventet = {"bekreft": "vedtaket er fattet: avslag", "avvis": "Overstyringen er avvist"}[svar]
    assert ventet in konsoll.folg(konsoll.send(f"/overstyring/{ID}/{id_}", svar=svar)).synlig


def _fire_paa_en_konto(rom) -> None:
    with rom.motor.begin() as conn:
        linjer = conn.scalars(sa.select(t.linje.c.linje_id).where(t.linje.c.linje_id.not_in(sa.select(t.bunt_linje.c.linje_id)))).all()
        funn = pd.DataFrame({"linje_id": linjer, "bunt_id": None, "kontroll": "K04", "versjon": 1, "handling": "STOPP", "modus": "skarp",
                             "gruppe": "konto-1", "grunn": "4 mottakere har samme konto", "bevis": "{}", "belop_ore": 100_00})  # fmt: skip
        lagre_funn(conn, ID, "ny", "ola", funn, rom.klokke.naa())


def test_funn_av_kontrollene_slippes_eller_holdes_av_en_annen(konsoll):
    """Four people on one account: the control stops the lines until somebody has looked."""
    lag_vedtak(konsoll.rom, belop=(100_00, 200_00, 300_00, 400_00), gaarder=(GAARD,) * 4, personer=(1, 2, 3, 4))
    _fire_paa_en_konto(konsoll.rom)
    sti = f"/kontroll/{ID}"
    side = konsoll.hent(sti)
    assert "Mange på samme konto (K04)" in side.synlig and feil_paa(side) == []
    funn = [i.get("name") for i in side.side.iter("input") if i.get("name", "").startswith("funn.")]
    assert len(funn) == 4 and "Kontrollene har 4 funn" in konsoll.hent("/").synlig
    assert konsoll.send(sti, beslutning="slipp", grunn="de er en familie", **{funn[0]: "1"}).status == 403
    konsoll.som(KONTROLL)
    nektet(konsoll, konsoll.send(sti, beslutning="slipp", grunn="de er en familie"), 422, "ikke valgt noe funn")
    nektet(konsoll, konsoll.send(sti, beslutning="kast", grunn="de er en familie", **{funn[0]: "1"}), 422, "ikke valgt å slippe")
    nektet(konsoll, konsoll.send(sti, beslutning="slipp", grunn="ok", **{funn[0]: "1"}), 422, "for kort")
    ut = konsoll.send(sti, beslutning="slipp", grunn="de fire er en familie med felles konto", **{funn[0]: "1", funn[1]: "1"})
    assert "2 funn er sluppet" in konsoll.folg(ut).synlig
    ut = konsoll.send(sti, beslutning="hold", grunn="her må det spørres først", **{funn[2]: "1"})
    assert "1 funn er holdt tilbake" in konsoll.folg(ut).synlig
    igjen = konsoll.hent(sti)
    assert f"holdt av {KONTROLL}" in igjen.synlig and sum(i.get("name", "").startswith("funn.") for i in igjen.side.iter("input")) == 2
