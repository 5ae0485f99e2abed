"""`Arbeidsrom`: the place a run works in, and `Kjoring`: one run of one scheme."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kjerne.drift.innstillinger import SYNTETISK_BETALER, Betaler, Innstillinger
from kjerne.drift.klokke import Klokke
from kjerne.kjoring.stans import skriv_stans
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.fil import rydd
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.motor import aapne, laas, lesende
from kjerne.lager.oppgradering import oppgrader
from kjerne.lager.tabeller import kjoring, kjoring_steg
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon import anker, logg
from kjerne.revisjon.kjede import hode
from kjerne.revisjon.tabelltall import FERDIG, regnskap

_NAVNEROM = uuid.UUID("5d2c8a51-2f0e-5cb5-8d0b-6f3a2b1c9e77")

INGEN_DATABASE = "Stå i mappen der ordning kjor ble kjørt, eller sett ORDNING_DATA til mappen der dataene ligger."

Fremdrift = Callable[[str, int, int], None]  # (what, done, of)


def taus(hva: str, ferdig: int, av: int) -> None:
    """Progress for those who do not want to see it."""


@dataclass
class Arbeidsrom:
    """Database, folder and clock. `motor` is migrated."""

    data: Path
    motor: Engine
    klokke: Klokke
    krev_syntetisk: bool = True
    betaler: Betaler = SYNTETISK_BETALER

    @classmethod
    def aapne(
        cls, innstillinger: Innstillinger, klokke: Klokke | None = None, salt: str | None = None, *, maa_finnes: bool = False
    ) -> Arbeidsrom:
        """Opens the place, and removes what killed processes left half-written there: it may hold personal data. `maa_finnes`: who only
        reads makes nothing. Raises Ordningsfeil (kode 2) saying where it looked."""
        if maa_finnes and not innstillinger.har_database:
            raise Ordningsfeil("Det er ingen database her, så det er ingenting å lese.", innstillinger.databasested, INGEN_DATABASE,
                               "Ingenting er laget.", kode=2)
        innstillinger.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        rydd(innstillinger.data)
        motor = aapne(innstillinger.url)
        oppgrader(motor, salt)
        return cls(innstillinger.data, motor, klokke or Klokke(), innstillinger.krev_syntetisk, innstillinger.betaler)

    @property
    def snapshotmappe(self) -> Path:
        return self.data / "snapshot"

    @property
    def betalingsmappe(self) -> Path:
        return self.data / "betaling"

    @property
    def revisjonsmappe(self) -> Path:
        return self.data / "revisjon"

    def foranker(self) -> tuple[int, str]:
        """Writes the head of the event log outside the database; to be called when what was logged is committed, and safe to call
        again. Returns it: (0, …) when nothing has happened yet."""
        with lesende(self.motor) as conn:
            nr, sha = hode(conn)
        if nr:
            feilpunkt("anker.for_skriving")
            anker.skriv(self.revisjonsmappe, nr, sha, self.klokke.naa())
        return nr, sha


@dataclass(frozen=True)
class Grunnlag:
    """What a run is made of. The same grunnlag is the same run."""

    soknader: tuple[Path, ...] = ()
    inntekter: tuple[Path, ...] = ()
    arbeidsforhold: tuple[Path, ...] = ()
    vedtaksdato: dt.date = dt.date(1970, 1, 1)
    hentet: dt.date | None = None  # the day the income was fetched; the day of the decision when not given
    laget_av: str = "system"
    bitstorrelse: int = 20_000
    personer: tuple[Path, ...] = ()  # the population register: who is dead

    @property
    def hentetdato(self) -> dt.date:
        return self.hentet or self.vedtaksdato


@dataclass
class Kjoring:
    """One run. `hurtig` holds frames that several steps of the same process read; nothing in it is needed to resume."""

    rom: Arbeidsrom
    verk: Regelverk
    grunnlag: Grunnlag
    id: str
    fremdrift: Fremdrift = taus
    hurtig: dict[str, Any] = field(default_factory=dict)

    @property
    def ordning(self) -> str:
        return self.verk.id

    def resultat(self, steg: str, bit: int = 0) -> dict | None:
        """What a finished step left behind; None when it is not finished."""
        with lesende(self.rom.motor) as conn:
            tekst = conn.scalar(sa.select(kjoring_steg.c.resultat).where(
                kjoring_steg.c.kjoring_id == self.id, kjoring_steg.c.steg == steg, kjoring_steg.c.bit == bit))
        return None if tekst is None else json.loads(tekst)


def kjoring_id(ordning: str, innhold: dict) -> str:
    """The id of the run, computed from what it is made of."""
    return str(uuid.uuid5(_NAVNEROM, json_tekst({"ordning": ordning} | innhold)))


def start(rom: Arbeidsrom, verk: Regelverk, grunnlag: Grunnlag, innhold: dict, fremdrift: Fremdrift = taus) -> Kjoring:
    """Opens the run with this content, new or begun before. Removes what killed processes left half-written."""
    rydd(rom.data)
    id_ = kjoring_id(verk.id, innhold)
    with rom.motor.begin() as conn:
        laas(conn, f"kjoring:{id_}")
        tilstand = conn.scalar(sa.select(kjoring.c.tilstand).where(kjoring.c.kjoring_id == id_))
        naa, detaljer = rom.klokke.naa(), {"ordning": verk.id, "fingeravtrykk": verk.fingeravtrykk}
        if tilstand is None:
            conn.execute(kjoring.insert().values(
                kjoring_id=id_, ordning=verk.id, grunnlag=json_tekst(innhold), tilstand="startet", startet_tid=naa, ferdig_tid=None))
            logg(conn, "kjoring.startet", f"kjoring:{id_}", grunnlag.laget_av, detaljer, naa)
        elif tilstand in ("stanset", "pauset"):
            conn.execute(kjoring.update().where(kjoring.c.kjoring_id == id_).values(tilstand="startet"))
            logg(conn, "kjoring.gjenopptatt", f"kjoring:{id_}", grunnlag.laget_av, detaljer, naa)
    rom.foranker()
    return Kjoring(rom, verk, grunnlag, id_, fremdrift)


def marker(k: Kjoring, tilstand: str, feil: Ordningsfeil | None = None) -> None:
    """Sets the state of the run: ferdig, pauset or stanset, and why it stopped. What is new goes into the event log, which is then
    anchored."""
    naa = k.rom.klokke.naa()
    with k.rom.motor.begin() as conn:
        laas(conn, f"kjoring:{k.id}")
        forrige = conn.scalar(sa.select(kjoring.c.tilstand).where(kjoring.c.kjoring_id == k.id))
        conn.execute(kjoring.update().where(kjoring.c.kjoring_id == k.id).values(tilstand=tilstand, ferdig_tid=naa))
        if tilstand != forrige:
            hendelse = f"kjoring.{tilstand}"
            detaljer = {"ordning": k.ordning} | (regnskap(conn, k.id) if hendelse == FERDIG else {})
            logg(conn, hendelse, f"kjoring:{k.id}", k.grunnlag.laget_av, detaljer, naa)
        if feil is not None:
            skriv_stans(conn, k.id, feil, naa)
    k.rom.foranker()
