"""Masks over single income rows: months and amounts. Numbers: the list of 40, domain/data-and-payments §10."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from kjerne.kontrakt import kodeverk
from kjerne.kvalitet.kontekst import SVAR, UKJENT, Kontekst, dager, kr, maaned_av, maanedsnavn
from kjerne.kvalitet.maske import Maske, maske
from kjerne.kvalitet.observert import belop, dag, koder


@maske(8, rekkevidde="person", utelater=True, svar_avklarer=False)
def inn_maaned_ikke_framtid(k: Kontekst) -> Maske:
    """No month after the month of the decision: a-meldinger may come two months ahead. The row is left out."""
    return Maske(k.inn.maaned > maaned_av(k.vedtaksdato), lambda pos: [maanedsnavn(m) for m in k.inn.maaned[pos]])


@maske(13)
def inn_dublett(k: Kontekst, faktor: float = 1.8) -> Maske:
    """Same person, month, employer, description and amount twice: two ways of reporting, or a resend (problem 3).

    Also two rows of the same amount under different descriptions, when the month is `faktor` × the usual pay or more.
    Never removed by machine: two equal rows can be two contracts.
    """
    inn, f = k.inn, k.forhold
    med = inn.satt & (inn.belop != 0) & ~inn.erstattet
    kolonner = (inn.person, inn.maaned, inn.org, inn.belop)
    beskrivelse = k.rammer["inntekt"]["beskrivelse"].cat.codes.to_numpy(np.int64)
    stor = f.for_rader((f.median2[:, None] > 0) & (2 * f.loenn >= faktor * f.median2[:, None]))
    return Maske(_gjentatt((*kolonner, beskrivelse), med) | _gjentatt(kolonner, med & stor & k.grunnlag), belop(k))


def _gjentatt(kolonner: tuple[np.ndarray, ...], med: np.ndarray) -> np.ndarray:
    """Rows of `med` that are equal in all columns to another. A cheap hash finds candidates, an exact look decides."""
    rader = np.flatnonzero(med)
    blandet = np.zeros(len(rader), np.uint64)
    for kolonne in kolonner:
        blandet = (blandet ^ kolonne[rader].astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        blandet ^= blandet >> np.uint64(29)
    rader = rader[pd.Series(blandet).duplicated(keep=False).to_numpy()]
    ut = np.zeros(len(med), bool)
    ut[rader] = pd.DataFrame({nr: kolonne[rader] for nr, kolonne in enumerate(kolonner)}).duplicated(keep=False)
    return ut


@maske(16, svar_avklarer=False)
def inn_beloep_satt(k: Kontekst) -> Maske:
    """There is an amount. In 2020 the feed had null and "-"; neither is zero."""
    return Maske(~k.inn.satt, lambda pos: ["beløp mangler"] * len(pos))


@maske(17)
def inn_negativ_kun_lovlig(k: Kontekst, lovlige: list[str] = ["trekkILoennForFerie"]) -> Maske:  # noqa: B006
    """Negative only where the description is negative by nature; else a correction or a payroll error (problem 7)."""
    return Maske((k.inn.belop < 0) & ~k.er("beskrivelse", lovlige), belop(k))


@maske(18)
def inn_maanedssum_ikke_negativ(k: Kontekst) -> Maske:
    """The sum of a person's month from one employer is not negative. Never clipped at zero."""
    f = k.forhold
    return Maske(
        f.for_rader(f.sum < 0) & ~k.inn.erstattet, lambda pos: [f"sum {kr(f.sum[f.rad[i], f.kolonne[i]])}" for i in pos]
    )


@maske(19)
def inn_ferie_par(k: Kontekst, maaneder_imellom: int = 1, minst_igjen: float = 0.5) -> Maske:
    """A holiday deduction has holiday pay at most `maaneder_imellom` months away, or leaves normal pay (problem 6).

    Normal: at least `minst_igjen` × the median. The pair is dropped together or kept together, never half of it.
    """
    f = k.forhold
    trekk = k.er("beskrivelse", ["trekkILoennForFerie"]) & k.grunnlag
    feriepenger = (f.rad >= 0) & (k.inn.belop > 0) & k.er("beskrivelse", ["feriepenger"])
    har = np.zeros(f.har.shape, bool)
    har[f.rad[feriepenger], f.kolonne[feriepenger]] = True
    naer = har.copy()
    for n in range(1, min(maaneder_imellom, har.shape[1] - 1) + 1):
        naer[:, n:] |= har[:, :-n]
        naer[:, :-n] |= har[:, n:]
    lite = 2 * f.sum < minst_igjen * f.median2[:, None]
    return Maske(trekk & f.for_rader(~naer & lite), belop(k))


@maske(None)
def inn_ferie_i_vindu(k: Kontekst) -> Maske:
    """Holiday pay or a deduction for holiday lies in the months that are averaged (problem 6)."""
    return Maske(k.er("beskrivelse", kodeverk.FERIE) & k.grunnlag, koder(k, "beskrivelse"))


