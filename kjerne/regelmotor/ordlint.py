"""The lint of regler.py: reads the file as a tree, before a line of it is run.

A lint, not a wall: it keeps honest people from writing what would decide cases wrongly (see runbooks/adr/0002).
"""

from __future__ import annotations

import ast
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.mappefil import les_tekst
from kjerne.kontrakt.ordforrad import ORDFORRAAD
from kjerne.kontrakt.tolkefeil import python_grunn
from kjerne.kontrakt.verdier import nfc
from kjerne.regelmotor.dekoratorlint import dekoratorfeil
from kjerne.regelmotor.ordhjelp import heter, mente, rett_ord

MAKS_LINJER = 6
MAKS_DYBDE = 40
MAKS_REGLER = 300
DEL_OPP = "Del det i flere regler med navn."
TALL = (0, 1, 12)
DEKORATORER = ("vilkår", "beregning", "samling", "rett", "beløp")
IKKE_GJORT = "Ordningen er ute av drift til filen er rettet. Reglene er ikke kjørt."

_FORBUDT = {
    ast.BoolOp: "and/or avgjør alle saker under ett. Bruk alle(…) eller ett_av(…)",
    ast.IfExp: "if avgjør alle saker under ett. Bruk hvis(vilkår, da, ellers)",
    ast.Attribute: "punktum (.where, .apply …) gjør ukjent til avslag eller til høyeste beløp. Bruk ordforrådet",
    ast.Subscript: "[ ] er ikke lov i en regel. Bruk ordforrådet",
    ast.Lambda: "lambda er ikke lov i en regel",
    ast.JoinedStr: "tekst kan ikke settes sammen i en regel",
}
_HVIS = "Bruk hvis(vilkår, da, ellers)."
_OPERATORER = (ast.Add, ast.Sub, ast.Mult, ast.Div)


def lint_regler(sti: Path) -> list[Ordningsfeil]:
    """All findings in the file, with line, column and fix. Empty = good."""
    try:
        tre = les_tre(sti, IKKE_GJORT)
    except Ordningsfeil as feil:
        return [feil]
    return _Lint(sti).fil(tre)


def les_tre(sti: Path, ikke_gjort: str) -> ast.Module:
    """The file as a tree, not run. Raises Ordningsfeil for what is no Python, or is nested deeper than anyone reads."""
    try:
        tre = ast.parse(les_tekst(sti, ikke_gjort), filename=sti.name)
    except (SyntaxError, ValueError) as feil:
        hvor = f"{sti}, linje {getattr(feil, 'lineno', None) or 1}"
        grunn, linje = python_grunn(str(getattr(feil, "msg", ""))), (getattr(feil, "text", "") or "").strip()[:60]
        gjor = f"Rett linjen «{linje}»." if linje else "Rett linjen: parenteser, kolon, innrykk, anførselstegn."
        raise Ordningsfeil(f"Filen er ikke gyldig Python{': ' + grunn if grunn else ''}.", hvor, gjor, ikke_gjort) from None
    except (RecursionError, MemoryError):
        raise Ordningsfeil("Et uttrykk er for dypt nøstet.", f"{sti}, linje 1", DEL_OPP, ikke_gjort) from None
    nivaa, dybde = list(ast.iter_child_nodes(tre)), 0
    while nivaa:
        if (dybde := dybde + 1) > MAKS_DYBDE:
            linje = getattr(nivaa[0], "lineno", 1)
            raise Ordningsfeil("Et uttrykk er for dypt nøstet.", f"{sti}, linje {linje}", DEL_OPP, ikke_gjort)
        nivaa = [barn for node in nivaa for barn in ast.iter_child_nodes(node)]
    return tre


