"""The application of the console: its pages, the guards around them, and every fault as a page in Norwegian."""

from __future__ import annotations

from urllib.parse import urlsplit

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, RedirectResponse
from starlette.exceptions import HTTPException

from kjerne.api.konsoll import bunter, idag, kjoringer, ko, kontroll, krav, ordninger, rapport, revurdering, saker, sporsmal, stopp
from kjerne.api.konsoll.bakgrunn import Bakgrunn
from kjerne.api.konsoll.besok import Besok, IkkeValgt, Konsoll, kjent, lese
from kjerne.api.konsoll.okt import UENDRET, Inngang
from kjerne.api.konsoll.side import STIL, lag_side
from kjerne.api.problem import Problem, Sikkerhetsnett
from kjerne.api.program import Vakt
from kjerne.api.skjema import MALER
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.lager.motor import vaktens_ord

_SKREVET = {"antall": "Antall", "svar": "Svar", "verdi": "Svar", "begrunnelse": "Begrunnelse", "grunn": "Grunn", "belop": "Beløp",
            "referanse": "Referanse"}  # fmt: skip
DELER = (idag, ordninger, kjoringer, sporsmal, kontroll, bunter, saker, ko, revurdering, krav, rapport, stopp)
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
    app.add_middleware(Sikkerhetsnett, svar=lambda: feilside(None, 500, "Noe gikk galt hos oss", ikke_gjort=(
        "Vi vet ikke om det du gjorde, ble lagret. Se etter før du gjør det på nytt."), gjor="Meld feilen.", tilbake="/"))  # fmt: skip
    app.add_middleware(Vakt, bare_lokalt=True)
    return app


def _forste(app: FastAPI, side: str) -> None:
    """The page without a scheme: that of the first one."""

    @app.get(f"/{side}")
    def forste(b: Besok = lese()) -> Response:
        return RedirectResponse(f"/{side}/{b.forste_ordning()}", 303)


def feilside(
    request: Request | None, status: int, hva: str, detalj: str = "", feil: Ordningsfeil | None = None, ikke_gjort: str = "",
    gjor: str = "", tilbake: str = "",
) -> Response:  # fmt: skip
    """A fault as a page: what, where, what did not happen, what to do, and what had been typed. With the stop button for who is in."""
    flere = feil.feil if isinstance(feil, Samlefeil) and len(feil.feil) > 1 else []
    b = kjent(request) if request else None
    verdier = {"hva": hva, "detalj": detalj, "hvor": feil.hvor if feil else "", "flere": flere, "tilbake": tilbake,
               "ikke_gjort": feil.ikke_gjort if feil else ikke_gjort, "gjor": feil.gjor_dette if feil else gjor,
               "skrevet": _skrevet(request) if request else {}, "ramme": "ramme.html" if b else "bar.html", "syntetisk": True}  # fmt: skip
    return b.side("feil.html", status, **verdier) if b else lag_side("feil.html", status, verdier)


def _feil(app: FastAPI) -> None:
    @app.exception_handler(Ordningsfeil)
    def _nei(request: Request, feil: Ordningsfeil) -> Response:
        return feilside(request, _STATUS.get(feil.kode, 409), feil.hva.rstrip("."), feil=feil, tilbake=_tilbake(request))

    @app.exception_handler(sa.exc.StatementError)
    def _vakt(request: Request, feil: sa.exc.StatementError) -> Response:
        """A guard of the database has the last word: what the rooms let through, it refuses, and nothing is stored."""
        if isinstance(feil.orig, Ordningsfeil):  # a text that no database may get
            return _nei(request, feil.orig)
        if not (tekst := vaktens_ord(feil)):
            raise feil
        nei = f"{tekst[:1].upper()}{tekst[1:]}."
        return feilside(request, 409, "Databasen sier nei", nei, ikke_gjort=UENDRET, tilbake=_tilbake(request))

    @app.exception_handler(Problem)
    def _problem(request: Request, feil: Problem) -> Response:
        return feilside(request, feil.status, feil.tittel, feil.detalj, tilbake="" if feil.status == 401 else _tilbake(request))

    @app.exception_handler(HTTPException)
    def _http(request: Request, feil: HTTPException) -> Response:
        tittel = {404: "Siden finnes ikke", 405: "Dette kan ikke gjøres her"}.get(feil.status_code, "Forespørselen kan ikke brukes")
        return feilside(request, feil.status_code, tittel, UENDRET, tilbake="/")

    @app.exception_handler(RequestValidationError)
    def _parameter(request: Request, __: RequestValidationError) -> Response:
        return feilside(request, 422, "Adressen kan ikke brukes", f"En verdi i den er ikke en av de tillatte. {UENDRET}", tilbake="/")

    @app.exception_handler(IkkeValgt)
    async def _velg(_: Request, __: IkkeValgt) -> Response:
        return RedirectResponse("/bruker", 303)


def _skrevet(request: Request) -> dict[str, str]:
    """What the person has typed, so that it can be copied: a reason may be long."""
    felt = getattr(request.state, "felt", {})
    return {tekst: felt[n] for n, tekst in _SKREVET.items() if felt.get(n, "").strip()}


def _tilbake(request: Request) -> str:
    """The page that the form stood on; the first page when the browser does not say, or says somewhere else."""
    fra = urlsplit(request.headers.get("referer", ""))
    samme = fra.netloc == request.headers.get("host") and fra.path != request.url.path
    return fra.path if samme else "/"
