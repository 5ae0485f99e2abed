"""Four eyes: another person than the one who made the batch approves exactly the content that he saw."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import bunt_hendelse
from kjerne.utbetaling.bunt import Bunt, kroner, prov_innhold, vis_bunt

IKKE_GODKJENT = "Bunten er ikke godkjent, og ingen penger er sendt."


def godkjenn(
    conn: Connection, bunt_id: str, av: str, innhold_sha256: str, antall: int, sum_ore: int, naa: dt.datetime
) -> Bunt:
    """Approves the batch with this hash, number and sum, as shown to `av`. Again by the same person: no change.

    The database refuses an approval by the maker, and one of other content (triggers); the checks here give the reason
    in words. Raises Ordningsfeil, kode 4.
    """
    laas(conn, f"bunt_hendelse:{bunt_id}")
    denne = vis_bunt(conn, bunt_id)
    if _samme(av, ""):
        raise _nei("Det er ikke oppgitt hvem som godkjenner.", bunt_id, "Logg inn, eller oppgi hvem du er.")
    if _samme(av, denne.laget_av):
        raise _nei("Den som laget bunten, kan ikke godkjenne den selv.", bunt_id, "Be en annen om å godkjenne.")
    if (innhold_sha256, antall, sum_ore) != (denne.innhold_sha256, denne.antall, denne.sum_ore):
        raise _nei(
            f"Det du vil godkjenne ({antall} linjer, {kroner(sum_ore)} kr), er ikke innholdet i bunten "
            f"({denne.antall} linjer, {kroner(denne.sum_ore)} kr), eller kontrollsummen er en annen.",
            bunt_id, "Vis bunten på nytt og kontroller den.",
        )  # fmt: skip
    if denne.godkjent_av is not None:
        if _samme(av, denne.godkjent_av):
            return denne
        raise Ordningsfeil(f"Bunten er allerede godkjent av {denne.godkjent_av}.", f"bunt {bunt_id}",
                           "Du trenger ikke gjøre noe.", "Din godkjenning er ikke lagret.", kode=4)  # fmt: skip
    prov_innhold(conn, denne)
    feilpunkt("godkjenning.for_hendelse")
    conn.execute(bunt_hendelse.insert().values(
        bunt_id=bunt_id, hendelse="godkjent", av=av, innhold_sha256=innhold_sha256, fil_sha256=None, tid=naa
    ))  # fmt: skip
    feilpunkt("godkjenning.etter_hendelse")
    return vis_bunt(conn, bunt_id)


def _samme(en: str, annen: str) -> bool:
    """The same person however the name is typed; the database compares in the same way (without æøå folded)."""
    return en.strip().casefold() == annen.strip().casefold()


def _nei(hva: str, bunt_id: str, gjor_dette: str) -> Ordningsfeil:
    return Ordningsfeil(hva, f"bunt {bunt_id}", gjor_dette, IKKE_GODKJENT, kode=4)
