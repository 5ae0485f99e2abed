"""One JSON document, or JSON Lines: which of them a file is, and the way through it unit by unit.

The unit that is counted: in JSON Lines the line that is not blank, whole (half an answer would look like a low
income); in a single document each report in it (v2 and historikk: an element of `data`; v1: a month; Aa-registeret:
an employment), numbered from 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from kjerne.innhenting.lesning import Fremdrift, Samler
from kjerne.kontrakt import linjefil, strengjson
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.linjefil import Karantene, Radfeil, Utsnitt
from kjerne.kontrakt.strengjson import JsonFeil

MAKS_DOKUMENT = 512 * 1024 * 1024  # bytes of one document; larger files come as JSON Lines
SE_ETTER = 1000  # lines looked at when the first one is damaged
IKKE_GJORT = "Ingen rader fra filen er lest inn, og ingen penger er sendt."


class Leser(Protocol):
    def ny(self) -> Leser: ...
    def ta_med(self, andre: Any) -> None: ...
    def elementer(self, svar: Any) -> Iterator[Any]: ...
    def rader(self, element: Any, linje: int) -> dict[str, list[tuple]]: ...


def er_linjer(sti: Path) -> bool:
    """True when every line is a JSON text of its own. A damaged first line does not hide that."""
    linjene = linjefil.linjer(sti)
    forste = next(linjene)[1]
    try:
        strengjson.les(forste)
        return next(linjene, None) is not None
    except JsonFeil:
        if forste.rstrip()[-1:] in b"{[,":  # a document spread over lines
            return False
    if sti.suffix.lower() in (".jsonl", ".ndjson"):
        return True
    return any(_er_objekt(raa) for _, raa in islice(linjene, SE_ETTER))


def _er_objekt(raa: bytes) -> bool:
    if raa.lstrip()[:1] != b"{":
        return False
    try:
        strengjson.les(raa)
    except JsonFeil:
        return False
    return True


def les_linjer(
    sti: Path,
    leser: Leser,
    samlere: dict[str, Samler],
    karantene: Karantene,
    fremdrift: Fremdrift | None,
    utsnitt: Utsnitt | None = None,
) -> tuple[int, int]:
    """JSON Lines (all of the file, or a part of it) → (lines in, lines accepted). A line that cannot be used is
    quarantined whole, and the rest goes on."""
    alle = utsnitt.til - utsnitt.fra if utsnitt else sti.stat().st_size
    lest, inn, godtatt = 0, 0, 0
    for nr, raa in linjefil.linjer(sti, utsnitt):
        inn += 1
        lest += len(raa) + 1
        try:
            ut = [leser.rader(element, nr) for element in leser.elementer(strengjson.les(raa))]
        except JsonFeil as feil:
            karantene.legg(nr, feil.grunn + (f" (tegn {feil.kolonne})" if feil.kolonne else ""), raa)
        except Radfeil as feil:
            karantene.legg(nr, str(feil), raa)
        else:
            godtatt += 1
            for rader in ut:
                for navn, liste in rader.items():
                    samlere[navn].legg(liste)
        if fremdrift and inn % 1000 == 0:
            fremdrift(min(lest, alle), alle)
    if fremdrift:
        fremdrift(alle, alle)
    return inn, godtatt


def les_dokument(
    sti: Path, leser: Leser, samlere: dict[str, Samler], karantene: Karantene, fremdrift: Fremdrift | None
) -> tuple[int, int]:
    """One JSON document → (reports in, reports accepted). Raises Ordningsfeil when the document as such cannot be
    read."""
    storrelse = sti.stat().st_size
    if storrelse > MAKS_DOKUMENT:
        raise Ordningsfeil(
            f"JSON-dokumentet er større enn {MAKS_DOKUMENT // 2**20} MiB.",
            str(sti),
            "Be om filen som JSON Lines (ett svar per linje).",
            IKKE_GJORT,
            5,
        )
    try:
        elementer = list(leser.elementer(strengjson.les(sti.read_bytes())))
    except JsonFeil as feil:
        raise _dokumentfeil(sti, feil) from None
    except Radfeil as feil:
        raise Ordningsfeil(
            f"Filen har ikke en form som kan leses: {feil}.",
            str(sti),
            "Hent filen på nytt fra riktig kilde.",
            IKKE_GJORT,
        ) from None
    godtatt = 0
    for nr, element in enumerate(elementer, 1):
        try:
            rader = leser.rader(element, nr)
        except Radfeil as feil:
            karantene.legg(nr, f"element nr. {nr} i filen: {feil}", _raa(element, sti))
            continue
        godtatt += 1
        for navn, liste in rader.items():
            samlere[navn].legg(liste)
    if fremdrift:
        fremdrift(storrelse, storrelse)
    return len(elementer), godtatt


def _dokumentfeil(sti: Path, feil: JsonFeil) -> Ordningsfeil:
    hvor = f"{sti}, linje {feil.linje}, kolonne {feil.kolonne}" if feil.linje else str(sti)
    if feil.avkortet:
        return Ordningsfeil(
            "Filen er avkortet: JSON-dokumentet slutter før det er ferdig.",
            hvor,
            "Hent filen på nytt; overføringen ble trolig brutt.",
            IKKE_GJORT,
        )
    return Ordningsfeil(
        f"Filen er ikke gyldig JSON: {feil.grunn}.", hvor, "Rett filen hos avsenderen, og hent den på nytt.", IKKE_GJORT
    )


def _raa(element: Any, sti: Path) -> bytes:
    """An element of a document has no line of its own: its hash is that of its canonical JSON."""
    try:
        return json.dumps(element, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str).encode()
    except RecursionError:
        raise _dokumentfeil(sti, JsonFeil("teksten er nøstet for dypt")) from None
