"""Texts and codes that stand in a rule: each must be one that the field, the list or the register can have.

A word that is misspelt in `er(felt, "…")` makes no fault when the rule is run: it is never true, and people are refused or paid by it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.verdier import nfc
from kjerne.regelmotor.ordhjelp import mente
from kjerne.regelmotor.ordlint import IKKE_GJORT
from kjerne.regelmotor.regeltre import kall, navn, regeltraer

if TYPE_CHECKING:
    from kjerne.regelmotor.regelverk import Regelverk


def literaler(verk: Regelverk) -> Iterator[tuple[str, str, str, int]]:
    """(rule, field, text, line) of each `er(felt, "tekst")`."""
    for regel, tre in regeltraer(verk).items():
        for _, node in kall(tre, "er"):
            if len(node.args) == 2 and isinstance(node.args[1], ast.Constant) and (felt := navn(node.args[0])):
                yield regel, felt, nfc(str(node.args[1].value)), node.lineno


def literalfeil(verk: Regelverk) -> list[Ordningsfeil]:
    """Texts that the field can never have."""
    ut = []
    for regel, felt, tekst, linje in literaler(verk):
        valg = _mulige(verk, felt)
        if valg and tekst not in valg:
            gjor = mente(tekst, valg) or f"Valgene er: {', '.join(valg)}."
            hvor = f"{verk.mappe / 'regler.py'}, linje {linje}, regelen {regel}"
            ut.append(Ordningsfeil(f"«{tekst[:60]}» er ikke et av valgene i {felt}, så er(…) blir aldri ja.", hvor, gjor, IKKE_GJORT))
    return ut


def _mulige(verk: Regelverk, navn: str) -> list[str]:
    """The texts that the column can have; none when any text can stand there."""
    felt = next((f for f in verk.manifest.felt if f.navn == navn), None)
    if felt is not None:
        return [nfc(v) for v in felt.valg]
    return [str(r.verdi) for r in verk.parameternavn.get(navn, []) if r.enhet == "koder"]
