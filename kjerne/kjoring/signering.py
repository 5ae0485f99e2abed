"""A jurist's signature on a scheme, written in the scheme's folder and in the event log."""

from __future__ import annotations

import datetime as dt

from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.modenhet import Signatur
from kjerne.regelmotor.modenhet import signer
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon import logg


def signer_ordning(rom: Arbeidsrom, verk: Regelverk, jurist: str, dag: dt.date, av: str) -> Signatur:
    """As `regelmotor.modenhet.signer`, by the jurist whom the manifest names and nobody else. The event stands only when the
    signature does; `av` is who is at the keyboard. Raises Ordningsfeil (kode 2) for another name."""
    _krev_eierens_jurist(verk, jurist)
    with rom.motor.begin() as conn:
        s = signer(verk, verk.manifest.eier.jurist, dag)
        detaljer = {"regler_sha256": s.regler_sha256, "fingeravtrykk": verk.fingeravtrykk, "dato": f"{dag:%Y%m%d}"}
        logg(conn, "ordning.signert", f"ordning:{verk.id}", av, detaljer, rom.klokke.naa())
    rom.foranker()
    return s


def _krev_eierens_jurist(verk: Regelverk, jurist: str) -> None:
    eier = verk.manifest.eier.jurist
    if " ".join(jurist.split()).casefold() != " ".join(eier.split()).casefold():
        gjor = f'Skriv --jurist "{eier}". Har ordningen fått en annen, bytt navnet i [eier]; da må REGLER.md lages og leses på nytt.'
        raise Ordningsfeil(f"«{jurist[:60]}» er ikke juristen i [eier], som er «{eier}».", str(verk.mappe / "ordning.toml"), gjor,
                           "Ingenting er signert.", kode=2)  # fmt: skip
