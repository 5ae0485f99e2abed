"""Step 5, a chunk at a time: a letter for every decision. The letters of a chunk are one immutable frame, like all heavy data."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from kjerne.brev import Avgjorende, Brevlinje, Brevmal, Brevsak, Utregning, formater, kroner, periode
from kjerne.drift.tall import ident as skriv_ident
from kjerne.kjoring.lesing import hent_ramme, lagre_ramme
from kjerne.kjoring.rom import Arbeidsrom, Kjoring
from kjerne.kjoring.vurdering import bit_av
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.manifest import Soknadsfelt
from kjerne.kontrakt.regel import Regel
from kjerne.kontrakt.tabeller import DTYPER
from kjerne.lager.bulk import sett_inn
from kjerne.lager.kanonisk import sha256
from kjerne.lager.motor import lesende
from kjerne.lager.snapshot import les, relativ_sti
from kjerne.lager.tabeller import brev, linje, vedtak
from kjerne.regelmotor.forklaring import enhet_for
from kjerne.regelmotor.regelverk import PERIODE, Regelverk

MAALFORMER = ("nb", "nn")
ART = "brev"
PORSJON = 1_000  # letters that are in the air at a time
KILDER = {  # what a letter says that the decision stands on
    "nb": ("Søknaden, mottatt {}", "A-ordningen, hentet {}"),
    "nn": ("Søknaden, motteken {}", "A-ordninga, henta {}"),
}


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
    arkiv = lagre_ramme(k, ramme, ART)
    form = pd.Series(saker.loc[vedtakene["sak_id"], "maalform"].to_numpy(), index=vedtakene["vedtak_id"].to_numpy())
    rader = pd.DataFrame({
        "vedtak_id": ramme["vedtak_id"],
        "maalform": form.loc[ider_].to_numpy(),
        "sha256": sha,
        "arkiv": relativ_sti(arkiv, ART),
    })  # fmt: skip
    with k.rom.motor.begin() as conn:
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
    kolonner = [vedtak.c.vedtak_id, vedtak.c.sak_id, vedtak.c.utfall, vedtak.c.avgjorende, vedtak.c.fattet_dato]
    lo, hi = min(saker.index), max(saker.index)
    with lesende(k.rom.motor) as conn:
        innen = (vedtak.c.sak_id >= lo) & (vedtak.c.sak_id <= hi) & (vedtak.c.kjoring_id == k.id)
        rader = pd.DataFrame(
            conn.execute(sa.select(*kolonner).where(innen).order_by(vedtak.c.sak_id)).all(), columns=[c.name for c in kolonner]
        )
        penger = conn.execute(
            sa.select(linje.c.vedtak_id, linje.c.rolle, linje.c.belop_ore, linje.c.fom, linje.c.tom)
            .join(vedtak, vedtak.c.vedtak_id == linje.c.vedtak_id)
            .where(innen)
            .order_by(linje.c.vedtak_id, linje.c.nr)
        ).all()
    linjer: dict[str, list[tuple]] = {}
    for vedtak_id, *resten in penger:
        linjer.setdefault(vedtak_id, []).append(tuple(resten))
    return rader[rader["sak_id"].isin(saker.index)].reset_index(drop=True), linjer


class Brevskriver:
    """The letters of one scheme. Values are formatted once per different value, not once per letter."""

    def __init__(self, verk: Regelverk, *, syntetisk: bool):
        self.verk = verk
        self.syntetisk = syntetisk
        self.mal = Brevmal.les(verk.mappe / "brev")

    @property
    def kjente(self) -> list[str]:
        """The names that a letter may show: facts, parameters, rules, and the period of the scheme."""
        return [*self.verk.fakta, *self.verk.parameternavn, *self.verk.regler, *PERIODE]

    @cached_property
    def brukte(self) -> list[str]:
        """The names that the letter, or a step of its calculation, shows."""
        alltid = {"mottatt_dato", *(r.navn for r in self.regnet)}
        i_mal = self.mal.brukte_navn
        return [n for n in self.kjente if n in i_mal or n in alltid]

    @cached_property
    def regnet(self) -> list[Regel]:
        """The steps of the calculation that a letter shows: those that the scheme has written a block for. Each comes after those
        it is worked out from, and otherwise as in regler.py, whatever the conditions ask for first."""
        return [r for r in self.verk.regnerekke if r.art in ("beregning", "beløp") and r.navn in self.mal.blokker]

    @cached_property
    def hjemmel(self) -> dict[str, dict[str, str]]:
        """The legal reference of each rule in the words of a letter; without a number where none was found."""
        return {m: {r.navn: self._hjemmel(r, m) for r in self.verk.regler.values()} for m in MAALFORMER}

    def _hjemmel(self, regel: Regel, maalform: str) -> str:
        kilde = self.verk.manifest.rettskilder[regel.hjemmel.kilde]
        navn = getattr(kilde.kort, maalform) if kilde.kort else kilde.navn
        return f"{navn} {regel.hjemmel.sted(maalform)}".rstrip()

    def mange(self, vedtakene: pd.DataFrame, saker: pd.DataFrame, trace: pd.DataFrame, linjer: dict[str, list[tuple]], hentet):
        """(vedtak_id, html) for each decision. Letters of the same shape are written together, column by column."""
        former, identer = saker["maalform"].tolist(), saker["ident"].tolist()
        tekst = {m: self._verdier(trace, m) for m in set(former)}
        rader = list(vedtakene.itertuples())
        grupper: dict[tuple, list[int]] = {}
        for nr, rad in enumerate(rader):
            form = (former[nr], rad.utfall, rad.avgjorende, rad.fattet_dato, *(linje[0] for linje in linjer.get(rad.vedtak_id, ())))
            grupper.setdefault(form, []).append(nr)
        for (m, *_), numre in grupper.items():
            forste = numre[0]
            verdier = {n: kolonne[forste] for n, kolonne in tekst[m].items()}
            sak = self._sak(rader[forste], m, identer[forste], verdier, linjer.get(rader[forste].vedtak_id, ()), hentet)
            self.mal.skriv(sak)  # the checks of a whole letter, once for each shape
            kolonner = {n: [kolonne[nr] for nr in numre] for n, kolonne in tekst[m].items()}
            kolonner |= self._kolonner([rader[nr] for nr in numre], [identer[nr] for nr in numre], linjer, kolonner, m, hentet)
            brevene = self.mal.skjelett(sak).fyll_mange(kolonner, len(numre))
            yield from zip((rader[nr].vedtak_id for nr in numre), brevene, strict=True)

    def _kolonner(self, rader: list, identer: list[str], linjer: dict[str, list[tuple]], verdier: dict, m: str, hentet) -> dict:
        """The places of the frame as columns: the same texts as `Brevmal.tekster` gives for one case."""
        penger = [linjer.get(r.vedtak_id, ()) for r in rader]
        kilder = [[KILDER[m][0].format(v) for v in verdier["mottatt_dato"]], *([k] * len(rader) for k in self._register(m, hentet))]
        ut = {
            ("vedtak_id",): [r.vedtak_id for r in rader],
            ("ident",): [skriv_ident(i) for i in identer],
            ("vedtaksdato",): [formater("vedtaksdato", rader[0].fattet_dato, "dato", m)] * len(rader),
            ("sum",): [kroner(sum(linje[1] for linje in p)) for p in penger],
        }
        for nr in range(len(penger[0])):
            ut["periode", nr] = [periode(p[nr][2], p[nr][3]) for p in penger]
            ut["belop", nr] = [kroner(p[nr][1]) for p in penger]
        ut |= {("steg", nr): verdier[regel.navn] for nr, regel in enumerate(self.regnet)}
        return ut | {("kilde", nr): kilde for nr, kilde in enumerate(kilder)}

    def _sak(self, rad, m: str, ident: str, verdier: dict[str, str], linjer, hentet) -> Brevsak:
        manifest, mottakere = self.verk.manifest, self.verk.manifest.utbetaling.mottakere
        vilkaar = [self.verk.regler[v] for v in json.loads(rad.avgjorende)]
        innvilget = rad.utfall == "innvilget"
        return Brevsak(
            maalform=m,
            utfall=rad.utfall,
            ordning=manifest.navn,
            vedtak_id=rad.vedtak_id,
            ident=ident,
            vedtaksdato=rad.fattet_dato,
            verdier=verdier,
            avgjorende=[Avgjorende(r.navn, self.hjemmel[m][r.navn]) for r in vilkaar],
            utregning=[Utregning(r.tekst, self.hjemmel[m][r.navn], verdier[r.navn], r.navn) for r in self.regnet] if innvilget else [],
            linjer=[Brevlinje(_stor(getattr(mottakere[rolle], m)), belop, fom, tom) for rolle, belop, fom, tom in linjer],
            klagefrist_uker=manifest.klage.frist_uker,
            klage_hjemmel=getattr(manifest.klage.hjemmel, m, ""),
            datakilder=[KILDER[m][0].format(verdier["mottatt_dato"]), *self._register(m, hentet)],
            opphevet=manifest.opphevet,
            syntetisk=self.syntetisk,
            forskrift=getattr(manifest.forskrift, m),
        )

    def _register(self, m: str, hentet) -> list[str]:
        return [KILDER[m][1].format(formater("hentet", hentet, "dato", m))] if self.verk.manifest.inntekt else []

    def _verdier(self, trace: pd.DataFrame, maalform: str) -> dict[str, list[str]]:
        ut = {}
        for navn in self.brukte:
            type_ = enhet_for(self.verk, navn)
            type_ = "kr" if type_ == "kroner" else type_  # facts in the trace are kroner, not øre
            koder, unike = pd.factorize(trace[navn], use_na_sentinel=False)
            tekster = [formater(navn, self._valgt(navn, v, maalform), type_, maalform) for v in unike]
            ut[navn] = [tekster[k] for k in koder]
        return ut

    def _valgt(self, navn: str, verdi: Any, maalform: str) -> Any:
        """An answer that was chosen from a list, as the scheme's words for it; any other value as it is."""
        felt = self._valgfelt.get(navn)
        return felt.valgt(verdi, maalform) if felt and isinstance(verdi, str) else verdi

    @cached_property
    def _valgfelt(self) -> dict[str, Soknadsfelt]:
        return {f.navn: f for f in self.verk.manifest.felt if f.valgtekst}


def _stor(tekst: str) -> str:
    return tekst[:1].upper() + tekst[1:]
