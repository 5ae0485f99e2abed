"""Tokens from the organisation's identity providers, checked by PyJWT. The one place where a token is read (foot-gun F12).

RS256 and nothing else; key by `kid` from the issuer's own list; issuer, audience, exp, iat, nbf all required to fit. The kind of
issuer decides what a token can give: citizens are applicants, and never have another role, whatever the token claims.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import jwt
from fastapi import Request

from kjerne.api.problem import Problem
from kjerne.api.tilgang import Bruker, uten_innlogging
from kjerne.kontrakt.identer import er_ident
from kjerne.tilgang.roller import ROLLER

MAKS_TOKEN = 16 * 1024
KREVD = ("exp", "iat", "nbf", "iss", "aud", "sub")
KLINGRING = 10  # seconds that two clocks may differ
LENGSTE_LEVETID = 24 * 3600
PAUSE_ETTER_FEIL = 10.0  # seconds before the key list is asked for again after it did not answer
SIKKERT = ("idporten-loa-high",)
MASKINSCOPE = "ordning:soknad"
KONTO = "NAVident"  # the claim that names the employee's account; what people are called in it may change, this may not

_KONTO = re.compile(r"[A-Za-z0-9ÆØÅæøå._@-]{1,60}")

Slag = Literal["ansatt", "innbygger", "maskin"]


@dataclass(frozen=True)
class Utsteder:
    """One identity provider: what it is trusted for, its exact name, our name at it, and where its keys are."""

    slag: Slag
    navn: str
    publikum: str
    nokler: str


class _Avvist(Exception):
    """Why a token does not hold. For the log and the tests; the caller is told less."""


@dataclass
class _Nokkelring:
    """The keys of one issuer. A key that is not known makes it ask again, seldom; one fetch at a time, never in the event loop."""

    adresse: str
    pause: float = 30.0
    klient: jwt.PyJWKClient = field(init=False)
    _feilet: float = field(default=-1e9, init=False)
    _laas: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    def __post_init__(self) -> None:
        self.klient = jwt.PyJWKClient(self.adresse, lifespan=300, timeout=3, cooldown_duration=self.pause)

    async def nokkel(self, kid: str) -> jwt.PyJWK:
        cache = self.klient.jwk_set_cache.get()
        if cache is not None and (treff := _velg(cache.keys, kid)):
            return treff
        async with self._laas:
            if time.monotonic() - self._feilet < PAUSE_ETTER_FEIL:
                raise _utilgjengelig()
            try:
                await asyncio.to_thread(self.klient.get_signing_key, kid)
            except jwt.PyJWKClientConnectionError:
                self._feilet = time.monotonic()
                raise _utilgjengelig() from None
            except (jwt.PyJWTError, ValueError):
                raise _Avvist("ukjent nøkkel") from None
        cache = self.klient.jwk_set_cache.get()
        if cache is not None and (treff := _velg(cache.keys, kid)):
            return treff
        raise _Avvist("nøkkelen kan ikke brukes")


def _velg(nokler: list[jwt.PyJWK], kid: str) -> jwt.PyJWK | None:
    """The RSA signing key with this id. Two with the same id are none: nobody knows which one is meant."""
    treff = [n for n in nokler if n.key_id == kid]
    brukbar = len(treff) == 1 and treff[0].key_type == "RSA" and treff[0].public_key_use in ("sig", None)
    return treff[0] if brukbar and treff[0].algorithm_name == "RS256" else None


def _utilgjengelig() -> Problem:
    return Problem(503, "innlogging-nede", "Innloggingen kan ikke kontrolleres nå", "Prøv igjen om litt.", hoder={"Retry-After": "10"})


class Oidc:
    """Login by bearer token. `pause`: the least number of seconds between two fetches of keys for the sake of an unknown one."""

    def __init__(self, utstedere: list[Utsteder], pause: float = 30.0):
        self._etter_navn = {u.navn: u for u in utstedere}
        self._ringer = {u.navn: _Nokkelring(u.nokler, pause) for u in utstedere}

    async def bruker(self, request: Request) -> Bruker:
        hoder = request.headers.getlist("authorization")
        slag, _, token = (hoder[0] if len(hoder) == 1 else "").partition(" ")
        if slag.lower() != "bearer" or not token:
            raise uten_innlogging("Forespørselen må ha ett Bearer-token.")
        try:
            return await self.les(token)
        except _Avvist:
            raise uten_innlogging("Tokenet er ikke gyldig her.") from None

    async def les(self, token: str) -> Bruker:
        """The user that the token names. Raises _Avvist."""
        if len(token) > MAKS_TOKEN or not token.isascii():
            raise _Avvist("størrelse")
        try:
            hode = jwt.get_unverified_header(token)
            paastand = jwt.decode(token, options={"verify_signature": False, "verify_exp": False, "verify_aud": False})
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise _Avvist("form") from None
        utsteder = self._etter_navn.get(paastand.get("iss")) if isinstance(paastand.get("iss"), str) else None
        if utsteder is None:
            raise _Avvist("utsteder")
        kid = hode.get("kid")
        if hode.get("alg") != "RS256" or "crit" in hode or not isinstance(kid, str) or not 0 < len(kid) <= 200:
            raise _Avvist("hode")
        nokkel = await self._ringer[utsteder.navn].nokkel(kid)
        return _FRA_SLAG[utsteder.slag](_kontroller(token, nokkel, utsteder))


def _kontroller(token: str, nokkel: jwt.PyJWK, u: Utsteder) -> dict[str, Any]:
    """The claims, when everything holds."""
    try:
        krav = jwt.decode(token, nokkel.key, algorithms=["RS256"], audience=u.publikum, issuer=u.navn, leeway=KLINGRING,
                          options={"require": list(KREVD), "strict_aud": True})  # fmt: skip
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError):
        raise _Avvist("kontroll") from None
    if not isinstance(krav["sub"], str) or not 0 < len(krav["sub"]) <= 200 or not krav["sub"].isprintable():
        raise _Avvist("sub")
    if not all(type(krav[n]) in (int, float) for n in ("exp", "iat", "nbf")) or krav["exp"] - krav["iat"] > LENGSTE_LEVETID:
        raise _Avvist("levetid")
    return krav


def _ansatt(krav: Mapping[str, Any]) -> Bruker:
    """An employee: the roles that the organisation has given, but never those of applicants and machines."""
    roller = krav.get("roles")
    gitt = {r for r in roller if isinstance(r, str)} if isinstance(roller, list) else set()
    konto = krav.get(KONTO)
    konto = konto if isinstance(konto, str) and _KONTO.fullmatch(konto) else ""
    return Bruker(f"ansatt:{krav['sub']}", frozenset(gitt & set(ROLLER) - {"soker", "system"}), konto=konto)


def _innbygger(krav: Mapping[str, Any]) -> Bruker:
    """An applicant, by the high level of assurance. `pid` is the only source of who it is."""
    pid = krav.get("pid")
    if krav.get("acr") not in SIKKERT or not isinstance(pid, str) or not er_ident(pid):
        raise _Avvist("nivå eller pid")
    if er_ident(krav["sub"]):  # it is stored with the application, outside the one table that holds persons' numbers
        raise _Avvist("sub er et fødselsnummer")
    return Bruker(f"innbygger:{krav['sub']}", frozenset({"soker"}), pid)


def _maskin(krav: Mapping[str, Any]) -> Bruker:
    scope = krav.get("scope")
    har = isinstance(scope, str) and MASKINSCOPE in scope.split()
    return Bruker(f"maskin:{krav['sub']}", frozenset({"system"} if har else ()))


_FRA_SLAG = {"ansatt": _ansatt, "innbygger": _innbygger, "maskin": _maskin}
