"""One value from a source → one canonical value. What cannot be read becomes missing and is counted; it never stops a
row.

The exceptions are the person and the month: without them a row means nothing, so they raise Radfeil.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from kjerne.kontrakt import verdier
from kjerne.kontrakt.linjefil import Radfeil

_IDENT = re.compile(r"[0-9A-Za-z]{1,20}", re.ASCII)
_EPOKE = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MIKRO = dt.timedelta(microseconds=1)
_DAG_NULL = dt.date(1970, 1, 1).toordinal()
_NORGE = ZoneInfo("Europe/Oslo")
_FEIL = object()
_EKSAKT = Context(prec=40, traps=[Inexact, InvalidOperation])  # refuses what it would have to round
_HUNDRE, _MAKS = Decimal(100), Decimal(verdier.MAKS_KRONER)
MAKS_LAGER = 100_000  # different values remembered per kind


class _Tekster(dict[str, str | None]):
    """Text as it stands in the source → the text without blanks around it (None for nothing). Codes come again and
    again."""

    def __missing__(self, tekst: str) -> str | None:
        ren = tekst.strip() or None
        if len(self) < MAKS_LAGER and len(tekst) <= 100:
            self[tekst] = ren
        return ren


class Tolk:
    """Reads values and counts in `uleselig` what it had to leave missing, by what it was."""

    def __init__(self) -> None:
        self.uleselig: Counter[str] = Counter()
        self.tekster = _Tekster()
        self._siste_ident = ""
        self._siste_tid: tuple[str, int] = ("", 0)
        self._dager: dict[str, Any] = {}
        self._maaneder: dict[str, Any] = {}

    def ident(self, verdi: Any, hva: str = "personnummeret") -> str:
        if verdi and verdi == self._siste_ident:
            return self._siste_ident
        if type(verdi) is str and _IDENT.fullmatch(ren := verdi.strip()):
            self._siste_ident = ren  # the months of one person follow each other
            return ren
        if verdi is None or (type(verdi) is str and not verdi.strip()):
            raise Radfeil(f"{hva} mangler")
        if type(verdi) is int:
            raise Radfeil(f"{hva} står som tall; innledende null kan være borte")
        raise Radfeil(f"{hva} kan ikke leses")

    def maaned(self, verdi: Any) -> int:
        sekunder = self._husk(self._maaneder, verdi, verdier.maaned)
        if sekunder is None:
            raise Radfeil("måneden mangler")
        if sekunder is _FEIL:
            raise Radfeil("måneden kan ikke leses")
        return sekunder

    def dag(self, verdi: Any, hva: str) -> int | None:
        if verdi is None:
            return None
        sekunder = self._husk(self._dager, verdi, verdier.dato)
        return self._mangler(hva) if sekunder is _FEIL else sekunder

    def sikker_dag(self, verdi: Any, hva: str) -> int | None:
        """As `dag`, for dates where missing has a meaning of its own: one that cannot be read raises Radfeil."""
        if verdi is None:
            return None
        sekunder = self._husk(self._dager, verdi, verdier.dato)
        if sekunder is _FEIL:
            raise Radfeil(f"{hva} kan ikke leses")
        return sekunder

    def kroner(self, verdi: Any) -> int | None:
        """Kroner in the source → øre. Exact, or missing and counted."""
        try:
            if type(verdi) is int and -verdier.MAKS_KRONER < verdi < verdier.MAKS_KRONER:
                return verdi * 100
            if type(verdi) is Decimal and -_MAKS < verdi < _MAKS:
                hundre = _EKSAKT.multiply(verdi, _HUNDRE)
                if (ore := int(hundre)) == hundre:
                    return ore
            if type(verdi) is str and (ore := verdier.ore(verdi)) is not None:
                return ore
        except (ValueError, ArithmeticError):
            pass
        return self._mangler("beløp")

    def heltall(self, verdi: Any, hva: str) -> int | None:
        try:
            if type(verdi) is int and abs(verdi) < 2**62:
                return verdi
            if verdi is None:
                return None
            if type(verdi) in (str, Decimal):
                return verdier.heltall(str(verdi))
        except ValueError:
            pass
        return self._mangler(hva)

    def ore(self, verdi: Any) -> int | None:
        """Whole øre in a file of ours; otherwise missing and counted."""
        ore = self.heltall(verdi, "beløp")
        if verdi is None or (ore is None and type(verdi) is str and verdi.strip() in verdier.INTET):
            return self._mangler("beløp")
        return ore

    def tall(self, verdi: Any, hva: str) -> float | None:
        """Hours, units, per cent. Not for amounts."""
        try:
            if type(verdi) is str:
                verdi = verdier.desimal(verdi)
            if verdi is None:
                return None
            if type(verdi) in (int, Decimal, float) and abs(tall := float(verdi)) < 1e15:
                return tall
        except (ValueError, ArithmeticError):
            pass
        return self._mangler(hva)

    def tekst(self, verdi: Any, hva: str) -> str | None:
        if type(verdi) is str:
            return self.tekster[verdi]
        if verdi is None:
            return None
        if type(verdi) is int:
            return str(verdi)
        return self._mangler(hva)

    def ja_nei(self, verdi: Any, hva: str) -> bool | None:
        if verdi is None or type(verdi) is bool:
            return verdi
        try:
            if type(verdi) is str:
                return verdier.ja_nei(verdi)
        except ValueError:
            pass
        return self._mangler(hva)

    def tid(self, verdi: Any, hva: str = "registreringstidspunkt") -> int | None:
        """An instant, or a month as in v1 (its first moment). Without a zone it is Norwegian time."""
        if verdi is None or verdi == "":
            return None
        if verdi == self._siste_tid[0]:
            return self._siste_tid[1]
        try:
            if type(verdi) is str and len(verdi) == 7:
                return self.maaned(verdi) * 1_000_000
            tid = verdi if isinstance(verdi, dt.datetime) else dt.datetime.fromisoformat(verdi)
            mikro = ((tid if tid.tzinfo else tid.replace(tzinfo=_NORGE)) - _EPOKE) // _MIKRO
            self._siste_tid = (verdi, mikro)
            return mikro
        except (ValueError, TypeError, OverflowError):
            return self._mangler(hva)

    def ta_med(self, andre: Tolk) -> None:
        """Counts what another one met as its own."""
        self.uleselig.update(andre.uleselig)

    def __getstate__(self) -> Counter[str]:
        """What it remembers stays in the process."""
        return self.uleselig

    def __setstate__(self, uleselig: Counter[str]) -> None:
        self.__init__()
        self.uleselig = uleselig

    def merknader(self) -> list[str]:
        return [
            f"{n} verdier uten lesbart innhold: {hva}. Radene er beholdt." for hva, n in sorted(self.uleselig.items())
        ]

    def _mangler(self, hva: str) -> None:
        self.uleselig[hva] += 1

    @staticmethod
    def _husk(lager: dict[str, Any], verdi: Any, les: Any) -> Any:
        """Seconds of a day, None for nothing written, _FEIL for what cannot be read; remembers what it has seen."""
        if verdi is None:
            return None
        if type(verdi) is not str:
            dag = verdi.date() if isinstance(verdi, dt.datetime) else verdi
            if not isinstance(dag, dt.date):
                return _FEIL
            return _sekunder(dag.replace(day=1) if les is verdier.maaned else dag)
        svar = lager.get(verdi, lager)
        if svar is lager:
            try:
                dag = les(verdi.partition("T")[0])
                svar = None if dag is None else _sekunder(dag)
            except ValueError:
                svar = _FEIL
            if len(lager) < MAKS_LAGER and len(verdi) <= 40:
                lager[verdi] = svar
        return svar


def _sekunder(dag: dt.date) -> int:
    return (dag.toordinal() - _DAG_NULL) * 86_400
