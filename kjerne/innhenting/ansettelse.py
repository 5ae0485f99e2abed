"""Which kind of employment an income row belongs to: same person, same underenhet, and a month that the employment covers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kjerne.kontrakt.tabeller import DTYPER

KOLONNE = "arbeidsforhold_type"


def med_arbeidsforhold_type(inntekt: pd.DataFrame, arbeidsforhold: pd.DataFrame | None) -> pd.DataFrame:
    """The income with the additional column `arbeidsforhold_type`. A type that the source gives is kept; unknown where no
    employment covers the month, and where several of different types do."""
    tom = pd.Series(pd.NA, index=inntekt.index, dtype=DTYPER["tekst"])
    gitt = inntekt.get(KOLONNE, tom).astype(DTYPER["tekst"])
    if arbeidsforhold is not None and len(arbeidsforhold) and len(inntekt):
        gitt = gitt.fillna(_fra_registeret(inntekt, arbeidsforhold))
    return inntekt.assign(**{KOLONNE: gitt.astype("category")})


def _fra_registeret(inntekt: pd.DataFrame, arbeidsforhold: pd.DataFrame) -> pd.Series:
    maa_ha = ["ident", "virksomhet", "type", "startdato"]
    a = arbeidsforhold[[*maa_ha, "sluttdato"]].dropna(subset=maa_ha)
    typer, navn = pd.factorize(a["type"].astype(object))
    maaned = _maanedsnummer(inntekt["maaned"], 0)
    rader = pd.DataFrame({"ident": inntekt["ident"], "virksomhet": inntekt["virksomhet"], "rad": np.arange(len(inntekt))})
    egne = a[["ident", "virksomhet"]].assign(
        type=typer, fra=_maanedsnummer(a["startdato"], 0), til=_maanedsnummer(a["sluttdato"], np.iinfo("int64").max))  # fmt: skip
    par = rader.merge(egne, on=["ident", "virksomhet"])
    dekker = (par["fra"] <= maaned[par["rad"]]) & (maaned[par["rad"]] <= par["til"])
    par = par.loc[dekker, ["rad", "type"]].drop_duplicates()
    par = par[~par["rad"].duplicated(keep=False)]
    ut = np.full(len(inntekt), -1)
    ut[par["rad"]] = par["type"]
    return pd.Series(pd.Categorical.from_codes(ut, categories=navn), index=inntekt.index).astype(DTYPER["tekst"])


def _maanedsnummer(datoer: pd.Series, uten: int) -> np.ndarray:
    maaned = datoer.to_numpy().astype("datetime64[M]")
    return np.where(np.isnat(maaned), uten, maaned.astype("int64"))
