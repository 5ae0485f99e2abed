"""What a command shows: tables and progress for people, one JSON object for machines."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import typer

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil

JSON = typer.Option(False, "--json", help="Skriv ett JSON-objekt i stedet for tekst.")


def konsoll(feil: bool = False):
    skjerm = _konsoll()(stderr=feil, soft_wrap=True, highlight=False)
    if not skjerm.is_terminal:
        skjerm.width = 160  # a file or a pipe has no edge to wrap at
    return skjerm


@cache
def _konsoll() -> type:
    from rich.console import Console
    from rich.errors import MarkupError

    class Konsoll(Console):
        def render_str(self, text: str, **valg: Any):
            """What somebody wrote can look like markup. It is shown as it was written, and never stops a command."""
            try:
                return super().render_str(text, **valg)
            except MarkupError:
                return super().render_str(text, **valg | {"markup": False})

    return Konsoll


def skriv_json(objekt: Any) -> None:
    sys.stdout.write(json.dumps(objekt, ensure_ascii=False, indent=2, default=str) + "\n")


def feilmelding(feil: Ordningsfeil, som_json: bool) -> None:
    """On stderr: what, where, what did not happen, what to do. Several faults are all shown."""
    if som_json:
        alle = feil.feil if isinstance(feil, Samlefeil) else [feil]
        return skriv_json({"feil": [f.som_dict() for f in alle], "kode": feil.kode})
    ut = konsoll(feil=True)
    for en in feil.feil if isinstance(feil, Samlefeil) else [feil]:
        ut.print(f"[bold red]Feil:[/] {ren(en.hva)}")
        for ledetekst, tekst in (("Hvor", en.hvor), ("Ikke gjort", en.ikke_gjort), ("Gjør dette", en.gjor_dette)):
            if tekst:
                ut.print(f"  [bold]{ledetekst}:[/] {ren(tekst)}")
    return None


def ren(tekst: str) -> str:
    """Text that somebody else has written, for a line with markup."""
    from rich.markup import escape

    return escape(tekst)


def tabell(tittel: str, kolonner: list[str], rader: list[list[str]], hoyre: tuple[int, ...] = ()) -> None:
    """A table on stdout; columns in `hoyre` are numbers."""
    from rich.table import Table

    t = Table(title=tittel or None, title_justify="left", title_style="bold", header_style="bold")
    for nr, navn in enumerate(kolonner):
        t.add_column(navn, justify="right" if nr in hoyre else "left", overflow="fold")
    for rad in rader:
        t.add_row(*(ren(str(c)) for c in rad))
    konsoll().print(t)


class Linjer:
    """Progress where nobody watches a moving bar: a line when something new begins."""

    def __init__(self) -> None:
        self.forrige = ""

    def __call__(self, hva: str, ferdig: int, av: int) -> None:
        if hva != self.forrige:
            self.forrige = hva
            konsoll(feil=True).print(f"{time.strftime('%H.%M.%S')}  {ren(hva)} …")


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
