"""The stop button at the terminal: one may stop, two start again."""

from __future__ import annotations

import typer

from kjerne.cli.drift import BRUKER, _bruker, _rom
from kjerne.cli.skjerm import JSON, konsoll, skriv_json

VALGFRI = typer.Argument("", help="Ordningens id. Tomt: alle ordninger.")


def stopp(
    ordning: str = VALGFRI,
    grunn: str = typer.Option(..., "--grunn", help="Hvorfor. Alle som ser på, leser dette."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Stopp utbetalingene. Ingen bunt blir godkjent eller sendt før to personer starter igjen."""
    from kjerne.kjoring.stoppknapp import trykk

    ny = trykk(_rom(), _kjent(ordning), grunn, _bruker(bruker))
    if som_json:
        return skriv_json({"stoppet": ordning or "alle", "var_stoppet": not ny})
    hva = "Utbetalingene" if not ordning else f"Utbetalingene i {ordning}"
    return konsoll().print(f"[bold red]{hva} er stoppet.[/] Det som er sendt, kan ikke stoppes her: ring banken." if ny else
                           f"{hva} var alt stoppet.")  # fmt: skip


def start(
    ordning: str = VALGFRI,
    grunn: str = typer.Option(..., "--grunn", help="Hvorfor det er trygt å starte igjen."),
    bekreft: bool = typer.Option(False, "--bekreft", help="Du er den andre, og bekrefter."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Start utbetalingene igjen: én foreslår, en annen bekrefter."""
    from kjerne.kjoring.stoppknapp import bekreft_start, foresla_start

    (bekreft_start if bekreft else foresla_start)(_rom(), _kjent(ordning), grunn, _bruker(bruker))
    if som_json:
        return skriv_json({"ordning": ordning or "alle", "startet": bekreft})
    neste = "Utbetalingene er i gang igjen." if bekreft else "Foreslått. En annen bekrefter med --bekreft."
    return konsoll().print(neste)


def _kjent(ordning: str) -> str:
    from kjerne.kjoring.stoppknapp import kjente_ordninger
    from kjerne.kontrakt.feil import Ordningsfeil
    from kjerne.kontrakt.fritekst import paa_en_linje

    if ordning and ordning not in kjente_ordninger(_rom()):
        hva = f"Ordningen «{paa_en_linje(ordning, 40)}» finnes ikke."
        raise Ordningsfeil(hva, "ordning stopp", "Se: ordning status. Uten navn stoppes alle.", "Ingenting er endret.", kode=2)
    return ordning
