"""Every parameter, condition and choice in a rule is held by an example: change it, and one turns red."""

from __future__ import annotations

from pathlib import Path

from kjerne.regelmotor.dekning import maal_dekning
from kjerne.regelmotor.eksempler import Eksempler
from kjerne.sjekk.funn import Funn

HVORFOR = "En feil her ville ingen eksempler oppdage."


def sjekk(sett: Eksempler) -> list[Funn]:
    hull, _ = maal_dekning(sett)
    mappe = sett.verk.mappe
    return [Funn(f"{h.navn}: ingen eksempler merker endringen «{h.endring}».", _sti(mappe, h.hvor), HVORFOR, h.gjor_dette) for h in hull]


def _sti(mappe: Path, hvor: str) -> str:
    return str((mappe.parent if hvor.startswith("_") else mappe) / hvor)
