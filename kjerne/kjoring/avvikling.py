"""Takes a closed scheme out: lists what is still owed, makes the archive package, replays every decision from it, removes the folder.

The decisions stay where they are, and are explained and replayed with the rules that were kept with them (see `utgaver`).
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from kjerne.kjoring.avspilling import spill_av_alt
from kjerne.kjoring.rom import Arbeidsrom, Fremdrift, taus
from kjerne.kjoring.utgaver import MAPPE, fingeravtrykk_i_bruk, kopier_ordning, utgave
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.fil import rydd, skriv_fast
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import bunt_hendelse, bunt_linje, linje, linjestand, sak, soknad, sporsmal, svar, vedtak
from kjerne.regelmotor.modenhet import stilling
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon import logg

_TID = (1980, 1, 1, 0, 0, 0)  # in the package: the same content is the same file
INNHOLD = "arkiv.json"
FERDIG = ("innvilget", "avslag")


@dataclass(frozen=True)
class Avvikling:
    """`skyldes`: what is still owed, in words. `pakke` and `sha256`: the archive, when it was made. `tatt_ut`: the folder is gone."""

    ordning: str
    skyldes: tuple[str, ...]
    vedtak: int
    pakke: Path | None = None
    sha256: str = ""
    tatt_ut: bool = False


def gjeld(rom: Arbeidsrom, verk: Regelverk) -> list[str]:
    """What must be done before the scheme can be taken out: what the figures say, then what the ladder says."""
    naa = stilling(verk)
    ut = [] if naa.bedt_om == "lukket" else [f"Ordningen er {naa.bedt_om}: sett tilstand = \"lukket\" i ordning.toml"]
    with lesende(rom.motor) as conn:
        aapne = dict(map(tuple, conn.execute(
            sa.select(sak.c.tilstand, sa.func.count()).where(sak.c.ordning == verk.id, sak.c.tilstand.not_in(FERDIG))
            .group_by(sak.c.tilstand).order_by(sak.c.tilstand))))
        ubetalt = conn.execute(
            sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(linje.c.belop_ore), 0))
            .join(vedtak, vedtak.c.vedtak_id == linje.c.vedtak_id).join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
            .where(soknad.c.ordning == verk.id, ~_betalt())).one()
        ubesvart = conn.scalar(
            sa.select(sa.func.count()).select_from(sporsmal.outerjoin(svar, svar.c.sporsmal_id == sporsmal.c.sporsmal_id))
            .where(sporsmal.c.ordning == verk.id, svar.c.sporsmal_id.is_(None)))
    ut += [f"{n} saker er ikke avgjort (tilstand {t})" for t, n in aapne.items()]
    if ubetalt[0]:
        ut.append(f"{ubetalt[0]} utbetalingslinjer er ikke sendt, til sammen {int(ubetalt[1]) // 100} kr")
    if ubesvart:
        ut.append(f"{ubesvart} spørsmål er ikke besvart")
    return ut + [f"{x.krav.tekst}: {x.grunn or 'ikke gjort'}" for x in naa.mangler("avviklet") if x.krav.trinn in ("lukket", "avviklet")]


def _betalt() -> sa.ColumnElement[bool]:
    """The money of the line has been handed over, and was not refused or returned."""
    kom_ikke_fram = sa.exists().where(
        linjestand.c.ende_til_ende_id == bunt_linje.c.ende_til_ende_id, linjestand.c.stand.in_(("avvist", "retur")))  # fmt: skip
    return sa.exists().where(
        bunt_linje.c.linje_id == linje.c.linje_id, bunt_hendelse.c.bunt_id == bunt_linje.c.bunt_id, bunt_hendelse.c.handling == "send",
        ~kom_ikke_fram)  # fmt: skip


def avvikl(
    rom: Arbeidsrom, verk: Regelverk, maal: Path, *, utfor: bool, fremdrift: Fremdrift = taus, av: str = "system",
) -> Avvikling:  # fmt: skip
    """Without `utfor` nothing is written. With it, and nothing owed: makes the package in the folder `maal`, and removes the
    scheme's folder. Raises Ordningsfeil when a decision cannot be made again from what is kept; then nothing is removed."""
    skyldes = gjeld(rom, verk)
    with lesende(rom.motor) as conn:
        antall = conn.scalar(sa.select(sa.func.count()).select_from(vedtak).join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
                             .where(soknad.c.ordning == verk.id))
    if skyldes or not utfor:
        return Avvikling(verk.id, tuple(skyldes), antall)
    provd, ulike = spill_av_alt(rom, verk.id, fremdrift)
    if ulike or provd != antall:
        raise Ordningsfeil(f"{len(ulike)} vedtak blir annerledes når de regnes på nytt, og {antall - provd} kan ikke regnes på nytt.",
                           f"første sak {ulike[0]}" if ulike else verk.id, "Finn ut hvorfor før ordningen tas ut.",
                           "Ingen pakke er laget, og mappen står der den sto.")  # fmt: skip
    rydd(maal)
    pakke, sha = _pakk(rom, verk, maal, provd)
    with rom.motor.begin() as conn:  # before the folder goes: what is taken out is written down, also when this process dies here
        logg(conn, "ordning.avviklet", f"ordning:{verk.id}", av, {"pakke_sha256": sha, "vedtak": antall}, rom.klokke.naa())
    rom.foranker()
    _ta_ut(verk.mappe)
    return Avvikling(verk.id, (), antall, pakke, sha, tatt_ut=True)


