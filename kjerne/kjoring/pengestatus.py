"""Where the money of a scheme is, for the daily report: with the bank, refused, held, to be recovered, and what stands still."""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.drift.tall import antall, dato_kort
from kjerne.kjoring.avstemmingssteg import siste_i
from kjerne.kjoring.kontrollsteg import stopper_na
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontroll.funn import funnliste
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import bunt, bunt_hendelse, bunt_linje, linje, linjestand, revurdering, revurdering_hendelse
from kjerne.styring.rapporttall import Gruppe, Hinder, Penger
from kjerne.utbetaling.ny_betaling import som_kan_betales_paa_nytt
from kjerne.utbetaling.stopp import ALLE, stoppet
from kjerne.utbetaling.tilbakekreving import kravliste

KRAV = {"opprettet": "Krav som ikke er varslet", "varslet": "Krav som er varslet", "vedtatt": "Krav som er vedtatt",
        "oversendt": "Krav sendt til innkreving", "frafalt": "Krav som er gitt opp"}  # fmt: skip
STAND = {"oppgjort": "Gjort opp av banken", "": "Sendt, banken har ikke svart", "avvist": "Avvist av banken", "retur": "Kom i retur",
         "motstrid": "Både godtatt og avvist"}  # fmt: skip
_B = bunt_linje.c


def pengestatus(conn: Connection, ordning: str) -> Penger:
    """Payments by how they ended, lines that controls hold, claims, and what stands in the way. A payment that was refused and tried
    again counts as both, so what came to nothing is `ikke_fram_ore`."""
    sendt = _sendt(conn, ordning)
    grupper = [Gruppe(navn or "uten_svar", STAND[navn], n, ore) for navn, (n, ore) in sendt.items() if n]
    funn, avstemt = funnliste(conn, ordning), siste_i(conn, ordning)
    holdt = funn[stopper_na(funn) & funn["linje_id"].notna()].drop_duplicates("linje_id")
    if len(holdt):
        grupper.append(Gruppe("holdt", "Holdt av en kontroll", len(holdt), int(holdt["belop_ore"].sum())))
    krav: dict[str, list[int]] = defaultdict(list)
    for k in kravliste(conn, ordning):
        krav[k.tilstand].append(k.belop_ore)
    grupper += [Gruppe(f"krav_{t}", navn, len(krav[t]), sum(krav[t])) for t, navn in KRAV.items() if krav[t]]
    return Penger(tuple(grupper), _ikke_fram(sendt), tuple(_hindre(conn, ordning, avstemt)), _avstemt(avstemt))


def ikke_fram_ore(rom: Arbeidsrom, ordning: str) -> int:
    """What was sent and came to nothing, in øre, whether it is tried again or not."""
    with lesende(rom.motor) as conn:
        return _ikke_fram(_sendt(conn, ordning))


def _ikke_fram(sendt: dict[str, tuple[int, int]]) -> int:
    return sum(ore for navn, (_, ore) in sendt.items() if navn in ("avvist", "retur"))


def _sendt(conn: Connection, ordning: str) -> dict[str, tuple[int, int]]:
    """How each payment that was sent ended (no answer: the empty text) → (how many, øre)."""
    nyere, stand = linjestand.alias("nyere"), linjestand.c
    er_siste = ~sa.exists().where(nyere.c.ende_til_ende_id == stand.ende_til_ende_id, nyere.c.nr > stand.nr)
    er_sendt = sa.exists().where(bunt_hendelse.c.bunt_id == _B.bunt_id, bunt_hendelse.c.handling == "send")
    fra = bunt_linje.join(bunt, bunt.c.bunt_id == _B.bunt_id).join(linje, linje.c.linje_id == _B.linje_id)
    fra = fra.outerjoin(linjestand, sa.and_(stand.ende_til_ende_id == _B.ende_til_ende_id, er_siste))
    sporring = sa.select(stand.stand, sa.func.count(), sa.func.sum(linje.c.belop_ore)).select_from(fra)
    rader = conn.execute(sporring.where(bunt.c.ordning == ordning, er_sendt).group_by(stand.stand))
    funnet = {hvor or "": (int(n), int(ore)) for hvor, n, ore in rader}
    return {navn: funnet.get(navn, (0, 0)) for navn in STAND}


def _hindre(conn: Connection, ordning: str, avstemt: sa.Row | None) -> list[Hinder]:
    """What must be decided first, in the order of the report."""
    ut = []
    for s in stoppet(conn, ordning):
        hva = "Alle utbetalinger" if s.omfang == ALLE else "Utbetalingene"
        ut.append(Hinder("stopp", "Stoppet", f"{hva} er stoppet av {s.av}: {s.grunn}"))
    if avstemt and avstemt.avvik:
        ut.append(Hinder("stopp", "Avvik", f"Den siste avstemmingen fant {antall(avstemt.avvik)} avvik."))
    if n := len(som_kan_betales_paa_nytt(conn, ordning)):
        ut.append(Hinder("naa", "Avvist", f"{antall(n)} betalinger kom ikke fram, og ingen har bestemt hva som skal skje."))
    r, h = revurdering.c, revurdering_hendelse.c
    avgjort = sa.exists().where(h.revurdering_id == r.revurdering_id)
    if n := conn.scalar(sa.select(sa.func.count()).where(r.ordning == ordning, ~avgjort)):
        ut.append(Hinder("naa", "Omgjøring", f"{antall(n)} forslag om å omgjøre vedtak venter på en annen person."))
    return ut


def _avstemt(avstemt: sa.Row | None) -> str:
    if avstemt is None:
        return ""
    hva = f"{antall(avstemt.avvik)} avvik" if avstemt.avvik else "alt går opp"
    return f"Avstemt {dato_kort(avstemt.dato)}: {antall(avstemt.bunter)} bunter holdt mot fil, kvittering og hovedbok, {hva}."