class _Lint:
    def __init__(self, sti: Path):
        self.sti = sti
        self.funn: list[Ordningsfeil] = []
        self.sett = ""
        self.navn: set[str] = set()

    def si(self, node: ast.AST, hva: str, gjor: str = "Skriv regelen med ordene i ordforrådet.") -> None:
        hvor = f"{self.sti}, linje {getattr(node, 'lineno', 1)}, kolonne {getattr(node, 'col_offset', 0) + 1}"
        self.funn.append(Ordningsfeil(f"{hva}.", hvor, gjor, IKKE_GJORT))

    def fil(self, tre: ast.Module) -> list[Ordningsfeil]:
        for node in tre.body:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                continue  # the docstring
            if isinstance(node, ast.ImportFrom):
                self.importen(node)
            elif isinstance(node, ast.Assign):
                self.regelsettet(node)
            elif isinstance(node, ast.FunctionDef):
                self.regelen(node)
            else:
                self.si(node, f"«{heter(node)}» er ikke lov i regler.py", "Bare import, ett Regelsett og regler.")
        return self.funn

    def importen(self, node: ast.ImportFrom) -> None:
        if node.module != "kjerne.kontrakt" or node.level:
            self.si(node, f"Import fra «{node.module}» er ikke lov", "Importer bare fra kjerne.kontrakt.")
        for alias in node.names:
            if alias.name not in (*ORDFORRAAD, "Regelsett") or alias.asname:
                self.si(node, f"«{alias.name}» er ikke et ord i ordforrådet", rett_ord(alias.name))

    def regelsettet(self, node: ast.Assign) -> None:
        kall = node.value
        riktig = isinstance(kall, ast.Call) and isinstance(kall.func, ast.Name) and kall.func.id == "Regelsett"
        if not riktig or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name) or self.sett:
            self.si(node, "Tilordning utenfor en regel", 'Skriv ett Regelsett: lk = Regelsett("id").')
        else:
            self.sett = node.targets[0].id

    def regelen(self, node: ast.FunctionDef) -> None:
        self.dekoratoren(node)
        self.navnet(node)
        argumenter = node.args
        if argumenter.vararg or argumenter.kwarg or argumenter.defaults or argumenter.kwonlyargs or argumenter.posonlyargs:
            self.si(
                node, f"Regelen {node.name} har andre argumenter enn navn på kolonner", "Skriv bare navn, uten * og uten standardverdier."
            )
        kropp = [n for n in node.body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
        if kropp and kropp[-1].end_lineno - kropp[0].lineno + 1 > MAKS_LINJER:
            self.si(node, f"Regelen {node.name} er lengre enn {MAKS_LINJER} linjer", "Del den i flere regler med navn.")
        navn = {a.arg for a in argumenter.args}
        for setning in kropp[:-1]:
            if isinstance(setning, ast.Assign) and len(setning.targets) == 1 and isinstance(setning.targets[0], ast.Name):
                self.uttrykk(setning.value, navn)
                navn.add(setning.targets[0].id)
            else:
                gjor = _HVIS if isinstance(setning, ast.If) else "Bare navn = uttrykk, og return til slutt."
                self.si(setning, f"«{heter(setning)}» er ikke lov i en regel", gjor)
        if not kropp or not isinstance(kropp[-1], ast.Return) or kropp[-1].value is None:
            self.si(node, f"Regelen {node.name} slutter ikke med return", "La siste linje være return <uttrykk>.")
        else:
            self.uttrykk(kropp[-1].value, navn)

    def navnet(self, node: ast.FunctionDef) -> None:
        if nfc(node.name) in self.navn:
            self.si(node, f"Regelen {node.name} er skrevet to ganger", "Fjern den ene, eller gi den et eget navn.")
        self.navn.add(nfc(node.name))
        if len(self.navn) == MAKS_REGLER + 1:
            self.si(node, f"Ordningen har over {MAKS_REGLER} regler", "Ingen jurist kan godkjenne så mange. Del ordningen.")
        argumenter = [nfc(a.arg) for a in node.args.args]
        if dobbelt := {a for a in argumenter if argumenter.count(a) > 1}:
            self.si(node, f"Argumentet {', '.join(sorted(dobbelt))} står to ganger", "Fjern det ene.")

    def dekoratoren(self, node: ast.FunctionDef) -> None:
        if len(node.decorator_list) != 1:
            return self.si(node, f"{node.name} er ikke en regel", 'Sett for eksempel @lk.vilkår("FOR § 3", "…", kilde="…") over.')
        dek = node.decorator_list[0]
        riktig = isinstance(dek, ast.Call) and isinstance(dek.func, ast.Attribute) and isinstance(dek.func.value, ast.Name)
        if not riktig or dek.func.value.id != self.sett or dek.func.attr not in DEKORATORER:
            return self.si(dek, "Ukjent dekorator", f"Bruk en av: {', '.join(DEKORATORER)}.")
        verdier = [*dek.args, *(k.value for k in dek.keywords)]
        if not all(isinstance(v, ast.Constant) and isinstance(v.value, str) for v in verdier):
            return self.si(dek, "Hjemmel, tekst og kilde må være ren tekst", "Skriv teksten rett inn.")
        for hva, gjor in dekoratorfeil(dek):
            self.si(dek, hva, gjor)
        return None

    def uttrykk(self, node: ast.expr, navn: set[str]) -> None:
        for type_, grunn in _FORBUDT.items():
            if isinstance(node, type_):
                return self.si(node, grunn)
        if isinstance(node, ast.Constant):
            return self.konstanten(node)
        if isinstance(node, ast.Name):
            if node.id not in navn:
                gjor = mente(node.id, navn) or "Ta det med som argument i def-linjen."
                self.si(node, f"«{node.id}» er ikke et argument til regelen", gjor)
            return None
        if isinstance(node, ast.BinOp) and isinstance(node.op, _OPERATORER):
            return self.flere(node.left, node.right, navn=navn)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return self.uttrykk(node.operand, navn)
        if isinstance(node, ast.Compare):
            if len(node.ops) > 1 or isinstance(node.ops[0], ast.In | ast.NotIn | ast.Is | ast.IsNot):
                return self.si(node, "a < b < c, in og is er ikke lov i en regel", "Bruk innenfor(…), er(…) eller alle(…).")
            return self.flere(node.left, node.comparators[0], navn=navn)
        if isinstance(node, ast.Call):
            return self.kallet(node, navn)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self.si(node, "not avgjør alle saker under ett", "Bruk ikke(…).")
        return self.si(node, f"«{heter(node)}» er ikke lov i en regel", "Regn med +, -, * og /, og bruk ordene: ordning ord.")

    def kallet(self, node: ast.Call, navn: set[str]) -> None:
        if not isinstance(node.func, ast.Name):
            return self.si(node, _FORBUDT.get(type(node.func), "Bare ordene i ordforrådet kan kalles"))
        if node.func.id not in ORDFORRAAD:
            return self.si(node, f"«{node.func.id}» er ikke et ord i ordforrådet", rett_ord(node.func.id))
        tekst_lov = node.func.id == "er"
        for arg in [*node.args, *(k.value for k in node.keywords)]:
            if not (tekst_lov and isinstance(arg, ast.Constant) and isinstance(arg.value, str)):
                self.uttrykk(arg, navn)
        return None

    def flere(self, *noder: ast.expr, navn: set[str]) -> None:
        for node in noder:
            self.uttrykk(node, navn)

    def konstanten(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool) or not isinstance(node.value, int) or node.value not in TALL:
            vist = str(node.value).replace(".", ",") if isinstance(node.value, float) else repr(node.value)
            self.si(node, f"Verdien {vist} står i regelen", "Flytt den til parametre.csv med hjemmel og kilde.")
