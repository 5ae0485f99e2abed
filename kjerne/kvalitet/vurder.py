"""Runs a scheme's checks over cases and income, and gives every case its verdict. Pure: reads frames, returns frames."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kjerne.kontrakt.feil import INGENTING, Ordningsfeil
from kjerne.kvalitet.dom import Grunner, dommer, sporsmal
from kjerne.kvalitet.gx import Utfall, kjor_gx
from kjerne.kvalitet.kontekst import Kontekst
from kjerne.kvalitet.maske import HELE, I_BUNT, Maske, Over, last_masker
from kjerne.kvalitet.masker_sak import dekning, skjemaavvik
from kjerne.kvalitet.plan import Kontroll, Kvalitetsplan


class Kvalitetsstopp(Ordningsfeil):
    """The delivery cannot be used, or a check could not be carried out. Nothing is judged. Carries the report."""

    def __init__(self, funn: list[str], gjor_dette: str, kontroller: pd.DataFrame, gx: dict[str, Any]):
        super().__init__(
            hva="Kvalitetskontrollen stoppet kjøringen: " + " ".join(funn), hvor="kvalitet.toml",
            gjor_dette=gjor_dette, ikke_gjort="Ingen saker er vurdert. " + INGENTING, kode=3,
        )
        self.kontroller, self.gx = kontroller, gx


@dataclass
class Kjort:
    """One check that was run: its mask, how long it took, and why it was not run if it was not."""

    kontroll: Kontroll
    over: Over
    maske: Maske | None
    sekunder: float = 0.0
    merknad: str = ""
    feil: str = ""
    utfall: Utfall | None = None


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
    besvart         sak_id, kontroll of answered questions: they become FLAGG. Only for questions about other things than
                    income; answers about income are rows of `inntekt` with avvik_koder beginning with "svar:"
    overstyr        check → an operator's reason for going on in spite of it; only for checks that allow it
    Raises Kvalitetsstopp when the delivery as a whole fails, or when a check could not be carried out.
    """
    start = time.perf_counter()
    rammer = {"sak": saker, "inntekt": inntekt, "arbeidsforhold": arbeidsforhold, "permittering": permittering}
    if avvik := skjemaavvik({n: r for n, r in rammer.items() if r is not None}):
        raise Kvalitetsstopp([f"Tabellene har feil form: {'; '.join(avvik[:5])}."], "Les filen inn på nytt.", _rapport([]), {})
    k = Kontekst(
        plan, saker, inntekt, arbeidsforhold, permittering, hentet=hentet, vedtaksdato=vedtaksdato,
        krev_syntetisk=krev_syntetisk, forrige_dekning=forrige_dekning, personer=personer, forrige_hentet=forrige_hentet,
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
            grunner.legg_til(en.kontroll, b, en.over, en.maske, utelatt)
    samlet = grunner.samlet()
    frist = vedtaksdato + dt.timedelta(days=plan.sporsmal.frist_dager)
    ut = Kvalitetsresultat(
        dommer(grunner, samlet), sporsmal(grunner, samlet, frist), _rapport(kjort), utelatt, grunn, dekning(k)[0], gx, 0.0, kjort, k,
    )
    ut.sekunder = med_maske + gx_sekunder + time.perf_counter() - start
    return ut


def _i_bunt(kontroll: Kontroll) -> bool:
    return not kontroll.forventning and last_masker()[kontroll.navn].over in I_BUNT


def _kjor_en(k: Kontekst, kontroll: Kontroll) -> Kjort:
    """One mask. What fails inside it is kept and stops the run later, with all the other faults."""
    if kontroll.forventning:
        return Kjort(kontroll, kontroll.tabell, None, merknad="" if kontroll.tabell in k.rammer else _ikke_kjort([kontroll.tabell]))
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


def kjor_maske(k: Any, kontroll: Kontroll) -> Kjort:
    """Runs the mask of a check on its context. An exception becomes the check's fault, never a silent pass."""
    b = last_masker()[kontroll.navn]
    start = time.perf_counter()
    try:
        parametre = b.parametre.model_validate(kontroll.parametre)
        m = b.funksjon(k, **{n: getattr(parametre, n) for n in b.parametre.model_fields})
        if m.brudd.dtype != bool:
            raise TypeError(f"masken er {m.brudd.dtype}, skal være bool")
    except Exception as feil:  # noqa: BLE001 - whatever it is: the caller stops the run and names the check
        return Kjort(kontroll, b.over, None, time.perf_counter() - start, feil=f"{type(feil).__name__} i masken")
    return Kjort(kontroll, b.over, m, time.perf_counter() - start)


def _ikke_kjort(tabeller: list[str]) -> str:
    return f"ikke kjørt: {' og '.join(tabeller)} er ikke lest"


def gx_kontroll(kjort: list[Kjort], rammer: Mapping[str, pd.DataFrame]) -> tuple[dict[str, Any], float]:
    """Hands all masks to Great Expectations and takes the outcome back into `kjort`."""
    masker: dict[str, dict[str, np.ndarray]] = {}
    for en in kjort:
        if en.maske is not None:
            masker.setdefault(en.over, {})[en.kontroll.navn] = en.maske.brudd
            if en.maske.sak is not None:
                masker.setdefault("sak", {})[f"{en.kontroll.navn}.sak"] = en.maske.sak
    alle = last_masker()
    deklarert = {en.kontroll.navn: (en.kontroll, alle[en.kontroll.navn].nr if en.kontroll.navn in alle else None) for en in kjort}
    deklarert |= {f"{n}.sak": (c.model_copy(update={"navn": f"{n}.sak"}), nr) for n, (c, nr) in deklarert.items()}
    utfall, raa, sekunder = kjor_gx(masker, {n: d for n, d in deklarert.items() if not (d[0].forventning and n.endswith(".sak"))}, dict(rammer))
    for en in kjort:
        if en.maske is None and not en.kontroll.forventning:
            continue
        en.utfall = utfall.get(en.kontroll.navn)
        en.feil = en.feil or (en.utfall.feil if en.utfall else "kontrollen ga ikke noe resultat")
        if (ekstra := utfall.get(f"{en.kontroll.navn}.sak")) and en.utfall:
            en.feil = en.feil or ekstra.feil
            en.utfall = Utfall(en.utfall.rader_lest + ekstra.rader_lest, en.utfall.brudd + ekstra.brudd, en.utfall.bestatt and ekstra.bestatt, en.feil)
        if en.kontroll.forventning and en.utfall and en.utfall.rader is not None:
            en.maske = Maske(np.isin(np.arange(en.utfall.rader_lest), en.utfall.rader), lambda pos: ["bryter forventningen"] * len(pos))
    return raa, sekunder


def stopp_om_noedvendig(kjort: list[Kjort], gx: dict[str, Any], overstyr: Mapping[str, str]) -> None:
    """Raises Kvalitetsstopp for checks that could not be carried out and for whole-table checks that failed."""
    odelagt, stopp = [], []
    for en in kjort:
        if en.feil:
            odelagt.append(f"Kontrollen «{en.kontroll.navn}» lot seg ikke utføre ({en.feil}).")
            continue
        hele = en.over in HELE or (en.kontroll.forventning and en.maske is None)
        if not hele or en.utfall is None or en.utfall.bestatt:
            continue
        en.merknad = en.maske.observert(np.array([0]))[0] if en.maske is not None else "leveransen bryter forventningen"
        if en.kontroll.handling != "STOPP":
            continue
        b = last_masker().get(en.kontroll.navn)
        if (grunn := overstyr.get(en.kontroll.navn, "").strip()) and b and b.kan_overstyres:
            en.merknad += f"; overstyrt: {grunn}"
            continue
        stopp.append(f"{en.kontroll.navn}: {en.merknad}. {en.kontroll.hvorfor}")
    if odelagt:
        raise Kvalitetsstopp(odelagt, "Rett kontrollen, eller ta den ut av kvalitet.toml, og kjør på nytt.", _rapport(kjort), gx)
    if stopp:
        raise Kvalitetsstopp(stopp, "Hent leveransen på nytt, eller finn årsaken, og kjør igjen.", _rapport(kjort), gx)


def _utelatt(k: Kontekst, kjort: list[Kjort]) -> tuple[np.ndarray, pd.Categorical]:
    """Income rows outside the basis. The first reason in the plan counts; an answer in the row's place comes before all."""
    grunner = ["erstattet av svar"]
    kode = np.where(k.inn.erstattet, 0, -1)
    for en in kjort:
        b = last_masker().get(en.kontroll.navn)
        if b and b.utelater and en.maske is not None:
            kode[en.maske.brudd & (kode < 0)] = len(grunner)
            grunner.append(en.kontroll.navn)
    return kode >= 0, pd.Categorical.from_codes(kode, grunner)


def _rapport(kjort: list[Kjort]) -> pd.DataFrame:
    """One row per check, in the order of the plan. Figures only."""
    rader = [
        {
            "navn": en.kontroll.navn, "nr": b.nr if (b := last_masker().get(en.kontroll.navn)) else None,
            "alvor": en.kontroll.alvor, "handling": en.kontroll.handling,
            "rader": en.utfall.rader_lest if en.utfall else 0, "brudd": en.utfall.brudd if en.utfall else 0,
            "andel": en.utfall.brudd / en.utfall.rader_lest if en.utfall and en.utfall.rader_lest else 0.0,
            "sekunder": round(en.sekunder, 4), "hvorfor": en.kontroll.hvorfor, "hjemmel": en.kontroll.hjemmel,
            "merknad": f"lot seg ikke utføre: {en.feil}" if en.feil else en.merknad,
        }
        for en in kjort
    ]
    kolonner = ["navn", "nr", "alvor", "handling", "rader", "brudd", "andel", "sekunder", "hvorfor", "hjemmel", "merknad"]
    ut = pd.DataFrame(rader, columns=kolonner)
    return ut.astype({"nr": "Int64", "rader": "int64", "brudd": "int64", "andel": "float64", "sekunder": "float64"})


