"""The lint of what stands over a rule: source of law, text, unit, payee. Read as text, so that every fault shows at once."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

from kjerne.kontrakt.hjemmel import les_hjemmel
from kjerne.kontrakt.regel import ENHETER, Regelsett

RETT = "Rett dekoratoren."


def dekoratorfeil(dek: ast.Call) -> Iterator[tuple[str, str]]:
    """(what, what to do) for each fault of a decorator whose arguments are all plain text."""
    art = dek.func.attr
    tekster = [a.value for a in dek.args]
    if len(tekster) != 2:
        yield f"@….{art} skal ha hjemmel og tekst først", f'Skriv @….{art}("FOR § 3", "Vilkåret med vanlige ord", …).'
    else:
        yield from _hjemmelfeil(*tekster)
    yield from _nokkelfeil(art, {k.arg: k.value.value for k in dek.keywords})


def _hjemmelfeil(hjemmel: str, tekst: str) -> Iterator[tuple[str, str]]:
    try:
        les_hjemmel(hjemmel)
    except ValueError as grunn:
        yield str(grunn).rstrip("."), RETT
    if not tekst.strip():
        yield "Regelen mangler tekst", "Skriv regelen med vanlige ord, slik en saksbehandler ville sagt den."


def _nokkelfeil(art: str, gitt: dict[str | None, str]) -> Iterator[tuple[str, str]]:
    kjente = [p for p in inspect.signature(getattr(Regelsett, art)).parameters.values() if p.kind is p.KEYWORD_ONLY]
    for p in kjente:
        if p.default is p.empty and not gitt.get(p.name, "").strip():
            yield f"@….{art} mangler {p.name}", f'Skriv {p.name}="…" i dekoratoren.'
    for navn in gitt.keys() - {p.name for p in kjente}:
        yield f"@….{art} kjenner ikke {navn or '**'}", f"Nøklene er: {', '.join(p.name for p in kjente)}."
    if gitt.get("enhet", "").strip() and gitt["enhet"] not in ENHETER:
        yield f"ukjent enhet «{gitt['enhet'][:60]}». Kjente: {', '.join(ENHETER)}", RETT
