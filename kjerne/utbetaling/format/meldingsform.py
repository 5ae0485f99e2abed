"""The form of a small XML message as a table: which fields, in which order, how many, and what may stand in them.

One table serves the writer, who can then write nothing else, and the strict reader, who takes nothing else. It does what
an XSD does, and says what is wrong in Norwegian. That the tables let nothing through that the receiver's own XSD refuses is
shown by tests/utbetaling/test_mottakerens_skjema.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lxml import etree

from kjerne.utbetaling.xmlinn import Feil

FRITT = 1 << 30  # as many as there are


class Felt(NamedTuple):
    """A field, or a block of fields (`form` is then the name of the block)."""

    navn: str
    form: re.Pattern[str] | str
    minst: int = 1
    hoyst: int = 1


Form = Mapping[str, tuple[Felt, ...]]


def tekst(lengde: int, minst: int = 1) -> re.Pattern[str]:
    """Printable text without space at the ends (the receiver's fixed width drops it), of at most so many characters."""
    return re.compile(rf"(?!\s)(?=.*\S\Z|\Z)[^\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]{{{minst},{lengde}}}")


def kode(*verdier: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, verdier)))


DATO = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", re.ASCII)


def bygg(navn: str, blokk: str, verdier: Mapping[str, Any], form: Form, feil: Feil) -> etree._Element:
    """The element of a block, its fields in the order of the table. None is a field left out, a mapping a block, a list
    several. Raises Ordningsfeil when something is missing, unknown or has not its form."""
    element = etree.Element(navn)
    if ukjent := verdier.keys() - {f.navn for f in form[blokk]}:
        raise feil(f"Ukjent felt i {blokk}: {', '.join(sorted(ukjent))}.", "")
    for felt in form[blokk]:
        innhold = verdier.get(felt.navn)
        flere = innhold if isinstance(innhold, list) else [] if innhold is None else [innhold]
        _krev_antall(felt, len(flere), feil)
        for en in flere:
            if isinstance(felt.form, str):
                element.append(bygg(felt.navn, felt.form, en, form, feil))
            else:
                _krev_form(felt, en, feil)
                etree.SubElement(element, felt.navn).text = en
    return element


def les(element: etree._Element, blokk: str, form: Form, feil: Feil) -> dict[str, Any]:
    """The opposite of `bygg`: a field that may stand several times is always a list. Raises Ordningsfeil for anything but
    exactly the fields of the table, in its order."""
    ut: dict[str, Any] = {}
    barn = iter(element)
    neste = next(barn, None)
    if element.attrib or (element.text or "").strip():
        raise feil(f"{blokk} har noe som ikke skal stå der.", "")
    for felt in form[blokk]:
        funn = []
        while neste is not None and neste.tag == felt.navn:
            funn.append(_verdi(neste, felt, form, feil))
            neste = next(barn, None)
        _krev_antall(felt, len(funn), feil)
        if funn:
            ut[felt.navn] = funn if felt.hoyst > 1 else funn[0]
    if neste is not None:
        raise feil(f"{blokk} har et felt som er ukjent eller står på feil plass.", "")
    return ut


def _verdi(element: etree._Element, felt: Felt, form: Form, feil: Feil) -> Any:
    if (element.tail or "").strip():
        raise feil("Det står tekst mellom feltene.", f"etter {felt.navn}")
    if isinstance(felt.form, str):
        return les(element, felt.form, form, feil)
    if len(element) or element.attrib:
        raise feil(f"{felt.navn} har noe annet enn tekst i seg.", "")
    innhold = element.text or ""
    _krev_form(felt, innhold, feil)
    return innhold


def _krev_antall(felt: Felt, antall: int, feil: Feil) -> None:
    if antall < felt.minst:
        raise feil(f"{felt.navn} mangler.", "")
    if antall > felt.hoyst:
        raise feil(f"{felt.navn} står for mange ganger.", "")


def _krev_form(felt: Felt, innhold: object, feil: Feil) -> None:
    if not isinstance(innhold, str) or not felt.form.fullmatch(innhold):  # type: ignore[union-attr]
        raise feil(f"{felt.navn} har ikke gyldig form eller er for lang.", "")


def felter(form: Form) -> Iterator[tuple[str, Felt]]:
    """Every field with its block."""
    return ((blokk, felt) for blokk, alle in form.items() for felt in alle)
