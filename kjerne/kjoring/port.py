"""The gate of maturity: no decision about a real person, and no money to one, below `godkjent`.

Where only synthetic persons are let in (see `mottak`), every state may decide and pay, so that a new scheme can be tried whole.
"""

from __future__ import annotations

from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.modenhet import Trinn
from kjerne.regelmotor.modenhet import krev_trinn
from kjerne.regelmotor.regelverk import Regelverk


def port(rom: Arbeidsrom, verk: Regelverk, *godtatt: Trinn, hva: str) -> None:
    """Raises Ordningsfeil (kode 4), naming what is missing, unless the scheme stands on one of these."""
    if not rom.krev_syntetisk:
        krev_trinn(verk, *godtatt, hva=hva)
