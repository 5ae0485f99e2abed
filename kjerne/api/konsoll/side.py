"""The pages: templates, the words and numbers in them, and long lists cut into pages."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2
import pandas as pd
from fastapi.responses import HTMLResponse, Response

from kjerne.api.skjema import MALER
from kjerne.drift import tall
from kjerne.kjoring.arbeidsliste import TILSTANDSNAVN
from kjerne.styring.rapporttekst import mange
from kjerne.tilgang import ROLLENAVN

STIL = ("ordning.css", "konsoll.css")
HODER = {"Cache-Control": "no-store"}
PER_SIDE = 50


@dataclass(frozen=True)
class Utsnitt:
    """One page of a long list."""

    rader: Sequence[Any]
    nr: int
    sider: int
    antall: int

    @property
    def fra(self) -> int:
        return (self.nr - 1) * PER_SIDE + 1 if self.antall else 0

    @property
    def til(self) -> int:
        return self.fra + len(self.rader) - 1 if self.antall else 0


def sider(liste: Sequence[Any], nr: int) -> Utsnitt:
    """Page `nr` (from 1; too high is the last one)."""
    return sider_av(len(liste), nr, lambda antall, fra: liste[fra : fra + antall])


def sider_av(i_alt: int, nr: int, hent: Callable[[int, int], Sequence[Any]]) -> Utsnitt:
    """As `sider`, of a list that is too long to read whole: `hent(number, from)` reads one page of it."""
    antall = max(1, -(-i_alt // PER_SIDE))
    nr = min(max(nr, 1), antall)
    return Utsnitt(hent(PER_SIDE, (nr - 1) * PER_SIDE), nr, antall, i_alt)


def radene(ramme: pd.DataFrame) -> list[Any]:
    """The rows of a frame, with None for what is missing, as a template asks for it."""
    return list(ramme.astype(object).where(ramme.notna(), None).itertuples())


def _tid(tid: dt.datetime | None) -> str:
    return f"{tall.dato_kort(tid)} {tall.klokkeslett(tid)}" if tid else ""


def _naar(tid: dt.datetime | dt.date) -> str:
    """An instant with its time of day, a day as a day."""
    return _tid(tid) if isinstance(tid, dt.datetime) else tall.dato_kort(tid)


def _dag(dag: dt.date | str | None) -> str:
    if isinstance(dag, str):
        dag = dt.date.fromisoformat(dag[:10]) if dag else None
    return tall.dato_kort(dag) if dag else ""


def _stor(tekst: str) -> str:
    return tekst[:1].upper() + tekst[1:]


def _tilstand(navn: str) -> str:
    return TILSTANDSNAVN.get(navn, (navn, "info"))[0]


def _art(navn: str) -> str:
    return TILSTANDSNAVN.get(navn, (navn, "info"))[1]


_miljo = jinja2.Environment(loader=jinja2.FileSystemLoader(MALER / "konsoll"), autoescape=True, undefined=jinja2.StrictUndefined,
                            trim_blocks=True, lstrip_blocks=True)  # fmt: skip
_miljo.filters |= {
    "antall": tall.antall, "kroner": tall.kroner, "tid": _tid, "dag": _dag, "stor": _stor, "tilstand": _tilstand, "art": _art,
    "orgnr": tall.orgnr, "ident": tall.ident, "konto": tall.konto, "varighet": tall.varighet, "kort": lambda id_: id_[:12],
    "fra_json": json.loads, "mange": mange, "naar": _naar, "prosent": tall.prosent, "maaned": tall.maaned,
}  # fmt: skip

_miljo.globals["rollenavn"] = ROLLENAVN


def lag_side(mal: str, status: int, verdier: Mapping[str, Any]) -> Response:
    """`hoder` among the values goes out with the page: a stricter or wider rule of what it may hold."""
    return HTMLResponse(_miljo.get_template(mal).render(verdier), status, HODER | verdier.get("hoder", {}))
