"""The schemes: how far each has come, what is still owed, and what it is made of."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kjerne.api.konsoll.besok import Besok, lese
from kjerne.kjoring.helt import tall_for
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.modenhet import BETYR, TRINN
from kjerne.regelmotor.modenhet import Stilling, stilling
from kjerne.regelmotor.oppdagelse import finn, oppdag
from kjerne.regelmotor.regelverk import Regelverk

ruter = APIRouter()


@ruter.get("/ordninger")
def liste(b: Besok = lese()) -> Response:
    verk, ute = oppdag()
    rader = [{"verk": v, "s": _stilling(v)[0], "mottatt": tall_for(b.rom, v)["mottatt"]} for v in verk.values()]
    return b.side("ordninger.html", rader=rader, ute=ute, trinn=TRINN, betyr=BETYR)


def _stilling(verk: Regelverk) -> tuple[Stilling | None, str]:
    """Where it stands; None and why when its modenhet.toml cannot be read."""
    try:
        return stilling(verk), ""
    except Ordningsfeil as feil:
        return None, f"{feil.hva} {feil.gjor_dette}"


@ruter.get("/ordning/{ordning}")
def en(ordning: str, b: Besok = lese()) -> Response:
    verk = finn(ordning)
    s, hvorfor = _stilling(verk)
    per_trinn = {t: [x for x in s.ledd if x.krav.trinn == t] for t in TRINN[1:]} if s else {}
    return b.side("ordning.html", verk=verk, m=verk.manifest, s=s, hvorfor=hvorfor, per_trinn=per_trinn, trinn=TRINN, betyr=BETYR,
                  tall=tall_for(b.rom, verk), regler=list(verk.regler.values()))  # fmt: skip
