"""The one way in which Ordning tells a person that something is wrong.

Every message answers four questions in Norwegian: what, where, what did *not* happen, what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

INGENTING = "Ingenting er lagret, og ingen penger er sendt."
FRA_FIL = "Ingenting fra filen er lagret, og ingen penger er sendt."  # other files of the same run may have been read
_ELLEVE = re.compile(r"(?<![\w-])\d{4}[ .\u00a0]?\d{2}[ .\u00a0]?\d{5}(?![\w-])", re.ASCII)  # not a part of a hash or a uuid


def uten_nummer(tekst: str) -> str:
    """The text without what may be the number of a person or an account, which somebody has written where it should not be."""
    return _ELLEVE.sub("(elleve sifre)", tekst)


@dataclass
class Ordningsfeil(Exception):
    """A fault that a person can mend. Never carries personal data.

    hva          what is wrong, one sentence
    hvor         file, line and column, or the name of the thing
    ikke_gjort   what did not happen because of it
    gjor_dette   what to do now
    kode         exit code of the command (1 fault, 2 wrong use, 3 quality stop, 4 waiting for approval, 5 limit)
    """

    hva: str
    hvor: str = ""
    gjor_dette: str = ""
    ikke_gjort: str = INGENTING
    kode: int = 1

    def __post_init__(self) -> None:
        self.hva, self.hvor = uten_nummer(self.hva), uten_nummer(self.hvor)

    def __str__(self) -> str:
        deler = [self.hva]
        if self.hvor:
            deler.append(f"Hvor: {self.hvor}")
        if self.ikke_gjort:
            deler.append(f"Ikke gjort: {self.ikke_gjort}")
        if self.gjor_dette:
            deler.append(f"Gjør dette: {self.gjor_dette}")
        return "\n".join(deler)

    def som_dict(self) -> dict[str, str]:
        return {"hva": self.hva, "hvor": self.hvor, "ikke_gjort": self.ikke_gjort, "gjor_dette": self.gjor_dette}


class Samlefeil(Ordningsfeil):
    """Several faults found in one reading; all are shown at once."""

    def __init__(self, feil: list[Ordningsfeil]):
        self.feil = feil
        super().__init__(
            hva=f"Fant {len(feil)} feil." if len(feil) > 1 else feil[0].hva,
            hvor="" if len(feil) > 1 else feil[0].hvor,
            gjor_dette="" if len(feil) > 1 else feil[0].gjor_dette,
            ikke_gjort=feil[0].ikke_gjort,
            kode=max(f.kode for f in feil),
        )

    def __str__(self) -> str:
        return "\n\n".join(str(f) for f in self.feil)


def linje_ved(feil: UnicodeDecodeError) -> int:
    """The line of the byte that is not UTF-8, from 1."""
    return feil.object[: feil.start].count(b"\n") + 1
