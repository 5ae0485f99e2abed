"""Masks over single income rows. Numbers are those of the list of 40 in domain/data-and-payments §10."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd

from kjerne.kontrakt.identer import gyldige_orgnr
from kjerne.kvalitet import kodeverk
from kjerne.kvalitet.kontekst import SVAR, UKJENT, Kontekst, dager, kr, maaned_av, maaneder, maanedsnavn
from kjerne.kvalitet.maske import Maske, maske


def _koder(k: Kontekst, *kolonner: str):
    """Texts that name the codes of the failing rows."""
    ramme = k.rammer["inntekt"]

    def tekster(pos: np.ndarray) -> list[str]:
        utvalg = ramme[list(kolonner)].iloc[pos].astype("object")
        return [" / ".join("tom" if pd.isna(v) else _skjult(str(v)) for v in rad) for rad in utvalg.itertuples(index=False)]

    return tekster


def _skjult(kode: str) -> str:
    """A code as it is, unless it is so long or has so many digits that it could be about a person."""
    return "(vises ikke)" if len(kode) > 100 or re.search(r"\d{6}", kode) else kode


def _belop(k: Kontekst):
    return lambda pos: [kr(b) for b in k.inn.belop[pos]]


@maske(6, rekkevidde="vindu_alle")
def inn_virksomhet_gyldig(k: Kontekst) -> Maske:
    """Pay comes from an organisation number with right control digit, or from a private person. Joins to Aa-registeret."""
    godt = np.append(gyldige_orgnr(pd.Series(k.orgnumre, dtype="str")) | k.privatpersoner, False)
    lonn = k.er("inntekt_type", ["Loennsinntekt"]) | k.mangler("inntekt_type")
    return Maske(lonn & ~godt[k.inn.org], lambda pos: ["mangler" if k.inn.org[i] < 0 else "feil kontrollsiffer" for i in pos])


@maske(None, rekkevidde="vindu_alle")
def inn_privat_arbeidsgiver(k: Kontekst) -> Maske:
    """The employer is a private person (problem 26): allowed, but there is no organisation to ask."""
    privat = np.append(k.privatpersoner, False)
    return Maske(privat[k.inn.oppl] | privat[k.inn.org], lambda pos: ["privatperson er arbeidsgiver"] * len(pos))


@maske(8, rekkevidde="person", utelater=True, svar_avklarer=False)
def inn_maaned_ikke_framtid(k: Kontekst) -> Maske:
    """No month after the month of the decision: a-meldinger may come two months ahead. The row is left out."""
    return Maske(k.inn.maaned > maaned_av(k.vedtaksdato), lambda pos: [maanedsnavn(m) for m in k.inn.maaned[pos]])


@maske(13)
def inn_dublett(k: Kontekst, faktor: float = 1.8) -> Maske:
    """Same person, month, employer, description and amount twice: payroll and direct registration, or a resend (problem 3).

    Also two rows of the same amount under different descriptions, when the month is `faktor` × the usual pay or more.
    Never removed by machine: two equal rows can be two contracts.
    """
    inn, f = k.inn, k.forhold
    med = inn.satt & (inn.belop != 0) & ~inn.erstattet
    kolonner = (inn.person, inn.maaned, inn.org, inn.belop)
    beskrivelse = k.rammer["inntekt"]["beskrivelse"].cat.codes.to_numpy(np.int64)
    stor = f.for_rader((f.median2[:, None] > 0) & (2 * f.loenn >= faktor * f.median2[:, None]))
    return Maske(_gjentatt((*kolonner, beskrivelse), med) | _gjentatt(kolonner, med & stor & k.grunnlag), _belop(k))


def _gjentatt(kolonner: tuple[np.ndarray, ...], med: np.ndarray) -> np.ndarray:
    """Rows of `med` that are equal in all columns to another of them. A cheap hash finds candidates, an exact look decides."""
    rader = np.flatnonzero(med)
    blandet = np.zeros(len(rader), np.uint64)
    for kolonne in kolonner:
        blandet = (blandet ^ kolonne[rader].astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        blandet ^= blandet >> np.uint64(29)
    rader = rader[pd.Series(blandet).duplicated(keep=False).to_numpy()]
    ut = np.zeros(len(med), bool)
    ut[rader] = pd.DataFrame({nr: kolonne[rader] for nr, kolonne in enumerate(kolonner)}).duplicated(keep=False)
    return ut


@maske(14, rekkevidde="vindu_alle", utelater=True)
def inn_beskrivelse_kjent(
    k: Kontekst, tilleggskoder: list[str] = [], utgaatt: dict[str, dt.date] = {},  # noqa: B006 - defaults never changed
) -> Maske:
    """The type is one of four and the description is in the code list for the month. Unknown: flagged, not counted yet.

    `utgaatt`: code → a day in the last month in which it may be used.
    """
    kjent = k.er("beskrivelse", [*kodeverk.KJENTE, *tilleggskoder]) & k.er("inntekt_type", kodeverk.INNTEKTSTYPER)
    for kode, siste in utgaatt.items():
        kjent &= ~(k.er("beskrivelse", [kode]) & (k.inn.maaned > maaned_av(siste)))
    return Maske(~kjent, _koder(k, "inntekt_type", "beskrivelse"))


@maske(15, utelater=True)
def inn_fordel_tillatt(k: Kontekst, tillatt: list[str] = ["kontantytelse"]) -> Maske:  # noqa: B006
    """Only the kinds of benefit that the scheme counts, as a rule cash. The others are left out of the basis."""
    return Maske(~(k.er("fordel", tillatt) | k.mangler("fordel")), _koder(k, "fordel", "beskrivelse"))


@maske(16, svar_avklarer=False)
def inn_beloep_satt(k: Kontekst) -> Maske:
    """There is an amount. In 2020 the feed had null and "-"; neither is zero."""
    return Maske(~k.inn.satt, lambda pos: ["beløp mangler"] * len(pos))


@maske(17)
def inn_negativ_kun_lovlig(k: Kontekst, lovlige: list[str] = ["trekkILoennForFerie"]) -> Maske:  # noqa: B006
    """Negative only where the description is negative by nature; else a correction or a payroll error (problem 7)."""
    return Maske((k.inn.belop < 0) & ~k.er("beskrivelse", lovlige), _belop(k))


@maske(18)
def inn_maanedssum_ikke_negativ(k: Kontekst) -> Maske:
    """The sum of a person's month from one employer is not negative. Never clipped at zero."""
    f = k.forhold
    return Maske(
        f.for_rader(f.sum < 0) & ~k.inn.erstattet,
        lambda pos: [f"sum {kr(f.sum[f.rad[i], f.kolonne[i]])}" for i in pos],
    )


