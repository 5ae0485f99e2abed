"""The bank's answers put to use: stored, laid together line by line, booked, once each whatever comes twice or in another order (I20)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.bulk import sett_inn
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.id import uuid5_mange
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.tabeller import bunt_linje, kvittering, kvitteringsfil, linje, linjestand
from kjerne.utbetaling import hovedbok
from kjerne.utbetaling.bunt import Bunt, tilgjengelige_bunter
from kjerne.utbetaling.buntlinje import LINJEKOLONNER, Buntlinje, i_deler
from kjerne.utbetaling.hendelse import laas_bunt, ny_hendelse
from kjerne.utbetaling.kvittering.orden import DELVIS, RETUR, Kvitteringsstand, slaa_sammen, stand_av
from kjerne.utbetaling.kvittering.post import GRUPPE, LINJE, MELDING, Kvittering, kvitteringsfeil
from kjerne.utbetaling.kvittering.tiltak import Tiltak, tiltak
from kjerne.utbetaling.pain001 import betalingsinfo_id

_NAVNEROM = uuid.UUID("51c0b2de-8c43-5f0c-a0b4-9a3c5c1f6d10")
_K, _S = kvittering.c, linjestand.c
_MANGE = 900  # values in one question
OPPGJORT, AVVIST, I_RETUR, MOTSTRID = "oppgjort", "avvist", "retur", "motstrid"


@dataclass
class Brukt:
    """What a file of receipts came to. `stans`: why the payments must be stopped, when they must."""

    fil_sha256: str
    bunt_id: str = ""
    lest: int = 0
    nye: int = 0
    lest_for: bool = False
    stand: Counter[str] = field(default_factory=Counter)  # lines that got a final answer now
    belop_ore: Counter[str] = field(default_factory=Counter)
    tiltak: Counter[str] = field(default_factory=Counter)  # what is to be done with the refused
    avvik: dict[str, int] = field(default_factory=dict)
    kvittert: bool = False  # every line of the batch now has a final answer
    stans: str = ""


class SendtFraBasen:
    """What we know that we sent, for the readers of receipts."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def bunt(self, bunt_ref: str) -> tuple[int, int] | None:
        for en in tilgjengelige_bunter(self._conn, bunter=[bunt_ref]):
            return (en.antall, en.sum_ore) if en.er_ute else None
        return None

    def linjer(self, bunt_ref: str, ider: Sequence[str]) -> Mapping[str, int]:
        ut: dict[str, int] = {}
        for fra in range(0, len(ider), _MANGE):
            sporring = sa.select(bunt_linje.c.ende_til_ende_id, linje.c.belop_ore).join(linje, linje.c.linje_id == bunt_linje.c.linje_id)
            noen = bunt_linje.c.ende_til_ende_id.in_(ider[fra : fra + _MANGE])
            ut |= dict(map(tuple, self._conn.execute(sporring.where(bunt_linje.c.bunt_id == bunt_ref, noen))))
        return ut


def bruk(
    conn: Connection, kvitteringer: Sequence[Kvittering], fil_sha256: str, filnavn: str, format_: str, avvik: Mapping[str, int], av: str,
    naa: dt.datetime,
) -> Brukt:  # fmt: skip
    """Stores the answers of one file and what they mean for each line, in the caller's transaction. The same file again: no change.
    Raises Ordningsfeil for another file under a message id that has been used."""
    ut = Brukt(fil_sha256, lest=len(kvitteringer), avvik=dict(avvik))
    bunter = sorted({k.bunt_ref for k in kvitteringer})
    if len(bunter) != 1:
        raise kvitteringsfeil("Filen svarer ikke på nøyaktig én betalingsfil.")
    denne = laas_bunt(conn, bunter[0])
    ut.bunt_id = denne.bunt_id
    if conn.scalar(sa.select(kvitteringsfil.c.fil_sha256).where(kvitteringsfil.c.fil_sha256 == fil_sha256)):
        ut.lest_for = True
        return ut
    _krev_ny_melding(conn, {k.melding_id for k in kvitteringer}, fil_sha256)
    _lagre(conn, ut, denne, kvitteringer, filnavn, format_, av, naa)
    feilpunkt("kvittering.etter_lagring")
    nye = _nye_standpunkt(conn, denne, kvitteringer, ut)
    _bokfor(conn, denne, nye, ut, naa)
    feilpunkt("kvittering.etter_bokforing")
    if not _ubesvarte(conn, denne) and denne.tilstand == "sendt":
        ny_hendelse(conn, denne, "kvitter", av, naa)
        ut.kvittert = True
    return ut


