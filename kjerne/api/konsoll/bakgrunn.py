"""What takes its time and was started from a page, while it goes on: one at a time, in a thread of its own. The database holds what a
run has done; what was only looked at is here, and nowhere else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kjerne.api.konsoll.okt import HVILE
from kjerne.api.problem import logg_feil
from kjerne.kjoring.rom import Fremdrift
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.driftsfeil import som_ordningsfeil

KJORING, PROVING = "kjoring", "proving"
PAAGAAR = {KJORING: "En annen kjøring pågår.", PROVING: "Noen prøver saker på nytt nå."}
IKKE_STARTET = "Ingenting nytt er startet."


@dataclass
class Arbeid:
    """`resultat`: what it came to. `feil`: what stopped it, when it was stopped."""

    ordning: str
    startet_av: str
    slag: str = KJORING
    hva: str = "Begynner"
    ferdig: int = 0
    av: int = 0
    gaar: bool = True
    resultat: Any = None
    feil: Ordningsfeil | None = None
    begynt: float = field(default_factory=time.monotonic)

    def fremdrift(self, hva: str, ferdig: int, av: int) -> None:
        self.hva, self.ferdig, self.av = hva, ferdig, av


class Bakgrunn:
    """The run that goes on or the last one that did, and of each person what she tried last. Never two at once: they would wait for each
    other in the database, and what is found while a run decides cases would not hold."""

    def __init__(self) -> None:
        self._siste: dict[tuple[str, str], Arbeid] = {}
        self._laas = threading.Lock()
        self._traad: threading.Thread | None = None

    @property
    def naa(self) -> Arbeid | None:
        return next((a for a in list(self._siste.values()) if a.gaar), None)

    def siste(self, slag: str = KJORING, av: str = "") -> Arbeid | None:
        """What was tried belongs to who tried it; a run belongs to all."""
        with self._laas:
            self._glem_gamle()
            return self._siste.get((slag, av))

    def _glem_gamle(self) -> None:
        for n in [n for n, a in self._siste.items() if a.slag == PROVING and not a.gaar and a.begynt < time.monotonic() - HVILE]:
            del self._siste[n]

    def glem(self, slag: str, av: str) -> None:
        """What has been taken further is here no more."""
        with self._laas:
            if (arbeid := self._siste.get((slag, av))) and not arbeid.gaar:
                del self._siste[slag, av]

    def start(self, ordning: str, av: str, gjor: Callable[[Fremdrift], object], slag: str = KJORING) -> None:
        """Raises Ordningsfeil (kode 4) while something is on its way."""
        with self._laas:
            if naa := self.naa:
                raise Ordningsfeil(PAAGAAR[naa.slag], naa.ordning, "Vent til det er ferdig.", IKKE_STARTET, kode=4)
            self._glem_gamle()
            arbeid = Arbeid(ordning, av, slag)
            traad = threading.Thread(target=self._kjor, args=(arbeid, gjor), daemon=True)
            traad.start()  # first: what could not start is not on its way
            self._siste[slag, av if slag == PROVING else ""], self._traad = arbeid, traad

    def vent(self, sekunder: float | None = None) -> None:
        """Until what goes on has come to an end."""
        if self._traad:
            self._traad.join(sekunder)

    def _kjor(self, arbeid: Arbeid, gjor: Callable[[Fremdrift], object]) -> None:
        try:
            arbeid.resultat = gjor(arbeid.fremdrift)
        except Ordningsfeil as feil:
            arbeid.feil = feil
        except Exception as feil:  # the thread has nobody to tell; the page has
            logg_feil("kjoring_feilet", feil)
            arbeid.feil = som_ordningsfeil(feil) or Ordningsfeil(
                "Noe gikk galt hos oss.", f"ordning {arbeid.ordning}", "Kjør en gang til, og meld feilen.",
                "Det som ikke var ferdig, er ikke lagret, og ingen penger er sendt.")  # fmt: skip
        finally:
            arbeid.gaar = False
