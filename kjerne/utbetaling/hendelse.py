"""One step of a batch from one state to the next, in the caller's transaction. The words are here; the guarantee is in the database."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import bunt_hendelse
from kjerne.tilgang import person_bak
from kjerne.utbetaling.bunt import Bunt, vis_bunt
from kjerne.utbetaling.stopp import krev_i_gang
from kjerne.utbetaling.tilstand import OVERGANGER, PASSIV, lovlig

IKKE_GJORT = "Bunten er ikke endret, og ingen penger er sendt."
KREVER_I_GANG = ("attester", "disponer", "send")
KREVER_GRUNN = ("avvis", "trekk", "stans")
_VAKTER = {  # what the database says → what to do
    "den som har endret en linje": "En annen må gjøre det.",
    "ingen kan attestere eller disponere en betaling til seg selv": "En annen må gjøre det.",
    "en kontroll har stanset bunten": "Avgjør funnene først.",
    "ikke alle betalingene er besvart": "Vent på flere kvitteringer.",
}


def laas_bunt(conn: Connection, bunt_id: str) -> Bunt:
    """The batch, which nobody else changes until the transaction ends."""
    laas(conn, f"bunt_hendelse:{bunt_id}")
    return vis_bunt(conn, bunt_id)


def krev_lovlig(denne: Bunt, handling: str) -> None:
    """Raises Ordningsfeil (kode 4) unless the batch is where this may be done to it."""
    if not lovlig(handling, denne.tilstand):
        fra = " eller ".join(OVERGANGER[handling][0])
        raise nei(f"Bunten er {denne.tilstand}, og kan ikke {PASSIV[handling]}.", denne.bunt_id, f"Det kan den når den er {fra}.")


def prov_hendelse(conn: Connection, denne: Bunt, handling: str, av: str, grunn: str | None = None) -> str:
    """The human who does it. Raises Ordningsfeil (kode 4) when it may not be done, with the reason in words."""
    if not av.strip():
        raise nei("Det er ikke oppgitt hvem som gjør det.", denne.bunt_id, "Logg inn, eller oppgi hvem du er.")
    if handling in KREVER_GRUNN and not (grunn or "").strip():
        raise nei("Grunnen mangler.", denne.bunt_id, "Skriv hvorfor.")
    krev_lovlig(denne, handling)
    if handling in KREVER_I_GANG:
        krev_i_gang(conn, denne.ordning)
    person = person_bak(conn, av)
    if handling in ("attester", "disponer"):
        if person == person_bak(conn, denne.laget_av):
            raise nei("Den som laget bunten, kan ikke godkjenne den selv.", denne.bunt_id, "Be en annen om å godkjenne.")
        attest = denne.hendelse("attester")
        if handling == "disponer" and attest and attest.person == person:
            raise nei("Den som attesterte bunten, kan ikke også disponere den.", denne.bunt_id, "Be en tredje person om å disponere.")
    return person


def ny_hendelse(
    conn: Connection, denne: Bunt, handling: str, av: str, naa: dt.datetime, *, fil_sha256: str | None = None, grunn: str | None = None
) -> Bunt:  # fmt: skip
    """Does it, and returns the batch as it then is. The batch must be locked (`laas_bunt`). Raises Ordningsfeil, kode 4."""
    person = prov_hendelse(conn, denne, handling, av, grunn)
    feilpunkt(f"bunt.for.{handling}")
    rad = {"bunt_id": denne.bunt_id, "nr": len(denne.hendelser) + 1, "handling": handling, "tilstand": OVERGANGER[handling][1],
           "av": av.strip(), "person": person, "innhold_sha256": denne.innhold_sha256, "fil_sha256": fil_sha256, "grunn": grunn, "tid": naa}
    try:
        conn.execute(bunt_hendelse.insert().values(rad))
    except sa.exc.DBAPIError as feil:
        for del_, raad in _VAKTER.items():
            if del_ in str(feil.orig):
                raise nei(f"{str(feil.orig).split(' [')[0].capitalize()}.", denne.bunt_id, raad) from None
        raise
    feilpunkt(f"bunt.etter.{handling}")
    return vis_bunt(conn, denne.bunt_id)


def nei(hva: str, bunt_id: str, gjor_dette: str, kode: int = 4) -> Ordningsfeil:
    return Ordningsfeil(hva, f"bunt {bunt_id}", gjor_dette, IKKE_GJORT, kode=kode)
