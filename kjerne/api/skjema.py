"""A form for each scheme, made from its manifest. Works without JavaScript, by keyboard, and is sent once however often it is sent."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import jinja2
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from kjerne.api.kropp import les_skjema
from kjerne.api.problem import Problem
from kjerne.api.skjemafelt import felter, grunntekst
from kjerne.api.skjematekst import MAALFORM, TEKST
from kjerne.api.soknad import NOKKEL, ta_imot
from kjerne.api.sted import Sted, sted
from kjerne.api.tilgang import KAPSEL, Bruker, Lokal, krev
from kjerne.drift.klokke import OSLO
from kjerne.kjoring.innsending import kvittering_for
from kjerne.mottak import Soknadsavvik, Soknadsform
from kjerne.mottak.form import Avvik

_KJERNE = Path(__file__).parents[1]
MALER = next((m for m in (_KJERNE / "templates",) if m.is_dir()), _KJERNE.parent / "templates")  # wheel, or source tree
_miljo = jinja2.Environment(loader=jinja2.FileSystemLoader(MALER / "skjema"), autoescape=True, undefined=jinja2.StrictUndefined,
                            trim_blocks=True, lstrip_blocks=True)  # fmt: skip
Maalform = Literal["nb", "nn"]
MELDING = {"nokkel-brukt": "nokkel_brukt", "prov-igjen": "prov_igjen"}  # what is said in the form, with the answers kept
STIL = ("ordning.css", "skjema.css")
HODER = {"Cache-Control": "no-store"}  # answers about a person stay in no cache


def ruter(former: dict[str, Soknadsform]) -> APIRouter:
    ruter = APIRouter(include_in_schema=False)

    @ruter.get("/")
    async def forside(request: Request, malform: Maalform = "nb") -> HTMLResponse:
        her = sted(request)
        valg = [(f.manifest.id, _navn(f, malform)) for f in former.values() if not _stengt(her, f)]
        return _side("forside.html", malform, her, ordninger=valg)

    @ruter.get("/statisk/{navn}")
    async def stil(navn: str) -> FileResponse:
        if navn not in STIL:
            raise Problem(404, "http-404", "Siden finnes ikke")
        return FileResponse(MALER / "statisk" / navn, media_type="text/css", headers={"Cache-Control": "max-age=300"})

    @ruter.get("/skjema/{ordning}")
    async def tomt(request: Request, ordning: str, malform: Maalform = "nb", bruker: Bruker = krev("soker")) -> HTMLResponse:
        return _skjema(sted(request), _form(former, ordning), bruker, malform, {"nokkel": str(uuid.uuid4())})

    @ruter.post("/skjema/{ordning}")
    async def send(request: Request, ordning: str, bruker: Bruker = krev("soker")) -> Response:
        _krev_egen_side(request)
        return await _send(sted(request), _form(former, ordning), bruker, await les_skjema(request))

    @ruter.get("/kvittering/{sak_id}")
    async def kvittering(request: Request, sak_id: str, malform: Maalform = "nb", bruker: Bruker = krev("soker")) -> HTMLResponse:
        her = sted(request)
        funnet = await asyncio.to_thread(kvittering_for, her.rom, sak_id, bruker.id)
        if funnet is None or funnet[0] not in former:
            raise Problem(404, "ukjent-sak", "Saken finnes ikke")
        form, tid = former[funnet[0]], funnet[1].astimezone(OSLO)
        return _side("kvittering.html", malform, her, form, sak_id=sak_id, tid=tid)

    @ruter.get("/start")
    async def start(request: Request, token: str = "") -> Response:
        innlogging = request.app.state.innlogging
        okt = innlogging.aapne(token) if isinstance(innlogging, Lokal) else None
        if okt is None:
            raise Problem(401, "brukt-token", "Starttokenet gjelder ikke", "Det virker én gang. Start tjenesten på nytt for å få et nytt.")
        svar = RedirectResponse("/", 303)
        svar.set_cookie(KAPSEL, okt, httponly=True, samesite="strict", path="/")
        return svar

    return ruter


def _form(former: dict[str, Soknadsform], ordning: str) -> Soknadsform:
    if ordning not in former:
        raise Problem(404, "ukjent-ordning", "Ordningen finnes ikke")
    return former[ordning]


def _krev_egen_side(request: Request) -> None:
    """A form on somebody else's page may not post here with our user's session."""
    fra = request.headers.get("origin")
    if fra is not None and urlsplit(fra).netloc != request.headers.get("host"):
        raise Problem(403, "fremmed-side", "Skjemaet må sendes fra vår egen side")


async def _send(her: Sted, form: Soknadsform, bruker: Bruker, felt: dict[str, str]) -> Response:
    m: Maalform = "nn" if felt.get(MAALFORM) == "nn" else "nb"
    nokkel = felt.pop("nokkel", "")
    if not NOKKEL.fullmatch(nokkel):
        raise Problem(400, "ugyldig-skjema", "Skjemaet kan ikke leses", "Åpne skjemaet på nytt.")
    svar = {n: v for n, v in felt.items() if v.strip()}
    try:
        kvittering = await ta_imot(her, form, bruker, nokkel, dict(svar))
    except Soknadsavvik as feil:
        return _skjema(her, form, bruker, m, svar | {"nokkel": nokkel}, feil.avvik, status=422)
    except Problem as feil:
        if feil.slag not in MELDING:
            raise
        melding = TEKST[m][MELDING[feil.slag]]
        return _skjema(her, form, bruker, m, svar | {"nokkel": nokkel}, melding=melding, status=feil.status)
    return RedirectResponse(f"/kvittering/{kvittering.sak_id}?malform={m}", 303)


def _skjema(
    her: Sted, form: Soknadsform, bruker: Bruker, m: Maalform, svar: dict[str, str], avvik: list[Avvik] | None = None, melding: str = "",
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    feltene = felter(form, m, svar, avvik or [], med_ident=bruker.ident is None)
    kjente = {f.navn for f in feltene}
    andre = [f"{a.felt} {grunntekst(a.grunn, m)}" for a in avvik or [] if a.felt not in kjente]  # what no field of the page can mend
    return _side("skjema.html", m, her, form, status, felter=feltene, nokkel=svar["nokkel"], melding=melding, andre=andre,
                 stengt=_stengt(her, form), feil=[f for f in feltene if f.feil])  # fmt: skip


def _stengt(her: Sted, form: Soknadsform) -> bool:
    try:
        her.krev_aapen(form)
    except Problem:
        return True
    return False


def _navn(form: Soknadsform, m: Maalform) -> str:
    return form.manifest.navn.nb if m == "nb" else form.manifest.navn.nn


def _side(mal: str, m: Maalform, her: Sted, form: Soknadsform | None = None, status: int = 200, **verdier: Any) -> HTMLResponse:
    felles: dict[str, Any] = {"t": TEKST[m], "m": m, "annen": "nn" if m == "nb" else "nb", "syntetisk": her.rom.krev_syntetisk}
    if form is not None:
        f = form.manifest
        forskrift = f.forskrift.nb if m == "nb" else f.forskrift.nn
        felles |= {"ordning": f.id, "navn": _navn(form, m), "opphevet": f.opphevet, "forskrift": forskrift}
    return HTMLResponse(_miljo.get_template(mal).render(felles | verdier), status, HODER)
