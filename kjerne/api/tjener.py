"""Starts the service with uvicorn, after the set-up has been found safe."""

from __future__ import annotations

import contextlib
import gc
import os
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from kjerne.api.oidc import Oidc
from kjerne.api.oppstart import IKKE_STARTET, Oppsett, krev_trygt
from kjerne.api.program import lag_app
from kjerne.api.tilgang import Lokal
from kjerne.drift.innstillinger import Innstillinger
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.oppdagelse import oppdag

_ARBEIDERE = "ORDNING_API_ARBEIDERE"  # from the parent to its workers, which are started as new processes
KO = 2048  # connections that wait to be taken
PAA_SLUTTEN = 20  # seconds for requests that are under way when the service is asked to stop
# No access log: addresses can hold what a person wrote. What is counted stands in /metrics.
FELLES = {"access_log": False, "server_header": False, "date_header": False, "log_level": "warning",
          "timeout_graceful_shutdown": PAA_SLUTTEN, "proxy_headers": False, "ws": "none"}  # fmt: skip


def kjor_tjener(vert: str, port: int, arbeidere: int, si: Callable[[str], None]) -> None:
    """Runs until it is stopped. Raises Ordningsfeil/Samlefeil when the set-up is unsafe or the port is taken."""
    oppsett = Oppsett.av_miljo(vert, port, arbeidere)
    krev_trygt(oppsett)
    if arbeidere > 1:
        krev_ledig(vert, port)
        os.environ[_ARBEIDERE] = str(arbeidere)
        si(f"Tar imot søknader på http://{vert}:{port}, {arbeidere} prosesser. Stopp med Ctrl-C.")
        uvicorn.run("kjerne.api.tjener:lag_av_miljo", factory=True, workers=arbeidere, host=vert, port=port, backlog=KO, **FELLES)
        return
    sokkel = aapne_port(vert, port)
    innlogging = Lokal() if oppsett.lokal else Oidc(list(oppsett.utstedere))
    app = _app(innlogging)
    hvor = f"/start?token={innlogging.starttoken}" if isinstance(innlogging, Lokal) else ""
    si(f"Tar imot søknader på http://{vert}:{port}{hvor}\nStopp med Ctrl-C.")
    kjor_alene(app, sokkel)


def lag_av_miljo() -> FastAPI:
    """The application of one worker of several. The set-up is judged again: each process answers for itself."""
    oppsett = Oppsett.av_miljo("", 0, int(os.environ[_ARBEIDERE]))
    krev_trygt(oppsett)
    return _app(Oidc(list(oppsett.utstedere)))


def _app(innlogging: Lokal | Oidc) -> FastAPI:
    app = lag_app(Arbeidsrom.aapne(Innstillinger()), oppdag()[0], innlogging)
    gc.collect()
    gc.freeze()  # what has been loaded stays: the collector need not look through it for each few hundred requests
    return app


def krev_ledig(vert: str, port: int) -> None:
    """Raises Ordningsfeil (kode 2) when the port is taken. Another may still take it: one process alone uses `aapne_port`."""
    aapne_port(vert, port).close()


def aapne_port(vert: str, port: int) -> socket.socket:
    """The port, taken: whoever comes after is told so. Raises Ordningsfeil (kode 2) when somebody has it."""
    s = socket.socket(socket.AF_INET6 if ":" in vert else socket.AF_INET)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        s.bind((vert, port))
        s.listen(KO)
    except OSError as feil:
        s.close()
        raise Ordningsfeil(f"Porten {port} kan ikke brukes ({feil.strerror}).", "--port", "Velg en annen.", IKKE_STARTET, 2) from None
    return s


def kjor_alene(app: FastAPI, port: socket.socket) -> None:
    """Serves in this process until somebody stops it."""
    with contextlib.suppress(KeyboardInterrupt), port:
        uvicorn.Server(uvicorn.Config(app, backlog=KO, **FELLES)).run(sockets=[port])
