"""Numbers in the form that real people have (no month + 80), of nobody alive: made here, never written in a file."""

from __future__ import annotations

from kjerne.kontrakt.identer import er_ident, er_syntetisk


def ekte_form() -> str:
    """Valid and not synthetic. Individual numbers 500–749 with the years 54–99 were given to those born 1854–1899."""
    nummer = next(n for k in range(50_000, 75_000) if er_ident(n := f"130955{k:05d}"))
    assert not er_syntetisk(nummer)
    return nummer
