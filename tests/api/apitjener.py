"""A real server on a real port, and a client that can also send what no well-bred client would."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn

from kjerne.api.program import lag_app
from kjerne.api.tilgang import KAPSEL, Innlogging, Lokal
from kjerne.drift.klokke import Klokke
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.regelmotor.oppdagelse import oppdag

ROT = Path(__file__).parents[2]
EVENTYR = ROT / "tests" / "eventyr"
ORDNING = "askeladden"
SKJEMATYPE = "application/x-www-form-urlencoded"


@dataclass
class Svar:
    status: int
    hoder: dict[str, str]
    kropp: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.kropp)

    @property
    def tekst(self) -> str:
        return self.kropp.decode()


class Tjener:
    """The application in a thread of this process. With `Lokal`, the door is opened with the start token."""

    def __init__(self, motor: Any, data: Path, innlogging: Innlogging | None = None, klokke: Klokke | None = None,
                 ordninger: Path = EVENTYR, **rom: Any):  # fmt: skip
        data.mkdir(exist_ok=True)
        self.innlogging = innlogging or Lokal()
        self.app = lag_app(Arbeidsrom(data, motor, klokke or Klokke(), **rom), oppdag(ordninger)[0], self.innlogging)
        self._tjener = uvicorn.Server(uvicorn.Config(self.app, port=0, log_level="error", access_log=False, ws="none"))
        self._traad = threading.Thread(target=self._tjener.run, daemon=True)

    def __enter__(self) -> Tjener:
        self._traad.start()
        while not self._tjener.started:
            time.sleep(0.01)
        self.port = self._tjener.servers[0].sockets[0].getsockname()[1]
        self.kapsel = {}
        if isinstance(self.innlogging, Lokal):
            svar = self.kall("GET", f"/start?token={self.innlogging.starttoken}")
            self.kapsel = {"Cookie": svar.hoder["set-cookie"].split(";")[0]}
        return self

    def __exit__(self, *_: Any) -> None:
        self._tjener.should_exit = True
        self._traad.join(30)

    @property
    def form(self) -> Any:
        return self.app.state.sted.former[ORDNING]

    def kall(self, metode: str, sti: str, kropp: Any = None, hoder: dict[str, str] | None = None) -> Svar:
        return kall(self.port, metode, sti, kropp, self.kapsel | (hoder or {}) if hasattr(self, "kapsel") else hoder)

    def sok(self, svar: Any, nokkel: str = "", **hoder: str) -> Svar:
        """One application as JSON."""
        raa = svar if isinstance(svar, bytes) else json.dumps(svar).encode()
        faste = {"Content-Type": "application/json", "Idempotency-Key": nokkel or str(uuid.uuid4())}
        return self.kall("POST", f"/soknad/{ORDNING}", raa, faste | hoder)

    def skjema(self, felt: dict[str, str], **hoder: str) -> Svar:
        return self.kall("POST", f"/skjema/{ORDNING}", urlencode(felt).encode(), {"Content-Type": SKJEMATYPE} | hoder)

    def raatt(self, data: bytes, vent: float = 5.0) -> bytes:
        """What comes back when exactly these bytes are sent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=vent) as s:
            ut = b""
            with contextlib.suppress(OSError):  # it hung up, which is an answer
                s.sendall(data)
                if b"Connection: close" not in data:
                    s.shutdown(socket.SHUT_WR)  # nothing more comes, so that whoever waits for more gives up
                while bit := s.recv(65536):
                    ut += bit
        return ut


def kall(port: int, metode: str, sti: str, kropp: Any = None, hoder: dict[str, str] | None = None) -> Svar:
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        c.request(metode, sti, kropp, hoder or {})
        r = c.getresponse()
        return Svar(r.status, {n.lower(): v for n, v in r.getheaders()}, r.read())
    finally:
        c.close()


def ledig_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Prosess:
    """`ordning api` as an operator starts it, so that it can be killed."""

    def __init__(self, miljo: dict[str, str], port: int):
        self.port = port
        self._p = subprocess.Popen([sys.executable, "-m", "kjerne.cli", "api", "--port", str(port)], cwd=ROT, env=miljo,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # fmt: skip
        linje = self._p.stdout.readline()
        treff = re.search(r"/start\?token=(\S+)", linje)
        assert treff, linje + self._p.stdout.read()
        frist = time.monotonic() + 60
        while True:
            try:
                svar = kall(port, "GET", f"/start?token={treff[1]}")
                break
            except OSError:
                assert self._p.poll() is None and time.monotonic() < frist
                time.sleep(0.05)
        assert svar.status == 303
        self.kapsel = svar.hoder["set-cookie"].split(";")[0]
        assert self.kapsel.startswith(KAPSEL)

    @property
    def cpu(self) -> float:
        """Seconds of processor it has used (Linux)."""
        felt = Path(f"/proc/{self._p.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(felt[11]) + int(felt[12])) / os.sysconf("SC_CLK_TCK")

    def drep(self) -> None:
        self._p.kill()
        self._p.wait()

    def stopp(self) -> None:
        self._p.terminate()
        assert self._p.wait(60) in (0, -15)
