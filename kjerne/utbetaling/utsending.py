"""Hands an approved batch to the bank as a file, at most once whatever happens.

The name of the file is computed from the batch and its content *before* anything is written, so a process that dies and
starts again makes the same file under the same name, never a second one. "Send, then mark as sent" pays twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.fil import rydd, skriv_fast
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import bunt_hendelse
from kjerne.utbetaling.bunt import Bunt, prov_innhold, vis_bunt
from kjerne.utbetaling.buntlinje import Buntlinje, Summering, linjedeler


@dataclass(frozen=True)
class Sending:
    bunt_id: str
    filnavn: str
    fil_sha256: str
    ny: bool  # False: it was sent before; the file was not touched now


def filnavn(denne: Bunt) -> str:
    return f"{denne.ordning}-{denne.bunt_id}-{denne.innhold_sha256[:16]}.xml"


def send(conn: Connection, bunt_id: str, av: str, skriver: Skriver, mappe: Path, naa: dt.datetime) -> Sending:
    """Writes the payment file into `mappe` and records that the batch is sent, in the caller's transaction.

    `skriver(bunt, linjer, fil)` must give the same bytes for the same batch (times come from the batch, not the clock)
    and read `linjer` to the end; it may read them several times. A batch already sent is never written again, even if
    the bank has fetched the file. Raises Ordningsfeil: kode 4 when not approved, kode 1 when the content is not what
    was approved or the file name is taken by another file.
    """
    laas(conn, f"bunt_hendelse:{bunt_id}")
    denne = vis_bunt(conn, bunt_id)
    if denne.fil_sha256 is not None:
        return Sending(bunt_id, filnavn(denne), denne.fil_sha256, ny=False)
    if denne.godkjent_av is None:
        raise Ordningsfeil("Bunten er ikke godkjent.", f"bunt {bunt_id}", "Be en annen enn den som laget bunten om å "
                           "godkjenne den.", "Ingen fil er laget, og ingen penger er sendt.", kode=4)  # fmt: skip
    if not av.strip():
        raise Ordningsfeil("Det er ikke oppgitt hvem som sender.", f"bunt {bunt_id}", kode=2)
    linjer = Kontrollertelinjer(conn, denne, prov_innhold(conn, denne))
    feilpunkt("utsending.etter_kontroll")
    mappe.mkdir(parents=True, exist_ok=True, mode=0o700)
    rydd(mappe)

    def _skriv(fil: BinaryIO) -> None:
        skriver(denne, linjer, fil)
        linjer.krev_lest()

    fil_sha256, sti = skriv_fast(mappe, _skriv, lambda _: filnavn(denne), "utsending")
    feilpunkt("utsending.for_hendelse")
    conn.execute(bunt_hendelse.insert().values(
        bunt_id=bunt_id, hendelse="sendt", av=av, innhold_sha256=denne.innhold_sha256, fil_sha256=fil_sha256, tid=naa
    ))  # fmt: skip
    feilpunkt("utsending.etter_hendelse")
    return Sending(bunt_id, sti.name, fil_sha256, ny=True)


class Kontrollertelinjer:
    """The lines of an approved batch, class by class and in key order within each; may be read several times.

    They are hashed as they are handed over: what reaches the writer is what was approved. `klasser` is what
    `prov_innhold` found when it proved the whole: number, sum and hash of each class.
    """

    def __init__(self, conn: Connection, denne: Bunt, klasser: dict[str, Summering]) -> None:
        self._conn, self._bunt, self._lest = conn, denne, 0
        self.klasser = klasser

    def __iter__(self) -> Iterator[Buntlinje]:
        for klasse, godkjent in self.klasser.items():
            summen = Summering()
            for del_ in linjedeler(self._conn, self._bunt.bunt_id, klasse):
                summen.ta_med_alle([(en, en.kanonisk()) for en in del_])
                yield from del_
            if summen.fasit != godkjent.fasit:
                raise self._feil("Linjene ble endret mens filen ble skrevet.")
        self._lest += 1

    def krev_lest(self) -> None:
        if not self._lest:
            raise self._feil("Filen ble skrevet uten at alle linjene i bunten var lest.")

    def _feil(self, hva: str) -> Ordningsfeil:
        return Ordningsfeil(hva, f"bunt {self._bunt.bunt_id}", "Stans utbetalingen og meld feilen.",
                            "Filen er forkastet, og ingen penger er sendt.")  # fmt: skip


Skriver = Callable[[Bunt, Kontrollertelinjer, BinaryIO], Any]
