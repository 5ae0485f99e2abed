"""Runs a scheme's checks over cases and income, and gives every case its verdict. Pure: frames in, frames out."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kjerne.kvalitet.dom import Grunner, dommer, sporsmal
from kjerne.kvalitet.kontekst import Kontekst
from kjerne.kvalitet.kontroll import Kjort, Kvalitetsstopp, gx_kontroll, kjor_maske, rapport, stopp_om_noedvendig
from kjerne.kvalitet.maske import HELE, I_BUNT, last_masker
from kjerne.kvalitet.masker_sak import dekning, skjemaavvik
from kjerne.kvalitet.plan import Kontroll, Kvalitetsplan


@dataclass
class Kvalitetsresultat:
    """dommer         sak_id, dom, grunner, vent_til: cases that are not OK
    sporsmal       questions to employers and persons
    kontroller     one row per check, for the report
    rader_utelatt  income rows that may not enter the basis, and why in `utelatt_grunn`
    dekning        share of the cases with income in the extract; hand it to the next run as forrige_dekning
    gx             Great Expectations' own results, without values
    """

    dommer: pd.DataFrame
    sporsmal: pd.DataFrame
    kontroller: pd.DataFrame
    rader_utelatt: np.ndarray
    utelatt_grunn: pd.Categorical
    dekning: float
    gx: dict[str, Any]
    sekunder: float  # without the import of GX
    kjort: list[Kjort] = field(repr=False)
    kontekst: Kontekst = field(repr=False)


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
    forrige_hentet: dt.datetime | None = None,
    overstyr: Mapping[str, str] | None = None,
    besvart: pd.DataFrame | None = None,
) -> Kvalitetsresultat:
    """Verdicts and questions for all cases.

    saker           sak_id, ident, konto and the scheme's fields
    personer        ident, doedsdato: from the population register, when it was read
    forrige_hentet  when the snapshot of an earlier decision was fetched (rule 11)
    besvart         sak_id, kontroll of answered questions: they become FLAGG. Only for questions about other things
                    than income; answers about income are rows of `inntekt` with avvik_koder beginning with "svar:"
    overstyr        check → an operator's reason for going on in spite of it; only for checks that allow it
    Raises Kvalitetsstopp when the delivery as a whole fails, or when a check could not be carried out.
    """
    start = time.perf_counter()
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
    med_maske = time.perf_counter() - start
    gx, gx_sekunder = gx_kontroll(kjort, k.rammer)
    start = time.perf_counter()
    stopp_om_noedvendig(kjort, gx, overstyr or {})
    utelatt, grunn = _utelatt(k, kjort)
    grunner = Grunner(k, besvart=besvart)
    for en in kjort:
        if en.maske is not None and en.over not in HELE:
            b = None if en.kontroll.forventning else last_masker()[en.kontroll.navn]
            try:
                grunner.legg_til(en.kontroll, b, en.over, en.maske, utelatt)
            except Exception as feil:  # findings that cannot be led to their cases must not look like none
                en.feil = f"{type(feil).__name__} da funnene skulle knyttes til saker"
    stopp_om_noedvendig(kjort, gx, overstyr or {})
    samlet = grunner.samlet()
    frist = vedtaksdato + dt.timedelta(days=plan.sporsmal.frist_dager)
    ut = Kvalitetsresultat(
        dommer(grunner, samlet),
        sporsmal(grunner, samlet, frist),
        rapport(kjort),
        utelatt,
        grunn,
        dekning(k)[0],
        gx,
        0.0,
        kjort,
        k,
    )
    ut.sekunder = med_maske + gx_sekunder + time.perf_counter() - start
    return ut


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
