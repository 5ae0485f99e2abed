"""Writes one event at the end of the chain, in the caller's transaction. No personal data: what is not an id is refused."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection

from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import revisjonslogg
from kjerne.revisjon.kjede import hode, radhash

_HENDELSE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
_OBJEKT = re.compile(r"[a-z_]+:[A-Za-z0-9_.:-]{1,200}")
_NAVN = re.compile(r"[a-z][a-z0-9_]{0,59}")
_ID = re.compile(r"[A-Za-z0-9_.:/+-]{0,200}")  # no space: no sentence, no full name
_FELT = re.compile(r"[a-zæøå][a-zæøå0-9_]{0,59}")  # the name of a field of the application, as the scheme has it
_HASH = re.compile(r"(?<![0-9a-z])([0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-z])")
_SKILLE = re.compile("[ .:/+\u00a0\u202f-]")
_ELLEVE = re.compile(r"(?<!\d)\d{11}(?!\d)", re.ASCII)
_STORT = 10**9  # a person's number that begins with 0 is a whole number of ten digits
MAKS = 20_000  # signs of `detaljer`


def logg(conn: Connection, hendelse: str, objekt: str, av: str, detaljer: Mapping[str, Any], naa: dt.datetime) -> str:
    """Adds an event and returns its hash. It stands if, and only if, the caller commits.

    `hendelse` is what happened ("bunt.sendt"), `objekt` to what ("bunt:<id>"), `av` who did it. `detaljer` holds ids, codes
    and whole numbers; amounts have names that end in `_ore`. Call it last in the transaction: it takes the lock that
    keeps the chain single, and holds it to the end. Call it only for what is new, so that a step that is done again after
    a kill leaves one event. Raises ValueError (a fault in the program) for what may name a person; nothing is repeated.
    """
    _prov(hendelse, objekt, av)
    _prov_detaljer(detaljer)
    tekst = json_tekst(dict(detaljer))
    if len(tekst) > MAKS:
        raise ValueError("revisjonslogg: too much in detaljer")
    laas(conn, "revisjon")
    nr, forrige = hode(conn)
    tid = naa.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    sha = radhash(forrige, nr + 1, hendelse, objekt, av, tekst, tid)
    conn.execute(revisjonslogg.insert().values(nr=nr + 1, hendelse=hendelse, objekt=objekt, av=av, detaljer=tekst, tid=naa,
                                               forrige_hash=forrige, radhash=sha))
    feilpunkt("revisjon.etter_hendelse")
    return sha


def _prov(hendelse: str, objekt: str, av: str) -> None:
    if not _HENDELSE.fullmatch(hendelse):
        raise ValueError("revisjonslogg: hendelse is not of the form what.happened")
    if not _OBJEKT.fullmatch(objekt) or kan_vaere_nummer(objekt):
        raise ValueError("revisjonslogg: objekt is not of the form kind:id")
    if not av.strip() or len(av) > 100 or not av.isprintable() or kan_vaere_nummer(av):
        raise ValueError("revisjonslogg: av does not say who")


def _prov_detaljer(verdi: Any, navn: str = "") -> None:
    if isinstance(verdi, Mapping):
        for n, v in verdi.items():
            if not isinstance(n, str) or not _NAVN.fullmatch(n) or kan_vaere_nummer(n):
                raise ValueError("revisjonslogg: a name in detaljer is not a plain word")
            _prov_detaljer(v, n)
    elif isinstance(verdi, list | tuple):
        for v in verdi:
            _prov_detaljer(v, navn)
    elif isinstance(verdi, str):
        if not (_FELT if navn == "felt" else _ID).fullmatch(verdi) or kan_vaere_nummer(verdi):
            raise ValueError(f"revisjonslogg: {navn} is not an id or a code")
    elif isinstance(verdi, int):
        if abs(verdi) >= _STORT and not navn.endswith("_ore"):
            raise ValueError(f"revisjonslogg: {navn} may be a person's number")
    elif verdi is not None:
        raise ValueError(f"revisjonslogg: {navn} is not text, a whole number or nothing")


def kan_vaere_nummer(tekst: str) -> bool:
    """Whether a text holds eleven digits in a row, grouped or not: a person or an account. Hashes and uuids are left out."""
    return bool(_ELLEVE.search(_SKILLE.sub("", _HASH.sub("#", tekst))))
