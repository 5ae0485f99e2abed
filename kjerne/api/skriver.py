"""One writer with group commit: applications that wait together are stored together, and nobody is answered before the commit.

SQLite has room for one writer, and two of them wait for each other (foot-gun F14), so the process has one thread that writes.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from kjerne.api.problem import Problem, logg_feil
from kjerne.kjoring.innsending import Innsending, Kvittering

OM_GANGEN = 200
VINDU = 0.01  # seconds to wait for company; under load the queue is never empty, and nobody waits
MAKS_KO = 2_000
MAKS_ALDER = 2.0  # seconds: when the eldest has waited so long, new ones are asked to come back
MAKS_VENT = 15.0

Lagre = Callable[[Sequence[Innsending]], list[Kvittering]]


@dataclass
class _Post:
    inn: Innsending
    fra: float
    svar: Future = field(default_factory=Future)


class Skriver:
    """The queue and its thread. `lagre` stores many in one transaction and raises when it did not."""

    def __init__(self, lagre: Lagre):
        self._lagre = lagre
        self._ko: queue.SimpleQueue[_Post | None] = queue.SimpleQueue()
        self._eldste = 0.0  # when the eldest that is not answered came; 0 = nobody waits
        self._traad = threading.Thread(target=self._arbeid, name="skriver", daemon=True)
        self._traad.start()

    @property
    def i_ko(self) -> int:
        return self._ko.qsize()

    @property
    def alder(self) -> float:
        """Seconds that the eldest has waited."""
        eldste = self._eldste
        return time.monotonic() - eldste if eldste else 0.0

    @property
    def lever(self) -> bool:
        return self._traad.is_alive()

    async def lagre(self, inn: Innsending) -> Kvittering:
        """Returns when it is committed. Raises Problem 503 when there is too much to do, and when nobody knows if it is stored."""
        if not self.lever or self.i_ko >= MAKS_KO or self.alder > MAKS_ALDER:
            raise _kom_tilbake("Køen er full akkurat nå. Ingenting er lagret.")
        post = _Post(inn, time.monotonic())
        self._ko.put(post)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(post.svar), MAKS_VENT)
        except TimeoutError:
            raise _kom_tilbake("Vi vet ikke ennå om søknaden ble lagret.") from None

    def stopp(self) -> None:
        """Stores what waits, then ends."""
        self._ko.put(None)
        self._traad.join(timeout=30)

    def _arbeid(self) -> None:
        while (post := self._ko.get()) is not None:
            self._eldste = post.fra
            bunke, sist = self._samle(post)
            self._lagre_bunke([p for p in bunke if not p.svar.cancelled()])
            self._eldste = 0.0
            if sist:
                return

    def _samle(self, forste: _Post) -> tuple[list[_Post], bool]:
        """The first and those who come while it waits; True when the last has come."""
        bunke, frist = [forste], time.monotonic() + VINDU
        while len(bunke) < OM_GANGEN:
            try:
                post = self._ko.get(timeout=max(0.0, frist - time.monotonic()))
            except queue.Empty:
                break
            if post is None:
                return bunke, True
            bunke.append(post)
        return bunke, False

    def _lagre_bunke(self, bunke: list[_Post]) -> None:
        """All at once; if that fails, one by one, so that nobody is refused for the sake of another."""
        if not bunke:
            return
        try:
            svar = self._lagre([p.inn for p in bunke])
        except Exception as feil:
            if len(bunke) > 1:
                for post in bunke:
                    self._lagre_bunke([post])
                return
            logg_feil("ikke_lagret", feil)
            _sett(bunke[0].svar, feil=_kom_tilbake("Søknaden ble ikke lagret."))
            return
        for post, en in zip(bunke, svar, strict=True):
            _sett(post.svar, en)


def _sett(svar: Future, verdi: Kvittering | None = None, feil: Exception | None = None) -> None:
    """Answers somebody who may have left meanwhile."""
    if svar.set_running_or_notify_cancel():
        if feil is not None:
            svar.set_exception(feil)
        else:
            svar.set_result(verdi)


def _kom_tilbake(detalj: str) -> Problem:
    gjor = "Send det samme på nytt om litt, med samme Idempotency-Key."
    return Problem(503, "prov-igjen", "Vi kan ikke ta imot akkurat nå", f"{detalj} {gjor}", hoder={"Retry-After": "2"})
