"""The receiver's answers (00/04/08/12) laid to the messages they answer. One message is accepted or refused as a whole."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.tabeller import bunt_hendelse, oppdragsfil, oppdragsfil_hendelse, oppdragslinje, oppdragssvar, vedtak
from kjerne.utbetaling.format.oppdragsform import NAVNEROM
from kjerne.utbetaling.kvittering.oppdragskvittering import Oppdragskvitteringer
from kjerne.utbetaling.kvittering.orden import Kvitteringsstand
from kjerne.utbetaling.kvittering.post import LINJE, Kvittering, kvitteringsfeil
from kjerne.utbetaling.oppdrag.kjeder import APEN, i_deler, svarstand, utfall
from kjerne.utbetaling.oppdrag.plan import buntens_kjeder

_F, _O, _S = oppdragsfil.c, oppdragslinje.c, oppdragssvar.c
_HODE = 4_096  # bytes in which the kind of a file is seen
MAKS_MELDING = 5_000_000


@dataclass
class Svarfil:
    """What a file of answers came to. `svar`: (fil_id, fagsystem_id) → the answer; `avvik`: what was not used, by code."""

    svar: list[tuple[str, str, Kvittering]] = field(default_factory=list)
    avvik: Counter[str] = field(default_factory=Counter)
    ordning: str = ""


def er_oppdragssvar(sti: Path) -> bool:
    """Whether the file is from Oppdragssystemet, and not from a bank."""
    with sti.open("rb") as fil:
        return NAVNEROM.encode() in fil.read(_HODE)


def meldinger_i(sti: Path) -> Iterator[bytes]:
    """The messages of the file: one a line, or one that is spread over the whole file. Raises Ordningsfeil for one without end."""
    with sti.open("rb") as fil:
        forste = fil.readline(MAKS_MELDING + 1)
        hele = b"" if forste.rstrip().endswith(b"oppdrag>") else fil.read(MAKS_MELDING + 1)
        while forste:
            if len(forste) + len(hele) > MAKS_MELDING:
                raise kvitteringsfeil("En melding er for stor.")
            if forste.strip():
                yield forste + hele
            forste, hele = fil.readline(MAKS_MELDING + 1), b""


def les_svar(conn: Connection, sti: Path) -> Svarfil:
    """Reads the file and finds what each answer is to. What is unknown is counted, and never used."""
    lesning = Oppdragskvitteringer(meldinger_i(sti))
    ut, sett = Svarfil(), set()
    sendt: dict[str, bool] = {}
    for del_ in i_deler(lesning, 400):
        filer = {r.nokkel: r for r in conn.execute(sa.select(oppdragsfil).where(_F.nokkel.in_(sorted({k.bunt_ref for k in del_}))))}
        kjente = {(r.fil_id, r.fagsystem_id, r.delytelse_id) for r in conn.execute(sa.select(
            _O.fil_id, _O.fagsystem_id, _O.delytelse_id).where(_O.fagsystem_id.in_(sorted({k.gruppe for k in del_}))))}  # fmt: skip
        saker = {n[:2] for n in kjente}
        for k in del_:
            fil = filer.get(k.bunt_ref)
            if fil and fil.fil_id not in sendt:
                sendt[fil.fil_id] = _er_sendt(conn, fil.fil_id)
            id_ = (fil.fil_id, k.gruppe) if fil and sendt[fil.fil_id] else None
            if id_ is None or id_ not in saker or (k.nivaa == LINJE and (*id_, k.ende_til_ende_id) not in kjente):
                ut.avvik["ukjent_id"] += 1
            elif (*id_, k.status, k.grunn) not in sett:
                sett.add((*id_, k.status, k.grunn))
                ut.svar.append((*id_, k))
                ut.ordning = fil.ordning
    ut.avvik += lesning.avvik
    if not ut.svar:
        raise kvitteringsfeil("Ingen av svarene i filen gjelder et oppdrag vi har sendt.")
    return ut


def _er_sendt(conn: Connection, fil_id: str) -> bool:
    h, b = oppdragsfil_hendelse.c, bunt_hendelse.c
    return bool(conn.scalar(sa.select(h.fil_id).where(h.fil_id == fil_id, h.hendelse == "sendt"))
                or conn.scalar(sa.select(b.bunt_id).where(b.bunt_id == fil_id, b.handling == "send")))  # fmt: skip


def lest_for(conn: Connection, svarfil_sha256: str) -> bool:
    return conn.scalar(sa.select(_S.fil_id).where(_S.svarfil_sha256 == svarfil_sha256).limit(1)) is not None


def lagre_svar(conn: Connection, lest: Svarfil, svarfil_sha256: str, naa: dt.datetime) -> list[tuple[str, str, Kvittering]]:
    """Stores the answers that say something that was not said before, and returns them."""
    har, antall = set(), Counter[tuple[str, str]]()
    for del_ in i_deler(sorted({sak for _, sak, _ in lest.svar})):
        for r in conn.execute(sa.select(oppdragssvar).where(_S.fagsystem_id.in_(del_))):
            har.add((r.fil_id, r.fagsystem_id, r.alvorlighetsgrad, r.kode))
            antall[r.fil_id, r.fagsystem_id] += 1
    nye = [s for s in lest.svar if (s[0], s[1], s[2].status, s[2].grunn) not in har]
    rader = []
    for fil_id, sak, k in nye:
        antall[fil_id, sak] += 1
        rader.append({"fil_id": fil_id, "fagsystem_id": sak, "nr": antall[fil_id, sak], "alvorlighetsgrad": k.status, "kode": k.grunn,
                      "tekst": k.tekst, "svarfil_sha256": svarfil_sha256, "tid": naa})  # fmt: skip
    if rader:
        conn.execute(oppdragssvar.insert(), rader)
    return nye


def om_betalingene(conn: Connection, bunt_id: str, svar: Sequence[tuple[str, Kvittering]], melding_id: str) -> list[Kvittering]:
    """The answers about a batch as answers about its payments, as a bank gives them."""
    saker: dict[str, str] = {}
    for del_ in i_deler(sorted({sak for sak, _ in svar})):
        sporring = sa.select(_O.fagsystem_id, vedtak.c.sak_id).join_from(oppdragslinje, vedtak, vedtak.c.vedtak_id == _O.vedtak_id)
        saker |= dict(map(tuple, conn.execute(sporring.where(_O.fil_id == bunt_id, _O.fagsystem_id.in_(del_)))))
    kjeder = {n.fagsystem_id: x for n, x in buntens_kjeder(conn, bunt_id, sorted(set(saker.values()))).items()}
    return [Kvittering(melding_id, bunt_id, x.ende_til_ende_id, k.status, k.grunn, LINJE, k.tekst, sak)
            for sak, k in svar for x in kjeder[sak]]  # fmt: skip


def ubesvarte(conn: Connection, fil_id: str) -> tuple[int, dict[str, Kvitteringsstand]]:
    """(messages of the file without a final answer, fagsystem_id → what the answers to those that have any come to)."""
    svar = svarstand(conn, _S.fil_id == fil_id)
    saker = conn.scalars(sa.select(_O.fagsystem_id).where(_O.fil_id == fil_id).distinct()).all()
    stander = {sak: svar.get((fil_id, sak)) for sak in saker}
    return sum(utfall(s) == APEN for s in stander.values()), {sak: s for sak, s in stander.items() if s is not None}
