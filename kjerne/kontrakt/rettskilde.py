"""`[rettskilder]` in ordning.toml: the laws and regulations that rules and parameters refer to, and the text in force on a day.

A key stands for one and the same set of rules while its text is replaced: a temporary regulation by an act, one act by the next.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kjerne.kontrakt.hjemmel import Hjemmel


class _Modell(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tospraak(_Modell):
    """A text in both written forms of Norwegian."""

    nb: str = Field(min_length=1)
    nn: str = Field(min_length=1)

    def paa(self, maalform: str) -> str:
        return self.nn if maalform == "nn" else self.nb


class Lovtekst(_Modell):
    """What was in force from a day until the next. `paragrafer` false: its numbers have not been read, so nothing names one."""

    fra: dt.date
    navn: str = Field(min_length=1)
    kort: Tospraak
    paragrafer: bool = True


class Rettskilde(_Modell):
    """A law or regulation. `tekster`: what replaced what, chosen by the date `klokke` of the case (empty: the scheme's own clock)."""

    navn: str = Field(min_length=1)
    kort: Tospraak | None = None  # what a letter calls it, in the middle of a sentence
    lenke: str = ""
    klokke: str = ""
    tekster: tuple[Lovtekst, ...] = ()

    @model_validator(mode="after")
    def _i_rekke(self) -> Rettskilde:
        if any(b.fra <= a.fra for a, b in pairwise(self.tekster)):
            raise ValueError("tekster skal stå etter datoen, den eldste først, og ingen dato to ganger")
        if self.klokke and not self.tekster:
            raise ValueError("klokke velger mellom tekster; skriv tekster, eller ta klokke ut")
        return self

    def tekst_paa(self, dag: dt.date | None) -> Lovtekst | None:
        """The text in force on the day; the first for a day before it. None when the day is not known, or there is one text only."""
        if dag is None or not self.tekster:
            return None
        return next((t for t in reversed(self.tekster) if t.fra <= dag), self.tekster[0])

    def kalt(self, maalform: str, dag: dt.date | None = None) -> str:
        """The name in the words of a letter."""
        kort = getattr(self.tekst_paa(dag), "kort", self.kort)
        return kort.paa(maalform) if kort else self.navn

    def sted(self, hjemmel: Hjemmel, maalform: str, dag: dt.date | None = None) -> str:
        """The name and the place in it, as a letter says it; no number where none has been read."""
        tekst = self.tekst_paa(dag)
        sted = hjemmel.sted(maalform) if tekst is None or tekst.paragrafer else ""
        return f"{self.kalt(maalform, dag)} {sted}".rstrip()
