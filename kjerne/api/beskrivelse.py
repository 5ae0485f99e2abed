"""What the OpenAPI says beside the routes: bodies, answers, refusals and the key, in Norwegian."""

from __future__ import annotations

from typing import Any

from kjerne.api.problem import MEDIATYPE

FILTYPER = {"text/csv": ".csv", "application/x-ndjson": ".jsonl", "application/json": ".json",
            "application/vnd.apache.parquet": ".parquet"}  # fmt: skip
_UUID = {"type": "string", "format": "uuid", "examples": ["6f1b2c1e-2a51-5b7e-9a5e-5d0f0c6f7a11"]}
_GRUNN = {400: "Kan ikke leses, eller nøkkelen mangler", 401: "Ikke innlogget", 403: "Mangler rolle", 404: "Finnes ikke", 408: "For sent",
          409: "Ordningen er ikke åpnet", 410: "Ordningen er lukket", 413: "For stort", 415: "Feil type",
          422: "Et felt er galt, se errors; eller nøkkelen er brukt til noe annet", 503: "Prøv igjen med samme nøkkel"}  # fmt: skip


def _objekt(**felt: Any) -> dict:
    """An object; a name that ends in _ may be left out."""
    krevd = [n for n in felt if not n.endswith("_")]
    return {"type": "object", "required": krevd, "properties": {n.rstrip("_"): s for n, s in felt.items()}, "additionalProperties": False}


def _tekst(hva: str, *eksempler: str, **mer: Any) -> dict:
    return {"type": "string", "description": hva} | ({"examples": list(eksempler)} if eksempler else {}) | mer


PROBLEM = _objekt(
    type=_tekst("Stabil kode et program kan handle på", "urn:ordning:problem:ugyldig-soknad"),
    title=_tekst("Hva som er galt", "Søknaden kan ikke tas imot"), status={"type": "integer", "examples": [422]},
    detail_=_tekst("Hva som ikke skjedde, og hva du kan gjøre", "Se feltene under. Ingenting er lagret."),
    errors_={"type": "array", "items": _objekt(
        pointer=_tekst("Feltet som JSON Pointer", "#/grad"), field=_tekst("Feltets navn", "grad"),
        detail=_tekst("Hvorfor, uten svaret du ga", "er utenfor det som er mulig"))},
)  # fmt: skip
KVITTERING = _objekt(
    sak_id=_UUID, ordning=_tekst("Ordningens id"), mottatt=_tekst("Når den ble lagret", format="date-time"),
    status=_tekst("Adressen der du ser hvor saken står", "/status/6f1b2c1e-2a51-5b7e-9a5e-5d0f0c6f7a11"),
)  # fmt: skip
STATUS = _objekt(
    sak_id=_UUID, ordning=_tekst("Ordningens id"), mottatt_dato=_tekst("Dagen søknaden kom", format="date"),
    status={"type": "string", "enum": ["mottatt", "under behandling", "venter på svar", "avgjort"]},
)  # fmt: skip
FILSVAR = _objekt(
    ordning=_tekst("Ordningens id"), linjer_inn={"type": "integer"}, tatt_imot={"type": "integer"}, karantene={"type": "integer"},
    linjer={"type": "array", "description": "Én for hver linje: sak_id når den er tatt imot, ellers grunn", "items": _objekt(
        linje={"type": "integer", "minimum": 1}, sak_id_=_UUID, grunn_=_tekst("Hvorfor linjen er i karantene"))},
)  # fmt: skip


def kropp(innhold: dict) -> dict:
    return {"requestBody": {"required": True, "content": innhold}}


def filkropp() -> dict:
    return kropp({t: {"schema": {"type": "string", "format": "binary"}} for t in FILTYPER})


def nokkelparameter() -> dict:
    form = {"type": "string", "minLength": 8, "maxLength": 100, "pattern": "^[A-Za-z0-9._:-]{8,100}$"}
    return {"parameters": [{"name": "Idempotency-Key", "in": "header", "required": True, "example": "0b9f6c1e-52c1-4d9a-9d53-3f6f0f2f7d11",
                            "schema": form, "description": "Velges av deg, én for hver søknad. Bruk den samme når du sender på nytt."}]}


def svar(kode: int, hva: str, form: dict, *feil: int) -> dict[int | str, dict]:
    """The good answer, and those refusals that a caller can meet."""
    bra = {kode: {"description": hva, "content": {"application/json": {"schema": form}}}}
    return bra | {k: {"description": _GRUNN[k], "content": {MEDIATYPE: {"schema": PROBLEM}}} for k in feil}


SIKKERHET = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
             "description": "Token fra ID-porten (innbygger), Maskinporten (system) eller egen innlogging (ansatt)"}  # fmt: skip


def fullfor(openapi: dict) -> dict:
    """The document of FastAPI, with how one logs in, and without the form of a validation error that is never sent from here."""
    for sti in openapi["paths"].values():
        for operasjon in sti.values():
            operasjon["responses"] = {k: s for k, s in operasjon["responses"].items() if "HTTPValidationError" not in str(s)}
    openapi["components"] = {"securitySchemes": {"token": SIKKERHET}}
    return openapi | {"security": [{"token": []}]}
