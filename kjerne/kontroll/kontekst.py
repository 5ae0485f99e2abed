"""What the controls see: the lines of a coming batch, and all that any scheme knows which touches them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from kjerne.kontrakt.identer import fodselsdatoer
from kjerne.kontroll.lonnsrader import Lonnsrader, lonnsrader

# Texts but for fom, tom and mottatt_dato (days), belop_ore (whole øre), merket, and til_soker (the account is the applicant's own).
# `merket`: the line has taken the fingerprint of its money (it has been in a batch).
# `nokkel` is what makes a case one of its kind beside the person; `arbeidsgiver` the employer it is about, missing where none is.
LINJE = (
    "linje_id", "vedtak_id", "sak_id", "ordning", "person_id", "ident", "sokerkonto", "orgnr", "konto", "til_soker", "klasse", "fom", "tom",
    "belop_ore", "mottatt_dato", "arbeidsgiver", "nokkel", "merket",
)  # fmt: skip


@dataclass(frozen=True)
class Kontrollkontekst:
    """linjer          the lines that are about to be paid, with the columns LINJE
    andre           every other line, in any scheme, with the same person, account or employer; the same columns
    soknader        every application of the same persons: person_id, sak_id, konto, mottatt_dato
    inntekt, arbeidsforhold   the registers as the decisions stood on them, or None
    inntekt_for     the oldest extract of income that the scheme has, when there is an older one
    """

    ordning: str
    linjer: pd.DataFrame
    andre: pd.DataFrame
    soknader: pd.DataFrame
    betalingsdato: dt.date
    kunngjort: dt.date
    maks_dager: int
    kan_kombineres: tuple[str, ...] = ()
    inntekt: pd.DataFrame | None = None
    inntekt_for: pd.DataFrame | None = None
    arbeidsforhold: pd.DataFrame | None = None

    @property
    def antall(self) -> int:
        return len(self.linjer)

    def har(self, navn: str) -> bool:
        """Whether there is anything of this to look at."""
        if navn == "arbeidsgiver":  # of the scheme: not only of these lines
            return any(bool(r["arbeidsgiver"].notna().any()) for r in (self.linjer, self.andre))
        ramme = getattr(self, navn)
        return ramme is not None and len(ramme) > 0

    @cached_property
    def alle(self) -> pd.DataFrame:
        """The lines, then the others: LINJE, and `egen` (about to be paid), `ny_sak` (nothing of the case was in a batch before),
        `menneske` (code of the human being behind the person's numbers) and `mottaker` (code of who gets the money: the establishments
        of one enterprise are one)."""
        ramme = pd.concat([self.linjer[list(LINJE)], self.andre[list(LINJE)]], ignore_index=True)
        menneske = mennesker(ramme["person_id"], ramme["ident"], ramme["sokerkonto"])
        orgnr, _ = pd.factorize(self._foretak(ramme["orgnr"]))
        mottaker, _ = pd.factorize(np.where(orgnr < 0, menneske, -1 - orgnr))
        dager = {n: ramme[n].to_numpy().astype("datetime64[D]") for n in ("fom", "tom", "mottatt_dato")}
        egen = np.arange(len(ramme)) < self.antall
        betalt = ramme["sak_id"].isin(ramme["sak_id"][~egen | ramme["merket"].to_numpy(bool)])
        return ramme.assign(egen=egen, ny_sak=~betalt.to_numpy(bool), menneske=menneske, mottaker=mottaker,
                            **{n: d.astype(np.int64) for n, d in dager.items()})  # fmt: skip

    def _foretak(self, orgnr: pd.Series) -> pd.Series:
        """The enterprise (opplysningspliktig) that the registers name for each establishment; itself where they name none. The
        establishments of one enterprise often have one account."""
        ulike = orgnr.dropna().unique()
        navn = ["virksomhet", "opplysningspliktig"]
        par = [
            r.loc[r["virksomhet"].isin(ulike), navn].dropna() for r in (self.inntekt, self.arbeidsforhold) if r is not None and len(ulike)
        ]
        if not par:
            return orgnr
        foretak = pd.concat(par).drop_duplicates().groupby("virksomhet")["opplysningspliktig"].min()
        return orgnr.map(foretak).fillna(orgnr)

    @cached_property
    def lonn(self) -> Lonnsrader:
        """The income rows of the lines' persons at the employer of the line."""
        return lonnsrader(self.linjer, self.inntekt)

    @cached_property
    def lonn_for(self) -> Lonnsrader:
        """As `lonn`, of the oldest extract."""
        return lonnsrader(self.linjer, self.inntekt_for)

    def saker(self, rader: np.ndarray) -> np.ndarray:
        """sak_id of rows of `alle`."""
        return self._sak_id[rader]

    @cached_property
    def _sak_id(self) -> np.ndarray:
        return self.alle["sak_id"].to_numpy(object)


def mennesker(person_id: pd.Series, ident: pd.Series, konto: pd.Series) -> np.ndarray:
    """A code for each row, the same for the same human being.

    No register here tells which fødselsnummer a D-number became. A D-number and a fødselsnummer with the same date of birth
    and the same account of their own are taken to be one: a reason to look, never to refuse.
    """
    kode, _ = pd.factorize(person_id)
    d_nummer = ident.str.slice(0, 1).isin(list("4567")).to_numpy(bool)
    kontoer, _ = pd.factorize(konto)
    med = np.flatnonzero((kontoer >= 0) & np.isin(kontoer, kontoer[d_nummer]))
    par = pd.DataFrame({"kode": kode[med], "d": d_nummer[med], "konto": kontoer[med], "dag": fodselsdatoer(ident.iloc[med])})
    par = par.dropna(subset="dag").drop_duplicates()
    gruppe = par.groupby(["dag", "konto"])
    par = par[gruppe["d"].transform("min") != gruppe["d"].transform("max")]
    ny = np.arange(kode.max(initial=-1) + 1)
    for _ in range(3):  # a person with several accounts can join two groups
        lavest = ny[par["kode"]]
        minste = pd.Series(lavest).groupby([par["dag"].to_numpy(), par["konto"].to_numpy()]).transform("min").to_numpy()
        np.minimum.at(ny, par["kode"].to_numpy(), minste)
    return ny[kode]


def antall_og_forste(nr: np.ndarray, verdier: np.ndarray, vist: int) -> dict[int, tuple[int, list[str]]]:
    """For each number: how many different values, and the first of them in order."""
    par = pd.DataFrame({"nr": nr, "verdi": verdier}).drop_duplicates().sort_values(["nr", "verdi"], kind="stable")
    antall = par.groupby("nr").size()
    forste = par.groupby("nr").head(vist).groupby("nr")["verdi"].agg(list)
    return {int(n): (int(antall[n]), forste[n]) for n in antall.index}
