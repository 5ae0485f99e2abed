"""Masks over single income rows: what kind of income, and from whom."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from kjerne.kontrakt import kodeverk
from kjerne.kontrakt.identer import gyldige_orgnr
from kjerne.kvalitet.kontekst import Kontekst, maaned_av, maaneder
from kjerne.kvalitet.maske import Maske, maske
from kjerne.kvalitet.observert import koder


@maske(6, rekkevidde="vindu_alle")
def inn_virksomhet_gyldig(k: Kontekst) -> Maske:
    """Pay comes from a valid organisation number, or from a private person. It is the key to Aa-registeret."""
    godt = np.append(gyldige_orgnr(pd.Series(k.orgnumre, dtype="str")) | k.privatpersoner, False)
    lonn = k.er("inntekt_type", ["Loennsinntekt"]) | k.mangler("inntekt_type")
    return Maske(
        lonn & ~godt[k.inn.org], lambda pos: ["mangler" if k.inn.org[i] < 0 else "feil kontrollsiffer" for i in pos]
    )


@maske(None, rekkevidde="vindu_alle")
def inn_privat_arbeidsgiver(k: Kontekst) -> Maske:
    """The employer is a private person (problem 26): allowed, but there is no organisation to ask."""
    privat = np.append(k.privatpersoner, False)
    return Maske(privat[k.inn.oppl] | privat[k.inn.org], lambda pos: ["privatperson er arbeidsgiver"] * len(pos))


@maske(14, rekkevidde="vindu_alle", utelater=True)
def inn_beskrivelse_kjent(
    k: Kontekst,
    tilleggskoder: list[str] = [],  # noqa: B006 - defaults that are never changed
    utgaatt: dict[str, dt.date] = {},  # noqa: B006
) -> Maske:
    """The type is one of four and the description is in the code list for the month. Unknown: flagged, not counted yet.

    `tilleggskoder`: codes that the scheme knows beside the list, at any time. `utgaatt`: code → a day in the last month
    in which it may be used.
    """
    gyldig = kodeverk.BESKRIVELSE | dict.fromkeys(tilleggskoder, (None, None))
    gyldig |= {kode: (gyldig.get(kode, (None, None))[0], siste) for kode, siste in utgaatt.items()}
    fra, til = k.per_kode("beskrivelse", {kode: _maaneder(*par) for kode, par in gyldig.items()}, _ALDRI).T
    kjent = (fra <= k.inn.maaned) & (k.inn.maaned <= til) & k.er("inntekt_type", kodeverk.INNTEKT_TYPE)
    return Maske(~kjent, koder(k, "inntekt_type", "beskrivelse"))


_ALLTID, _ALDRI = (-(10**6), 10**6), (10**6, -(10**6))


def _maaneder(fra: dt.date | None, til: dt.date | None) -> tuple[int, int]:
    return (maaned_av(fra) if fra else _ALLTID[0], maaned_av(til) if til else _ALLTID[1])


@maske(15, utelater=True)
def inn_fordel_tillatt(k: Kontekst, tillatt: list[str] = ["kontantytelse"]) -> Maske:  # noqa: B006
    """Only the kinds of benefit that the scheme counts, as a rule cash. The others are left out of the basis."""
    return Maske(~(k.er("fordel", tillatt) | k.mangler("fordel")), koder(k, "fordel", "beskrivelse"))


@maske(24, rekkevidde="vindu_alle")
def inn_ytelse_samordning(k: Kontekst, blokkerende: list[str] = []) -> Maske:  # noqa: B006
    """No other public benefit or pension in the window. `blokkerende`: the descriptions that count; empty = all."""
    ytelse = k.er("inntekt_type", kodeverk.YTELSER)
    return Maske(ytelse & k.er("beskrivelse", blokkerende) if blokkerende else ytelse, koder(k, "beskrivelse"))


@maske(None, rekkevidde="vindu_alle")
def inn_annen_ytelse(k: Kontekst, unntatt: list[str] = []) -> Maske:  # noqa: B006
    """Another public benefit or pension in the window that does not stop the case (problem 18): it is seen, and offset or controlled
    later. `unntatt`: the descriptions that say nothing here, or that another check is about."""
    return Maske(k.er("inntekt_type", kodeverk.YTELSER) & ~k.er("beskrivelse", unntatt), koder(k, "beskrivelse"))


@maske(25, rekkevidde="vindu_alle")
def inn_spesielle_forhold(k: Kontekst, naering: bool = True) -> Maske:
    """No special earning conditions, net pay or (with `naering`) self-employment: amounts mean other things then."""
    brudd = ~k.mangler("spesielle_forhold") | k.er("skatteregel", ["nettoloenn"])
    if naering:
        brudd |= _naering(k)
    return Maske(brudd, koder(k, "inntekt_type", "beskrivelse", "spesielle_forhold", "skatteregel"))


@maske(None, rekkevidde="vindu_alle")
def inn_naering_frilans(k: Kontekst) -> Maske:
    """Self-employed or freelance income beside pay (problem 20)."""
    return Maske(_naering(k), koder(k, "inntekt_type", "beskrivelse"))


def _naering(k: Kontekst) -> np.ndarray:
    naering = k.er("inntekt_type", ["Naeringsinntekt"]) | k.er("beskrivelse", ["lottKunTrygdeavgift"])
    if "arbeidsforhold" in k.rammer:
        a, f = k.arbeidsforhold, k.forhold
        frilans = k.er("type", ["frilanser", "frilanserOppdragstakerHonorarPersonerMm"], "arbeidsforhold")
        par = k.par(a.person, a.org)
        bare_frilans = np.setdiff1d(par[frilans], par[~frilans])
        naering |= np.append(np.isin(k.par(f.person, f.org), bare_frilans), False)[f.rad]
    return naering


@maske(28, trenger=("arbeidsforhold",))
def arb_dekker_inntekt(k: Kontekst, etterslep_maaneder: int = 1) -> Maske:
    """Pay comes from an employer with an employment in Aa-registeret in the month, or `etterslep_maaneder` before."""
    return Maske(
        _loenn_utenfor(k) & ~(_ansatt(k, "org", etterslep_maaneder) | _ansatt(k, "oppl", etterslep_maaneder)),
        lambda pos: ["ikke noe arbeidsforhold i måneden"] * len(pos),
    )


@maske(None, trenger=("arbeidsforhold",))
def arb_annen_virksomhet(k: Kontekst, etterslep_maaneder: int = 1) -> Maske:
    """Pay and employment name the same workplace, not just the same enterprise (problem 14): one job, two numbers."""
    return Maske(
        _loenn_utenfor(k) & ~_ansatt(k, "org", etterslep_maaneder) & _ansatt(k, "oppl", etterslep_maaneder),
        lambda pos: ["arbeidsforholdet står på en annen enhet i samme foretak"] * len(pos),
    )


def _loenn_utenfor(k: Kontekst) -> np.ndarray:
    """Pay, apart from what is lawfully paid after the end."""
    return (
        k.grunnlag
        & k.er("inntekt_type", ["Loennsinntekt"])
        & ~k.er("beskrivelse", kodeverk.UTBETALT_ETTER_SLUTT)
        & (k.forhold.rad >= 0)
    )


def _ansatt(k: Kontekst, nivaa: str, etterslep: int) -> np.ndarray:
    """Income rows whose month lies within an employment at the same workplace (org) or enterprise (oppl)."""
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
