"""Wrong use of a command, and faults that nobody foresaw, in Norwegian and in the same form as every other fault.

Typer's own exceptions are known by their names here: they move between its versions.
"""

from __future__ import annotations

import re
import traceback
from pathlib import Path

from kjerne.kontrakt.feil import Ordningsfeil

INGENTING = "Ingenting er gjort."
_ROT = Path(__file__).resolve().parents[2]
_VERDIER = (  # what Typer says about a value → what we say
    (r"Input should be a valid integer.*", "dette er ikke et helt tall"),
    (r"Input should be a valid number.*", "dette er ikke et tall"),
    (r"Input should be greater than or equal to (\S+)", "må være minst {0}"),
    (r"Input should be less than or equal to (\S+)", "kan være høyst {0}"),
    (r"Input should be greater than (\S+)", "må være større enn {0}"),
    (r"Input should be less than (\S+)", "må være mindre enn {0}"),
)


def bruksfeil(feil: Exception) -> Ordningsfeil | None:
    """The fault in Norwegian, with exit code 2; None when `feil` is not about how the command was written."""
    if not hasattr(feil, "format_message"):
        return None
    ctx = getattr(feil, "ctx", None)
    kommando = ctx.command_path if ctx else "ordning"
    return Ordningsfeil(_hva(feil), kommando, f"Se hvordan kommandoen brukes: {kommando} --hjelp", INGENTING, kode=2)


def _hva(feil: Exception) -> str:
    art, tekst = type(feil).__name__, str(getattr(feil, "message", ""))
    if art == "MissingParameter":
        slag = "Valget" if getattr(feil.param, "param_type_name", "") == "option" else "Argumentet"
        return f"{slag} {_navn(feil)} mangler."
    if art == "NoSuchOption":
        naer = ", ".join(sorted(feil.possibilities or ()))
        return f"Valget {feil.option_name} finnes ikke." + (f" Mente du {naer}?" if naer else "")
    if art == "BadParameter":
        return f"{_navn(feil)}: {_verdi(tekst)}."
    if treff := re.match(r"No such command '(.*?)'\.?(?: Did you mean (.*)\?)?", tekst):
        return f"Kommandoen «{treff[1]}» finnes ikke." + (f" Mente du {treff[2].replace(chr(39), '')}?" if treff[2] else "")
    if treff := re.match(r"Got unexpected extra argument\S* \((.*)\)$", tekst):
        return f"For mange argumenter: {treff[1]}."
    if treff := re.match(r"Option '(.*)' requires an argument", tekst):
        return f"Valget {treff[1]} trenger en verdi."
    if treff := re.match(r"Option '(.*)' does not take a value", tekst):
        return f"Valget {treff[1]} tar ingen verdi."
    if tekst == "Missing command.":
        return "Her mangler en kommando."
    return "Kommandoen er skrevet feil."  # the words of Typer are in English, and its --hjelp says it better


def _navn(feil: Exception) -> str:
    param = getattr(feil, "param", None)
    if getattr(param, "metavar", None):
        return param.metavar
    return max(param.opts, key=len) if getattr(param, "opts", None) else str(feil.param_hint or "verdien")


def _verdi(tekst: str) -> str:
    for monster, norsk in _VERDIER:
        if treff := re.fullmatch(monster, tekst.rstrip(".")):
            return norsk.format(*treff.groups())
    return "verdien kan ikke brukes"


def uforutsett(feil: Exception) -> Ordningsfeil:
    """A fault of the machine that an operator can mend; otherwise a fault in the program: which and where in our code, never with which
    values, for they may be about a person."""
    from kjerne.lager.driftsfeil import som_ordningsfeil

    if kjent := som_ordningsfeil(feil):
        return kjent
    egne = [r for r in traceback.extract_tb(feil.__traceback__) if Path(r.filename).is_relative_to(_ROT) and ".venv" not in r.filename]
    hvor = f"{Path(egne[-1].filename).relative_to(_ROT)}, linje {egne[-1].lineno}" if egne else ""
    return Ordningsfeil(
        f"Programmet stanset av en feil som ikke er forutsett ({type(feil).__name__}).",
        hvor,
        "Kjør samme kommando igjen; det som er gjort, gjøres ikke på nytt. Skjer det igjen, meld feilen med linjen over. "
        "For utviklere: ORDNING_FEILSOK=1 viser hele sporet.",
        "Steget som feilet, er ikke lagret.",
    )
