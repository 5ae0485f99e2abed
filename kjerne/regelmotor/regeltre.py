"""The rules as trees: what the checks that read regler.py without running it share."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kjerne.kontrakt.mappefil import les_tekst
from kjerne.kontrakt.verdier import nfc

if TYPE_CHECKING:
    from kjerne.regelmotor.regelverk import Regelverk


def regeltraer(verk: Regelverk) -> dict[str, ast.FunctionDef]:
    """The function of each rule, by the name of the rule. The file has passed the lint."""
    tre = ast.parse(les_tekst(verk.mappe / "regler.py"))
    return {nfc(n.name): n for n in tre.body if isinstance(n, ast.FunctionDef) and nfc(n.name) in verk.regler}


def svaret(regel: ast.FunctionDef) -> ast.expr:
    """What the rule returns, with what it names on the way put in its place."""
    navngitt: dict[str, ast.expr] = {}
    regel = copy.deepcopy(regel)
    for setning in regel.body:
        if isinstance(setning, ast.Assign):
            navngitt[setning.targets[0].id] = _SettInn(navngitt).visit(setning.value)
    retur = next(s for s in reversed(regel.body) if isinstance(s, ast.Return))
    return _SettInn(navngitt).visit(retur.value)


class _SettInn(ast.NodeTransformer):
    def __init__(self, navngitt: dict[str, ast.expr]):
        self.navngitt = dict(navngitt)

    def visit_Call(self, node: ast.Call) -> ast.Call:
        return ast.copy_location(ast.Call(node.func, [self.visit(a) for a in node.args], node.keywords), node)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return copy.deepcopy(self.navngitt.get(node.id, node))


def kall(node: ast.AST, *ord_: str) -> Iterator[tuple[str, ast.Call]]:
    """(the word, the call) for each call of one of these words."""
    for n in ast.walk(node):
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and nfc(n.func.id) in ord_:
            yield nfc(n.func.id), n


def navn(node: ast.expr) -> str:
    """The name that the expression is; empty when it is more than a name."""
    return nfc(node.id) if isinstance(node, ast.Name) else ""
