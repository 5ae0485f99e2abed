"""The hostile files that come in by the command line: applications, incomes, tables of cases, the bank's answers, what is typed.

Refused: what, where, what did not happen and what to do, in Norwegian, with the database as it was. Read: every line counted, the bad
ones in quarantine with number and reason. Never a traceback, never a person's number.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from kjerne.lager.motor import aapne
from kjerne.lager.tabeller import leveranse, leveranse_karantene, metadata
from kjerne.lager.tilstand import tilstandshash
from tests.cli.dorer import EVENTYR, miljo, ordning
from tests.feil.katalog import (
    ELLEVE,
    FASIT,
    HER,
    MINST,
    Sak,
    hent,
    krev_god_melding,
    krev_taushet,
    oversikt,
    ved,
)  # fmt: skip

SOKNADER, INNTEKTER, SAKER = (HER / "filer" / n for n in ("soknader", "inntekter", "saker"))
DATO = ("--dato", "2020-07-15", "--hentet", "2020-07-13")
KJORT = {"kjoring", "kjoring_steg", "kjoring_stans", "revisjonslogg"}  # that somebody tried is written down
SKRANKE = "fil", "skjema", "soknad", "http"  # sent by test_katalog_http.py


@pytest.fixture(scope="module")
def ferdig(tmp_path_factory) -> Path:
    """A place where a good run has been done: what a refused file must leave as it was."""
    data = tmp_path_factory.mktemp("ferdig") / "data"
    filer = ("--soknader", SOKNADER / "gode.csv", "--inntekter", INNTEKTER / "gode.jsonl")
    svar = ordning("kjor", "askeladden", *filer, *DATO, miljo=miljo(data))
    assert svar.kode == 0, svar.feil
    return data


@pytest.fixture(scope="module")
def sendt(tmp_path_factory) -> Path:
    """A place where three payments have been sent, and the bank has not answered yet."""
    data = tmp_path_factory.mktemp("sendt") / "data"
    linje = "13.05.2020;50 %;ja;nei;;askeladden"
    alle_tre = (SOKNADER / "gode.csv").read_text("utf-8").replace(linje, "13.05.2020;50 %;nei;ja;31000;kongen")
    (data.parent / "soknader.csv").write_text(alle_tre, "utf-8")
    filer = ("--soknader", data.parent / "soknader.csv", "--inntekter", INNTEKTER / "gode.jsonl")
    for steg in (("kjor", "askeladden", *filer, *DATO), ("godkjenn", "askeladden", "--antall", 3, "--bruker", "kari"),
                 ("godkjenn", "askeladden", "--antall", 3, "--bruker", "bjørn"), ("utbetal", "askeladden", "--bruker", "anne")):
        svar = ordning(*steg, miljo=miljo(data))
        assert svar.kode == 0, svar.feil
    return data


def kopi(av: Path, til: Path) -> Path:
    return Path(shutil.copytree(av, til / "data"))


def tilstand(data: Path, uten: set[str] = KJORT) -> str:
    motor = aapne(data / "ordning.sqlite")
    with motor.connect() as conn:
        sum_ = tilstandshash(conn, uten)
    motor.dispose()
    return sum_


def navn(sak: Sak) -> str:
    return f"{sak.id}-{sak.hva or sak.fil}".replace(" ", "_")


def saker(*dorer: str, utfall: str = ""):
    return pytest.mark.parametrize("sak", [s for s in ved(*dorer) if s.utfall.startswith(utfall)], ids=navn)


# --- applications and incomes through kjor


@saker("kjor", utfall="nektet")
def test_soknadsfil_som_nektes(sak, ferdig, tmp_path):
    data = kopi(ferdig, tmp_path)
    svar = ordning("kjor", "askeladden", "--soknader", *sak.filer(), *DATO, miljo=miljo(data))
    krev_god_melding(svar, sak.melding, sak.hvor)
    assert tilstand(data) == tilstand(ferdig)
    assert "og ingen penger er sendt" in svar.feil


@saker("kjor", utfall="karantene")
def test_soknadsfil_med_linjer_i_karantene(sak, tmp_path):
    """In a new database: the good lines go on, the bad ones are shown with number and reason, and every line is counted."""
    filer = ("--soknader", *sak.filer(), "--inntekter", INNTEKTER / "gode.jsonl")
    svar = ordning("kjor", "askeladden", *filer, *DATO, miljo=miljo(tmp_path))
    assert svar.kode == 0, svar.feil
    fikk = krev_regnskap(tmp_path, sak, "soknad")
    for linje, grunn in fikk.items():
        assert f"linje {linje}: {grunn}" in svar.ut
    assert ("satt i karantene" in svar.ut) == bool(fikk)
    krev_taushet(svar)


@saker("inntekt", utfall="nektet")
def test_inntektsfil_som_nektes(sak, ferdig, tmp_path):
    """No vedtak, no snapshot and no question come of it. That applications were received before it, is not denied."""
    data = kopi(ferdig, tmp_path)
    filer = ("--soknader", SOKNADER / "gode.csv", "--inntekter", *sak.filer())
    svar = ordning("kjor", "askeladden", *filer, *DATO, miljo=miljo(data))
    krev_god_melding(svar, sak.melding, sak.hvor)
    assert tilstand(data) == tilstand(ferdig)
    assert "Ingenting er lagret" not in svar.feil and "fra filen er" in svar.feil


@saker("inntekt", utfall="karantene")
def test_inntektsfil_med_tvil(sak, tmp_path):
    """Doubt in the income never decides a case for or against: it asks, waits, stops or goes to a human."""
    filer = ("--soknader", SOKNADER / "gode.csv", "--inntekter", *sak.filer())
    svar = ordning("kjor", "askeladden", *filer, *DATO, "--json", miljo=miljo(tmp_path))
    assert svar.kode in (0, 3), svar.ut
    krev_regnskap(tmp_path, sak, "inntekt")
    avslag = metadata.tables["vedtak"].c
    assert not hent(tmp_path, sa.select(avslag.vedtak_id).where(avslag.utfall == "avslag"))


def krev_regnskap(data: Path, sak: Sak, art: str) -> dict[int, str]:
    """I13: lines in = accepted + quarantined, with the reasons that stand in the table."""
    borte, alle = map(int, re.findall(r"\d+", sak.utfall))
    rad = hent(data, sa.select(leveranse).where(leveranse.c.art == art))[0]
    assert (rad.linjer_inn, rad.akseptert, rad.karantene) == (alle, alle - borte, borte)
    k = leveranse_karantene.c
    fikk = dict(hent(data, sa.select(k.linje, k.grunn).where(k.leveranse_id == rad.leveranse_id)))
    assert fikk.keys() == sak.grunner.keys() and len(fikk) == borte
    for linje, grunn in sak.grunner.items():
        assert re.search(grunn, fikk[linje]) and not ELLEVE.search(fikk[linje]), fikk
    return fikk


# --- tables of cases through vurder


@saker("vurder", "vurder inntekt")
def test_saksfil_som_nektes(sak, tmp_path):
    (fil,) = sak.filer()
    filer = ("--saker", fil) if sak.dor == "vurder" else ("--saker", SAKER / "gode.csv", "--inntekter", fil)
    svar = ordning("vurder", "askeladden", *filer, miljo=miljo(tmp_path))
    krev_god_melding(svar, sak.melding, sak.hvor)
    assert svar.ut == ""
    if sak.dor == "vurder":
        assert "Ingen saker i filen er vurdert" in svar.feil


# --- the bank's answers through kvitter


def som_sendt(data: Path, raa: bytes) -> bytes:
    """The file of the bank, about the payments that were really sent: the ids and the amounts of the files are those of a drawing."""
    bl, ln = metadata.tables["bunt_linje"].c, metadata.tables["linje"].c
    rader = hent(data, sa.select(bl.bunt_id, bl.ende_til_ende_id, ln.belop_ore).where(bl.linje_id == ln.linje_id).order_by(bl.linje_id))
    kr = [f"{rad.belop_ore // 100}.{rad.belop_ore % 100:02d}" for rad in rader]
    sum_ = sum(rad.belop_ore for rad in rader)
    bytt = {"BUNT1": rader[0].bunt_id, "600.50": f"{sum_ // 100}.{sum_ % 100:02d}", "600.51": f"{sum_ // 100}.{sum_ % 100 + 1:02d}",
            "100.00": kr[0], "100.01": f"{kr[0][:-1]}1", "200.50": kr[1]}  # fmt: skip
    bytt |= {b * 32: rad.ende_til_ende_id for b, rad in zip("abc", rader, strict=True)}
    bytt |= {f"{fra[:5]}<!-- x -->{fra[5:]}": f"{til[:5]}<!-- x -->{til[5:]}" for fra, til in bytt.items() if len(fra) == 32}
    for fra, til in bytt.items():
        raa = raa.replace(fra.encode(), til.encode())
    return raa


@saker("kvitter")
def test_svar_fra_banken(sak, sendt, tmp_path):
    """Refused whole, or read with every answer counted. Nothing is ever settled that the bank has not settled."""
    data = kopi(sendt, tmp_path)
    for nr in range(len(sak.filer())):
        fil = tmp_path / f"svar{nr}.xml"
        fil.write_bytes(som_sendt(data, sak.raa(nr)))
        foer = tilstand(data)
        svar = ordning("kvitter", "askeladden", "--fil", fil, miljo=miljo(data))
    if sak.utfall == "nektet":
        krev_god_melding(svar, sak.melding, sak.hvor)
        assert tilstand(data) == foer and "Ingenting fra kvitteringsfilen er tatt i bruk." in svar.feil
        return
    assert svar.kode == 0, svar.feil
    krev_taushet(svar)
    if sak.utfall == "lest for":
        assert re.search(sak.melding, svar.ut) and tilstand(data) == foer
        return
    kf = metadata.tables["kvitteringsfil"].c
    rad = hent(data, sa.select(kf.lest, kf.avvik).order_by(kf.tid.desc()).limit(1))[0]
    assert rad.lest == int(sak.utfall.split()[1])
    if avvik := re.fullmatch(r"(\w+)=(\d+)", sak.melding):
        assert rad.avvik == f'{{"{avvik[1]}":{avvik[2]}}}' and f"{avvik[2]} svar er ikke brukt" in svar.ut
    else:
        assert rad.avvik == "{}" and sak.melding in svar.ut


# --- what is typed


@saker("stopp")
def test_grunn_som_skrives(sak, ferdig, tmp_path):
    """A reason is for people to read: what cannot be seen is refused, and nothing of it is taken for markup, in text or in HTML."""
    data = kopi(ferdig, tmp_path)
    svar = ordning("stopp", "askeladden", "--grunn", sak.raa().decode(), miljo=miljo(data))
    if sak.utfall == "nektet":
        krev_god_melding(svar, sak.melding)
        assert tilstand(data, set()) == tilstand(ferdig, set()) and "IKKE stoppet" in svar.feil
        return
    assert svar.kode == 0, svar.feil
    status = ordning("status", "askeladden", miljo=miljo(data))
    assert status.kode == 0 and sak.melding in status.ut, status.ut + status.feil
    assert ordning("rapport", "askeladden", "--ut", tmp_path / "r.html", miljo=miljo(data)).kode == 0
    assert "<script>alert" not in (tmp_path / "r.html").read_text("utf-8")
    krev_taushet(status)


@saker("ordning")
def test_navn_paa_ordning_som_ikke_finnes(sak, tmp_path):
    (tmp_path / "data").mkdir()
    for kommando in (("vurder", "--saker", SAKER / "gode.csv"), ("kjor",), ("stopp", "--grunn", "en god grunn"), ("forklar", "--sak", "x")):
        svar = ordning(kommando[0], sak.raa().decode(), *kommando[1:], miljo=miljo(tmp_path / "data"))
        krev_god_melding(svar, sak.melding)
        assert len(re.findall("^Feil:", svar.feil, re.MULTILINE)) == 1 and len(svar.feil) < 1_500, svar.feil
    ny = ordning("ny", sak.raa().decode(), miljo=miljo(tmp_path / "data", tmp_path / "o"))
    assert ny.kode == 2 and not (tmp_path / "o").exists()
    krev_taushet(ny)


# --- the catalogue


def test_hver_fil_har_en_fasit_og_en_prove():
    alle = {f.relative_to(HER).as_posix() for m in ("filer", "katalog", "kvittering") for f in (HER / m).rglob("*") if f.is_file()}
    brukt = {f.relative_to(HER).as_posix() for s in FASIT for f in s.filer()}
    gode = {f for f in alle if f.startswith("kvittering/") or Path(f).stem == "gode"}  # good, or for test_kvitteringsfiler.py
    assert brukt <= alle and alle - brukt <= gode
    assert len({s.id for s in FASIT}) == len(FASIT) == len({s.fil for s in FASIT})
    assert {s.dor for s in FASIT} == {"kjor", "inntekt", "vurder", "vurder inntekt", "kvitter", "stopp", "ordning", *SKRANKE}


def test_katalogen_er_stor_nok(record_property):
    record_property("linje", oversikt())
    assert len(FASIT) >= MINST and EVENTYR.is_dir(), oversikt()
