"""Hostile bodies and requests: each has an expected status, none gives 5xx, nothing is stored, and the service works afterwards."""

from __future__ import annotations

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
from tests.ekteform import ekte_form

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


# ---- what is wrong with the JSON text: 400, before any field is read
TEKSTER: dict[str, bytes] = {
    "tom": b"", "bare mellomrom": b"   ", "ikke json": b"hei", "xml": b"<soknad/>", "avkortet": b'{"grad": 5',
    "komma til slutt": b'{"grad": 5,}',
    "to dokumenter": b"{}{}", "etterpaa": b"{} x", "enkle anforselstegn": b"{'grad': 5}", "kommentar": b'{"grad": 5} // hei',
    "NaN": b'{"grad": NaN}', "Infinity": b'{"grad": Infinity}', "minus Infinity": b'{"grad": -Infinity}',
    "samme nokkel": b'{"grad": 5, "grad": 6}', "samme nokkel i dybden": b'{"a": {"b": 1, "b": 2}}',
    "NUL": b'{"grad": "\\u0000"}', "NUL i navn": b'{"gr\\u0000ad": 1}', "halvt tegn": b'{"grad": "\\ud800"}',
    "snudd par": b'{"grad": "\\udc00\\ud800"}',
    "raatt styretegn": b'{"grad": "\x01"}', "raa NUL": b'{"grad": "\x00"}', "latin-1": '{"grad": "å"}'.encode("latin-1"),
    "utf-16": "{}".encode("utf-16"),
    "brutt utf-8": b'{"grad": "\xff\xfe"}', "overlang utf-8": b'{"grad": "\xc0\xaf"}', "surrogat som utf-8": b'{"grad": "\xed\xa0\x80"}',
    "dyp liste": b"[" * 100_000, "dyp og lukket": b"[" * 50_000 + b"]" * 50_000, "dypt objekt": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    "for mange sifre": b'{"grad": ' + b"9" * 5_000 + b"}", "eksponent": b'{"grad": 1E9999999999999999999}',
    "heksadesimal": b'{"grad": 0x10}',
    "ledende null": b'{"grad": 007}', "plusstegn": b'{"grad": +5}', "utf-7": b"+AHs-", "bare BOM": b"\xef\xbb\xbf",
}  # fmt: skip

# ---- readable JSON that is not an application: 422, naming the field. None: the whole body
SKJEMA = {"Content-Type": "application/x-www-form-urlencoded"}

VERDIER: list[tuple[str, object, str | None]] = [
    ("liste", [], None), ("tekst", "hei", None), ("tall", 5, None), ("null", None, None), ("sann", True, None),
    ("ukjent felt", {"er_admin": True}, "er_admin"), ("konvolutt", {"soknad_id": "X1"}, "soknad_id"),
    ("dato settes her", {"mottatt_dato": "2020-01-01"}, "mottatt_dato"),
    ("mangler person", {"fodselsnummer": None}, "fodselsnummer"), ("person er tall", {"fodselsnummer": 15818000038}, "fodselsnummer"),
    ("feil kontrollsiffer", {"fodselsnummer": "15818000039"}, "fodselsnummer"),
    ("ekte maaned", {"fodselsnummer": ekte_form()}, "fodselsnummer"),
    ("arabiske sifre", {"fodselsnummer": "١٥٨١٨٠٠٠٠٣٨"}, "fodselsnummer"),
    ("brede sifre", {"fodselsnummer": "１５８１８００００３８"}, "fodselsnummer"),
    ("sql", {"arbeidsgiver": "'; DROP TABLE soknad; --"}, "arbeidsgiver"),
    ("orgnr er liste", {"arbeidsgiver": ["810000007"]}, "arbeidsgiver"),
    ("orgnr er objekt", {"arbeidsgiver": {"$ne": ""}}, "arbeidsgiver"), ("orgnr mangler", {"arbeidsgiver": ""}, "arbeidsgiver"),
    ("dag som ikke finnes", {"jaget_fra": "2020-02-30"}, "jaget_fra"), ("dato er tall", {"jaget_fra": 43910}, "jaget_fra"),
    ("dato med tid", {"jaget_fra": "2020-03-20T00:00:00Z"}, "jaget_fra"), ("aar null", {"jaget_fra": "0000-01-01"}, "jaget_fra"),
    ("amerikansk dato", {"jaget_fra": "12/31/2020"}, "jaget_fra"), ("uke", {"jaget_fra": "2020-W12"}, "jaget_fra"),
    ("prosent for stor", {"grad": 101}, "grad"), ("prosent negativ", {"grad": "-1"}, "grad"), ("prosent er sann", {"grad": True}, "grad"),
    ("prosent er ord", {"grad": "halvparten"}, "grad"), ("understrek", {"grad": "1_0"}, "grad"),
    ("prosent er objekt", {"grad": {}}, "grad"),
    ("kroner for stort", {"oppgitt_lønn": 10**14}, "oppgitt_lønn"), ("tusendels øre", {"oppgitt_lønn": "1,005"}, "oppgitt_lønn"),
    ("kroner eksponent", {"oppgitt_lønn": "1e5"}, "oppgitt_lønn"), ("kroner som formel", {"oppgitt_lønn": "=1+1"}, "oppgitt_lønn"),
    ("valg finnes ikke", {"meldt_av": "trollet"}, "meldt_av"), ("valg er tall", {"meldt_av": 0}, "meldt_av"),
    ("ja er 2", {"har_spist_kappspist": 2}, "har_spist_kappspist"),
    ("ja er kanskje", {"har_bortforklaring": "kanskje"}, "har_bortforklaring"),
    ("ja er liste", {"har_bortforklaring": [True]}, "har_bortforklaring"),
    ("maalform", {"maalform": "en"}, "maalform"), ("konto lang", {"kontonummer": "9" * 5_000}, "kontonummer"),
    ("konto styretegn", {"kontonummer": "1\x1b[31m"}, "kontonummer"),
    ("mal", {"{{''.__class__}}": 1}, "{{''.__class__}}"), ("proto", {"__proto__": {}}, "__proto__"),
    ("langt navn", {"x" * 100_000: 1}, "x" * 60),
    ("mange felt", {f"f{i}": i for i in range(10_000)}, "f0"), ("sti i navn", {"../../etc/passwd": 1}, "../../etc/passwd"),
]  # fmt: skip


