"""Who sits at a console, and what is kept of her between two pages: her form token, messages to the next page, her last search."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from fastapi import Request

from kjerne.api.oidc import KONTO, Oidc
from kjerne.api.problem import Problem
from kjerne.api.tilgang import Lokal
from kjerne.tilgang.medarbeider import SYSTEM, ren

KAPSEL = "ordning_konsoll"  # not that of the API: a browser shares its cookies between the ports of one machine
UENDRET = "Ingenting er endret."
HVILE = 8 * 3600  # seconds until what is kept of somebody who has gone is dropped


@dataclass
class Melding:
    """What the next page says first. `art`: ok, naa or stopp, as the classes of `merke`."""

    tekst: str
    art: str = "ok"


@dataclass
class Okt:
    """Kept in memory only: who stops the console, makes every open form old."""

    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    konto: str = ""
    formaal: str = "saksbehandling"
    meldinger: list[Melding] = field(default_factory=list)
    treff: Sequence[tuple[str, str]] = ()  # (scheme, case) of the last search: it is never in an address
    sett: float = field(default_factory=time.monotonic)

    def bytt(self, konto: str) -> None:
        """Another person sits down: what the last one searched for, and her forms, are gone."""
        self.konto, self.treff, self.csrf = konto, (), secrets.token_urlsafe(32)

    def hent_meldinger(self) -> list[Melding]:
        ut, self.meldinger = self.meldinger, []
        return ut


class Inngang(Protocol):
    """How people come in. `utlogging`: the address that logs out; empty where one changes user instead."""

    utlogging: str

    async def slipp_inn(self, request: Request) -> tuple[Okt, frozenset[str] | None]:
        """Whose session it is, and the roles that this login gives (None: no limit). Raises Problem 401, 403 or 503."""

    def opphav(self, request: Request) -> str:
        """The origin that our own pages have in the browser."""


class Starttoken(Lokal):
    """For one person at one machine, who practises being several: as the API's, with a cookie of its own."""

    kapsel, utlogging = KAPSEL, ""

    def __init__(self) -> None:
        super().__init__()
        self.okt = Okt()

    async def slipp_inn(self, request: Request) -> tuple[Okt, None]:
        await self.bruker(request)
        return self.okt, None

    def opphav(self, request: Request) -> str:
        return f"{request.url.scheme}://{request.headers.get('host')}"


class Innlogget:
    """Behind the organisation's login proxy, which puts the employee's token on every request. She is who the token says, and
    may do what both the token and the register of employees let her do."""

    utlogging = "/oauth2/logout"  # of the proxy

    def __init__(self, oidc: Oidc, adresse: str):
        self._oidc, self._adresse = oidc, adresse
        self._okter: dict[str, Okt] = {}

    async def slipp_inn(self, request: Request) -> tuple[Okt, frozenset[str]]:
        bruker = await self._oidc.bruker(request)
        if not bruker.konto or ren(bruker.konto) == SYSTEM:
            raise Problem(403, "uten-konto", "Innloggingen sier ikke hvem du er", f"Tokenet mangler {KONTO}. {UENDRET}")
        naa = time.monotonic()
        self._okter = {id_: o for id_, o in self._okter.items() if naa - o.sett < HVILE}
        okt = self._okter.setdefault(konto := ren(bruker.konto), Okt(konto=konto))  # never another's: the account is the session
        okt.sett = naa
        return okt, bruker.roller

    def opphav(self, _: Request) -> str:
        return self._adresse


def krev_egen_side(request: Request, opphav: str) -> None:
    """What is posted must come from a page of ours. Every browser says where a post comes from. Raises Problem."""
    if not (her := opphavet(opphav)) or opphavet(request.headers.get("origin", "")) != her:
        raise Problem(403, "fremmed-side", "Skjemaet må sendes fra konsollens egen side", UENDRET)


def opphavet(adresse: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address, as a browser compares them; None for what is no address."""
    try:
        deler = urlsplit(adresse)
        port = deler.port or {"http": 80, "https": 443}[deler.scheme]
    except (ValueError, KeyError):
        return None
    return (deler.scheme, deler.hostname, port) if deler.hostname and deler.username is None else None


def krev_skjematoken(okt: Okt, felt: dict[str, str]) -> None:
    """The form was made for this session, and for the person who sits here now. Raises Problem."""
    if not hmac.compare_digest(felt.pop("csrf", "").encode(), okt.csrf.encode()):
        raise Problem(403, "gammelt-skjema", "Skjemaet gjelder ikke lenger",
                      f"{UENDRET} Siden kan være åpnet før noen byttet bruker eller konsollen startet på nytt. Åpne den på nytt.")
