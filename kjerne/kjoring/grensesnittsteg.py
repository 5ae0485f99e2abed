"""Grensesnittavstemming: what was sent to Oppdragssystemet and what it answered, written for it to compare, and compared here first.

The period runs from the oldest file that is not reconciled to the newest that was sent. A file that was in an earlier period, and lies
in this one, is told again: both sides count the same keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlalchemy.engine import Connection

from kjerne.kjoring.betalingsformat import avsender
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.lager.fil import skriv_fast
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.utbetaling.avstemming import Avvik
from kjerne.utbetaling.bunt import tilgjengelige_bunter
from kjerne.utbetaling.format.avstemming import Avstemmingshode, avstemming_id, skriv_avstemming
from kjerne.utbetaling.format.avstemming_les import les_avstemming
from kjerne.utbetaling.format.formater import velg_format
from kjerne.utbetaling.format.oppdrag import fra_nokkel
from kjerne.utbetaling.oppdrag import nedgang
from kjerne.utbetaling.oppdrag.grensesnitt import Poster, Sendtfil, sendte_filer
from kjerne.utbetaling.utsending import filnavn


@dataclass(frozen=True)
class Grensesnitt:
    """What the receiver is told. `filer`: the ids of the files in it."""

    avstemming_id: str
    sha256: str
    sti: Path
    antall: int
    sum_ore: int
    per_utfall: dict[str, tuple[int, int]]
    filer: tuple[str, ...] = ()
    avvik: tuple[Avvik, ...] = field(default=())

    def som_dict(self) -> dict:
        return asdict(self) | {"sti": str(self.sti), "avvik": [a.tekst for a in self.avvik]}


def grensesnittavstem(conn: Connection, rom: Arbeidsrom, verk: Regelverk) -> Grensesnitt | None:
    """Writes the messages. None when everything that was sent is reconciled. The same state gives the same file."""
    alle = sendte_filer(conn, verk.id)
    if not (igjen := [f for f in alle if not f.avstemt]):
        return None
    hvem = avsender(verk.manifest)
    med = [f for f in alle if f.nokkel >= igjen[0].nokkel]
    hode = Avstemmingshode(hvem.komponent, hvem.fagomraade, fra_nokkel(med[0].nokkel), fra_nokkel(med[-1].nokkel))
    id_, poster = avstemming_id(hode), Poster(conn, med)
    mappe = rom.data / "avstemming"
    sha, sti = skriv_fast(mappe, lambda fil: skriv_avstemming(hode, poster, fil), lambda sha: f"{verk.id}-{id_}-{sha[:16]}.avstemming",
                          "avstemming")  # fmt: skip
    with sti.open("rb") as fil:
        lest = les_avstemming(fil)
    avvik = _sammenlign((lest.antall, lest.sum_ore), fra_filene(_stier(conn, rom, verk.id, med)), id_)
    return Grensesnitt(id_, sha, sti, lest.antall, lest.sum_ore, lest.per_utfall, tuple(f.fil_id for f in med), avvik)


def _stier(conn: Connection, rom: Arbeidsrom, ordning: str, med: list[Sendtfil]) -> list[Path]:
    navn = {b.bunt_id: filnavn(b, "oppdrag") for b in tilgjengelige_bunter(conn, ordning, bunter=[f.fil_id for f in med if f.bunt_id])}
    navn |= {f.fil_id: f.filnavn for f in nedgang.filer(conn, ordning)}
    return [rom.betalingsmappe / navn[f.fil_id] for f in med]


def fra_filene(stier: Iterable[Path]) -> tuple[int, int]:
    """(messages, sum of the rates) as the bytes that were sent have them. A file that is gone counts as nothing, and is found elsewhere."""
    antall = sum_ore = 0
    for sti in stier:
        if sti.exists():
            with sti.open("rb") as fil:
                antall += sum(1 for _ in fil)
            sum_ore += velg_format("oppdrag").kontroller(sti).sum_ore
    return antall, sum_ore


def _sammenlign(fortalt: tuple[int, int], sendt: tuple[int, int], id_: str) -> tuple[Avvik, ...]:
    return () if fortalt == sendt else (Avvik("grensesnitt", id_, "", sendt[1], fortalt[1]),)

