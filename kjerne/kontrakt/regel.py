"""`Regelsett`: collects the rules of a scheme. It never computes; kjerne.regelmotor does.

A rule is a function whose arguments are columns: facts of the application, parameters, tables or other rules.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kjerne.kontrakt.hjemmel import Hjemmel, les_hjemmel
from kjerne.kontrakt.verdier import nfc

Art = Literal["vilkår", "beregning", "samling", "rett", "beløp"]
ENHETER = ("kr", "kr/dag", "kr/md", "kr/år", "dager", "måneder", "år", "antall", "andel", "dato", "ja/nei", "kode")


class Regelfeil(ValueError):
    """A rule is wrongly declared (Norwegian text: what, and how to write it)."""


@dataclass(frozen=True)
class Regel:
    """One rule. `argumenter` name what it depends on; `linje` is the line in regler.py."""

    navn: str
    art: Art
    hjemmel: Hjemmel
    tekst: str  # the condition or the amount in plain Norwegian, as a caseworker would say it
    kilde: str  # where the content was verified (keys of [kilder] in the manifest)
    funksjon: Callable
    argumenter: tuple[str, ...]
    enhet: str = ""
    valg: str = ""  # a choice made where the source is silent
    til: str = ""  # payee role, for amounts
    klasse: str = ""  # class of the payment line, for amounts
    fom: str = ""  # names of the rules that give first and last day of the line
    tom: str = ""
    linje: int = 0


class Regelsett:
    """The rules of one scheme, in the order they were written."""

    def __init__(self, id: str):
        self.id = id
        self.regler: dict[str, Regel] = {}

    def vilkår(self, hjemmel: str, tekst: str, *, kilde: str, valg: str = ""):
        """A condition: yes is good for the applicant. A refusal needs at least one that is known to be no."""
        return self._regel("vilkår", hjemmel, tekst, kilde, enhet="ja/nei", valg=valg)

    def beregning(self, hjemmel: str, tekst: str, *, enhet: str, kilde: str, valg: str = ""):
        """A value that other rules build on, in the unit `enhet`."""
        return self._regel("beregning", hjemmel, tekst, kilde, enhet=enhet, valg=valg)

    def samling(self, hjemmel: str, tekst: str, *, kilde: str, valg: str = ""):
        """Which income rows count. The engine remembers the rows kept."""
        return self._regel("samling", hjemmel, tekst, kilde, enhet="kode", valg=valg)

    def rett(self, hjemmel: str, tekst: str, *, kilde: str, valg: str = ""):
        """Whether the applicant has the right. Exactly one in a scheme."""
        return self._regel("rett", hjemmel, tekst, kilde, enhet="ja/nei", valg=valg)

    def beløp(self, hjemmel: str, tekst: str, *, til: str, klasse: str, fom: str, tom: str, kilde: str, valg: str = ""):
        """An amount in kroner to the payee role `til`: one payment line from `fom` to `tom` (rules or facts that are dates)."""
        return self._regel("beløp", hjemmel, tekst, kilde, enhet="kr", valg=valg, til=til, klasse=klasse, fom=fom, tom=tom)

    def _regel(self, art: Art, hjemmel: str, tekst: str, kilde: str, **resten: str):
        if resten["enhet"] not in ENHETER:
            raise Regelfeil(f"ukjent enhet «{resten['enhet']}». Kjente: {', '.join(ENHETER)}")
        if not tekst.strip() or not kilde.strip():
            raise Regelfeil("en regel trenger en tekst og en kilde")
        lest = les_hjemmel(hjemmel)

        def samle(funksjon: Callable) -> Callable:
            navn = nfc(funksjon.__name__)
            if navn in self.regler:
                raise Regelfeil(f"regelen {navn} er skrevet to ganger")
            self.regler[navn] = Regel(
                navn, art, lest, tekst, kilde, funksjon, tuple(map(nfc, inspect.signature(funksjon).parameters)),
                linje=funksjon.__code__.co_firstlineno, **resten,
            )
            return funksjon

        return samle

    def av_art(self, *arter: Art) -> list[Regel]:
        return [r for r in self.regler.values() if r.art in arter]
