"""A run that was started from a page, while it goes on: one at a time, in a thread of its own. The database holds what it has done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from kjerne.api.problem import logg_feil
from kjerne.kjoring.rom import Fremdrift
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.driftsfeil import som_ordningsfeil

IKKE_STARTET = "Ingen ny kjøring er startet."


@dataclass
class Arbeid:
    """`feil`: what stopped it, when it was stopped."""

    ordning: str
    startet_av: str
    hva: str = "Begynner"
    ferdig: int = 0
    av: int = 0
    gaar: bool = True
    feil: Ordningsfeil | None = None

    def fremdrift(self, hva: str, ferdig: int, av: int) -> None:
        self.hva, self.ferdig, self.av = hva, ferdig, av


class Bakgrunn:
    """`siste`: the run that goes on, or the last one that did."""

    def __init__(self) -> None:
        self.siste: Arbeid | None = None
        self._laas = threading.Lock()
        self._traad: threading.Thread | None = None

    @property
    def naa(self) -> Arbeid | None:
        return self.siste if self.siste and self.siste.gaar else None

    def start(self, ordning: str, av: str, gjor: Callable[[Fremdrift], object]) -> None:
        """Raises Ordningsfeil (kode 4) while another is on its way."""
        with self._laas:
            if self.naa:
                raise Ordningsfeil("En annen kjøring pågår.", self.naa.ordning, "Vent til den er ferdig.", IKKE_STARTET, kode=4)
            self.siste = arbeid = Arbeid(ordning, av)
        self._traad = threading.Thread(target=self._kjor, args=(arbeid, gjor), daemon=True)
        self._traad.start()

    def vent(self, sekunder: float | None = None) -> None:
        """Until what goes on has come to an end."""
        if self._traad:
            self._traad.join(sekunder)

    def _kjor(self, arbeid: Arbeid, gjor: Callable[[Fremdrift], object]) -> None:
        try:
            gjor(arbeid.fremdrift)
        except Ordningsfeil as feil:
            arbeid.feil = feil
        except Exception as feil:  # the thread has nobody to tell; the page has
            logg_feil("kjoring_feilet", feil)
            arbeid.feil = som_ordningsfeil(feil) or Ordningsfeil(
                "Noe gikk galt hos oss.", f"ordning {arbeid.ordning}", "Kjør en gang til, og meld feilen.",
                "Det som ikke var ferdig, er ikke lagret, og ingen penger er sendt.")  # fmt: skip
        finally:
            arbeid.gaar = False
