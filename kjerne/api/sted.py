"""What the routes of one process share."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from kjerne.api.maling import Maling
from kjerne.api.problem import Problem
from kjerne.api.skriver import Skriver
from kjerne.kjoring.port import port
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.mottak import Soknadsform
from kjerne.regelmotor.regelverk import Regelverk


@dataclass(frozen=True)
class Sted:
    rom: Arbeidsrom
    former: dict[str, Soknadsform]
    ikke_aapnet: frozenset[str]  # schemes that may not take real people yet
    skriver: Skriver
    maling: Maling

    def krev_aapen(self, form: Soknadsform) -> None:
        """A scheme that is closed takes nothing more; one that nobody has approved takes no real people. Raises Problem."""
        if form.manifest.tilstand in ("lukket", "avviklet"):
            raise Problem(410, "stengt", "Ordningen tar ikke lenger imot søknader", "Den er lukket.")
        if form.manifest.id in self.ikke_aapnet:
            raise Problem(409, "ikke-aapnet", "Ordningen er ikke åpnet ennå", "Den er ikke godkjent.")


def ikke_aapnet(rom: Arbeidsrom, verk: dict[str, Regelverk]) -> frozenset[str]:
    """The schemes that have not come to the step of maturity where real people may apply."""
    ut = set()
    for ett in verk.values():
        try:
            port(rom, ett, "godkjent", hva="Å ta imot søknader")
        except Ordningsfeil:
            ut.add(ett.id)
    return frozenset(ut)


def sted(request: Request) -> Sted:
    return request.app.state.sted
