"""I07, I08: every state × act × role, and every event that somebody could write in SQL: no edge is skipped, none is invented."""

from __future__ import annotations

import itertools
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
import sqlalchemy as sa
from lagereksempel import DAG, GRENSER, NAA, ORDNING, fatt, lag_bunt

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import oppgradering
from kjerne.lager import tabeller as t
from kjerne.tilgang import HANDLINGER, ROLLER, har_lov, krev, registrer
from kjerne.utbetaling import hovedbok
from kjerne.utbetaling.bunt import Bunt, vis_bunt
from kjerne.utbetaling.godkjenning import Sett, attester, avbryt, disponer
from kjerne.utbetaling.hendelse import laas_bunt, ny_hendelse
from kjerne.utbetaling.tilstand import BEGYNNELSE, OVERGANGER, TILSTANDER, lovlig

VEIER = {  # how a batch comes to each state: who does what
    "forberedt": (), "kontrollert": ("kontroller",), "attestert": ("kontroller", "attester"),
    "disponert": ("kontroller", "attester", "disponer"), "sendt": ("kontroller", "attester", "disponer", "send"),
    "kvittert": ("kontroller", "attester", "disponer", "send", "kvitter"),
    "avstemt": ("kontroller", "attester", "disponer", "send", "kvitter", "avstem"),
    "avvist": ("avvis",), "trukket": ("trekk",), "stanset": ("stans",),
}  # fmt: skip


@pytest.fixture
def base(lager):
    """People with one role each, and lines enough for many batches."""
    with lager.begin() as conn:
        fatt(conn, 400)
        for rolle in ROLLER:
            for nr in (1, 2):
                registrer(conn, f"{rolle}{nr}", f"person-{rolle}{nr}", rolle, [rolle], "leder", NAA)
    return lager


def ny_bunt(conn) -> Bunt:
    """A batch of one line: all others are left out."""
    forste = sa.select(sa.func.min(t.linje.c.linje_id)).where(~sa.exists().where(t.bunt_linje.c.linje_id == t.linje.c.linje_id))
    utelatt = sa.select(t.linje.c.linje_id).where(t.linje.c.linje_id != forste.scalar_subquery())
    return lag_bunt(conn, ORDNING, "k1", "operator1", DAG, GRENSER, NAA, utelatt).bunter[0]


def gjor(conn, b: Bunt, handling: str, av: str) -> Bunt:
    """The act as the product does it, when the role allows it."""
    krev(conn, av, handling, alle_roller=False)
    if handling == "attester":
        return attester(conn, b.bunt_id, av, Sett.av_bunt(b), NAA)
    if handling == "disponer":
        return disponer(conn, b.bunt_id, av, Sett.av_bunt(b), [], NAA)
    if handling in ("avvis", "trekk", "stans"):
        return avbryt(conn, b.bunt_id, handling, av, "fordi", NAA)
    denne = laas_bunt(conn, b.bunt_id)
    if handling == "send" and denne.hendelse("disponer"):
        hovedbok.sendt(conn, denne, NAA)
    if handling == "kvitter" and denne.er_ute:
        ender = conn.scalars(sa.select(t.bunt_linje.c.ende_til_ende_id).where(t.bunt_linje.c.bunt_id == b.bunt_id)).all()
        for ende in ender:
            if not conn.scalar(sa.select(t.linjestand.c.nr).where(t.linjestand.c.ende_til_ende_id == ende)):
                conn.execute(t.linjestand.insert().values(ende_til_ende_id=ende, nr=1, stand="oppgjort", tid=NAA))
    return ny_hendelse(conn, denne, handling, av, NAA, fil_sha256="f" if handling == "send" else None)


def bunt_i(motor, tilstand: str) -> Bunt:
    hvem = {h: f"{sorted(HANDLINGER[h] - {'system'})[0]}1" for h in OVERGANGER}
    with motor.begin() as conn:
        b = ny_bunt(conn)
        for handling in VEIER[tilstand]:
            b = gjor(conn, b, handling, hvem[handling])
    assert b.tilstand == tilstand
    return b


def test_hver_tilstand_handling_og_rolle(base):
    """900 combinations. What is allowed goes where it should, and what is not leaves the batch as it was."""
    telt: Counter[str] = Counter()
    for tilstand in TILSTANDER:
        b = bunt_i(base, tilstand)
        for handling, rolle in itertools.product(OVERGANGER, ROLLER):
            av, skal = f"{rolle}2", lovlig(handling, tilstand) and har_lov([rolle], handling)
            gjentatt = OVERGANGER[handling][1] == tilstand and har_lov([rolle], handling) and handling in ("avvis", "trekk", "stans")
            try:
                with base.begin() as conn:
                    etter = gjor(conn, b, handling, av)
            except Ordningsfeil as feil:
                assert not skal and feil.kode == 4, (tilstand, handling, rolle, str(feil))
                with base.connect() as conn:
                    assert vis_bunt(conn, b.bunt_id).hendelser == b.hendelser
                telt["nektet"] += 1
            else:
                assert skal or gjentatt, (tilstand, handling, rolle)
                assert etter.tilstand == OVERGANGER[handling][1]
                telt["gjort"] += not gjentatt
                telt["igjen"] += gjentatt
                b = b if gjentatt else bunt_i(base, tilstand)
    assert telt["gjort"] == sum(len(fra) * len(HANDLINGER[h]) for h, (fra, _) in OVERGANGER.items())
    assert telt.total() == 900 == len(TILSTANDER) * len(OVERGANGER) * len(ROLLER)


