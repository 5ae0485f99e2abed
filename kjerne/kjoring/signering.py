"""A jurist's signature on a scheme, written in the scheme's folder and in the event log."""

from __future__ import annotations

import datetime as dt

from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.modenhet import Signatur
from kjerne.regelmotor.modenhet import signer
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon import logg


def signer_ordning(rom: Arbeidsrom, verk: Regelverk, jurist: str, dag: dt.date, av: str) -> Signatur:
    """As `regelmotor.modenhet.signer`. The event stands only when the signature does; `av` is who is at the keyboard."""
    with rom.motor.begin() as conn:
        s = signer(verk, jurist, dag)
        detaljer = {"regler_sha256": s.regler_sha256, "fingeravtrykk": verk.fingeravtrykk, "dato": f"{dag:%Y%m%d}"}
        logg(conn, "ordning.signert", f"ordning:{verk.id}", av, detaljer, rom.klokke.naa())
    rom.foranker()
    return s
