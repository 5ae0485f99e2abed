"""A typed value → the text that stands in a letter. Built on kjerne.drift.tall, the one place that writes numbers."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

import pandas as pd

from kjerne.drift import tall

MAALFORMER = ("nb", "nn")
UKJENT = {"nb": "ikke kjent", "nn": "ikkje kjent"}
JA_NEI = {"nb": ("nei", "ja"), "nn": ("nei", "ja")}
# Units of rules and parameters that are written after the number: one, several
_BENEVNING = {
    "dager": {"nb": ("dag", "dager"), "nn": ("dag", "dagar")},
    "måneder": {"nb": ("måned", "måneder"), "nn": ("månad", "månader")},
    "år": {"nb": ("år", "år"), "nn": ("år", "år")},
    "G": {"nb": ("G", "G"), "nn": ("G", "G")},
}
_PER = {"kr": "", "kr/dag": " per dag", "kr/md": {"nb": " per måned", "nn": " per månad"}, "kr/år": " per år"}
_SOM_DE_ER = {"valg", "tekst", "kode", "koder"}


def kroner(ore: int) -> str:
    """Whole øre → «12 345 kroner», the way a letter writes it."""
    return tall.kroner(ore).removesuffix("kr") + "kroner"


def periode(fom: dt.date, tom: dt.date) -> str:
    return dato(fom) if fom == tom else f"{dato(fom)} – {dato(tom)}"


def hardt(tekst: str) -> str:
    """The text with hard spaces after §, so that no line ends between the sign and its number."""
    return tekst.replace("§ ", f"§{tall.FAST}")


def formater(navn: str, verdi: Any, type: str, maalform: str) -> str:
    """The value of the fact or rule `navn` as text in a letter.

    `type` is a Felttype of the manifest (kroner = whole øre, prosent = share) or the unit of a rule or parameter
    (kr, kr/dag … = kroner, andel and % = share, dager, måneder, antall, G, dato, ja/nei, kode). An unknown value is
    written «ikke kjent». Raises ValueError, without the value, when type or written form is unknown or the value does
    not fit.
    """
    if maalform not in MAALFORMER:
        raise ValueError(f"ukjent målform for {navn}")
    if verdi is None or pd.isna(verdi):
        return UKJENT[maalform]
    try:
        return _skriv(verdi, type, maalform)
    except (ArithmeticError, TypeError, ValueError, KeyError):
        raise ValueError(f"{navn} kan ikke skrives som {type}") from None


def _skriv(verdi: Any, type: str, maalform: str) -> str:
    if type == "kroner":
        return kroner(verdi)
    if type in _PER:
        per = _PER[type]
        return kroner(_ore(verdi)) + (per if isinstance(per, str) else per[maalform])
    if type == "dato":
        return dato(_som_dato(verdi))
    if type in ("prosent", "andel", "%"):
        return tall.prosent(verdi, 3)
    if type in ("ja_nei", "ja/nei"):
        return JA_NEI[maalform][{True: 1, False: 0}[bool(verdi) if hasattr(verdi, "dtype") else verdi]]
    if type in ("tall", "antall", "heltall", *_BENEVNING):
        tekst = _tall(verdi)
        if type in _BENEVNING:
            tekst += tall.FAST + _BENEVNING[type][maalform][tekst != "1"]
        return tekst
    if type == "orgnr":
        return tall.orgnr(str(verdi))
    if type == "kontonummer":
        return tall.konto(str(verdi))
    if type in _SOM_DE_ER:
        return str(verdi).replace("|", ", ") if type == "koder" else str(verdi)
    raise KeyError(type)


def _ore(kr: Any) -> int:
    return int((Decimal(str(kr)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def _tall(verdi: Any) -> str:
    """Up to four decimals, no empty ones."""
    tekst = tall.antall(Decimal(str(verdi)), 4)
    return tekst.rstrip("0").rstrip(",")


def _som_dato(verdi: Any) -> dt.date:
    if isinstance(verdi, str):
        return dt.date.fromisoformat(verdi)
    return verdi if isinstance(verdi, dt.date) else pd.Timestamp(verdi)


@lru_cache(maxsize=4096)
def dato(dag: dt.date) -> str:
    return tall.dato(dag)
