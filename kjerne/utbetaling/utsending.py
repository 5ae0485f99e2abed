"""Hands an approved batch to the bank as a file, at most once whatever happens.

The name of the file is computed from the batch and its content *before* anything is written, so a process that dies and
starts again makes the same file under the same name, never a second one. "Send, then mark as sent" pays twice.
The file is written, synced and read back before the transaction that sends it; only the renaming and the record are in it, so that
the stop button is answered at once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.engine import Connection, Engine

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.fil import Filutkast, rydd, sha256_av_fil, utkast
from kjerne.lager.motor import lesende
from kjerne.utbetaling import hovedbok
from kjerne.utbetaling.avstemming import Filpost
from kjerne.utbetaling.bunt import Bunt, prov_innhold, vis_bunt
from kjerne.utbetaling.buntlinje import Buntlinje, Summering, linjedeler
from kjerne.utbetaling.hendelse import krev_lovlig, laas_bunt, nei, ny_hendelse


@dataclass(frozen=True)
class Sending:
    bunt_id: str
    filnavn: str
    fil_sha256: str
    ny: bool  # False: the file lay there before, and was not touched now


ENDELSER = ("xml", "oppdrag")  # what a payment file ends in


def betalingsfiler(mappe: Path, ordning: str) -> list[Path]:
    """Every payment file of the scheme that lies in the folder."""
    return sorted(f for e in ENDELSER for f in mappe.glob(f"{ordning}-*.{e}")) if mappe.exists() else []


def filnavn(denne: Bunt, endelse: str = "xml") -> str:
    return f"{denne.ordning}-{denne.bunt_id}-{denne.innhold_sha256[:16]}.{endelse}"


def send(
    motor: Engine, bunt_id: str, av: str, skriver: Skriver, mappe: Path, klokke: Callable[[], dt.datetime], *,
    prov: Callable[[Connection, Bunt, Iterator[Filpost]], None], etter: Callable[[Connection, Bunt, str], None],
) -> Sending:  # fmt: skip
    """Writes the payment file into `mappe` and records that the batch is sent.

    `skriver(bunt, linjer, fil)` must give the same bytes for the same batch (times come from the batch, not the clock)
    and read `linjer` to the end; it may read them several times. `prov(conn, bunt, payments)` gets the file as read back, and raises
    when it may not leave. `etter(conn, bunt, sha256)` is done last in the transaction that sends.
    A batch already sent is never written again, even if the bank has fetched the file. Raises Ordningsfeil: kode 4 when it is not
    disposed or payments are stopped, kode 1 when the content is not what was approved or the name is taken by another file.
    """
    with lesende(motor) as conn:
        denne = vis_bunt(conn, bunt_id)
        if denne.fil_sha256 is not None:
            return Sending(bunt_id, filnavn(denne, skriver.endelse), denne.fil_sha256, ny=False)
        if not av.strip():
            raise nei("Det er ikke oppgitt hvem som sender.", bunt_id, "Logg inn, eller oppgi hvem du er.", 2)
        krev_lovlig(denne, "send")
        linjer = Kontrollertelinjer(conn, denne, prov_innhold(conn, denne))
        feilpunkt("utsending.etter_kontroll")
        mappe.mkdir(parents=True, exist_ok=True, mode=0o700)
        rydd(mappe)

        def _skriv(fil: BinaryIO) -> None:
            skriver(denne, linjer, fil)
            linjer.krev_lest()

        with utkast(mappe, _skriv, "utsending") as fil:
            prov(conn, denne, skriver.les(fil.sti))
            fil = _som_er_ute(conn, denne, fil, skriver, prov)
            return _overlever(motor, denne, av, fil, filnavn(denne, skriver.endelse), klokke, etter)


def _som_er_ute(conn: Connection, denne: Bunt, fil: Filutkast, skriver: Skriver, prov: Callable[..., None]) -> Filutkast:
    """The file that lies there under the name, when it has the very same payments: a process died before it was written down, or it
    left before an older copy of the database was put back. Files that have left are the truth. Otherwise the new one."""
    sti = fil.mappe / filnavn(denne, skriver.endelse)
    if not sti.exists():
        return fil
    with contextlib.suppress(Ordningsfeil):  # other payments, or no payment file at all: the name is taken
        if (sha := sha256_av_fil(sti)) != fil.sha256:
            prov(conn, denne, skriver.les(sti))
        return Filutkast(fil.mappe, sti, sha, fil.sted, ferdig=True)
    return fil


def _overlever(
    motor: Engine, sett: Bunt, av: str, fil: Filutkast, navn: str, klokke: Callable[[], dt.datetime],
    etter: Callable[[Connection, Bunt, str], None],
) -> Sending:  # fmt: skip
    ny = not fil.ferdig
    with motor.begin() as conn:
        denne = laas_bunt(conn, sett.bunt_id)
        if denne.fil_sha256 is not None:  # somebody else was faster
            return Sending(denne.bunt_id, navn, denne.fil_sha256, ny=False)
        hovedbok.sendt(conn, denne, klokke())
        ny_hendelse(conn, denne, "send", av, klokke(), fil_sha256=fil.sha256)
        etter(conn, denne, fil.sha256)
        sti = fil.gi_navn(navn)
        feilpunkt("utsending.for_commit")
    feilpunkt("utsending.etter_commit")
    return Sending(denne.bunt_id, sti.name, fil.sha256, ny)


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


class Skriver:
    """How a batch becomes a file, and how the file is proved before it may leave."""

    endelse = "xml"

    def forbered(self) -> None:
        """What must be stored before the file can be written. Again: nothing changes."""

    def __call__(self, denne: Bunt, linjer: Kontrollertelinjer, fil: BinaryIO) -> Any:
        raise NotImplementedError

    def les(self, sti: Path) -> Iterator[Filpost]:
        """Reads the file back. Raises Ordningsfeil when it does not agree with itself."""
        raise NotImplementedError
