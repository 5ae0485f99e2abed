"""Numbers and sums of the append-only tables, written into the chain at the end of each run and compared when it is verified.

Rows are only added, so a number can grow and never shrink. What one finished run decided stays exactly as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.tabeller import BARE_TILFOY, bunt, metadata, revisjonslogg, vedtak
from kjerne.revisjon.kjede import Funn

LOGGER = ("egenskap", "oppslagslogg", "revisjonslogg")  # the chain counts itself; who looked is no part of a run
FERDIG, LAGET = "kjoring.ferdig", "bunt.laget"


def tell(conn: Connection) -> dict[str, dict[str, int]]:
    """For each append-only table the number of rows and the sum of each amount."""
    ut = {}
    for navn in BARE_TILFOY:
        if navn in LOGGER:
            continue
        tabell = metadata.tables[navn]
        belop = [k for k in tabell.c if k.name.endswith("_ore")]
        rad = conn.execute(sa.select(sa.func.count(), *(sa.func.coalesce(sa.func.sum(k), 0) for k in belop)).select_from(tabell)).one()
        ut[navn] = dict(zip(("antall", *(k.name for k in belop)), map(int, rad), strict=True))
    return ut


def avgjort(conn: Connection, kjoring_id: str = "") -> dict[str, dict[str, int]]:
    """For each run (or for this one) how many decisions it made, and what they add up to."""
    v = vedtak.c
    sporring = sa.select(v.kjoring_id, sa.func.count(), sa.func.sum(v.belop_ore)).group_by(v.kjoring_id)
    if kjoring_id:
        sporring = sporring.where(v.kjoring_id == kjoring_id)
    return {id_: {"antall": antall, "belop_ore": int(belop)} for id_, antall, belop in conn.execute(sporring)}


def regnskap(conn: Connection, kjoring_id: str) -> dict:
    """What the event of a finished run holds."""
    ingen = {"antall": 0, "belop_ore": 0}
    return {"vedtak": avgjort(conn, kjoring_id).get(kjoring_id, ingen), "tabeller": tell(conn)}


def avvik(conn: Connection) -> Iterator[Funn]:
    """Where the tables are not as the chain says."""
    naa, kjoringer = tell(conn), avgjort(conn)
    minst: dict[tuple[str, str], tuple[int, int]] = {}  # (table, column) → (number, event)
    for nr, objekt, detaljer in _hendelser(conn, FERDIG):
        id_ = objekt.partition(":")[2]
        if (fikk := kjoringer.get(id_, {"antall": 0, "belop_ore": 0})) != detaljer["vedtak"]:
            yield Funn(nr, f"Kjøring {id_} har {_vis(fikk)} i vedtak, men hadde {_vis(detaljer['vedtak'])} da den var ferdig.")
        for tabell, tall in detaljer["tabeller"].items():
            for kolonne, verdi in tall.items():
                minst[tabell, kolonne] = max(minst.get((tabell, kolonne), (0, 0)), (verdi, nr))
    for (tabell, kolonne), (verdi, nr) in minst.items():
        if (fikk := naa.get(tabell, {}).get(kolonne, 0)) < verdi:
            yield Funn(nr, f"Tabellen {tabell} har {kolonne} {fikk}, men hadde {verdi}: rader er tatt bort eller endret.")
    yield from _bunter(conn)


def _vis(tall: dict[str, int]) -> str:
    return f"{tall['antall']} og {tall['belop_ore']} øre"


def _bunter(conn: Connection) -> Iterator[Funn]:
    """Each batch is made by an event, and is what the event says."""
    b = bunt.c
    lagret = {rad.bunt_id: rad for rad in conn.execute(sa.select(b.bunt_id, b.antall, b.sum_ore, b.innhold_sha256, b.laget_av))}
    sett = set()
    for nr, objekt, d in _hendelser(conn, LAGET, revisjonslogg.c.av):
        sett.add(id_ := objekt.partition(":")[2])
        rad = lagret.get(id_)
        if rad is None:
            yield Funn(nr, f"Bunt {id_} finnes ikke lenger.")
        elif (rad.antall, rad.sum_ore, rad.innhold_sha256, rad.laget_av) != (d["antall"], d["sum_ore"], d["innhold_sha256"], d["av"]):
            yield Funn(nr, f"Bunt {id_} er ikke den som ble laget.")
    for id_ in sorted(lagret.keys() - sett):
        yield Funn(0, f"Bunt {id_} er lagt inn uten at noen hendelse forteller om den.")


def _hendelser(conn: Connection, hendelse: str, *mer: sa.ColumnElement) -> Iterator[tuple[int, str, dict]]:
    """Number, object and details of each event of this kind; the columns in `mer` join the details."""
    r = revisjonslogg.c
    for rad in conn.execute(sa.select(r.nr, r.objekt, r.detaljer, *mer).where(r.hendelse == hendelse).order_by(r.nr)).all():
        yield rad.nr, rad.objekt, json.loads(rad.detaljer) | {k.name: rad._mapping[k.name] for k in mer}
