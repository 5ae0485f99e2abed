"""The runs as people follow them: which steps are done, how far the one under way has come, and what the quality checks found."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.standard import STANDARD
from kjerne.kjoring.stans import arbeider_noen, siste_stans
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kjoring, kjoring_steg

STEGNAVN = {s.navn: s.tekst for s in STANDARD.steg}
_I_BITER = {s.navn for s in STANDARD.steg if s.i_biter}


@dataclass(frozen=True)
class Stegbilde:
    """`gjort` of `av` chunks are done; `av` is 0 where it is not known yet."""

    navn: str
    tekst: str
    gjort: int
    av: int
    sekunder: float = 0.0
    ferdig: dt.datetime | None = None
    tall: dict[str, int] = field(default_factory=dict)

    @property
    def er_ferdig(self) -> bool:
        return self.gjort >= max(self.av, 1)


@dataclass(frozen=True)
class Kjoringsbilde:
    """`kontroller`: the quality checks that found something or were not run: name, rows, failures, remark. `stans`: why it stopped (see
    `siste_stans`). `tilstand` is also avbrutt: begun, and the process that worked with it is gone."""

    kjoring_id: str
    ordning: str
    tilstand: str
    startet: dt.datetime
    ferdig: dt.datetime | None
    vedtaksdato: str
    steg: tuple[Stegbilde, ...] = ()
    kontroller: tuple[tuple[str, int, int, str], ...] = ()
    stans: tuple[dict[str, str], ...] = ()


def kjoringer(rom: Arbeidsrom, ordning: str = "", antall: int | None = None, fra: int = 0) -> list[Kjoringsbilde]:
    """The runs, the newest first, without their steps: of all schemes or one, and all of them or `antall` from number `fra` on."""
    sporring = sa.select(kjoring).order_by(kjoring.c.startet_tid.desc(), kjoring.c.kjoring_id).limit(antall).offset(fra)
    if ordning:
        sporring = sporring.where(kjoring.c.ordning == ordning)
    with lesende(rom.motor) as conn:
        return [_uten_steg(conn, rom, r) for r in conn.execute(sporring).all()]


def antall_kjoringer(rom: Arbeidsrom) -> int:
    with lesende(rom.motor) as conn:
        return int(conn.scalar(sa.select(sa.func.count()).select_from(kjoring)))


def _uten_steg(conn: Connection, rom: Arbeidsrom, r: sa.Row, **resten: tuple) -> Kjoringsbilde:
    dag = json.loads(r.grunnlag).get("vedtaksdato", "")
    ferdig = r.ferdig_tid if r.tilstand != "startet" else None
    avbrutt = r.tilstand == "startet" and arbeider_noen(rom.data, r.kjoring_id) is False
    stans = tuple(siste_stans(conn, r.kjoring_id)) if r.tilstand == "stanset" else ()
    return Kjoringsbilde(r.kjoring_id, r.ordning, "avbrutt" if avbrutt else r.tilstand, r.startet_tid, ferdig, dag, stans=stans, **resten)


def kjoringsbilde(rom: Arbeidsrom, kjoring_id: str) -> Kjoringsbilde:
    """One run. Raises Ordningsfeil (kode 2) when there is none."""
    with lesende(rom.motor) as conn:
        rad = conn.execute(sa.select(kjoring).where(kjoring.c.kjoring_id == kjoring_id)).one_or_none()
        if rad is None:
            raise Ordningsfeil("Kjøringen finnes ikke.", kjoring_id[:40], "Se listen over kjøringer.", "Ingenting er endret.", kode=2)
        return _uten_steg(conn, rom, rad, **_steg(conn, kjoring_id))


def _steg(conn: Connection, kjoring_id: str) -> dict[str, tuple]:
    s = kjoring_steg.c
    biter: dict[str, list[sa.Row]] = {}
    for r in conn.execute(sa.select(kjoring_steg).where(s.kjoring_id == kjoring_id).order_by(s.ferdig_tid, s.bit)):
        biter.setdefault(r.steg, []).append(r)
    kvalitet = json.loads(biter["kvalitet"][0].resultat) if "kvalitet" in biter else {}
    egne = [n for n in biter if n not in STEGNAVN]  # what the scheme's own flow has added
    steg = tuple(_ett(n, biter.get(n, []), kvalitet.get("biter", 0) if n in _I_BITER else 1) for n in (*STEGNAVN, *egne))
    return {"steg": steg, "kontroller": tuple(map(tuple, kvalitet.get("kontroller", ())))}


def _ett(navn: str, rader: list[sa.Row], av: int) -> Stegbilde:
    tall: dict[str, int] = {}
    for r in rader:
        for n, v in json.loads(r.resultat).items():
            if type(v) is int and n != "biter":
                tall[n] = tall.get(n, 0) + v
    ferdig = rader[-1].ferdig_tid if rader else None
    return Stegbilde(navn, STEGNAVN.get(navn, navn), len(rader), av, sum(r.sekunder for r in rader), ferdig, tall)
