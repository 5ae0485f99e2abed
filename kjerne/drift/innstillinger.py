"""Settings, from the environment only. No value here is a secret but the URL.

ORDNING_DATA          folder for the database file, snapshots, letters and payment files   (var)
ORDNING_DATABASE_URL  SQLAlchemy URL                                                       (SQLite file in ORDNING_DATA)
ORDNING_MILJO         test or prod: in test only synthetic people may enter                (test)
ORDNING_BRUKER        who is at the keyboard                                               (the login name)
ORDNINGER_STI         where the scheme folders lie                                         (ordninger)
ORDNING_BETALER       who pays: name;orgnr;bank agreement;account;BIC. Must be set in prod (a synthetic agency)
ORDNING_FEILSOK       set: an unforeseen fault shows its whole trace. For developers       (a message without values)
"""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass, field
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil


def _data() -> Path:
    return Path(os.environ.get("ORDNING_DATA") or "var").resolve()


def _bruker() -> str:
    try:
        return os.environ.get("ORDNING_BRUKER") or getpass.getuser()
    except (KeyError, OSError):  # no login name in a bare container
        return "ukjent"


@dataclass(frozen=True)
class Betaler:
    """The agency at its bank."""

    navn: str
    orgnr: str
    avtale: str
    konto: str
    bic: str

    @property
    def syntetisk(self) -> bool:
        return self == SYNTETISK_BETALER


SYNTETISK_BETALER = Betaler("SYNTETISK VELFERDSETAT", "899999908", "SYNTETISK", "99990000006", "SYNTNOKK")


def _betaler() -> Betaler:
    tekst = os.environ.get("ORDNING_BETALER", "")
    if not tekst:
        return SYNTETISK_BETALER
    deler = [d.strip() for d in tekst.split(";")]
    if len(deler) != 5 or not all(deler):
        raise Ordningsfeil("ORDNING_BETALER har ikke fem deler.", "miljøvariabelen ORDNING_BETALER",
                           "Skriv navn;orgnr;avtale;konto;BIC.", kode=2)
    return Betaler(*deler)


@dataclass(frozen=True)
class Innstillinger:
    data: Path = field(default_factory=_data)
    database_url: str = field(default_factory=lambda: os.environ.get("ORDNING_DATABASE_URL", ""), repr=False)
    miljo: str = field(default_factory=lambda: os.environ.get("ORDNING_MILJO", "test"))
    bruker: str = field(default_factory=_bruker)
    betaler: Betaler = field(default_factory=_betaler)

    def __post_init__(self) -> None:
        if self.miljo not in ("test", "prod"):
            raise Ordningsfeil("ORDNING_MILJO må være test eller prod.", "miljøvariabelen ORDNING_MILJO", "Sett den riktig.", kode=2)
        if self.miljo == "prod" and self.betaler.syntetisk:
            raise Ordningsfeil("Betaleren er ikke satt.", "miljøvariabelen ORDNING_BETALER", "Skriv navn;orgnr;avtale;konto;BIC.", kode=2)

    @property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{self.data / 'ordning.sqlite'}"

    @property
    def databasefil(self) -> Path | None:
        """The file of SQLite; None when the database is a server."""
        art, _, sti = self.url.partition(":///")
        return Path(sti).resolve() if art.startswith("sqlite") and sti else None

    @property
    def har_database(self) -> bool:
        """Whether there is something to read. A server is asked when it is opened."""
        return self.databasefil is None or self.databasefil.exists()

    @property
    def databasested(self) -> str:
        """Where the database is, for people: no user and no password."""
        art, _, resten = self.url.partition("://")
        return str(self.databasefil or f"{art}://{resten.rpartition('@')[2].partition('?')[0]}")

    @property
    def krev_syntetisk(self) -> bool:
        return self.miljo != "prod"
