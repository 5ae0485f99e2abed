"""What is to be sent of each chain, worked out once and stored before a byte is written: the file is the same however often it is made.

A batch only ever adds money. What a new version takes away has no line in any batch; it is told in a file of its own, on the
authority of the revurdering, which one person proposed and another approved. A chain is planned only when all that was sent of it is
answered, so that the ids it refers to are the receiver's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.bulk import sett_inn
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.motor import laas, lesende
from kjerne.lager.tabeller import (
    bunt_linje,
    linje,
    oppdragsfil,
    oppdragslinje,
    vedtak,
    vedtaksperiode,
)
from kjerne.utbetaling.bunt import Bunt
from kjerne.utbetaling.format.oppdrag import Oppdragslinje, nokkel
from kjerne.utbetaling.format.oppdragskjede import Kjede, Periode, endringer, gjeldende, nye_ider
from kjerne.utbetaling.oppdrag.kjeder import MANGE, SATSTYPE, Kjedenokkel, Kjedestand, i_deler, kort, les_kjeder, sum_av

_L, _V, _P, _F = linje.c, vedtak.c, vedtaksperiode.c, oppdragsfil.c
_FELT = (_L.rolle, _L.klasse, _L.person_id, _L.orgnr)


def planlegg_bunt(motor: Engine, denne: Bunt, klokke: Callable[[], dt.datetime]) -> None:
    """Plans what the lines of a disposed batch mean for their chains, some hundred cases in each transaction. Again: nothing changes.

    Raises Ordningsfeil (kode 4) when something that was sent is not answered, and (kode 1) when the chain cannot come to the amount
    of the batch."""
    with motor.begin() as conn:
        ny_fil(conn, denne.bunt_id, denne.ordning, denne.bunt_id, klokke())
    with lesende(motor) as conn:
        for saker in i_deler(_sakene(conn, denne.bunt_id), MANGE // 2):
            with motor.begin() as skriv:
                laas(skriv, f"oppdrag:{denne.ordning}")
                _planlegg(skriv, denne.bunt_id, saker)
            feilpunkt("oppdrag.etter_plandel")


def ny_fil(conn: Connection, fil_id: str, ordning: str, bunt_id: str | None, naa: dt.datetime) -> None:
    """The file and its key, which no other file has."""
    laas(conn, "oppdragsfil")
    if conn.scalar(sa.select(_F.fil_id).where(_F.fil_id == fil_id)):
        return
    while conn.scalar(sa.select(_F.fil_id).where(_F.nokkel == nokkel(naa))):
        naa += dt.timedelta(microseconds=1)
    conn.execute(oppdragsfil.insert().values(fil_id=fil_id, ordning=ordning, bunt_id=bunt_id, nokkel=nokkel(naa), planlagt_tid=naa))


def _sakene(conn: Connection, bunt_id: str) -> Iterator[str]:
    sporring = (
        sa.select(_V.sak_id).distinct().join_from(vedtak, linje, _L.vedtak_id == _V.vedtak_id)
        .join(bunt_linje, bunt_linje.c.linje_id == _L.linje_id)
        .where(bunt_linje.c.bunt_id == bunt_id).order_by(_V.sak_id).execution_options(yield_per=5_000)
    )  # fmt: skip
    return chain.from_iterable(conn.scalars(sporring).partitions())


def _planlegg(conn: Connection, bunt_id: str, saker: Sequence[str]) -> None:
    alle = buntens_kjeder(conn, bunt_id, saker)
    stand = les_kjeder(conn, [n.fagsystem_id for n in alle])
    igjen = {n: linjer for n, linjer in alle.items() if bunt_id not in stand[n.fagsystem_id].filer}
    _krev_besvart([n for n in igjen if stand[n.fagsystem_id].apen])
    perioder = perioder_i(conn, {linjer[-1].vedtak_id for linjer in igjen.values() if linjer[-1].versjon > 1})
    nye = []
    for n, linjer in igjen.items():
        denne, siste = stand[n.fagsystem_id], linjer[-1]
        onsket = perioder.get((siste.vedtak_id, n), []) if siste.versjon > 1 else lagt_sammen(denne, linjer)
        nye.append((n, siste.vedtak_id, denne, endring(n, siste.vedtak_id, denne, onsket, sum(x.belop_ore for x in linjer))))
    lagre(conn, bunt_id, nye)


def buntens_kjeder(conn: Connection, bunt_id: str, saker: Sequence[str]) -> dict[Kjedenokkel, list[sa.Row]]:
    """The lines of the batch in these cases by chain, the newest version last."""
    ut: dict[Kjedenokkel, list[sa.Row]] = {}
    felt = (bunt_linje.c.ende_til_ende_id, bunt_linje.c.konto, _L.vedtak_id, _V.versjon, _L.fom, _L.tom, _L.belop_ore)
    for del_ in i_deler(saker):
        sporring = (
            sa.select(_V.sak_id, *_FELT, *felt).join_from(bunt_linje, linje, _L.linje_id == bunt_linje.c.linje_id)
            .join(vedtak, _V.vedtak_id == _L.vedtak_id).where(bunt_linje.c.bunt_id == bunt_id, _V.sak_id.in_(del_))
            .order_by(_V.sak_id, _V.versjon, _L.nr)
        )  # fmt: skip
        for rad in conn.execute(sporring):
            ut.setdefault(Kjedenokkel(*rad[:5]), []).append(rad)
    return ut


def perioder_i(conn: Connection, vedtak_ider: set[str]) -> dict[tuple[str, Kjedenokkel], list[Periode]]:
    """All that these later versions give, by version and chain, in order of time."""
    ut: dict[tuple[str, Kjedenokkel], list[Periode]] = {}
    for del_ in i_deler(sorted(vedtak_ider)):
        sporring = (
            sa.select(_P.vedtak_id, _V.sak_id, _P.rolle, _P.klasse, _P.person_id, _P.orgnr, _P.fom, _P.tom, _P.belop_ore)
            .join_from(vedtaksperiode, vedtak, _V.vedtak_id == _P.vedtak_id).where(_P.vedtak_id.in_(del_))
        )  # fmt: skip
        for vedtak_id, *resten in conn.execute(sporring):
            ut.setdefault((vedtak_id, Kjedenokkel(*resten[:5])), []).append(Periode(*resten[5:]))
    return {n: samlet(p) for n, p in ut.items()}


def samlet(perioder: Sequence[Periode]) -> list[Periode]:
    """In order of time; what is for the same days is one sum, because the receiver holds one for each class."""
    ut: dict[tuple[dt.date, dt.date], Periode] = {}
    for p in sorted(perioder, key=lambda p: (p.fom, p.tom)):
        for_ = ut.get((p.fom, p.tom))
        ut[p.fom, p.tom] = p._replace(sats_ore=p.sats_ore + for_.sats_ore) if for_ else p
    return list(ut.values())


def lagt_sammen(denne: Kjedestand, linjer: Sequence[sa.Row]) -> list[Periode]:
    return samlet([*gjeldende(denne.sendt), *(Periode(x.fom, x.tom, x.belop_ore) for x in linjer)])


def endring(n: Kjedenokkel, vedtak_id: str, denne: Kjedestand, onsket: list[Periode], differanse_ore: int) -> list[Oppdragslinje]:
    """The lines that make the chain what is wanted, and so change what it pays by exactly this. Raises Ordningsfeil otherwise."""
    kjeden = Kjede(n.klasse, SATSTYPE, n.person_id or n.orgnr or "", kort(vedtak_id, 10))
    nye = endringer(kjeden, denne.sendt, onsket, nye_ider(n.fagsystem_id, denne.brukt))
    if not nye or sum_av([*denne.sendt, *nye]) - denne.sum_ore != differanse_ore:
        raise Ordningsfeil("Oppdraget ville gi en annen sum enn vedtaket.", f"sak {n.sak_id}",
                           "Er tidligere betalinger i saken sendt i et annet format, eller avvist? Avklar saken, og trekk bunten.",
                           "Ingen fil er laget, og ingen penger er sendt.")  # fmt: skip
    return nye


def lagre(conn: Connection, fil_id: str, nye: Sequence[tuple[Kjedenokkel, str, Kjedestand, list[Oppdragslinje]]]) -> None:
    rader = [
        {"fagsystem_id": n.fagsystem_id, "nr": denne.brukt + nr, "fil_id": fil_id, "endring": "ENDR" if denne.sendt else "NY",
         "vedtak_id": vedtak_id, "rolle": n.rolle, "klasse": n.klasse, "person_id": n.person_id, "orgnr": n.orgnr,
         "delytelse_id": en.delytelse_id, "ref_delytelse_id": en.ref_delytelse_id, "fom": en.fom, "tom": en.tom,
         "sats_ore": en.sats_ore, "opphor_fra": en.opphor_fra}
        for n, vedtak_id, denne, linjer in nye for nr, en in enumerate(linjer, 1)
    ]  # fmt: skip
    if rader:
        sett_inn(conn, oppdragslinje, {k: [r[k] for r in rader] for k in rader[0]})


def _krev_besvart(apne: list[Kjedenokkel]) -> None:
    if apne:
        raise Ordningsfeil(f"{len(apne)} oppdrag i de samme sakene er sendt før, og er ikke besvart.", f"sak {apne[0].sak_id}",
                           "Vent på kvitteringen, og les den inn med ordning kvitter. Da vet vi hva en endring skal bygge på.",
                           "Ingen fil er laget, og ingen penger er sendt.", kode=4)  # fmt: skip
