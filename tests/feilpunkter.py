"""The names of every failpoint in the source, read without running it. What cannot be read is a fault, never a hole."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from kjerne.kjoring.standard import STANDARD
from kjerne.utbetaling.tilstand import OVERGANGER

ROT = Path(__file__).parents[1]
ROM = ("kjerne", "flows")
SELV = ROT / "kjerne" / "lager" / "feilpunkt.py"
_FILSKRIVERE = ("skriv_fast", "utkast")  # their last argument names three points
_HANDLINGER = {"bunt": list(OVERGANGER), "stopp": ["stopp", "foresla_start", "start"],
               "oppdragsfil": ["sendt", "kvittert", "avstemt"]}  # fmt: skip  by the first word of the point


class UkjentFeilpunkt(AssertionError):
    """A failpoint whose name the scan cannot read."""


def feilpunkter_i_koden() -> dict[str, str]:
    """Name → where, of every point in kjerne/ and flows/."""
    filer = [f for rom in ROM for f in sorted((ROT / rom).rglob("*.py")) if f != SELV]
    return feilpunkter_i({str(f.relative_to(ROT)): f.read_text("utf-8") for f in filer})


def feilpunkter_i(kilder: dict[str, str]) -> dict[str, str]:
    """As `feilpunkter_i_koden`, of these sources (path → text)."""
    trær = {sti: ast.parse(tekst) for sti, tekst in kilder.items()}
    for sti, tre in trær.items():
        _krev_lesbar(sti, tre, kilder[sti])
    steder = sorted({navn for sti, tre in trær.items() for navn in _steder(sti, tre)})
    faste = {"steg.navn": [s.navn for s in STANDARD.steg], "sted": steder, "self.sted": steder}
    ut: dict[str, str] = {}
    for sti, tre in trær.items():
        for kall in _kall(tre, "feilpunkt"):
            for navn in _navn(sti, kall, faste):
                ut.setdefault(navn, f"{sti}:{kall.lineno}")
    return ut


def _kall(tre: ast.AST, *navn: str) -> list[ast.Call]:
    alle = [n for n in ast.walk(tre) if isinstance(n, ast.Call)]
    return [n for n in alle if getattr(n.func, "id", getattr(n.func, "attr", "")) in navn]


def _krev_lesbar(sti: str, tre: ast.AST, tekst: str) -> None:
    """No other name for it, no passing it on, no way round the scan."""
    kalt = {id(k.func) for k in _kall(tre, "feilpunkt")}
    for n in ast.walk(tre):
        if isinstance(n, ast.alias) and n.name.split(".")[-1] == "feilpunkt" and n.asname:
            raise UkjentFeilpunkt(f"{sti}: feilpunkt importert under et annet navn")
        brukt = isinstance(n, ast.Name) and n.id == "feilpunkt" or isinstance(n, ast.Attribute) and n.attr == "feilpunkt"
        if brukt and id(n) not in kalt and not _er_modul(tre, n):
            raise UkjentFeilpunkt(f"{sti}:{n.lineno}: feilpunkt brukt uten å bli kalt")
    if re.search(r"""["']feilpunkt["']""", tekst):
        raise UkjentFeilpunkt(f"{sti}: feilpunkt hentet ved navn")


def _er_modul(tre: ast.AST, navn: ast.expr) -> bool:
    """The module in `feilpunkt.feilpunkt(…)`."""
    return any(isinstance(k.func, ast.Attribute) and k.func.value is navn for k in _kall(tre, "feilpunkt"))


def _steder(sti: str, tre: ast.AST) -> list[str]:
    """The kinds of files that are written."""
    ut = []
    for kall in _kall(tre, *_FILSKRIVERE):
        siste = kall.args[-1] if kall.args else None
        if isinstance(siste, ast.Constant) and isinstance(siste.value, str):
            ut.append(siste.value)
        elif sti != "kjerne/lager/fil.py":  # where one of them calls the other
            raise UkjentFeilpunkt(f"{sti}:{kall.lineno}: {ast.unparse(kall.func)} uten stedet som siste, skrevne argument")
    return ut


def _navn(sti: str, kall: ast.Call, faste: dict[str, list[str]]) -> list[str]:
    if len(kall.args) != 1 or kall.keywords:
        raise UkjentFeilpunkt(f"{sti}:{kall.lineno}: feilpunkt skal ha ett argument")
    arg = kall.args[0]
    if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
        return [arg.value]
    if not isinstance(arg, ast.JoinedStr):
        raise UkjentFeilpunkt(f"{sti}:{kall.lineno}: navnet {ast.unparse(arg)} kan ikke leses")
    forste = arg.values[0].value.split(".")[0] if isinstance(arg.values[0], ast.Constant) else ""
    fyll, ut = faste | dict.fromkeys(("handling", "hendelse"), _HANDLINGER.get(forste, [])), [""]
    for del_ in arg.values:
        biter = [del_.value] if isinstance(del_, ast.Constant) else fyll.get(ast.unparse(del_.value), [])
        if not biter:
            raise UkjentFeilpunkt(f"{sti}:{kall.lineno}: {ast.unparse(arg)} kan ikke fylles ut")
        ut = [foer + bit for foer in ut for bit in biter]
    return ut
