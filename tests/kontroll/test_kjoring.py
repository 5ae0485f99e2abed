"""The controls in the batch step, on both databases: what is held, what is counted, what a human decides, and what is never asked twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
import sqlalchemy as sa
from lagereksempel import FATT, NAA

from kjerne.kjoring import betaling
from kjerne.kjoring.kontrollgrunnlag import _tidligere
from kjerne.kjoring.kontrollsteg import avgjor, funn_som_venter, siste_kontroller
from kjerne.kjoring.kvitteringssteg import betal_avviste
from kjerne.kjoring.rom import Grunnlag, Kjoring
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import id as ider
from kjerne.lager import snapshot as lagring
from kjerne.lager.bulk import sett_inn
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.motor import lesende
from kjerne.lager.person import person_ider
from kjerne.lager.tabeller import bunt, bunt_linje, kontrollbeslutning, kontrollfunn, linje, linjestand, revisjonslogg, sak, soknad
from kjerne.lager.tilstand import tilstandshash
from kjerne.regelmotor.oppdagelse import finn
from kjerne.utbetaling.hendelse import laas_bunt, ny_hendelse
from kjerne.vedtak.fatte import fatt_vedtak
from tests.kjoring.conftest import DAG, betal_alt
from tests.kontroll.i_databasen import ORDNING, med_kontroll

KONTO, FELLES = "86011117947", "12345678903"
FRA, TIL = dt.date(2020, 6, 1), dt.date(2020, 6, 20)
GRUNN = "sett på av en saksbehandler"


def lag(rom, *saker: dict, nr: int = 0, spor: bool = True, **valg) -> Kjoring:
    """Granted cases of persons of their own at an employer of their own. Each: belop (a list: one line each) and konto (one for each)."""
    verk = med_kontroll(finn(ORDNING), **({"kunngjort": "2020-03-01"} | valg))
    saker = [{"belop": [100_00 * (i + 1 + nr)], "konto": KONTO} | s for i, s in enumerate(saker)]
    regler = [r.navn for r in verk.regelsett.av_art("beløp")]
    summer = [sum(s["belop"]) for s in saker]
    ramme = pd.DataFrame({n: [x / 100 if n == regler[0] else 0.0 for x in summer] for n in regler})
    sporing_id = lagring.skriv(ramme, rom.snapshotmappe, "sporing")[0] if spor else "borte"
    soknader = [f"ny-{nr + i}" for i in range(len(saker))]
    with rom.motor.begin() as conn:
        sak_id, person = ider.sak_ider(ORDNING, soknader), person_ider(conn, [f"0181{nr + i:07d}" for i in range(len(saker))])
        gaarder = [f"{910000000 + nr + i}" for i in range(len(saker))]
        sett_inn(conn, soknad, {
            "soknad_id": soknader, "sak_id": sak_id, "ordning": ORDNING, "person_id": person,
            "konto": [s.get("sokerkonto", _liste(s["konto"])[0]) for s in saker], "maalform": "nb", "mottatt_dato": FRA,
            "fakta": [json_tekst({"arbeidsgiver": g}) for g in gaarder], "leveranse_id": "l", "linje": range(len(saker)),
        })  # fmt: skip
        sett_inn(conn, sak, {"sak_id": sak_id, "ordning": ORDNING, "tilstand": "mottatt", "endret_tid": NAA})
        rammen = pd.DataFrame({
            "sak_id": sak_id, "tilstand": "innvilget", "utfall": "innvilget", "grunn": None, "belop_ore": summer, "avgjorende": "[]",
            "begrunnelse": "[]", "parameterrader": "[]", "sporing_rad": range(len(saker)),
        })  # fmt: skip
        linjer = pd.DataFrame([
            {"sak_id": sak_id[i], "nr": n + 1, "rolle": "soker", "person_id": person[i], "orgnr": None, "konto": konto, "klasse": f"G{n}",
             "fom": FRA, "tom": TIL, "belop_ore": ore}
            for i, s in enumerate(saker) for n, (ore, konto) in enumerate(zip(s["belop"], _liste(s["konto"]) * 9, strict=False))
        ])  # fmt: skip
        fatt_vedtak(conn, ramme=rammen, linjer=linjer, **(FATT | {"ordning": ORDNING, "sporing_id": sporing_id}))
    return Kjoring(rom, verk, Grunnlag(vedtaksdato=DAG, laget_av="ola"), f"ny-{nr}")


def _liste(verdi) -> list:
    return verdi if isinstance(verdi, list) else [verdi]


def _felles(rom, antall: int = 3, **annet) -> Kjoring:
    return lag(rom, *({"konto": FELLES} for _ in range(antall)), **annet)


def _i_bunt(rom, kjoring: str) -> int:
    with lesende(rom.motor) as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(bunt_linje.join(bunt)).where(bunt.c.kjoring_id == kjoring))


def _tilstand(rom, kjoring: str) -> set[str]:
    with rom.motor.begin() as conn:
        return {laas_bunt(conn, b).tilstand for b in conn.scalars(sa.select(bunt.c.bunt_id).where(bunt.c.kjoring_id == kjoring)).all()}


def _antall(rom, tabell) -> int:
    with lesende(rom.motor) as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(tabell))


def test_stoppede_linjer_blir_igjen_og_resten_betales(rom):
    k = _felles(rom)
    lag(rom, {}, {}, nr=10)
    assert betaling.bunt(k)["linjer"] == 2
    venter = funn_som_venter(rom, ORDNING)
    assert list(venter["kontroll"]) == ["K04"] * 3 and venter["gruppe"].nunique() == 1
    assert venter["sak_id"].notna().all() and venter["grunn"].unique() == ["Kontoen får penger til 3 mottakere."]
    assert _tilstand(rom, k.id) == {"kontrollert"}


def test_en_ny_kjoring_spor_ikke_igjen_og_skriver_ingenting_to_ganger(rom):
    k = _felles(rom)
    betaling.bunt(k)
    with lesende(rom.motor) as conn:
        foer = tilstandshash(conn)
    betaling.bunt(k)
    with lesende(rom.motor) as conn:
        assert tilstandshash(conn) == foer
    betaling.bunt(replace(k, id="en-annen-kjoring"))
    assert _antall(rom, kontrollfunn) == 3
    with lesende(rom.motor) as conn:
        utfort = conn.scalar(sa.select(sa.func.count()).where(revisjonslogg.c.hendelse == "kontroll.utfort"))
        assert (utfort, siste_kontroller(conn, ORDNING)["kjoring"]) == (2, "en-annen-kjoring")


def test_det_et_menneske_har_avgjort_staar(rom):
    k = _felles(rom, 4)
    betaling.bunt(k)
    ider_ = list(funn_som_venter(rom, ORDNING)["funn_id"])
    with pytest.raises(Ordningsfeil, match="Den som kjørte"):
        avgjor(rom, ORDNING, ider_[:1], "slipp", GRUNN, "ola")
    avgjor(rom, ORDNING, ider_[:1], "slipp", GRUNN, "kari")
    avgjor(rom, ORDNING, ider_[1:2], "hold", GRUNN, "kari")
    assert betaling.bunt(replace(k, id="to"))["linjer"] == 1
    assert set(funn_som_venter(rom, ORDNING)["funn_id"]) == set(ider_[1:])
    assert (_antall(rom, kontrollfunn), _antall(rom, kontrollbeslutning)) == (4, 2)
    alle = funn_som_venter(rom, ORDNING, alle=True).set_index("funn_id")
    assert alle.loc[ider_[0], "i_bunt"] and alle.loc[ider_[1], "beslutning"] == "hold" and len(alle) == 4


def test_sluppet_spoerres_det_ikke_om_igjen_foer_bunten_er_laget(rom, monkeypatch):
    """Released, and then the batch failed: the next run pays, on the same evidence."""
    k = _felles(rom)
    betaling.bunt(k)
    avgjor(rom, ORDNING, [funn_som_venter(rom, ORDNING)["gruppe"].iloc[0]], "slipp", GRUNN, "kari")
    with monkeypatch.context() as m, pytest.raises(RuntimeError):
        m.setattr(betaling, "kontroller_bunter", lambda *_: (_ for _ in ()).throw(RuntimeError()))
        betaling.bunt(replace(k, id="to"))
    assert betaling.bunt(replace(k, id="tre"))["linjer"] == 3
    assert (_antall(rom, kontrollfunn), len(funn_som_venter(rom, ORDNING))) == (3, 0)


def test_skygge_teller_og_stanser_ingen(rom):
    k = _felles(rom, skygge=["K04"])
    assert betaling.bunt(k)["linjer"] == 3
    assert len(funn_som_venter(rom, ORDNING)) == 0
    alle = funn_som_venter(rom, ORDNING, alle=True)
    assert list(alle["modus"]) == ["skygge"] * 3
    with lesende(rom.motor) as conn:
        assert siste_kontroller(conn, ORDNING)["kontroller"]["k04"] == {"treff": 3, "stopper": 0, "ukjent": 0}
    with pytest.raises(Ordningsfeil, match="Fant ikke"):  # there is nothing to decide
        avgjor(rom, ORDNING, [alle["funn_id"].iloc[0]], "slipp", GRUNN, "kari")


def test_det_som_ikke_lot_seg_kontrollere_staar_i_loggen(rom):
    betaling.bunt(lag(rom, {}, av={"K10": "Ordningen ser ikke på lønn."}))
    with lesende(rom.motor) as conn:
        tall = siste_kontroller(conn, ORDNING)["kontroller"]
    assert tall["k08"] == tall["k09"] == {"ikke_kjort": "mangler_inntektsopplysninger"}
    assert tall["k10"] == {"ikke_kjort": "slatt_av"} and tall["k21"] == {"ikke_kjort": "mangler_tidligere_bunter"}
    assert tall["k18"] == {"treff": 0, "stopper": 0, "ukjent": 1}


def test_en_holdt_linje_i_et_vedtak_stanser_ikke_bunten_med_resten(rom):
    """Two lines of one decision, of which one goes to the account of many: K19 counts the whole decision, not what is in the batch."""
    k = lag(
        rom, {"belop": [100_00, 200_00], "konto": [KONTO, FELLES]}, *({"konto": FELLES} for _ in range(2)), av={"K05": "Her er to kontoer."}
    )
    assert betaling.bunt(k)["linjer"] == 1
    assert set(funn_som_venter(rom, ORDNING)["kontroll"]) == {"K04"} and _tilstand(rom, k.id) == {"kontrollert"}
    avgjor(rom, ORDNING, list(funn_som_venter(rom, ORDNING)["funn_id"]), "slipp", GRUNN, "kari")
    assert betaling.bunt(replace(k, id="to"))["linjer"] == 3 and _tilstand(rom, "to") == {"kontrollert"}  # and the rest of the decision


def test_uten_sporet_stanser_bunten_til_et_menneske_har_sett_paa_den(rom):
    k = lag(rom, {}, {}, spor=False)
    betaling.bunt(k)
    funn = funn_som_venter(rom, ORDNING)
    assert list(funn["kontroll"]) == ["K19"] and _tilstand(rom, k.id) == {"forberedt"}
    assert funn["grunn"].iloc[0] == "2 linjer mangler filen med sporet."
    ut = avgjor(rom, ORDNING, [funn["funn_id"].iloc[0][:8]], "slipp", GRUNN, "kari")
    assert len(ut.bunter) == 1 and _tilstand(rom, k.id) == {"kontrollert"}


def test_en_bunt_som_er_trukket_venter_ikke_og_er_ikke_et_forbilde(rom):
    k = lag(rom, {}, {}, spor=False)
    betaling.bunt(k)
    with lesende(rom.motor) as conn:
        assert len(_tidligere(conn, replace(k, id="senere"), ())) == 1
    with rom.motor.begin() as conn:
        ny_hendelse(conn, laas_bunt(conn, funn_som_venter(rom, ORDNING)["bunt_id"].iloc[0]), "trekk", "kari", NAA, grunn=GRUNN)
    assert len(funn_som_venter(rom, ORDNING)) == 0 and len(funn_som_venter(rom, ORDNING, alle=True)) == 1
    with lesende(rom.motor) as conn:
        assert len(_tidligere(conn, replace(k, id="senere"), ())) == 0


def test_betalt_paa_nytt_til_en_annen_konto_kan_slippes(rom):
    """The account of the new attempt is what is looked at, also by K04; and the line of an old batch can be released."""
    k = lag(rom, {}, *({"konto": FELLES} for _ in range(2)))
    betaling.bunt(k)
    betal_alt(rom)
    with rom.motor.begin() as conn:
        paa = conn.execute(sa.select(bunt_linje.c.linje_id, bunt_linje.c.ende_til_ende_id).where(bunt_linje.c.konto == KONTO)).one()
        sett_inn(
            conn, linjestand, {"ende_til_ende_id": [paa.ende_til_ende_id], "nr": 1, "stand": "avvist", "kvittering_id": None, "tid": NAA}
        )
    betal_avviste(rom, ORDNING, [paa.ende_til_ende_id], FELLES, "mottakeren har ringt", "per")
    assert betaling.bunt(replace(k, id="to"))["linjer"] == 0
    venter = funn_som_venter(rom, ORDNING)
    assert set(venter["kontroll"]) == {"K04", "K05"} and set(venter["linje_id"]) == {paa.linje_id}
    avgjor(rom, ORDNING, list(venter["funn_id"]), "slipp", GRUNN, "kari")
    assert betaling.bunt(replace(k, id="tre"))["linjer"] == 1
    lag(rom, {"konto": FELLES}, nr=20)  # the third attempt is at the new account, and counts there
    betaling.bunt(replace(k, id="fire"))
    assert list(funn_som_venter(rom, ORDNING)["grunn"]) == ["Kontoen får penger til 4 mottakere."]


def test_gruppen_gjelder_en_aarsak_og_et_tvetydig_navn_ingen(rom):
    k = lag(rom, *({"konto": FELLES, "sokerkonto": KONTO} for _ in range(3)))
    betaling.bunt(k)
    venter = funn_som_venter(rom, ORDNING)
    assert set(venter["kontroll"]) == {"K04", "K05"}
    gruppe = venter.loc[venter["kontroll"] == "K04", "gruppe"].iloc[0]
    assert len(avgjor(rom, ORDNING, [gruppe[:12]], "slipp", GRUNN, "kari").funn) == 3
    assert set(funn_som_venter(rom, ORDNING)["kontroll"]) == {"K05"}
    assert betaling.bunt(replace(k, id="to"))["linjer"] == 0


def test_en_kontroll_som_brister_lager_ingen_bunt(rom, monkeypatch):
    from kjerne.kontroll.kontekst import Kontrollkontekst

    k = lag(rom, {})
    monkeypatch.setattr(Kontrollkontekst, "alle", property(lambda _: 1 / 0))
    with pytest.raises(Ordningsfeil, match="lot seg ikke utføre") as feil:
        betaling.bunt(k)
    assert feil.value.kode == 3 and (_antall(rom, bunt), _antall(rom, kontrollfunn), _antall(rom, linje)) == (0, 0, 1)
