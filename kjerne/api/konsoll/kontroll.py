"""What the controls before payment have stopped, and what people decide about it. A control never refuses anybody."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kjerne.api.konsoll.besok import Besok, gjore, lese
from kjerne.api.konsoll.side import sider
from kjerne.drift.tall import antall
from kjerne.kjoring.kontrollsteg import avgjor, funn_som_venter
from kjerne.kjoring.visning import saker_bak
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontroll.katalog import katalog
from kjerne.regelmotor.oppdagelse import finn

ruter = APIRouter()


@ruter.get("/kontroll/{ordning}")
def liste(ordning: str, side: int = 1, b: Besok = lese("se_liste")) -> Response:
    finn(ordning)
    ramme = funn_som_venter(b.rom, ordning)
    utsnitt = sider(list(ramme.astype(object).where(ramme.notna(), None).itertuples()), side)
    saker = saker_bak(b.rom, [r.linje_id for r in utsnitt.rader if r.linje_id])
    b.noter(ordning, list(saker.values()), "kontroll", "se_liste")
    per = {n: [r for r in utsnitt.rader if r.kontroll == n] for n in dict.fromkeys(r.kontroll for r in utsnitt.rader)}
    return b.side("kontroll.html", ordning=ordning, utsnitt=utsnitt, per=per, saker=saker, katalog=katalog(),
                  kan={h: b.kan(h) for h in ("slipp", "hold", "se_sak")})  # fmt: skip


@ruter.post("/kontroll/{ordning}")
def beslutt(ordning: str, b: Besok = gjore()) -> Response:
    beslutning = b.felt.get("beslutning", "")
    if beslutning not in ("slipp", "hold"):
        raise Ordningsfeil("Du har ikke valgt å slippe eller holde.", ordning, "Bruk en av knappene.", "Ingen funn er avgjort.", kode=2)
    b.krev(beslutning)
    if not (valgte := b.valgte("funn.")):
        raise Ordningsfeil("Du har ikke valgt noe funn.", ordning, "Kryss av funnene først.", "Ingen funn er avgjort.", kode=2)
    svar = avgjor(b.rom, ordning, valgte, beslutning, b.felt.get("grunn", ""), b.konto)
    hva = "sluppet. Linjene kommer med i neste bunt" if beslutning == "slipp" else "holdt tilbake"
    return b.videre(f"/kontroll/{ordning}", f"{antall(len(svar.funn))} funn er {hva}.")
