"""The console on a real port, and a person at it: pages are fetched and forms are sent as a browser does, with the fields of the page."""

from __future__ import annotations

import http.client
import re
import threading
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn
from lxml import html

from kjerne.api.konsoll.okt import Starttoken
from kjerne.api.konsoll.program import lag_konsoll
from kjerne.kjoring.medarbeidere import registrer_ovingsbrukere
from kjerne.kjoring.rom import Arbeidsrom
from tests.api import apitjener

OPERATOR, ATTESTANT, BUDSJETT, LEDER = "ola.operator", "kari.attestant", "bjorn.budsjett", "lise.leder"
SIRI, SINDRE, FAG, KONTROLL = "siri.saksbehandler", "sindre.saksbehandler", "fia.fag", "kim.kontroll"


class Svar(apitjener.Svar):
    @property
    def side(self) -> html.HtmlElement:
        return html.fromstring(self.tekst)

    @property
    def synlig(self) -> str:
        """What a person reads, in one line."""
        return re.sub(r"\s+", " ", self.side.find("body").text_content())

    @property
    def sted(self) -> str:
        return self.hoder.get("location", "")


class Konsolltjener:
    """The application in a thread of this process, with the door opened, and Ola at the keyboard."""

    def __init__(self, rom: Arbeidsrom):
        rom.data.mkdir(parents=True, exist_ok=True)
        registrer_ovingsbrukere(rom)
        self.rom, self.inngang = rom, Starttoken()
        self.app = lag_konsoll(rom, self.inngang)
        self._tjener = uvicorn.Server(uvicorn.Config(self.app, port=0, log_level="error", access_log=False, ws="none"))
        self._traad = threading.Thread(target=self._tjener.run, daemon=True)
        self.kapsel = ""

    def __enter__(self) -> Konsolltjener:
        self._traad.start()
        while not self._tjener.started:
            time.sleep(0.01)
        self.port = self._tjener.servers[0].sockets[0].getsockname()[1]
        self.rot = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_: Any) -> None:
        self.app.state.konsoll.bakgrunn.vent(60)
        self._tjener.should_exit = True
        self._traad.join(30)

    def kall(self, metode: str, sti: str, kropp: bytes | None = None, **hoder: str) -> Svar:
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        egne = {"Cookie": self.kapsel} if self.kapsel else {}
        try:
            c.request(metode, sti, kropp, egne | {n.replace("_", "-"): v for n, v in hoder.items() if v})
            r = c.getresponse()
            return Svar(r.status, {n.lower(): v for n, v in r.getheaders()}, r.read())
        finally:
            c.close()

    def aapne(self) -> Svar:
        svar = self.kall("GET", f"/start?token={self.inngang.starttoken}")
        self.kapsel = svar.hoder.get("set-cookie", "").split(";")[0] or self.kapsel
        return svar

    def som(self, konto: str) -> Konsolltjener:
        if not self.kapsel:
            self.aapne()
        assert self.send("/bruker", konto=konto).status == 303
        return self

    def hent(self, sti: str) -> Svar:
        return self.kall("GET", sti)

    def send(self, sti: str, fil: Path | None = None, hoder: dict[str, str] | None = None, **felt: str) -> Svar:
        """The form with these fields, the token of the session, and the file."""
        felt = {"csrf": self.inngang.okt.csrf} | felt
        type_, kropp = _flerdelt(felt, fil) if fil else ("application/x-www-form-urlencoded", urlencode(felt).encode())
        return self.kall("POST", sti, kropp, **({"Content_Type": type_, "Origin": self.rot} | (hoder or {})))

    def fyll(self, side: str, til: str, fil: Path | None = None, **felt: str) -> Svar:
        """As `send`, with the hidden fields that the page has in the form that goes `til`."""
        (skjema,) = [f for f in self.hent(side).side.forms if f.get("action") == til][:1]
        skjulte = {i.name: i.value for i in skjema.inputs if i.get("type") == "hidden"}
        return self.send(til, fil, **(skjulte | felt))

    def folg(self, svar: Svar) -> Svar:
        """The page that a form leads to."""
        assert svar.status == 303, svar.synlig
        return self.hent(svar.sted)


def _flerdelt(felt: dict[str, str], fil: Path) -> tuple[str, bytes]:
    grense = uuid.uuid4().hex
    deler = [f'--{grense}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in felt.items()]
    hode = f'--{grense}\r\nContent-Disposition: form-data; name="fil"; filename="{fil.name}"\r\nContent-Type: text/plain\r\n\r\n'
    return f"multipart/form-data; boundary={grense}", b"".join([*deler, hode.encode(), fil.read_bytes(), f"\r\n--{grense}--\r\n".encode()])
