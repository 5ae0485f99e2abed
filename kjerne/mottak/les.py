"""Applications from a file: CSV, JSON (one array, or a line each) or Parquet → the application frame, each line
accounted for."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kjerne.kontrakt import linjefil, strengjson
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.linjefil import Karantene, Radfeil
from kjerne.kontrakt.manifest import Manifest
from kjerne.kontrakt.strengjson import JsonFeil
from kjerne.kontrakt.verdier import nfc
from kjerne.mottak import parquetfil
from kjerne.mottak.ramme import IKKE_GJORT, bygg, krev_tomt_register, serie_av_svar, sjekk_navn, tom_feil
from kjerne.mottak.skjema import Kolonne, kolonner

MAKS_DOKUMENT = 512 * 1024 * 1024  # bytes of one JSON document; larger files come with one application a line


@dataclass(frozen=True)
class Soknadslesning:
    """One file of applications. Always linjer_inn = akseptert + len(karantene) (I13).

    ramme      soknad_id, fodselsnummer, kontonummer, maalform, mottatt_dato, the fields of the scheme, kilde_linje
    karantene  linje, grunn, raa_sha256; no reason repeats what was written
    linjer_inn CSV: lines under the heading that are not blank; JSON Lines: lines that are not blank; JSON array:
    elements;
               Parquet: rows. For the last two `linje` is the number of the element or row, from 1
    """

    ramme: pd.DataFrame = field(repr=False)  # persons never end up in a log by way of repr
    karantene: pd.DataFrame
    linjer_inn: int
    akseptert: int
    format: str
    sha256: str


def les_soknader(sti: Path, manifest: Manifest, krev_syntetisk: bool = True) -> Soknadslesning:
    """Reads a file of applications. A line that cannot be used is quarantined, never the whole file.

    CSV and JSON hold what people write: kroner, per cent. In Parquet, text and decimal columns do too; whole numbers
    of kroner are øre and floats of prosent are shares (0.5), as in the frame. Fields with kilde = "register" come out
    missing. Raises Ordningsfeil/Samlefeil for a file that cannot be read at all and for columns that are unknown or
    missing.
    """
    sti = Path(sti)
    kol, karantene = kolonner(manifest), Karantene()
    slag = linjefil.filslag(sti)
    if slag == "parquet":
        ramme, inn = parquetfil.les(sti, kol, krev_syntetisk, karantene)
    elif slag == "csv":
        ramme, inn = _les_csv(sti, kol, krev_syntetisk, karantene)
    else:
        ramme, inn, slag = _les_json(sti, kol, krev_syntetisk, karantene)
    return Soknadslesning(ramme, karantene.ramme(), inn, len(ramme), f"soknad-{slag}", linjefil.filhash(sti))


def _les_csv(sti: Path, kol: list[Kolonne], krev_syntetisk: bool, karantene: Karantene) -> tuple[pd.DataFrame, int]:
    linjene = linjefil.linjer(sti)
    _, hode = next(linjene)
    navnene, skille = linjefil.overskrift(hode, sti)
    sjekk_navn(navnene, kol, sti)
    rader, nummer, raa, inn = [], [], [], 0
    for nr, linje in linjene:
        inn += 1
        try:
            if linje == hode:
                raise Radfeil("overskriften er gjentatt")
            felt = linjefil.felter(linje, skille)
            if len(felt) != len(navnene):
                raise Radfeil(f"linjen har {len(felt)} felt, overskriften har {len(navnene)}")
        except Radfeil as feil:
            karantene.legg(nr, str(feil), linje)
            continue
        rader.append(felt)
        nummer.append(nr)
        raa.append(linje)
    kolonnene = zip(*rader, strict=True) if rader else [()] * len(navnene)
    return _bygg(dict(zip(navnene, kolonnene, strict=True)), kol, nummer, raa, krev_syntetisk, karantene, sti), inn


def _les_json(
    sti: Path, kol: list[Kolonne], krev_syntetisk: bool, karantene: Karantene
) -> tuple[pd.DataFrame, int, str]:
    dokument = _ett_dokument(sti)
    nummer: list[int] = []
    objekter: list[dict] = []
    raa: list[bytes] = []
    inn = 0
    for nr, linje in linjefil.linjer(sti) if dokument is None else enumerate(map(_raa, dokument), 1):
        inn += 1
        try:
            ett = strengjson.les(linje) if dokument is None else dokument[nr - 1]
            objekter.append(_objekt(ett))
        except (JsonFeil, Radfeil) as feil:
            karantene.legg(nr, str(feil), linje)
            continue
        nummer.append(nr)
        raa.append(linje)
    ukjente = _sjekk_nokler(objekter, kol, sti)
    for plass in reversed([i for i, o in enumerate(objekter) if ukjente & o.keys()]):
        karantene.legg(nummer[plass], "linjen har et felt som ordningen ikke kjenner", raa[plass])
        del nummer[plass], objekter[plass], raa[plass]
    kolonnene = {k.navn: [o.get(k.navn) for o in objekter] for k in kol}
    ramme = _bygg(kolonnene, kol, nummer, raa, krev_syntetisk, karantene, sti)
    return ramme, inn, "jsonl" if dokument is None else "json"


def _ett_dokument(sti: Path) -> list[Any] | None:
    """The elements of a file that is one JSON document; None when it has one application a line. Raises
    Ordningsfeil."""
    linjene = linjefil.linjer(sti)
    forste = next(linjene)[1]
    flere = next(linjene, None) is not None
    if (
        forste.lstrip()[:1] == b"{"
        and forste.rstrip()[-1:] not in b"{[,"
        and (flere or sti.suffix.lower() in (".jsonl", ".ndjson"))
    ):
        return None
    if sti.stat().st_size > MAKS_DOKUMENT:
        raise Ordningsfeil(
            f"JSON-dokumentet er større enn {MAKS_DOKUMENT // 2**20} MiB.",
            str(sti),
            "Lever filen med én søknad per linje (JSON Lines).",
            IKKE_GJORT,
            5,
        )
    try:
        dokument = strengjson.les(sti.read_bytes())
    except JsonFeil as feil:
        hvor = f"{sti}, linje {feil.linje}, kolonne {feil.kolonne}" if feil.linje else str(sti)
        hva = (
            "Filen er avkortet: JSON-dokumentet slutter før det er ferdig."
            if feil.avkortet
            else f"Filen er ikke gyldig JSON: {feil.grunn}."
        )
        raise Ordningsfeil(hva, hvor, "Hent filen på nytt fra avsenderen.", IKKE_GJORT) from None
    return dokument if isinstance(dokument, list) else [dokument]


def _objekt(verdi: Any) -> dict[str, Any]:
    if type(verdi) is not dict:
        raise Radfeil("her skulle det stått et objekt med en søknad")
    objekt = {nfc(navn): svar for navn, svar in verdi.items()}
    if len(objekt) != len(verdi):
        raise Radfeil("samme felt står to ganger")
    return objekt


def _raa(element: Any) -> bytes:
    """An element of an array has no line of its own: its hash is that of its canonical JSON."""
    try:
        return json.dumps(element, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str).encode()
    except RecursionError:
        raise Ordningsfeil(
            "Filen er ikke gyldig JSON: teksten er nøstet for dypt.", "", "Rett filen hos avsenderen.", IKKE_GJORT
        ) from None


def _sjekk_nokler(objekter: list[dict], kol: list[Kolonne], sti: Path) -> set[str]:
    """The unknown keys of single lines. A key that most lines have, or that all lack, is a fault of the file:
    Samlefeil."""
    antall = Counter(navn for o in objekter for navn in o)
    kjente = {k.navn for k in kol}
    if objekter:
        vanlige = [n for n, ganger in antall.items() if n in kjente or 2 * ganger > len(objekter)]
        linjefil.sjekk_kolonner(vanlige, [k.navn for k in kol], [k.navn for k in kol if k.maa_finnes], sti)
    return set(antall) - kjente


def _bygg(
    svar: dict[str, Any],
    kol: list[Kolonne],
    nummer: list[int],
    raa: list[bytes],
    krev_syntetisk: bool,
    karantene: Karantene,
    sti: Path,
) -> pd.DataFrame:
    feil = tom_feil()
    serier = {k.navn: serie_av_svar(k, svar[k.navn], feil) for k in kol if k.navn in svar}
    krev_tomt_register(kol, serier, sti)
    return bygg(kol, serier, feil, np.array(nummer, dtype="int64"), raa.__getitem__, krev_syntetisk, karantene)
