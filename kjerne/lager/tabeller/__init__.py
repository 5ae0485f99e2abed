"""The tables, as SQLAlchemy Core. The same on SQLite and PostgreSQL; triggers live in the migrations.

Money is whole øre (BIGINT), days are DATE, `*_tid` is an instant in UTC, JSON is canonical text (see kanonisk).
"""

from __future__ import annotations

from kjerne.lager.tabeller.betaling import (
    avstemming,
    betalingsavtrykk,
    bilag,
    bunt_hendelse,
    bunt_linje,
    bunt_overgang,
    kvittering,
    kvitteringsfil,
    linjestand,
    ny_betaling,
    postering,
    reservasjon,
    stopp,
)
from kjerne.lager.tabeller.felles import Tekst, Tid, metadata, ulovlig_tekst
from kjerne.lager.tabeller.grunnlag import (
    TILSTANDER,
    brev,
    bunt,
    egenskap,
    kjoring,
    kjoring_stans,
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
from kjerne.lager.tabeller.kontroll import kontrollbeslutning, kontrollfunn
from kjerne.lager.tabeller.medarbeider import medarbeider
from kjerne.lager.tabeller.mottak import innsending
from kjerne.lager.tabeller.oppdrag import (
    nytt_oppdrag,
    oppdragsfil,
    oppdragsfil_hendelse,
    oppdragslinje,
    oppdragssvar,
    vedtaksperiode,
)
from kjerne.lager.tabeller.revisjon import oppslagslogg, revisjonslogg
from kjerne.lager.tabeller.revurdering import (
    omgjoring,
    revurdering,
    revurdering_hendelse,
    tilbakekreving,
    tilbakekreving_hendelse,
)
from kjerne.lager.tabeller.saksbehandling import manuelt_vedtak, overstyring, overstyring_hendelse, saksopplysning

FORANDERLIGE = frozenset({"sak", "kjoring", "kjoring_steg", "rettighet"})  # rettighet in two ways only: see migration 0007
BARE_TILFOY = tuple(navn for navn in sorted(metadata.tables) if navn not in FORANDERLIGE)

__all__ = [
    "BARE_TILFOY",
    "FORANDERLIGE",
    "TILSTANDER",
    "Tekst",
    "Tid",
    "avstemming",
    "betalingsavtrykk",
    "bilag",
    "brev",
    "bunt",
    "bunt_hendelse",
    "bunt_linje",
    "bunt_overgang",
    "egenskap",
    "innsending",
    "kjoring",
    "kjoring_stans",
    "kjoring_steg",
    "kontrollbeslutning",
    "kontrollfunn",
    "kvalitetsdom",
    "kvittering",
    "kvitteringsfil",
    "leveranse",
    "leveranse_karantene",
    "linje",
    "linjestand",
    "manuelt_vedtak",
    "medarbeider",
    "metadata",
    "ny_betaling",
    "nytt_oppdrag",
    "omgjoring",
    "oppdragsfil",
    "oppdragsfil_hendelse",
    "oppdragslinje",
    "oppdragssvar",
    "oppslagslogg",
    "overstyring",
    "overstyring_hendelse",
    "person",
    "postering",
    "reservasjon",
    "rettighet",
    "revisjonslogg",
    "revurdering",
    "revurdering_hendelse",
    "sak",
    "saksopplysning",
    "snapshot",
    "soknad",
    "sporsmal",
    "stopp",
    "svar",
    "tilbakekreving",
    "tilbakekreving_hendelse",
    "ulovlig_tekst",
    "vedtak",
    "vedtaksperiode",
]