@maske(19)
def inn_ferie_par(k: Kontekst, maaneder_imellom: int = 1, minst_igjen: float = 0.5) -> Maske:
    """A deduction for holiday has holiday pay at most `maaneder_imellom` months away, or leaves a normal month's pay (problem 6).

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
    return Maske(trekk & f.for_rader(~naer & lite), _belop(k))


@maske(None)
def inn_ferie_i_vindu(k: Kontekst) -> Maske:
    """Holiday pay or a deduction for holiday lies in the months that are averaged (problem 6)."""
    return Maske(k.er("beskrivelse", kodeverk.FERIE) & k.grunnlag, _koder(k, "beskrivelse"))


@maske(22)
def inn_opptjening_i_maaned(k: Kontekst) -> Maske:
    """The earning period is empty, or inside the month of payment and the right way round (problem 4)."""
    fom, tom = (dager(k.rammer["inntekt"][n]) for n in ("opptjening_fom", "opptjening_tom"))
    utenfor = np.zeros(len(k.inn), bool)
    for dato in (fom, tom):
        maaned = np.where(np.isnat(dato), UKJENT, dato.astype("datetime64[M]").astype(np.int64))
        utenfor |= (maaned != UKJENT) & (maaned != k.inn.maaned)
    return Maske(utenfor | (fom > tom), lambda pos: [f"{_dag(fom[i])}–{_dag(tom[i])}" for i in pos])


def _dag(dato: np.datetime64) -> str:
    return "?" if np.isnat(dato) else dato.astype(dt.date).strftime("%d.%m.%Y")


@maske(None)
def inn_etterbetaling(k: Kontekst) -> Maske:
    """The row says that it is back pay (problem 5): it belongs to other months than the one in which it was paid."""
    return Maske(k.er("tillegg_type", ["etterbetalingsperiode"]), _belop(k))


@maske(23)
def inn_etterbetaling_har_periode(k: Kontekst) -> Maske:
    """Back pay names the period it is for; without it, it cannot be placed."""
    uten = k.mangler("tillegg_fom") | k.mangler("tillegg_tom")
    return Maske(k.er("tillegg_type", ["etterbetalingsperiode"]) & uten, _belop(k))


@maske(24, rekkevidde="vindu_alle")
def inn_ytelse_samordning(k: Kontekst, blokkerende: list[str] = []) -> Maske:  # noqa: B006
    """No other public benefit or pension in the window. `blokkerende`: the descriptions that count; empty = all."""
    ytelse = k.er("inntekt_type", kodeverk.YTELSER)
    return Maske(ytelse & k.er("beskrivelse", blokkerende) if blokkerende else ytelse, _koder(k, "beskrivelse"))


@maske(25, rekkevidde="vindu_alle")
def inn_spesielle_forhold(k: Kontekst, naering: bool = True) -> Maske:
    """No special earning conditions, net pay or (with `naering`) self-employment: the amount means something else then."""
    brudd = ~k.mangler("spesielle_forhold") | k.er("skatteregel", ["nettoloenn"])
    if naering:
        brudd |= _naering(k)
    return Maske(brudd, _koder(k, "inntekt_type", "beskrivelse", "spesielle_forhold", "skatteregel"))


@maske(None, rekkevidde="vindu_alle")
def inn_naering_frilans(k: Kontekst) -> Maske:
    """Self-employed or freelance income beside pay (problem 20)."""
    return Maske(_naering(k), _koder(k, "inntekt_type", "beskrivelse"))


def _naering(k: Kontekst) -> np.ndarray:
    naering = k.er("inntekt_type", ["Naeringsinntekt"]) | k.er("beskrivelse", ["lottKunTrygdeavgift"])
    if "arbeidsforhold" in k.rammer:
        a, f = k.arbeidsforhold, k.forhold
        frilans = k.er("type", ["frilanser", "frilanserOppdragstakerHonorarPersonerMm"], "arbeidsforhold")
        par = k.par(a.person, a.org)
        bare_frilans = np.setdiff1d(par[frilans], par[~frilans])
        naering |= np.append(np.isin(k.par(f.person, f.org), bare_frilans), False)[f.rad]
    return naering


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
    """Reported by the 5th of the next month plus `dager_etter`; with `kunngjort`, only what came after the scheme was known.

    A signal for after-control, never a reason to refuse: the source gives the time of the summary, not of the report.
    """
    tid = k.rammer["inntekt"]["registrert_tid"]
    dag = tid.dt.tz_localize(None).to_numpy().astype("datetime64[D]")
    frist = (k.inn.maaned + 1).astype("datetime64[M]").astype("datetime64[D]") + 4 + dager_etter
    sen = (dag > frist) & (k.inn.maaned != UKJENT)
    if kunngjort:
        sen &= (dag > np.datetime64(kunngjort)) & (k.inn.maaned < maaned_av(kunngjort))
    return Maske(sen, lambda pos: [f"registrert {_dag(d)}" for d in dag[pos]])


@maske(11)
def inn_nyere_versjon(k: Kontekst, dager_mellom: int = 1) -> Maske:
    """No correction (problem 2): nothing newer than the snapshot of the last decision, nothing added later to a month."""
    tid = k.rammer["inntekt"]["registrert_tid"].dt.tz_localize(None).to_numpy().astype("datetime64[s]")
    f, kjent = k.forhold, ~np.isnat(tid)
    med = (f.rad >= 0) & kjent
    celle = f.rad * f.har.shape[1] + f.kolonne
    forste = np.full(f.har.size, np.iinfo(np.int64).max)
    np.minimum.at(forste, celle[med], tid[med].astype(np.int64))
    brudd = np.zeros(len(k.inn), bool)
    brudd[med] = tid[med].astype(np.int64) - forste[celle[med]] >= dager_mellom * 86_400
    if k.forrige_hentet:
        brudd |= kjent & (tid > np.datetime64(k.forrige_hentet.replace(tzinfo=None), "s"))
    return Maske(brudd, lambda pos: [f"registrert {_dag(d)}" for d in tid[pos].astype("datetime64[D]")])


@maske(28, trenger=("arbeidsforhold",))
def arb_dekker_inntekt(k: Kontekst, etterslep_maaneder: int = 1) -> Maske:
    """Pay comes from an employer with an employment in Aa-registeret, open in the month or `etterslep_maaneder` before it."""
    return Maske(
        _loenn_utenfor(k) & ~(_ansatt(k, "org", etterslep_maaneder) | _ansatt(k, "oppl", etterslep_maaneder)),
        lambda pos: ["ikke noe arbeidsforhold i måneden"] * len(pos),
    )


@maske(None, trenger=("arbeidsforhold",))
def arb_annen_virksomhet(k: Kontekst, etterslep_maaneder: int = 1) -> Maske:
    """Pay and employment name the same workplace, not just the same enterprise (problem 14). If not: one employment, two numbers."""
    return Maske(
        _loenn_utenfor(k) & ~_ansatt(k, "org", etterslep_maaneder) & _ansatt(k, "oppl", etterslep_maaneder),
        lambda pos: ["arbeidsforholdet står på en annen enhet i samme foretak"] * len(pos),
    )


def _loenn_utenfor(k: Kontekst) -> np.ndarray:
    """Pay, apart from what is lawfully paid after the end."""
    return k.grunnlag & k.er("inntekt_type", ["Loennsinntekt"]) & ~k.er("beskrivelse", kodeverk.UTBETALT_ETTER_SLUTT) & (k.forhold.rad >= 0)


def _ansatt(k: Kontekst, nivaa: str, etterslep: int) -> np.ndarray:
    """Income rows whose month lies within an employment of the person: at the same workplace (org) or enterprise (oppl)."""
    a, f = k.arbeidsforhold, k.forhold
    fra = np.where(np.isnat(a.start), 10**6, maaneder(pd.Series(a.start)))
    til = np.where(np.isnat(a.slutt), 10**6, maaneder(pd.Series(a.slutt)) + etterslep)
    ut = np.zeros(f.har.shape, bool)
    for org_a, org_f in {"org": [(a.org, f.org)], "oppl": [(a.oppl, f.oppl), (a.oppl, f.org), (a.org, f.oppl)]}[nivaa]:
        tabell = pd.DataFrame({"par": k.par(a.person, org_a), "fra": fra, "til": til})[org_a >= 0]
        ytre = tabell.groupby("par").agg(fra=("fra", "min"), til=("til", "max"))
        plass = ytre.index.get_indexer(k.par(f.person, org_f))
        kjent = ((plass >= 0) & (org_f >= 0))[:, None]
        grenser = [np.append(ytre[n].to_numpy(), 0)[plass][:, None] for n in ("fra", "til")]
        ut |= kjent & (f.maaneder >= grenser[0]) & (f.maaneder <= grenser[1])
    return f.for_rader(ut)
