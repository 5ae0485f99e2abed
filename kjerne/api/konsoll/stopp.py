"""The stop button: on every page, for everybody. Two start again."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kjerne.api.konsoll.besok import Besok, gjore, lese
from kjerne.kjoring.stoppknapp import bekreft_start, foresla_start, trykk
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.utbetaling.stopp import ALLE

ruter = APIRouter()


@ruter.get("/stopp")
def side(b: Besok = lese()) -> Response:
    return b.side("stopp.html", kan={h: b.kan(h) for h in ("stopp", "foresla_start", "start")})


@ruter.post("/stopp")
def stopp(b: Besok = gjore("stopp")) -> Response:
    ny = trykk(b.rom, _omfang(b, "Utbetalingene er IKKE stoppet."), b.felt.get("grunn", ""), b.konto)
    tekst = "Utbetalingene er stoppet. Det som er sendt, kan ikke stoppes her: ring banken." if ny else "Utbetalingene var alt stoppet."
    return b.videre("/stopp", tekst, "stopp")


@ruter.post("/start/foresla")
def foresla(b: Besok = gjore("foresla_start")) -> Response:
    foresla_start(b.rom, _omfang(b), b.felt.get("grunn", ""), b.konto)
    return b.videre("/stopp", "Foreslått. Utbetalingene er stoppet til en annen person bekrefter.", "naa")


@ruter.post("/start/bekreft")
def bekreft(b: Besok = gjore("start")) -> Response:
    bekreft_start(b.rom, _omfang(b), b.felt.get("grunn", ""), b.konto)
    return b.videre("/stopp", "Utbetalingene er i gang igjen.")


def _omfang(b: Besok, ikke_gjort: str = "Utbetalingene er stoppet som før.") -> str:
    """The scheme; empty for all. Raises Ordningsfeil for one that nobody has heard of."""
    omfang = b.felt.get("omfang", ALLE)
    if omfang not in (ALLE, *b.ordninger):
        raise Ordningsfeil("Ordningen finnes ikke.", "stoppknappen", "Velg en fra listen, eller alle.", ikke_gjort, kode=2)
    return "" if omfang == ALLE else omfang
