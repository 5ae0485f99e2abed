"""What pydantic says of a TOML file, in Norwegian: of which field or check, on which line, and the key that was probably meant."""

from __future__ import annotations

import difflib
import inspect
import re
import types
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from kjerne.kontrakt.feil import Ordningsfeil

Loc = tuple[int | str, ...]

_GRUNNER = {
    "missing": "mangler",
    "extra_forbidden": "er ikke en kjent nøkkel",
    "literal_error": "er ikke en av de tillatte verdiene: {expected}",
    "string_pattern_mismatch": "har ikke riktig form (mønster {pattern})",
    "string_too_short": "er for kort",
    "string_too_long": "er for lang (høyst {max_length} tegn)",
    "too_short": "kan ikke være tom",
    "greater_than": "må være større enn {gt}",
    "greater_than_equal": "må være {ge} eller mer",
    "less_than_equal": "må være høyst {le}",
    "value_error": "{error}",
    "date_from_datetime_parsing": "skal være en dato (2020-03-20)",
}
_SLAG = {  # the first word of pydantic's type of error → what the value should be
    "string": "en tekst i anførselstegn", "int": "et helt tall", "float": "et tall", "bool": "true eller false",
    "date": "en dato (2020-03-20)", "tuple": "en liste", "list": "en liste", "dict": "en tabell", "model": "en tabell",
}  # fmt: skip
_LISTER = {"felt": "Feltet", "kontroll": "Kontrollen"}  # lists whose elements have a name


def norske_feil(
    feil: ValidationError, modell: type[BaseModel], lest: tuple[str, dict[str, Any]], sti: Path, ikke_gjort: str
) -> list[Ordningsfeil]:
    """Every fault of the file. `lest`: its text, and what it says."""
    return [_som_feil(e, modell, lest, sti, ikke_gjort) for e in feil.errors()]


def grunn(feil: Any) -> str:
    """Why a value cannot be used, as the end of a sentence that begins with its key."""
    ctx = {n: _norsk(v) if n == "expected" else v for n, v in (feil.get("ctx") or {}).items()}
    if feil["type"] in _GRUNNER:
        return _GRUNNER[feil["type"]].format(**ctx)
    slag = feil["type"].split("_")[0]
    return f"skal være {_SLAG[slag]}" if slag in _SLAG else "kan ikke være slik"


def _norsk(forventet: str) -> str:
    return re.sub(r"'([^']*)'", r"«\1»", forventet).replace(" or ", " eller ")


def _som_feil(feil: Any, modell: type[BaseModel], lest: tuple[str, dict[str, Any]], sti: Path, ikke_gjort: str) -> Ordningsfeil:
    tekst, data = lest
    emne, nokkel = _hva(feil["loc"], data)
    rett = " i ".join(filter(None, (nokkel, emne[:1].lower() + emne[1:]))) or "filen"
    gjor = f"Rett {rett}; malen i templates/ordning viser en gyldig fil."
    if feil["type"] == "extra_forbidden":
        gjor = _naer(str(feil["loc"][-1]), _nokler(modell, feil["loc"][:-1])) or gjor
    hva = f"{emne + ': ' if emne else ''}{nokkel} {grunn(feil)}." if nokkel else f"{emne or sti.name}: {grunn(feil)}."
    return Ordningsfeil(hva, f"{sti}, linje {linje(tekst, feil['loc'], data)}", gjor, ikke_gjort)


def _hva(loc: Loc, data: dict[str, Any]) -> tuple[str, str]:
    """(«Feltet «grad»», the key below it): the name says more than a number in a list."""
    if len(loc) >= 2 and loc[0] in _LISTER and isinstance(loc[1], int) and (navn := _navn(data, loc)):
        return f"{_LISTER[str(loc[0])]} «{navn}»", ".".join(map(str, loc[2:]))
    return "", ".".join(str(d + 1) if isinstance(d, int) else d for d in loc)


def _navn(data: dict[str, Any], loc: Loc) -> str:
    try:
        return str(data[loc[0]][loc[1]]["navn"])[:60]
    except (KeyError, IndexError, TypeError):
        return ""


def _naer(nokkel: str, kjente: list[str]) -> str:
    if not kjente:
        return ""
    naer = difflib.get_close_matches(nokkel, kjente, 1)
    return f"Mente du «{naer[0]}»?" if naer else f"Nøklene er: {', '.join(kjente)}."


def _nokler(modell: Any, loc: Loc) -> list[str]:
    """The keys that a table may have, found by following the path through the types of the model."""
    for del_ in loc:
        modell = _under(modell, del_)
    modell = next((t for t in _valgene(modell) if inspect.isclass(t) and issubclass(t, BaseModel)), None)
    return [f.alias or navn for navn, f in modell.model_fields.items()] if modell else []


def _under(type_: Any, del_: int | str) -> Any:
    for t in _valgene(type_):
        opphav, deler = get_origin(t), get_args(t)
        if isinstance(del_, int) and opphav in (tuple, list):
            return deler[0]
        if opphav is dict:
            return deler[1]
        if inspect.isclass(t) and issubclass(t, BaseModel):
            for navn, f in t.model_fields.items():
                if del_ in (navn, f.alias):
                    return f.annotation
    return None


def _valgene(type_: Any) -> list[Any]:
    """The alternatives of a type: `X | None` is X."""
    opphav = get_origin(type_)
    if opphav in (Union, types.UnionType):
        return [v for t in get_args(type_) for v in _valgene(t)]
    return _valgene(get_args(type_)[0]) if opphav is Annotated else [type_]


def linje(tekst: str, loc: Loc, data: dict[str, Any] | None = None) -> int:
    """The line of the innermost key that can be found: the n-th element of a list, then the key inside it; else 1."""
    linjer = tekst.splitlines()
    fra, til = 0, len(linjer)
    for plass, del_ in enumerate(loc):
        if isinstance(del_, int):
            hoder = [i for i in range(len(linjer)) if linjer[i].strip().startswith(f"[[{loc[plass - 1]}]]")]
            hoder = hoder or [i for i in range(fra, til) if linjer[i].lstrip().startswith("{")]
            if del_ < len(hoder):
                fra, til = hoder[del_], next(iter(hoder[del_ + 1 : del_ + 2]), til)
            continue
        slutt = til if any(isinstance(d, int) for d in loc[:plass]) else len(linjer)
        monster = re.compile(rf"\s*\[+{re.escape(del_)}[\].]|\s*{re.escape(del_)}\s*[=.]|.*[{{,]\s*{re.escape(del_)}\s*[=.]")
        fra = next((i for i in range(fra, slutt) if monster.match(linjer[i])), fra)
    return fra + 1
