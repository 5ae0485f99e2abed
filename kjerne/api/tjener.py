"""Starts the service with uvicorn, after the set-up has been found safe."""

from __future__ import annotations

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
PAA_SLUTTEN = 20  # seconds for requests that are under way when the service is asked to stop
# No access log: addresses can hold what a person wrote. What is counted stands in /metrics.
FELLES = {"access_log": False, "server_header": False, "date_header": False, "log_level": "warning",
          "timeout_graceful_shutdown": PAA_SLUTTEN, "proxy_headers": False, "ws": "none"}  # fmt: skip


def kjor_tjener(vert: str, port: int, arbeidere: int, si: Callable[[str], None]) -> None:
    """Runs until it is stopped. Raises Ordningsfeil/Samlefeil when the set-up is unsafe or the port is taken."""
    oppsett = Oppsett.av_miljo(vert, port, arbeidere)
    krev_trygt(oppsett)
    krev_ledig(vert, port)
    felles = {"host": vert, "port": port, "backlog": 2048} | FELLES
    if arbeidere > 1:
        os.environ[_ARBEIDERE] = str(arbeidere)
        si(f"Tar imot søknader på http://{vert}:{port}, {arbeidere} prosesser. Stopp med Ctrl-C.")
        uvicorn.run("kjerne.api.tjener:lag_av_miljo", factory=True, workers=arbeidere, **felles)
        return
    innlogging = Lokal() if oppsett.lokal else Oidc(list(oppsett.utstedere))
    app = _app(innlogging)
    hvor = f"/start?token={innlogging.starttoken}" if isinstance(innlogging, Lokal) else ""
    si(f"Tar imot søknader på http://{vert}:{port}{hvor}\nStopp med Ctrl-C.")
    uvicorn.run(app, **felles)


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
    familie = socket.AF_INET6 if ":" in vert else socket.AF_INET
    with socket.socket(familie) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((vert, port))
        except OSError as feil:
            raise Ordningsfeil(f"Porten {port} kan ikke brukes ({feil.strerror}).", "--port", "Velg en annen.", IKKE_STARTET, 2) from None
