"""`[kontroll]` in ordning.toml: that the scheme's payment lines go through the engine's controls, and what is its own in them.

The controls themselves stand in kjerne/kontroll/katalog.toml. A scheme switches one off only with a reason, and sets a
threshold only from a date.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Nummer = Annotated[str, Field(pattern=r"^K\d\d$")]
Setning = Annotated[str, Field(min_length=10)]


class _Modell(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Grense(_Modell):
    """A threshold from a day on, until the next. Whole numbers: kroner, days, per cent, persons."""

    fra: dt.date
    verdi: int = Field(ge=0)


class Kontrollvalg(_Modell):
    """kunngjort       the day the scheme was known to all: what is reported later may have been made for it (not given: its first day)
    kan_kombineres  ids of the schemes that may be paid for the same days
    maks_dager      days that one person can be paid for at one employer (not given: the whole period of the scheme)
    skygge          controls that are counted and stop nothing
    av              controls that are not run, each with the reason
    grenser         control → threshold → its values by date, in place of the catalogue's
    """

    kunngjort: dt.date | None = None
    kan_kombineres: tuple[str, ...] = ()
    maks_dager: int | None = Field(default=None, gt=0)
    skygge: tuple[Nummer, ...] = ()
    av: dict[Nummer, Setning] = Field(default_factory=dict)
    grenser: dict[Nummer, dict[str, tuple[Grense, ...]]] = Field(default_factory=dict)
