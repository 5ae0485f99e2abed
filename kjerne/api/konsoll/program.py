"""The application of the console: its pages, the guards around them, and every fault as a page in Norwegian."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from kjerne.api.konsoll import bunter, idag, kjoringer, ko, kontroll, krav, ordninger, proving, rapport, revurdering, saker, sporsmal, stopp
from kjerne.api.konsoll.bakgrunn import Bakgrunn
from kjerne.api.konsoll.besok import Besok, IkkeValgt, Konsoll, kjent, lese
from kjerne.api.konsoll.okt import UENDRET, Inngang, Starttoken, opphavet
from kjerne.api.konsoll.side import STIL, lag_side
from kjerne.api.problem import Problem, Sikkerhetsnett
from kjerne.api.program import Vakt
from kjerne.api.skjema import MALER
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.lager.driftsfeil import som_ordningsfeil
from kjerne.lager.motor import vaktens_ord

_SKREVET = {"antall": "Antall", "svar": "Svar", "verdi": "Svar", "begrunnelse": "Begrunnelse", "grunn": "Grunn", "belop": "Beløp",
            "referanse": "Referanse", "hentet": "Dag"}  # fmt: skip
DELER = (idag, ordninger, kjoringer, sporsmal, kontroll, bunter, saker, ko, proving, revurdering, krav, rapport, stopp)
PER_ORDNING = ("ko", "kontroll", "krav", "revurdering", "sporsmal")
_STATUS = {1: 422, 2: 422}  # by the exit code that the same fault has at the terminal; the others say no to what is asked: 409


def lag_konsoll(rom: Arbeidsrom, inngang: Inngang) -> FastAPI:
    app = FastAPI(title="Ordning: konsoll", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.konsoll = Konsoll(rom, inngang, Bakgrunn())
    for del_ in DELER:
        app.include_router(del_.ruter)
    for side in PER_ORDNING:
        _forste(app, side)

    @app.get("/statisk/{navn}")
    async def stil(navn: str) -> FileResponse:
        if navn not in STIL:
            raise Problem(404, "http-404", "Siden finnes ikke")
        return FileResponse(MALER / "statisk" / navn, media_type="text/css")

    @app.get("/isalive")
    async def lever() -> Response:
        return Response("lever", media_type="text/plain")

    _feil(app)
    app.add_middleware(Sikkerhetsnett, svar=lambda feil: _uventet(feil).lag(rom, {}, None))
    app.add_middleware(Vakt, bare_lokalt=isinstance(inngang, Starttoken))
    return app


def _forste(app: FastAPI, side: str) -> None:
    """The page without a scheme: that of the first one."""

    @app.get(f"/{side}")
    def forste(b: Besok = lese()) -> Response:
        return RedirectResponse(f"/{side}/{b.forste_ordning()}", 303)


@dataclass(frozen=True)
class Feilside:
    """A fault as a page: what, where, what did not happen, what to do, and what had been typed."""

    status: int
    hva: str
    detalj: str = ""
    feil: Ordningsfeil | None = None
    ikke_gjort: str = ""
    gjor: str = ""
    tilbake: str = ""

    async def svar(self, request: Request) -> Response:
        """With the stop button for who is in."""
        inne = await kjent(request)
        b = await run_in_threadpool(inne.besok, request.url.path) if inne else None
        return await run_in_threadpool(self.lag, request.app.state.konsoll.rom, _skrevet(request), b)

    def lag(self, rom: Arbeidsrom, skrevet: dict[str, str], b: Besok | None) -> Response:
        feil = self.feil
        verdier = {"hva": self.hva, "detalj": self.detalj, "hvor": feil.hvor if feil else "",
                   "flere": feil.feil if isinstance(feil, Samlefeil) and len(feil.feil) > 1 else [],
                   "ikke_gjort": feil.ikke_gjort if feil else self.ikke_gjort, "gjor": feil.gjor_dette if feil else self.gjor,
                   "tilbake": self.tilbake, "skrevet": skrevet, "ramme": "ramme.html" if b else "bar.html",
                   "syntetisk": rom.krev_syntetisk}  # fmt: skip
        return b.side("feil.html", self.status, **verdier) if b else lag_side("feil.html", self.status, verdier)


def _uventet(feil: Exception) -> Feilside:
    """What nobody foresaw; or what somebody can mend at the machine: a full disk, a database that is gone."""
    if drift := som_ordningsfeil(feil):
        return Feilside(503, drift.hva.rstrip("."), ikke_gjort=drift.ikke_gjort, gjor=drift.gjor_dette, tilbake="/")
    return Feilside(500, "Noe gikk galt hos oss", gjor="Meld feilen.", tilbake="/",
                    ikke_gjort="Vi vet ikke om det du gjorde, ble lagret. Se etter før du gjør det på nytt.")  # fmt: skip


def _feil(app: FastAPI) -> None:
    @app.exception_handler(Ordningsfeil)
    async def _nei(request: Request, feil: Ordningsfeil) -> Response:
        return await Feilside(_STATUS.get(feil.kode, 409), feil.hva.rstrip("."), feil=feil, tilbake=_tilbake(request)).svar(request)

    @app.exception_handler(sa.exc.StatementError)
    async def _vakt(request: Request, feil: sa.exc.StatementError) -> Response:
        """A guard of the database has the last word: what the rooms let through, it refuses, and nothing is stored."""
        if isinstance(feil.orig, Ordningsfeil):  # a text that no database may get
            return await _nei(request, feil.orig)
        if not (tekst := vaktens_ord(feil)):
            raise feil
        nei = f"{tekst[:1].upper()}{tekst[1:]}."
        return await Feilside(409, "Databasen sier nei", nei, ikke_gjort=UENDRET, tilbake=_tilbake(request)).svar(request)

    @app.exception_handler(Problem)
    async def _problem(request: Request, feil: Problem) -> Response:
        tilbake = "" if feil.status == 401 else _tilbake(request)
        return await Feilside(feil.status, feil.tittel, feil.detalj, tilbake=tilbake).svar(request)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, feil: HTTPException) -> Response:
        tittel = {404: "Siden finnes ikke", 405: "Dette kan ikke gjøres her"}.get(feil.status_code, "Forespørselen kan ikke brukes")
        return await Feilside(feil.status_code, tittel, UENDRET, tilbake="/").svar(request)

    @app.exception_handler(RequestValidationError)
    async def _parameter(request: Request, __: RequestValidationError) -> Response:
        hvorfor = f"En verdi i den er ikke en av de tillatte. {UENDRET}"
        return await Feilside(422, "Adressen kan ikke brukes", hvorfor, tilbake="/").svar(request)

    @app.exception_handler(IkkeValgt)
    async def _velg(_: Request, __: IkkeValgt) -> Response:
        return RedirectResponse("/bruker", 303)


def _skrevet(request: Request) -> dict[str, str]:
    """What the person has typed, so that it can be copied: a reason may be long."""
    felt = getattr(request.state, "felt", {})
    return {tekst: felt[n] for n, tekst in _SKREVET.items() if felt.get(n, "").strip()}


def _tilbake(request: Request) -> str:
    """The page that the form stood on; the first page when the browser does not say, or says somewhere else."""
    fra = request.headers.get("referer", "")
    if not (her := opphavet(request.app.state.konsoll.inngang.opphav(request))) or opphavet(fra) != her:
        return "/"
    sti = urlsplit(fra).path
    return sti if sti.startswith("/") and not sti.startswith("//") and sti != request.url.path else "/"
