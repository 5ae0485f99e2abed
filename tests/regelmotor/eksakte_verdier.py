"""One value of one case, exact, with its operators; and the rows of one case. None is unknown. See eksakt.py."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

TALL, JA_NEI, DATO, KODE = "tall", "ja_nei", "dato", "kode"


class Feilbruk(TypeError):
    """A word is used on something that it has no meaning for."""


def _begge_veier(funksjon: Callable) -> tuple[Callable, Callable]:
    return (lambda a, b: regn(funksjon, a, b)), (lambda a, b: regn(funksjon, b, a))


def _sammenligner(funksjon: Callable) -> Callable:
    return lambda a, b: _sammenlign(funksjon, a, b)


def delt(a: Fraction, b: Fraction) -> Fraction | None:
    """A share of nothing is unknown."""
    return None if b == 0 else a / b


@dataclass(frozen=True, eq=False)
class Verdi:
    """One value: Fraction, bool, date or text; `v` is None when it is unknown."""

    art: str
    v: Fraction | bool | dt.date | str | None

    def __bool__(self) -> bool:
        raise Feilbruk("if, and, or, not")

    __add__, __radd__ = _begge_veier(operator.add)
    __sub__, __rsub__ = _begge_veier(operator.sub)
    __mul__, __rmul__ = _begge_veier(operator.mul)
    __truediv__, __rtruediv__ = _begge_veier(delt)

    def __neg__(self) -> Verdi:
        return 0 - self

    __lt__, __le__ = _sammenligner(operator.lt), _sammenligner(operator.le)
    __gt__, __ge__ = _sammenligner(operator.gt), _sammenligner(operator.ge)
    __eq__, __ne__ = _sammenligner(operator.eq), _sammenligner(operator.ne)


@dataclass(frozen=True)
class Rad:
    """One income row. `måned`: months since year 0; `kroner` None when the source has no amount."""

    rad_id: int
    måned: int
    kroner: Fraction | None
    virksomhet: str | None
    opplysningspliktig: str | None
    inntekt_type: str | None
    beskrivelse: str | None
    arbeidsforhold_type: str | None = None
    tvil: bool = False  # it is not known whether the row counts


@dataclass(frozen=True)
class Rader:
    """The rows kept so far; `sikker` is False when an unknown fact decided which."""

    liste: tuple[Rad, ...]
    sikker: bool = True


def verdi(v) -> Verdi:
    """A plain value as `Verdi`."""
    if isinstance(v, Verdi):
        return v
    if isinstance(v, bool):
        return Verdi(JA_NEI, v)
    if isinstance(v, int | Fraction):
        return Verdi(TALL, Fraction(v))
    raise Feilbruk(type(v).__name__)


def av_art(v, *arter: str) -> Verdi:
    v = verdi(v)
    if v.art not in arter:
        raise Feilbruk(f"{v.art}, ikke {arter}")
    return v


def med(art: str, funksjon: Callable, *verdier: Verdi) -> Verdi:
    """The function of the values, unknown when one of them is."""
    return Verdi(art, None if any(v.v is None for v in verdier) else funksjon(*(v.v for v in verdier)))


def regn(funksjon: Callable, a, b) -> Verdi:
    return med(TALL, funksjon, av_art(a, TALL), av_art(b, TALL))


def _sammenlign(funksjon: Callable, a, b) -> Verdi:
    a, b = av_art(a, TALL, JA_NEI, DATO), verdi(b)
    return med(JA_NEI, funksjon, a, av_art(b, a.art))
