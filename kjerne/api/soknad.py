"""The routes for machines: an application, a file of them, and where a case stands. One route per scheme, so that each has its schema."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from kjerne.api.beskrivelse import FILSVAR, FILTYPER, KVITTERING, STATUS, filkropp, kropp, nokkelparameter, svar
from kjerne.api.kropp import les_json, les_til_fil
from kjerne.api.problem import Problem, av_ordningsfeil
from kjerne.api.sted import Sted, sted
from kjerne.api.tilgang import Bruker, krev
from kjerne.kjoring.innsending import Innsending, Kvittering, status_for, ta_imot_fil
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.mottak import Soknadsavvik, Soknadsform
from kjerne.mottak.form import Avvik

NOKKEL = re.compile(r'"?([A-Za-z0-9._:-]{8,100})"?', re.ASCII)


def nokkel_i(request: Request) -> str:
    """The Idempotency-Key. Raises Problem."""
    hoder = request.headers.getlist("idempotency-key")
    treff = NOKKEL.fullmatch(hoder[0]) if len(hoder) == 1 else None
    if treff is None:
        raise Problem(400, "nokkel-mangler", "Idempotency-Key mangler eller har feil form",
                      "Send ett slikt hode per søknad, for eksempel en UUID, og bruk det samme hvis du må sende på nytt.")
    return treff[1]


async def ta_imot(her: Sted, form: Soknadsform, bruker: Bruker, nokkel: str, svar: Any) -> Kvittering:
    """Reads and stores one application. Returns when it is committed. Raises Soknadsavvik and Problem."""
    her.krev_aapen(form)
    soknad = form.les(_med_ident(svar, bruker))
    kvittering = await her.skriver.lagre(Innsending(form, bruker.id, nokkel, soknad))
    her.maling.soknader.labels(form.manifest.id, "nøkkel brukt" if kvittering.ny_bruk else "tatt imot").inc()
    if kvittering.ny_bruk:
        raise brukt_nokkel()
    return kvittering


def _med_ident(svar: Any, bruker: Bruker) -> Any:
    """For an applicant the login says who it is; a body that says another is refused."""
    if bruker.ident is None or type(svar) is not dict:
        return svar
    if svar.setdefault("fodselsnummer", bruker.ident) != bruker.ident:
        raise Soknadsavvik([Avvik("fodselsnummer", "er ikke den som er logget inn")])
    return svar


def brukt_nokkel() -> Problem:
    return Problem(422, "nokkel-brukt", "Nøkkelen er brukt til noe annet", "Samme Idempotency-Key er sendt med et annet innhold før. "
                   "Ingenting er lagret nå. Bruk en ny nøkkel for en ny søknad.")  # fmt: skip


def ruter(former: dict[str, Soknadsform]) -> APIRouter:
    ruter = APIRouter()
    for form in former.values():
        _ruter_for(ruter, form)

    @ruter.post("/soknad/{ordning}", include_in_schema=False)
    @ruter.post("/soknad/{ordning}/fil", include_in_schema=False)
    async def ukjent(ordning: str) -> Response:
        raise Problem(404, "ukjent-ordning", "Ordningen finnes ikke", f"Disse finnes: {', '.join(former) or 'ingen'}.")

    @ruter.get("/status/{sak_id}", summary="Hvor en sak står", tags=["status"], response_model=None,
                responses=svar(200, "Hvor den står", STATUS, 401, 403, 404, 503))  # fmt: skip
    async def status(request: Request, sak_id: str, bruker: Bruker = krev("soker", "system", "saksbehandler", "operator")) -> dict:
        """Uten personopplysninger. En søker ser bare sine egne, et system bare det som det har sendt."""
        sak = await asyncio.to_thread(status_for, sted(request).rom, _uuid(sak_id))
        if sak is None or not _faar_se(bruker, sak):
            raise Problem(404, "ukjent-sak", "Saken finnes ikke")
        return {"sak_id": sak.sak_id, "ordning": sak.ordning, "mottatt_dato": sak.mottatt_dato.isoformat(), "status": sak.status}

    return ruter


def _faar_se(bruker: Bruker, sak: Any) -> bool:
    if bruker.har("saksbehandler", "operator"):
        return True
    return sak.ident == bruker.ident if bruker.ident is not None else bruker.id in sak.klienter


def _uuid(tekst: str) -> str:
    try:
        return str(UUID(tekst)) if len(tekst) == 36 else ""
    except ValueError:
        return ""


def _ruter_for(ruter: APIRouter, form: Soknadsform) -> None:
    ordning, navn = form.manifest.id, form.manifest.navn.nb

    @ruter.post(f"/soknad/{ordning}", summary=navn, tags=[ordning], status_code=201, operation_id=f"soknad_{ordning}",
                openapi_extra=kropp({"application/json": {"schema": form.skjema()}}) | nokkelparameter(), response_model=None,
                responses=svar(201, "Lagret", KVITTERING, 400, 401, 403, 408, 409, 410, 413, 415, 422, 503))  # fmt: skip
    async def en(request: Request, bruker: Bruker = krev("soker", "system")) -> JSONResponse:
        """Svarer 201 når søknaden er lagret. Samme nøkkel og samme innhold gir samme svar, og én søknad."""
        nokkel = nokkel_i(request)
        try:
            kvittering = await ta_imot(sted(request), form, bruker, nokkel, await les_json(request))
        except Soknadsavvik as feil:
            hva = ("Søknaden kan ikke tas imot", "Se feltene under. Ingenting er lagret.")
            raise Problem(422, "ugyldig-soknad", *hva, feil.avvik) from None
        adresse = f"/status/{kvittering.sak_id}"
        ut = {"sak_id": kvittering.sak_id, "ordning": ordning, "mottatt": kvittering.mottatt.isoformat(), "status": adresse}
        return JSONResponse(ut, 201, {"Location": adresse})

    @ruter.post(f"/soknad/{ordning}/fil", summary=f"{navn}: mange søknader i en fil", tags=[ordning], operation_id=f"fil_{ordning}",
                openapi_extra=filkropp() | nokkelparameter(), response_model=None,
                responses=svar(200, "Hver linje er gjort rede for", FILSVAR, 400, 401, 403, 408, 409, 410, 413, 415, 422, 503))  # fmt: skip
    async def fil(request: Request, bruker: Bruker = krev("system", "operator")) -> dict:
        """CSV, JSON Lines, JSON eller Parquet, med søknads-id og mottatt dato i hver linje. Svaret nevner hver linje."""
        return await _fil(request, form, bruker, nokkel_i(request))


async def _fil(request: Request, form: Soknadsform, bruker: Bruker, nokkel: str) -> dict:
    her = sted(request)
    her.krev_aapen(form)
    type_ = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if type_ not in FILTYPER:
        raise Problem(415, "feil-type", "Filen har feil type", f"Send en av disse: {', '.join(FILTYPER)}.")
    with tempfile.TemporaryDirectory(prefix=".innsendt-", dir=her.rom.data) as mappe:
        sti = Path(mappe) / f"soknader{FILTYPER[type_]}"
        await les_til_fil(request, sti)
        try:
            kom = await asyncio.to_thread(ta_imot_fil, her.rom, form, bruker.id, nokkel, sti, sti.name)
        except Ordningsfeil as feil:
            raise av_ordningsfeil(feil) from None
    if kom.ny_bruk:
        raise brukt_nokkel()
    her.maling.soknader.labels(form.manifest.id, "fra fil").inc(len(kom.saker))
    linjer = [{"linje": n, "sak_id": s} for n, s in kom.saker] + [{"linje": n, "grunn": g} for n, g in kom.karantene]
    return {"ordning": form.manifest.id, "linjer_inn": kom.linjer_inn, "tatt_imot": len(kom.saker), "karantene": len(kom.karantene),
            "linjer": sorted(linjer, key=lambda x: x["linje"])}  # fmt: skip
