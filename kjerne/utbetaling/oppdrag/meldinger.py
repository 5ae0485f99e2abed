"""The planned lines as messages, one case and class at a time: a million take the memory of some thousand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, groupby
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.tabeller import (
    bunt,
    bunt_hendelse,
    omgjoring,
    oppdragsfil,
    oppdragslinje,
    person,
    revurdering,
    revurdering_hendelse,
    soknad,
    vedtak,
)
from kjerne.tilgang import person_bak
from kjerne.utbetaling.betalingsfil import betalingsfeil
from kjerne.utbetaling.format.oppdrag import Oppdrag, Oppdragshode, fra_nokkel
from kjerne.utbetaling.oppdrag.kjeder import FREKVENS, kort, som_linje

_O, _F, _R, _H = oppdragslinje.c, oppdragsfil.c, revurdering.c, revurdering_hendelse.c
_GJELDER, _MOTTAKER = person.alias("gjelder"), person.alias("mottaker")
_ANSATT = re.compile(r"[A-Za-z0-9ÆØÅæøå_-]{1,8}")


class Avsender(NamedTuple):
    """How we are known to the receiver."""

    fagomraade: str
    komponent: str
    enhet: str


def hode(conn: Connection, fil_id: str, avsender: Avsender) -> Oppdragshode:
    """The head of the file, with the totals of what is planned."""
    antall, sum_ore = conn.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(_O.sats_ore), 0)).where(_O.fil_id == fil_id)
    ).one()
    nokkelen = conn.scalar(sa.select(_F.nokkel).where(_F.fil_id == fil_id))
    return Oppdragshode(avsender.fagomraade, avsender.komponent, FREKVENS, fra_nokkel(nokkelen), int(antall), int(sum_ore), avsender.enhet)


def meldinger(conn: Connection, fil_id: str) -> Iterator[Oppdrag]:
    """The messages of the file, in the order of their cases."""
    av_bunt = _buntens_ansatte(conn, fil_id)
    rader = conn.execute(_linjene(fil_id).execution_options(yield_per=5_000)).partitions()
    ansatte: dict[str, str] = {}
    for sak, linjer in groupby(chain.from_iterable(rader), key=lambda r: r.fagsystem_id):
        alle = list(linjer)
        forste = alle[0]
        av, attestant = av_bunt or (_ansatt(conn, ansatte, forste.foreslaatt_av), _ansatt(conn, ansatte, forste.av))
        mottaker = forste.orgnr or forste.mottaker
        yield Oppdrag(sak, forste.gjelder, forste.endring == "NY", av, attestant, tuple(som_linje(r, mottaker) for r in alle))


def mottakere(conn: Connection, fil_id: str, saker: list[str]) -> dict[str, tuple[str, str]]:
    """fagsystem_id → (sak_id, whom the receiver pays)."""
    rader = conn.execute(_linjene(fil_id).where(_O.fagsystem_id.in_(saker)))
    return {r.fagsystem_id: (r.sak_id, r.orgnr or r.mottaker) for r in rader}


def _linjene(fil_id: str) -> sa.Select:
    return (
        sa.select(oppdragslinje, soknad.c.sak_id, _GJELDER.c.ident.label("gjelder"), _MOTTAKER.c.ident.label("mottaker"),
                  _R.foreslaatt_av, _H.av)
        .join_from(oppdragslinje, vedtak, vedtak.c.vedtak_id == _O.vedtak_id).join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
        .join(_GJELDER, _GJELDER.c.person_id == soknad.c.person_id).outerjoin(_MOTTAKER, _MOTTAKER.c.person_id == _O.person_id)
        .outerjoin(omgjoring, omgjoring.c.vedtak_id == _O.vedtak_id).outerjoin(revurdering, _R.revurdering_id == omgjoring.c.revurdering_id)
        .outerjoin(revurdering_hendelse, (_H.revurdering_id == _R.revurdering_id) & (_H.hendelse == "godkjent"))
        .where(_O.fil_id == fil_id).order_by(_O.fagsystem_id, _O.nr)
    )  # fmt: skip


def _buntens_ansatte(conn: Connection, fil_id: str) -> tuple[str, str] | None:
    """Who made the batch, and who attested it: two people, or the writer refuses. None for a file without a batch."""
    h = bunt_hendelse.c
    laget_av = conn.scalar(sa.select(bunt.c.laget_av).where(bunt.c.bunt_id == fil_id))
    if laget_av is None:
        return None
    attestant = conn.scalar(sa.select(h.person).where(h.bunt_id == fil_id, h.handling == "attester"))
    if attestant is None:
        raise betalingsfeil("Bunten er ikke attestert.", f"bunt {fil_id}")
    return ansattid(person_bak(conn, laget_av)), ansattid(attestant)


def _ansatt(conn: Connection, kjente: dict[str, str], konto: str) -> str:
    if konto not in kjente:
        kjente[konto] = ansattid(person_bak(conn, konto))
    return kjente[konto]


def ansattid(hvem: str) -> str:
    """A person in the eight signs that the message has room for: as she is known here, else a short form of that which is always hers."""
    return hvem if _ANSATT.fullmatch(hvem) else f"X{kort(hvem.casefold(), 7)}"
