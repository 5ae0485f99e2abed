"""A batch written in the format that its scheme has chosen, through the one port (kjerne.utbetaling.format)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import sqlalchemy as sa

from kjerne.drift.innstillinger import Betaler
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.manifest import Manifest
from kjerne.lager.id import ende_til_ende_id
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import oppdragsfil
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.utbetaling.avstemming import Filpost
from kjerne.utbetaling.bunt import Bunt
from kjerne.utbetaling.buntlinje import Buntlinje
from kjerne.utbetaling.utsending import Kontrollertelinjer, Skriver, filnavn

if TYPE_CHECKING:
    from kjerne.utbetaling.betalingsfil import Betalingslinje
    from kjerne.utbetaling.oppdrag.meldinger import Avsender


def skriver_for(rom: Arbeidsrom, verk: Regelverk, denne: Bunt) -> Skriver:
    """How the batch is written: as the scheme says. How it is read back: as it was written, also when the scheme has changed since."""
    with lesende(rom.motor) as conn:
        som_oppdrag = conn.scalar(sa.select(oppdragsfil.c.fil_id).where(oppdragsfil.c.bunt_id == denne.bunt_id)) is not None
    if som_oppdrag if denne.er_ute else verk.manifest.utbetaling.er_oppdrag:
        return Oppdragsskriver(rom, verk, denne)
    return Bankskriver(verk, rom.betaler)


def avsender(manifest: Manifest) -> Avsender:
    """How the scheme is known to Oppdragssystemet. Raises Ordningsfeil when it is not."""
    from kjerne.utbetaling.oppdrag.meldinger import Avsender

    valg = manifest.utbetaling.oppdrag
    if valg is None:
        raise Ordningsfeil("Ordningen bruker ikke Oppdragssystemet lenger.", f"{manifest.id}/ordning.toml",
                           'Sett format = "oppdrag" tilbake til alt som er sendt, er avstemt.', "Ingenting er sendt.", kode=2)  # fmt: skip
    return Avsender(valg.fagomraade, valg.komponent, valg.enhet)


class Bankskriver(Skriver):
    """pain.001 from a batch: one group per class of line. Times come from the batch, so the bytes are the same each time."""

    def __init__(self, verk: Regelverk, betaler: Betaler):
        self.verk, self.betaler = verk, betaler

    def __call__(self, denne: Bunt, linjer: Kontrollertelinjer, fil: BinaryIO) -> None:
        from kjerne.utbetaling.betalingsfil import Betalingshode, Gruppe
        from kjerne.utbetaling.format.formater import velg_format

        u = self.verk.manifest.utbetaling
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
            formaal=u.formaal,
            versjon=u.format,
        )
        velg_format(u.format).skriv(hode, self._linjer(linjer), fil)

    def les(self, sti: Path) -> Iterator[Filpost]:
        from kjerne.utbetaling.pain001_les import kontroller_fil, les_pain001

        kontroller_fil(sti)
        with sti.open("rb") as fil:
            for en in les_pain001(fil)[1]:
                yield Filpost(en.ende_til_ende_id, en.konto, en.belop_ore)

    def _linjer(self, linjer: Iterable[Buntlinje]) -> Iterator[Betalingslinje]:
        """One at a time: a million lines take the memory of one."""
        from kjerne.utbetaling.betalingsfil import Betalingslinje

        tekst = self.verk.manifest.utbetaling.tekst
        for en in linjer:
            ende = ende_til_ende_id(en.linje_id, en.forsok)
            navn = f"Virksomhet {en.orgnr}" if en.orgnr else f"Mottaker {ende[:12]}"  # names are not kept here
            yield Betalingslinje(ende, en.konto, en.belop_ore, navn, en.klasse, tekst)


class Oppdragsskriver(Skriver):
    """Oppdrag from a batch: one message for each payee and class of a case, planned before it is written (`forbered`)."""

    endelse = "oppdrag"

    def __init__(self, rom: Arbeidsrom, verk: Regelverk, denne: Bunt):
        self.rom, self.verk, self.denne = rom, verk, denne

    def forbered(self) -> None:
        from kjerne.utbetaling.oppdrag.plan import planlegg_bunt

        if self.denne.tilstand == "disponert":
            planlegg_bunt(self.rom.motor, self.denne, lambda: nokkeltid(self.rom, filnavn(self.denne, self.endelse)))

    def __call__(self, denne: Bunt, linjer: Kontrollertelinjer, fil: BinaryIO) -> None:
        for _ in linjer:  # what is approved is what the plan was made of: the file read back is held against it
            pass
        skriv_oppdragsfil(self.rom, denne.bunt_id, avsender(self.verk.manifest), fil)

    def les(self, sti: Path) -> Iterator[Filpost]:
        from kjerne.utbetaling.oppdrag.netto import buntens_poster

        with lesende(self.rom.motor) as conn:
            yield from buntens_poster(conn, self.denne.bunt_id, sti)


def nokkeltid(rom: Arbeidsrom, navn: str) -> dt.datetime:
    """When a file of oppdrag is made: now, or as the file says that left before an older copy of the database was put back."""
    from kjerne.utbetaling.oppdrag.netto import tid_i

    sti = rom.betalingsmappe / navn
    return tid_i(sti) if sti.exists() else rom.klokke.naa()


def skriv_oppdragsfil(rom: Arbeidsrom, fil_id: str, hvem: Avsender, fil: BinaryIO) -> None:
    """What is planned for the file, through the port. The same bytes each time."""
    from kjerne.utbetaling.format.formater import velg_format
    from kjerne.utbetaling.oppdrag.meldinger import hode, meldinger

    with lesende(rom.motor) as conn:
        velg_format("oppdrag").skriv(hode(conn, fil_id, hvem), meldinger(conn, fil_id), fil)