def test_hver_hendelse_noen_kunne_skrevet_i_sql(base):
    """Every state × act × target, written straight into the table: only the edges get through."""
    slapp_gjennom = set()
    for fra in TILSTANDER:
        b = bunt_i(base, fra)
        with base.begin() as conn:
            for art in ("disponert", "sendt"):  # the ledger is in order, so that the edge alone decides
                to = [hovedbok.Postering(konto, "k", None, None, "x", ore) for konto, ore in (("stonad", 1), ("mottaker", -1))]
                hovedbok.for_(conn, art, b.bunt_id, ORDNING, DAG, NAA, to)
        for handling, til in itertools.product(OVERGANGER, TILSTANDER):
            rad = {"bunt_id": b.bunt_id, "nr": len(b.hendelser) + 1, "handling": handling, "tilstand": til, "av": "leder2",
                   "person": "person-leder2", "innhold_sha256": b.innhold_sha256, "grunn": "x", "tid": NAA,
                   "fil_sha256": "f" if handling == "send" else None}  # fmt: skip
            try:
                with base.begin() as conn:
                    conn.execute(t.bunt_hendelse.insert().values(rad))
                    slapp_gjennom.add((fra, handling, til))
                    conn.rollback()
            except sa.exc.IntegrityError:
                continue
    ventet = {(fra, h, til) for h, (alle, til) in OVERGANGER.items() for fra in alle}
    assert slapp_gjennom == ventet - {("sendt", "kvitter", "kvittert")}, "ubesvarte betalinger holder bunten tilbake"


def test_databasen_og_programmet_har_de_samme_overgangene(lager):
    with lager.connect() as conn:
        i_basen = set(map(tuple, conn.execute(sa.select(t.bunt_overgang))))
    assert i_basen == {(h, fra, til) for h, (alle, til) in OVERGANGER.items() for fra in alle}
    fil = Path(oppgradering._MAPPE) / "versions" / "0008_betaling.py"
    modul = module_from_spec(sti := spec_from_file_location("m", fil))
    sti.loader.exec_module(modul)
    assert modul.OVERGANGER == OVERGANGER
    assert set(VEIER) == set(TILSTANDER) and BEGYNNELSE in VEIER


def test_samme_menneske_med_to_kontoer_er_ett(lager):
    with lager.begin() as conn:
        fatt(conn)
        for konto, person in (("kari.op", "kari"), ("kari.att", "kari"), ("kari.bud", "kari"), ("ola.att", "ola"), ("ola.bud", "ola")):
            registrer(conn, konto, person, person, ROLLER, "leder", NAA)
        b = ny_hendelse(conn, lag_bunt(conn, ORDNING, "k1", "kari.op", DAG, GRENSER, NAA).bunter[0], "kontroller", "system", NAA)
    for av in ("kari.att", "KARI.ATT ", "kari"):
        with pytest.raises(Ordningsfeil, match="laget bunten"), lager.begin() as conn:
            attester(conn, b.bunt_id, av, Sett.av_bunt(b), NAA)
    with lager.begin() as conn:
        attester(conn, b.bunt_id, "ola.att", Sett.av_bunt(b), NAA)
    for av in ("ola.bud", "kari.bud"):
        with pytest.raises(Ordningsfeil, match="kan ikke"), lager.begin() as conn:
            disponer(conn, b.bunt_id, av, Sett.av_bunt(b), [], NAA)


def test_ingen_godkjenner_penger_til_seg_selv(lager):
    """The employee is registered as the person who gets one of the payments."""
    with lager.begin() as conn:
        fatt(conn)
        b = ny_hendelse(conn, lag_bunt(conn, ORDNING, "k1", "Kari", DAG, GRENSER, NAA).bunter[0], "kontroller", "system", NAA)
        mottaker = conn.scalar(sa.select(t.linje.c.person_id))
        registrer(conn, "per", mottaker, "Per", ["attestant"], "leder", NAA)
    with pytest.raises(Ordningsfeil, match="til seg selv"), lager.begin() as conn:
        attester(conn, b.bunt_id, "per", Sett.av_bunt(b), NAA)
