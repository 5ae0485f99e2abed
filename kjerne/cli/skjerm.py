"""What a command shows: tables and progress for people, one JSON object for machines."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil

JSON = typer.Option(False, "--json", help="Skriv ett JSON-objekt i stedet for tekst.")


def konsoll(feil: bool = False):
    from rich.console import Console

    skjerm = Console(stderr=feil, soft_wrap=True, highlight=False)
    if not skjerm.is_terminal:
        skjerm.width = 160  # a file or a pipe has no edge to wrap at
    return skjerm


def skriv_json(objekt: Any) -> None:
    sys.stdout.write(json.dumps(objekt, ensure_ascii=False, indent=2, default=str) + "\n")


def feilmelding(feil: Ordningsfeil, som_json: bool) -> None:
    """On stderr: what, where, what did not happen, what to do. Several faults are all shown."""
    if som_json:
        alle = feil.feil if isinstance(feil, Samlefeil) else [feil]
        return skriv_json({"feil": [f.som_dict() for f in alle], "kode": feil.kode})
    ut = konsoll(feil=True)
    for en in feil.feil if isinstance(feil, Samlefeil) else [feil]:
        ut.print(f"[bold red]Feil:[/] {_ren(en.hva)}")
        for ledetekst, tekst in (("Hvor", en.hvor), ("Ikke gjort", en.ikke_gjort), ("Gjør dette", en.gjor_dette)):
            if tekst:
                ut.print(f"  [bold]{ledetekst}:[/] {_ren(tekst)}")
    return None


def _ren(tekst: str) -> str:
    from rich.markup import escape

    return escape(tekst)


def tabell(tittel: str, kolonner: list[str], rader: list[list[str]], hoyre: tuple[int, ...] = ()) -> None:
    """A table on stdout; columns in `hoyre` are numbers."""
    from rich.table import Table

    t = Table(title=tittel or None, title_justify="left", title_style="bold", header_style="bold")
    for nr, navn in enumerate(kolonner):
        t.add_column(navn, justify="right" if nr in hoyre else "left", overflow="fold")
    for rad in rader:
        t.add_row(*(_ren(str(c)) for c in rad))
    konsoll().print(t)


class Linjer:
    """Progress where nobody watches a moving bar: a line when something new begins."""

    def __init__(self) -> None:
        self.forrige = ""

    def __call__(self, hva: str, ferdig: int, av: int) -> None:
        if hva != self.forrige:
            self.forrige = hva
            konsoll(feil=True).print(f"{time.strftime('%H.%M.%S')}  {_ren(hva)} …")


@contextmanager
def fremdrift(stille: bool) -> Iterator:
    """A progress function: a bar with time left on a terminal, plain lines otherwise, nothing when `stille`."""
    from kjerne.kjoring.rom import taus

    if stille:
        yield taus
        return
    skjerm = konsoll(feil=True)
    if not skjerm.is_terminal:
        yield Linjer()
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    with Progress(SpinnerColumn(), TextColumn("{task.description:<22}"), BarColumn(), TextColumn("{task.completed}/{task.total}"),
                  TimeElapsedColumn(), TextColumn("igjen"), TimeRemainingColumn(), console=skjerm, transient=True) as linje:
        oppgaver: dict[str, Any] = {}

        def vis(hva: str, ferdig: int, av: int) -> None:
            if hva not in oppgaver:
                oppgaver[hva] = linje.add_task(hva, total=av or None)
            linje.update(oppgaver[hva], completed=ferdig, total=av or None)

        yield vis
