"""A letter is text: a few tags, and nothing that runs, fetches or points out of it."""

from __future__ import annotations

import re
from pathlib import Path

from kjerne.kontrakt.mappefil import les_tekst
from kjerne.sjekk.funn import Funn

HVORFOR = "Brevet åpnes hos søkeren og i arkivet. Det som kjører eller hentes utenfra, kan vise noe annet enn det som ble vedtatt."
TAGGER = ("p", "br", "strong", "em", "b", "i", "ul", "ol", "li", "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "span")
ATTRIBUTTER = ("class", "lang", "scope", "colspan", "rowspan")
_LOV = re.compile(rf'</?(?:{"|".join(TAGGER)})(?:\s+(?:{"|".join(ATTRIBUTTER)})="[\w -]*")*\s*/?>|<!--[^<>]*-->', re.IGNORECASE)
_TAGG = re.compile(r"<[^<>]*>?")  # whatever begins as one: what only a browser would call a tag is found too
_JINJA = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def sjekk(mappe: Path) -> list[Funn]:
    return [f for sti in sorted((mappe / "brev").glob("*.html")) for f in _i_filen(sti)]


def _i_filen(sti: Path) -> list[Funn]:
    tekst = _JINJA.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), les_tekst(sti))
    ut = []
    for treff in _TAGG.finditer(tekst):
        if not _LOV.fullmatch(treff[0]):
            hvor = f"{sti}, linje {tekst[: treff.start()].count(chr(10)) + 1}"
            gjor = f"Bruk bare {', '.join(TAGGER)}, med {', '.join(ATTRIBUTTER)}. En adresse skrives som tekst, og < skrives &lt;."
            ut.append(Funn(f"«{' '.join(treff[0].split())[:60]}» kan ikke stå i et brev.", hvor, HVORFOR, gjor))
    return ut