@pytest.mark.parametrize("navn", TEKSTER)
def test_uleselig_json(lokal, navn):
    svar = lokal.sok(TEKSTER[navn], NOKKEL)
    assert (svar.status, svar.hoder["content-type"]) == (400, problem.MEDIATYPE), svar.tekst
    assert svar.json["type"].endswith(":ugyldig-json") and svar.json["detail"].startswith("Grunn: ") and lagret(lokal) == 0


@pytest.mark.parametrize(("navn", "verdi", "felt"), VERDIER, ids=[v[0] for v in VERDIER])
def test_json_som_ikke_er_en_soknad(lokal, navn, verdi, felt):
    kroppen = lokal.form.eksempel() | verdi if isinstance(verdi, dict) else verdi
    svar = lokal.sok(kroppen, NOKKEL)
    assert (svar.status, svar.hoder["content-type"]) == (422, problem.MEDIATYPE), svar.tekst[:300]
    assert (felt or "") in [e["field"] for e in svar.json["errors"]] and all(e["detail"] for e in svar.json["errors"])
    verdien = verdi.get(felt) if isinstance(verdi, dict) else None
    if isinstance(verdien, str) and len(verdien) > 6:
        assert verdien not in svar.tekst  # no answer is repeated
    assert lagret(lokal) == 0


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


RAA: dict[str, tuple[bytes, tuple[bytes, ...]]] = {  # name → (what is sent, the beginnings of an answer that are in order; b"" = hung up)
    "ikke http": (b"hei paa deg\r\n\r\n", (b"HTTP/1.1 400",)), "tls": (b"\x16\x03\x01\x02\x00\x01", (b"HTTP/1.1 400", b"")),
    "to lengder": (_linje("/x", "Content-Length: 2", "Content-Length: 3") + b"{}", (b"HTTP/1.1 400",)),
    "negativ lengde": (_linje("/x", "Content-Length: -1"), (b"HTTP/1.1 400",)), "lengde og biter": (_linje("/soknad/" + ORDNING,
    "Content-Length: 2", "Transfer-Encoding: chunked", "Cookie: {k}") + b"0\r\n\r\n", (b"HTTP/1.1 4",)),
    "lover for mye": (_linje("/soknad/" + ORDNING, "Content-Length: 100", "Cookie: {k}") + b"{}", (b"HTTP/1.1 400", b"")),
    "biter uten slutt": (_linje("/soknad/" + ORDNING, "Transfer-Encoding: chunked",
    "Cookie: {k}") + b"5\r\n{}   \r\n", (b"HTTP/1.1 400", b"")),
    "gale biter": (_linje("/soknad/" + ORDNING, "Transfer-Encoding: chunked", "Cookie: {k}") + b"zz\r\n{}\r\n", (b"HTTP/1.1 400", b"")),
    "store biter": (_linje("/soknad/" + ORDNING, "Transfer-Encoding: chunked",
    "Cookie: {k}") + (b"10000\r\n" + b" " * 65536 + b"\r\n") * 6 + b"0\r\n\r\n", (b"HTTP/1.1 413",)),
    "stort hode": (_linje("/x", "X: " + "a" * 200_000), (b"HTTP/1.1 4", b"")), "linjeskift i hode": (_linje("/x",
    "X: a\rb"), (b"HTTP/1.1 4",)),
    "utvider": (b"GET http://ond.example/ HTTP/1.1\r\nHost: ond.example\r\nConnection: close\r\n\r\n", (b"HTTP/1.1 421",)),
    "to noekler": (_linje("/soknad/" + ORDNING, "Idempotency-Key: andre-nokkel", "Content-Length: 2", "Connection: close",
    "Cookie: {k}") + b"{}", (b"HTTP/1.1 400",)),
}  # fmt: skip


@pytest.mark.parametrize("navn", RAA)
def test_raa_http(lokal, navn):
    data, i_orden = RAA[navn]
    svar = lokal.raatt(data.replace(b"{k}", lokal.kapsel["Cookie"].encode()))
    assert any(svar.startswith(b) if b else not svar for b in i_orden), svar[:300]
    assert lagret(lokal) == 0


def test_en_treg_kropp_avvises(lokal, monkeypatch):
    monkeypatch.setattr(kropp, "FRIST", 0.3)
    with socket.create_connection(("127.0.0.1", lokal.port), timeout=10) as s:
        s.sendall(_linje("/soknad/" + ORDNING, "Content-Length: 100", lokal.kapsel and f"Cookie: {lokal.kapsel['Cookie']}") + b"{")
        begynte = time.monotonic()
        assert s.recv(65536).startswith(b"HTTP/1.1 408") and time.monotonic() - begynte < 5


def test_tabellene_er_store_nok_og_tjenesten_virker_etterpaa(lokal):
    assert len(TEKSTER) + len(VERDIER) + len(HTTP) + len(RAA) >= 60
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
