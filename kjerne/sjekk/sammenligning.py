"""Finds every limit in the rules: where one number or date is compared with another, read from the text of regler.py."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from kjerne.kontrakt.kolonne import Kolonne, som_kolonne
from kjerne.kontrakt.mappefil import les_tekst
from kjerne.kontrakt.ordforrad import ORDFORRAAD
from kjerne.kontrakt.rader import Utvalg
from kjerne.kontrakt.regel import Regel
from kjerne.kontrakt.verdier import nfc
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.sporing import Sporing

_HELE = ("heltall", "dager", "måneder", "år", "antall")
_TEGN = {ast.Lt: "under", ast.LtE: "høyst", ast.Gt: "over", ast.GtE: "minst"}
_ORD = ("før", "etter", "senest", "innenfor")


@dataclass(frozen=True)
class Sammenligning:
    """`a` against `b` in a rule; `steg` the smallest step that matters, in the unit of the rule (a day, a krone, one per cent)."""

    regel: Regel
    a: ast.expr
    b: ast.expr
    for_: tuple[ast.Assign, ...]  # what the rule names before it compares
    steg: float

    @property
    def tekst(self) -> str:
        return f"{ast.unparse(self.a)} mot {ast.unparse(self.b)}"

    @property
    def navn(self) -> set[str]:
        """The columns that the comparison rests on."""
        noder = [self.a, self.b, *(s.value for s in self.for_)]
        alle = {nfc(n.id) for node in noder for n in ast.walk(node) if isinstance(n, ast.Name)}
        return alle & set(self.regel.argumenter)

    def avstand(self, sporing: Sporing) -> np.ndarray | None:
        """How far `a` is from `b` in each case; NaN where it is not known, None where they are neither numbers nor dates."""
        rom: dict[str, Any] = ORDFORRAAD | {n: sporing.verdier[n] for n in self.regel.argumenter}
        for setning in self.for_:
            rom[nfc(setning.targets[0].id)] = _verdi(setning.value, rom)
        par = [_verdi(x, rom) for x in (self.a, self.b)]
        if any(isinstance(v, Utvalg) for v in par):
            return None
        a, b = (som_kolonne(v).til_lengde(sporing.antall) for v in par)
        if a.art != b.art or a.art not in ("tall", "dato"):
            return None
        forskjell = (a.data - b.data).astype("float64")
        return np.where(a.kjentmaske & b.kjentmaske, forskjell, np.nan)


def _verdi(node: ast.expr, rom: dict[str, Any]) -> Kolonne | Utvalg:
    """The value of a part of a rule. The lint has passed the rule, so there is nothing here but the vocabulary."""
    return eval(compile(ast.Expression(node), "regler.py", "eval"), {"__builtins__": {}}, rom)


def sammenligninger(verk: Regelverk) -> list[Sammenligning]:
    tre = ast.parse(les_tekst(verk.mappe / "regler.py"))
    ut: dict[tuple[str, str], Sammenligning] = {}  # the same limit in two rules is one limit
    for node in tre.body:
        regel = verk.regler.get(nfc(node.name)) if isinstance(node, ast.FunctionDef) else None
        if regel:
            setninger = tuple(s for s in node.body if isinstance(s, ast.Assign))
            egen = regel.navn if setninger else ""  # what the rule names itself may mean something else in another
            for a, b in (par for s in node.body for par in _parene(s)):
                funnet = Sammenligning(regel, a, b, setninger, _steg(verk, a, b))
                ut.setdefault((egen, funnet.tekst), funnet)
    return list(ut.values())


def _parene(setning: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    for node in ast.walk(setning):
        if isinstance(node, ast.Compare) and type(node.ops[0]) in _TEGN:
            yield node.left, node.comparators[0]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and nfc(node.func.id) in _ORD:
            for grense in node.args[1:]:
                yield node.args[0], grense


def _steg(verk: Regelverk, *sider: ast.expr) -> float:
    """By the unit of a side that is one name; otherwise a krone where there is money, one per cent where there are shares."""
    enkle = [e for s in sider if isinstance(s, ast.Name) and (e := _enhet(verk, nfc(s.id)))]
    alle = enkle or [_enhet(verk, nfc(n.id)) for s in sider for n in ast.walk(s) if isinstance(n, ast.Name)]
    if any(e == "dato" or e in _HELE or e.startswith("kr") for e in alle):
        return 1.0
    return 0.01 if any(e in ("prosent", "%", "andel") for e in alle) else 1.0


def _enhet(verk: Regelverk, navn: str) -> str:
    if navn in verk.regler:
        return verk.regler[navn].enhet
    if navn in verk.parameternavn:
        return verk.parameternavn[navn][0].enhet
    return verk.fakta.get(navn, "")
