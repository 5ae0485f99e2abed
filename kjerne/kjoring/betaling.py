"""Step 6 and what comes after humans have approved: the batch, and the file to the bank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.drift.telemetri import slaa_av
from kjerne.kjoring.betalingsformat import skriver_for
from kjerne.kjoring.buntkontroll import kontroller_bunt
from kjerne.kjoring.gjenoppretting import krev_sikker_base
from kjerne.kjoring.kontrollsteg import kontroller, kontroller_bunter, logg_kontroller
from kjerne.kjoring.kvalitetssteg import les_plan
from kjerne.kjoring.port import port
from kjerne.kjoring.rom import Arbeidsrom, Kjoring
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kvalitet import har_linjekontroller
from kjerne.lager.motor import lesende
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon import logg
from kjerne.tilgang import krev
from kjerne.utbetaling.avstemming import Filpost, prov_bunt
from kjerne.utbetaling.bankdag import neste_bankdag
from kjerne.utbetaling.bunt import Bunt, tilgjengelige_bunter, vis_bunt
from kjerne.utbetaling.buntlaging import Grenser, lag_bunt
from kjerne.utbetaling.hendelse import ny_hendelse
from kjerne.utbetaling.ramme import Ramme
from kjerne.utbetaling.utsending import Sending, send

SYSTEM = "system"


def bunt(k: Kjoring) -> dict:
    """Puts every free line that no control holds into a batch (or several, at the limit), and controls the batch. Prepared, not approved.

    Raises Kvalitetsstopp when a check of the lines fails, and Ordningsfeil (kode 3) when a control cannot be carried out; then no batch
    is made.
    """
    u = k.verk.manifest.utbetaling
    port(k.rom, k.verk, "godkjent", hva="Å lage en betalingsbunt")
    plan = les_plan(k.verk)
    slaa_av()
    dag = neste_bankdag(max(k.grunnlag.vedtaksdato, k.rom.klokke.idag()) + dt.timedelta(days=2))
    grenser = Grenser(u.maks_per_sak * 100, u.maks_per_bunt * 100)
    with k.rom.motor.begin() as conn:
        kontrollert = kontroller(conn, k, dag)
        ny = lag_bunt(conn, k.ordning, k.id, k.grunnlag.laget_av, dag, grenser, k.rom.klokke.naa(), _utelatt(k, kontrollert.utelatt))
        if ny and har_linjekontroller(plan):
            kontroller_bunt(conn, k, plan, ny, dag)
        apne = kontroller_bunter(conn, k, ny.bunter if ny else (), kontrollert)
        for b in ny.bunter if ny else ():
            if not apne[b.bunt_id]:
                ny_hendelse(conn, b, "kontroller", SYSTEM, k.rom.klokke.naa())
        logg_kontroller(conn, k, kontrollert)
        for b in ny.bunter if ny else ():
            detaljer = {"ordning": b.ordning, "kjoring_id": b.kjoring_id, "antall": b.antall, "sum_ore": b.sum_ore,
                        "innhold_sha256": b.innhold_sha256}
            logg(conn, "bunt.laget", f"bunt:{b.bunt_id}", b.laget_av, detaljer, b.laget_tid)
    k.rom.foranker()
    with lesende(k.rom.motor) as conn:  # those of this run, also when an attempt that was killed had made them
        laget = tilgjengelige_bunter(conn, kjoring_id=k.id)
    return {"bunter": sorted(b.bunt_id for b in laget), "linjer": sum(b.antall for b in laget), "sum_ore": sum(b.sum_ore for b in laget)}


def _utelatt(k: Kjoring, holdt: sa.Select | None) -> sa.Select | sa.CompoundSelect | None:
    """Lines that are not to be in the batch: held by a control, or waiting for the receiver to have accepted what they build on."""
    if not k.verk.manifest.utbetaling.er_oppdrag:
        return holdt
    from kjerne.utbetaling.oppdrag.rekkefolge import maa_vente

    return maa_vente(k.ordning) if holdt is None else sa.union_all(holdt, maa_vente(k.ordning))


def rammer_for(verk: Regelverk, denne: Bunt) -> list[Ramme]:
    """The limits that the batch shares with others: of its day, and of the appropriation."""
    u, ut = verk.manifest.utbetaling, []
    if u.maks_per_dag:
        nokkel = f"{denne.ordning}/dag/{denne.betalingsdato.isoformat()}"
        ut.append(Ramme("dag", nokkel, u.maks_per_dag * 100, f"dagsrammen for {denne.betalingsdato:%d.%m.%Y}"))
    if u.bevilgning:
        b = u.bevilgning
        ut.append(Ramme("bevilgning", f"{denne.ordning}/bevilgning/{b.navn}", b.kroner * 100, f"bevilgningen {b.navn}"))
    return ut


def utbetal(rom: Arbeidsrom, verk: Regelverk, bunt_id: str, av: str) -> Sending:
    """Writes the payment file of a disposed batch, once. Batch, file and ledger are held against each other first. Raises Ordningsfeil
    (kode 4) when it is not disposed, payments are stopped, or the scheme may not pay; (kode 1) when one øre differs."""
    port(rom, verk, "godkjent", "lukket", hva="Å betale")
    with lesende(rom.motor) as conn:
        krev(conn, av, "send", alle_roller=rom.krev_syntetisk)
        skriver = skriver_for(rom, verk, vis_bunt(conn, bunt_id))
    krev_sikker_base(rom, verk.id)
    skriver.forbered()

    def sendt(conn: Connection, denne: Bunt, fil_sha256: str) -> None:
        logg(conn, "bunt.sendt", f"bunt:{denne.bunt_id}", av, {"fil_sha256": fil_sha256}, rom.klokke.naa())

    s = send(rom.motor, bunt_id, av, skriver, rom.betalingsmappe, rom.klokke.naa, prov=_prov, etter=sendt)
    rom.foranker()
    return s


def _prov(conn: Connection, denne: Bunt, filen: Iterator[Filpost]) -> None:
    if avvik := prov_bunt(conn, denne, filen):
        raise Ordningsfeil(f"Bunten, filen og hovedboken er ikke enige: {avvik[0].tekst}.", f"bunt {denne.bunt_id}",
                           "Stans utbetalingen og meld feilen.", "Filen er forkastet, og ingen penger er sendt.")  # fmt: skip


def filsti(rom: Arbeidsrom, sending: Sending) -> Path:
    return rom.betalingsmappe / sending.filnavn
