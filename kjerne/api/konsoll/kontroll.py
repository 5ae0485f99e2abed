"""What the controls before payment have stopped, and what people decide about it. A control never refuses anybody."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kjerne.api.konsoll.besok import Besok, gjore, lese
from kjerne.api.konsoll.side import Utsnitt, radene, sider_av
from kjerne.drift.tall import antall
from kjerne.kjoring.kontrollsteg import IKKE_GJORT, avgjor, avgjor_alle, funnside, med_flere, tell_funn, uavgjorte
from kjerne.kjoring.visning import saker_bak
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontroll.funn import Beslutning, Venter, Ventetall
from kjerne.kontroll.katalog import katalog
from kjerne.regelmotor.oppdagelse import finn

ruter = APIRouter()
HANDLINGER = ("slipp", "hold")


@ruter.get("/kontroll/{ordning}")
def liste(ordning: str, side: int = 1, b: Besok = lese("se_liste")) -> Response:
    finn(ordning)
    alle = {nr: tall.antall for nr, tall in tell_funn(b.rom, ordning, Venter()).items()}
    utsnitt, saker = _side(b, ordning, Venter(), sum(alle.values()), side)
    per = {n: [r for r in utsnitt.rader if r.kontroll == n] for n in dict.fromkeys(r.kontroll for r in utsnitt.rader)}
    return b.side("kontroll.html", ordning=ordning, utsnitt=utsnitt, per=per, alle=alle, saker=saker, katalog=katalog(),
                  kan={h: b.kan(h) for h in (*HANDLINGER, "se_sak")})  # fmt: skip


def _side(b: Besok, ordning: str, hvilke: Venter, i_alt: int, side: int) -> tuple[Utsnitt, dict[str, str]]:
    """A page of the findings that wait, and the cases behind them: who saw them is written down."""
    utsnitt = sider_av(i_alt, side, lambda antall_, fra: radene(funnside(b.rom, ordning, hvilke, antall_, fra)))
    saker = saker_bak(b.rom, [r.linje_id for r in utsnitt.rader if r.linje_id])
    b.noter(ordning, list(saker.values()), "kontroll", "se_liste")
    return utsnitt, saker


@ruter.get("/kontroll/{ordning}/{kontroll}")
@ruter.get("/kontroll/{ordning}/{kontroll}/{gruppe}")
def av_en_kontroll(ordning: str, kontroll: str, gruppe: str = "", side: int = 1, b: Besok = lese("se_liste")) -> Response:
    """All that one control has stopped, or what it has stopped for one cause, to be decided in one act."""
    finn(ordning)
    if (k := katalog().get(kontroll)) is None:
        raise Ordningsfeil("Kontrollen finnes ikke.", f"kontroll {kontroll[:20]}", "Se listen over funn.", "Ingenting er vist.", kode=2)
    hvilke = Venter(kontroll, gruppe)
    tall = tell_funn(b.rom, ordning, hvilke).get(kontroll, Ventetall())
    utsnitt, saker = _side(b, ordning, hvilke, tall.antall, side)
    flere = med_flere(b.rom, ordning, hvilke, [r.gruppe for r in utsnitt.rader]) if tall.aarsaker > 1 else set()
    apne, sett = uavgjorte(b.rom, ordning, hvilke)
    return b.side("enkontroll.html", ordning=ordning, k=k, gruppe=gruppe, utsnitt=utsnitt, saker=saker, tall=tall, flere=flere,
                  sted=_sted(ordning, kontroll, gruppe), apne=apne, sett=sett,
                  kan={h: b.kan(h) for h in (*HANDLINGER, "se_sak")})  # fmt: skip


def _sted(ordning: str, kontroll: str, gruppe: str) -> str:
    return f"/kontroll/{ordning}/{kontroll}" + (f"/{gruppe}" if gruppe else "")


@ruter.post("/kontroll/{ordning}")
def beslutt(ordning: str, b: Besok = gjore()) -> Response:
    beslutning = _beslutning(b, ordning)
    if not (valgte := b.valgte("funn.")):
        raise Ordningsfeil("Du har ikke valgt noe funn.", ordning, "Kryss av funnene først.", IKKE_GJORT, kode=2)
    return _avgjort(b, ordning, avgjor(b.rom, ordning, valgte, beslutning, b.felt.get("grunn", ""), b.konto))


@ruter.post("/kontroll/{ordning}/{kontroll}")
@ruter.post("/kontroll/{ordning}/{kontroll}/{gruppe}")
def beslutt_alle(ordning: str, kontroll: str, gruppe: str = "", b: Besok = gjore()) -> Response:
    beslutning, grunn = _beslutning(b, ordning), b.felt.get("grunn", "")
    antall_, sett = b.tall("antall", IKKE_GJORT), b.felt.get("sett", "")
    return _avgjort(b, ordning, avgjor_alle(b.rom, ordning, Venter(kontroll, gruppe), antall_, sett, beslutning, grunn, b.konto))


def _beslutning(b: Besok, ordning: str) -> str:
    """What she has chosen, and may. Raises Ordningsfeil or Problem."""
    beslutning = b.felt.get("beslutning", "")
    if beslutning not in HANDLINGER:
        raise Ordningsfeil("Du har ikke valgt å slippe eller holde.", ordning, "Bruk en av knappene.", IKKE_GJORT, kode=2)
    b.krev(beslutning)
    return beslutning


def _avgjort(b: Besok, ordning: str, svar: Beslutning) -> Response:
    hva = "sluppet. Linjene kommer med i neste bunt" if svar.beslutning == "slipp" else "holdt tilbake"
    return b.videre(f"/kontroll/{ordning}", f"{antall(len(svar.funn))} funn er {hva}.")
