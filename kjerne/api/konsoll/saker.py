"""One case, found by search. The search is a post, so that no number of a person stands in an address; what is shown is written down."""

from __future__ import annotations

import base64
import hashlib
import re

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from kjerne.api.konsoll.besok import Besok, gjore, lese
from kjerne.api.konsoll.side import HODER
from kjerne.kjoring.brevsteg import hent_brev
from kjerne.kjoring.forklaringstekst import grunnlag, skriv
from kjerne.kjoring.saksbilde import finn_saker, sakens_vedtak, saksbilde
from kjerne.kjoring.sakshistorikk import sakshistorikk
from kjerne.kjoring.utgaver import finn_eller_bevart
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.manifest import rolle
from kjerne.revisjon import FORMAAL
from kjerne.vedtak.saksbehandling import I_KOEN

ruter = APIRouter()
# The case shows the letter in a frame: from here, and nowhere else.
_FELLES = "default-src 'none'; form-action 'self'; base-uri 'none'; "
MED_RAMME = {"content-security-policy": _FELLES + "style-src 'self'; frame-src 'self'; frame-ancestors 'none'"}
NONE = "'none'"
_STIL = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@ruter.post("/sok")
def sok(b: Besok = gjore("se_sak")) -> Response:
    b.okt.formaal = b.felt["formaal"] if b.felt.get("formaal") in FORMAAL else b.okt.formaal
    b.okt.treff = treff = finn_saker(b.rom, b.felt.get("sok", ""))
    if len(treff) == 1:
        return RedirectResponse("/sak/{}/{}".format(*treff[0]), 303)
    return RedirectResponse("/sok", 303)


@ruter.get("/sok")
def treff(b: Besok = lese("se_sak")) -> Response:
    for ordning, sak_id in b.okt.treff:
        b.noter(ordning, [sak_id], "treffliste")
    return b.side("sok.html", treff=b.okt.treff, formaal=FORMAAL, valgt=b.okt.formaal)


@ruter.get("/sak/{ordning}/{sak_id}")
def sak(ordning: str, sak_id: str, b: Besok = lese("se_sak")) -> Response:
    bilde = saksbilde(b.rom, finn_eller_bevart(b.rom, ordning), sak_id, b.konto, b.okt.formaal)
    return b.side("sak.html", s=bilde, f=bilde.funnet.forklaring, historikk=sakshistorikk(b.rom, sak_id), skriv=skriv, grunnlag=grunnlag,
                  rolle=rolle, i_koen=bilde.tilstand in I_KOEN, formaal=b.okt.formaal, hoder=MED_RAMME)  # fmt: skip


@ruter.get("/sak/{ordning}/{sak_id}/brev/{versjon}")
def brev(ordning: str, sak_id: str, versjon: int, b: Besok = lese("se_sak")) -> Response:
    vedtak_id = next((v.vedtak_id for v in sakens_vedtak(b.rom, ordning, sak_id) if v.versjon == versjon), "")
    if not vedtak_id:
        raise Ordningsfeil("Det er ikke fattet noe slikt vedtak i saken.", f"sak {sak_id[:40]}", "Se saken.", "Ingenting er vist.", kode=2)
    html = hent_brev(b.rom, vedtak_id)
    b.noter(ordning, [sak_id], "brev")
    return som_sendt(html)


def som_sendt(html: str) -> Response:
    """A page that was written before, exactly as it is: its own style by its hash, and nothing else is let in."""
    hasher = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in _STIL.findall(html))
    csp = f"{_FELLES}style-src {hasher or NONE}; frame-ancestors 'self'"
    return HTMLResponse(html, headers=HODER | {"content-security-policy": csp, "x-frame-options": "SAMEORIGIN"})
