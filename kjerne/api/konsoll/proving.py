"""A revurdering before it is proposed: tried in the background, looked at, and then proposed by another act that is bound to what was
seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Response
from starlette.datastructures import UploadFile

from kjerne.api.konsoll.bakgrunn import PROVING, Arbeid
from kjerne.api.konsoll.besok import Besok, gjore, lese
from kjerne.api.konsoll.innhold import paa_disk
from kjerne.api.konsoll.side import sider
from kjerne.kjoring import proving
from kjerne.kjoring.proving import IKKE_GJORT, Begrunnelser, Proving
from kjerne.kjoring.revurdering import Hvorfor
from kjerne.kjoring.revurderingsforslag import Forslag
from kjerne.kjoring.rom import Arbeidsrom, Fremdrift
from kjerne.kontrakt import verdier
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.oppdagelse import finn
from kjerne.regelmotor.regelverk import Regelverk

ruter = APIRouter()
AARSAKSNAVN = {"inntekt": "Endret inntekt", "regel": "Endret regel eller parameter", "feil": "Feil i opplysninger"}
_VENT = 1.0  # seconds: what is quick is shown at once


@dataclass(frozen=True)
class Bestilling:
    """What somebody wants tried, and what it came to. The file is about people: it lies in memory until it is proposed, or something
    else is tried."""

    aarsak: str
    grunn: str
    hentet: dt.date | None
    fil: UploadFile | None
    funnet: Proving | Forslag | None = None

    def med_filen(self, rom: Arbeidsrom, verk: Regelverk, gjor: Callable[[Hvorfor], Proving | Forslag]) -> Bestilling:
        with paa_disk(rom.data, self.fil, IKKE_GJORT) if self.fil else nullcontext() as sti:
            funnet = gjor(proving.les_hvorfor(rom, verk, self.aarsak, self.grunn, sti, self.hentet))
        return replace(self, fil=None if isinstance(funnet, Forslag) else self.fil, funnet=funnet)


@ruter.get("/revurdering/{ordning}/ny")
def vis(ordning: str, side: int = 1, oppdater: str = "ja", b: Besok = lese("foresla_revurdering")) -> Response:
    verk, arbeid = finn(ordning), _mitt(b, ordning)
    gaar = bool(arbeid and arbeid.gaar)  # asked once: it may end while the page is made
    hva = arbeid.resultat if arbeid and not gaar else None
    if hva and isinstance(hva.funnet, Forslag):
        b.konsoll.bakgrunn.glem(PROVING, b.konto)
        return b.videre(f"/revurdering/{ordning}/{hva.funnet.revurdering_id}", "Revurderingen er foreslått. Ingenting er endret før en "
                        "annen person godkjenner den.")  # fmt: skip
    verdier_: dict[str, Any] = {}
    if hva:
        verdier_ = {"utsnitt": sider(list(hva.funnet.liste.itertuples()), side), "grunner": proving.grunner(hva.funnet.liste)}
        b.noter(ordning, [x.sak_id for x in verdier_["utsnitt"].rader], "revurdering", "se_liste")
    return b.side("proving.html", ordning=ordning, arbeid=arbeid, hva=hva, aarsaksnavn=AARSAKSNAVN, endringsnavn=proving.ENDRINGSNAVN,
                  gaar=gaar, oppdater=gaar and oppdater != "nei", i_ord=Begrunnelser(verk), kan={"se_sak": b.kan("se_sak")},
                  **verdier_)  # fmt: skip


def _mitt(b: Besok, ordning: str) -> Arbeid | None:
    """What this person has tried in the scheme: it may be about people, and is hers."""
    arbeid = b.konsoll.bakgrunn.siste(PROVING, b.konto)
    return arbeid if arbeid and arbeid.ordning == ordning else None


@ruter.post("/revurdering/{ordning}/ny")
def prov(ordning: str, b: Besok = gjore("foresla_revurdering")) -> Response:
    """Looks, and stores nothing."""
    verk, rom = finn(ordning), b.rom
    hva = _bestilling(b, verk)
    return _start(b, verk, lambda vis: hva.med_filen(rom, verk, lambda h: proving.prov(rom, verk, h, vis)))


def _bestilling(b: Besok, verk: Regelverk) -> Bestilling:
    aarsak, hentet = b.felt.get("aarsak", ""), None
    if aarsak == "inntekt":
        try:
            hentet = verdier.dato(b.felt.get("hentet", "").strip())
        except ValueError as grunn:
            raise Ordningsfeil(f"{grunn}.", "dagen inntektene ble hentet", "Skriv for eksempel 20.03.2020.", IKKE_GJORT, kode=2) from None
    grunn = proving.prov_grunnen(verk, aarsak, b.felt.get("grunn", ""), hentet, b.rom.klokke.idag())
    if aarsak != "regel" and b.fil is None:
        raise Ordningsfeil("Du har ikke valgt en fil.", "filen", "Velg filen, og send på nytt.", IKKE_GJORT, kode=2)
    return Bestilling(aarsak, grunn, hentet, b.fil if aarsak != "regel" else None)


def _start(b: Besok, verk: Regelverk, gjor: Callable[[Fremdrift], object]) -> Response:
    b.konsoll.bakgrunn.start(verk.id, b.konto, gjor, PROVING)
    b.konsoll.bakgrunn.vent(_VENT)
    return b.til(f"/revurdering/{verk.id}/ny")


@ruter.post("/revurdering/{ordning}/ny/foresla")
def foresla(ordning: str, b: Besok = gjore("foresla_revurdering")) -> Response:
    verk, rom, konto, arbeid, sett = finn(ordning), b.rom, b.konto, _mitt(b, ordning), b.felt.get("innhold", "")
    hva = arbeid.resultat if arbeid and not arbeid.gaar else None
    if hva is None or not isinstance(hva.funnet, Proving) or hva.funnet.innhold != sett:
        raise Ordningsfeil("Det du så, er ikke her lenger.", f"revurdering i {ordning}", "Prøv sakene på nytt, og se på det som kommer.",
                           IKKE_GJORT, kode=4)  # fmt: skip
    return _start(b, verk, lambda vis: hva.med_filen(rom, verk, lambda h: proving.foreslaa_sett(rom, verk, h, sett, konto, vis)))
