"""The rest of the day of the canaries: what the bank answers, cases that humans look at, decisions taken again, claims, and the web.

Each wrong thing that somebody may write by mistake is a name, an account or a number of a person.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import http.client
import json
import re
import socket
import sqlite3
import subprocess
import sys
import time
from urllib.parse import urlencode

from kjerne.syntetisk.bank import svar_paa

MAALING = "metrics.txt"
NEI = (1, 2, 4)  # refused, one way or another
MAA_VISE = frozenset({"behandle-satt.ut", "behandle-satt-json.ut"})  # a caseworker is shown what was entered in one case; it is logged


def banken(d, navn: str, tall: str, konto: str) -> None:
    """The answer has the names of payees in its own words."""
    fil = next((d.data / "betaling").glob("*.xml"))
    svar = d.rot / "inn" / "kvittering.xml"
    svar_paa(fil, svar, dt.datetime(2020, 7, 16, 5, tzinfo=dt.UTC), avvis=0.2)
    tekst = f"<AddtlInf>{navn} {tall}</AddtlInf></StsRsnInf>".encode()
    svar.write_bytes(svar.read_bytes().replace(b"</StsRsnInf>", tekst))
    d.kommando("kvitter", "kvitter", "askeladden", "--fil", str(svar))
    (d.rot / "inn" / "gal.xml").write_bytes(svar.read_bytes()[:-200] + f"<{tall}".encode())
    d.kommando("kvitter-gal", "kvitter", "askeladden", "--fil", str(d.rot / "inn" / "gal.xml"), venter=NEI)
    avviste = json.loads(d.kommando("kvitter-liste-json", "kvitter", "askeladden", "--json"))
    d.kommando("kvitter-liste", "kvitter", "askeladden")
    ny = ("kvitter", "askeladden", "--betal", avviste[0]["ende_til_ende_id"], "--grunn", f"{navn} har ny konto")
    d.kommando("kvitter-ny-gal", *ny, "--konto", tall[1:], venter=NEI)
    d.kommando("kvitter-ukjent", "kvitter", "askeladden", "--betal", tall, "--grunn", navn, venter=NEI)
    d.kommando("kvitter-ny", *ny, "--konto", konto)
    d.kommando("avstem-tekst", "avstem", "askeladden")


def saksbehandleren(d, navn: str, tall: str, konto: str) -> str:
    """Returns the case that she looked at."""
    ko = json.loads(d.kommando("behandle-ko-json", "behandle", "askeladden", "--json", bruker="sara"))["ko"]
    d.kommando("behandle-ko", "behandle", "askeladden", bruker="sara")
    sak = next(k["sak_id"] for k in ko)
    d.kommando("behandle", "behandle", "askeladden", sak, bruker="sara")
    gale = (f"oppgitt_lønn={navn}", f"kontonummer={tall[1:]}", f"{tall}=1", f"inntekt/2020-03/{tall}=1", f"grad={tall}")
    for nr, sett in enumerate(gale):
        d.kommando(f"behandle-galt{nr}", "behandle", "askeladden", sak, "--sett", sett, "--grunn", f"Ringte {navn} {tall}", venter=NEI)
    d.kommando("behandle-ukjent", "behandle", "askeladden", tall, venter=NEI)
    d.kommando("forklar-ukjent", "forklar", "askeladden", tall, venter=NEI)
    satt = ("behandle", "askeladden", sak)
    d.kommando("behandle-satt", *satt, "--sett", f"kontonummer={konto}", "--grunn", f"Brev fra {navn}", bruker="sara")
    d.kommando("behandle-satt-json", *satt, "--json", bruker="sara")
    d.kommando("behandle-overstyr", *satt, "--overstyr", "avslag", "--vilkar", tall, "--grunn", f"{navn} ba om det selv", venter=NEI)
    d.kommando("kontroller-tekst", "kontroller", "askeladden")
    d.kommando("kontroller-slipp", "kontroller", "askeladden", "--slipp", tall, "--grunn", f"{navn} er kjent her", venter=NEI)
    return sak


def revurderingen(d, navn: str, tall: str) -> list[dict]:
    """Some got too much: decided again and claimed back. Returns the claims."""
    rettelser = d.rot / "inn" / "rettelser.csv"
    for nr, (felt, verdi) in enumerate((("grad", navn), (tall, "1"), ("kontonummer", tall[1:]))):
        rettelser.write_text(f"sak;felt;verdi\n{tall};{felt};{verdi}\n", "utf-8")
        d.kommando(f"revurder-galt{nr}", "revurder", "askeladden", "--arsak", "feil", "--rettelser", str(rettelser), venter=NEI)
    rettelser.write_text("sak;felt;verdi\n" + "".join(f"{s};grad;10 %\n" for s in _betalte(d)), "utf-8")
    revurder = ("revurder", "askeladden", "--arsak", "feil", "--rettelser", str(rettelser), "--grunn", "Noen meldte fra")
    d.kommando("revurder-galt-grunn", *revurder[:-1], f"{tall} meldte fra", "--foresla", "--json", venter=(0, *NEI))
    d.kommando("revurder", *revurder, "--ut", str(d.data / "liste.csv"))
    forslag = json.loads(d.kommando("revurder-foresla", *revurder, "--foresla", "--json"))["forslag"]
    d.kommando("revurder-godkjenn", "revurder", "askeladden", "--godkjenn", forslag["revurdering_id"], "--antall", str(forslag["antall"]),
               "--grunn", f"Snakket med {navn}", bruker="kari")  # fmt: skip
    d.kommando("krav-varsle", "krav", "askeladden", "--varsle", bruker="sara")
    krav = json.loads(d.kommando("krav-json", "krav", "askeladden", "--json", bruker="sara"))
    ett = krav[0]["krav_id"]
    d.kommando("krav", "krav", "askeladden")
    d.kommando("krav-brev", "krav", "askeladden", ett, "--brev", str(d.data / "varsel.html"), bruker="sara")
    d.kommando("krav-vedta", "krav", "askeladden", ett, "--vedta", "--grunn", f"{navn} svarte ikke", bruker="siri", venter=NEI)
    d.kommando("krav-innbetalt", "krav", "askeladden", ett, "--innbetalt", "--belop", "1", "--referanse", tall, venter=NEI)
    d.kommando("krav-ukjent", "krav", "askeladden", tall, "--frafall", "--grunn", navn, venter=NEI)
    return krav


def _betalte(d) -> list[str]:
    with contextlib.closing(sqlite3.connect(d.data / "ordning.sqlite")) as base:
        return [s for (s,) in base.execute("SELECT sak_id FROM vedtak WHERE utfall = 'innvilget' AND versjon = 1 ORDER BY sak_id LIMIT 12")]


def nettet(d, navn: str, tall: str) -> None:
    """`ordning api` as a process: applications, wrong ones, addresses that hold a number; then its figures."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with (d.rot / "ut" / "api.ut").open("wb") as ut:
        p = subprocess.Popen([sys.executable, "-m", "kjerne.cli", "api", "--port", str(port)], cwd=d.rot, env=d._miljo(), stdout=ut,
                             stderr=subprocess.STDOUT)  # fmt: skip
        try:
            _bruk(d, port, navn, tall)
        finally:
            p.terminate()
            p.wait(60)


