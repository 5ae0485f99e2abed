"""Masks over time: whole months, series of pay, what is missing. What is missing is asked for, never refused."""

from __future__ import annotations

import numpy as np

from kjerne.kontrakt import kodeverk
from kjerne.kvalitet.forhold import overlapp
from kjerne.kvalitet.kobling import saker_og_rader, utvid
from kjerne.kvalitet.kontekst import UKJENT, Kontekst, kr, maanedsnavn
from kjerne.kvalitet.maske import Felt, Maske, maske


@maske(7, over="sak", om_inntekt=True, gir_dato=True)
def inn_maaned_ferdig(k: Kontekst, dag: int = 10) -> Maske:
    """Income was fetched on the 10th of the next month or later, for all months of the window (Skatteetaten)."""
    s = k.sak
    brudd = s.bruker_inntekt & (s.til != UKJENT) & (s.til > k.siste_ferdige(dag))
    vent = (s.til + 1).astype("datetime64[M]").astype("datetime64[D]") + (dag - 1)
    return Maske(
        brudd,
        lambda pos: [f"{maanedsnavn(s.til[i])} er ikke ferdig rapportert" for i in pos],
        detalj=(np.flatnonzero(brudd), s.til[brudd], s.arbeidsgiver[brudd]),
        vent_til=np.where(brudd, vent, np.datetime64("NaT", "D")),
    )


@maske(9, over="sak", om_inntekt=True)
def inn_vindu_komplett(k: Kontekst, min_dager: int = 15) -> Maske:
    """Every month of the window in which the person was employed `min_dager` has income from the employer of the case.

    A month without employment, or wholly laid off or on leave, needs no income. Without Aa-registeret every month does.
    """
    s = k.sak
    bredde = k.plan.vindu.maaneder
    ferdig = k.siste_ferdige() if k.plan.har("inn_maaned_ferdig") else 10**6
    maaned = s.fra[:, None] + np.arange(bredde)
    trengs = (s.bruker_inntekt & (s.fra != UKJENT))[:, None] & (maaned <= ferdig)
    org = np.repeat(s.arbeidsgiver, bredde).reshape(maaned.shape)
    ansatt, arbeidsgiver = _ansattdager(k, maaned)
    if ansatt is not None:
        # Someone the register does not know at all is asked about every month.
        trengs &= (ansatt >= min_dager) | (ansatt.sum(1) == 0)[:, None] & ~_kjent_i_registeret(k)[:, None]
        org = np.where(org < 0, arbeidsgiver[:, None], org)
    har = _har_inntekt(k, maaned)
    mangler = trengs & ~har
    sak, kolonne = np.nonzero(mangler)
    return Maske(
        mangler.any(1),
        lambda pos: ["ingen inntekt rapportert"] * len(pos),
        detalj=(sak, maaned[sak, kolonne], org[sak, kolonne]),
    )


@maske(None, over="sak", om_inntekt=True)
def inn_vindu_tomt(k: Kontekst, paastand: Felt = "", forhold: list[str] = []) -> Maske:  # noqa: B006 - never changed
    """Whoever claims to have had income has some in the window: a register that is empty of it says nothing of what was earned.

    `paastand`: a yes/no field that must be yes for the check to apply. `forhold`: the types of employment whose income counts;
    a row of an employer that the register does not know counts too. Empty: all income does.
    """
    s = k.sak
    brudd = s.bruker_inntekt & (s.fra != UKJENT)
    if paastand:
        brudd &= k.rammer["sak"][paastand].fillna(False).to_numpy(bool)
    har = _har_inntekt(k, np.zeros((len(s), k.plan.vindu.maaneder)), _av_slaget(k, forhold)).any(1)
    return Maske(brudd & ~har, lambda pos: ["ingen slik inntekt i vinduet"] * len(pos))


def _av_slaget(k: Kontekst, forhold: list[str]) -> np.ndarray:
    """Income rows that are not certainly of another type of employment than these."""
    if not forhold or "arbeidsforhold" not in k.rammer:
        return np.ones(len(k.inn), bool)
    a, av_slaget = k.arbeidsforhold, k.er("type", forhold, "arbeidsforhold")
    par = k.par(a.person, a.org)
    return ~np.isin(k.par(k.inn.person, k.inn.org), np.setdiff1d(par[~av_slaget], par[av_slaget]))


def _har_inntekt(k: Kontekst, maaned: np.ndarray, rader: np.ndarray | None = None) -> np.ndarray:
    i = k.inn
    med = np.flatnonzero(k.grunnlag if rader is None else k.grunnlag & rader)
    sak, rad = saker_og_rader(k, i.person[med], i.org[med], i.oppl[med])
    kolonne = i.maaned[med][rad] - k.sak.fra[sak]
    inne = (kolonne >= 0) & (kolonne < maaned.shape[1])
    har = np.zeros(maaned.shape, bool)
    har[sak[inne], kolonne[inne]] = True
    return har


