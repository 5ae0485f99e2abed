"""Reconciliation: batches, files, receipts and ledger of a scheme held against each other. A difference stops the payments."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kjoring.betaling import SYSTEM
from kjerne.kjoring.betalingsformat import skriver_for
from kjerne.kjoring.grensesnittsteg import Grensesnitt, grensesnittavstem
from kjerne.kjoring.oppdragssteg import prov_nedgangsfiler
from kjerne.kjoring.rom import Arbeidsrom, Fremdrift, taus
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.fil import sha256_av_fil
from kjerne.lager.kanonisk import json_tekst, sha256
from kjerne.lager.motor import laas, lesende
from kjerne.lager.tabeller import avstemming
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon import logg, segl
from kjerne.tilgang import krev
from kjerne.utbetaling import hovedbok, stopp
from kjerne.utbetaling.avstemming import VIST, Avvik, prov_bilag, prov_bunt, prov_krav
from kjerne.utbetaling.bunt import Bunt, tilgjengelige_bunter
from kjerne.utbetaling.hendelse import laas_bunt, ny_hendelse
from kjerne.utbetaling.oppdrag import nedgang
from kjerne.utbetaling.oppdrag.grensesnitt import sendte_filer
from kjerne.utbetaling.utsending import betalingsfiler, filnavn


@dataclass
class Avstemt:
    """What was compared, and what differed."""

    ordning: str
    dato: dt.date
    bunter: int = 0
    klare: tuple[str, ...] = ()  # batches in which all is answered, when nothing differs
    nye: tuple[str, ...] = ()  # batches that are now avstemt
    saldo: dict[str, int] = field(default_factory=dict)
    avvik: list[Avvik] = field(default_factory=list)
    grensesnitt: Grensesnitt | None = None  # what Oppdragssystemet is told, where the scheme uses it

    @property
    def gaar_opp(self) -> bool:
        return not self.avvik


def sammenlign(rom: Arbeidsrom, verk: Regelverk, vis: Fremdrift = taus) -> Avstemt:
    """Compares everything that has been handed over, and changes nothing."""
    ut, filer = Avstemt(verk.id, rom.klokke.idag()), betalingsfiler(rom.betalingsmappe, verk.id)
    with lesende(rom.motor) as conn:
        bunter = [b for b in tilgjengelige_bunter(conn, verk.id) if b.hendelse("disponer")]
        for nr, denne in enumerate(bunter):
            vis("Avstemmer bunter", nr, len(bunter))
            ut.avvik += _en(conn, rom, verk, denne)
        ut.avvik += prov_bilag(conn, verk.id) + prov_krav(conn, verk.id) + prov_nedgangsfiler(conn, rom, verk.id)
        ut.saldo, ut.bunter = hovedbok.saldo(conn, verk.id), len(bunter)
        ukjente = _ukjente(conn, rom, verk, filer)
    ut.avvik += _ikke_sendt(rom, verk, ukjente)
    ut.klare = () if ut.avvik else tuple(b.bunt_id for b in bunter if b.tilstand == "kvittert")
    return ut


def avstem(rom: Arbeidsrom, verk: Regelverk, av: str, vis: Fremdrift = taus) -> Avstemt:
    """Compares everything that has been handed over, and stores the answer. Batches in which all is answered and agrees become avstemt;
    one øre of difference stops the payments of the scheme."""
    with lesende(rom.motor) as conn:
        krev(conn, av, "avstem", alle_roller=rom.krev_syntetisk)
    ut = sammenlign(rom, verk, vis)
    if ut.gaar_opp:
        with lesende(rom.motor) as conn:
            ut.grensesnitt = grensesnittavstem(conn, rom, verk) if sendte_filer(conn, verk.id) else None
        if ut.grensesnitt and ut.grensesnitt.avvik:
            ut.avvik, ut.klare = list(ut.grensesnitt.avvik), ()
    with rom.motor.begin() as conn:
        for bunt_id in ut.klare:
            if (denne := laas_bunt(conn, bunt_id)).tilstand == "kvittert":
                ny_hendelse(conn, denne, "avstem", av, rom.klokke.naa())
                ut.nye += (bunt_id,)
        if ut.gaar_opp:
            ut.nye += _nedgang_avstemt(conn, rom, verk.id, av)
        _lagre(conn, rom, ut, av)
    with rom.motor.begin() as conn:  # what the day has brought is hashed into the log, also when something differs
        laas(conn, "forsegling")
        segl.forsegl(conn, av, rom.klokke.naa())
    rom.foranker()
    return ut


def _nedgang_avstemt(conn: Connection, rom: Arbeidsrom, ordning: str, av: str) -> tuple[str, ...]:
    laas(conn, f"oppdrag:{ordning}")
    klare = [f.fil_id for f in nedgang.filer(conn, ordning) if f.tilstand == "kvittert"]
    for fil_id in klare:
        nedgang.merk(conn, fil_id, "avstemt", av, rom.klokke.naa())
    return tuple(klare)


def _en(conn: Connection, rom: Arbeidsrom, verk: Regelverk, denne: Bunt) -> list[Avvik]:
    if not denne.er_ute:
        return prov_bunt(conn, denne)
    skriver = skriver_for(rom, verk, denne)
    sti = rom.betalingsmappe / filnavn(denne, skriver.endelse)
    if not sti.exists() or sha256_av_fil(sti) != denne.fil_sha256:
        return [Avvik("filen_borte", denne.bunt_id, "", None, None), *prov_bunt(conn, denne)]
    try:
        return prov_bunt(conn, denne, skriver.les(sti))
    except Ordningsfeil:  # the file does not agree with itself
        return [Avvik("filen_borte", denne.bunt_id, "", None, None)]


def _ukjente(conn: Connection, rom: Arbeidsrom, verk: Regelverk, filer: list[Path]) -> list[Path]:
    """Those of the files that are not sent from here."""
    sendt = {filnavn(b, skriver_for(rom, verk, b).endelse) for b in tilgjengelige_bunter(conn, verk.id) if b.er_ute}
    sendt |= {f.filnavn for f in nedgang.filer(conn, verk.id) if f.fil_sha256}
    return [f for f in filer if f.name not in sendt]


def _ikke_sendt(rom: Arbeidsrom, verk: Regelverk, filer: list[Path]) -> list[Avvik]:
    """A file that lies there as if it were sent, and is not: a process that died at the very last moment, or somebody's hand.

    It gets its name a moment before it is written down, so whoever is sending just now is waited for."""
    if not filer:
        return []
    with lesende(rom.motor) as conn:
        paa_vei = [b.bunt_id for b in tilgjengelige_bunter(conn, verk.id) if b.tilstand == "disponert"]
    with rom.motor.begin() as conn:
        laas(conn, f"oppdrag:{verk.id}")
    for bunt_id in paa_vei:
        with rom.motor.begin() as conn:
            laas_bunt(conn, bunt_id)
    with lesende(rom.motor) as conn:
        ukjente = _ukjente(conn, rom, verk, filer)
    return [Avvik("ukjent_fil", f.stem.split("-")[1] if "-" in f.stem else f.stem, "", None, None) for f in ukjente]


def _lagre(conn: Connection, rom: Arbeidsrom, ut: Avstemt, av: str) -> None:
    laas(conn, f"avstemming:{ut.ordning}")
    naa = rom.klokke.naa()
    nr = conn.scalar(sa.select(sa.func.count()).where(avstemming.c.ordning == ut.ordning)) + 1
    antall = Counter(a.hva for a in ut.avvik)
    innhold = json_tekst({"saldo": ut.saldo, "avvik": [[a.hva, a.bunt_id, a.linje, a.ventet_ore, a.fant_ore] for a in ut.avvik[:VIST]],
                          "antall": dict(antall), "nye": list(ut.nye)})  # fmt: skip
    conn.execute(avstemming.insert().values(
        avstemming_id=sha256(f"{ut.ordning}:{nr}")[:32], ordning=ut.ordning, nr=nr, dato=ut.dato, bunter=ut.bunter, avvik=len(ut.avvik),
        innhold=innhold, av=av, tid=naa))  # fmt: skip
    if ut.avvik and stopp.trykk_stopp(conn, ut.ordning, f"Avstemmingen fant {len(ut.avvik)} avvik. {ut.avvik[0].tekst}", SYSTEM, naa):
        logg(conn, "stopp.stopp", f"omfang:{ut.ordning}", SYSTEM, {"avvik": len(ut.avvik)}, naa)
    if ut.grensesnitt:
        g = ut.grensesnitt
        logg(conn, "avstemming.grensesnitt", f"ordning:{ut.ordning}", av, {"avstemming_id": g.avstemming_id, "fil_sha256": g.sha256,
             "antall": g.antall, "sum_ore": g.sum_ore} | {n: v[0] for n, v in g.per_utfall.items()}, naa)  # fmt: skip
    detaljer = {"nr": nr, "bunter": ut.bunter, "avvik": len(ut.avvik)} | {f"{n}_ore": v for n, v in ut.saldo.items()}
    logg(conn, "avstemming.gjort", f"ordning:{ut.ordning}", av, detaljer, naa)


def siste(rom: Arbeidsrom, ordning: str) -> sa.Row | None:
    """The newest reconciliation of the scheme; None when there is none."""
    with lesende(rom.motor) as conn:
        return siste_i(conn, ordning)


def siste_i(conn: Connection, ordning: str) -> sa.Row | None:
    """As `siste`, at the moment of the connection."""
    a = avstemming.c
    return conn.execute(sa.select(avstemming).where(a.ordning == ordning).order_by(a.nr.desc()).limit(1)).one_or_none()