def _krev_ny_melding(conn: Connection, meldinger: Iterable[str], fil_sha256: str) -> None:
    for melding in meldinger:
        if conn.scalar(sa.select(_K.fil_sha256).where(_K.melding_id == melding, _K.fil_sha256 != fil_sha256).limit(1)):
            raise kvitteringsfeil("Filen har samme meldings-id som en annen fil, men et annet innhold.",
                                  gjor="Spør banken hvilken av dem som gjelder.")  # fmt: skip


def _lagre(
    conn: Connection, ut: Brukt, denne: Bunt, alle: Sequence[Kvittering], filnavn: str, format_: str, av: str, naa: dt.datetime
) -> None:  # fmt: skip
    ider = uuid5_mange(_NAVNEROM, ("\n".join(k._replace(tekst="")) for k in alle))
    ut.nye = len(set(ider))
    conn.execute(kvitteringsfil.insert().values(
        fil_sha256=ut.fil_sha256, ordning=denne.ordning, filnavn=filnavn, format=format_, lest=ut.lest, nye=ut.nye,
        avvik=json_tekst(dict(ut.avvik)), av=av, tid=naa))  # fmt: skip
    sett_inn(conn, kvittering, {
        "kvittering_id": ider, "fil_sha256": ut.fil_sha256, "melding_id": [k.melding_id for k in alle], "bunt_id": denne.bunt_id,
        "nivaa": [k.nivaa for k in alle], "ende_til_ende_id": [k.ende_til_ende_id for k in alle], "gruppe": [k.gruppe for k in alle],
        "status": [k.status for k in alle], "grunner": [k.grunn for k in alle], "tekst": [k.tekst for k in alle], "tid": naa,
    })  # fmt: skip


Nytt = tuple[str, Buntlinje, str | None, str]  # id of the payment, its line, how it stood, how it stands now


def _nye_standpunkt(conn: Connection, denne: Bunt, kvitteringer: Sequence[Kvittering], ut: Brukt) -> list[Nytt]:
    """The lines for which the answers now come to something else than before."""
    felles = any(k.nivaa != LINJE and k.status != DELVIS for k in kvitteringer)
    navngitte = None if felles else {k.ende_til_ende_id for k in kvitteringer if k.nivaa == LINJE}
    alle = les_stand(conn, denne, navngitte)
    naa = _gjeldende(conn, denne.bunt_id)
    nye: list[Nytt] = []
    for ende, (en, stand) in alle.items():
        hva, gjor = _endelig(stand), tiltak(stand)
        if gjor.handling == "stans" and not ut.stans:
            ut.stans = gjor.tekst
        if hva and hva != naa.get(ende):
            nye.append((ende, en, naa.get(ende), hva))
            if hva == AVVIST:
                ut.tiltak[gjor.handling] += 1
    return nye


def les_stand(conn: Connection, denne: Bunt, navngitte: set[str] | None = None) -> dict[str, tuple[Buntlinje, Kvitteringsstand]]:
    """For each payment of the batch (or of those named) that anything has been said about: its line, and all that was said."""
    sporring = sa.select(_K.nivaa, _K.gruppe, _K.ende_til_ende_id, _K.status, _K.grunner).where(_K.bunt_id == denne.bunt_id)
    om_alle: dict[tuple[str, str], list[Kvittering]] = {}
    om_en: dict[str, list[Kvittering]] = {}
    for nivaa, gruppe, ende, status, grunner in conn.execute(sporring):
        k = Kvittering("", denne.bunt_id, ende, status, grunner, nivaa, "", gruppe)
        if nivaa == LINJE:
            if navngitte is None or ende in navngitte:
                om_en.setdefault(ende, []).append(k)
        elif status != DELVIS:
            om_alle.setdefault((nivaa, gruppe if nivaa == GRUPPE else ""), []).append(k)
    samlet = {n: reduce(slaa_sammen, k, None) for n, k in om_alle.items()}
    ut: dict[str, tuple[Buntlinje, Kvitteringsstand]] = {}
    for ende, en in _linjer(conn, denne.bunt_id, om_en if navngitte is not None and not samlet else None):
        gruppe = betalingsinfo_id(denne.bunt_id, en.klasse)
        deler = [*map(stand_av, om_en.get(ende, ())), *filter(None, (samlet.get((MELDING, "")), samlet.get((GRUPPE, gruppe))))]
        if deler and (navngitte is None or ende in navngitte):
            ut[ende] = (en, reduce(slaa_sammen, deler))
    return ut


