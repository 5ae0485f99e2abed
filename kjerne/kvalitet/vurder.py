"""Runs a scheme's checks over cases and income, and gives every case its verdict. Pure: frames in, frames out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kjerne.kvalitet.dom import Grunner, dommer, sporsmal
from kjerne.kvalitet.kontekst import Kontekst
from kjerne.kvalitet.kontroll import (
    Kjort,
    Kvalitetsstopp,
    gx_kontroll,
    kjor_maske,
    rapport,
    stopp_om_noedvendig,
    ta_inn,
)
from kjerne.kvalitet.maske import HELE, I_BUNT, last_masker
from kjerne.kvalitet.masker_sak import dekning, skjemaavvik
from kjerne.kvalitet.plan import Kontroll, Kvalitetsplan


@dataclass
class Kvalitetsresultat:
    """dommer         cases that are not OK: sak_id, dom, vent_til, grunner (canonical JSON: a list of {handling,
                   hvorfor, kontroll, maaned, observert, virksomhet}, worst first) and kort (the names of the checks
                   that decided, joined by |)
    sporsmal       questions to employers and persons; it and `dommer` are made when first asked for
    kontroller     one row per check, for the report
    rader_utelatt  income rows that may not enter the basis, and why in `utelatt_grunn`
    dekning        share of the cases that use income with income in the extract, of `dekning_av` cases; hand it to the
                   next run as forrige_dekning
    gx             Great Expectations' own results, without values
    """

    kontroller: pd.DataFrame
    rader_utelatt: np.ndarray
    utelatt_grunn: pd.Categorical
    dekning: float
    dekning_av: int
    gx: dict[str, Any]
    kjort: list[Kjort] = field(repr=False)
    kontekst: Kontekst = field(repr=False)
    grunner: Grunner = field(repr=False)
    frist: dt.date

    @cached_property
    def _samlet(self) -> pd.DataFrame:
        return self.grunner.samlet()

    @cached_property
    def dommer(self) -> pd.DataFrame:
        return dommer(self.grunner, self._samlet)

    @cached_property
    def sporsmal(self) -> pd.DataFrame:
        return sporsmal(self.grunner, self._samlet, self.frist)


def vurder_kvalitet(
    plan: Kvalitetsplan,
    saker: pd.DataFrame,
    inntekt: pd.DataFrame,
    arbeidsforhold: pd.DataFrame | None = None,
    permittering: pd.DataFrame | None = None,
    *,
    hentet: dt.date,
    vedtaksdato: dt.date,
    krev_syntetisk: bool = True,
    forrige_dekning: float | None = None,
    personer: pd.DataFrame | None = None,
    forrige_hentet: np.ndarray | None = None,
    overstyr: Mapping[str, str] | None = None,
    besvart: pd.DataFrame | None = None,
) -> Kvalitetsresultat:
    """Verdicts and questions for all cases.

    saker           sak_id, ident, konto and the scheme's fields
    personer        ident, doedsdato: from the population register, when it was read
    forrige_hentet  for each case the day its income was fetched when it was judged last, NaT when never (rule 11)
    besvart         sak_id, kontroll of answered questions: they become FLAGG. Only for questions about other things
                    than income; answers about income are rows of `inntekt` with avvik_koder beginning with "svar:"
    overstyr        check → an operator's reason for going on in spite of it; only for checks that allow it
    Raises Kvalitetsstopp when the delivery as a whole fails, or when a check could not be carried out.
    """
    rammer = {"sak": saker, "inntekt": inntekt, "arbeidsforhold": arbeidsforhold, "permittering": permittering}
    if avvik := skjemaavvik({n: r for n, r in rammer.items() if r is not None}):
        raise Kvalitetsstopp(
            [f"Tabellene har feil form: {'; '.join(avvik[:5])}."], "Les filen inn på nytt.", rapport([]), {}
        )
    k = Kontekst(
        plan,
        saker,
        inntekt,
        arbeidsforhold,
        permittering,
        hentet=hentet,
        vedtaksdato=vedtaksdato,
        krev_syntetisk=krev_syntetisk,
        forrige_dekning=forrige_dekning,
        personer=personer,
        forrige_hentet=forrige_hentet,
    )
    kjort = [_kjor_en(k, kontroll) for kontroll in plan.kontroll if not _i_bunt(kontroll)]
    utelatt, grunn = _utelatt(k, kjort)
    grunner = Grunner(k, [en.kontroll for en in kjort], besvart=besvart)
    with ThreadPoolExecutor(1) as ved_siden_av:  # GX counts the masks while their findings are led to the cases
        hos_gx = ved_siden_av.submit(gx_kontroll, kjort, k.rammer)
        _knytt(grunner, kjort, utelatt, egne=False)
        utfall, gx = hos_gx.result()
    ta_inn(kjort, utfall)
    stopp_om_noedvendig(kjort, gx, overstyr or {})
    _knytt(grunner, kjort, utelatt, egne=True)
    stopp_om_noedvendig(kjort, gx, overstyr or {})
    return Kvalitetsresultat(
        rapport(kjort),
        utelatt,
        grunn,
        *dekning(k),
        gx,
        kjort,
        k,
        grunner,
        vedtaksdato + dt.timedelta(days=plan.sporsmal.frist_dager),
    )


def _knytt(grunner: Grunner, kjort: list[Kjort], utelatt: np.ndarray, *, egne: bool) -> None:
    """Leads findings to their cases: those of the masks, or (`egne`) those that native expectations made in GX."""
    for nr, en in enumerate(kjort):
        if en.maske is None or en.over in HELE or bool(en.kontroll.forventning) != egne:
            continue
        b = None if egne else last_masker()[en.kontroll.navn]
        try:
            grunner.legg_til(nr, b, en.over, en.maske, utelatt)
        except Exception as feil:  # findings that cannot be led to their cases must not look like none
            en.feil = f"{type(feil).__name__} da funnene skulle knyttes til saker"


def _i_bunt(kontroll: Kontroll) -> bool:
    return not kontroll.forventning and last_masker()[kontroll.navn].over in I_BUNT


def _kjor_en(k: Kontekst, kontroll: Kontroll) -> Kjort:
    """One mask. What fails inside it is kept and stops the run later, with all the other faults."""
    if kontroll.forventning:
        return Kjort(
            kontroll,
            kontroll.tabell,
            None,
            merknad="" if kontroll.tabell in k.rammer else _ikke_kjort([kontroll.tabell]),
        )
    b = last_masker()[kontroll.navn]
    if mangler := [n for n in b.trenger if n not in k.rammer]:
        return Kjort(kontroll, b.over, None, merknad=_ikke_kjort(mangler))
    kjort = kjor_maske(k, kontroll)
    if kjort.maske is not None and b.over == "inntekt":
        kjort.maske.brudd &= ~k.inn.erstattet
        if b.svar_avklarer:
            kjort.maske.brudd &= ~k.inn.svar
    if kontroll.navn == "sok_person_lever" and "personer" not in k.rammer:
        kjort.merknad = "dødsdato fra folkeregisteret er ikke lest; bare lønn etter dødsfall er sett etter"
    return kjort


def _ikke_kjort(tabeller: list[str]) -> str:
    return f"ikke kjørt: {' og '.join(tabeller)} er ikke lest"


def _utelatt(k: Kontekst, kjort: list[Kjort]) -> tuple[np.ndarray, pd.Categorical]:
    """Income rows outside the basis. The first reason in the plan counts; an answer in its place comes before all."""
    grunner = ["erstattet av svar"]
    kode = np.where(k.inn.erstattet, 0, -1)
    for en in kjort:
        b = last_masker().get(en.kontroll.navn)
        if b and b.utelater and en.maske is not None:
            kode[en.maske.brudd & (kode < 0)] = len(grunner)
            grunner.append(en.kontroll.navn)
    return kode >= 0, pd.Categorical.from_codes(kode, grunner)
