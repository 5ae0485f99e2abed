"""Strict JSON: what the standard parser lets through, and a database or an amount later suffers from, is refused here.

Refused: NaN and Infinity, the same key twice in one object, nesting that exhausts the parser, NUL, lone surrogates,
bytes that are not UTF-8. Numbers with a decimal point become Decimal, never float.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

_FARLIG = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")  # the only escapes that can give NUL or half a character
_PAA_NORSK = {
    "Expecting value": "her mangler en verdi",
    "Expecting property name enclosed in double quotes": "her mangler et feltnavn i anførselstegn",
    "Expecting ':' delimiter": "her mangler kolon",
    "Expecting ',' delimiter": "her mangler komma eller sluttparentes",
    "Extra data": "det står mer etter slutten",
    "Unterminated string starting at": "en tekst begynner her og blir ikke avsluttet",
    "Invalid control character at": "et styretegn står midt i en tekst",
    "Illegal trailing comma before end of object": "et komma står før sluttparentesen",
    "Illegal trailing comma before end of array": "et komma står før sluttparentesen",
}


class JsonFeil(ValueError):
    """Why the text is not JSON that we accept. `linje` and `kolonne` count from 1; None where the parser does not
    tell."""

    def __init__(self, grunn: str, linje: int | None = None, kolonne: int | None = None, avkortet: bool = False):
        super().__init__(grunn)
        self.grunn, self.linje, self.kolonne, self.avkortet = grunn, linje, kolonne, avkortet


def les(raa: bytes) -> Any:
    """The value of one JSON text. Raises JsonFeil, and nothing else, for all that is not accepted."""
    try:
        tekst = raa.decode("utf-8-sig")
    except UnicodeDecodeError as feil:
        raise JsonFeil(f"teksten er ikke UTF-8 (byte {feil.start + 1})") from None
    try:
        verdi = _LESER.decode(tekst)
        if "\\u" in tekst and _FARLIG.search(tekst):
            _sjekk_tegn(verdi)
    except JsonFeil:
        raise
    except json.JSONDecodeError as feil:
        slutt = len(tekst.rstrip())
        avkortet = feil.pos >= slutt or feil.msg.startswith("Unterminated string")
        grunn = _PAA_NORSK.get(feil.msg, "dette er ikke gyldig JSON")
        raise JsonFeil(grunn, feil.lineno, feil.colno, avkortet) from None
    except RecursionError:
        raise JsonFeil("teksten er nøstet for dypt") from None
    except (ValueError, InvalidOperation):  # whole numbers of more than 4 300 digits, exponents beyond reason
        raise JsonFeil("et tall er for stort til å leses") from None
    return verdi


def _objekt(par: list[tuple[str, Any]]) -> dict[str, Any]:
    objekt = dict(par)
    if len(objekt) != len(par):
        raise JsonFeil("samme nøkkel står to ganger i ett objekt")
    return objekt


def _konstant(navn: str) -> Any:
    raise JsonFeil(f"{navn} er ikke et tall i JSON")


def _sjekk_tegn(verdi: Any) -> None:
    venter = [verdi]
    while venter:
        denne = venter.pop()
        if isinstance(denne, dict):
            venter += [*denne.keys(), *denne.values()]
        elif isinstance(denne, list):
            venter += denne
        elif isinstance(denne, str):
            if "\x00" in denne:
                raise JsonFeil("teksten inneholder NUL (\\u0000)")
            if any("\ud800" <= tegn <= "\udfff" for tegn in denne):
                raise JsonFeil("teksten inneholder et halvt tegn (enslig surrogat)")


_LESER = json.JSONDecoder(object_pairs_hook=_objekt, parse_float=Decimal, parse_constant=_konstant)
