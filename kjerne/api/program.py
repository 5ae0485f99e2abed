"""The application: routes, guards around them, and what stands behind them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, partial

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kjerne.api import problem, skjema, soknad
from kjerne.api.beskrivelse import fullfor
from kjerne.api.maling import Maler, Maling
from kjerne.api.problem import Problem
from kjerne.api.skriver import MAKS_ALDER, Skriver
from kjerne.api.sted import Sted, ikke_aapnet, sted
from kjerne.api.tilgang import Innlogging, Lokal
from kjerne.kjoring.innsending import lagre_innsendinger
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.lager.motor import lesende
from kjerne.mottak import Soknadsform
from kjerne.regelmotor.regelverk import Regelverk

# Nothing from elsewhere, no script, no frame, and no address sent on.
HODER = {
    "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff", "referrer-policy": "same-origin", "x-frame-options": "DENY",
}  # fmt: skip
BESKRIVELSE = """Søknader inn til kriseordninger. Skjemaet til hver ordning er laget av ordningens egen `ordning.toml`.

Send ett `Idempotency-Key` for hver søknad, og bruk det samme når du sender på nytt: en søknad som er besvart med 201, er lagret,
og et svar som ble borte på veien, betyr ikke at søknaden gjorde det. Feil er `application/problem+json` (RFC 9457)."""


def lag_app(rom: Arbeidsrom, verk: dict[str, Regelverk], innlogging: Innlogging) -> FastAPI:
    """The application on an open room. The writer lives as long as the application does."""
    former = {id_: Soknadsform(v.manifest, rom.krev_syntetisk) for id_, v in sorted(verk.items())}
    skriver = Skriver(partial(lagre_innsendinger, rom))
    her = Sted(rom, former, ikke_aapnet(rom, verk), skriver, Maling(skriver))

    @asynccontextmanager
    async def levetid(_: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(skriver.stopp)

    app = FastAPI(title="Ordning: mottak av søknader", version="1", description=BESKRIVELSE, lifespan=levetid, docs_url=None,
                  redoc_url=None, separate_input_output_schemas=False)  # fmt: skip
    app.openapi = cache(partial(_openapi, app))
    app.state.sted, app.state.innlogging = her, innlogging
    app.include_router(soknad.ruter(former))
    app.include_router(skjema.ruter(former))
    _helse(app)
    problem.sett_opp(app)

    @app.exception_handler(RequestValidationError)
    async def _parameter(_: Request, __: RequestValidationError) -> Response:
        return Problem(422, "ugyldig-adresse", "Adressen kan ikke brukes", "En verdi i adressen er ikke en av de tillatte.").svar()

    app.add_middleware(Vakt, bare_lokalt=isinstance(innlogging, Lokal))
    app.add_middleware(Maler, maling=her.maling)
    return app


def _openapi(app: FastAPI) -> dict:
    return fullfor(get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes,
                               separate_input_output_schemas=False))  # fmt: skip


def _helse(app: FastAPI) -> None:
    @app.get("/isalive", include_in_schema=False)
    async def lever() -> Response:
        return Response("lever", media_type="text/plain")

    @app.get("/isready", include_in_schema=False)
    async def klar(request: Request) -> Response:
        her = sted(request)
        try:
            await asyncio.wait_for(asyncio.to_thread(_spor, her.rom), 5)
        except (sa.exc.SQLAlchemyError, TimeoutError):
            raise Problem(503, "ikke-klar", "Databasen svarer ikke") from None
        if not her.skriver.lever or her.skriver.alder > MAKS_ALDER:
            raise Problem(503, "ikke-klar", "Køen står stille")
        return Response("klar", media_type="text/plain")

    @app.get("/metrics", include_in_schema=False)
    async def tall(request: Request) -> Response:
        return Response(sted(request).maling.tekst(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _spor(rom: Arbeidsrom) -> None:
    with lesende(rom.motor) as conn:
        conn.exec_driver_sql("SELECT 1")


class Vakt:
    """Safe headers on every answer. Locally, only a browser that means this machine is answered (DNS rebinding)."""

    def __init__(self, app: ASGIApp, bare_lokalt: bool):
        self.app, self.bare_lokalt = app, bare_lokalt
        self.hoder = [(n.encode(), v.encode()) for n, v in HODER.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def med_hoder(melding: Message) -> None:
            if melding["type"] == "http.response.start":
                egne = {n for n, _ in melding["headers"]}  # a page that needs other rules says so itself
                melding["headers"] = [*melding["headers"], *(h for h in self.hoder if h[0] not in egne)]
            await send(melding)

        if self.bare_lokalt and _vert(scope) not in ("127.0.0.1", "localhost", "[::1]"):
            return await Problem(421, "feil-vert", "Adressen gjelder ikke her").svar()(scope, receive, med_hoder)
        return await self.app(scope, receive, med_hoder)


def _vert(scope: Scope) -> str:
    vert = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    return vert.rsplit(":", 1)[0] if not vert.endswith("]") else vert
