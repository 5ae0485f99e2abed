"""The help of every command in Norwegian: what Typer and Rich would have said in English of their own accord."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

NAVN = ("-h", "--hjelp")
_PAA_ENGELSK = "--help"  # understood, since hands are used to it, and shown nowhere
_SLAG = {"str": "tekst", "Path": "sti", "path": "sti", "int": "tall", "float": "tall"}
_ORD = {  # names in typer.rich_utils, which are read each time the help is shown
    "ARGUMENTS_PANEL_TITLE": "Argumenter", "OPTIONS_PANEL_TITLE": "Valg", "COMMANDS_PANEL_TITLE": "Kommandoer",
    "DEFAULT_STRING": "[ellers: {}]", "ENVVAR_STRING": "[miljøvariabel: {}]", "REQUIRED_LONG_STRING": "[må oppgis]",
}  # fmt: skip


def med_norsk_hjelp(argumenter: Sequence[str]) -> list[str]:
    """The line as it was typed, with --help as --hjelp; what stands after -- is not ours."""
    slutt = argumenter.index("--") if "--" in argumenter else len(argumenter)
    return ["--hjelp" if a == _PAA_ENGELSK and nr < slutt else a for nr, a in enumerate(argumenter)]


class _Norsk:
    """Before TyperCommand or TyperGroup among the bases."""

    def __init__(self, *args: Any, **innstillinger: Any):
        super().__init__(*args, **innstillinger)
        self.options_metavar = "[VALG]"

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Bruk: ")

    def get_help_option_names(self, ctx: Any) -> list[str]:
        return list(ctx.help_option_names)  # in order; Typer gives them in any

    def get_help_option(self, ctx: Any) -> Any:
        valg = super().get_help_option(ctx)
        if valg is not None:
            valg.help = "Vis denne hjelpen."
        return valg

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from typer import rich_utils

        for navn, tekst in _ORD.items():
            setattr(rich_utils, navn, tekst)
        for param in self.get_params(ctx):
            param.display_type_rich = partial(_slag, param)
        super().format_help(ctx, formatter)


class Kommando(_Norsk, TyperCommand):
    """A command."""


class Gruppe(_Norsk, TyperGroup):
    """All the commands."""

    def __init__(self, *args: Any, **innstillinger: Any):
        super().__init__(*args, **innstillinger)
        self.subcommand_metavar = "KOMMANDO [ARGUMENT]..."


class Program(typer.Typer):
    """A Typer whose help is in Norwegian, whoever adds a command to it."""

    def __init__(self, **innstillinger: Any):
        super().__init__(cls=Gruppe, **innstillinger)

    def command(self, navn: str | None = None, **innstillinger: Any) -> Any:
        return super().command(navn, cls=Kommando, **innstillinger)


def _slag(param: Any, ctx: Any) -> str | None:
    """<tall>, <tekst>, <sti>; «…» where it may be repeated; nothing for what takes no value."""
    if getattr(param, "is_bool_flag", False):
        return None
    if param.metavar is not None and param.param_type_name == "option":
        return param.metavar
    ord_ = param.display_type(ctx).strip("<>").removesuffix(" range")
    innhold = ord_.removeprefix("list[").removesuffix("]")
    return f"<{_SLAG.get(innhold, innhold)}>" + "…" * (innhold != ord_)
