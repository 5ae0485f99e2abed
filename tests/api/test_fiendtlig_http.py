"""Hostile requests: each has an expected status, none gives 5xx, nothing is stored, and the service works afterwards.

Hostile bodies lie as files in tests/feil/katalog.
"""

from __future__ import annotations

import errno
import gzip
import json
import shutil
import socket
import threading
import time

import pytest
import sqlalchemy as sa
from apitjener import ORDNING, Tjener

from kjerne.api import kropp, problem
from kjerne.lager.motor import aapne
from kjerne.lager.tabeller import innsending, soknad
from kjerne.mottak.form import syntetisk_person

NOKKEL = "fiendtlig-0001"
HODER = {"Content-Type": "application/json", "Idempotency-Key": NOKKEL}


@pytest.fixture(scope="module")
def lokal(_mal_sqlite, tmp_path_factory):
    mappe = tmp_path_factory.mktemp("fiendtlig")
    shutil.copy(_mal_sqlite, mappe / "lager.db")
    motor = aapne(mappe / "lager.db")
    with Tjener(motor, mappe / "data") as t:
        t.motor = motor
        yield t
    motor.dispose()


def lagret(t: Tjener) -> int:
    with t.motor.connect() as conn:
        return sum(conn.scalar(sa.select(sa.func.count()).select_from(tab)) for tab in (soknad, innsending))


SKJEMA = {"Content-Type": "application/x-www-form-urlencoded"}
STOR = json.dumps({"x": "a" * kropp.MAKS}).encode()
HTTP: list[tuple[str, str, str, bytes | None, dict[str, str], int]] = [
    ("uten nokkel", "POST", "/soknad/{o}", b"{}", {"Idempotency-Key": ""}, 400),
    ("kort nokkel", "POST", "/soknad/{o}", b"{}", {"Idempotency-Key": "abc"}, 400),
    ("nokkel med mellomrom", "POST", "/soknad/{o}", b"{}", {"Idempotency-Key": "abc def ghi"}, 400),
    ("nokkel sql", "POST", "/soknad/{o}", b"{}", {"Idempotency-Key": "' OR 1=1 --"}, 400),
    ("lang nokkel", "POST", "/soknad/{o}", b"{}", {"Idempotency-Key": "a" * 101}, 400),
    ("nokkel bredt siffer", "POST", "/soknad/{o}", b"{}", {"Idempotency-Key": "nokkel-\xb2\xb2"}, 400),
    ("skjema i stedet", "POST", "/soknad/{o}", b"grad=5", SKJEMA, 415),
    ("uten type", "POST", "/soknad/{o}", b"{}", {"Content-Type": ""}, 415),
    ("tekst", "POST", "/soknad/{o}", b"{}", {"Content-Type": "text/plain"}, 415),
    ("annet tegnsett", "POST", "/soknad/{o}", b"{}", {"Content-Type": "application/json; charset=utf-16"}, 415),
    ("gzip", "POST", "/soknad/{o}", gzip.compress(b"0" * 10_000_000), {"Content-Encoding": "gzip"}, 415),
    ("for stor", "POST", "/soknad/{o}", STOR, {}, 413),
    ("ordning finnes ikke", "POST", "/soknad/dobbeltgull", b"{}", {}, 404),
    ("ordning er sti", "POST", "/soknad/..%2f..%2fetc", b"{}", {}, 404),
    ("ordning er dunder", "POST", "/soknad/__init__", b"{}", {}, 404), ("GET", "GET", "/soknad/{o}", None, {}, 405),
    ("PUT", "PUT", "/soknad/{o}", b"{}", {}, 405),
    ("DELETE", "DELETE", "/soknad/{o}", None, {}, 405), ("fremmed metode", "BREW", "/soknad/{o}", None, {}, 405),
    ("rot", "POST", "/", b"", {}, 405),
    ("statisk ut", "GET", "/statisk/..%2f..%2fpyproject.toml", None, {}, 404), ("statisk annen", "GET", "/statisk/lov.toml", None, {}, 404),
    ("maalform finnes ikke", "GET", "/skjema/{o}?malform=en", None, {}, 422), ("skjema finnes ikke", "GET", "/skjema/troll", None, {}, 404),
    ("status null", "GET", "/status/%00", None, {}, 404), ("status lang", "GET", "/status/" + "a" * 5_000, None, {}, 404),
    ("feil vert", "GET", "/isalive", None, {"Host": "ond.example"}, 421), ("start uten token", "GET", "/start", None, {}, 401),
    ("skjema som json", "POST", "/skjema/{o}", b"{}", {}, 415),
    ("skjema to ganger", "POST", "/skjema/{o}", b"grad=1&grad=2", SKJEMA, 400),
    ("skjema uten nokkel", "POST", "/skjema/{o}", b"grad=1", SKJEMA, 400),
    ("skjema brutt utf-8", "POST", "/skjema/{o}", b"grad=%ff%fe", SKJEMA, 400),
    ("skjema mange felt", "POST", "/skjema/{o}", b"&".join(b"f%d=1" % i for i in range(5_000)), SKJEMA, 400),
    ("skjema fra annen side", "POST", "/skjema/{o}", b"grad=1", SKJEMA | {"Origin": "https://ond.example"}, 403),
    ("skjema fra null", "POST", "/skjema/{o}", b"grad=1", SKJEMA | {"Origin": "null"}, 403),
    ("fil feil type", "POST", "/soknad/{o}/fil", b"x", {}, 422),
    ("fil uten nokkel", "POST", "/soknad/{o}/fil", b"x", {"Idempotency-Key": ""}, 400),
    ("fil binaer", "POST", "/soknad/{o}/fil", b"\x00\xff" * 100, {"Content-Type": "text/csv"}, 422),
    ("fil tom", "POST", "/soknad/{o}/fil", b"", {"Content-Type": "text/csv"}, 422),
    ("fil parquet", "POST", "/soknad/{o}/fil", b"PAR1PAR1", {"Content-Type": "application/vnd.apache.parquet"}, 422),
    ("fil zip", "POST", "/soknad/{o}/fil", b"PK\x03\x04", {"Content-Type": "application/zip"}, 415),
    ("okt er gal", "GET", "/skjema/{o}", None, {"Cookie": "ordning_okt=x"}, 401),
    ("okt er bred", "GET", "/skjema/{o}", None, {"Cookie": "ordning_okt=\xe5\xe5"}, 401),
    ("okt mangler", "POST", "/soknad/{o}", b"{}", {"Cookie": ""}, 401),
]  # fmt: skip


