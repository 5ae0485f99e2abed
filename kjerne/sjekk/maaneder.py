"""What is fetched, and what is guarded, reaches as far back as the rules look."""

from __future__ import annotations

import datetime as dt

from kjerne.kvalitet import les_kvalitet
from kjerne.regelmotor.regelverk import TABELLNAVN, Regelverk
from kjerne.regelmotor.tilbakeblikk import Tilbakeblikk, opphav, tilbakeblikk
from kjerne.sjekk.funn import Funn

HVORFOR = "En måned som ikke er hentet, er ukjent i hver sak. En som ingen kontroll ser på, kan være feil uten at noen spør."


def sjekk(verk: Regelverk) -> list[Funn]:
    alle = list(tilbakeblikk(verk))
    return [*_hentet(verk, alle), *_voktet(verk, alle)]


def _hentet(verk: Regelverk, alle: list[Tilbakeblikk]) -> list[Funn]:
    sti, register = str(verk.mappe / "ordning.toml"), verk.manifest.inntekt
    if register is None:
        leser = any(n in r.argumenter for r in verk.regler.values() for n in TABELLNAVN)
        gjor = "Skriv [inntekt] med filter, formaal og maaneder."
        return [Funn("Reglene leser inntekt, men [inntekt] mangler.", sti, HVORFOR, gjor)] * leser
    lengst = max(alle, key=lambda t: _trengs(t, verk.manifest.gjelder.til), default=None)
    trengs = _trengs(lengst, verk.manifest.gjelder.til) if lengst else 0
    if trengs <= register.maaneder:
        return []
    hva = f"[inntekt] henter {_maaneder(register.maaneder)}, men {lengst.regel} ser {_maaneder(trengs)} tilbake."
    return [Funn(hva, sti, HVORFOR, f"Sett maaneder i [inntekt] til minst {trengs}.")]


def _trengs(t: Tilbakeblikk, siste: dt.date) -> int:
    """Months before the date of the case; from a fixed day the last cases are the farthest away."""
    return t.maaneder + (max(0, (siste.year - t.fast.year) * 12 + siste.month - t.fast.month) if t.fast else 0)


def _voktet(verk: Regelverk, alle: list[Tilbakeblikk]) -> list[Funn]:
    sti = verk.mappe / "kvalitet.toml"
    vindu = les_kvalitet(sti, set(verk.manifest.fakta) | set(verk.regler)).vindu
    if vindu is None:
        return []
    samme = [t for t in alle if t.dato == opphav(verk, vindu.dato)]
    lengst = max(samme, key=lambda t: t.maaneder, default=None)
    if lengst is None or lengst.maaneder <= vindu.maaneder:
        return []
    hva = f"[vindu] dekker {_maaneder(vindu.maaneder)}, men {lengst.regel} ser {_maaneder(lengst.maaneder)} tilbake fra {lengst.dato}."
    return [Funn(hva, str(sti), HVORFOR, f"Sett maaneder i [vindu] til minst {lengst.maaneder}.")]


def _maaneder(antall: int) -> str:
    return "1 måned" if antall == 1 else f"{antall} måneder"
