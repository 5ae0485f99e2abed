"""The hostile files that come in over HTTP, sent to a real server on each of the two databases.

Never a 5xx; a refusal is explained in Norwegian, says nothing of what was sent and leaves every table as it was; what is taken in is
one application, stored as it was meant; and the service works afterwards.
"""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa

from kjerne.api import problem
from kjerne.kontrakt.verdier import nfc
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import leveranse, leveranse_karantene, metadata, soknad
from tests.api.apitjener import ORDNING, SKJEMATYPE, Tjener
from tests.feil.katalog import ELLEVE, ENGELSK, PLASSHOLDERE, Sak, ved

TYPER = {".csv": "text/csv", ".jsonl": "application/x-ndjson", ".json": "application/json"}


@pytest.fixture
def tjener(lager, tmp_path, med_tekst):
    with Tjener(lager, tmp_path / "data", ordninger=med_tekst) as t:
        t.motor = lager
        yield t


def rader(motor) -> dict[str, int]:
    with lesende(motor) as conn:
        return {n: conn.scalar(sa.select(sa.func.count()).select_from(t)) for n, t in metadata.tables.items()}


def nye(foer: dict[str, int], etter: dict[str, int]) -> dict[str, int]:
    return {n: etter[n] - foer[n] for n in foer if etter[n] != foer[n]}


def send(t: Tjener, sak: Sak):
    hoder = {"Idempotency-Key": f"katalog-{sak.id}"}
    if sak.dor == "soknad":
        return t.kall("POST", f"/soknad/{ORDNING}", sak.raa(), hoder | {"Content-Type": "application/json"})
    if sak.dor == "fil":
        return t.kall("POST", f"/soknad/{ORDNING}/fil", sak.raa(), hoder | {"Content-Type": TYPER[sak.filer()[0].suffix]})
    return t.kall("POST", f"/skjema/{ORDNING}", sak.raa(), {"Content-Type": SKJEMATYPE})


def proev(t: Tjener, sak: Sak) -> None:
    foer = rader(t.motor)
    svar = send(t, sak)
    endret = nye(foer, rader(t.motor))
    if sak.utfall == "201":
        assert svar.status == 201, svar.tekst[:300]
        assert {endret.get(n) for n in ("soknad", "sak", "innsending", "leveranse")} == {1} and not endret.keys() - TATT_IMOT, endret
        return _lagret(t, svar.json["sak_id"], sak)
    if sak.utfall.startswith("karantene"):
        return _fil(t, svar, sak)
    assert svar.status == int(sak.utfall), (svar.status, svar.tekst[:300])
    assert endret == {}, endret
    if sak.dor == "skjema" and svar.status == 422:
        return _side(svar.tekst, sak)
    assert svar.hoder["content-type"] == problem.MEDIATYPE
    return _forklart(svar.json, sak)


TATT_IMOT = {"soknad", "sak", "innsending", "leveranse", "person", "hendelse"}


def _forklart(p: dict, sak: Sak) -> None:
    """A problem document: in Norwegian, naming the field, without the answer."""
    grunner = [e["detail"] for e in p.get("errors", ())]
    alt = " ".join([p["title"], p.get("detail", ""), *grunner])
    assert p["type"].startswith(problem.TYPE) and re.search(sak.melding, alt), alt
    assert not ENGELSK.search(alt) and not ELLEVE.search(json.dumps(p)), alt
    if sak.hvor:
        assert sak.hvor in [e["field"] for e in p["errors"]], p
    hva = json.loads(sak.raa()) if sak.utfall == "422" and sak.dor == "soknad" else None
    if isinstance(hva, dict) and isinstance(verdi := hva.get(sak.hvor), str) and len(verdi.strip()) > 6:
        assert verdi not in alt


def _lagret(t: Tjener, sak_id: str, sak: Sak) -> None:
    with lesende(t.motor) as conn:
        fakta = conn.scalar(sa.select(soknad.c.fakta).where(soknad.c.sak_id == sak_id))
    json.loads(fakta)
    assert sak.melding in fakta.replace('\\"', '"').replace("\\\\", "\\"), fakta
    assert fakta == nfc(fakta)  # one spelling, so that the same name is the same name


def _fil(t: Tjener, svar, sak: Sak) -> None:
    assert svar.status == 200, svar.tekst[:300]
    borte, alle = map(int, re.findall(r"\d+", sak.utfall))
    assert (svar.json["linjer_inn"], svar.json["tatt_imot"], svar.json["karantene"]) == (alle, alle - borte, borte), svar.tekst
    grunner = {x["linje"]: x["grunn"] for x in svar.json["linjer"] if "grunn" in x}
    assert grunner.keys() == sak.grunner.keys(), grunner
    for linje, grunn in sak.grunner.items():
        assert re.search(grunn, grunner[linje]) and not ELLEVE.search(grunner[linje]) and not ENGELSK.search(grunner[linje]), grunner
    with lesende(t.motor) as conn:
        rad = conn.execute(sa.select(leveranse).order_by(leveranse.c.mottatt_tid.desc()).limit(1)).one()
        i_basen = conn.scalar(sa.select(sa.func.count()).where(leveranse_karantene.c.leveranse_id == rad.leveranse_id))
    assert rad.linjer_inn == rad.akseptert + rad.karantene == alle and i_basen == rad.karantene == borte


def _side(html: str, sak: Sak) -> None:
    """A form to be mended: what was written is shown again, as text and never as markup."""
    assert re.search(sak.melding, html)
    assert "<script" not in html.replace("<script src", "") and not any(n in html for n in PLASSHOLDERE.values())


def _alle(t: Tjener, *dorer: str) -> list[str]:
    """What went wrong, for all files of these doors."""
    feil = []
    for sak in ved(*dorer):
        try:
            proev(t, sak)
        except (AssertionError, KeyError, ValueError, OSError) as grunn:
            feil.append(f"{sak.id} {sak.fil}: {type(grunn).__name__} {grunn}"[:400])
    return feil


def test_soknader_filer_og_skjemaer(tjener):
    feil = _alle(tjener, "soknad", "fil", "skjema")
    assert not feil, "\n".join(feil)
    assert tjener.sok(tjener.form.eksempel()).status == 201
    tekst = tjener.kall("GET", "/metrics").tekst
    assert not ELLEVE.search(tekst) and 'kode="5' not in tekst


def test_raa_http(tjener):
    foer, feil = rader(tjener.motor), []
    for sak in ved("http"):
        svar = tjener.raatt(sak.raa().replace(b"{k}", tjener.kapsel["Cookie"].encode()))
        lov = sak.utfall.split("/")
        if not any(not svar if x == "brutt" else svar.startswith(f"HTTP/1.1 {x}".encode()) for x in lov):
            feil.append(f"{sak.id} {sak.fil}: {svar[:200]!r}")
        hode = svar.partition(b"\r\n\r\n")[0].lower()
        if b"set-cookie" in hode or b"location" in hode or b"root:" in svar or b"<script" in svar or ELLEVE.search(svar.decode("latin-1")):
            feil.append(f"{sak.id} {sak.fil}: {svar[:400]!r}")
    assert feil == [] and nye(foer, rader(tjener.motor)) == {}
    assert tjener.sok(tjener.form.eksempel()).status == 201
