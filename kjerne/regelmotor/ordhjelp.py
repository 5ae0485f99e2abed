"""Help with words: what a Python word is called in the vocabulary, and which word was probably meant."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable

from kjerne.kontrakt.ordforrad import ORDFORRAAD

NAER = 0.75  # how alike two names must be before one is said to be meant: a guess that is wrong costs more than none
ALLE_ORDENE = "Ordene står i: ordning ord."

# What people reach for first, and what does it here.
_HETER = {
    "max": "høyest", "maximum": "høyest", "maks": "høyest", "storst": "høyest", "størst": "høyest", "senest_av": "høyest",
    "min": "lavest", "minimum": "lavest", "minst": "lavest", "tidligst_av": "lavest", "tidligst": "lavest",
    "all": "alle", "and_": "alle", "og": "alle", "any": "ett_av", "or_": "ett_av", "eller": "ett_av", "en_av": "ett_av",
    "not_": "ikke", "if_": "hvis", "where": "hvis", "isin": "ett_av", "sum": "sum_av", "mean": "snitt_av", "snitt": "snitt_av",
    "gjennomsnitt": "snitt_av", "len": "antall_av", "count": "antall_av", "antall": "antall_av", "round": "hele_kroner",
    "avrund": "hele_kroner", "rund": "hele_kroner", "ceil": "hele_opp", "isnull": "kjent", "isna": "kjent", "notna": "kjent",
    "coalesce": "første_kjente", "fillna": "første_kjente", "lik": "er", "between": "innenfor", "mellom": "innenfor",
    "virkedager": "ukedager", "arbeidsdager": "ukedager", "alder": "hele_år", "år": "hele_år", "måneder": "hele_måneder",
    "prosent": "andel", "i_perioden": "innenfor",
}  # fmt: skip
# What is not allowed, as it is called by those who write it.
_HETER_I_PYTHON = {
    ast.If: "if", ast.For: "for", ast.While: "while", ast.With: "with", ast.Try: "try", ast.ClassDef: "class", ast.Expr: "uttrykk",
    ast.Import: "import", ast.AugAssign: "+=", ast.Assign: "tilordning", ast.AnnAssign: "tilordning", ast.Delete: "del",
    ast.Raise: "raise", ast.Assert: "assert", ast.Global: "global", ast.Pass: "pass", ast.FunctionDef: "def", ast.Return: "return",
    ast.AsyncFunctionDef: "async def", ast.List: "en liste", ast.Tuple: "flere verdier med komma", ast.Dict: "{ }", ast.Set: "{ }",
    ast.ListComp: "for", ast.GeneratorExp: "for", ast.Starred: "*", ast.NamedExpr: ":=", ast.Pow: "**", ast.Mod: "%",
    ast.FloorDiv: "//", ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.Invert: "~", ast.UAdd: "+",
}  # fmt: skip


def heter(node: ast.AST) -> str:
    """What is called so in the file: «for», «**», «en liste»."""
    if isinstance(node, ast.BinOp | ast.UnaryOp):
        return heter(node.op)
    return _HETER_I_PYTHON.get(type(node), type(node).__name__)


def rett_ord(ord_: str) -> str:
    """What to do about a word that is not in the vocabulary."""
    if ord_ in _HETER:
        return f"Bruk «{_HETER[ord_]}»."
    return mente(ord_, ORDFORRAAD) or ALLE_ORDENE


def mente(navn: str, kjente: Iterable[str]) -> str:
    """«Mente du …?», or nothing when no name is near enough."""
    naer = difflib.get_close_matches(navn, list(kjente), 1, cutoff=NAER)
    return f"Mente du «{naer[0]}»?" if naer else ""
