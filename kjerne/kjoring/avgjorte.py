"""The cases that are decided, with what each was decided on: facts, income, rules and trace, as they were stored.

A part (`Del`) is the cases that one run decided with one set of rules: they share the income snapshot.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kjoring.registerfakta import fra_sporing
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag, Kjoring
from kjerne.kjoring.utgaver import utgave
from kjerne.kjoring.vurdering import inntekt_for, vedtaksramme
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import snapshot as lagring
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kjoring_steg, manuelt_vedtak, omgjoring, soknad, vedtak
from kjerne.regelmotor.evaluering import kjor
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.sporing import Sporing
from kjerne.vedtak.endring import gjelder_ore

BIT = 50_000  # cases in memory at a time
NY = "ny"  # stands for the hash of an income snapshot that is not stored yet
_KOLONNER = ["sak_id", "vedtak_id", "versjon", "utfall", "avgjorende", "parameterrader", "fingeravtrykk", "kjoring_id",
             "sporing_id", "sporing_rad"]  # fmt: skip


@dataclass
class Del:
    """`vedtakene` and `saker` have the same rows in the same order; `verk` is what the cases are to be decided with now."""

    k: Kjoring
    vedtakene: pd.DataFrame
    saker: pd.DataFrame
    inntekt: str

    @property
    def verk(self) -> Regelverk:
        return self.k.verk

    def utvalg(self, rader) -> Del:
        """Only these rows."""
        return replace(self, vedtakene=self.vedtakene[rader].reset_index(drop=True), saker=self.saker[rader].reset_index(drop=True))

    def biter(self, storrelse: int = BIT) -> Iterator[Del]:
        nr = np.arange(len(self.saker))
        for fra in range(0, len(nr), storrelse):
            yield self.utvalg((nr >= fra) & (nr < fra + storrelse))

    def avgjor(self) -> tuple[Sporing, pd.DataFrame, pd.DataFrame]:
        """(trace, decisions, all payment lines) of these cases, by the same engine as the first time."""
        sporing = kjor(self.verk, self.saker, {"inntekter": inntekt_for(self.k, self.inntekt, self.saker["ident"])})
        return sporing, *vedtaksramme(sporing, self.saker)


def gjeldende(conn: Connection, ordning: str) -> pd.DataFrame:
    """The newest version of every decision, by run, rules and case; `overstyrt` where two persons decided otherwise than the rules."""
    nyere, m = vedtak.alias("nyere"), manuelt_vedtak.c
    finnes_nyere = sa.exists().where(nyere.c.sak_id == vedtak.c.sak_id, nyere.c.versjon > vedtak.c.versjon)
    sporring = (
        sa.select(*(vedtak.c[n] for n in _KOLONNER), gjelder_ore(), m.overstyring_id.is_not(None))
        .join_from(vedtak, soknad, soknad.c.sak_id == vedtak.c.sak_id).outerjoin(manuelt_vedtak, m.vedtak_id == vedtak.c.vedtak_id)
        .outerjoin(omgjoring, omgjoring.c.vedtak_id == vedtak.c.vedtak_id)
        .where(soknad.c.ordning == ordning, ~finnes_nyere)
        .order_by(vedtak.c.kjoring_id, vedtak.c.fingeravtrykk, vedtak.c.sak_id)
    )  # fmt: skip
    ramme = pd.DataFrame(conn.execute(sporring).all(), columns=[*_KOLONNER, "gjelder_ore", "overstyrt"])
    return ramme.astype({"gjelder_ore": "int64", "versjon": "int64", "overstyrt": "bool"})


def deler(rom: Arbeidsrom, ordning: str, nytt: Regelverk | None = None, bare: Collection[str] | None = None) -> Iterator[Del]:
    """Every decided case (or those in `bare`), part by part. `nytt`: the rules to decide with; else those that decided each part."""
    with lesende(rom.motor) as conn:
        alle = gjeldende(conn, ordning)
        steg = sa.select(kjoring_steg.c.kjoring_id, kjoring_steg.c.resultat).where(kjoring_steg.c.steg == "kvalitet")
        valgt = {id_: json.loads(tekst) for id_, tekst in conn.execute(steg)}
    if bare is not None:
        alle = alle[alle["sak_id"].isin(bare)]
    for (kjoring_id, fingeravtrykk), egne in alle.groupby(["kjoring_id", "fingeravtrykk"], sort=True):
        if kjoring_id not in valgt:
            raise Ordningsfeil("Det saken ble avgjort på, er ikke lagret.", f"kjøring {kjoring_id}", "Hent en sikkerhetskopi.")
        verk = nytt or utgave(rom, ordning, fingeravtrykk)
        k = Kjoring(rom, verk, Grunnlag(), kjoring_id)
        vedtakene = egne.reset_index(drop=True)
        yield Del(k, vedtakene, saker_som_avgjort(k, valgt[kjoring_id]["utvalg"], vedtakene), valgt[kjoring_id]["inntekt_brukt"])


def saker_som_avgjort(k: Kjoring, utvalg: str, vedtakene: pd.DataFrame) -> pd.DataFrame:
    """The facts as they were given to the rules, for each of `vedtakene` (sak_id, sporing_id, sporing_rad). A fact that is newer than
    the decision is unknown."""
    saker = lagring.les(k.rom.snapshotmappe, utvalg, "utvalg").drop(columns="bit", errors="ignore")
    saker = saker.iloc[pd.Index(saker["sak_id"]).get_indexer(pd.Index(vedtakene["sak_id"]))].reset_index(drop=True)
    if not k.verk.manifest.registerfelt:
        return saker
    trace = pd.concat([_traces(k, sha, egne) for sha, egne in vedtakene.groupby("sporing_id", sort=False)])
    trace = trace.sort_index()
    return fra_sporing(k.verk, saker, trace.reset_index(drop=True))


def _traces(k: Kjoring, sha: str, egne: pd.DataFrame) -> pd.DataFrame:
    """The register facts of these decisions as their trace has them, with the rows of `egne`."""
    finnes = lagring.kolonner_i(k.rom.snapshotmappe, sha, "sporing")
    navn = ["sak_id", *(f.navn for f in k.verk.manifest.registerfelt if f.navn in finnes)]
    trace = lagring.les(k.rom.snapshotmappe, sha, "sporing", navn)
    return trace.iloc[egne["sporing_rad"].to_numpy()].set_axis(egne.index)


def med_inntekt(del_: Del, ramme: pd.DataFrame) -> Del:
    """The part on another income table, which is not stored yet."""
    k = replace(del_.k, hurtig={f"inntekt:{NY}": ramme})
    return replace(del_, k=k, inntekt=NY)
