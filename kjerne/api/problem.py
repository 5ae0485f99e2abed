"""Every refusal as a problem document (RFC 9457), in Norwegian. Never a trace, never what was sent, never a person."""

from __future__ import annotations

import http
import json
import logging
from collections.abc import Callable, Sequence
from traceback import extract_tb

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.driftsfeil import som_ordningsfeil
from kjerne.mottak.form import Avvik

TYPE = "urn:ordning:problem:"
MEDIATYPE = "application/problem+json"
IGJEN = "Send det samme på nytt om litt, med samme Idempotency-Key."
logg = logging.getLogger("ordning.api")
_TITTEL = {400: "Forespørselen kan ikke leses", 404: "Siden finnes ikke", 405: "Metoden er ikke støttet her"}


class Problem(Exception):
    """A refusal. `slag` is the stable code that a program can act on; `avvik` names the fields."""

    def __init__(
        self, status: int, slag: str, tittel: str, detalj: str = "", avvik: Sequence[Avvik] = (), hoder: dict[str, str] | None = None
    ):
        super().__init__(slag)
        self.status, self.slag, self.tittel, self.detalj, self.avvik, self.hoder = status, slag, tittel, detalj, list(avvik), hoder or {}

    def som_dict(self) -> dict:
        ut = {"type": TYPE + self.slag, "title": self.tittel, "status": self.status}
        if self.detalj:
            ut["detail"] = self.detalj
        if self.avvik:
            ut["errors"] = [{"pointer": f"#/{_peker(a.felt)}" if a.felt else "#", "field": a.felt, "detail": a.grunn} for a in self.avvik]
        return ut

    def svar(self) -> JSONResponse:
        return JSONResponse(self.som_dict(), self.status, self.hoder, media_type=MEDIATYPE)


def _peker(felt: str) -> str:
    """A field name as a part of a JSON Pointer (RFC 6901)."""
    return felt.replace("~", "~0").replace("/", "~1")


def av_ordningsfeil(feil: Ordningsfeil) -> Problem:
    """A file that cannot be read, for instance. The place on this machine is left out."""
    return Problem(422, "kan-ikke-brukes", feil.hva, feil.gjor_dette)


def sett_opp(app: FastAPI) -> None:
    """All errors of the application become problem documents."""

    @app.exception_handler(Problem)
    async def _problem(_: Request, feil: Problem) -> JSONResponse:
        return feil.svar()

    @app.exception_handler(HTTPException)
    async def _http(_: Request, feil: HTTPException) -> JSONResponse:
        tittel = _TITTEL.get(feil.status_code, http.HTTPStatus(feil.status_code).phrase)
        return Problem(feil.status_code, f"http-{feil.status_code}", tittel, hoder=dict(feil.headers or {})).svar()

    @app.exception_handler(OperationalError)
    async def _database(_: Request, feil: OperationalError) -> JSONResponse:
        logg_feil("databasen_svarer_ikke", feil)
        hva = ("Vi kan ikke svare akkurat nå", f"Databasen svarer ikke. {IGJEN}")
        return Problem(503, "prov-igjen", *hva, hoder={"Retry-After": "5"}).svar()

    app.add_middleware(Sikkerhetsnett)


class Sikkerhetsnett:
    """What nobody foresaw becomes `svar` (a problem document) and one line in the log that says where, and nothing of what."""

    def __init__(self, app: ASGIApp, svar: Callable[[Exception], Response] | None = None):
        self.app, self.svar = app, svar or (lambda feil: uventet(feil).svar())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begynt = False

        async def merk(melding: Message) -> None:
            nonlocal begynt
            begynt = begynt or melding["type"] == "http.response.start"
            await send(melding)

        try:
            await self.app(scope, receive, merk)
        except Exception as feil:
            if scope["type"] != "http":
                raise
            logg_feil("driftsfeil" if som_ordningsfeil(feil) else "uventet_feil", feil)
            if not begynt:
                await self.svar(feil)(scope, receive, send)


def uventet(feil: Exception) -> Problem:
    """500; or 503 for what passes when somebody has mended the machine: a full disk, a database that is gone."""
    if som_ordningsfeil(feil):
        return Problem(503, "prov-igjen", "Vi kan ikke svare akkurat nå", IGJEN, hoder={"Retry-After": "30"})
    return Problem(500, "uventet", "Noe gikk galt hos oss", IGJEN)


def logg_feil(hendelse: str, feil: BaseException) -> None:
    """The kind of the fault and the place in the program. Messages can quote what was sent, so they stay out."""
    sted = [f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in extract_tb(feil.__traceback__)[-3:]]
    logg.error(json.dumps({"hendelse": hendelse, "type": type(feil).__name__, "sted": sted}))
