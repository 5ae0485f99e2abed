"""Questions to employers and applicants: the list, one answer in a form, and a whole file of them."""

from __future__ import annotations

from fastapi import APIRouter, Response

from kjerne.api.konsoll.besok import Besok, gjore, lese
from kjerne.api.konsoll.side import HODER, sider_av
from kjerne.drift.tall import antall
from kjerne.kjoring.svar import antall_sporsmal, hent_sporsmal, les_svar, skriv_sporsmal, sporsmalsliste, svar_paa_ett
from kjerne.regelmotor.oppdagelse import finn
from kjerne.styring.rapporttekst import mange

ruter = APIRouter()


@ruter.get("/sporsmal/{ordning}")
def liste(ordning: str, side: int = 1, b: Besok = lese("se_liste")) -> Response:
    finn(ordning)
    utsnitt = sider_av(antall_sporsmal(b.rom, ordning)[0], side,
                       lambda antall, fra: list(sporsmalsliste(b.rom, ordning, antall, fra).itertuples()))  # fmt: skip
    return b.side("sporsmal.html", ordning=ordning, utsnitt=utsnitt, hindring=b.kan("svar"), idag=b.rom.klokke.idag())


@ruter.get("/sporsmal/{ordning}/{sporsmal_id}")
def ett(ordning: str, sporsmal_id: str, b: Besok = lese("svar")) -> Response:
    rad = hent_sporsmal(b.rom, ordning, sporsmal_id)
    b.noter(ordning, [rad.sak_id], "sporsmal", "svar")
    return b.side("ettsporsmal.html", ordning=ordning, s=rad)


@ruter.post("/sporsmal/{ordning}/fil")
def fil(ordning: str, b: Besok = gjore("svar")) -> Response:
    with b.opplastet("Ingen svar i filen er lagret.") as sti:
        n = les_svar(b.rom, finn(ordning), sti, b.konto)
    tekst = f"{antall(n['nye'])} nye svar, {antall(n['gjentatt'])} som var kjent, {antall(n['uten_svar'])} linjer uten svar."
    return b.videre(f"/sporsmal/{ordning}", f"{tekst} {_klare(n)}")


@ruter.post("/sporsmal/{ordning}/liste")
def hent_liste(ordning: str, b: Besok = gjore("svar")) -> Response:
    """The list with whom each question is about, to be answered in a spreadsheet. A post, since it is written down who took it."""
    finn(ordning)
    sti = b.rom.data / f".sporsmal-{ordning}.csv"
    skriv_sporsmal(b.rom, ordning, sti, b.konto)
    innhold = sti.read_bytes()
    sti.unlink()
    hoder = HODER | {"Content-Disposition": f'attachment; filename="sporsmal-{ordning}.csv"'}
    return Response(innhold, media_type="text/csv; charset=utf-8", headers=hoder)


@ruter.post("/sporsmal/{ordning}/{sporsmal_id}")
def svar(ordning: str, sporsmal_id: str, b: Besok = gjore("svar")) -> Response:
    n = svar_paa_ett(b.rom, finn(ordning), sporsmal_id, b.felt.get("svar", ""), b.felt.get("begrunnelse", ""), b.konto)
    return b.videre(f"/sporsmal/{ordning}", f"Svaret er lagret. {_klare(n)}")


def _klare(n: dict[str, int]) -> str:
    return f"{mange(n['klare_saker'], 'sak', 'saker')} kan gå videre i neste kjøring."
