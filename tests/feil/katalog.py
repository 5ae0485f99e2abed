"""The catalogue of hostile input: fasit.csv names each file, the door it is sent through, and what must come of it.

    id       kind and number                      slag   xml, csv, json, http, tekst, identitet, penger_dato, pain002, injeksjon
    dor      soknad, fil, skjema, http (HTTP) · kjor, inntekt, vurder, vurder inntekt, kvitter, stopp, ordning (the command line)
    fil      under tests/feil; several with « + » are sent one after the other, and the last one is judged
    utfall   HTTP: the status (201: taken in; «400/brutt»: or hung up) · nektet · karantene M av N · lest N · tatt imot
    melding  a regular expression for what is said; for a quarantine «line: reason | line: reason»; for 201 a part of what is stored

No number that a living person could have stands in a file: @EKTE@ and the like are filled in when the file is sent.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from kjerne.kontrakt.identer import er_ident, er_syntetisk
from kjerne.lager.motor import aapne
from tests.cli.dorer import Svar
from tests.ekteform import ekte_form

HER = Path(__file__).parent
DELER = ("Feil:", "Hvor:", "Ikke gjort:", "Gjør dette:")
MINST = 200
ENGELSK = re.compile(r"\b(error|missing|invalid|should|expected|unexpected|must|line|byte \d+ of|is a directory|no such)\b", re.IGNORECASE)
ELLEVE = re.compile(r"(?<![\w.])\d{6} ?\d{5}(?!\w)")


@dataclass(frozen=True)
class Sak:
    id: str
    slag: str
    dor: str
    fil: str
    utfall: str
    melding: str
    hvor: str
    hva: str

    def filer(self) -> list[Path]:
        return [HER / f for f in self.fil.split(" + ")]

    def raa(self, nr: int = -1) -> bytes:
        """The bytes that are sent."""
        data = self.filer()[nr].read_bytes()
        for merke, verdi in PLASSHOLDERE.items():
            data = data.replace(merke, verdi.encode())
        return data

    @property
    def grunner(self) -> dict[int, str]:
        """The reason for each line in quarantine."""
        par = (d.partition(": ") for d in self.melding.split(" | ") if d)
        return {int(linje): grunn for linje, _, grunn in par}


def _finn(begynner: str, syntetisk: bool) -> str:
    alle = (f"{begynner}{k:05d}" for k in range(50_000, 75_000))
    return next(n for n in alle if er_ident(n) and er_syntetisk(n) == syntetisk)


EKTE = ekte_form()
PLASSHOLDERE = {b"@EKTE@": EKTE, b"@EKTE_MELLOMROM@": f"{EKTE[:6]} {EKTE[6:]}", b"@EKTE_D@": _finn("530955", False),
                b"@D_NUMMER@": _finn("538955", True)}  # fmt: skip


def les_fasit() -> list[Sak]:
    with (HER / "fasit.csv").open(encoding="utf-8", newline="") as fil:
        return [Sak(**rad) for rad in csv.DictReader(fil, delimiter=";")]


FASIT = les_fasit()


def ved(*dorer: str) -> list[Sak]:
    return [s for s in FASIT if s.dor in dorer]


def oversikt() -> str:
    """The count, in one line."""
    slag = Counter(s.slag for s in FASIT)
    return f"Fiendtlig inndata: {len(FASIT)} filer med fasit ({', '.join(f'{n} {a}' for n, a in sorted(slag.items()))})"


def hent(data: Path, sporring) -> list:
    """The rows, from the database of the command line."""
    motor = aapne(data / "ordning.sqlite")
    with motor.connect() as conn:
        rader = conn.execute(sporring).all()
    motor.dispose()
    return rader


def krev_god_melding(svar: Svar, hva: str, hvor: str = "") -> None:
    assert svar.kode in (1, 2), svar.ut + svar.feil
    melding = svar.feil[svar.feil.index("Feil:") :]
    for del_ in DELER:
        assert del_ in melding, melding
    assert re.search(hva, melding), melding
    assert re.search(f"Hvor: .*{hvor}", melding), melding
    assert not ENGELSK.search(re.sub(r"Hvor: .*", "", melding)), melding
    krev_taushet(svar)


def krev_taushet(svar: Svar) -> None:
    assert "Traceback" not in svar.ut + svar.feil and "ikke forutsett" not in svar.feil, svar.feil
    assert not ELLEVE.search(svar.feil + svar.ut)  # no person and no account
