"""Starts the console on this machine. Its door is opened with a token that works once, and it shows synthetic people only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kjerne.api.konsoll.okt import Inngang
from kjerne.api.konsoll.program import lag_konsoll
from kjerne.api.tjener import aapne_port, kjor_alene
from kjerne.drift.innstillinger import Innstillinger
from kjerne.kjoring.medarbeidere import registrer_ovingsbrukere
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.feil import Ordningsfeil

VERT = "127.0.0.1"
IKKE_STARTET = "Konsollen er ikke startet."


def kjor_konsoll(port: int, data: Path | None, si: Callable[[str], None]) -> None:
    """Runs until it is stopped. Raises Ordningsfeil when it would show real people, or when the port is taken."""
    innstillinger = Innstillinger(data=data.resolve()) if data else Innstillinger()
    if not innstillinger.krev_syntetisk:
        raise Ordningsfeil("Konsollen åpnes med et starttoken, og viser bare syntetiske personer.", "miljøvariabelen ORDNING_MILJO",
                           "Bruk kommandoene ved terminalen i produksjon.", IKKE_STARTET, kode=2)  # fmt: skip
    sokkel = aapne_port(VERT, port)
    rom, inngang = Arbeidsrom.aapne(innstillinger), Inngang()
    if nye := registrer_ovingsbrukere(rom):
        si(f"{nye} øvingsbrukere er laget, så du kan være den ene og den andre.")
    si(f"Data: {innstillinger.databasested}\nKonsollen: http://{VERT}:{port}/start?token={inngang.starttoken}\nStopp med Ctrl-C.")
    kjor_alene(lag_konsoll(rom, inngang), sokkel)