def _linjer(conn: Connection, bunt_id: str, bare: Iterable[str] | None) -> Iterable[tuple[str, Buntlinje]]:
    from kjerne.lager.id import ende_til_ende_id

    sporring = sa.select(*LINJEKOLONNER).join_from(linje, bunt_linje, bunt_linje.c.linje_id == linje.c.linje_id)
    sporring = sporring.where(bunt_linje.c.bunt_id == bunt_id).order_by(bunt_linje.c.linje_id)
    bare = None if bare is None else sorted(bare)
    deler = [None] if bare is None else [bare[i : i + _MANGE] for i in range(0, len(bare), _MANGE)]
    for del_ in deler:
        egne = sporring if del_ is None else sporring.where(bunt_linje.c.ende_til_ende_id.in_(del_))
        for linjer in i_deler(conn, egne):
            yield from ((ende_til_ende_id(en.linje_id, en.forsok), en) for en in linjer)


def _endelig(stand: Kvitteringsstand) -> str | None:
    """How the payment has ended; None while it has not."""
    if stand.motstrid:
        return MOTSTRID
    if stand.status == RETUR:
        return I_RETUR
    if stand.status in ("ACSC", "00", "04"):
        return OPPGJORT
    return AVVIST if stand.avvist and stand.status in ("RJCT", "08") else None


def _gjeldende(conn: Connection, bunt_id: str) -> dict[str, str]:
    """How the payments of the batch stand in what is booked."""
    sporring = (
        sa.select(_S.ende_til_ende_id, _S.stand).join(bunt_linje, bunt_linje.c.ende_til_ende_id == _S.ende_til_ende_id)
        .where(bunt_linje.c.bunt_id == bunt_id).order_by(_S.ende_til_ende_id, _S.nr)
    )  # fmt: skip
    return dict(map(tuple, conn.execute(sporring)))


def _bokfor(conn: Connection, denne: Bunt, nye: list[Nytt], ut: Brukt, naa: dt.datetime) -> None:
    """Writes how the lines stand now, and moves the money in the ledger. A line that was settled and comes back has been both."""
    rader = []
    for ende, en, for_, hva in nye:
        trinn = [OPPGJORT, I_RETUR] if hva == I_RETUR and for_ is None else [hva]
        rader += [(ende, en, nr, ett) for nr, ett in enumerate(trinn, 1 if for_ is None else _neste_nr(conn, ende))]
        ut.stand[hva] += 1
        ut.belop_ore[hva] += en.belop_ore
    sett_inn(conn, linjestand, {
        "ende_til_ende_id": [r[0] for r in rader], "nr": [r[2] for r in rader], "stand": [r[3] for r in rader], "kvittering_id": None,
        "tid": naa,
    })  # fmt: skip
    for art in (OPPGJORT, AVVIST, I_RETUR):
        if linjer := [en for _, en, _, stand in rader if stand == art]:
            hovedbok.besvart(conn, art, ut.fil_sha256[:16], denne, linjer, naa.date(), naa)


def _neste_nr(conn: Connection, ende: str) -> int:
    return conn.scalar(sa.select(sa.func.count()).where(_S.ende_til_ende_id == ende)) + 1


def _ubesvarte(conn: Connection, denne: Bunt) -> int:
    uten = ~sa.exists().where(_S.ende_til_ende_id == bunt_linje.c.ende_til_ende_id)
    return conn.scalar(sa.select(sa.func.count()).where(bunt_linje.c.bunt_id == denne.bunt_id, uten))


def ny_betaling_av(conn: Connection, denne: Bunt, ende: str) -> Tiltak:
    """What is to be done with one payment, in words."""
    for _, stand in les_stand(conn, denne, {ende}).values():
        return tiltak(stand)
    raise Ordningsfeil("Betalingen er ikke besvart.", f"bunt {denne.bunt_id}", "Vent på kvitteringen.", kode=2)
