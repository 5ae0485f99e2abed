"""The formats that exist. A new one is a line here, and the tests of the port then run on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from kjerne.utbetaling.betalingsfil import VERSJONER, Betalingshode, Betalingslinje, Filsum, betalingsfeil
from kjerne.utbetaling.format.oppdrag import Oppdragsfil
from kjerne.utbetaling.format.port import Betalingsformat
from kjerne.utbetaling.pain001 import kontroller_fil, les_pain001, skriv_pain001


@dataclass(frozen=True)
class Pain001:
    """ISO 20022 credit transfers, in the version that `navn` says."""

    navn: str

    def skriv(self, hode: Betalingshode, linjer: Iterable[Betalingslinje], fil: BinaryIO) -> Filsum:
        self._krev(hode.versjon)
        return skriv_pain001(hode, linjer, fil)

    def kontroller(self, sti: Path | str) -> Filsum:
        with open(sti, "rb") as fil:
            self._krev(les_pain001(fil)[0].versjon)
        return kontroller_fil(sti)

    def les(self, fil: BinaryIO) -> tuple[Betalingshode, Iterator[Betalingslinje]]:
        hode, linjer = les_pain001(fil)
        self._krev(hode.versjon)
        return hode, linjer

    def _krev(self, versjon: str) -> None:
        if versjon != self.navn:
            raise betalingsfeil("Betalingsfilen er av en annen versjon enn den som er valgt.", self.navn)


FORMATER: dict[str, Betalingsformat[Any, Any]] = {f.navn: f for f in (*map(Pain001, VERSJONER), Oppdragsfil())}


def velg_format(navn: str) -> Betalingsformat[Any, Any]:
    """The format of this name. Raises Ordningsfeil with the names there are."""
    if navn not in FORMATER:
        raise betalingsfeil(
            "Betalingsformatet er ukjent.", "innstillingen for format", f"Velg ett av disse: {', '.join(FORMATER)}."
        )
    return FORMATER[navn]
