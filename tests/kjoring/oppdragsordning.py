"""The fictional scheme as it would be if it paid through Oppdragssystemet: a copy of its folder with another format."""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa

from kjerne.kjoring.attestering import ventende
from kjerne.kjoring.kvitteringssteg import les_kvitteringer
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import bunt_linje, linje, linjestand, oppdragslinje, tilbakekreving
from kjerne.regelmotor.oppdagelse import finn
from kjerne.syntetisk.oppdragssystem import svar_paa
from kjerne.utbetaling.oppdrag.kjeder import les_kjeder
from tests.kjoring.conftest import EVENTYR

ID = "askeladden"
OPPDRAG = 'format = "oppdrag"\noppdrag = { fagomraade = "EVENTYR" }\n'


def med_oppdrag(mappe: Path, monkeypatch):
    """The scheme, which is then found there."""
    if not mappe.exists():
        shutil.copytree(EVENTYR, mappe)
    fil = mappe / ID / "ordning.toml"
    fil.write_text(fil.read_text("utf-8").replace("[utbetaling]\n", f"[utbetaling]\n{OPPDRAG}"), "utf-8")
    monkeypatch.setenv("ORDNINGER_STI", str(mappe))
    return finn(ID)


def endre(mappe: Path, fra: str, til: str):
    """One parameter row changed, and the scheme read again."""
    fil = mappe / ID / "parametre.csv"
    tekst = fil.read_text("utf-8")
    assert fra in tekst
    fil.write_text(tekst.replace(fra, til), "utf-8")
    return finn(ID)


def svar(rom, sending: dict, mappe: Path, **valg):
    """Oppdragssystemet's answer to what was sent, read."""
    ut = mappe / f"os{len(list(mappe.glob('os*')))}.xml"
    antall = svar_paa(Path(sending["fil"]), ut, **valg)
    return les_kvitteringer(rom, ut, "ola"), antall, ut


def hos_mottakeren(rom) -> int:
    """What the receiver's timelines come to, all in all."""
    with lesende(rom.motor) as conn:
        saker = conn.scalars(sa.select(oppdragslinje.c.fagsystem_id).distinct()).all()
        return sum(k.sum_ore for k in les_kjeder(conn, saker).values())


def etter_vedtakene(rom) -> int:
    """Lines that are settled less what later versions have taken away and told."""
    with lesende(rom.motor) as conn:
        betalt = conn.scalar(sa.select(sa.func.sum(linje.c.belop_ore)).select_from(linje).join(bunt_linje).join(
            linjestand, linjestand.c.ende_til_ende_id == bunt_linje.c.ende_til_ende_id).where(linjestand.c.stand == "oppgjort"))
        krav = conn.scalar(sa.select(sa.func.sum(tilbakekreving.c.belop_ore)))
    return int(betalt or 0) - int(krav or 0)


def bunter(rom, *tilstander):
    return ventende(rom, ID, tilstander=tilstander)
