"""How many months back in the income the rules look, read from their text where it can be known."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kjerne.regelmotor.regeltre import kall, navn, regeltraer, svaret
from kjerne.regelmotor.regelverk import Regelverk

# The word → the place of its date, and of the number of months that it looks back
ORDENE = {"siste_måneder": (1, 2), "måneder_uten": (1, 2), "siste_måneder_uten": (1, 3)}


@dataclass(frozen=True)
class Tilbakeblikk:
    """The rule `regel` reads `maaneder` whole months before `dato`: a fact, or a day that a parameter fixes (`fast`)."""

    regel: str
    dato: str
    maaneder: int
    fast: dt.date | None = None


def tilbakeblikk(verk: Regelverk) -> Iterator[Tilbakeblikk]:
    """One for each word that reads back a number of months that has an upper bound, from a date that is known."""
    leser = _Leser(verk)
    for regel, tre in leser.svar.items():
        for ord_, node in kall(tre, *ORDENE):
            plass, antall = ORDENE[ord_]
            dato = leser.opphav(navn(node.args[plass])) if len(node.args) > antall else ""
            maaneder = leser.hoyst(node.args[antall]) if dato else None
            if dato and maaneder is not None:
                fast = [p.verdi for p in verk.parameternavn.get(dato, []) if isinstance(p.verdi, dt.date)]
                yield Tilbakeblikk(regel, dato, int(maaneder), min(fast) if fast else None)


def opphav(verk: Regelverk, navn: str) -> str:
    """The fact or parameter that a rule only passes on; the name itself when it is one; empty when the rule works it out."""
    return _Leser(verk).opphav(navn)


class _Leser:
    def __init__(self, verk: Regelverk):
        self.verk = verk
        self.svar = {n: svaret(t) for n, t in regeltraer(verk).items()}

    def opphav(self, navn_: str) -> str:
        while navn_ in self.svar:  # the rules have no circles
            navn_ = navn(self.svar[navn_])
        return navn_

    def hoyst(self, node: ast.expr) -> Decimal | None:
        """The highest number that the expression can give; None when nothing bounds it. Nothing here is below 0."""
        if isinstance(node, ast.Constant):
            return Decimal(node.value)
        if isinstance(node, ast.Name):
            return self._navnet(navn(node))
        if isinstance(node, ast.BinOp):
            return self._regnet(node)
        if isinstance(node, ast.Call):
            return self._ordet(navn(node.func), [self.hoyst(a) for a in node.args])
        return None

    def _navnet(self, navn_: str) -> Decimal | None:
        if navn_ in self.svar:
            return self.hoyst(self.svar[navn_])
        if rader := self.verk.parameternavn.get(navn_):
            return max(r.verdi for r in rader) if all(isinstance(r.verdi, Decimal) for r in rader) else None
        felt = next((f for f in self.verk.manifest.felt if f.navn == navn_), None)
        return Decimal(str(felt.hoyst)) if felt and felt.hoyst is not None else None

    def _regnet(self, node: ast.BinOp) -> Decimal | None:
        a, b = self.hoyst(node.left), self.hoyst(node.right)
        if isinstance(node.op, ast.Sub):
            return a  # what is drawn from it is not below 0
        if a is None or b is None or isinstance(node.op, ast.Div):
            return None
        return a + b if isinstance(node.op, ast.Add) else a * b

    @staticmethod
    def _ordet(ord_: str, ledd: list[Decimal | None]) -> Decimal | None:
        kjente = [v for v in ledd if v is not None]
        if ord_ == "lavest":
            return min(kjente, default=None)
        if ord_ == "hvis":
            ledd = ledd[1:]
        if ord_ in ("høyest", "hvis", "første_kjente", "hele_opp", "nøyaktig", "hele_kroner"):
            return None if None in ledd else max(ledd, default=None)
        return ledd[2] if ord_ == "måneder_uten" and len(ledd) > 2 else None
