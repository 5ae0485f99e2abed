"""What a payment format can do: write a file from a stream of lines, check it, and read it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from kjerne.utbetaling.betalingsfil import Filsum

Hode = TypeVar("Hode")
Linje = TypeVar("Linje")


class Betalingsformat(Protocol[Hode, Linje]):
    """A format of payment files. All three promise constant memory, Ordningsfeil for whatever is wrong, and no state.

    A head carries `antall` and `sum_ore` of the approved batch; a file that does not add up to them is never a file.
    """

    navn: str

    def skriv(self, hode: Hode, linjer: Iterable[Linje], fil: BinaryIO) -> Filsum:
        """Writes the file. The same input gives the same bytes. After a fault the caller throws away what was written."""

    def kontroller(self, sti: Path | str) -> Filsum:
        """Counts and adds a file again, in code that the writer does not use. The caller compares with what was approved."""

    def les(self, fil: BinaryIO) -> tuple[Hode, Iterator[Linje]]:
        """Head and lines, as far as the file tells them."""
