"""A column of a rule: one value per case, where a value may be unknown.

Comparison and arithmetic keep the unknown (Kleene's three-valued logic): `lønn >= grense` is unknown where the wage is,
dates included, so that a missing fact can never become a refusal, zero or the maximum. `if`, `and`, `or`, `not` and
chained comparison raise, because each of them would decide all cases by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

Verdi = Any  # Kolonne | float | bool


class Regelbruk(TypeError):
    """A rule uses a column in a way that has no meaning for many cases at once."""


class Kolonne:
    """`data`: values (float64, bool, datetime64[D] or int32 codes of `koder`). `kjent`: True where known; None = everywhere.

    A column of length 1 stands for the same value in every case (a parameter that all cases share).
    Entries that are unknown hold an arbitrary finite value in `data`.
    """

    __slots__ = ("data", "kjent", "koder")
    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, data: np.ndarray, kjent: np.ndarray | None = None, koder: pd.Index | None = None):
        self.data = data
        self.kjent = kjent
        self.koder = koder

    def __len__(self) -> int:
        return len(self.data)

    def __bool__(self) -> bool:
        raise Regelbruk("En regel kan ikke bruke if, and, or, not eller a < b < c. Bruk hvis, alle, ett_av, ikke, innenfor.")

    def __iter__(self):
        raise Regelbruk("En regel kan ikke gå gjennom saker én for én. Bruk ordene i ordforrådet.")

    @property
    def kjentmaske(self) -> np.ndarray:
        return np.ones(len(self.data), dtype=bool) if self.kjent is None else self.kjent

    @property
    def ukjent(self) -> np.ndarray:
        return np.zeros(len(self.data), dtype=bool) if self.kjent is None else ~self.kjent

    @property
    def art(self) -> str:
        """tall, ja_nei, dato or kode."""
        if self.koder is not None:
            return "kode"
        return {"b": "ja_nei", "M": "dato"}.get(self.data.dtype.kind, "tall")

    # Arithmetic: numbers only
    def __add__(self, annen: Verdi) -> Kolonne:
        return _regn(np.add, self, annen)

    def __radd__(self, annen: Verdi) -> Kolonne:
        return _regn(np.add, annen, self)

    def __sub__(self, annen: Verdi) -> Kolonne:
        return _regn(np.subtract, self, annen)

    def __rsub__(self, annen: Verdi) -> Kolonne:
        return _regn(np.subtract, annen, self)

    def __mul__(self, annen: Verdi) -> Kolonne:
        return _regn(np.multiply, self, annen)

    def __rmul__(self, annen: Verdi) -> Kolonne:
        return _regn(np.multiply, annen, self)

    def __truediv__(self, annen: Verdi) -> Kolonne:
        return del_paa(self, annen)

    def __rtruediv__(self, annen: Verdi) -> Kolonne:
        return del_paa(annen, self)

    def __neg__(self) -> Kolonne:
        return _regn(np.subtract, 0.0, self)

    # Comparison: numbers with numbers, dates with dates
    def __lt__(self, annen: Verdi) -> Kolonne:
        return sammenlign(np.less, self, annen)

    def __le__(self, annen: Verdi) -> Kolonne:
        return sammenlign(np.less_equal, self, annen)

    def __gt__(self, annen: Verdi) -> Kolonne:
        return sammenlign(np.greater, self, annen)

    def __ge__(self, annen: Verdi) -> Kolonne:
        return sammenlign(np.greater_equal, self, annen)

    def __eq__(self, annen: Verdi) -> Kolonne:  # type: ignore[override]
        return sammenlign(np.equal, self, annen)

    def __ne__(self, annen: Verdi) -> Kolonne:  # type: ignore[override]
        return sammenlign(np.not_equal, self, annen)

    def til_lengde(self, antall: int) -> Kolonne:
        """The same column with `antall` entries (a shared value is spread without being copied)."""
        if len(self.data) == antall:
            return self
        kjent = None if self.kjent is None else np.broadcast_to(self.kjent, antall)
        return Kolonne(np.broadcast_to(self.data, antall), kjent, self.koder)

    def til_pandas(self) -> pd.api.extensions.ExtensionArray:
        """As a nullable pandas array: Float64, boolean, datetime64[s] (NaT) or string."""
        mangler = self.ukjent
        if self.art == "ja_nei":
            return pd.arrays.BooleanArray(np.ascontiguousarray(self.data), mangler)
        if self.art == "dato":
            dager = self.data.astype("datetime64[s]")
            if self.kjent is not None:
                dager[mangler] = np.datetime64("NaT")
            return pd.array(dager, dtype="datetime64[s]", copy=False)
        if self.art == "kode":
            return pd.Categorical.from_codes(np.where(mangler, -1, self.data), categories=self.koder)
        return pd.arrays.FloatingArray(np.ascontiguousarray(self.data, dtype="float64"), mangler)


def begge_kjent(a: Kolonne, b: Kolonne) -> np.ndarray | None:
    if a.kjent is None:
        return b.kjent
    return a.kjent if b.kjent is None else a.kjent & b.kjent


def som_kolonne(verdi: Verdi) -> Kolonne:
    """A number, a yes/no or a column, as a column."""
    if isinstance(verdi, Kolonne):
        return verdi
    if isinstance(verdi, bool):
        return Kolonne(np.array([verdi]))
    if isinstance(verdi, int | float):
        return Kolonne(np.array([float(verdi)]))
    raise Regelbruk(f"En regel kan ikke regne med {type(verdi).__name__}.")


def krev(kolonne: Kolonne, art: str, ord_: str) -> Kolonne:
    if kolonne.art != art:
        raise Regelbruk(f"{ord_} trenger {art}, men fikk {kolonne.art}.")
    return kolonne


def _regn(funksjon: Callable, a: Verdi, b: Verdi) -> Kolonne:
    a, b = krev(som_kolonne(a), "tall", "Regning"), krev(som_kolonne(b), "tall", "Regning")
    return Kolonne(funksjon(a.data, b.data), _spredd(begge_kjent(a, b), a, b))


def sammenlign(funksjon: Callable, a: Verdi, b: Verdi) -> Kolonne:
    a, b = som_kolonne(a), som_kolonne(b)
    if a.art != b.art or a.art == "kode":
        raise Regelbruk(f"Kan ikke sammenligne {a.art} med {b.art}. Bruk er() for tekst.")
    return Kolonne(funksjon(a.data, b.data), _spredd(begge_kjent(a, b), a, b))


def del_paa(a: Verdi, b: Verdi) -> Kolonne:
    """Division; by zero is unknown, never infinite."""
    a, b = krev(som_kolonne(a), "tall", "Deling"), krev(som_kolonne(b), "tall", "Deling")
    null = b.data == 0
    if not null.any():
        return Kolonne(a.data / b.data, _spredd(begge_kjent(a, b), a, b))
    kvotient = a.data / np.where(null, 1.0, b.data)
    kjent = begge_kjent(a, b)
    return Kolonne(kvotient, _spredd(~null if kjent is None else kjent & ~null, a, b))


def _spredd(kjent: np.ndarray | None, *kolonner: Kolonne) -> np.ndarray | None:
    """The mask in the length of the result (a shared value may be combined with a column)."""
    if kjent is None:
        return None
    lengde = max(len(k) for k in kolonner)
    return kjent if len(kjent) == lengde else np.broadcast_to(kjent, lengde)


def velg(maske: np.ndarray, da: Kolonne, ellers: Kolonne) -> Kolonne:
    """`da` where the mask is True, else `ellers`; both of the same kind."""
    if da.art != ellers.art or da.art == "kode":
        raise Regelbruk(f"Kan ikke velge mellom {da.art} og {ellers.art}.")
    data = np.where(maske, da.data, ellers.data)
    if da.kjent is None and ellers.kjent is None:
        return Kolonne(data)
    return Kolonne(data, np.where(maske, da.kjentmaske, ellers.kjentmaske))
