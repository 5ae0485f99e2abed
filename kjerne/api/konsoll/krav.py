"""Recovery of what was paid too much: warning first, then the deadline, then another person decides."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kjerne.api.konsoll.besok import Besok, gjore, lese
from kjerne.api.konsoll.saker import som_sendt
from kjerne.api.konsoll.side import sider
from kjerne.drift.tall import antall, dato_kort, kroner
from kjerne.kjoring import tilbakekreving as t
from kjerne.kontrakt import verdier
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.oppdagelse import finn
from kjerne.utbetaling.tilbakekreving import IKKE_GJORT, Krav

ruter = APIRouter()
HANDLING = {"vedta": "vedta_krav", "frafall": "vedta_krav", "oversend": "oversend_krav", "innbetalt": "bokfor_krav"}
GJORT = {"vedta": "vedtatt", "frafall": "frafalt", "oversend": "oversendt til innkreving", "innbetalt": "bokført"}


@ruter.get("/krav/{ordning}")
def liste(ordning: str, side: int = 1, b: Besok = lese("se_liste")) -> Response:
    finn(ordning)
    alle = t.krav_i(b.rom, ordning)
    uvarslet = [k for k in alle if k.tilstand == "opprettet"]
    return b.side("kravliste.html", ordning=ordning, utsnitt=sider(alle, side), uvarslet=uvarslet, hindring=b.kan("varsle_krav"),
                  idag=b.rom.klokke.idag(), sum_ore=sum(k.belop_ore for k in uvarslet))  # fmt: skip


@ruter.get("/krav/{ordning}/{krav_id}")
def ett(ordning: str, krav_id: str, b: Besok = lese("se_liste")) -> Response:
    k = _krav(b, ordning, krav_id)
    dag = b.rom.klokke.idag()
    hindring = b.kan("vedta_krav") or ("" if k.frist and dag > k.frist else f"Fristen er ikke ute før {dato_kort(k.frist)}." if k.frist
                                       else "Kravet er ikke varslet.")  # fmt: skip
    return b.side("ettkrav.html", ordning=ordning, k=k, hindring=hindring,
                  kan={h: b.kan(h) for h in (*HANDLING.values(), "se_sak")})  # fmt: skip


def _krav(b: Besok, ordning: str, krav_id: str) -> Krav:
    for k in t.krav_i(b.rom, ordning):
        if k.krav_id == krav_id:
            return k
    raise Ordningsfeil("Kravet finnes ikke.", f"krav {krav_id[:40]}", "Se listen over krav.", IKKE_GJORT, kode=2)


@ruter.get("/krav/{ordning}/{krav_id}/varsel")
def varsel(ordning: str, krav_id: str, b: Besok = lese("se_sak")) -> Response:
    html = t.hent_varsel(b.rom, ordning, krav_id)
    b.noter(ordning, [_krav(b, ordning, krav_id).sak_id], "varsel")
    return som_sendt(html)


@ruter.post("/krav/{ordning}")
def varsle(ordning: str, b: Besok = gjore("varsle_krav")) -> Response:
    verk, uvarslet = finn(ordning), [k for k in t.krav_i(b.rom, ordning) if k.tilstand == "opprettet"]
    if b.tall("antall", IKKE_GJORT) != len(uvarslet):
        raise Ordningsfeil(f"{len(uvarslet)} krav venter på varsel, ikke det antallet du skrev.", ordning, "Se på listen en gang til.",
                           IKKE_GJORT, kode=4)  # fmt: skip
    svar = t.varsle(b.rom, verk, [k.krav_id for k in uvarslet], b.konto)
    return b.videre(f"/krav/{ordning}", f"{antall(svar['varslet'])} varsler er skrevet, {kroner(svar['sum_ore'])}. Dagen etter "
                    f"{svar['frist']} kan en annen person vedta.")  # fmt: skip


@ruter.post("/krav/{ordning}/{krav_id}")
def gjor(ordning: str, krav_id: str, b: Besok = gjore()) -> Response:
    hva, grunn = b.felt.get("hva", ""), b.felt.get("grunn", "")
    if hva not in HANDLING:
        raise Ordningsfeil("Du har ikke valgt hva som skal gjøres.", f"krav {krav_id[:12]}", "Bruk en av knappene.", IKKE_GJORT, kode=2)
    b.krev(HANDLING[hva])
    ore = _ore(b.felt.get("belop", ""))
    k = {
        "vedta": lambda: t.vedta(b.rom, ordning, krav_id, ore, grunn, b.konto),
        "frafall": lambda: t.frafall(b.rom, ordning, krav_id, grunn, b.konto),
        "oversend": lambda: t.oversend(b.rom, ordning, krav_id, b.konto),
        "innbetalt": lambda: t.innbetalt(b.rom, ordning, krav_id, ore or 0, b.felt.get("referanse", ""), b.konto),
    }[hva]()
    return b.videre(f"/krav/{ordning}/{krav_id}", f"Kravet er {GJORT[hva]}. Utestående: {kroner(k.utestaende_ore)}.")


def _ore(tekst: str) -> int | None:
    try:
        return verdier.ore(tekst)
    except ValueError as grunn:
        raise Ordningsfeil(f"{grunn}.", "beløpet", "Skriv for eksempel 12 345,67.", IKKE_GJORT, kode=2) from None
