"""A limit on how long something may take: what never comes back is a fault that is told, not a terminal that hangs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kjerne.kontrakt.feil import Ordningsfeil


@contextmanager
def avbryt_etter(sekunder: float, hva: str, hvor: str, gjor_dette: str) -> Iterator[None]:
    """Raises Ordningsfeil in the block when it has run for `sekunder`; `hva` begins the sentence. Only the main thread of a process
    can be stopped so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stopp(*_: object) -> None:
        raise Ordningsfeil(f"{hva} etter {sekunder:.0f} sekunder, og ble stanset.", hvor, gjor_dette)

    forrige = signal.signal(signal.SIGALRM, stopp)
    signal.setitimer(signal.ITIMER_REAL, sekunder)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, forrige)
