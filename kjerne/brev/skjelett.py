"""A letter without its values: rendered once by the template for each shape of letter, then filled for each case.

Letters of the same shape (outcome, deciding conditions, number of lines …) differ only in values. The template is
run with a mark in the place of each value; what it gives is cut at the marks. Filling gives the same bytes as the
template would (a test compares them), thirty times as fast. It holds because a scheme's blocks may only insert values,
never choose by them (`Brevmal.les` refuses others).
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat

from markupsafe import escape

_MERKE = re.compile("\ue000(\\d+)\ue001")
_REN = re.compile("[^&<>\"']*")

Plass = Hashable  # names of values, and ("linje", 0, "belop") and the like


class Merker:
    """Gives each place a mark of its own while the template runs."""

    def __init__(self) -> None:
        self.plasser: dict[Plass, str] = {}

    def __call__(self, plass: Plass) -> str:
        return self.plasser.setdefault(plass, f"\ue000{len(self.plasser)}\ue001")


class Skjelett:
    def __init__(self, tekst: str, merker: Merker):
        plasser = list(merker.plasser)
        deler = _MERKE.split(tekst)
        self.faste = deler[0::2]
        self.plasser = [plasser[int(nr)] for nr in deler[1::2]]

    def fyll(self, verdi: Mapping[Plass, str]) -> str:
        """The letter. Raises KeyError naming the place that the case has no value for."""
        return next(self.fyll_mange({p: [verdi[p]] for p in dict.fromkeys(self.plasser)}, 1))

    def fyll_mange(self, kolonner: Mapping[Plass, Sequence[str]], antall: int) -> Iterator[str]:
        """The letters of many cases of this shape: one column of values for each place. Raises KeyError as `fyll`."""
        trygge = {p: _trygge(kolonner[p]) for p in dict.fromkeys(self.plasser)}
        deler: list[Iterable[str]] = [repeat(self.faste[0], antall)]
        for plass, fast in zip(self.plasser, self.faste[1:], strict=True):
            deler += [trygge[plass], repeat(fast, antall)]
        return map("".join, zip(*deler, strict=True))


def _trygge(tekster: Sequence[str]) -> list[str]:
    """The texts, safe in HTML."""
    return [t if _REN.fullmatch(t) else str(escape(t)) for t in tekster]
