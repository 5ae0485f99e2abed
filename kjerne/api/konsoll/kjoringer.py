"""The runs, with how far the one under way has come, and the button that starts one."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kjerne.api.konsoll.besok import Besok, gjore, lese
from kjerne.api.konsoll.side import sider_av
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.kjoringsbilde import antall_kjoringer, kjoringer, kjoringsbilde
from kjerne.kjoring.rom import Fremdrift, Grunnlag
from kjerne.regelmotor.oppdagelse import finn

ruter = APIRouter()
TALLNAVN = {
    "linjer_inn": "linjer inn", "akseptert": "tatt imot", "karantene_linjer": "linjer i karantene", "rader_inntekt": "inntektsrader",
    "rader_arbeidsforhold": "arbeidsforhold", "rader_permittering": "permitteringer", "rader_personer": "personer", "saker": "saker",
    "sporsmal": "spørsmål", "utelatt": "rader utelatt", "innvilget": "innvilget", "avslag": "avslag", "manuell": "til manuell",
    "karantene": "karantene", "venter": "venter", "brev": "brev", "linjer": "betalinger", "OK": "OK", "FLAGG": "med merknad",
    "SPOR": "må spørres", "KARANTENE": "i karantene", "VENT": "må vente",
}  # fmt: skip


@ruter.get("/kjoringer")
def liste(side: int = 1, b: Besok = lese()) -> Response:
    utsnitt = sider_av(antall_kjoringer(b.rom), side, lambda antall, fra: kjoringer(b.rom, antall=antall, fra=fra))
    return b.side("kjoringer.html", utsnitt=utsnitt, hindring=b.kan("kjor"), siste=b.konsoll.bakgrunn.siste())


@ruter.get("/kjoring/{kjoring_id}")
def en(kjoring_id: str, oppdater: str = "ja", b: Besok = lese()) -> Response:
    bilde = kjoringsbilde(b.rom, kjoring_id)
    return b.side("kjoring.html", k=bilde, oppdater=bilde.tilstand == "startet" and oppdater != "nei", tallnavn=TALLNAVN)


@ruter.get("/kjoringer/naa")
def naa(oppdater: str = "ja", b: Besok = lese()) -> Response:
    siste = b.konsoll.bakgrunn.siste()
    egne = kjoringer(b.rom, siste.ordning, 1) if siste else []
    bilde = kjoringsbilde(b.rom, egne[0].kjoring_id) if egne else None
    return b.side("naa.html", siste=siste, k=bilde, oppdater=bool(siste and siste.gaar) and oppdater != "nei", tallnavn=TALLNAVN)


@ruter.post("/kjor/{ordning}")
def start(ordning: str, b: Besok = gjore("kjor")) -> Response:
    """Without new files: what has come in by answers, decisions and the intake is taken up."""
    verk, rom = finn(ordning), b.rom
    grunnlag = Grunnlag(vedtaksdato=rom.klokke.idag(), laget_av=b.konto)

    def gjor(vis: Fremdrift) -> None:
        kjor_ordning(rom, verk.id, grunnlag, vis)

    b.konsoll.bakgrunn.start(verk.id, b.konto, gjor)
    return b.videre("/kjoringer/naa", f"Kjøringen av {ordning} er startet.")
