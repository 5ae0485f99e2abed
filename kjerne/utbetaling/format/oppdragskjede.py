"""What to send so that the receiver's timeline of a case becomes the one we want.

Lines of one class and one payee form a chain. A new line overrides the whole chain from its first day, so later periods
that are not changed are sent again. A stop is the last line once more, with the day from which nothing is left (OPPH);
it may lie before that line's own first day. What is equal from the start is never touched.

`sendt` holds only lines that were accepted (receipt 00 or 04): after 08 and 12 the earlier payment still stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from kjerne.utbetaling.betalingsfil import betalingsfeil
from kjerne.utbetaling.format.oppdrag import Oppdragslinje
from kjerne.utbetaling.format.oppdragsform import HELE

_DAG = dt.timedelta(days=1)


class Periode(NamedTuple):
    """What is to be paid from one day to another, both included."""

    fom: dt.date
    tom: dt.date
    sats_ore: int
    grad: int | None = None

    @property
    def verdi(self) -> tuple[int, int | None]:
        return self.sats_ore, self.grad


@dataclass(frozen=True, slots=True)
class Kjede:
    """What all lines of a chain have in common, and the decision that changes it now."""

    klassekode: str
    sats_type: str
    mottaker_id: str
    vedtak_id: str
    henvisning: str = ""
    grad_type: str = ""


def endringer(kjede: Kjede, sendt: Sequence[Oppdragslinje], onsket: Sequence[Periode], ider: Iterator[str]) -> list[Oppdragslinje]:
    """The lines that turn what was sent into what is wanted; none when nothing is changed.

    `ider` gives unused ids of delytelse. Raises Ordningsfeil when the periods overlap or the chain is another one.
    """
    _krev_gyldige(kjede, sendt, onsket)
    naa, hel = gjeldende(sendt), kjede.sats_type in HELE
    if (fra := _forste_ulike_dag(naa, onsket, hel)) is None:
        return []
    nye, gamle = _fra_dag(onsket, fra, hel), _fra_dag(naa, fra, hel)
    ut: list[Oppdragslinje] = []
    if gamle and (not nye or nye[0].fom > gamle[0].fom):
        ut.append(_opphor(kjede, sendt[-1], gamle[0].fom))
    forrige = sendt[-1].delytelse_id if sendt else ""
    for periode in nye:
        ut.append(_ny(kjede, periode, next(ider), forrige))
        forrige = ut[-1].delytelse_id
    return ut


def gjeldende(sendt: Sequence[Oppdragslinje]) -> list[Periode]:
    """The timeline that the receiver has after these lines, in the order they were sent."""
    tidslinje: list[Periode] = []
    for linje in sendt:
        tidslinje = _foer(tidslinje, linje.opphor_fra or linje.fom, linje.sats_type in HELE)
        if not linje.opphor_fra:
            tidslinje.append(Periode(linje.fom, linje.tom, linje.sats_ore, linje.grad))
    return tidslinje


def nye_ider(fagsystem_id: str, brukt: int) -> Iterator[str]:
    """«SAK#1», «SAK#2» … after those that are used in the case: the same each time it is computed."""
    nr = brukt
    while True:
        nr += 1
        yield f"{fagsystem_id}#{nr}"


def _forste_ulike_dag(naa: Sequence[Periode], onsket: Sequence[Periode], hel: bool) -> dt.date | None:
    for gammel, ny in zip_longest(*((naa, onsket) if hel else (_sammen(naa), _sammen(onsket)))):
        if gammel == ny:
            continue
        if gammel and ny and gammel.fom == ny.fom and gammel.verdi == ny.verdi and not hel:
            return min(gammel.tom, ny.tom) + _DAG
        return min(p.fom for p in (gammel, ny) if p)
    return None


def _sammen(perioder: Sequence[Periode]) -> list[Periode]:
    """Neighbours with the same rate as one: where a month is split is no change of what is paid."""
    ut: list[Periode] = []
    for p in perioder:
        if ut and ut[-1].verdi == p.verdi and ut[-1].tom + _DAG == p.fom:
            ut[-1] = ut[-1]._replace(tom=p.tom)
        else:
            ut.append(p)
    return ut


def _fra_dag(perioder: Sequence[Periode], fra: dt.date, hel: bool) -> list[Periode]:
    rest = [p for p in perioder if p.tom >= fra]
    return rest if hel else [p._replace(fom=max(p.fom, fra)) for p in rest]


def _foer(perioder: Sequence[Periode], fra: dt.date, hel: bool) -> list[Periode]:
    igjen = [p for p in perioder if p.fom < fra]
    return igjen if hel else [p._replace(tom=min(p.tom, fra - _DAG)) for p in igjen]


def _opphor(kjede: Kjede, siste: Oppdragslinje, fra: dt.date) -> Oppdragslinje:
    return siste._replace(opphor_fra=fra, vedtak_id=kjede.vedtak_id, henvisning=kjede.henvisning)


def _ny(kjede: Kjede, periode: Periode, delytelse_id: str, forrige: str) -> Oppdragslinje:
    return Oppdragslinje(
        delytelse_id=delytelse_id, klassekode=kjede.klassekode, fom=periode.fom, tom=periode.tom, sats_ore=periode.sats_ore,
        sats_type=kjede.sats_type, mottaker_id=kjede.mottaker_id, vedtak_id=kjede.vedtak_id, henvisning=kjede.henvisning,
        ref_delytelse_id=forrige, grad=periode.grad, grad_type="" if periode.grad is None else kjede.grad_type,
    )  # fmt: skip


def _krev_gyldige(kjede: Kjede, sendt: Sequence[Oppdragslinje], onsket: Sequence[Periode]) -> None:
    fast = (kjede.klassekode, kjede.sats_type, kjede.mottaker_id)
    if any((en.klassekode, en.sats_type, en.mottaker_id) != fast for en in sendt):
        raise betalingsfeil("Kjeden har en annen klassekode, satstype eller mottaker enn før.", "oppdragskjeden",
                            "Stans den gamle kjeden og begynn en ny.")  # fmt: skip
    if any(p.tom < p.fom or p.sats_ore <= 0 for p in onsket):
        raise betalingsfeil("En periode er snudd eller uten beløp.", "oppdragskjeden", "Rett vedtaket.")
    if any(b.fom <= a.tom for a, b in zip(onsket, onsket[1:], strict=False)):
        raise betalingsfeil("Periodene overlapper eller står i feil rekkefølge.", "oppdragskjeden", "Rett vedtaket.")
