"""The letters of one scheme, from decisions, traces and lines."""

from __future__ import annotations

import datetime as dt
import json
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kjerne.brev import BELOP, Avgjorende, Brevlinje, Brevmal, Brevsak, Utregning, formater, kroner, periode
from kjerne.drift.tall import ident as skriv_ident
from kjerne.kontrakt.manifest import Soknadsfelt
from kjerne.kontrakt.regel import Regel
from kjerne.regelmotor.forklaring import enhet_for
from kjerne.regelmotor.regelverk import PERIODE, Regelverk

Lov = tuple[tuple[str, dt.date | None], ...]  # source of law → the first day of its text in force, None when it is not known
KILDER = {  # what a letter says that the decision stands on
    "nb": ("Søknaden, mottatt {}", "A-ordningen, hentet {}"),
    "nn": ("Søknaden, motteken {}", "A-ordninga, henta {}"),
}


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
    def _klokker(self) -> dict[str, str]:
        """Source of law → the date of the case that says which text of it was in force."""
        return {n: r.klokke or self.verk.manifest.dato_for_regler for n, r in self.verk.manifest.rettskilder.items() if r.tekster}

    def _lov(self, trace: pd.DataFrame) -> list[Lov]:
        """For each case the first day of the text in force, per source of law with more than one; few texts, so few are different."""
        deler = []
        for navn, klokke in self._klokker.items():
            koder, unike = pd.factorize(trace[klokke]) if klokke in trace else (np.full(len(trace), -1), ())
            tekster = [self.verk.manifest.rettskilder[navn].tekst_paa(pd.Timestamp(dag).date()).fra for dag in unike]
            deler.append([(navn, tekster[k] if k >= 0 else None) for k in koder])
        return [tuple(rad) for rad in zip(*deler, strict=True)] if deler else [()] * len(trace)

    def hjemmel(self, regel: Regel, maalform: str, lov: Lov = ()) -> str:
        """The legal reference of a rule in the words of a letter, in the text that was in force; without a number where none was found."""
        kilde = regel.hjemmel.kilde
        return self.verk.manifest.rettskilder[kilde].sted(regel.hjemmel, maalform, dict(lov).get(kilde))

    def _forskrift(self, maalform: str, lov: Lov) -> str:
        m = self.verk.manifest
        return m.rettskilder[m.hovedkilde].kalt(maalform, dict(lov).get(m.hovedkilde)) if m.hovedkilde else m.forskrift.paa(maalform)

    def mange(self, vedtakene: pd.DataFrame, saker: pd.DataFrame, trace: pd.DataFrame, linjer: dict[str, list[tuple]], hentet):
        """(vedtak_id, html) for each decision. Letters of the same shape are written together, column by column.

        vedtakene   vedtak_id, utfall, avgjorende (JSON), fattet_dato; hvem (who decided: see Brevsak) and omgjort (an Omgjort, None
                    for a first decision), which may be absent
        linjer      vedtak_id → (payee, øre, from, to) of what is paid by it
        """
        vedtakene = vedtakene.assign(**{n: v for n, v in (("hvem", "regler"), ("omgjort", None)) if n not in vedtakene})
        former, identer = saker["maalform"].tolist(), saker["ident"].tolist()
        tekst = {m: self._verdier(trace, m) for m in set(former)}
        rader, lov = list(vedtakene.itertuples()), self._lov(trace)
        grupper: dict[tuple, list[int]] = {}
        for nr, rad in enumerate(rader):
            form = (former[nr], lov[nr], rad.utfall, rad.avgjorende, rad.fattet_dato, rad.hvem, rad.omgjort and rad.omgjort.slag,
                    *(linje[0] for linje in linjer.get(rad.vedtak_id, ())))  # fmt: skip
            grupper.setdefault(form, []).append(nr)
        for (m, *_), numre in grupper.items():
            forste = numre[0]
            verdier = {n: kolonne[forste] for n, kolonne in tekst[m].items()}
            sak = self._sak(rader[forste], m, identer[forste], verdier, linjer.get(rader[forste].vedtak_id, ()), hentet, lov[forste])
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
        if rader[0].omgjort:
            ut |= {(navn,): [kroner(getattr(r.omgjort, navn)) for r in rader] for navn in BELOP}
        for nr in range(len(penger[0])):
            ut["periode", nr] = [periode(p[nr][2], p[nr][3]) for p in penger]
            ut["belop", nr] = [kroner(p[nr][1]) for p in penger]
        ut |= {("steg", nr): verdier[regel.navn] for nr, regel in enumerate(self.regnet)}
        return ut | {("kilde", nr): kilde for nr, kilde in enumerate(kilder)}

    def _sak(self, rad, m: str, ident: str, verdier: dict[str, str], linjer, hentet, lov: Lov = ()) -> Brevsak:
        manifest, mottakere = self.verk.manifest, self.verk.manifest.utbetaling.mottakere
        vilkaar = [self.verk.regler[v] for v in json.loads(rad.avgjorende)]
        regnet = self.regnet if rad.utfall == "innvilget" and rad.hvem != "overstyrt" else []
        return Brevsak(
            maalform=m,
            utfall=rad.utfall,
            ordning=manifest.navn,
            vedtak_id=rad.vedtak_id,
            ident=ident,
            vedtaksdato=rad.fattet_dato,
            verdier=verdier,
            avgjorende=[Avgjorende(r.navn, self.hjemmel(r, m, lov)) for r in vilkaar],
            utregning=[Utregning(r.tekst, self.hjemmel(r, m, lov), verdier[r.navn], r.navn) for r in regnet],
            linjer=[Brevlinje(_stor(getattr(mottakere[rolle], m)), belop, fom, tom) for rolle, belop, fom, tom in linjer],
            klagefrist_uker=manifest.klage.frist_uker,
            klage_hjemmel=getattr(manifest.klage.hjemmel, m, ""),
            datakilder=[KILDER[m][0].format(verdier["mottatt_dato"]), *self._register(m, hentet)],
            opphevet=manifest.opphevet,
            syntetisk=self.syntetisk,
            forskrift=self._forskrift(m, lov),
            hvem=rad.hvem,
            omgjort=rad.omgjort,
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
