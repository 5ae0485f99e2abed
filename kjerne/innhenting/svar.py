"""Answers from employers become income rows, so that a case which waited for them can go on."""

from __future__ import annotations

import pandas as pd
from pandas.api.types import union_categoricals

from kjerne.kontrakt import verdier
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.tabeller import INNTEKT

MERKE = "svar:"
PAAKREVD = ("sporsmal_id", "ident", "maaned", "mottaker")


def skjoet_svar(inntekt: pd.DataFrame, svar: pd.DataFrame) -> pd.DataFrame:
    """A new canonical frame: `inntekt` with one row added for each answer about income.

    svar    sporsmal_id, ident, maaned, mottaker (orgnr or missing); beloep_ore (Int64) or verdi (kroner as written);
            optional felt (only "inntekt" is used), beskrivelse (default fastloenn), mottatt_tid
    The added rows have avvik_koder = "svar:<sporsmal_id>" and rad_id that continues. No row is taken away: which rows
    an answer stands in place of is decided, and shown, by the quality checks. An answer that is already in `inntekt`
    is not added again. Raises Ordningsfeil, naming the question, for an amount that cannot be read.
    """
    if mangler := [k for k in PAAKREVD if k not in svar]:
        raise Ordningsfeil(f"Svarene mangler kolonnen {', '.join(mangler)}.", "svar", "Legg til kolonnene.")
    if "felt" in svar:
        svar = svar[(svar["felt"] == "inntekt").fillna(False).astype(bool)]
    if svar.empty:
        return inntekt
    merker = (MERKE + svar["sporsmal_id"].astype("string[pyarrow]")).rename("merke")
    nye = ~merker.isin(inntekt["avvik_koder"].dropna()).astype(bool)
    if not nye.any():
        return inntekt
    rader = _rader(svar[nye], merker[nye])
    forste = 0 if inntekt.empty else int(inntekt["rad_id"].max()) + 1
    return _stable(inntekt, INNTEKT.ramme(rader.assign(rad_id=range(forste, forste + len(rader)))))


def _rader(svar: pd.DataFrame, merker: pd.Series) -> pd.DataFrame:
    ut = pd.DataFrame(
        {
            "ident": svar["ident"],
            "maaned": pd.to_datetime(svar["maaned"]).dt.to_period("M").dt.to_timestamp(),
            "opplysningspliktig": svar["mottaker"],
            "virksomhet": svar["mottaker"],
            "inntekt_type": "Loennsinntekt",
            "fordel": "kontantytelse",
            "beskrivelse": svar["beskrivelse"].fillna("fastloenn") if "beskrivelse" in svar else "fastloenn",
            "beloep_ore": _beloep(svar),
            "registrert_tid": svar.get("mottatt_tid", pd.NaT),
            "avvik_koder": merker,
        }
    )
    return ut.reset_index(drop=True)


def _beloep(svar: pd.DataFrame) -> pd.Series:
    if "beloep_ore" in svar:
        return svar["beloep_ore"].astype("Int64")
    ut = []
    for sporsmal_id, verdi in zip(svar["sporsmal_id"], svar["verdi"], strict=True):
        try:
            ore = verdier.ore(str(verdi))
        except ValueError as feil:
            raise _uleselig(sporsmal_id, str(feil)) from None
        if ore is None:
            raise _uleselig(sporsmal_id, "svaret er tomt")
        ut.append(ore)
    return pd.Series(ut, index=svar.index, dtype="Int64")


def _uleselig(sporsmal_id: str, grunn: str) -> Ordningsfeil:
    return Ordningsfeil(
        f"Svaret har ikke et beløp som kan leses: {grunn}.",
        f"spørsmål {sporsmal_id}",
        "Rett svaret, for eksempel 12 345,67.",
    )


def _stable(over: pd.DataFrame, under: pd.DataFrame) -> pd.DataFrame:
    """Both frames, one over the other. Codes keep being codes: each side may have some that the other lacks."""
    ut = pd.concat([over, under], ignore_index=True)
    for k in INNTEKT.kolonner:
        if k.type == "kode":
            ut[k.navn] = union_categoricals([over[k.navn], under[k.navn]], sort_categories=True)
    return INNTEKT.ramme(ut)
