"""The operator's day of the demo, on both databases: three people, answers, controls, refused payments, a late report, every sum equal."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.drift.innstillinger import Innstillinger
from kjerne.kjoring import demodag
from kjerne.kjoring.avstemmingssteg import avstem
from kjerne.kjoring.dagsrapport import lag_rapport
from kjerne.kjoring.demo import demovalg, kjor_demo
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.verifisering import verifiser
from kjerne.lager.tabeller import bunt_linje, linje, soknad, vedtak
from kjerne.regelmotor.oppdagelse import finn
from kjerne.syntetisk import omverden
from kjerne.utbetaling.stopp import trykk_stopp
from tests.kjoring.conftest import EVENTYR


@pytest.fixture
def dagen(lager, tmp_path, monkeypatch) -> tuple[dict, Arbeidsrom]:
    mappe = shutil.copytree(EVENTYR, tmp_path / "ordninger")
    regler = mappe / "askeladden" / "parametre.csv"
    regler.write_text(regler.read_text("utf-8").replace("maks_gull;6;G", "maks_gull;900;G"), "utf-8")  # so high that pay decides
    monkeypatch.setenv("ORDNINGER_STI", str(mappe))
    monkeypatch.setattr(demodag, "AVVIST", 0.08)
    monkeypatch.setattr(demodag, "SENT_MELDT", 0.5)
    her = Innstillinger(data=tmp_path, database_url=lager.url.render_as_string(hide_password=False))
    valg = demovalg("askeladden", antall=400, form="parquet", bitstorrelse=150, hele_dagen=True)
    svar, _ = kjor_demo(tmp_path, valg, lambda *_: None, her)
    return svar, Arbeidsrom.aapne(her)


def _sum(dag: list[dict], navn: str) -> int:
    return sum(h["tall"].get(navn, 0) for h in dag)


def test_dagen_gaar_opp_og_alt_i_den_har_hendt(dagen):
    svar, rom = dagen
    dag, verk = svar["dagen"], finn("askeladden")
    assert svar["mottatt"] == 400 == sum(svar[n] for n in ("innvilget", "avslag", "sporsmal", "karantene", "venter"))
    assert {h["hvem"] for h in dag} == {"ola.operator", "kari.attestant", "bjorn.budsjett"}
    for hendelse in ("besvart", "klare", "sendt_ore", "avvist", "paa_nytt", "saker", "tillegg_ore", "krav_ore", "varslet"):
        assert _sum(dag, hendelse) > 0, f"{hendelse} hendte ikke"
    assert _sum(dag, "avvik") == 0
    assert {b["tilstand"] for b in svar["bunter"]} == {"avstemt"}
    igjen = avstem(rom, verk, "kari.attestant")
    assert igjen.gaar_opp and igjen.saldo["underveis"] == igjen.saldo["mottaker"] == 0
    assert verifiser(rom).hel


def test_det_som_er_gjort_opp_er_det_som_er_vedtatt(dagen):
    """By a sum of its own: what the bank settled is every line that no human holds."""
    svar, rom = dagen
    with rom.motor.connect() as conn:
        per_sak = conn.execute(sa.select(soknad.c.sak_id, sa.func.sum(linje.c.belop_ore)).join(vedtak, vedtak.c.sak_id == soknad.c.sak_id)
                               .join(linje, linje.c.vedtak_id == vedtak.c.vedtak_id).group_by(soknad.c.sak_id)).all()  # fmt: skip
        uten_bunt = conn.scalar(sa.select(sa.func.coalesce(sa.func.sum(linje.c.belop_ore), 0))
                                .where(linje.c.linje_id.not_in(sa.select(bunt_linje.c.linje_id))))  # fmt: skip
    alle = sum(int(ore) for _, ore in per_sak)
    betalt = -avstem(rom, finn("askeladden"), "kari.attestant").saldo["bank"]
    assert betalt == alle - int(uten_bunt) and betalt > 0


def test_sen_melding_endrer_bare_lonn_i_maanedene():
    maaned = pd.to_datetime(["2020-04-01", "2020-05-01", "2020-05-01", "2020-05-01"])
    inntekt = pd.DataFrame({"ident": ["1", "1", "1", "2"], "maaned": maaned,
                            "inntekt_type": ["Loennsinntekt", "Loennsinntekt", "YtelseFraOffentlige", "Loennsinntekt"],
                            "beloep_ore": [1000, 2000, 3000, 4000], "registrert_tid": pd.to_datetime([None] * 4, utc=True)})  # fmt: skip
    ny = omverden.sen_melding(inntekt, ["1"], 1.0, [maaned[1].date()], pd.Timestamp("2020-07-16", tz="UTC"))
    assert ny["beloep_ore"].tolist()[0] == 1000 and ny["beloep_ore"].tolist()[2] == 3000
    assert ny["beloep_ore"].tolist()[1] in (1000, 3000) and len(ny) == 3


def test_rapporten_sier_hvor_pengene_er_og_hva_som_stanser(dagen):
    svar, rom = dagen
    verk = finn("askeladden")
    with rom.motor.begin() as conn:
        trykk_stopp(conn, "askeladden", "Vi så noe rart i tallene.", "kari.attestant", rom.klokke.naa())
    sti, tall = lag_rapport(rom, verk)
    penger = {g["navn"]: g for g in tall["penger"]["grupper"]}
    assert penger["oppgjort"]["belop_ore"] == -avstem(rom, verk, "ola.operator").saldo["bank"] == tall["sendt_ore"]
    assert penger["avvist"]["antall"] == _sum(svar["dagen"], "avvist")
    assert penger["krav_varslet"]["antall"] == _sum(svar["dagen"], "varslet")
    assert "uten_svar" not in penger and "alt går opp" in tall["penger"]["avstemt"]
    side = sti.read_text("utf-8")
    assert "Utbetalingene er stoppet av kari.attestant: Vi så noe rart i tallene." in side and "Hvor pengene er" in side
    _, aapen = lag_rapport(rom, verk, aapen=True)
    assert not aapen["penger"]["hindre"] and all(g["antall"] is None or g["antall"] >= 5 for g in aapen["penger"]["grupper"])
