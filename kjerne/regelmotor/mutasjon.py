"""Small changes of the rules themselves, one at a time: what a slip of the pen would have made of them.

What is unknown stays unknown in every change, so that an example in which a fact is missing does not pass for one in which it is no.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from kjerne.kontrakt.kolonne import Kolonne, som_kolonne
from kjerne.kontrakt.ordforrad import ORDFORRAAD
from kjerne.kontrakt.verdier import nfc
from kjerne.regelmotor.regeltre import kall, navn, regeltraer
from kjerne.regelmotor.regelverk import Regelverk

_BYTT = {"lavest": "høyest", "høyest": "lavest"}
_UTEN = {"alle": "_alltid", "ett_av": "_aldri"}
_VERDI = "Skriv et eksempel der det utgjør en forskjell, eller skriv verdien i en kolonne med regelens navn."
_EKSEMPEL = {  # what notices each kind of change
    "hvis": "Skriv et eksempel der vilkåret i hvis er oppfylt, og ett der det ikke er det, med ulikt svar.",
    "alle": "Skriv et eksempel der bare dette leddet er nei.", "ett_av": "Skriv et eksempel der bare dette leddet er ja.",
    "lavest": _VERDI, "høyest": _VERDI, "alltid": "Skriv et eksempel der bare dette vilkåret ikke er oppfylt.",
    "aldri": "Skriv et eksempel der vilkåret er oppfylt og avgjør.",
}  # fmt: skip
MAKS_TEKST = 60


@dataclass(frozen=True)
class Mutant:
    """The rule `regel` worked out by another function."""

    regel: str
    funksjon: Callable
    endring: str  # what was changed, in Norwegian
    linje: int
    gjor_dette: str


def _alltid(vilkår: Any) -> Kolonne:
    kolonne = som_kolonne(vilkår)
    return Kolonne(np.ones_like(kolonne.data), kolonne.kjent)


def _aldri(vilkår: Any) -> Kolonne:
    kolonne = som_kolonne(vilkår)
    return Kolonne(np.zeros_like(kolonne.data), kolonne.kjent)


_ROM = ORDFORRAAD | {"_alltid": _alltid, "_aldri": _aldri}


def mutanter(verk: Regelverk) -> Iterator[Mutant]:
    """Each `hvis` that is always and never met, each argument of `alle` and `ett_av` left out, `lavest` for `høyest`; and each
    condition that is always and never met."""
    for regel, tre in regeltraer(verk).items():
        for ord_, node in list(kall(tre, "hvis", *_UTEN, *_BYTT)):
            for endring, sett, tilbake in _endringer(verk, ord_, node):
                sett()
                yield Mutant(regel, _funksjon(tre), endring, node.lineno, _EKSEMPEL[ord_])
                tilbake()
        if verk.regler[regel].art == "vilkår":
            egen = verk.regler[regel].funksjon
            yield Mutant(regel, lambda *a, f=egen: _alltid(f(*a)), "alltid oppfylt", tre.lineno, _EKSEMPEL["alltid"])
            yield Mutant(regel, lambda *a, f=egen: _aldri(f(*a)), "aldri oppfylt", tre.lineno, _EKSEMPEL["aldri"])


def _endringer(verk: Regelverk, ord_: str, node: ast.Call) -> Iterator[tuple[str, Callable, Callable]]:
    """(what, how it is done, how it is undone) for each change of one call. The tree is changed in place."""
    if ord_ in _BYTT:
        annet = _BYTT[ord_]
        yield f"{annet} i stedet for {ord_}({_tekst(node.args)})", lambda: _kall_annet(node, annet), lambda: _kall_annet(node, ord_)
    elif ord_ == "hvis":
        for hjelper, alltid in (("_alltid", "alltid ja"), ("_aldri", "alltid nei")):
            yield f"hvis({_tekst(node.args[:1])}) er {alltid}", *_pakk_inn(node, 0, hjelper)
    elif len(node.args) > 1:
        for plass, arg in enumerate(node.args):
            if not (ord_ == "alle" and _er_vilkaar(verk, navn(arg))):  # a condition left out is a condition always met: tried anyway
                yield f"{ord_}(…) uten {_tekst([arg])}", *_pakk_inn(node, plass, _UTEN[ord_])


def _er_vilkaar(verk: Regelverk, navn: str) -> bool:
    """Whether it is a condition that no other rule rests on."""
    regel = verk.regler.get(navn)
    return regel is not None and regel.art == "vilkår" and sum(navn in r.argumenter for r in verk.regler.values()) == 1


def _pakk_inn(node: ast.Call, plass: int, hjelper: str) -> tuple[Callable, Callable]:
    """The argument inside a call of the helper."""
    arg = node.args[plass]
    ny = ast.copy_location(ast.Call(ast.Name(hjelper, ast.Load()), [arg], []), arg)
    return lambda: node.args.__setitem__(plass, ny), lambda: node.args.__setitem__(plass, arg)


def _kall_annet(node: ast.Call, ord_: str) -> None:
    node.func = ast.copy_location(ast.Name(ord_, ast.Load()), node.func)


def _funksjon(tre: ast.FunctionDef) -> Callable:
    """The rule as a function, without its decorator. The lint has passed it: there is nothing in it but the vocabulary."""
    naken = ast.copy_location(ast.FunctionDef(tre.name, tre.args, tre.body, [], tre.returns), tre)
    rom: dict[str, Any] = {"__builtins__": {}, **_ROM}
    exec(compile(ast.fix_missing_locations(ast.Module([naken], [])), "regler.py", "exec"), rom)
    return rom[tre.name]


def _tekst(noder: list[ast.expr]) -> str:
    tekst = nfc(", ".join(ast.unparse(n) for n in noder))
    return tekst if len(tekst) <= MAKS_TEKST else f"{tekst[: MAKS_TEKST - 1]}…"
