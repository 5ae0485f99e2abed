"""I dag: what needs me, in order, the sums, and what is stopped. And the choice of who is at the keyboard."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from kjerne.api.konsoll.adresser import adresse
from kjerne.api.konsoll.besok import Besok, Inne, Konsoll, innlogget, innlogget_skjema, lese
from kjerne.api.konsoll.okt import KAPSEL, Starttoken
from kjerne.api.konsoll.side import lag_side
from kjerne.api.problem import Problem
from kjerne.kjoring.arbeidsliste import Gjoremaal, arbeidsliste
from kjerne.kjoring.helt import tall_for
from kjerne.kjoring.medarbeidere import medarbeidere
from kjerne.kjoring.pengestatus import ikke_fram_ore
from kjerne.regelmotor.oppdagelse import oppdag
from kjerne.tilgang import ROLLENAVN
from kjerne.utbetaling.tilstand import OVER, UTE

ruter = APIRouter()


@ruter.get("/")
def idag(b: Besok = lese()) -> Response:
    verkene, ute = oppdag()
    alle = [_rad(g, v.manifest.navn.nb, b.kan(g.handling)) for v in verkene.values() for g in arbeidsliste(b.rom, v.id)]
    tall = [tall_for(b.rom, v) for v in verkene.values()]
    tall = [t | {"penger": _penger(t["bunter"], ikke_fram_ore(b.rom, t["ordning"]))} for t in tall if t["mottatt"] or t["bunter"]]
    mine, andres = [g for g in alle if not g["grunn"]], [g for g in alle if g["grunn"]]
    return b.side("idag.html", mine=mine, andres=andres, tall=tall, sum=_sum(tall), ute=ute, dag=b.rom.klokke.idag())


def _rad(g: Gjoremaal, navn: str, grunn: str) -> dict:
    return {"ordning": navn, "grunn": grunn, "handling": g.handling, "art": g.art, "merke": g.merke, "tekst": g.tekst, "gjor": g.gjor,
            "adresse": adresse(g.slag, g.ordning, g.id)}  # fmt: skip


def _penger(bunter: list[dict], ikke_fram: int) -> dict[str, int]:
    """Øre that are sent and not refused, and that wait in batches."""
    ut: Counter[str] = Counter()
    for en in bunter:
        ut["sendt" if en["tilstand"] in UTE else "over" if en["tilstand"] in OVER else "venter"] += en["sum_ore"]
    return {"sendt": ut["sendt"] - ikke_fram, "venter": ut["venter"]}


def _sum(tall: list[dict]) -> dict[str, int]:
    ut = {n: sum(t[n] for t in tall) for n in ("mottatt", "innvilget", "avslag", "sum_ore")}
    ut["uavklart"] = sum(t["sporsmal"] + t["karantene"] + t["venter"] for t in tall)
    return ut | {n: sum(t["penger"][n] for t in tall) for n in ("sendt", "venter")}


@ruter.get("/start")
async def start(request: Request, token: str = "") -> Response:
    okt = _starttoken(request.app.state.konsoll).aapne(token)
    if okt is None:
        raise Problem(401, "brukt-token", "Starttokenet gjelder ikke", "Det virker én gang. Start konsollen på nytt for å få et nytt.")
    svar = RedirectResponse("/", 303)
    svar.set_cookie(KAPSEL, okt, httponly=True, samesite="strict", path="/")
    return svar


@ruter.get("/bruker")
def brukere(inne: Inne = innlogget()) -> Response:
    konsoll = inne.konsoll
    _starttoken(konsoll)
    alle = [(m, ", ".join(sorted(ROLLENAVN[r] for r in m.roller)) or "ingen roller") for m in medarbeidere(konsoll.rom)]
    return lag_side("bruker.html", 200, {"brukere": alle, "okt": inne.okt, "syntetisk": konsoll.rom.krev_syntetisk})


@ruter.post("/bruker")
def velg_bruker(sendt: tuple = innlogget_skjema()) -> Response:
    inne, felt, _ = sendt
    _starttoken(inne.konsoll)
    konto = felt.get("konto", "")
    if konto not in {m.konto for m in medarbeidere(inne.konsoll.rom)}:
        raise Problem(422, "ukjent-bruker", "Brukeren finnes ikke", "Du er ikke logget inn som noen ny. Velg en fra listen.")
    inne.okt.bytt(konto)
    return RedirectResponse("/", 303)


def _starttoken(konsoll: Konsoll) -> Starttoken:
    """Raises Problem 404 where people log in, and nobody can be somebody else."""
    if not isinstance(konsoll.inngang, Starttoken):
        raise Problem(404, "http-404", "Siden finnes ikke", "Her logger hver person inn som seg selv.")
    return konsoll.inngang
