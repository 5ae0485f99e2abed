"""Applications that come in by the API: one at a time, or a file. Stored in one transaction, once for each sender's key (I01, I02)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.engine import Connection

from kjerne.kjoring.lesing import aapne_saker, lagre_soknader, leveranse_id
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.lager import id as ider
from kjerne.lager.bulk import sett_inn
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.kanonisk import json_tekst, sha256
from kjerne.lager.motor import laas, lesende
from kjerne.lager.person import person_ider
from kjerne.lager.tabeller import innsending, leveranse, leveranse_karantene, person, sak, soknad
from kjerne.mottak import Soknadsform, les_soknader

# What an applicant is told. What a human has to look at is still being worked on, whatever the engine calls it.
STATUS = {"mottatt": "mottatt", "innvilget": "avgjort", "avslag": "avgjort", "sporsmal": "venter på svar"}
UNDER_ARBEID = "under behandling"


@dataclass(frozen=True)
class Innsending:
    """One application that has been read and found good. `klient` is who sent it, `nokkel` the Idempotency-Key."""

    form: Soknadsform
    klient: str
    nokkel: str
    soknad: BaseModel

    @property
    def ordning(self) -> str:
        return self.form.manifest.id

    @property
    def soknad_id(self) -> str:
        return "e" + sha256(json_tekst([self.klient, self.nokkel]))[:40]


@dataclass(frozen=True)
class Kvittering:
    """`ny_bruk`: the key has been used for something else, and nothing is stored."""

    sak_id: str
    mottatt: dt.datetime | None
    ny_bruk: bool = False


def lagre_innsendinger(rom: Arbeidsrom, inn: Sequence[Innsending]) -> list[Kvittering]:
    """Stores them in one transaction. What is returned is committed; what was here before is answered as it was."""
    naa = rom.klokke.naa()
    saker = [ider.sak_id(i.ordning, i.soknad_id) for i in inn]
    avtrykk = [i.form.innhold_sha256(i.soknad) for i in inn]
    with rom.motor.begin() as conn:
        sett_inn(conn, innsending, {
            "ordning": [i.ordning for i in inn], "klient": [i.klient for i in inn], "nokkel": [i.nokkel for i in inn],
            "innhold_sha256": avtrykk, "sak_id": saker, "mottatt_tid": naa})  # fmt: skip
        sporring = sa.select(innsending.c.sak_id, innsending.c.innhold_sha256, innsending.c.mottatt_tid)
        lagret = {r.sak_id: r for r in conn.execute(sporring.where(innsending.c.sak_id.in_(sorted(set(saker)))))}
        like = [lagret[s].innhold_sha256 == a for s, a in zip(saker, avtrykk, strict=True)]
        _lagre_soknader(conn, [(s, i) for s, i, lik in zip(saker, inn, like, strict=True) if lik], naa, rom.klokke.idag())
        feilpunkt("innsending.for_commit")
    feilpunkt("innsending.etter_commit")
    return [Kvittering(s, lagret[s].mottatt_tid if lik else None, not lik) for s, lik in zip(saker, like, strict=True)]


def _lagre_soknader(conn: Connection, inn: list[tuple[str, Innsending]], naa: dt.datetime, idag: dt.date) -> None:
    """Application, case and delivery of each; those that are stored already are left as they are."""
    if not inn:
        return
    saker, ordninger = [s for s, _ in inn], [i.ordning for _, i in inn]
    levert = [leveranse_id("enkelt", i.ordning, s) for s, i in inn]
    sett_inn(conn, soknad, {
        "sak_id": saker, "ordning": ordninger, "soknad_id": [i.soknad_id for _, i in inn],
        "person_id": person_ider(conn, [i.soknad.fodselsnummer for _, i in inn]),
        "konto": [i.soknad.kontonummer for _, i in inn], "maalform": [i.soknad.maalform for _, i in inn],
        "mottatt_dato": idag, "fakta": [i.form.fakta(i.soknad) for _, i in inn], "leveranse_id": levert,
        "linje": [1] * len(inn)})  # fmt: skip
    aapne_saker(conn, ordninger, saker, naa, None)
    sett_inn(conn, leveranse, {
        "leveranse_id": levert, "art": "soknad", "ordning": ordninger, "filnavn": "", "format": "api", "linjer_inn": 1, "akseptert": 1,
        "karantene": 0, "mottatt_tid": naa})  # fmt: skip


@dataclass(frozen=True)
class Filsvar:
    """What a file came to, line by line. `saker`: (line, sak_id); `karantene`: (line, reason)."""

    ny_bruk: bool
    linjer_inn: int = 0
    saker: tuple[tuple[int, str], ...] = ()
    karantene: tuple[tuple[int, str], ...] = ()


def ta_imot_fil(rom: Arbeidsrom, form: Soknadsform, klient: str, nokkel: str, sti: Path, filnavn: str) -> Filsvar:
    """Stores the usable lines of a file. The same file again gets the same answer. Raises Ordningsfeil for an unreadable file."""
    lest = les_soknader(sti, form.manifest, krev_syntetisk=rom.krev_syntetisk)
    ordning, lev_id = form.manifest.id, leveranse_id("soknad", form.manifest.id, lest.sha256)
    with rom.motor.begin() as conn:
        laas(conn, f"mottak:{ordning}")
        i = innsending.c
        hvilken = sa.and_(i.ordning == ordning, i.klient == klient, i.nokkel == nokkel)
        if conn.scalar(sa.select(i.innhold_sha256).where(hvilken)) not in (None, lest.sha256):
            return Filsvar(True)
        sett_inn(conn, innsending, {"ordning": ordning, "klient": klient, "nokkel": nokkel, "innhold_sha256": lest.sha256,
                                    "sak_id": None, "mottatt_tid": rom.klokke.naa()})  # fmt: skip
        lagre_soknader(conn, rom, form.manifest, filnavn, lest, None)
        k = leveranse_karantene.c
        karantene = conn.execute(sa.select(k.linje, k.grunn).where(k.leveranse_id == lev_id).order_by(k.linje)).all()
    avvist = {linje for linje, _ in karantene}
    linjer, soknad_ider = lest.ramme["kilde_linje"].tolist(), lest.ramme["soknad_id"].tolist()
    saker = zip(linjer, ider.sak_ider(ordning, soknad_ider), strict=True)
    return Filsvar(False, lest.linjer_inn, tuple(s for s in saker if s[0] not in avvist), tuple(map(tuple, karantene)))


@dataclass(frozen=True)
class Saksstatus:
    """Where a case stands. `ident` and `klient` are for the access check only."""

    sak_id: str
    ordning: str
    mottatt_dato: dt.date
    status: str
    ident: str
    klienter: frozenset[str]  # who sent it: one, or all who have sent the file it came in

    def __repr__(self) -> str:
        return f"Saksstatus({self.sak_id})"  # the person's number never ends up in a log


def status_for(rom: Arbeidsrom, sak_id: str) -> Saksstatus | None:
    """None when there is no such case."""
    sporring = (
        sa.select(soknad.c.ordning, soknad.c.mottatt_dato, soknad.c.leveranse_id, sak.c.tilstand, person.c.ident, innsending.c.klient)
        .join(sak, sak.c.sak_id == soknad.c.sak_id).join(person, person.c.person_id == soknad.c.person_id)
        .outerjoin(innsending, innsending.c.sak_id == soknad.c.sak_id).where(soknad.c.sak_id == sak_id))  # fmt: skip
    with lesende(rom.motor) as conn:
        rad = conn.execute(sporring).one_or_none()
        if rad is None:
            return None
        klienter = frozenset({rad.klient}) if rad.klient else _sendere(conn, rad.ordning, rad.leveranse_id)
    return Saksstatus(sak_id, rad.ordning, rad.mottatt_dato, STATUS.get(rad.tilstand, UNDER_ARBEID), rad.ident, klienter)


def _sendere(conn: Connection, ordning: str, levert: str) -> frozenset[str]:
    """Who has sent the file that was this delivery, over the API."""
    i = innsending.c
    filer = conn.execute(sa.select(i.klient, i.innhold_sha256).where(i.ordning == ordning, i.sak_id.is_(None)))
    return frozenset(klient for klient, sha in filer if leveranse_id("soknad", ordning, sha) == levert)


def kvittering_for(rom: Arbeidsrom, sak_id: str, klient: str) -> tuple[str, dt.datetime] | None:
    """(scheme, when it was received) of what this sender has sent."""
    i = innsending.c
    with lesende(rom.motor) as conn:
        rad = conn.execute(sa.select(i.ordning, i.mottatt_tid).where(i.sak_id == sak_id, i.klient == klient)).one_or_none()
    return None if rad is None else (rad.ordning, rad.mottatt_tid)


def antall_innsendt(conn: Connection, ordning: str) -> int:
    """How many times something has come in by the API for the scheme. It only grows, so it tells a run that there is more to do."""
    return conn.scalar(sa.select(sa.func.count()).select_from(innsending).where(innsending.c.ordning == ordning))