def _bruk(d, port: int, navn: str, tall: str) -> None:
    frist = time.monotonic() + 60
    while not (treff := re.search(r"/start\?token=(\S+)", (d.rot / "ut" / "api.ut").read_text())):
        assert time.monotonic() < frist
        time.sleep(0.05)
    while (svar := _kall(port, "GET", f"/start?token={treff[1]}")) is None:
        assert time.monotonic() < frist
        time.sleep(0.05)
    kapsel = {"Cookie": svar[1]["set-cookie"].split(";")[0]}
    json_, skjema = {"Content-Type": "application/json"}, {"Content-Type": "application/x-www-form-urlencoded"}
    rett = next(csv.DictReader((d.rot / "inn" / "soknader.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    felt = {n: v for n, v in rett.items() if v and n not in ("soknad_id", "mottatt_dato")}
    forsok = [felt, *(felt | {n: galt} for n in felt for galt in (navn, tall))]
    for nr, kropp in enumerate(forsok):
        nokkel = {"Idempotency-Key": f"kanari-{nr}"}
        svar = _kall(port, "POST", "/soknad/askeladden", json.dumps(kropp).encode(), kapsel | json_ | nokkel)
        (d.rot / "ut" / f"api-svar{nr}.json").write_bytes(svar[2])
        _kall(port, "POST", "/skjema/askeladden", urlencode(kropp).encode(), kapsel | skjema)
        assert nr or svar[0] in (201, 422), svar[2]
    for metode, sti in (("GET", f"/status/{tall}"), ("GET", f"/skjema/{tall}"), ("POST", f"/soknad/{tall}"), ("GET", f"/?q={tall}")):
        svar = _kall(port, metode, sti, b"{" + tall.encode(), kapsel | json_)
        (d.rot / "ut" / f"api-sti-{metode}-{len(sti)}.json").write_bytes(svar[2])
        assert svar[0] < 500
    (d.rot / "ut" / MAALING).write_bytes(_kall(port, "GET", "/metrics", None, kapsel)[2])


def _kall(port: int, metode: str, sti: str, kropp: bytes | None = None, hoder: dict | None = None):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        c.request(metode, sti, kropp, hoder or {})
        r = c.getresponse()
        return r.status, {n.lower(): v for n, v in r.getheaders()}, r.read()
    except ConnectionError:
        return None
    finally:
        c.close()

