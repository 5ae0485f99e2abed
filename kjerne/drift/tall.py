"""Numbers, dates and times as Norwegian text. Nothing else in Ordning formats them.

Bokmål and nynorsk write all of these alike (month names included; a test compares with Babel), so no function asks
for a written form. Sources: the writing rules of aksel.nav.no and Språkrådet. A no-break space holds the groups of a
number and its unit together; dates have plain spaces.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

FAST = "\u00a0"  # no-break space
MINUS = "\u2212"
OSLO = ZoneInfo("Europe/Oslo")
MAANEDER = (
    "januar", "februar", "mars", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "desember",
)  # fmt: skip
_STORE = ((10**9, "mrd."), (10**6, "mill."))


def antall(n: float | Decimal, desimaler: int = 0) -> str:
    """12345 → «12 345». With `desimaler` rounded half up: antall(2.5, 1) → «2,5»."""
    if type(n) is int and not desimaler:
        tekst = f"{n:,}".replace(",", FAST)
    else:
        tekst = f"{_avrund(n, desimaler):,f}".translate({ord(","): FAST, ord("."): ","})
    return MINUS + tekst[1:] if tekst[0] == "-" else tekst


def kroner(ore: int) -> str:
    """Whole øre → «12 345 kr», or «12 345,67 kr» when there are øre. Raises TypeError for anything but whole øre."""
    hele, rest = divmod(abs(_heltall(ore)), 100)
    fortegn = MINUS if ore < 0 else ""
    return f"{fortegn}{hele:,}".replace(",", FAST) + (f",{rest:02d}" if rest else "") + f"{FAST}kr"


def kort(n: float | Decimal) -> str:
    """A big number for a headline or an axis: «261 mill.», «1,3 mrd.»; below a million as `antall`."""
    for grense, navn in _STORE:
        if abs(n) >= grense:
            return _uten_nuller(Decimal(str(n)) / grense, 1) + FAST + navn
    return _uten_nuller(n, 1)


def prosent(andel: float | Decimal, desimaler: int = 1) -> str:
    """A share → per cent: 0.5 → «50 %», 0.625 → «62,5 %». At most `desimaler` decimals, no empty ones."""
    return _uten_nuller(Decimal(str(andel)) * 100, desimaler) + f"{FAST}%"


def dato(d: dt.date) -> str:
    """«1. september 2020». An instant with a time zone is the day in Oslo."""
    d = _i_oslo(d)
    return f"{d.day}. {MAANEDER[d.month - 1]} {d.year}"


def dato_kort(d: dt.date) -> str:
    """«01.09.2020»."""
    d = _i_oslo(d)
    return f"{d.day:02d}.{d.month:02d}.{d.year:04d}"


def maaned(d: dt.date) -> str:
    """«september 2020»."""
    d = _i_oslo(d)
    return f"{MAANEDER[d.month - 1]} {d.year}"


def klokkeslett(tid: dt.datetime | dt.time) -> str:
    """«kl. 14.00», in Oslo when the instant has a time zone."""
    tid = _i_oslo(tid)
    return f"kl.{FAST}{tid.hour:02d}.{tid.minute:02d}"


def tidspunkt(tid: dt.datetime) -> str:
    """«1. september 2020 kl. 14.00»."""
    return f"{dato(tid)} {klokkeslett(tid)}"


def varighet(sekunder: float) -> str:
    """How long something took, in at most two units: «0,4 s», «12 s», «2 min 5 s», «1 t 3 min», «2 døgn 4 t»."""
    if sekunder < 9.95:
        return f"{_uten_nuller(sekunder, 1)}{FAST}s"
    hele = int(_avrund(sekunder, 0))
    for storrelse, navn, del_, delnavn in ((86400, "døgn", 3600, "t"), (3600, "t", 60, "min"), (60, "min", 1, "s")):
        if hele >= storrelse:
            forst, rest = divmod(hele, storrelse)
            return f"{antall(forst)}{FAST}{navn}" + (f"{FAST}{rest // del_}{FAST}{delnavn}" if rest // del_ else "")
    return f"{hele}{FAST}s"


def ident(fnr: str) -> str:
    """A fødselsnummer (or D-number) in two groups: «DDMMYY NNNNN». Anything but eleven digits is shown as it is."""
    return f"{fnr[:6]}{FAST}{fnr[6:]}" if _sifre(fnr, 11) else fnr


def konto(nummer: str) -> str:
    """An account number in three groups: «1234 56 78903». Anything but eleven digits is shown as it is."""
    return f"{nummer[:4]}{FAST}{nummer[4:6]}{FAST}{nummer[6:]}" if _sifre(nummer, 11) else nummer


def orgnr(nummer: str) -> str:
    """An organisation number in three groups: «889 640 782». Anything but nine digits is shown as it is."""
    return f"{nummer[:3]}{FAST}{nummer[3:6]}{FAST}{nummer[6:]}" if _sifre(nummer, 9) else nummer


def _heltall(ore: int) -> int:
    if isinstance(ore, bool) or not hasattr(ore, "__index__"):  # numpy's whole numbers have it, floats have not
        raise TypeError("beløp er hele øre")
    return ore.__index__()


def _avrund(n: float | Decimal, desimaler: int) -> Decimal:
    verdi = Decimal(str(n))
    if not verdi.is_finite():
        raise ValueError("tallet mangler eller er uendelig")
    return verdi.quantize(Decimal(1).scaleb(-desimaler), ROUND_HALF_UP) + 0  # + 0: no negative zero


def _uten_nuller(n: float | Decimal, desimaler: int) -> str:
    tekst = antall(n, desimaler)
    return tekst.rstrip("0").rstrip(",") if "," in tekst else tekst


def _i_oslo(tid):
    return tid.astimezone(OSLO) if isinstance(tid, dt.datetime) and tid.tzinfo else tid


def _sifre(tekst: str, lengde: int) -> bool:
    return len(tekst) == lengde and tekst.isascii() and tekst.isdigit()
