"""`ordning api`: the intake over HTTP."""

from __future__ import annotations

import typer

from kjerne.cli.skjerm import konsoll


def api(
    port: int = typer.Option(8080, "--port", min=1, max=65535, help="Porten."),
    vert: str = typer.Option("127.0.0.1", "--vert", help="Adressen det lyttes på. Andre enn denne maskinen krever ORDNING_OIDC."),
    arbeidere: int = typer.Option(1, "--arbeidere", min=1, max=16, help="Antall prosesser. Flere enn én krever PostgreSQL."),
) -> None:
    """Ta imot søknader over HTTP: API og skjema for hver ordning. Lokalt åpnes døren med et token som virker én gang."""
    from kjerne.api.tjener import kjor_tjener

    kjor_tjener(vert, port, arbeidere, lambda tekst: konsoll().print(tekst, markup=False, highlight=False, soft_wrap=True))