@maske(22)
def inn_opptjening_i_maaned(k: Kontekst) -> Maske:
    """The earning period is empty, or inside the month of payment and the right way round (problem 4)."""
    fom, tom = (dager(k.rammer["inntekt"][n]) for n in ("opptjening_fom", "opptjening_tom"))
    utenfor = np.zeros(len(k.inn), bool)
    for dato in (fom, tom):
        maaned = np.where(np.isnat(dato), UKJENT, dato.astype("datetime64[M]").astype(np.int64))
        utenfor |= (maaned != UKJENT) & (maaned != k.inn.maaned)
    return Maske(utenfor | (fom > tom), lambda pos: [f"{dag(fom[i])}–{dag(tom[i])}" for i in pos])


@maske(None)
def inn_etterbetaling(k: Kontekst) -> Maske:
    """The row says that it is back pay (problem 5): it belongs to other months than the one in which it was paid."""
    return Maske(k.er("tillegg_type", ["etterbetalingsperiode"]), belop(k))


@maske(23)
def inn_etterbetaling_har_periode(k: Kontekst) -> Maske:
    """Back pay names the period it is for; without it, it cannot be placed."""
    uten = k.mangler("tillegg_fom") | k.mangler("tillegg_tom")
    return Maske(k.er("tillegg_type", ["etterbetalingsperiode"]) & uten, belop(k))


@maske(26)
def inn_timer_ved_timeloenn(k: Kontekst, lavest: float = 80, hoyest: float = 2000) -> Maske:
    """Hourly pay has hours, and kroner per hour lie between `lavest` and `hoyest` (problem 8)."""
    timer = k.er("beskrivelse", ["timeloenn"]) & k.inn.satt
    antall = k.rammer["inntekt"]["antall"].to_numpy(float, na_value=np.nan)
    uten = ~(antall > 0)
    per_time = k.inn.belop / 100 / np.where(uten, 1, antall)
    brudd = timer & (uten | (np.abs(per_time) < lavest) | (np.abs(per_time) > hoyest))
    return Maske(brudd, lambda pos: ["timer mangler" if uten[i] else f"{per_time[i]:.0f} kr per time" for i in pos])


@maske(27)
def inn_avvik_alvorlig(k: Kontekst, ufarlige: list[str] = []) -> Maske:  # noqa: B006
    """The report carries no deviation from Skatteetaten's own control: the employer has been told it is wrong."""
    koder, verdier = pd.factorize(k.rammer["inntekt"]["avvik_koder"])
    farlig = [any(d and d not in ufarlige and not d.startswith(SVAR) for d in str(v).split("|")) for v in verdier]
    return Maske(np.array([*farlig, False])[koder], lambda pos: ["avvik fra a-ordningens kontroll"] * len(pos))


@maske(12)
def inn_sent_rapportert(k: Kontekst, dager_etter: int = 5, kunngjort: dt.date | None = None) -> Maske:
    """Reported by the 5th of the next month plus `dager_etter`. `kunngjort`: only what came after the scheme was known.

    A signal for after-control, never a reason to refuse: the source gives the time of the summary, not of the report.
    """
    tid = k.rammer["inntekt"]["registrert_tid"]
    registrert = tid.dt.tz_localize(None).to_numpy().astype("datetime64[D]")
    frist = (k.inn.maaned + 1).astype("datetime64[M]").astype("datetime64[D]") + 4 + dager_etter
    sen = (registrert > frist) & (k.inn.maaned != UKJENT)
    if kunngjort:
        sen &= (registrert > np.datetime64(kunngjort)) & (k.inn.maaned < maaned_av(kunngjort))
    return Maske(sen, lambda pos: [f"registrert {dag(d)}" for d in registrert[pos]])


@maske(11)
def inn_nyere_versjon(k: Kontekst, dager_mellom: int = 1) -> Maske:
    """No correction (problem 2): nothing newer than when the case was judged last, nothing added to a month later."""
    tid = k.rammer["inntekt"]["registrert_tid"].dt.tz_localize(None).to_numpy().astype("datetime64[s]")
    f, kjent = k.forhold, ~np.isnat(tid)
    med = (f.rad >= 0) & kjent
    celle = f.rad * f.har.shape[1] + f.kolonne
    forste = np.full(f.har.size, np.iinfo(np.int64).max)
    np.minimum.at(forste, celle[med], tid[med].astype(np.int64))
    brudd = np.zeros(len(k.inn), bool)
    brudd[med] = tid[med].astype(np.int64) - forste[celle[med]] >= dager_mellom * 86_400
    if k.forrige_hentet is not None:
        grense = np.full(len(k.identer) + 1, np.datetime64("NaT", "D"))
        np.fmin.at(grense, k.sak.person, k.forrige_hentet.astype("datetime64[D]") + 1)
        brudd |= tid >= grense[k.inn.person]  # NaT on either side is not newer
    return Maske(brudd, lambda pos: [f"registrert {dag(d)}" for d in tid[pos].astype("datetime64[D]")])
