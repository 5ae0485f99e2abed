"""Who is asking, and what they may do. Every route that is not for everybody goes through `krev`, and nothing else decides."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from fastapi import Depends, Request

from kjerne.api.problem import Problem
from kjerne.tilgang.roller import ROLLER, Rolle

KAPSEL = "ordning_okt"


@dataclass(frozen=True)
class Bruker:
    """Somebody who has been recognised. `id` tells senders apart; `ident` is set for applicants, who may see their own only, and
    `konto` for employees whose token names one."""

    id: str
    roller: frozenset[str]
    ident: str | None = field(default=None, repr=False)
    konto: str = ""

    def har(self, *roller: Rolle) -> bool:
        return not self.roller.isdisjoint(roller)


class Innlogging(Protocol):
    """How a request shows who sends it."""

    async def bruker(self, request: Request) -> Bruker:
        """Raises Problem 401 when it does not, and 503 when it cannot be told now."""


def krev(*roller: Rolle) -> Callable[..., Awaitable[Bruker]]:
    """The dependency: the user, who has one of these roles. Read at each request, never remembered."""

    async def sjekk(request: Request) -> Bruker:
        bruker = await request.app.state.innlogging.bruker(request)
        if not bruker.har(*roller):
            raise Problem(403, "mangler-rolle", "Du har ikke tilgang til dette", f"Det krever rollen {' eller '.join(roller)}.")
        return bruker

    return Depends(sjekk)


def uten_innlogging(detalj: str) -> Problem:
    return Problem(401, "ikke-innlogget", "Du er ikke logget inn", detalj, hoder={"WWW-Authenticate": "Bearer"})


class Lokal:
    """For one person at one machine: a start token that opens the door once and gives a session. Synthetic people only."""

    kapsel = KAPSEL

    def __init__(self, roller: frozenset[str] = frozenset(ROLLER)):
        self.starttoken: str | None = secrets.token_urlsafe(24)
        self._okt = secrets.token_urlsafe(32)
        self._bruker = Bruker("lokal", roller)

    def aapne(self, token: str) -> str | None:
        """The session, the first time the right token is shown; otherwise None."""
        riktig = self.starttoken is not None and hmac.compare_digest(token.encode(), self.starttoken.encode())
        if not riktig:
            return None
        self.starttoken = None
        return self._okt

    def er_inne(self, request: Request) -> bool:
        vist = request.cookies.get(self.kapsel) or request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(vist.encode(), self._okt.encode())

    async def bruker(self, request: Request) -> Bruker:
        if not self.er_inne(request):
            raise uten_innlogging("Åpne adressen som ble skrevet i terminalen da tjenesten startet. Den virker én gang.")
        return self._bruker
