"""Starts the console: at one machine with a token that works once and synthetic people, or behind the organisation's login proxy.

ORDNING_KONSOLL_ADRESSE  where people open the console, as the browser shows it (needed with ORDNING_OIDC)
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from kjerne.api.konsoll.okt import Inngang, Innlogget, Starttoken, opphavet
from kjerne.api.konsoll.program import lag_konsoll
from kjerne.api.oidc import Oidc
from kjerne.api.oppstart import Fare, Oppsett, farer_i, nekt, paa_maskinen
from kjerne.api.tjener import aapne_port, kjor_alene
from kjerne.drift.innstillinger import Innstillinger
from kjerne.kjoring.medarbeidere import registrer_ovingsbrukere
from kjerne.kjoring.rom import Arbeidsrom

ADRESSE = "ORDNING_KONSOLL_ADRESSE"
IKKE_STARTET = "Konsollen er ikke startet."


def kjor_konsoll(vert: str, port: int, data: Path | None, si: Callable[[str], None]) -> None:
    """Runs until it is stopped. Raises Ordningsfeil/Samlefeil when the set-up is unsafe, or when the port is taken."""
    innstillinger = Innstillinger(data=data.resolve()) if data else Innstillinger()
    oppsett, adresse = Oppsett.av_miljo(vert, port, 1), os.environ.get(ADRESSE, "")
    nekt(farer_i(oppsett) + _farer(oppsett, adresse), IKKE_STARTET)
    sokkel = aapne_port(vert, port)
    rom, inngang = Arbeidsrom.aapne(innstillinger), _inngang(oppsett, adresse)
    sted = adresse
    if isinstance(inngang, Starttoken):
        if nye := registrer_ovingsbrukere(rom):
            si(f"{nye} øvingsbrukere er laget, så du kan være den ene og den andre.")
        sted = f"http://{vert}:{port}/start?token={inngang.starttoken}"
    si(f"Data: {innstillinger.databasested}\nKonsollen: {sted}\nStopp med Ctrl-C.")
    kjor_alene(lag_konsoll(rom, inngang), sokkel)


def _inngang(oppsett: Oppsett, adresse: str) -> Inngang:
    return Starttoken() if oppsett.lokal else Innlogget(Oidc([u for u in oppsett.utstedere if u.slag == "ansatt"]), adresse)


def _farer(o: Oppsett, adresse: str) -> list[Fare]:
    """What is unsafe for a console beyond what is unsafe for any door."""
    if o.lokal:
        return []
    farer: list[Fare] = []
    if not any(u.slag == "ansatt" for u in o.utstedere):
        farer.append(("Ingen utsteder gjelder ansatte.", "ORDNING_OIDC", "Legg til en linje som begynner med ansatt;."))
    skjema, vert, _ = opphavet(adresse) or ("", "", 0)
    lokalt = o.miljo != "prod" and skjema == "http" and paa_maskinen(vert)
    if not vert or urlsplit(adresse).path.strip("/") or (skjema != "https" and not lokalt):
        farer.append(("Adressen til konsollen mangler eller er ikke https.", ADRESSE, "Skriv den slik nettleseren viser den, uten sti."))
    return farer
