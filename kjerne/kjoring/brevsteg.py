"""Step 5, a chunk at a time: a letter for every decision. The letters of a chunk are one immutable frame, like all heavy data."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from kjerne.brev import Omgjort
from kjerne.kjoring.brevskriver import Brevskriver
from kjerne.kjoring.lesing import hent_ramme, lagre_snapshot
from kjerne.kjoring.rom import Arbeidsrom, Kjoring
from kjerne.kjoring.vurdering import bit_av
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.tabeller import DTYPER
from kjerne.lager.bulk import sett_inn
from kjerne.lager.kanonisk import sha256
from kjerne.lager.motor import lesende
from kjerne.lager.snapshot import les, skriv
from kjerne.lager.tabeller import brev, linje, manuelt_vedtak, omgjoring, revurdering, vedtak
from kjerne.regelmotor.regelverk import Regelverk

ART = "brev"
PORSJON = 1_000  # letters that are in the air at a time

def prov_maler(verk: Regelverk) -> None:
    """Reads the templates, so that a fault in them stops a run before anything is done and not when all is decided.

    Raises Ordningsfeil/Samlefeil for a template that is broken, lacks a condition or shows what does not exist.
    """
    mappe = verk.mappe / "brev"
    if not mappe.is_dir():
        return
    skriver = Brevskriver(verk, syntetisk=True)
    vilkaar = skriver.mal.mangler_blokker(r.navn for r in verk.regelsett.av_art("vilkår"))
    funn = [f"Ingen blokk i brevet forklarer vilkåret {n}." for n in vilkaar]
    funn += [f"Brevet bruker et navn som ikke finnes: {n}." for n in skriver.mal.ukjente_verdier(skriver.kjente)]
    if funn:
        raise Ordningsfeil(" ".join(funn), str(mappe), f"Rett malene, og prøv dem med ordning sjekk {verk.id}.")


def skriv_brev(k: Kjoring, bit: int) -> dict:
    """Writes the letters of the chunk's decisions and records their hashes."""
    if not (k.verk.mappe / "brev").is_dir():
        return {"brev": 0}
    skriver = k.hurtig.setdefault("brevskriver", Brevskriver(k.verk, syntetisk=k.rom.krev_syntetisk))
    saker = bit_av(k, k.resultat("kvalitet"), bit).set_index("sak_id")
    vedtakene, linjer = _avgjort(k, saker)
    trace = hent_ramme(k, k.resultat("vurder", bit)["sporing"], "sporing").set_index("sak_id")
    trace = trace.loc[vedtakene["sak_id"]]
    brevene = skriver.mange(vedtakene, saker.loc[vedtakene["sak_id"]], trace, linjer, k.grunnlag.hentetdato)
    ider_, sha, html = _pakk(brevene)
    ramme = pd.DataFrame({"vedtak_id": pd.Series(ider_, dtype=DTYPER["tekst"]), "html": html}, copy=False)
    arkiv = skriv(ramme, k.rom.snapshotmappe, ART)
    form = pd.Series(saker.loc[vedtakene["sak_id"], "maalform"].to_numpy(), index=vedtakene["vedtak_id"].to_numpy())
    rader = pd.DataFrame({
        "vedtak_id": ramme["vedtak_id"],
        "maalform": form.loc[ider_].to_numpy(),
        "sha256": sha,
        "arkiv": arkiv[1],
    })  # fmt: skip
    with k.rom.motor.begin() as conn:  # together: a letter has the moment of its archive, see kjerne.revisjon.segl
        lagre_snapshot(conn, k, ART, *arkiv)
        nye = sett_inn(conn, brev, rader)
    return {"brev": len(ider_), "nye": nye}


def _pakk(brevene: Iterable[tuple[str, str]]) -> tuple[list[str], list[str], pd.Series]:
    """(ids, hashes, letters as an Arrow column). Few at a time, so that no more than the packed letters is held."""
    ider_, sha, deler = [], [], []
    brevene = iter(brevene)
    while noen := list(islice(brevene, PORSJON)):
        bytene = [html.encode() for _, html in noen]
        ider_ += [vedtak_id for vedtak_id, _ in noen]
        sha += [sha256(b) for b in bytene]
        deler.append(pa.array(bytene, pa.large_binary()).cast(pa.large_string()))
    return ider_, sha, pd.Series(DTYPER["tekst"].__from_arrow__(pa.chunked_array(deler, pa.large_string())))


def hent_brev(rom: Arbeidsrom, vedtak_id: str) -> str:
    """The letter as it was written. Raises Ordningsfeil when there is none, or when it is not the one that was stored."""
    with lesende(rom.motor) as conn:
        rad = conn.execute(sa.select(brev).where(brev.c.vedtak_id == vedtak_id)).one_or_none()
    if rad is None:
        raise Ordningsfeil("Det er ikke skrevet noe brev for vedtaket.", vedtak_id[:60], "Bruk en vedtak_id fra ordning forklar.", kode=2)
    ramme = les(rom.snapshotmappe, Path(rad.arkiv).stem, ART)
    html = ramme.loc[ramme["vedtak_id"] == vedtak_id, "html"].iloc[0]
    if sha256(html) != rad.sha256:
        raise Ordningsfeil("Brevet er ikke det som ble lagret.", rad.arkiv, "Hent filen fra sikkerhetskopi.")
    return html


def _avgjort(k: Kjoring, saker: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, list[tuple]]]:
    """The decisions of this run in the chunk, and their payment lines per decision."""
    v, m, o = vedtak.c, manuelt_vedtak.c, omgjoring.c
    kolonner = [v.vedtak_id, v.sak_id, v.utfall, v.avgjorende, v.fattet_dato]
    om = [m.vedtak_id, m.overstyring_id, revurdering.c.aarsak, o.for_utfall, o.for_ore, o.etter_ore, o.tillegg_ore, o.krav_ore]
    lo, hi = min(saker.index), max(saker.index)
    innen = (v.sak_id >= lo) & (v.sak_id <= hi) & (v.kjoring_id == k.id)
    sporring = (
        sa.select(*kolonner, *om).outerjoin(manuelt_vedtak, m.vedtak_id == v.vedtak_id).outerjoin(omgjoring, o.vedtak_id == v.vedtak_id)
        .outerjoin(revurdering, revurdering.c.revurdering_id == o.revurdering_id).where(innen).order_by(v.sak_id)
    )  # fmt: skip
    penger = sa.select(v.vedtak_id, *(linje.c[n] for n in ("rolle", "belop_ore", "fom", "tom"))).join(linje)
    with lesende(k.rom.motor) as conn:
        svar = conn.execute(sporring).all()
        lest = conn.execute(penger.where(innen).order_by(v.vedtak_id, linje.c.nr)).all()
    linjer: dict[str, list[tuple]] = {}
    for vedtak_id, *resten in lest:
        linjer.setdefault(vedtak_id, []).append(tuple(resten))
    rader = pd.DataFrame([r[:5] for r in svar], columns=[c.name for c in kolonner]).assign(
        hvem=["overstyrt" if r[6] else "saksbehandler" if r[5] else "regler" for r in svar],
        omgjort=pd.Series([Omgjort(*r[7:]) if r[7] else None for r in svar], dtype=object))  # fmt: skip
    return rader[rader["sak_id"].isin(saker.index)].reset_index(drop=True), linjer
