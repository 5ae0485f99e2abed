"""What somebody writes for others to read: a reason, a comment. One line, and nothing in it that the reader cannot see."""

from __future__ import annotations

import re

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.identer import er_ident

MAKS = 2000
# Controls, and signs that hide, turn or cut the text. Those that join (emoji, Arabic) are left alone.
_USYNLIG = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")
_PERSON = re.compile(r"(?<!\d)(\d{6}) ?(\d{5})(?!\d)", re.ASCII)


def paa_en_linje(tekst: str, lengde: int = MAKS) -> str:
    """The text as it can stand inside a message: no line breaks, nothing invisible, not too long."""
    return _USYNLIG.sub("\ufffd", " ".join(tekst.split()))[:lengde]


def fritekst(tekst: str, minst: int, hvor: str, gjor_dette: str, ikke_gjort: str) -> str:
    """The reason on one line. Raises Ordningsfeil (kode 2) when it is too short, too long, cannot be seen, or names a person by number:
    it is shown to everybody with a role, and stands in the log."""
    ren = " ".join(tekst.split())
    if len(ren) < minst:
        raise Ordningsfeil("Grunnen mangler eller er for kort.", hvor, gjor_dette, ikke_gjort, kode=2)
    if len(ren) > MAKS:
        raise Ordningsfeil(f"Grunnen er lengre enn {MAKS} tegn.", hvor, "Skriv den kortere.", ikke_gjort, kode=2)
    if _USYNLIG.search(ren):
        raise Ordningsfeil("Grunnen inneholder tegn som ikke vises.", hvor, "Skriv den inn på nytt, uten å lime inn.", ikke_gjort, kode=2)
    if any(er_ident("".join(treff)) for treff in _PERSON.findall(ren)):
        raise Ordningsfeil("Grunnen inneholder et fødselsnummer.", hvor, "Vis til saken i stedet.", ikke_gjort, kode=2)
    return ren
