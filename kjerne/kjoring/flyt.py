"""The order of the steps, and the runner that takes them one by one, each at most once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from kjerne.kjoring.rom import Arbeidsrom, Fremdrift, Grunnlag, Kjoring, marker, start, taus
from kjerne.kjoring.stans import i_arbeid
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.bulk import sett_inn
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kjoring_steg
from kjerne.regelmotor.regelverk import Regelverk

Arbeid = Callable[..., dict]


@dataclass(frozen=True)
class Steg:
    """A step. `arbeid(kjoring)` does it whole, or `arbeid(kjoring, bit)` a chunk at a time; it returns counts and hashes.

    The work must be repeatable: it commits its own result, and is done again when the process died before the step was
    written down. `ikke_gjort` is what is true when it stops: what did not happen, and what stands from before. Only the run
    knows that; the room where the fault was found does not.
    """

    navn: str
    arbeid: Arbeid
    tekst: str
    i_biter: bool = False
    ikke_gjort: str = "Dette steget i kjøringen. Det som er lagret i stegene før, står."


@dataclass(frozen=True)
class Flyt:
    """The steps of a scheme in order."""

    steg: Sequence[Steg]

    def uten(self, *navn: str) -> Flyt:
        self._krev(navn)
        return replace(self, steg=[s for s in self.steg if s.navn not in navn])

    def erstatt(self, nytt: Steg) -> Flyt:
        self._krev((nytt.navn,))
        return replace(self, steg=[nytt if s.navn == nytt.navn else s for s in self.steg])

    def etter(self, navn: str, nytt: Steg) -> Flyt:
        self._krev((navn,))
        return replace(self, steg=[t for s in self.steg for t in ((s, nytt) if s.navn == navn else (s,))])

    def _krev(self, navn: Sequence[str]) -> None:
        kjente = [s.navn for s in self.steg]
        if ukjente := [n for n in navn if n not in kjente]:
            raise Ordningsfeil(f"Flyten har ikke steget {', '.join(ukjente)}.", "flyt.py", f"Stegene er: {', '.join(kjente)}.", kode=2)


@dataclass
class Maling:
    """What a step cost and gave, for the report of the run."""

    steg: str
    tekst: str
    sekunder: float
    resultat: dict
    minne_mb: float
    gjort_for: bool = False


@dataclass
class Utfall:
    """What a run came to."""

    kjoring: Kjoring
    maalinger: list[Maling] = field(default_factory=list)


def utfor_steg(k: Kjoring, steg: Steg, bit: int = 0) -> tuple[dict, float, bool]:
    """Does one step (or one chunk of it) unless it is written down as done. (result, seconds, whether it was done before)."""
    if gjort := _gjort(k, steg, bit):
        return gjort
    feilpunkt(f"steg.for.{steg.navn}")
    begynte = time.perf_counter()
    try:
        resultat = steg.arbeid(k, bit) if steg.i_biter else steg.arbeid(k)
    except Ordningsfeil as feil:
        for en in (feil, *getattr(feil, "feil", ())):
            en.ikke_gjort = steg.ikke_gjort
        raise
    sekunder = time.perf_counter() - begynte
    # What was new depends on how often the step was tried; what it came to does not.
    resultat = {n: v for n, v in resultat.items() if not n.startswith("nye")}
    feilpunkt(f"steg.etter.{steg.navn}")
    with k.rom.motor.begin() as conn:
        forst = sett_inn(conn, kjoring_steg, {"kjoring_id": k.id, "steg": steg.navn, "bit": bit, "resultat": json_tekst(resultat),
                                              "sekunder": sekunder, "ferdig_tid": k.rom.klokke.naa()})  # fmt: skip
    if not forst and (gjort := _gjort(k, steg, bit)):  # the same run in another process was faster
        return gjort
    return resultat, sekunder, False


def _gjort(k: Kjoring, steg: Steg, bit: int) -> tuple[dict, float, bool] | None:
    """The step as it is written down; None when it is not."""
    s = kjoring_steg.c
    sporring = sa.select(s.resultat, s.sekunder).where(s.kjoring_id == k.id, s.steg == steg.navn, s.bit == bit)
    with lesende(k.rom.motor) as conn:
        rad = conn.execute(sporring).one_or_none()
    return None if rad is None else (json.loads(rad.resultat), rad.sekunder, True)


def antall_biter(k: Kjoring) -> int:
    """The number of chunks, known when the quality step has chosen the cases."""
    return (k.resultat("kvalitet") or {}).get("biter", 0)


def kjor_flyt(flyt: Flyt, rom: Arbeidsrom, verk: Regelverk, grunnlag: Grunnlag, innhold: dict, fremdrift: Fremdrift = taus) -> Utfall:
    """Runs every step in this process. The run is marked stanset when a step stops it, and can be started again."""
    k = start(rom, verk, grunnlag, innhold, fremdrift)
    utfall = Utfall(k)
    with i_arbeid(rom.data, k.id):
        try:
            for steg in flyt.steg:
                utfall.maalinger.append(_helt_steg(k, steg))
        except Ordningsfeil as feil:
            marker(k, "stanset", feil)
            raise
        marker(k, "ferdig")
    return utfall


def _helt_steg(k: Kjoring, steg: Steg) -> Maling:
    biter = range(antall_biter(k)) if steg.i_biter else range(1)
    samlet, sekunder, alt_gjort = {}, 0.0, True
    for bit in biter:
        k.fremdrift(steg.tekst, bit, len(biter))
        resultat, tid, gjort = utfor_steg(k, steg, bit)
        samlet = legg_sammen(samlet, resultat)
        sekunder += tid
        alt_gjort &= gjort
    k.fremdrift(steg.tekst, len(biter), len(biter))
    return Maling(steg.navn, steg.tekst, sekunder, samlet, minne_mb(), alt_gjort and len(biter) > 0)


def legg_sammen(a: dict, b: dict) -> dict:
    """Adds counts of chunks; what cannot be added is kept from the last."""
    return a | {n: a.get(n, 0) + v if isinstance(v, int | float) and not isinstance(v, bool) else v for n, v in b.items()}


def minne_mb() -> float:
    """Peak memory of this process so far, in MB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
