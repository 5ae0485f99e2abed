"""OVERSIKT.md: every scheme on one page, with what its sources did not give. Same folders, same bytes.

It lies beside the scheme folders. That it is fresh is asked of one scheme at a time (`rad_i_oversikten`): a scheme that is
deleted leaves a row that says nothing false of the others, and the next `ordning dok` takes it away.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from kjerne.regelmotor.oppdagelse import UteAvDrift, oppdag, ordningsmappe
from kjerne.regelmotor.regeldok import MALER
from kjerne.regelmotor.regelverk import Regelverk

FILNAVN = "OVERSIKT.md"
TILSTAND = {"utkast": "utkast", "prove": "prøve", "godkjent": "godkjent", "lukket": "lukket", "avviklet": "avviklet"}


def oversikt(verk: Iterable[Regelverk], ute: Sequence[UteAvDrift] = ()) -> str:
    """The text of the page."""
    import jinja2

    miljo = jinja2.Environment(loader=jinja2.FileSystemLoader(MALER), undefined=jinja2.StrictUndefined, keep_trailing_newline=True,
                               trim_blocks=True, autoescape=False)  # Markdown, not HTML: a page from our own folders
    miljo.filters["kode"] = lambda navn: f"`{navn}`"
    return miljo.get_template(FILNAVN).render(ordninger=[_ordning(v) for v in verk], ute=[u.id for u in ute])


def skriv_oversikt(rot: Path | None = None) -> Path:
    """Writes the page whole or not at all, from every folder that can be read."""
    verk, ute = oppdag(rot)
    sti = (rot or ordningsmappe()) / FILNAVN
    midlertidig = sti.with_suffix(".tmp")
    midlertidig.write_text(oversikt(verk.values(), ute), "utf-8")
    os.replace(midlertidig, sti)
    return sti


def rad_i_oversikten(verk: Regelverk) -> str:
    """The row of one scheme, as it stands in a fresh page."""
    m = verk.manifest
    uten, valg = uten_paragraf(verk), valgene(verk)
    hull = ", ".join([f"{len(uten)} uten paragraf"] * bool(uten) + [f"{len(valg)} valg"] * bool(valg)) or "ingen"
    celler = (f"[{m.navn.nb}]({m.id}/REGLER.md)", f"{m.gjelder.fra:%d.%m.%Y}–{m.gjelder.til:%d.%m.%Y}",
              TILSTAND[m.tilstand] + (", opphevet" if m.opphevet else ""), m.forskrift.nb, hull)  # fmt: skip
    return "| " + " | ".join(c.replace("|", "\\|") for c in celler) + " |"


def uten_paragraf(verk: Regelverk) -> list[str]:
    """Rules and parameters whose paragraph was not found; a parameter once, however many rows it has."""
    regler = [r.navn for r in verk.regler.values() if not r.hjemmel.kjent]
    return regler + [n for n, rader in verk.parameternavn.items() if any(not p.hjemmel.kjent for p in rader)]


def valgene(verk: Regelverk) -> list[tuple[str, str]]:
    """What was chosen where the sources are silent."""
    ut = [(r.navn, r.valg) for r in verk.regler.values() if r.valg]
    for navn, rader in verk.parameternavn.items():
        ut += [(navn, p.merknad.removeprefix("VALG: ")) for p in rader if p.merknad.startswith("VALG")]
    return ut


def _ordning(verk: Regelverk) -> dict:
    m, uten, valg = verk.manifest, uten_paragraf(verk), valgene(verk)
    vilkaar = len(verk.regelsett.av_art("vilkår"))
    return {
        "id": m.id, "navn": m.navn.nb, "opphevet": m.opphevet, "rad": rad_i_oversikten(verk), "team": f"Eier: {m.eier.team}",
        "antall": f"{len(verk.regler)} regler, {vilkaar} av dem vilkår.", "uten_paragraf": uten, "valg": valg, "hull": bool(uten or valg),
    }  # fmt: skip
