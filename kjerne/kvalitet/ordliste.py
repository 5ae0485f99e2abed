"""The checks and the actions of kvalitet.toml, as `ordning ord kontroller` shows them."""

from __future__ import annotations

from pathlib import Path

from kjerne.kontrakt.ordliste import Oppslag, tekster
from kjerne.kvalitet.maske import Maskebeskrivelse, last_masker


def oppslag() -> dict[str, list[Oppslag]]:
    """By heading: checks with their parameters, and what can happen to a case."""
    t = tekster(Path(__file__).with_suffix(".toml"))
    kontroller = sorted(last_masker().values(), key=lambda b: b.navn)
    return {
        "Kontroller i kvalitet.toml": [Oppslag(b.navn, _parametre(b), t["kontroll"][b.navn]) for b in kontroller],
        "Handlinger": [Oppslag(n, f'handling = "{n}"', v) for n, v in t["handling"].items()],
    }


def _parametre(b: Maskebeskrivelse) -> str:
    """The parameters that a scheme may set, with what they are otherwise."""
    felt = {n: f.default for n, f in b.parametre.model_fields.items()}
    return ", ".join(f"{n} = {_verdi(v)}" for n, v in felt.items())


def _verdi(verdi: object) -> str:
    """A value as TOML."""
    if isinstance(verdi, bool):
        return "true" if verdi else "false"
    return '""' if verdi is None else str(verdi).replace("'", '"')
