"""Approval and sending of batches, for the doors."""

from __future__ import annotations

from kjerne.kjoring.betaling import filsti, utbetal
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import laas, lesende
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon import logg
from kjerne.utbetaling.bunt import Bunt, tilgjengelige_bunter, vis_bunt
from kjerne.utbetaling.godkjenning import godkjenn


def ventende(rom: Arbeidsrom, ordning: str, bunt_id: str = "", tilstand: str = "laget") -> list[Bunt]:
    """The batches of the scheme in this state; only the named one when an id is given."""
    with lesende(rom.motor) as conn:
        bunter = tilgjengelige_bunter(conn, ordning)
    return [b for b in bunter if (b.bunt_id == bunt_id if bunt_id else b.tilstand == tilstand)]


def godkjenn_bunt(rom: Arbeidsrom, sett: Bunt, av: str, antall: int) -> Bunt:
    """Approves exactly the batch that was shown. `antall` is what the approver typed. Raises Ordningsfeil (kode 4)."""
    with rom.motor.begin() as conn:
        laas(conn, f"bunt_hendelse:{sett.bunt_id}")
        ny = vis_bunt(conn, sett.bunt_id).godkjent_av is None
        b = godkjenn(conn, sett.bunt_id, av, sett.innhold_sha256, antall, sett.sum_ore, rom.klokke.naa())
        if ny:
            detaljer = {"antall": b.antall, "sum_ore": b.sum_ore, "innhold_sha256": b.innhold_sha256}
            logg(conn, "bunt.godkjent", f"bunt:{b.bunt_id}", av, detaljer, rom.klokke.naa())
    rom.foranker()
    return b


def betal_godkjente(rom: Arbeidsrom, verk: Regelverk, bunt_id: str, av: str) -> list[dict]:
    """Writes the files of the approved batches (or of the named one). Raises Ordningsfeil (kode 4) when none is approved."""
    bunter = ventende(rom, verk.id, bunt_id, "godkjent") or ventende(rom, verk.id, bunt_id, "sendt")
    if not bunter:
        raise Ordningsfeil(
            "Ingen bunt er godkjent.",
            verk.id,
            f"Be en annen enn den som laget bunten kjøre: ordning godkjenn {verk.id}",
            "Ingen fil er laget, og ingen penger er sendt.",
            kode=4,
        )
    ut = []
    for b in bunter:
        s = utbetal(rom, verk, b.bunt_id, av)
        ut.append(
            {"bunt_id": s.bunt_id, "fil": str(filsti(rom, s)), "sha256": s.fil_sha256, "ny": s.ny, "antall": b.antall, "sum_ore": b.sum_ore}
        )
    return ut
