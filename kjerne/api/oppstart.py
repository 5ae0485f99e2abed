"""What must hold before the door is opened. An unsafe set-up is refused with every reason at once, and nothing is started.

ORDNING_OIDC  identity providers, one a line: kind;issuer;audience;address of the keys, kind = ansatt, innbygger or maskin
              (none: a start token on 127.0.0.1, for synthetic people only)
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from typing import get_args
from urllib.parse import parse_qs, urlsplit

from kjerne.api.oidc import Slag, Utsteder
from kjerne.drift.innstillinger import Innstillinger
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil

IKKE_STARTET = "Tjenesten er ikke startet."
Fare = tuple[str, str, str]  # what, where, what to do


@dataclass(frozen=True)
class Oppsett:
    """How the service is to be run."""

    miljo: str
    url: str = field(repr=False)
    krev_syntetisk: bool
    vert: str = "127.0.0.1"
    port: int = 8080
    arbeidere: int = 1
    feilsok: bool = False
    utstedere: tuple[Utsteder, ...] = ()

    @property
    def lokal(self) -> bool:
        return not self.utstedere

    @classmethod
    def av_miljo(cls, vert: str, port: int, arbeidere: int) -> Oppsett:
        i = Innstillinger()
        return cls(i.miljo, i.url, i.krev_syntetisk, vert, port, arbeidere, bool(os.environ.get("ORDNING_FEILSOK")),
                   les_utstedere(os.environ.get("ORDNING_OIDC", "")))  # fmt: skip


def les_utstedere(tekst: str) -> tuple[Utsteder, ...]:
    """Raises Ordningsfeil for a line that does not have four parts."""
    ut = []
    for nr, linje in enumerate((x for x in tekst.splitlines() if x.strip()), 1):
        deler = [d.strip() for d in linje.split(";")]
        if len(deler) != 4 or deler[0] not in get_args(Slag):
            raise Ordningsfeil(f"Linje {nr} er ikke en utsteder.", "miljøvariabelen ORDNING_OIDC",
                               f"Skriv slag;utsteder;publikum;nøkkeladresse, der slag er {', '.join(get_args(Slag))}.", IKKE_STARTET, 2)
        ut.append(Utsteder(*deler))
    return tuple(ut)


def krev_trygt(o: Oppsett) -> None:
    """Raises Samlefeil with everything that is unsafe."""
    nekt(farer_i(o), IKKE_STARTET)


def farer_i(o: Oppsett) -> list[Fare]:
    return _overalt(o) + (_i_prod(o) if o.miljo == "prod" else [])


def nekt(farer: list[Fare], ikke_gjort: str) -> None:
    """Raises Samlefeil when there are any."""
    if farer:
        raise Samlefeil([Ordningsfeil(hva, hvor, gjor, ikke_gjort, 2) for hva, hvor, gjor in farer])


def _overalt(o: Oppsett) -> list[Fare]:
    farer = [f for u in o.utstedere for f in _utstederen(u, o)]
    if len({u.navn for u in o.utstedere}) < len(o.utstedere):
        farer.append(("To utstedere har samme navn.", "ORDNING_OIDC", "Skriv hver utsteder én gang."))
    if o.url.startswith("sqlite") and o.arbeidere > 1:
        farer.append(("SQLite tåler bare én prosess som skriver.", "--arbeidere", "Bruk én arbeider, eller PostgreSQL."))
    if o.lokal and not paa_maskinen(o.vert):
        farer.append(("Uten innlogging kan tjenesten bare nås fra denne maskinen.", "--vert", "Bruk 127.0.0.1, eller sett ORDNING_OIDC."))
    if o.lokal and o.arbeidere > 1:
        farer.append(("Starttokenet gjelder én prosess.", "--arbeidere", "Bruk én arbeider, eller sett ORDNING_OIDC."))
    if not o.krev_syntetisk and o.miljo != "prod":
        farer.append(("Ekte personer kan bare tas imot i produksjon.", "ORDNING_MILJO", "Sett ORDNING_MILJO=prod, eller bruk syntetiske."))
    return farer


def _i_prod(o: Oppsett) -> list[Fare]:
    farer: list[Fare] = []
    if o.lokal:
        farer.append(("Ingen innlogging er satt opp.", "ORDNING_OIDC", "Oppgi utstedere; starttoken gjelder bare lokalt."))
    if o.krev_syntetisk:
        farer.append(("Tjenesten tar bare imot syntetiske personer.", "ORDNING_MILJO", "Ekte søkere ville blitt avvist."))
    if o.feilsok:
        farer.append(("Feilsøking er slått på, og kan vise personopplysninger.", "ORDNING_FEILSOK", "Fjern den."))
    if o.url.startswith("sqlite"):
        farer.append(("Databasen er en SQLite-fil.", "ORDNING_DATABASE_URL", "Bruk PostgreSQL i produksjon."))
    elif not _sikker_forbindelse(o.url):
        farer.append(("Forbindelsen til databasen er ikke sikret.", "ORDNING_DATABASE_URL", "Legg til ?sslmode=verify-full."))
    return farer


def _utstederen(u: Utsteder, o: Oppsett) -> list[Fare]:
    farer: list[Fare] = []
    if not u.publikum or u.publikum in ("*", "any"):
        farer.append(("En utsteder mangler publikum: da gjelder også andres tokener.", "ORDNING_OIDC", "Skriv vårt navn hos den."))
    for hva, adresse in (("Utstederen", u.navn), ("Nøkkellisten", u.nokler)):
        deler = urlsplit(adresse)
        lokalt = o.miljo != "prod" and deler.scheme == "http" and paa_maskinen(deler.hostname or "")
        if not deler.hostname or (deler.scheme != "https" and not lokalt):
            farer.append((f"{hva} bruker ikke https.", "ORDNING_OIDC", "Bruk en adresse som begynner med https://."))
        if deler.username or deler.password:
            farer.append((f"{hva} har et passord i adressen.", "ORDNING_OIDC", "Fjern det."))
    return farer


def paa_maskinen(vert: str) -> bool:
    try:
        return ipaddress.ip_address(vert).is_loopback
    except ValueError:
        return vert == "localhost"


def _sikker_forbindelse(url: str) -> bool:
    deler = urlsplit(url)
    return not deler.hostname or parse_qs(deler.query).get("sslmode") == ["verify-full"]  # without a host: a Unix socket
