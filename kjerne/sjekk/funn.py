"""What a check finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil

IKKE_KJORES = "Ordningen kan ikke kjøres før dette er rettet."


@dataclass(frozen=True)
class Funn:
    """`lim_inn`: (file in the folder, line) of each row that can be pasted as it is."""

    hva: str
    hvor: str
    hvorfor: str
    gjor_dette: str
    lim_inn: tuple[tuple[str, str], ...] = ()

    def som_dict(self) -> dict[str, Any]:
        return asdict(self)

    def fil(self, mappe: Path) -> str:
        """The file it is about, as it is called in the folder."""
        sti = Path(self.hvor.split(", ")[0])
        if sti == mappe:
            return "mappen"
        return str(sti.relative_to(mappe)) if sti.is_relative_to(mappe) else str(sti)


def fra_feil(feil: Ordningsfeil, hvorfor: str = IKKE_KJORES) -> list[Funn]:
    """Each fault as a finding."""
    alle = feil.feil if isinstance(feil, Samlefeil) else [feil]
    return [Funn(f.hva, f.hvor, hvorfor, f.gjor_dette) for f in alle]


def uten_like(funn: Iterable[Funn]) -> list[Funn]:
    """Two checks that meet the same fault say it once."""
    return list({(f.hva, f.hvor): f for f in reversed(list(funn))}.values())[::-1]


def etter_fil(mappe: Path, funn: Iterable[Funn]) -> dict[str, list[Funn]]:
    """The findings of each file, in the order they were found."""
    ut: dict[str, list[Funn]] = {}
    for f in funn:
        ut.setdefault(f.fil(mappe), []).append(f)
    return ut
