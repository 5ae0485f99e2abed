"""The lint of flyt.py: reads the file as a tree before it is loaded. A flow composes steps; it reads no files."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.ordlint import les_tre

TILLATT = ("flows", "kjerne", "prefect", "__future__")
_PAA_TOPPEN = (ast.ImportFrom, ast.Import, ast.Assign, ast.AnnAssign, ast.FunctionDef)
_FARLIG = frozenset(
    ("open", "exec", "eval", "compile", "input", "breakpoint", "getattr", "setattr", "delattr", "vars", "globals", "locals")
)
IKKE_GJORT = "Ordningen er ute av drift til filen er rettet. Filen er ikke kjørt."


def lint_flyt(sti: Path) -> list[Ordningsfeil]:
    """All findings in the file, with line and fix."""
    try:
        tre = les_tre(sti, IKKE_GJORT)
    except Ordningsfeil as feil:
        return [replace(feil, hva=feil.hva.replace("Filen", "flyt.py"))]
    return [Ordningsfeil(f"{hva}.", f"{sti}, linje {node.lineno}", gjor, IKKE_GJORT) for node, hva, gjor in _funn(tre)]


def _funn(tre: ast.Module):
    for node in tre.body:
        tekst = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not tekst and not isinstance(node, _PAA_TOPPEN):
            yield node, f"{type(node).__name__} er ikke lov på øverste nivå i flyt.py", "Bare import, flyt = standardflyt(…) og steg."
    for node in ast.walk(tre):
        yield from _noden(node)


def _noden(node: ast.AST):
    if isinstance(node, ast.While):
        yield node, "While er ikke lov i flyt.py; den kan løpe for alltid", "Bruk stegene i standardflyten."
    if isinstance(node, ast.Import | ast.ImportFrom):
        navn = [node.module or "."] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        for modul in navn:
            if modul.split(".")[0] not in TILLATT:
                yield node, f"Import fra «{modul}» er ikke lov i flyt.py", f"Importer bare fra {', '.join(TILLATT[:3])}."
    if isinstance(node, ast.Attribute) and node.attr.startswith("__"):
        yield node, f"«{node.attr}» er ikke lov i flyt.py", "En flyt setter sammen steg; den graver ikke i Python."
    if isinstance(node, ast.Name) and (node.id in _FARLIG or node.id.startswith("__")):
        yield node, f"«{node.id}» er ikke lov i flyt.py", "En flyt setter sammen steg; den leser ikke filer og kjører ikke tekst."
