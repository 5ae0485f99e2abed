"""Real SIGKILLs for tests: how a piece of work is killed, how the kills are counted, and what the bank saw.

Every test that kills calls `merk_drap` with what was killed; tests/conftest.py adds them up, also from xdist's workers, prints the sum,
and lets the whole suite fail when a failpoint in the source was not killed at, or when there were too few kills.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from kjerne.lager import feilpunkt
from kjerne.utbetaling.avstemming import Filpost

GRUNDIG = os.environ.get("ORDNING_GRUNDIG") == "1"
MINST_PUNKT, MINST_TILFELDIG = (1_000, 1_000) if GRUNDIG else (200, 100)  # over both databases, in the whole suite
EGENSKAP = "drap"


def drep_ved(gjor: Callable[[], object], punkt: str, nr: int = 1) -> bool:
    """One attempt in a process of its own, killed at the n-th passing of `punkt`. False when it came to its end instead.

    The caller must have no open connection: `gjor` opens its own, as a process that starts does."""
    return _drept(_barn(gjor, f"{punkt}:{nr}:sigkill"))


def drep_etter(gjor: Callable[[], object], sekunder: float) -> bool:
    """One attempt, killed after so long."""
    barn = _barn(gjor, "")
    time.sleep(sekunder)
    os.kill(barn, signal.SIGKILL)  # not waited for yet, so the number is still its own
    return _drept(barn)


def _barn(gjor: Callable[[], object], onske: str) -> int:
    if barn := os.fork():
        return barn
    os.environ["FEILPUNKT"] = onske
    utgang = 1
    try:
        feilpunkt.nullstill()
        gjor()
        utgang = 0
    finally:
        os._exit(utgang)


def _drept(barn: int) -> bool:
    utgang = os.waitstatus_to_exitcode(os.waitpid(barn, 0)[1])
    assert utgang in (0, -signal.SIGKILL), "arbeidet stanset av en feil, ikke av et drap"
    return utgang == -signal.SIGKILL


def merk_drap(request: pytest.FixtureRequest, base: str, punkter: Iterable[str] = (), tilfeldige: int = 0) -> None:
    """What this test killed: the names of the points, one for each kill, and how many at random."""
    navn = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(base, base)
    request.node.user_properties.append((EGENSKAP, (navn, dict(Counter(punkter)), tilfeldige)))


def bankens_regnskap(mappe: Path, les: Callable[[Path], Iterable[Filpost]]) -> Counter[tuple[str, int]]:
    """What a bank that gets these files pays: (account, øre) → how many times. It knows nothing of our ids."""
    return Counter((en.konto, en.belop_ore) for sti in _filer(mappe) for en in les(sti))


def _filer(mappe: Path) -> list[Path]:
    return sorted(f for f in mappe.iterdir() if not f.name.startswith(".")) if mappe.exists() else []


def tapt_og_dobbelt(skal: Counter, fikk: Counter) -> tuple[int, int]:
    """(payments that never came, payments too many)."""
    return (skal - fikk).total(), (fikk - skal).total()


class Program:
    """One piece of work, killed over and over and started again. `nytt()` gives the work in a new, empty place; `etter()` looks at what
    came of it when it has come to its end."""

    def __init__(self, nytt: Callable[[], Callable[[], object]], etter: Callable[[], object]) -> None:
        self.nytt, self.etter = nytt, etter
        self.punkter: Counter[str] = Counter()
        self.tilfeldige = 0

    def ved_punkter(self, passert: Mapping[str, int], hoyst: int) -> None:
        """At each passing (1, 2 … `hoyst`) of each point, in the order of the work, as many as can be in each place."""
        igjen = [(navn, nr) for nr in range(1, hoyst + 1) for navn, ganger in passert.items() if ganger >= nr]
        while igjen:
            arbeid, foer, drept = self.nytt(), len(igjen), True
            for punkt, nr in list(igjen):
                if not (drept := drep_ved(arbeid, punkt, nr)):
                    break  # what is left of the work does not pass it so often
                self.punkter[punkt] += 1
                igjen.remove((punkt, nr))
            self._ferdig(arbeid, drept)
            assert len(igjen) < foer, f"{igjen[0]} ble aldri passert"

    def paa_maafaa(self, antall: int, varighet: float, fro: str, i_kjede: int = 8) -> None:
        """At random moments spread over the time that the work takes, up to `i_kjede` in each place."""
        tilfeldig, fram_til = random.Random(fro), self.tilfeldige + antall
        while self.tilfeldige < fram_til:
            arbeid, drept = self.nytt(), True
            for _ in range(min(i_kjede, fram_til - self.tilfeldige)):
                if not (drept := drep_etter(arbeid, tilfeldig.uniform(0, varighet))):
                    break
                self.tilfeldige += 1
            self._ferdig(arbeid, drept)

    def _ferdig(self, arbeid: Callable[[], object], drept: bool) -> None:
        if drept:
            assert not _drept(_barn(arbeid, ""))
        self.etter()


class Drapstall:
    """The kills of a whole test run, from the reports of its tests."""

    def __init__(self, egenskaper: Iterable[tuple[str, object]]) -> None:
        self.punkter: dict[str, Counter[str]] = {}
        self.tilfeldige: Counter[str] = Counter()
        for navn, verdi in egenskaper:
            if navn == EGENSKAP:
                base, punkter, tilfeldige = verdi  # type: ignore[misc]
                self.punkter.setdefault(base, Counter()).update(punkter)
                self.tilfeldige[base] += tilfeldige

    @property
    def ved_punkter(self) -> int:
        return sum(p.total() for p in self.punkter.values())

    @property
    def paa_maafaa(self) -> int:
        return self.tilfeldige.total()

    def linje(self) -> str:
        """For the summary in the terminal."""
        baser = sorted(self.punkter.items(), reverse=True)
        deler = [f"{base} {p.total()} ved punkter og {self.tilfeldige[base]} på måfå" for base, p in baser]
        return f"Drap (SIGKILL): {self.ved_punkter + self.paa_maafaa} · {' · '.join(deler)}" if deler else ""

    def mangler(self, i_koden: Iterable[str]) -> list[str]:
        """Why the run of a whole suite has proved too little; empty when it has not."""
        drept = set().union(*self.punkter.values())
        ut = [f"feilpunktet {navn} er ikke drept ved" for navn in sorted(set(i_koden) - drept)]
        if self.ved_punkter < MINST_PUNKT or self.paa_maafaa < MINST_TILFELDIG:
            minst = f"skal være minst {MINST_PUNKT} og {MINST_TILFELDIG}"
            ut.append(f"{self.ved_punkter} drap ved punkter og {self.paa_maafaa} på måfå, {minst}")
        return ut