def _ansattdager(k: Kontekst, maaned: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
    """Days employed and not wholly away, per case and month; and one employer of the person to ask."""
    arbeidsgiver = np.full(len(k.sak), -1)
    if "arbeidsforhold" not in k.rammer:
        return None, arbeidsgiver
    dager = np.zeros(maaned.shape, np.int64)
    for navn, fortegn in (("arbeidsforhold", 1), ("permittering", -1)):
        if navn not in k.rammer:
            continue
        a = getattr(k, navn)
        med = ~np.isnat(a.start)
        if fortegn < 0:
            med &= (k.rammer[navn]["prosent"].fillna(0) >= 100).to_numpy(bool)
        sak, rad = saker_og_rader(k, a.person[med], a.org[med], a.oppl[med])
        for kolonne in range(maaned.shape[1]):
            antall = overlapp(a.start[med][rad], a.slutt[med][rad], maaned[sak, kolonne])
            dager[:, kolonne] += fortegn * np.bincount(sak, antall, len(k.sak)).astype(np.int64)
        if fortegn > 0:
            arbeidsgiver[sak] = a.org[med][rad]
    return dager, arbeidsgiver


def _kjent_i_registeret(k: Kontekst) -> np.ndarray:
    sak, _ = saker_og_rader(k, k.arbeidsforhold.person, k.arbeidsforhold.org, k.arbeidsforhold.oppl)
    return np.bincount(sak, minlength=len(k.sak)) > 0


@maske(10, over="forhold")
def inn_arbeidsgiver_mangler_mnd(k: Kontekst, av_tre: int = 2, min_dager: int = 15) -> Maske:
    """An employer that reported `av_tre` of the three months before and still employs the person reports the month too.

    With Aa-registeret, also a month that is followed by reports. A month wholly laid off or on leave needs none, nor
    one for which NAV paid a benefit in place of pay.
    """
    f = k.forhold
    har = f.har.astype(np.int64)
    fylt = np.pad(har, ((0, 0), (3, 3)))
    n = har.shape[1]
    foer = sum(fylt[:, 3 - d : 3 - d + n] for d in (1, 2, 3))
    etter = sum(fylt[:, 3 + d : 3 + d + n] for d in (1, 2, 3))
    ventet = foer >= av_tre
    if f.ansatt is not None:
        ventet = (ventet | (etter >= av_tre)) & (f.ansatt - f.permittert >= min_dager)
    mangler = ventet & ~f.har & (f.maaneder <= k.siste_ferdige()) & ~_har_ytelse(k)
    rad, kolonne = np.nonzero(mangler)
    return Maske(
        mangler.any(1),
        lambda pos: ["arbeidsgiveren rapporterte månedene rundt, men ikke denne"] * len(pos),
        detalj=(rad, f.maaneder[kolonne], f.org[rad]),
    )


def _har_ytelse(k: Kontekst) -> np.ndarray:
    """Person × employer, month: NAV paid the person a benefit for living."""
    f, i = k.forhold, k.inn
    ytelse = (
        k.er("inntekt_type", ["YtelseFraOffentlige"])
        & (i.maaned >= f.forste)
        & (i.maaned < f.forste + f.har.shape[1])
        & (i.person >= 0)
    )
    per_person = np.zeros((len(k.identer), f.har.shape[1]), bool)
    per_person[i.person[ytelse], i.maaned[ytelse] - f.forste] = True
    return per_person[f.person]


@maske(20)
def inn_hopp(k: Kontekst, faktor_hoy: float = 1.5, faktor_lav: float = 0.5, min_dager: int = 28) -> Maske:
    """A month's pay is at most `faktor_hoy` × and at least `faktor_lav` × the median of 12 months, holiday pay aside.

    A low month is no jump when the person was employed fewer than `min_dager` days of it, laid off or on leave.
    """
    f = k.forhold
    kjent = (f.median2 > 0)[:, None] & f.har
    hoy = kjent & (2 * f.loenn > faktor_hoy * f.median2[:, None])
    lav = kjent & (2 * f.loenn < faktor_lav * f.median2[:, None])
    lav &= f.borte == 0
    if f.ansatt is not None:
        lav &= f.ansatt >= min_dager
    ferie = f.sum != f.loenn  # holiday pay takes the place of pay in that month
    hopp = hoy | (lav & ~ferie)

    def tekster(pos: np.ndarray) -> list[str]:
        r, m = f.rad[pos], f.kolonne[pos]
        return [f"{kr(a)}; vanlig er {kr(b // 2)}" for a, b in zip(f.loenn[r, m], f.median2[r], strict=True)]

    return Maske(f.for_rader(hopp) & k.grunnlag & ~k.er("beskrivelse", kodeverk.FERIE), tekster)


@maske(21, over="forhold", rekkevidde="forhold")
def inn_variabel(k: Kontekst, maks_cv: float = 0.25, min_maaneder: int = 6) -> Maske:
    """Pay varies little: the standard deviation over 12 months is at most `maks_cv` of the mean (problem 15).

    Holiday months, months of a part and months with lay-off or leave are left out: they vary for everybody.
    """
    f = k.forhold
    med = f.har & (f.sum == f.loenn) & (f.borte == 0)
    if f.ansatt is not None:
        med &= f.ansatt >= f.dager_i_maaned
    med[:, :-13] = False
    antall = med.sum(1)
    loenn = np.where(med, f.loenn, 0).astype(float)
    snitt = loenn.sum(1) / np.maximum(antall, 1)
    varians = (np.where(med, loenn - snitt[:, None], 0) ** 2).sum(1) / np.maximum(antall, 1)
    cv = np.sqrt(varians) / np.maximum(np.abs(snitt), 1)
    return Maske(
        (antall >= min_maaneder) & (cv > maks_cv), lambda pos: [f"spredning {round(100 * cv[i])} %" for i in pos]
    )


@maske(None, over="forhold", rekkevidde="forhold")
def inn_virksomhetsbytte(k: Kontekst, toleranse: float = 0.05) -> Maske:
    """Pay does not move to another organisation number in the next month, equal within `toleranse` (problem 14).

    One employment under two numbers: a transfer of business, or the enterprise reported in place of the workplace.
    """
    f = k.forhold
    har = np.pad(f.har, ((0, 0), (1, 1)))
    slutter, begynner = har[:, 1:-1] & ~har[:, 2:], har[:, 1:-1] & ~har[:, :-2]
    fra_rad, fra_kol = np.nonzero(slutter[:, :-1])
    til_rad, til_kol = np.nonzero(begynner[:, 1:])
    noekkel_fra = f.person[fra_rad] * np.int64(4096) + fra_kol
    noekkel_til = f.person[til_rad] * np.int64(4096) + til_kol
    orden = np.argsort(noekkel_til, kind="stable")
    ordnet = noekkel_til[orden]
    venstre, treff = utvid(np.searchsorted(ordnet, noekkel_fra), np.searchsorted(ordnet, noekkel_fra, "right"))
    a, b = fra_rad[venstre], til_rad[orden[treff]]
    m = fra_kol[venstre]
    foer, etter = f.loenn[a, m], f.loenn[b, np.minimum(m + 1, f.loenn.shape[1] - 1)]
    lik = (a != b) & (foer > 0) & (np.abs(foer - etter) <= toleranse * foer)
    if f.ansatt is not None:  # an employment of its own under the new number is a new job
        lik &= f.ansatt[b, np.minimum(m + 1, f.loenn.shape[1] - 1)] == 0
    brudd = np.zeros(len(f.person), bool)
    brudd[a[lik]] = brudd[b[lik]] = True
    return Maske(brudd, lambda pos: ["samme lønn, nytt organisasjonsnummer"] * len(pos))


@maske(None, over="forhold", rekkevidde="person")
def inn_flere_arbeidsgivere(k: Kontekst) -> Maske:
    """Pay from one employer only in the window (problem 13). Several is lawful; the basis is made per employer."""
    f = k.forhold
    i_vindu = f.har[:, -1 - k.plan.vindu.maaneder : -1].any(1)
    antall = np.bincount(f.person[i_vindu], minlength=len(k.identer))
    return Maske(i_vindu & (antall[f.person] > 1), lambda pos: [f"{antall[f.person[i]]} arbeidsgivere" for i in pos])


@maske(None, rekkevidde="vindu_alle")
def inn_sykepenger_og_loenn(k: Kontekst, andel: float = 0.9) -> Maske:
    """Not sick pay from NAV and full pay for one month (problem 17): the employer is refunded; do not count both."""
    f, inn = k.forhold, k.inn
    syk = k.er("beskrivelse", ["sykepenger"]) & k.er("inntekt_type", kodeverk.YTELSER)
    full = f.har & (f.median2 > 0)[:, None] & (2 * f.loenn >= andel * f.median2[:, None])
    syke = np.isin(f.person, inn.person[syk])
    rad, kolonne = np.nonzero(full & syke[:, None])
    med_full = f.person[rad] * np.int64(4096) + f.maaneder[kolonne]
    brudd = syk.copy()
    brudd[syk] = np.isin(inn.person[syk] * np.int64(4096) + inn.maaned[syk], med_full)
    return Maske(brudd, lambda pos: [kr(b) for b in inn.belop[pos]])
