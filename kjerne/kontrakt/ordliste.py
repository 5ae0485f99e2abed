"""The vocabulary, the ready facts, the types and the units, as `ordning ord` shows them to those who write rules."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

from kjerne.kontrakt import parameter, regel
from kjerne.kontrakt.manifest import Felttype
from kjerne.kontrakt.mappefil import les_toml
from kjerne.kontrakt.ordforrad import ORDFORRAAD


@dataclass(frozen=True)
class Oppslag:
    """A word, how it is written, and what it is."""

    navn: str
    skrives: str
    betyr: str


@cache
def tekster(fil: Path) -> dict[str, dict[str, str]]:
    return les_toml(fil)[1]


def oppslag() -> dict[str, list[Oppslag]]:
    """By heading: words, facts, types of field, kinds of rule, units."""
    t = tekster(Path(__file__).with_suffix(".toml"))
    enhet = {"I en regel": regel.ENHETER, "I parametre.csv": parameter.ENHETER}
    return {
        "Ord i en regel": [Oppslag(n, _skrives(n), t["ord"][n]) for n in ORDFORRAAD],
        "Fakta som er der": [Oppslag(n, n, v) for n, v in t["fakta"].items()],
        "Felttyper": [Oppslag(n, f'type = "{n}"', t["felttype"][n]) for n in get_args(Felttype)],
        "Slags regler": [Oppslag(n, f"@….{n}", t["art"][n]) for n in get_args(regel.Art)],
        "Enheter": [Oppslag(n, ", ".join(e), "") for n, e in enhet.items()],
    }


def _skrives(ord_: str) -> str:
    """The word with its arguments."""
    ledd = [("…" if p.kind is p.VAR_POSITIONAL else p.name.rstrip("_")) for p in inspect.signature(ORDFORRAAD[ord_]).parameters.values()]
    return f"{ord_}({', '.join(ledd)})"
