"""Great Expectations: holds the contract of every check (name, severity, what happens, why) and counts the failures.

The masks are precomputed boolean columns, True where the row is all right; GX asserts that every value is True. Its
count must equal ours, and an exception inside a check, which GX swallows, stops the run.
Never phones home: analytics are switched off before the import.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kjerne.kvalitet.plan import Kontroll


@dataclass(frozen=True)
class Utfall:
    """What GX found for one check. `rader`: positions that fail, for a native expectation over rows; else None."""

    rader_lest: int
    brudd: int
    bestatt: bool
    feil: str  # why the check could not be carried out; empty when it could
    rader: np.ndarray | None = None


def _gx():
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    logging.getLogger("great_expectations").propagate = False  # Prefect's handler would show its notes; warnings still show
    import great_expectations

    return great_expectations


def begynn_import() -> None:
    """Imports GX (seconds) in a thread of its own, so that the masks are computed meanwhile. Who needs it, waits."""
    threading.Thread(target=_gx, name="gx-import", daemon=True).start()


def meta(kontroll: Kontroll, nr: int | None) -> dict[str, Any]:
    """What an operator needs to know about a check, beside its result."""
    return {
        "navn": kontroll.navn,
        "handling": kontroll.handling,
        "hvorfor": kontroll.hvorfor,
        "hjemmel": kontroll.hjemmel,
        "nr": nr,
    }


def kjor_gx(
    masker: dict[str, dict[str, np.ndarray]],
    kontroller: dict[str, tuple[Kontroll, int | None]],
    rammer: dict[str, pd.DataFrame],
) -> tuple[dict[str, Utfall], dict[str, Any]]:
    """Runs all checks in one ephemeral context.

    masker       table → check → True where the row fails
    kontroller   check → (its declaration, its number in the list of 40)
    rammer       tables that native expectations look at
    Returns the outcome per check, and GX's own result per table (JSON, without rows).
    """
    gx = _gx()
    kontekst = gx.get_context(mode="ephemeral")
    kontekst.variables.progress_bars = {"globally": False}
    kilde = kontekst.data_sources.add_pandas("ordning")
    utfall: dict[str, Utfall] = {}
    raa: dict[str, Any] = {}
    for tabell, brudd in masker.items():
        if not brudd or not len(next(iter(brudd.values()))):
            utfall |= {navn: Utfall(0, 0, True, "") for navn in brudd}  # an empty table breaks nothing
            continue
        forventninger = {
            navn: gx.expectations.ExpectColumnValuesToBeInSet(
                column=navn, value_set=[True], severity=kontroller[navn][0].alvor, meta=meta(*kontroller[navn])
            )
            for navn in brudd
        }
        # As categories, the fingerprint that GX takes of every frame costs a quarter of what booleans do.
        ramme = pd.DataFrame(
            {navn: pd.Categorical.from_codes(b.view(np.int8), [True, False]) for navn, b in brudd.items()}, copy=False
        )
        svar = _valider(gx, kilde, f"masker_{tabell}", ramme, list(forventninger.values()), "BASIC")
        raa[f"masker_{tabell}"] = _kort(svar)
        for navn, resultat in _per_navn(svar, brudd).items():
            utfall[navn] = _maskeutfall(resultat, int(brudd[navn].sum()))
    for navn, (kontroll, nr) in kontroller.items():
        if kontroll.forventning:
            utfall[navn], raa[navn] = _egen(gx, kilde, kontroll, rammer.get(kontroll.tabell or ""), nr)
    return utfall, raa


def _valider(gx: Any, kilde: Any, navn: str, ramme: pd.DataFrame, forventninger: list, form: str) -> Any:
    """One suite on one frame. Straight on the batch: nothing is written to a store."""
    bunt = kilde.add_dataframe_asset(navn).add_batch_definition_whole_dataframe(navn).get_batch({"dataframe": ramme})
    return bunt.validate(gx.ExpectationSuite(name=navn, expectations=forventninger), result_format=form)


def _per_navn(svar: Any, ventet: Any) -> dict[str, Any]:
    funnet = {r.expectation_config.meta["navn"]: r for r in svar.results}
    return {navn: funnet.get(navn) for navn in ventet}


def _maskeutfall(resultat: Any, ventet: int) -> Utfall:
    if resultat is None:
        return Utfall(0, 0, False, "kontrollen ga ikke noe resultat")
    if feil := unntak(resultat.exception_info):
        return Utfall(0, 0, False, feil)
    brudd = int(resultat.result["unexpected_count"])
    ulikt = "" if brudd == ventet and resultat.success == (ventet == 0) else f"GX fant {brudd} brudd, masken {ventet}"
    return Utfall(int(resultat.result["element_count"]), brudd, bool(resultat.success), ulikt)


def _egen(gx: Any, kilde: Any, kontroll: Kontroll, ramme: pd.DataFrame | None, nr: int | None) -> tuple[Utfall, dict]:
    """A native expectation, with the positions of the rows that fail where GX gives them."""
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    if ramme is None:
        return Utfall(0, 0, True, ""), {}
    kwargs = dict(kontroll.argumenter) | ({"column": kontroll.kolonne} if kontroll.kolonne else {})
    try:
        forventning = ExpectationConfiguration(
            type=kontroll.forventning, kwargs=kwargs, meta=meta(kontroll, nr), severity=kontroll.alvor
        ).to_domain_obj()
        # Plain objects and numbers: GX does not know the nullable types.
        utsnitt = ramme[[kontroll.kolonne]] if kontroll.kolonne else ramme
        svar = _valider(gx, kilde, kontroll.navn, _enkel(utsnitt), [forventning], "COMPLETE")
    except Exception as feil:  # whatever it is, the check was not carried out: the caller stops the run
        return Utfall(0, 0, False, f"{type(feil).__name__}: {_en_linje(feil)}"), {}
    resultat = _per_navn(svar, [kontroll.navn])[kontroll.navn]
    if resultat is None or (tekst := unntak(resultat.exception_info)):
        return Utfall(len(ramme), 0, False, "kontrollen ga ikke noe resultat" if resultat is None else tekst), _kort(
            svar
        )
    plass = resultat.result.get("unexpected_index_list")
    rader = np.array(plass or [], dtype=np.int64) if "unexpected_count" in resultat.result else None
    antall = int(resultat.result.get("unexpected_count", 0 if resultat.success else 1))
    if rader is not None and len(rader) != antall:
        return Utfall(len(ramme), antall, False, f"GX fant {antall} brudd, men pekte ut {len(rader)} rader"), _kort(
            svar
        )
    return Utfall(len(ramme), antall, bool(resultat.success), "", rader), _kort(svar)


def _enkel(ramme: pd.DataFrame) -> pd.DataFrame:
    ut = {}
    for navn in ramme:
        serie = ramme[navn].reset_index(drop=True)
        tall = pd.api.types.is_numeric_dtype(serie.dtype) and pd.api.types.is_extension_array_dtype(serie.dtype)
        if tall and not pd.api.types.is_bool_dtype(serie.dtype) and not serie.isna().any():
            ut[navn] = serie.astype("int64" if pd.api.types.is_integer_dtype(serie.dtype) else "float64")
        elif pd.api.types.is_datetime64_any_dtype(serie.dtype):
            ut[navn] = serie
        else:
            ut[navn] = serie.astype("object").where(serie.notna(), None)
    return pd.DataFrame(ut)


def unntak(info: dict[str, Any] | None) -> str:
    """The messages in GX's two shapes of exception_info (flat, or one per metric); empty when nothing was raised."""
    if not info:
        return ""
    deler = [info] if "raised_exception" in info else [d for d in info.values() if isinstance(d, dict)]
    tekster = {_en_linje(d.get("exception_message") or "ukjent feil") for d in deler if d.get("raised_exception")}
    return "; ".join(sorted(tekster))


def _en_linje(feil: object) -> str:
    """One short line; long numbers could be a person's or an account's and are hidden."""
    return re.sub(r"\d{6,}", "…", " ".join(str(feil).split()))[:200]


def _kort(svar: Any) -> dict[str, Any]:
    """GX's result without values and rows: those could be about a person."""
    data = svar.to_json_dict()
    for resultat in data["results"]:
        resultat["result"] = {
            n: v for n, v in resultat["result"].items() if n.endswith(("_count", "_percent", "_total", "_nonmissing"))
        }
        resultat["exception_info"] = {"feil": unntak(resultat["exception_info"])}
    return {"success": data["success"], "statistics": data["statistics"], "results": data["results"]}
