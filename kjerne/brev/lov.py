"""The general law that every letter points to (templates/brev/lov.toml), by the date of the decision."""

from __future__ import annotations

import datetime as dt
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from kjerne.brev.verditekst import MAALFORMER, hardt

_KJERNE = Path(__file__).parents[1]
MALER = next((m for m in (_KJERNE / "templates",) if m.is_dir()), _KJERNE.parent / "templates")  # wheel, or source tree


@dataclass(frozen=True)
class Lovutgave:
    """The general law as it stands from a date, in the words of a letter."""

    gjelder_fra: dt.date
    frist_uker: int  # the general deadline for an appeal: its paragraph is named for no other
    tekst: dict[str, SimpleNamespace]  # written form → klage, frist, utsettelse, innsyn, automatisk


def maltekst(sti: Path) -> str:
    """The text with å as one sign, so that a block saved on another machine has the name of the rule; and § with its number."""
    return hardt(unicodedata.normalize("NFC", sti.read_text("utf-8")))


def les_lov(maler: Path = MALER) -> list[Lovutgave]:
    """Newest first."""
    utgaver = tomllib.loads(maltekst(maler / "brev" / "lov.toml"))["utgave"]
    lest = [Lovutgave(u["gjelder_fra"], u["frist_uker"], {m: SimpleNamespace(**u[m]) for m in MAALFORMER}) for u in utgaver]
    return sorted(lest, key=lambda u: u.gjelder_fra, reverse=True)


def lov_paa(dag: dt.date, lov: Sequence[Lovutgave]) -> Lovutgave:
    return next(u for u in lov if u.gjelder_fra <= dag)
