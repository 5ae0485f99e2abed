"""The body of a request: bounded in size and time before anything reads it (foot-guns F4, F17)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.requests import ClientDisconnect

from kjerne.api.problem import Problem
from kjerne.kontrakt import strengjson
from kjerne.kontrakt.strengjson import JsonFeil

MAKS = 256 * 1024  # bytes of one application
MAKS_FIL = 20 * 1024 * 1024
FRIST, FRIST_FIL = 10.0, 120.0  # seconds from the first byte to the last
MAKS_SKJEMAFELT = 500
MAKS_TOMT, TAALMOD = 2 * 1024 * 1024, 2.0  # bytes and seconds that we listen to what is refused for its size


async def les_json(request: Request) -> Any:
    """The JSON value of the body. Raises Problem."""
    _krev_type(request, "application/json")
    raa = await _les(request, MAKS, FRIST)
    try:
        return strengjson.les(raa)
    except JsonFeil as feil:
        hvor = f" (linje {feil.linje}, tegn {feil.kolonne})" if feil.linje else ""
        raise Problem(400, "ugyldig-json", "Innholdet er ikke gyldig JSON", f"Grunn: {feil.grunn}{hvor}.") from None


async def les_skjema(request: Request) -> dict[str, str]:
    """The fields of a form that a browser has sent. Raises Problem."""
    _krev_type(request, "application/x-www-form-urlencoded")
    raa = await _les(request, MAKS, FRIST)
    try:
        par = parse_qsl(raa.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=MAKS_SKJEMAFELT)
    except ValueError:
        raise Problem(400, "ugyldig-skjema", "Skjemaet kan ikke leses") from None
    felt = dict(par)
    if len(felt) != len(par):
        raise Problem(400, "ugyldig-skjema", "Skjemaet kan ikke leses", "Et felt er sendt to ganger.")
    return felt


async def les_til_fil(request: Request, sti: Path) -> None:
    """Writes the body to disk as it comes, in constant memory. Raises Problem."""
    with sti.open("wb") as fil:
        async for bit in strom(request, MAKS_FIL, FRIST_FIL):
            fil.write(bit)


async def _les(request: Request, maks: int, frist: float) -> bytes:
    return b"".join([bit async for bit in strom(request, maks, frist)])


async def strom(request: Request, maks: int, frist: float) -> AsyncIterator[bytes]:
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Problem(415, "komprimert", "Innholdet kan ikke være komprimert")
    oppgitt = request.headers.get("content-length", "0")
    if not (oppgitt.isascii() and oppgitt.isdigit()) or int(oppgitt[:15]) > maks:
        await _tom(request)
        raise _for_stor(maks)
    lest = 0
    try:
        async with asyncio.timeout(frist):
            async for bit in request.stream():
                lest += len(bit)
                if lest > maks:
                    raise _for_stor(maks)
                yield bit
    except TimeoutError:
        raise Problem(408, "for-sent", "Innholdet kom ikke fram i tide", hoder={"Connection": "close"}) from None
    except ClientDisconnect:
        raise Problem(400, "avbrutt", "Forbindelsen ble brutt før alt var kommet") from None


async def _tom(request: Request) -> None:
    """Lets a body that is somewhat too large come to its end: a sender who is still writing when we hang up never sees why."""
    lest = 0
    with contextlib.suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(TAALMOD):
            async for bit in request.stream():
                if (lest := lest + len(bit)) > MAKS_TOMT:
                    return


def _for_stor(maks: int) -> Problem:
    stor = f"{maks // 2**20} MiB" if maks >= 2**20 else f"{maks // 2**10} KiB"
    return Problem(413, "for-stor", "Innholdet er for stort", f"Det kan være høyst {stor}.", hoder={"Connection": "close"})


def _krev_type(request: Request, type_: str) -> None:
    hode = request.headers.get("content-type", "")
    hva, _, resten = hode.partition(";")
    tegnsett = resten.strip().lower().replace('"', "")
    if hva.strip().lower() != type_ or tegnsett not in ("", "charset=utf-8"):
        raise Problem(415, "feil-type", "Innholdet har feil type", f"Send {type_} i UTF-8.")
