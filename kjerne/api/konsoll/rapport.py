"""The daily report: the page that a leader reads, made now."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kjerne.api.konsoll.besok import Besok, lese
from kjerne.api.konsoll.saker import MED_RAMME, som_sendt
from kjerne.kjoring.dagsrapport import lag_rapport
from kjerne.kjoring.helt import tall_for
from kjerne.regelmotor.oppdagelse import finn

ruter = APIRouter()


@ruter.get("/rapport")
def liste(b: Besok = lese()) -> Response:
    rader = [t for v in b.verkene.values() if (t := tall_for(b.rom, v))["mottatt"]]
    return b.side("rapporter.html", rader=rader)


@ruter.get("/rapport/{ordning}")
def en(ordning: str, apen: str = "nei", b: Besok = lese()) -> Response:
    """The report where the stop button is: in a frame."""
    apen = "ja" if apen == "ja" else "nei"
    return b.side("rapport.html", ordning=ordning, navn=finn(ordning).manifest.navn.nb, apen=apen, hoder=MED_RAMME)


@ruter.get("/rapport/{ordning}/side")
def side(ordning: str, apen: str = "nei", b: Besok = lese()) -> Response:
    sti, _ = lag_rapport(b.rom, finn(ordning), aapen=apen == "ja")
    return som_sendt(sti.read_text("utf-8"))
