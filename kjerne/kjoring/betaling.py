"""Step 6 and what comes after a human has approved: the batch, and the file to the bank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kjerne.drift.innstillinger import Betaler
from kjerne.drift.telemetri import slaa_av
from kjerne.kjoring.buntkontroll import kontroller_bunt
from kjerne.kjoring.kvalitetssteg import les_plan
from kjerne.kjoring.port import port
from kjerne.kjoring.rom import Arbeidsrom, Kjoring
from kjerne.kvalitet import har_linjekontroller
from kjerne.lager.id import ende_til_ende_id
from kjerne.lager.motor import lesende
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon import logg
from kjerne.utbetaling.bankdag import neste_bankdag
from kjerne.utbetaling.bunt import Bunt, Grenser, lag_bunt, tilgjengelige_bunter
from kjerne.utbetaling.buntlinje import Buntlinje
from kjerne.utbetaling.utsending import Kontrollertelinjer, Sending, send

if TYPE_CHECKING:
    from kjerne.utbetaling.betalingsfil import Betalingslinje


def bunt(k: Kjoring) -> dict:
    """Puts every line that is in no batch into one (or several, at the limit). Prepared, not approved.

    Raises Kvalitetsstopp when a check of the lines fails, and then no batch is made.
    """
    u = k.verk.manifest.utbetaling
    port(k.rom, k.verk, "godkjent", hva="Å lage en betalingsbunt")
    plan = les_plan(k.verk)
    slaa_av()
    dag = neste_bankdag(max(k.grunnlag.vedtaksdato, k.rom.klokke.idag()) + dt.timedelta(days=2))
    grenser = Grenser(u.maks_per_sak * 100, u.maks_per_bunt * 100)
    with k.rom.motor.begin() as conn:
        ny = lag_bunt(conn, k.ordning, k.id, k.grunnlag.laget_av, dag, grenser, k.rom.klokke.naa())
        if ny and har_linjekontroller(plan):
            kontroller_bunt(conn, k, plan, ny, dag)
        for b in ny.bunter if ny else ():
            detaljer = {"ordning": b.ordning, "kjoring_id": b.kjoring_id, "antall": b.antall, "sum_ore": b.sum_ore,
                        "innhold_sha256": b.innhold_sha256}
            logg(conn, "bunt.laget", f"bunt:{b.bunt_id}", b.laget_av, detaljer, b.laget_tid)
    k.rom.foranker()
    with lesende(k.rom.motor) as conn:  # those of this run, also when an attempt that was killed had made them
        laget = tilgjengelige_bunter(conn, kjoring_id=k.id)
    return {"bunter": sorted(b.bunt_id for b in laget), "linjer": sum(b.antall for b in laget), "sum_ore": sum(b.sum_ore for b in laget)}


def utbetal(rom: Arbeidsrom, verk: Regelverk, bunt_id: str, av: str) -> Sending:
    """Writes the payment file of an approved batch, once. Raises Ordningsfeil (kode 4) when it is not approved, or the
    scheme may not pay."""
    port(rom, verk, "godkjent", "lukket", hva="Å betale")
    with rom.motor.begin() as conn:
        skriver = Bankskriver(verk, rom.betaler)
        s = send(conn, bunt_id, av, skriver, rom.betalingsmappe, rom.klokke.naa())
        if s.ny:
            logg(conn, "bunt.sendt", f"bunt:{bunt_id}", av, {"fil_sha256": s.fil_sha256}, rom.klokke.naa())
    rom.foranker()
    return s


class Bankskriver:
    """pain.001 from a batch: one group per class of line. Times come from the batch, so the bytes are the same each time."""

    def __init__(self, verk: Regelverk, betaler: Betaler):
        self.verk, self.betaler = verk, betaler

    def __call__(self, denne: Bunt, linjer: Kontrollertelinjer, fil: BinaryIO) -> None:
        from kjerne.utbetaling.betalingsfil import Betalingshode, Gruppe
        from kjerne.utbetaling.pain001 import skriv_pain001

        hode = Betalingshode(
            melding_id=denne.bunt_id,
            opprettet=denne.laget_tid,
            avsender_navn=self.betaler.navn,
            avsender_orgnr=self.betaler.orgnr,
            bank_avtale=self.betaler.avtale,
            debitor_konto=self.betaler.konto,
            debitor_bic=self.betaler.bic,
            betalingsdato=denne.betalingsdato,
            antall=denne.antall,
            sum_ore=denne.sum_ore,
            grupper=tuple(Gruppe(klasse, s.antall, s.sum_ore) for klasse, s in linjer.klasser.items()),
            formaal=self.verk.manifest.utbetaling.formaal,
        )
        skriv_pain001(hode, self._linjer(linjer), fil)

    def _linjer(self, linjer: Iterable[Buntlinje]) -> Iterator[Betalingslinje]:
        """One at a time: a million lines take the memory of one."""
        from kjerne.utbetaling.betalingsfil import Betalingslinje

        tekst = self.verk.manifest.utbetaling.tekst
        for en in linjer:
            ende = ende_til_ende_id(en.linje_id)
            navn = f"Virksomhet {en.orgnr}" if en.orgnr else f"Mottaker {ende[:12]}"  # names are not kept here
            yield Betalingslinje(ende, en.konto, en.belop_ore, navn, en.klasse, tekst)


def filsti(rom: Arbeidsrom, sending: Sending) -> Path:
    return rom.betalingsmappe / sending.filnavn
