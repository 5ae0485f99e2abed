"""A run that decides cases outside the flow: once more, or by a caseworker. What it decided on is stored as a run stores it, so that
every decision can be explained and replayed in the same way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy.engine import Connection

from kjerne.kjoring.avgjorte import NY, Del
from kjerne.kjoring.helekroner import krev_hele_kroner
from kjerne.kjoring.lesing import lagre_snapshot
from kjerne.kjoring.rom import Arbeidsrom, Kjoring, kjoring_id
from kjerne.kjoring.vurdering import sporingsramme
from kjerne.lager import snapshot as lagring
from kjerne.lager.bulk import sett_inn
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.tabeller import kjoring, kjoring_steg


@dataclass(frozen=True)
class Delkjoring:
    """`ramme` and `linjer`: the decisions and all their lines, as `vedtaksramme` gives them. `som_dict` is what a run stores of it."""

    k: Kjoring
    kjoring_id: str
    ramme: pd.DataFrame
    linjer: pd.DataFrame
    saker: pd.DataFrame
    filer: dict[str, tuple[str, str, int]]  # kind → hash, path, rows

    def som_dict(self) -> dict[str, Any]:
        hasher = {art: fil[0] for art, fil in self.filer.items()}
        return {"kjoring_id": self.kjoring_id, "antall": len(self.saker), "fingeravtrykk": self.k.verk.fingeravtrykk, **hasher}


def avgjor(del_: Del, hva: str, inntekt: pd.DataFrame | None = None) -> Delkjoring:
    """Decides the cases and writes what they were decided on to disk; nothing is in the database yet. `hva` tells runs of the same
    content apart; `inntekt` is the table when it is not stored before."""
    rom = del_.k.rom
    sporing, ramme, linjer = del_.avgjor()
    krev_hele_kroner(del_.k, sporing)
    rammer = {"utvalg": del_.saker, "sporing": sporingsramme(sporing, del_.saker["sak_id"]), "rader": sporing.rader()}
    if del_.inntekt == NY:
        rammer["inntekt"] = inntekt
    filer = {art: lagring.skriv(r, rom.snapshotmappe, art) for art, r in rammer.items()}
    filer.setdefault("inntekt", (del_.inntekt, lagring.relativ_sti(del_.inntekt, "inntekt"), 0))
    innhold = {"hva": hva, "fingeravtrykk": del_.verk.fingeravtrykk} | {art: fil[0] for art, fil in filer.items()}
    return Delkjoring(del_.k, kjoring_id(del_.verk.id, innhold), ramme, linjer, del_.saker, filer)


def lagre(conn: Connection, rom: Arbeidsrom, ordning: str, del_: dict[str, Any], dag: dt.date) -> None:
    """Writes the run down as finished: one chunk, with the hashes of what it decided on. Again: nothing changes."""
    naa, id_, antall = rom.klokke.naa(), del_["kjoring_id"], del_["antall"]
    grunnlag = {"bitstorrelse": antall, "vedtaksdato": dag.isoformat(), "hentet": dag.isoformat(), "delkjoring": True}
    sett_inn(conn, kjoring, {"kjoring_id": id_, "ordning": ordning, "grunnlag": json_tekst(grunnlag), "tilstand": "ferdig",
                             "startet_tid": naa, "ferdig_tid": naa})  # fmt: skip
    steg = {"kvalitet": {"saker": antall, "biter": 1, "sporsmal": 0, "kontroller": [], "delkjoring": True, "utvalg": del_["utvalg"],
                         "inntekt_brukt": del_["inntekt"]},
            "vurder": {"sporing": del_["sporing"], "rader": del_["rader"]}}  # fmt: skip
    sett_inn(conn, kjoring_steg, {"kjoring_id": id_, "steg": list(steg), "bit": 0, "resultat": [json_tekst(r) for r in steg.values()],
                                  "sekunder": 0.0, "ferdig_tid": naa})  # fmt: skip


def lagre_filer(conn: Connection, del_: Delkjoring) -> None:
    """Names the files that are on disk; one that was named before is left."""
    for art, fil in del_.filer.items():
        if fil[0]:
            lagre_snapshot(conn, del_.k, art, *fil)
