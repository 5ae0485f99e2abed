"""One application as a pydantic model made from the manifest, for the API. Reads each answer exactly as the files
do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Annotated, Any

import pandas as pd
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema, create_model

from kjerne.kontrakt.identer import er_ident, er_kontonr, er_orgnr, er_syntetisk
from kjerne.kontrakt.manifest import Manifest
from kjerne.mottak.ramme import IKKE_SYNTETISK, serie
from kjerne.mottak.skjema import EGET_NUMMER, UTENFOR, Kolonne, Svarfeil, kolonner

_PYTHON = {"dato": dt.date, "heltall": int, "tall": Decimal, "kroner": int, "prosent": Decimal, "ja_nei": bool}
_SKJEMA: dict[str, dict[str, Any]] = {
    "dato": {"type": "string", "format": "date"},
    "heltall": {"type": ["integer", "string"]},
    "tall": {"type": ["number", "string"]},
    "kroner": {
        "type": ["integer", "string"],
        "examples": ["12345.67"],
        "description": "Kroner. Beløp med øre sendes som tekst.",
    },
    "prosent": {"type": ["number", "string"], "examples": ["62.5"], "description": "Prosent: 50 er halvparten."},
    "ja_nei": {"type": "boolean"},
    "orgnr": {"type": "string", "pattern": r"^\d{9}$"},
    "kontonummer": {"type": "string"},
    "tekst": {"type": "string"},
}
_LEDETEKST = {
    "soknad_id": "Søknadens id, valgt av den som sender; samme id to ganger er samme søknad",
    "fodselsnummer": "Fødselsnummer eller D-nummer, elleve sifre",
    "kontonummer": "Kontonummer for utbetaling",
    "maalform": "Målform i brev: nb eller nn",
    "mottatt_dato": "Dagen søknaden kom inn; settes av mottakeren når den mangler",
}


def soknad_modell(manifest: Manifest, krev_syntetisk: bool = True, uten: Collection[str] = ()) -> type[BaseModel]:
    """A strict model: unknown keys are refused; values come out as in the frame (kroner in øre, prosent as share,
    None unknown).

    mottatt_dato may be left out (the receiver sets it); fields from registers, and those in `uten`, are not part of it.
    Error texts are Norwegian and do not repeat the answer, but pydantic's own `input` does: leave it out (include_input=False) before
    it is shown or logged.
    """
    felt: dict[str, Any] = {}
    tekster = {f.navn: f.nb for f in manifest.felt} | _LEDETEKST
    for k in kolonner(manifest):
        if k.register or k.navn in uten:
            continue
        krevd = k.paakrevd and k.navn != "mottatt_dato"
        python: Any = _PYTHON.get(k.type, str)
        skjema = {"type": "string", "enum": list(k.valg)} if k.type == "valg" else _SKJEMA[k.type]
        type_ = Annotated[
            python if krevd else python | None,
            BeforeValidator(_leser(k, krevd, krev_syntetisk)),
            *([AfterValidator(_ikke_eget)] if k.type == "kontonummer" else []),
            WithJsonSchema(skjema),
        ]
        felt[k.navn] = (
            type_,
            Field(description=tekster[k.navn]) if krevd else Field(default=k.tomt, description=tekster[k.navn]),
        )
    innstilling = ConfigDict(
        extra="forbid", strict=True, frozen=True, protected_namespaces=(), hide_input_in_errors=True
    )
    return create_model(f"Soknad_{manifest.id}", __config__=innstilling, **felt)


def ramme_av_soknader(soknader: Sequence[BaseModel], manifest: Manifest) -> pd.DataFrame:
    """Validated applications → the application frame; kilde_linje is 1, 2, 3 …"""
    ut = {k.navn: serie(k, [getattr(s, k.navn, None) for s in soknader]) for k in kolonner(manifest)}
    ut["kilde_linje"] = pd.Series(pd.array(range(1, len(soknader) + 1), dtype="Int64"))
    return pd.DataFrame(ut, copy=False)


def les_ett(manifest: Manifest, navn: str, svar: str, eier: str = "") -> Any:
    """One answer to one question of the application, as in the frame (kroner in øre, prosent as share). Raises Svarfeil, also when it
    is empty, for a number of an account or an organisation that nobody has, and for an account that is the number of `eier`, the
    applicant. KeyError when the application has no such field."""
    k = {k.navn: k for k in kolonner(manifest)}[navn]
    verdi = _leser(k, True, False)(svar)
    if k.type == "kontonummer" and not er_kontonr(verdi):
        raise Svarfeil("er ikke et gyldig kontonummer")
    if k.type == "kontonummer" and verdi == eier:
        raise Svarfeil(EGET_NUMMER)
    return verdi


def _ikke_eget(verdi: str | None, info: ValidationInfo) -> str | None:
    """Not the applicant's own number, which is read before any account."""
    if verdi is not None and verdi == info.data.get("fodselsnummer"):
        raise Svarfeil(EGET_NUMMER)
    return verdi


def _leser(k: Kolonne, krevd: bool, krev_syntetisk: bool) -> Callable[[Any], Any]:
    def les(svar: Any) -> Any:
        if k.type in ("tall", "prosent") and type(svar) is float:
            svar = repr(svar)  # a web framework has made a float of it; the shortest text is what was written
        verdi = k.les(svar)
        if verdi is None:
            if krevd:
                raise Svarfeil("mangler")
            return k.tomt
        if k.har_grenser and not k.grenser[0] <= verdi <= k.grenser[1]:
            raise Svarfeil(UTENFOR)
        if k.person and not er_ident(verdi):
            raise Svarfeil("er ikke et gyldig fødselsnummer")
        if k.person and krev_syntetisk and not er_syntetisk(verdi):
            raise Svarfeil(IKKE_SYNTETISK)
        if k.type == "orgnr" and not er_orgnr(verdi):
            raise Svarfeil("er ikke et gyldig organisasjonsnummer")
        return verdi

    return les
