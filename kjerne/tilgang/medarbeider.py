"""The human behind an account, and her roles. Four eyes are two humans, however many accounts they have."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import medarbeider
from kjerne.tilgang.roller import ANSATTE, HANDLINGER, ROLLENAVN, ROLLER, har_lov

_M = medarbeider.c
SYSTEM = "system"  # the account of the engine itself


@dataclass(frozen=True)
class Medarbeider:
    """`person` is the same for all accounts of one human. `registrert`: False for an account that stands for itself."""

    konto: str
    person: str
    navn: str
    roller: frozenset[str]
    registrert: bool = True


def ren(konto: str) -> str:
    """An account as it is compared, here and in the database (which folds no æøå)."""
    return "".join(t.lower() if t.isascii() else t for t in konto.strip(" "))


def finn_medarbeider(conn: Connection, konto: str, *, alle_roller: bool) -> Medarbeider:
    """Who it is. `alle_roller`: an account that nobody has registered may do everything that an employee may (synthetic data only);
    otherwise it may do nothing."""
    rad = conn.execute(sa.select(medarbeider).where(_M.konto == ren(konto)).order_by(_M.nr.desc()).limit(1)).one_or_none()
    if rad is not None:
        return Medarbeider(rad.konto, rad.person, rad.navn, frozenset(json.loads(rad.roller)))
    if ren(konto) == SYSTEM:
        return Medarbeider(SYSTEM, SYSTEM, "Systemet", frozenset({"system"}), registrert=False)
    return Medarbeider(ren(konto), ren(konto), konto.strip(), frozenset(ANSATTE if alle_roller else ()), registrert=False)


def alle_medarbeidere(conn: Connection) -> list[Medarbeider]:
    """Every registered account as it is now, by account."""
    nyere = medarbeider.alias()
    gjelder = ~sa.exists().where(nyere.c.konto == _M.konto, nyere.c.nr > _M.nr)
    rader = conn.execute(sa.select(medarbeider).where(gjelder).order_by(_M.konto))
    return [Medarbeider(r.konto, r.person, r.navn, frozenset(json.loads(r.roller))) for r in rader]


def person_bak(conn: Connection, konto: str) -> str:
    """The human behind the account, as the database's own guards see it."""
    return finn_medarbeider(conn, konto, alle_roller=False).person


def krev(
    conn: Connection, konto: str, handling: str, *, alle_roller: bool, ikke_gjort: str = "Ingenting er endret."
) -> Medarbeider:
    """Who it is, when one of her roles may do this. Raises Ordningsfeil (kode 4) otherwise, and (kode 2) when nobody is named."""
    if not konto.strip():
        raise Ordningsfeil("Det er ikke oppgitt hvem du er.", "--bruker", "Oppgi hvem du er, eller logg inn.", ikke_gjort, kode=2)
    en = finn_medarbeider(conn, konto, alle_roller=alle_roller)
    if har_lov(en.roller, handling):
        return en
    hvem = " eller ".join(sorted(ROLLENAVN[r] for r in HANDLINGER.get(handling, ()) if r != SYSTEM)) or "ingen"
    raad = "Be en som har rollen." if en.registrert else "Be leder registrere kontoen: ordning medarbeider."
    raise Ordningsfeil(f"{en.konto} har ikke rollen som kreves. Dette kan gjøres av: {hvem}.", f"handlingen {handling}", raad,
                       ikke_gjort, kode=4)  # fmt: skip


def registrer(
    conn: Connection, konto: str, person: str, navn: str, roller: Collection[str], av: str, naa: dt.datetime
) -> Medarbeider:
    """Says who an account is and what it may do, from now on. The same again changes nothing. Raises Ordningsfeil."""
    if ukjente := sorted(set(roller) - set(ROLLER)):
        raise Ordningsfeil(f"Rollen {ukjente[0][:40]} finnes ikke.", konto[:60], f"Velg blant {', '.join(ROLLER)}.", kode=2)
    if not ren(konto) or not ren(person) or ren(konto) == SYSTEM:
        raise Ordningsfeil("Kontoen eller personen mangler.", konto[:60], "Oppgi begge.", kode=2)
    laas(conn, "medarbeider")
    ny = Medarbeider(ren(konto), ren(person), navn.strip() or konto.strip(), frozenset(roller))
    if finn_medarbeider(conn, konto, alle_roller=False) == ny:
        return ny
    nr = conn.scalar(sa.select(sa.func.count()).where(_M.konto == ny.konto)) + 1
    conn.execute(medarbeider.insert().values(
        konto=ny.konto, nr=nr, person=ny.person, navn=ny.navn, roller=json_tekst(sorted(ny.roller)), av=av, tid=naa))  # fmt: skip
    return ny
