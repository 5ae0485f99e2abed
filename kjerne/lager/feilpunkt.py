"""Named places where a test may make the process die, fail or wait. Does nothing unless FEILPUNKT is set.

FEILPUNKT=navn:n:handling, where the n-th passing (1, 2, …) of `navn` does `handling`: sigkill, raise or sleep (2 s).
"""

from __future__ import annotations

import collections
import os
import signal
import time

_passert: collections.Counter[str] = collections.Counter()


class Feilpunktsfeil(RuntimeError):
    """What `raise` raises: a fault that nobody foresaw."""


def nullstill() -> None:
    """Counts passings from zero again (one process, several tests)."""
    _passert.clear()


def feilpunkt(navn: str) -> None:
    onske = os.environ.get("FEILPUNKT")
    if not onske:
        return
    valgt, nr, handling = onske.split(":")
    if handling not in ("sigkill", "raise", "sleep"):
        raise ValueError(f"FEILPUNKT: unknown action {handling!r}")
    if navn != valgt:
        return
    _passert[navn] += 1
    if _passert[navn] != int(nr):
        return
    if handling == "sigkill":
        os.kill(os.getpid(), signal.SIGKILL)
    if handling == "raise":
        raise Feilpunktsfeil(navn)
    time.sleep(2)
