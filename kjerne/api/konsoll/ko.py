"""The manual queue: what is missing in a case, what the rules give when it is entered, the decision, and an override by two."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from kjerne.api.konsoll.besok import Besok, gjore, lese
from kjerne.api.konsoll.saker import MED_RAMME, som_sendt
from kjerne.api.konsoll.side import radene, sider_av
from kjerne.drift.tall import kroner
from kjerne.kjoring import overstyring, saksbehandling
from kjerne.kjoring.dagsrapport import ventegrunner
from kjerne.kjoring.eksempelbrev import eksempelbrev
from kjerne.kjoring.forklaringstekst import grunnlag, skriv
from kjerne.kjoring.overstyring import Onsket
from kjerne.kjoring.saksbilde import fakta
from kjerne.kontrakt import verdier
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.manifest import rolle
from kjerne.regelmotor.oppdagelse import finn
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.vedtak.fatte import AVGJORT

ruter = APIRouter()
IKKE_GJORT = saksbehandling.IKKE_GJORT


@ruter.get("/ko/{ordning}")
def liste(ordning: str, side: int = 1, b: Besok = lese("se_liste")) -> Response:
    verk = finn(ordning)
    utsnitt = sider_av(saksbehandling.antall_i_koen(b.rom, ordning)[0], side,
                       lambda antall, fra: radene(saksbehandling.kofor(b.rom, ordning, antall, fra)))  # fmt: skip
    venter = overstyring.som_venter(b.rom, ordning)
    return b.side("ko.html", ordning=ordning, utsnitt=utsnitt, venter=venter, likt=saksbehandling.likebehandling(b.rom, ordning),
                  kan={h: b.kan(h) for h in ("behandle", "bekreft", "se_sak")}, grunner=ventegrunner(verk))  # fmt: skip


@ruter.get("/ko/{ordning}/{sak_id}")
def en(ordning: str, sak_id: str, b: Besok = lese("behandle")) -> Response:
    verk = finn(ordning)
    p = saksbehandling.vis_sak(b.rom, verk, sak_id, b.konto)
    venter = [o for o in overstyring.som_venter(b.rom, ordning) if o.sak_id == sak_id]
    felt = [(f.navn, f.nb) for f in verk.manifest.felt if f.oppslag is None] + [("kontonummer", "Kontonummer for utbetaling")]
    vilkaar = [(r.navn, r.tekst) for r in verk.regelsett.av_art("vilkår")]
    return b.side("behandle.html", ordning=ordning, sak_id=sak_id, p=p, f=p.forklaring, felt=felt, vilkaar=vilkaar, venter=venter,
                  fakta=fakta(p.sporing), skriv=skriv, grunnlag=grunnlag, rolle=rolle, tekster=_tekster(verk),
                  mottakere=list(verk.manifest.utbetaling.mottakere), bruker_inntekt=verk.manifest.inntekt is not None,
                  kan={h: b.kan(h) for h in ("behandle", "bekreft")}, opplyst=list(p.opplysninger.itertuples()),
                  med_brev=p.tilstand in AVGJORT and (verk.mappe / "brev").is_dir(), hoder=MED_RAMME)  # fmt: skip


def _tekster(verk: Regelverk) -> dict[str, str]:
    """What is missing, as a person says it: by the name of a rule or a field."""
    return {r.navn: r.tekst for r in verk.regler.values()} | {f.navn: f.nb for f in verk.manifest.felt}


@ruter.get("/ko/{ordning}/{sak_id}/brev")
def brev(ordning: str, sak_id: str, b: Besok = lese("behandle")) -> Response:
    """The letter that the decision of the rules would give, as it stands now."""
    p = saksbehandling.prov(b.rom, finn(ordning), sak_id)
    b.noter(ordning, [sak_id], "brev")
    return som_sendt(eksempelbrev(p.sporing, p.del_.saker["maalform"].iat[0]))


@ruter.post("/ko/{ordning}/{sak_id}/opplys")
def opplys(ordning: str, sak_id: str, b: Besok = gjore("behandle")) -> Response:
    felt = b.felt.get("felt", "")
    if felt == "inntekt":
        felt = f"inntekt/{b.felt.get('maaned', '').strip()}/{''.join(b.felt.get('orgnr', '').split())}"
    saksbehandling.opplys(b.rom, finn(ordning), sak_id, felt, b.felt.get("verdi", ""), b.felt.get("grunn", ""), b.konto)
    return b.videre(f"/ko/{ordning}/{sak_id}", "Opplysningen er lagret. Se hva reglene gir nå.")


@ruter.post("/ko/{ordning}/{sak_id}/vedta")
def vedta(ordning: str, sak_id: str, b: Besok = gjore("behandle")) -> Response:
    svar = saksbehandling.vedta(b.rom, finn(ordning), sak_id, b.felt.get("utfall", ""), b.konto)
    return b.videre(f"/sak/{ordning}/{sak_id}", f"Vedtaket er fattet: {_utfall(svar)}. Brevet er skrevet.")


def _utfall(svar: dict[str, Any]) -> str:
    return svar["utfall"] + (f", {kroner(svar['belop_ore'])}" if svar["belop_ore"] else "")


@ruter.post("/ko/{ordning}/{sak_id}/overstyr")
def overstyr(ordning: str, sak_id: str, b: Besok = gjore("behandle")) -> Response:
    utfall = b.felt.get("utfall", "")
    verk = finn(ordning)
    linjer = tuple(filter(None, (_linje(b.felt, m) for m in verk.manifest.utbetaling.mottakere))) if utfall == "innvilget" else ()
    onsket = Onsket(utfall, b.felt.get("vilkaar", "") if utfall == "avslag" else "", linjer)
    overstyring.foresla(b.rom, verk, sak_id, onsket, b.felt.get("grunn", ""), b.konto)
    return b.videre(f"/ko/{ordning}/{sak_id}", "Overstyringen er foreslått. Ingenting skjer før en annen person bekrefter.", "naa")


def _linje(felt: dict[str, str], mottaker: str) -> tuple[str, str, str, int] | None:
    """The payment to one payee; None when nothing is written. Raises Ordningsfeil."""
    fom, tom, belop = (felt.get(f"{n}.{mottaker}", "").strip() for n in ("fom", "tom", "belop"))
    if not (fom or tom or belop):
        return None
    try:
        return mottaker, verdier.dato(fom).isoformat(), verdier.dato(tom).isoformat(), verdier.ore(belop) or 0
    except ValueError as grunn:
        raise Ordningsfeil(f"Betalingen til {rolle(mottaker)} kan ikke leses: {grunn}.", "overstyringen",
                           "Skriv datoer som 20.03.2020 og beløp som 12 345,67.", IKKE_GJORT, kode=2) from None  # fmt: skip


@ruter.post("/overstyring/{ordning}/{overstyring_id}")
def avgjor(ordning: str, overstyring_id: str, b: Besok = gjore("bekreft")) -> Response:
    if b.felt.get("svar") == "avvis":
        overstyring.avvis(b.rom, overstyring_id, b.konto)
        return b.videre(f"/ko/{ordning}", "Overstyringen er avvist. Saken står i køen som før.", "naa")
    svar = overstyring.bekreft(b.rom, finn(ordning), overstyring_id, b.konto)
    return b.videre(f"/ko/{ordning}", f"Overstyringen er bekreftet, og vedtaket er fattet: {_utfall(svar)}. Brevet er skrevet.")
