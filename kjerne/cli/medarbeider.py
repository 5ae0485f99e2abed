"""`ordning medarbeider`: who may do what."""

from __future__ import annotations

import typer

from kjerne.cli.drift import BRUKER, _bruker, _rom
from kjerne.cli.skjerm import JSON, konsoll, skriv_json, tabell


def medarbeider(
    konto: str = typer.Argument("", help="Kontoen. Tomt: vis alle."),
    person: str = typer.Option("", "--person", help="Mennesket bak kontoen, for eksempel ansattnummeret. Likt for alle kontoene hun har."),
    navn: str = typer.Option("", "--navn", help="Navnet som vises."),
    rolle: list[str] = typer.Option([], "--rolle", help="Det hun får gjøre. Kan gjentas. Ingen: kontoen mister alle roller."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Vis hvem som får gjøre hva, eller si hvem en konto er. En leder registrerer andre enn seg selv; den første må være leder."""
    from kjerne.kjoring.medarbeidere import medarbeidere, registrer_medarbeider
    from kjerne.tilgang import ROLLENAVN

    rom = _rom()
    alle = [registrer_medarbeider(rom, konto, person, navn, rolle, _bruker(bruker))] if konto else medarbeidere(rom)
    if som_json:
        return skriv_json([{"konto": m.konto, "person": m.person, "navn": m.navn, "roller": sorted(m.roller)} for m in alle])
    tabell("", ["Konto", "Person", "Navn", "Roller"],
           [[m.konto, m.person, m.navn, ", ".join(sorted(ROLLENAVN[r] for r in m.roller)) or "ingen"] for m in alle])  # fmt: skip
    if not alle:
        konsoll().print("Ingen er registrert. Med syntetiske data kan alle gjøre alt; med ekte data kan ingen gjøre noe.\n"
                        "Begynn med en leder: ordning medarbeider KONTO --person ANSATTNUMMER --navn NAVN --rolle leder")  # fmt: skip
    return None