@pytest.mark.parametrize(("navn", "metode", "sti", "data", "hoder", "ventet"), HTTP, ids=[h[0] for h in HTTP])
def test_http(lokal, navn, metode, sti, data, hoder, ventet):
    svar = lokal.kall(metode, sti.format(o=ORDNING), data, HODER | hoder)
    assert (svar.status, svar.hoder["content-type"]) == (ventet, problem.MEDIATYPE), svar.tekst[:300]
    assert svar.json["status"] == ventet and svar.json["title"] and "default-src 'none'" in svar.hoder["content-security-policy"]
    assert lagret(lokal) == 0


def _linje(sti: str, *hoder: str) -> bytes:
    alle = [f"POST {sti} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", f"Idempotency-Key: {NOKKEL}", *hoder, "", ""]
    return "\r\n".join(alle).encode("latin-1")


def test_en_treg_kropp_avvises(lokal, monkeypatch):
    monkeypatch.setattr(kropp, "FRIST", 0.3)
    with socket.create_connection(("127.0.0.1", lokal.port), timeout=10) as s:
        s.sendall(_linje("/soknad/" + ORDNING, "Content-Length: 100", lokal.kapsel and f"Cookie: {lokal.kapsel['Cookie']}") + b"{")
        begynte = time.monotonic()
        assert s.recv(65536).startswith(b"HTTP/1.1 408") and time.monotonic() - begynte < 5


def test_tjenesten_virker_etterpaa(lokal):
    for nummer in (0, 60):
        assert lokal.sok(lokal.form.eksempel() | {"fodselsnummer": syntetisk_person(nummer)}).status == 201


def test_det_uforutsette_blir_et_problem_uten_innhold(lokal, monkeypatch, caplog):
    """A fault inside: a problem document, and a log line with the place and nothing of what was sent."""

    def feil(*_):
        raise RuntimeError(f"person {syntetisk_person()}")

    monkeypatch.setattr(type(lokal.form), "les", feil)
    svar = lokal.sok(lokal.form.eksempel())
    assert (svar.status, svar.json["type"]) == (500, "urn:ordning:problem:uventet")
    assert "RuntimeError" in caplog.text and syntetisk_person() not in caplog.text + svar.tekst


def test_full_disk_er_noe_som_gaar_over(lokal, monkeypatch, caplog):
    def feil(*_):
        raise OSError(errno.ENOSPC, "No space left on device", "/data/hemmelig")

    monkeypatch.setattr(type(lokal.form), "les", feil)
    svar = lokal.sok(lokal.form.eksempel())
    assert (svar.status, svar.json["type"], svar.hoder["retry-after"]) == (503, "urn:ordning:problem:prov-igjen", "30")
    assert "driftsfeil" in caplog.text and "hemmelig" not in caplog.text + svar.tekst


def test_naar_lagringen_feiler_faar_bare_den_det_gjelder_503(lokal, monkeypatch, caplog):
    """One poisoned application in a group does not take its neighbours down."""
    skriver = lokal.app.state.sted.skriver
    ekte = skriver._lagre

    def lagre(inn):
        if any(i.nokkel == "giftig-0001" for i in inn):
            raise RuntimeError("disken")
        return ekte(inn)

    monkeypatch.setattr(skriver, "_lagre", lagre)
    svar: dict[str, int] = {}

    def send(nokkel: str) -> None:
        svar[nokkel] = lokal.sok(lokal.form.eksempel(), nokkel).status

    traader = [threading.Thread(target=send, args=(f"{'giftig' if i == 5 else 'god'}-{1 if i == 5 else i:04d}",)) for i in range(12)]
    for t in traader:
        t.start()
    for t in traader:
        t.join()
    assert svar.pop("giftig-0001") == 503 and set(svar.values()) == {201} and len(svar) == 11
    monkeypatch.setattr(skriver, "_lagre", ekte)
    assert lokal.sok(lokal.form.eksempel(), "giftig-0001").status == 201
