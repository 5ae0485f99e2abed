"""Counts and times for Prometheus. Labels are names of routes, methods, codes and schemes: never a person, a case or an address."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kjerne.api.skriver import Skriver

_GRENSER = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METODER = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")


class Maling:
    """The figures of one process."""

    def __init__(self, skriver: Skriver):
        self._register = CollectorRegistry()
        self.svar = Counter("ordning_http_svar", "Svar fra tjenesten", ["rute", "metode", "kode"], registry=self._register)
        self.tid = Histogram("ordning_http_sekunder", "Tid til svar", ["rute"], buckets=_GRENSER, registry=self._register)
        self.soknader = Counter("ordning_soknader", "Søknader tatt imot", ["ordning", "utfall"], registry=self._register)
        i_ko = Gauge("ordning_ko", "Søknader som venter på å bli lagret", registry=self._register)
        i_ko.set_function(lambda: skriver.i_ko)
        alder = Gauge("ordning_ko_alder_sekunder", "Hvor lenge den eldste har ventet", registry=self._register)
        alder.set_function(lambda: skriver.alder)

    def tekst(self) -> bytes:
        return generate_latest(self._register)


class Maler:
    """Counts each answer under the name of its route."""

    def __init__(self, app: ASGIApp, maling: Maling):
        self.app, self.maling = app, maling

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        begynte, kode = time.perf_counter(), 500

        async def merk(melding: Message) -> None:
            nonlocal kode
            if melding["type"] == "http.response.start":
                kode = melding["status"]
            await send(melding)

        try:
            await self.app(scope, receive, merk)
        finally:
            rute = getattr(scope.get("route"), "path", "annet")
            metode = scope["method"] if scope["method"] in METODER else "annen"
            self.maling.svar.labels(rute, metode, kode).inc()
            self.maling.tid.labels(rute).observe(time.perf_counter() - begynte)
        return None