def _pakk(rom: Arbeidsrom, verk: Regelverk, maal: Path, provd: int) -> tuple[Path, str]:
    """The folder as it is, every edition that has decided a case, and a list of it all with SHA-256."""
    with tempfile.TemporaryDirectory() as midlertidig:
        rot = Path(midlertidig)
        kopier_ordning(verk.mappe, rot / "ordning")
        for avtrykk in fingeravtrykk_i_bruk(rom, verk.id):
            sted = utgave(rom, verk.id, avtrykk).mappe.parent
            shutil.copytree(sted, rot / MAPPE / sted.name)
        filer = {str(f.relative_to(rot)): f.read_bytes() for f in sorted(rot.rglob("*")) if f.is_file()}
    liste = {"ordning": verk.id, "navn": verk.manifest.navn.nb, "fingeravtrykk": verk.fingeravtrykk, "dato": str(rom.klokke.idag()),
             "utgaver": fingeravtrykk_i_bruk(rom, verk.id), "vedtak_regnet_paa_nytt": provd, "regnestykke": _tall(rom, verk.id),
             "filer": {n: hashlib.sha256(b).hexdigest() for n, b in filer.items()}}  # fmt: skip

    def skriv(fil) -> None:
        with zipfile.ZipFile(fil, "w", zipfile.ZIP_DEFLATED) as zip_:
            for navn, innhold in {**filer, INNHOLD: json_tekst(liste).encode()}.items():
                zip_.writestr(zipfile.ZipInfo(navn, _TID), innhold, zipfile.ZIP_DEFLATED)

    sha, sti = skriv_fast(maal, skriv, lambda s: f"{verk.id}-{s[:16]}.zip", "arkiv")
    return sti, sha


def _tall(rom: Arbeidsrom, ordning: str) -> dict[str, dict[str, int]]:
    sporring = sa.select(vedtak.c.utfall, sa.func.count(), sa.func.sum(vedtak.c.belop_ore))
    sporring = sporring.join(soknad, soknad.c.sak_id == vedtak.c.sak_id).where(soknad.c.ordning == ordning).group_by(vedtak.c.utfall)
    with lesende(rom.motor) as conn:
        return {utfall: {"vedtak": antall, "belop_ore": int(belop)} for utfall, antall, belop in conn.execute(sporring)}


def _ta_ut(mappe: Path) -> None:
    """Out of sight in one step, then removed: whoever looks meanwhile sees the whole folder or none of it."""
    borte = mappe.with_name(f".{mappe.name}-tatt-ut")
    mappe.rename(borte)
    shutil.rmtree(borte)
