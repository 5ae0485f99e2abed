"""A limit on how long the checks that run rules may take: a scheme that never comes back is a finding, not a terminal that hangs."""

from __future__ import annotations

from contextlib import AbstractContextManager

from kjerne.drift.tidsgrense import avbryt_etter

SEKUNDER = 120.0


def tidsgrense(sekunder: float, hvor: str) -> AbstractContextManager[None]:
    """Raises Ordningsfeil in the block when the examples have run for `sekunder`."""
    return avbryt_etter(sekunder, "Eksemplene var ikke ferdige", hvor,
                        "Se etter en regel eller en parameter som gir svært mange måneder eller rader.")
