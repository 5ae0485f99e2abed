"""What waits for somebody in a scheme, in the order it should be done: what stands still first, then the money, then the cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.drift.tall import antall, dato_kort, kroner
from kjerne.kjoring.avstemmingssteg import siste_i
from kjerne.kjoring.kontrollsteg import tell_funn
from kjerne.kjoring.kvitteringssteg import antall_avviste
from kjerne.kjoring.revurderingsforslag import les_forslag
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.saksbehandling import antall_i_koen
from kjerne.kjoring.stans import arbeider_noen
from kjerne.kjoring.svar import antall_sporsmal
from kjerne.kjoring.tilbakekreving import krav_i
from kjerne.kontroll.funn import Venter
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kjoring
from kjerne.styring.rapporttekst import mange
from kjerne.utbetaling.bunt import Bunt, tilgjengelige_bunter
from kjerne.utbetaling.stopp import ALLE, stoppet
from kjerne.vedtak.sporsmal import saker_med_alle_svar

# What a state is called, and the colour it has. The word stands there whatever the colour.
TILSTANDSNAVN = {
    "forberedt": ("holdt av kontroll", "naa"), "kontrollert": ("venter på attestasjon", "naa"),
    "attestert": ("venter på disponering", "naa"), "disponert": ("klar til utbetaling", "naa"), "sendt": ("venter på kvittering", "info"),
    "kvittert": ("venter på avstemming", "info"), "avstemt": ("avstemt", "ok"), "avvist": ("avvist", "stopp"),
    "trukket": ("trukket", "stopp"), "stanset": ("stanset", "stopp"), "startet": ("pågår", "info"), "pauset": ("pauset", "naa"),
    "ferdig": ("ferdig", "ok"), "innvilget": ("innvilget", "ok"), "avslag": ("avslag", "stopp"), "manuell": ("til manuell", "naa"),
    "karantene": ("karantene", "naa"), "sporsmal": ("venter på svar", "info"), "venter": ("venter på en dato", "info"),
    "mottatt": ("ikke behandlet", "info"), "foreslått": ("foreslått", "naa"), "godkjent": ("godkjent", "ok"),
    "opprettet": ("ikke varslet", "naa"), "varslet": ("varslet", "info"), "vedtatt": ("vedtatt", "ok"), "frafalt": ("frafalt", "info"),
    "oversendt": ("oversendt til innkreving", "ok"), "prove": ("prøve", "info"), "utkast": ("utkast", "info"), "lukket": ("lukket", "naa"),
    "avviklet": ("avviklet", "stopp"), "avbrutt": ("brutt av", "stopp"),
}  # fmt: skip


@dataclass(frozen=True)
class Gjoremaal:
    """`handling`: what has to be done, by those whose roles may; `slag` and `id` say where. `art`: as the classes of `merke`."""

    ordning: str
    handling: str
    slag: str
    id: str
    art: str
    merke: str
    tekst: str
    gjor: str


_BUNT = {  # state → (what has to be done, colour, word, the button)
    "stanset": ("trekk", "stopp", "Stanset", "Se bunten"), "forberedt": ("slipp", "naa", "Kontroll", "Se funnene"),
    "kontrollert": ("attester", "naa", "Attester", "Attester bunten"), "attestert": ("disponer", "naa", "Disponer", "Disponer bunten"),
    "disponert": ("send", "naa", "Utbetal", "Utbetal bunten"), "sendt": ("kvitter", "info", "Kvittering", "Les inn kvittering"),
    "kvittert": ("avstem", "info", "Avstem", "Avstem"),
}  # fmt: skip


def arbeidsliste(rom: Arbeidsrom, ordning: str) -> list[Gjoremaal]:
    """Everything that waits, for whoever may do it."""
    with lesende(rom.motor) as conn:
        ut = [*_stopp(conn, ordning), *_avstemming(conn, ordning), *_kjoring(conn, rom, ordning)]
        ut += [_bunt(b) for b in sorted(tilgjengelige_bunter(conn, ordning), key=_rekkefolge) if b.tilstand in _BUNT]
        klare = len(saker_med_alle_svar(conn, ordning))
    ut += [*_penger(rom, ordning), *_saker(rom, ordning, klare)]
    return ut


def _g(ordning: str, handling: str, slag: str, art: str, merke: str, tekst: str, gjor: str, id: str = "") -> Gjoremaal:
    return Gjoremaal(ordning, handling, slag, id, art, merke, tekst, gjor)


def _stopp(conn: Connection, ordning: str) -> Iterator[Gjoremaal]:
    for s in stoppet(conn, ordning):
        hva = "Alle utbetalinger" if s.omfang == ALLE else "Utbetalingene"
        if s.foreslatt_av:
            yield _g(ordning, "start", "stopp", "stopp", "Stoppet", f"{hva} er stoppet. {s.foreslatt_av} foreslår å starte igjen: "
                     f"{s.foreslatt_grunn}", "Bekreft eller la stå")  # fmt: skip
        else:
            yield _g(ordning, "foresla_start", "stopp", "stopp", "Stoppet", f"{hva} er stoppet av {s.av}: {s.grunn}", "Se stoppet")


def _avstemming(conn: Connection, ordning: str) -> Iterator[Gjoremaal]:
    siste = siste_i(conn, ordning)
    if siste and siste.avvik:
        tekst = f"Avstemmingen {dato_kort(siste.dato)} fant {antall(siste.avvik)} avvik."
        yield _g(ordning, "avstem", "avstemming", "stopp", "Avvik", tekst, "Se avvikene")


def _kjoring(conn: Connection, rom: Arbeidsrom, ordning: str) -> Iterator[Gjoremaal]:
    k = kjoring.c
    siste = conn.execute(sa.select(k.kjoring_id, k.tilstand).where(k.ordning == ordning).order_by(k.startet_tid.desc(), k.kjoring_id)
                         .limit(1)).one_or_none()  # fmt: skip
    if siste and siste.tilstand in ("stanset", "pauset"):
        yield _g(ordning, "kjor", "kjoring", "stopp", "Stanset", "Den siste kjøringen stanset før den var ferdig.", "Se kjøringen",
                 siste.kjoring_id)  # fmt: skip
    elif siste and siste.tilstand == "startet" and arbeider_noen(rom.data, siste.kjoring_id) is False:
        yield _g(ordning, "kjor", "kjoring", "stopp", "Brutt av", "Den siste kjøringen ble brutt av.", "Se kjøringen", siste.kjoring_id)


def _rekkefolge(b: Bunt) -> tuple:
    orden = tuple(_BUNT)
    return orden.index(b.tilstand) if b.tilstand in orden else len(orden), b.laget_tid, b.bunt_id


def _bunt(b: Bunt) -> Gjoremaal:
    handling, art, merke, gjor = _BUNT[b.tilstand]
    tekst = f"{mange(b.antall, 'betaling', 'betalinger')}, {kroner(b.sum_ore)}, betales {dato_kort(b.betalingsdato)}. Laget av {b.laget_av}"
    tekst += f", attestert av {b.av('attester')}." if b.tilstand == "attestert" else "."
    return _g(b.ordning, handling, "bunt", art, merke, tekst, gjor, b.bunt_id)


def _penger(rom: Arbeidsrom, ordning: str) -> Iterator[Gjoremaal]:
    if n := antall_avviste(rom, ordning):
        tekst = f"{mange(n, 'betaling', 'betalinger')} kom ikke fram."
        yield _g(ordning, "betal_paa_nytt", "avviste", "naa", "Avvist", tekst, "Bestem hva som betales")
    if n := sum(k.antall for k in tell_funn(rom, ordning, Venter()).values()):
        tekst = f"Kontrollene har {antall(n)} funn som stanser penger."
        yield _g(ordning, "slipp", "kontroll", "naa", "Kontroll", tekst, "Se funnene")
    for f in les_forslag(rom, ordning):
        if f.tilstand == "foreslått":
            tekst = f"{mange(f.antall, 'sak', 'saker')} er foreslått omgjort av {f.foreslaatt_av}: {f.grunn}"
            yield _g(ordning, "godkjenn_revurdering", "revurdering", "naa", "Revurder", tekst, "Se forslaget", f.revurdering_id)
    yield from _krav(rom, ordning, rom.klokke.idag())


def _krav(rom: Arbeidsrom, ordning: str, dag: dt.date) -> Iterator[Gjoremaal]:
    alle = krav_i(rom, ordning)
    if n := sum(k.tilstand == "opprettet" for k in alle):
        yield _g(ordning, "varsle_krav", "krav", "naa", "Krav", f"{antall(n)} krav om tilbakebetaling er ikke varslet.", "Se kravene")
    if n := sum(k.tilstand == "varslet" and k.frist is not None and k.frist < dag for k in alle):
        tekst = f"Fristen er ute for {mange(n, 'varslet krav', 'varslede krav')}."
        yield _g(ordning, "vedta_krav", "krav", "naa", "Krav", tekst, "Se kravene")


def _saker(rom: Arbeidsrom, ordning: str, klare: int) -> Iterator[Gjoremaal]:
    antall_saker, eldste, overstyringer = antall_i_koen(rom, ordning)
    if overstyringer:
        tekst = f"{mange(overstyringer, 'overstyring', 'overstyringer')} venter på en annen person."
        yield _g(ordning, "bekreft", "ko", "naa", "Overstyring", tekst, "Se køen")
    if klare:
        tekst = f"Alt er besvart i {mange(klare, 'sak', 'saker')}. Neste kjøring tar dem opp."
        yield _g(ordning, "kjor", "kjoringer", "naa", "Kjør", tekst, "Start en kjøring")
    if antall_saker:
        tekst = f"{mange(antall_saker, 'sak', 'saker')} venter på et menneske. Den eldste kom {dato_kort(eldste)}."
        yield _g(ordning, "behandle", "ko", "info", "Kø", tekst, "Se køen")
    sporsmal, ute = antall_sporsmal(rom, ordning)
    if sporsmal:
        for_sent = f" Fristen er ute for {antall(ute)}." if ute else ""
        yield _g(ordning, "svar", "sporsmal", "info", "Spørsmål", f"{antall(sporsmal)} spørsmål er ikke besvart.{for_sent}",
                 "Legg inn svar")  # fmt: skip
