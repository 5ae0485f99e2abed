"""The legal reference of a rule or a parameter, as a value that can be sorted, printed and checked.

Written `KILDE § 3 b første ledd bokstav a`, where KILDE is a key of `[rettskilder]` in the manifest. A provision whose
number is not known is written `KILDE § ?` and shown as such; a number is never made up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LEDD = ("første", "andre", "tredje", "fjerde", "femte", "sjette", "sjuende", "åttende", "niende", "tiende")
LEDD_NN = dict(zip(LEDD[6:], ("sjuande", "åttande", "niande", "tiande"), strict=True))
_FORM = re.compile(
    r"(?P<kilde>[A-ZÆØÅ][A-ZÆØÅ0-9]*) § (?P<paragraf>\?|\d+(?:-\d+)?(?: [a-z](?![a-zæøå]))?)"
    rf"(?: (?P<ledd>{'|'.join(LEDD)}) ledd)?(?: bokstav (?P<bokstav>[a-zæøå]))?(?: (?P<punktum>{'|'.join(LEDD)}) punktum)?"
)


@dataclass(frozen=True)
class Hjemmel:
    kilde: str
    paragraf: str  # "3", "3 b", "4-4", or "?" when the number was not found
    ledd: str = ""
    bokstav: str = ""
    punktum: str = ""

    @property
    def kjent(self) -> bool:
        return self.paragraf != "?"

    @property
    def sortering(self) -> tuple:
        """Law order: source, paragraph number, letter, ledd, bokstav, punktum; unknown numbers last."""
        tall = [int(d) for d in re.findall(r"\d+", self.paragraf)] or [10**6]
        ledd = LEDD.index(self.ledd) + 1 if self.ledd else 0
        punktum = LEDD.index(self.punktum) + 1 if self.punktum else 0
        return (self.kilde, tall, self.paragraf[-1] if self.paragraf[-1].isalpha() else "", ledd, self.bokstav, punktum)

    def sted(self, maalform: str = "nb") -> str:
        """The place in the source: § 3 b andre ledd bokstav a første punktum. Empty when the paragraph was not found."""
        if not self.kjent:
            return ""
        ledd, punktum = (LEDD_NN.get(o, o) if maalform == "nn" else o for o in (self.ledd, self.punktum))
        bokstav = self.bokstav and f"bokstav {self.bokstav}"
        return " ".join(filter(None, (f"§ {self.paragraf}", ledd and f"{ledd} ledd", bokstav, punktum and f"{punktum} punktum")))

    def __str__(self) -> str:
        return f"{self.kilde} {self.sted()}" if self.kjent else f"{self.kilde} (paragraf ikke funnet)"


_SKRIVES = {"annet": "andre", "litra": "bokstav", "punkt": "punktum"} | {f"{nr}.": ord_ for nr, ord_ in enumerate(LEDD, 1)}


def _slik(tekst: str) -> str:
    """How it is written, about the part that is wrong when that can be told."""
    for ord_ in tekst.split():
        if ord_ in _SKRIVES:
            return f"Skriv «{_SKRIVES[ord_]}», ikke «{ord_}»"
    for ord_, hva in re.findall(r"([^\W\d]+) (ledd|punktum)", tekst):
        if ord_ not in LEDD:
            return f"«{ord_} {hva}» skrives med et av ordene {', '.join(LEDD)}"
    if treff := re.search(r"bokstav (\S\S+)", tekst):
        return f"En bokstav er én liten bokstav, ikke «{treff[1]}»"
    return "Skriv for eksempel «FOR § 3 første ledd bokstav a», eller «FOR § ?» når paragrafen ikke er funnet"


def les_hjemmel(tekst: str) -> Hjemmel:
    """Raises ValueError in Norwegian when the text is not a legal reference."""
    treff = _FORM.fullmatch(" ".join(tekst.split()))
    if not treff:
        raise ValueError(f"«{tekst[:60]}» er ikke en hjemmel. {_slik(tekst)}")
    return Hjemmel(*(verdi or "" for verdi in treff.groups()))
