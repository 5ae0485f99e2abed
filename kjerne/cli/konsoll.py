"""`ordning konsoll`: the operator's pages in a browser."""

from __future__ import annotations

from pathlib import Path

import typer

from kjerne.cli.skjerm import konsoll as skjerm


def konsoll(
    vert: str = typer.Option("127.0.0.1", "--vert", help="Adressen å lytte på. Andre enn denne maskinen krever ORDNING_OIDC."),
    port: int = typer.Option(8090, "--port", min=1, max=65535, help="Porten."),
    data: Path = typer.Option(None, "--data", help="Mappen med dataene, for eksempel var/demo etter en demo (ellers ORDNING_DATA)."),
) -> None:
    """Åpne konsollen i nettleseren: dagens arbeid, bunter, saker, kø og stoppknapp.

    Uten ORDNING_OIDC: bare på denne maskinen, med syntetiske data."""
    from kjerne.api.konsoll.tjener import kjor_konsoll

    kjor_konsoll(vert, port, data, lambda tekst: skjerm().print(tekst, markup=False, highlight=False, soft_wrap=True))
