"""The tables, as SQLAlchemy Core. The same on SQLite and PostgreSQL; triggers live in the migrations.

Money is whole øre (BIGINT), days are DATE, `*_tid` is an instant in UTC, JSON is canonical text (see kanonisk).
"""

from __future__ import annotations

from kjerne.lager.tabeller.felles import Tekst, Tid, metadata, ulovlig_tekst
from kjerne.lager.tabeller.grunnlag import (
    TILSTANDER,
    brev,
    bunt,
    bunt_hendelse,
    bunt_linje,
    egenskap,
    kjoring,
    kjoring_steg,
    kvalitetsdom,
    leveranse,
    leveranse_karantene,
    linje,
    person,
    rettighet,
    sak,
    snapshot,
    soknad,
    sporsmal,
    svar,
    vedtak,
)

FORANDERLIGE = frozenset({"sak", "kjoring", "kjoring_steg"})
BARE_TILFOY = tuple(navn for navn in sorted(metadata.tables) if navn not in FORANDERLIGE)

__all__ = [
    "BARE_TILFOY",
    "FORANDERLIGE",
    "TILSTANDER",
    "Tekst",
    "Tid",
    "brev",
    "bunt",
    "bunt_hendelse",
    "bunt_linje",
    "egenskap",
    "kjoring",
    "kjoring_steg",
    "kvalitetsdom",
    "leveranse",
    "leveranse_karantene",
    "linje",
    "metadata",
    "person",
    "rettighet",
    "sak",
    "snapshot",
    "soknad",
    "sporsmal",
    "svar",
    "ulovlig_tekst",
    "vedtak",
]
