"""Carries out the controls and gives what they found as rows. A control that cannot be carried out is never a silent pass."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontroll.helhet import Buntkontekst
from kjerne.kontroll.katalog import IKKE_GJORT, Plankontroll
from kjerne.kontroll.kontekst import Kontrollkontekst
from kjerne.kontroll.regel import Treff
from kjerne.lager.kanonisk import json_tekst

_MANGLER = {"inntekt": "inntektsopplysninger", "arbeidsgiver": "arbeidsgiver i sakene", "tidligere": "tidligere bunter"}
FUNN = ["kontroll", "versjon", "handling", "modus", "linje_id", "bunt_id", "gruppe", "grunn", "bevis", "belop_ore"]


@dataclass(frozen=True)
class Kontrolltall:
    """What one control came to. `ukjent`: lines that it let through because something is missing. `ikke_kjort` says why it was not run,
    "" when it was."""

    id: str
    versjon: int
    modus: str
    treff: int
    stopper: int
    ukjent: int
    sekunder: float
    ikke_kjort: str = ""


@dataclass(frozen=True)
class Gjennomforing:
    """`funn` has the columns FUNN; one row for each line (or batch) and control."""

    funn: pd.DataFrame
    tall: list[Kontrolltall] = field(default_factory=list)


def gjennomfor(plan: Sequence[Plankontroll], k: Kontrollkontekst | Buntkontekst) -> Gjennomforing:
    """Runs the controls of this kind of context. Raises Ordningsfeil (kode 3) when one that could stop something cannot be run."""
    over = "bunt" if isinstance(k, Buntkontekst) else "linje"
    deler, tall = [], []
    for p in (p for p in plan if p.regel.over == over):
        begynte = time.perf_counter()
        rader, ukjent, hvorfor = _kjor(p, k)
        stopper = sum(r["handling"].startswith("STOPP") for r in rader) if p.modus == "skarp" else 0
        sekunder = time.perf_counter() - begynte
        tall.append(Kontrolltall(p.kontroll.id, p.kontroll.versjon, p.modus, len(rader), stopper, ukjent, sekunder, hvorfor))
        deler += rader
    return Gjennomforing(pd.DataFrame(deler, columns=FUNN), tall)


def _kjor(p: Plankontroll, k: Any) -> tuple[list[dict[str, Any]], int, str]:
    """(what was found, lines that could not be judged, why it was not run)."""
    if p.ikke_kjort:
        return [], 0, p.ikke_kjort
    if mangler := [_MANGLER.get(n, n) for n in p.regel.trenger if not k.har(n)]:
        return [], 0, f"mangler {', '.join(mangler)}"
    try:
        treff = p.regel.funksjon(k, **p.grenser)
        return _rader(p, treff, k), 0 if treff.ukjent is None else int(treff.ukjent.sum()), ""
    except Exception as feil:  # whatever it is: money does not pass a control that broke
        if p.modus == "skygge":
            return [], 0, f"lot seg ikke utføre ({type(feil).__name__})"
        raise Ordningsfeil(
            f"Kontrollen {p.kontroll.id} «{p.kontroll.navn}» lot seg ikke utføre ({type(feil).__name__}).",
            "kontroll før utbetaling", "Meld feilen. Haster det, kan juristen slå kontrollen av med en grunn i [kontroll].",
            IKKE_GJORT, kode=3,
        ) from feil  # fmt: skip


def _rader(p: Plankontroll, treff: Treff, k: Any) -> list[dict[str, Any]]:
    plass = np.flatnonzero(treff.brudd)
    if not len(plass):
        return []
    i_bunt = isinstance(k, Buntkontekst)
    ider = np.array(k.bunter, dtype=object) if i_bunt else k.linjer["linje_id"].to_numpy(object)
    stopp = treff.stopp if treff.stopp is not None else np.zeros(len(treff.brudd), bool)
    forst = [f"{p.kontroll.id}-{navn}" for navn in _forste_i_gruppen(treff.gruppe, plass, ider)]
    belop = k.linjer.groupby("bunt_id")["belop_ore"].sum().reindex(ider).to_numpy() if i_bunt else k.linjer["belop_ore"].to_numpy()
    return [
        {
            "kontroll": p.kontroll.id, "versjon": p.kontroll.versjon, "handling": "STOPP" if stopp[i] else p.kontroll.handling,
            "modus": p.modus, "linje_id": None if i_bunt else ider[i], "bunt_id": ider[i] if i_bunt else None, "gruppe": gruppe,
            "grunn": grunn, "bevis": json_tekst(bevis), "belop_ore": int(belop[i]),
        }
        for i, gruppe, grunn, bevis in zip(plass, forst, treff.grunn(plass), treff.bevis(plass), strict=True)
    ]  # fmt: skip


def _forste_i_gruppen(gruppe: np.ndarray | None, plass: np.ndarray, ider: np.ndarray) -> list[str]:
    """The lowest id among those with the same cause. A finding without a group is its own."""
    if gruppe is None:
        return list(ider[plass])
    egne = pd.Series(ider[plass])
    return egne.groupby(gruppe[plass]).transform("min").tolist()
