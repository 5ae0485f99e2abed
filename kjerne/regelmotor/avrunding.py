"""How many decimals of a krone an amount can have, read from the rules: a rounding that is missing is seen before any case shows it."""

from __future__ import annotations

import ast
import math
from decimal import Decimal

from kjerne.regelmotor.regeltre import navn, regeltraer, svaret
from kjerne.regelmotor.regelverk import Regelverk

UENDELIG = math.inf
_HELE = frozenset(("hele_kroner", "hele_opp", "antall_av", "antall_måneder_av", "måneder_uten", "ukedager", "hele_måneder", "hele_år"))
_FELT = {"heltall": 0, "kroner": 2}
_VELGER = frozenset(("lavest", "høyest", "første_kjente", "hvis", "nøyaktig"))  # what comes out is one of what goes in


def desimaler(verk: Regelverk) -> dict[str, float]:
    """For each amount that is paid, the decimals of a krone that it can have; UENDELIG when nothing rounds it."""
    leser = _Leser(verk)
    return {r.navn: leser.navnet(r.navn) for r in verk.regelsett.av_art("beløp")}


class _Leser:
    def __init__(self, verk: Regelverk):
        self.verk = verk
        self.svar = {n: svaret(t) for n, t in regeltraer(verk).items()}

    def av(self, node: ast.expr) -> float:
        if isinstance(node, ast.Name):
            return self.navnet(navn(node))
        if isinstance(node, ast.Constant):
            return 0
        if isinstance(node, ast.UnaryOp):
            return self.av(node.operand)
        if isinstance(node, ast.BinOp):
            a, b = self.av(node.left), self.av(node.right)
            return UENDELIG if isinstance(node.op, ast.Div) else a + b if isinstance(node.op, ast.Mult) else max(a, b)
        return self._ordet(navn(node.func), node.args) if isinstance(node, ast.Call) else UENDELIG

    def _ordet(self, ord_: str, ledd: list[ast.expr]) -> float:
        if ord_ in _HELE:
            return 0
        if ord_ in ("hele_øre", "sum_av"):
            return 2
        return max(map(self.av, ledd[ord_ == "hvis" :]), default=UENDELIG) if ord_ in _VELGER else UENDELIG

    def navnet(self, navn_: str) -> float:
        if navn_ in self.svar:
            return self.av(self.svar[navn_])
        if rader := self.verk.parameternavn.get(navn_):
            return max(_desimaler(r.verdi) if isinstance(r.verdi, Decimal) else UENDELIG for r in rader)
        return _FELT.get(self.verk.fakta.get(navn_, ""), UENDELIG)


def _desimaler(tall: Decimal) -> int:
    return max(0, -tall.normalize().as_tuple().exponent)
