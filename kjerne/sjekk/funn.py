"""What a check finds."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Funn:
    hva: str
    hvor: str
    hvorfor: str
    gjor_dette: str

    def som_dict(self) -> dict[str, str]:
        return asdict(self)
