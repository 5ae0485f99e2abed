"""A limit on how long the checks that run rules may take: a scheme that never comes back is a finding, not a terminal that hangs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kjerne.kontrakt.feil import Ordningsfeil

SEKUNDER = 120.0


@contextmanager
def tidsgrense(sekunder: float, hvor: str) -> Iterator[None]:
    """Raises Ordningsfeil in the block when it has run for `sekunder`. Only the main thread of a process can be stopped so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stopp(*_: object) -> None:
        raise Ordningsfeil(f"Eksemplene var ikke ferdige etter {sekunder:.0f} sekunder, og ble stanset.", hvor,
                           "Se etter en regel eller en parameter som gir svært mange måneder eller rader.")

    forrige = signal.signal(signal.SIGALRM, stopp)
    signal.setitimer(signal.ITIMER_REAL, sekunder)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, forrige)
