"""What the masks see: the frames of one run as integer codes, made once.

Months are whole months since January 1970, `UKJENT` where the source has none. Persons and employers are codes into
`identer` and `orgnumre`, -1 where the source has none. Amounts are whole øre.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kjerne.kontrakt.tabeller import DTYPER
from kjerne.kvalitet.forhold import Forhold
from kjerne.kvalitet.plan import Kvalitetsplan

UKJENT = -9999
SVAR = "svar:"
_MAANEDER = (
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
)


def maaneder(datoer: pd.Series) -> np.ndarray:
    """Dates → whole months since January 1970; missing → UKJENT. Few dates are different: each is worked out once."""
    koder, ulike = pd.factorize(datoer.to_numpy())
    return np.append(ulike.astype("datetime64[M]").astype(np.int64), UKJENT)[koder]


def dager(datoer: pd.Series) -> np.ndarray:
    return datoer.to_numpy().astype("datetime64[D]")


def maaned_av(dato: dt.date) -> int:
    return (dato.year - 1970) * 12 + dato.month - 1


def maanedsnavn(tall: int) -> str:
    return "ukjent måned" if tall == UKJENT else f"{_MAANEDER[tall % 12]} {1970 + tall // 12}"


def kr(ore: int) -> str:
    """1234500 → 12 345 kr. Øre only when there are any."""
    tegn, hele, rest = ("−" if ore < 0 else ""), *divmod(abs(int(ore)), 100)
    return f"{tegn}{hele:,}".replace(",", " ") + (f",{rest:02d} kr" if rest else " kr")


@dataclass(frozen=True)
class Saker:
    person: np.ndarray
    arbeidsgiver: np.ndarray  # -1: all employers
    fra: np.ndarray  # first month of the window, UKJENT without a date
    til: np.ndarray  # last month of the window
    bruker_inntekt: np.ndarray

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Inntekter:
    person: np.ndarray
    org: np.ndarray  # virksomhet, or the one who reports where virksomhet is missing
    oppl: np.ndarray  # opplysningspliktig
    maaned: np.ndarray
    belop: np.ndarray  # øre; 0 where missing, see `satt`
    satt: np.ndarray
    svar: np.ndarray  # the row is an answer to our own question
    erstattet: np.ndarray  # an answer stands in its place

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Ansettelser:
    """Rows of arbeidsforhold or permittering."""

    person: np.ndarray
    org: np.ndarray
    oppl: np.ndarray
    start: np.ndarray  # datetime64[D], NaT where missing
    slutt: np.ndarray

    def __len__(self) -> int:
        return len(self.person)


class Kontekst:
    """All that a mask may look at."""

    arbeidsforhold: Ansettelser
    permittering: Ansettelser

    def __init__(
        self,
        plan: Kvalitetsplan,
        saker: pd.DataFrame,
        inntekt: pd.DataFrame,
        arbeidsforhold: pd.DataFrame | None,
        permittering: pd.DataFrame | None,
        *,
        hentet: dt.date,
        vedtaksdato: dt.date,
        krev_syntetisk: bool,
        forrige_dekning: float | None = None,
        personer: pd.DataFrame | None = None,
        forrige_hentet: np.ndarray | None = None,
    ):
        self.plan, self.hentet, self.vedtaksdato = plan, hentet, vedtaksdato
        self.krev_syntetisk, self.forrige_dekning, self.forrige_hentet = krev_syntetisk, forrige_dekning, forrige_hentet
        self.rammer = {"sak": saker, "inntekt": inntekt}
        self.rammer |= {
            n: r
            for n, r in (("arbeidsforhold", arbeidsforhold), ("permittering", permittering), ("personer", personer))
            if r is not None
        }
        self._kod()

    def _kod(self) -> None:
        r, vindu = self.rammer, self.plan.vindu
        saker, inntekt = r["sak"], r["inntekt"]
        ansatt = [r[n] for n in ("arbeidsforhold", "permittering") if n in r]
        *personkoder, self.identer = _koder([saker["ident"], inntekt["ident"], *(f["ident"] for f in ansatt)])
        navngitt = saker[vindu.arbeidsgiver] if vindu and vindu.arbeidsgiver else saker["ident"].iloc[:0]
        org = [navngitt, inntekt["virksomhet"], inntekt["opplysningspliktig"]]
        org += [
            f[n] if n in f else f["virksomhet"].iloc[:0] for f in ansatt for n in ("virksomhet", "opplysningspliktig")
        ]
        *orgkoder, self.orgnumre = _koder(org)

        fra = til = np.full(len(saker), UKJENT)
        bruker = np.zeros(len(saker), bool)
        if vindu:
            maaned = maaneder(saker[vindu.dato])
            kjent = maaned != UKJENT
            fra, til = np.where(kjent, maaned - vindu.maaneder, UKJENT), np.where(kjent, maaned - 1, UKJENT)
            bruker = _i_mengden(saker[vindu.naar.felt], vindu.naar.er) if vindu.naar else ~bruker
        arbeidsgiver = orgkoder[0] if len(orgkoder[0]) == len(saker) else np.full(len(saker), -1)
        self.sak = Saker(personkoder[0], arbeidsgiver, fra, til, bruker)
        self.inn = self._inntekter(personkoder[1], orgkoder[1], orgkoder[2])
        for i, (navn, f) in enumerate(n for n in r.items() if n[0] in ("arbeidsforhold", "permittering")):
            oppl = orgkoder[4 + 2 * i]
            setattr(
                self,
                navn,
                Ansettelser(
                    personkoder[2 + i],
                    orgkoder[3 + 2 * i],
                    oppl if len(oppl) else np.full(len(f), -1),
                    dager(f["startdato"]),
                    dager(f["sluttdato"]),
                ),
            )

    def _inntekter(self, person: np.ndarray, virksomhet: np.ndarray, oppl: np.ndarray) -> Inntekter:
        ramme = self.rammer["inntekt"]
        maaned = maaneder(ramme["maaned"])
        org = np.where(virksomhet >= 0, virksomhet, oppl)
        satt = ramme["beloep_ore"].notna().to_numpy()
        svar = ramme["avvik_koder"].str.startswith(SVAR).fillna(False).to_numpy(bool)
        erstattet = np.zeros(len(ramme), bool)
        if svar.any():
            # An answer stands for the person, the month and the employer that was asked, within its type of income.
            type_ = ramme["inntekt_type"].astype(DTYPER["tekst"]).to_numpy(object)
            noekler = {
                (p, m, o): t for p, m, o, t in zip(person[svar], maaned[svar], org[svar], type_[svar], strict=True)
            }
            for i in np.flatnonzero(~svar & np.isin(person, person[svar])):
                for o in {org[i], oppl[i]}:
                    if (n := (person[i], maaned[i], o)) in noekler:
                        erstattet[i] |= pd.isna(noekler[n]) or pd.isna(type_[i]) or noekler[n] == type_[i]
        belop = ramme["beloep_ore"].fillna(0).to_numpy(np.int64)
        return Inntekter(person, org, oppl, maaned, belop, satt, svar, erstattet)

    def er(self, kolonne: str, verdier: list[str] | tuple[str, ...], tabell: str = "inntekt") -> np.ndarray:
        """Rows where a code column has one of the values, whatever its capitals (v1 and v2 spell them differently)."""
        return self.per_kode(kolonne, dict.fromkeys(verdier, True), False, tabell)

    def per_kode(self, kolonne: str, verdi: Mapping[str, Any], ellers: Any, tabell: str = "inntekt") -> np.ndarray:
        """For each row what `verdi` says of its code, whatever its capitals; `ellers` for other codes and for none."""
        kjent = {_likt(kode): v for kode, v in verdi.items()}
        kategori = self.rammer[tabell][kolonne].cat
        per_kategori = np.array([*(kjent.get(_likt(str(c)), ellers) for c in kategori.categories), ellers])
        return per_kategori[kategori.codes.to_numpy()]

    def mangler(self, kolonne: str, tabell: str = "inntekt") -> np.ndarray:
        return self.rammer[tabell][kolonne].isna().to_numpy(bool)

    @cached_property
    def grunnlag(self) -> np.ndarray:
        """Income rows that can be part of a basis: the scheme's types, paid in cash, not replaced by an answer."""
        typer = (self.plan.vindu.typer if self.plan.vindu else ()) or ("Loennsinntekt",)
        return (
            (self.er("inntekt_type", typer) | self.mangler("inntekt_type"))
            & (self.er("fordel", ["kontantytelse"]) | self.mangler("fordel"))
            & ~self.inn.erstattet
        )

    @cached_property
    def relevant_type(self) -> np.ndarray:
        typer = self.plan.vindu.typer if self.plan.vindu else ()
        return self.er("inntekt_type", typer) | self.mangler("inntekt_type") if typer else np.ones(len(self.inn), bool)

    @cached_property
    def forhold(self) -> Forhold:
        """Person × employer, and what each was paid month by month."""
        return Forhold.bygg(self)

    @cached_property
    def privatpersoner(self) -> np.ndarray:
        """For each code in `orgnumre`: it has eleven digits, so the employer is a private person."""
        return np.array([len(n) == 11 and n.isdigit() for n in self.orgnumre], bool)

    def par(self, person: np.ndarray, org: np.ndarray) -> np.ndarray:
        """One number for each person × employer."""
        return person.astype(np.int64) * (len(self.orgnumre) + 1) + org + 1

    def siste_ferdige(self, dag: int = 10) -> int:
        """The last month whose reports were complete when the income was fetched: those before the 10th are not."""
        return maaned_av(self.hentet) - (1 if self.hentet.day >= dag else 2)

    def orgnr(self, kode: int) -> str | None:
        """The organisation number of a code; None for a private employer, whose number is a person's."""
        verdi = str(self.orgnumre[kode]) if kode >= 0 else ""
        return verdi if len(verdi) == 9 and verdi.isdigit() else None


def _likt(kode: str) -> str:
    return kode.casefold().replace("_", "")


def _koder(serier: list[pd.Series]) -> list[np.ndarray]:
    """Text columns → codes into one common list of values, which comes last."""
    tekst = [s.astype(DTYPER["tekst"]) for s in serier]
    koder, verdier = pd.factorize(pd.concat(tekst, ignore_index=True))
    return [*np.split(koder, np.cumsum([len(s) for s in tekst])[:-1]), np.asarray(verdier, dtype=object)]


def _i_mengden(serie: pd.Series, verdier: tuple) -> np.ndarray:
    return serie.isin(list(verdier)).fillna(False).to_numpy(bool)
