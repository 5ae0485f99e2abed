"""What a scheme may be called. The id is a folder, a word in addresses and the name of a Python package, on every machine alike."""

from __future__ import annotations

import keyword
import re
import unicodedata

from kjerne.kontrakt.feil import Ordningsfeil

MAKS = 40
_WINDOWS = {"con", "prn", "aux", "nul", *(f"{n}{i}" for n in ("com", "lpt") for i in range(1, 10))}
_VAARE = {"alle", "felles", "flows", "kjerne", "ordning", "ordninger", "templates", "tests"}
RESERVERT = {*keyword.kwlist, *keyword.softkwlist, *_WINDOWS, *_VAARE}


def krev_id(id_: str) -> str:
    """The id itself. Raises Ordningsfeil (kode 2) that says which rule it breaks."""
    if grunn := _grunn(id_):
        raise Ordningsfeil(f"«{_synlig(id_)}» kan ikke være navnet på en ordning: {grunn}.", "argumentet <id>",
                           "Bruk små bokstaver a–z og tall, for eksempel stromstotte.", "Ingenting er skrevet.", kode=2)
    return id_


def _grunn(id_: str) -> str:
    """Why not, in Norwegian; empty when the id is good. The most telling reason first."""
    regler = (
        (not id_, "det er tomt"),
        (unicodedata.normalize("NFC", id_) != id_, "en bokstav er skrevet som to tegn (bokstav og aksent hver for seg)"),
        (any(t in id_ for t in "/\\") or set(id_) == {"."}, "det er en sti, og ordningen skal ligge rett under ordninger/"),
        (id_[:1] in "_.", "navn som begynner med _ eller . er ikke ordninger"),
        (id_ != id_.lower(), "det har store bokstaver"),
        (re.search("[æøå]", id_), "æ, ø og å kan ikke stå i mappenavn og adresser"),
        (id_[:1].isdigit(), "det begynner med et tall"),
        (not re.fullmatch("[a-z][a-z0-9]*", id_), "det har andre tegn enn a–z og tall"),
        (len(id_) > MAKS, f"det er lengre enn {MAKS} tegn"),
        (id_ in RESERVERT, "ordet er opptatt"),
    )
    return next((grunn for brutt, grunn in regler if brutt), "")


def _synlig(tekst: str) -> str:
    return "".join(t if t.isprintable() else "�" for t in tekst[:60])
