"""Reading of single values that people write: amounts, numbers, dates, yes and no. Strict, and never through a float.

Each function takes text and returns the value, None for nothing written, or raises ValueError with a reason in Norwegian.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal

INTET = frozenset({"", "-", "–", "null", "NULL", "None", "NaN", "nan", "NA", "<NA>", "NaT"})
_TALL = re.compile(r"[+-]?\d{1,15}(\.\d{1,12})?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_NORSK = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_MAANED = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_MELLOMROM = dict.fromkeys(map(ord, " \u00a0\u202f\u2009"))
MAKS_KRONER = 10**12


def nfc(tekst: str) -> str:
    """The one spelling of a name (å as one sign), so that a header saved on another machine is the same key."""
    return unicodedata.normalize("NFC", tekst).strip()


def desimal(tekst: str) -> Decimal | None:
    """A number as written in Norway or in a program: 12 345,67 · 12345.67 · −5. Exact."""
    ren = tekst.strip()
    if ren in INTET:
        return None
    ren = ren.replace("\u2212", "-").translate(_MELLOMROM).replace(",", ".")
    if not _TALL.fullmatch(ren):
        raise ValueError(f"«{tekst[:40]}» er ikke et tall")
    return Decimal(ren)


def ore(tekst: str) -> int | None:
    """Kroner as written → whole øre. More than two decimals is an error, not a rounding."""
    verdi = desimal(re.sub(r"\s*(kr|kroner)\.?$", "", tekst.strip(), flags=re.IGNORECASE))
    return None if verdi is None else ore_av_desimal(verdi)


def ore_av_desimal(verdi: Decimal) -> int:
    """Kroner as an exact number → whole øre. Raises ValueError for parts of an øre and for what no income can be."""
    if not verdi.is_finite() or abs(verdi) >= MAKS_KRONER:
        raise ValueError("beløpet er utenfor det som kan behandles")
    hundre = verdi * 100
    if hundre != hundre.to_integral_value():
        raise ValueError("beløpet har mer enn to desimaler")
    return int(hundre)


def heltall(tekst: str) -> int | None:
    verdi = desimal(tekst)
    if verdi is None:
        return None
    if verdi != verdi.to_integral_value():
        raise ValueError(f"«{tekst[:40]}» er ikke et helt tall")
    return int(verdi)


def prosent(tekst: str) -> Decimal | None:
    """Per cent → share: 50 %, 50, 62,5 % → 0.5, 0.5, 0.625. The sign % is optional; the number is always per cent."""
    verdi = desimal(tekst.strip().removesuffix("%"))
    return None if verdi is None else verdi / 100


def dato(tekst: str) -> dt.date | None:
    """2020-03-20 or 20.03.2020 (also 20.3.2020). Raises ValueError for days that do not exist."""
    ren = tekst.strip()
    if ren in INTET:
        return None
    if treff := _ISO.fullmatch(ren):
        aar, maaned, dag = map(int, treff.groups())
    elif treff := _NORSK.fullmatch(ren):
        dag, maaned, aar = map(int, treff.groups())
    else:
        raise ValueError(f"«{tekst[:40]}» er ikke en dato (skriv 2020-03-20 eller 20.03.2020)")
    try:
        return dt.date(aar, maaned, dag)
    except ValueError:
        raise ValueError(f"«{tekst[:40]}» er ikke en dag som finnes") from None


def maaned(tekst: str) -> dt.date | None:
    """2020-03 (or any date in it) → the first day of the month."""
    ren = tekst.strip()
    if treff := _MAANED.fullmatch(ren):
        ren = f"{treff[1]}-{treff[2]}-01"
    verdi = dato(ren)
    return None if verdi is None else verdi.replace(day=1)


_JA_NEI = {"ja": True, "j": True, "true": True, "1": True, "nei": False, "n": False, "false": False, "0": False}


def ja_nei(tekst: str) -> bool | None:
    ren = tekst.strip().lower()
    if ren in INTET:
        return None
    if ren not in _JA_NEI:
        raise ValueError(f"«{tekst[:40]}» er verken ja eller nei")
    return _JA_NEI[ren]
