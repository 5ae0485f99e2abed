"""Decided cases once more: the proposals, what each will do, and the approval by another person who types the number."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kjerne.api.konsoll.bakgrunn import PROVING
from kjerne.api.konsoll.besok import Besok, gjore, lese
from kjerne.api.konsoll.side import sider
from kjerne.drift.tall import antall
from kjerne.kjoring.revurderingsforslag import IKKE_GJORT, avvis_forslag, forslagets_saker, godkjenn_forslag, les_forslag
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.oppdagelse import finn

ruter = APIRouter()


@ruter.get("/revurdering/{ordning}")
def liste(ordning: str, side: int = 1, b: Besok = lese()) -> Response:
    finn(ordning)
    return b.side("revurderinger.html", ordning=ordning, utsnitt=sider(list(reversed(les_forslag(b.rom, ordning))), side),
                  idag=b.rom.klokke.idag(), kan_ikke=b.kan("foresla_revurdering"),
                  proves=b.konsoll.bakgrunn.siste(PROVING, b.konto))  # fmt: skip


@ruter.get("/revurdering/{ordning}/{revurdering_id}")
def en(ordning: str, revurdering_id: str, side: int = 1, b: Besok = lese("se_liste")) -> Response:
    utsnitt = sider(list(forslagets_saker(b.rom, ordning, revurdering_id).itertuples()), side)
    b.noter(ordning, [x.sak_id for x in utsnitt.rader], "revurdering", "se_liste")
    (forslag,) = les_forslag(b.rom, ordning, revurdering_id)
    hindring = b.kan("godkjenn_revurdering")
    if not hindring and forslag.foreslaatt_av == b.konto:
        hindring = "Du foreslo dette selv, så en annen person må godkjenne."
    return b.side("revurdering.html", ordning=ordning, r=forslag, utsnitt=utsnitt, hindring=hindring,
                  kan={h: b.kan(h) for h in ("avvis_revurdering", "se_sak")})  # fmt: skip


@ruter.post("/revurdering/{ordning}/{revurdering_id}")
def avgjor(ordning: str, revurdering_id: str, b: Besok = gjore()) -> Response:
    grunn, hvor = b.felt.get("grunn", ""), f"/revurdering/{ordning}/{revurdering_id}"
    if b.felt.get("svar") == "avvis":
        b.krev("avvis_revurdering")
        if len(grunn.strip()) < 3:
            raise Ordningsfeil("Grunnen mangler.", "forslaget", "Skriv hvorfor forslaget legges bort.", IKKE_GJORT, kode=2)
        avvis_forslag(b.rom, ordning, revurdering_id, b.konto, grunn)
        return b.videre(hvor, "Forslaget er lagt bort.", "naa")
    b.krev("godkjenn_revurdering")
    n = godkjenn_forslag(b.rom, finn(ordning), revurdering_id, b.konto, b.tall("antall", IKKE_GJORT), grunn)
    return b.videre(hvor, f"Godkjent: {antall(n['nye_vedtak'])} nye vedtak, {antall(n['nye_linjer'])} nye betalinger og "
                    f"{antall(n['krav'])} krav. Betalingene kommer med i neste bunt.")  # fmt: skip
