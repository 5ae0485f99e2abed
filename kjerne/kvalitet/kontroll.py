"""How checks are run, handed to Great Expectations and reported: for cases (vurder) and payment lines (bunt)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kvalitet.gx import Utfall, kjor_gx
from kjerne.kvalitet.maske import HELE, Maske, Over, last_masker
from kjerne.kvalitet.plan import Kontroll

RETT_KONTROLLEN = "Rett kontrollen, eller ta den ut av kvalitet.toml, og kjør på nytt."


class Kvalitetsstopp(Ordningsfeil):
    """What was checked cannot be used, or a check could not be carried out: nothing is judged by it. Carries the report."""

    def __init__(
        self,
        funn: list[str],
        gjor_dette: str,
        kontroller: pd.DataFrame,
        gx: dict[str, Any],
        ikke_gjort: str = "Ingen saker er vurdert.",
    ):
        super().__init__(
            hva="Kvalitetskontrollen stoppet kjøringen: " + " ".join(funn),
            hvor="kvalitet.toml",
            gjor_dette=gjor_dette,
            ikke_gjort=ikke_gjort,
            kode=3,
        )
        self.kontroller, self.gx = kontroller, gx


@dataclass
class Kjort:
    """One check that was run: its mask, how long it took, and why it was not run if it was not."""

    kontroll: Kontroll
    over: Over
    maske: Maske | None
    sekunder: float = 0.0
    merknad: str = ""
    feil: str = ""
    utfall: Utfall | None = None


def kjor_maske(k: Any, kontroll: Kontroll) -> Kjort:
    """Runs the mask of a check on its context. An exception becomes the check's fault, never a silent pass."""
    b = last_masker()[kontroll.navn]
    start = time.perf_counter()
    try:
        parametre = b.parametre.model_validate(kontroll.parametre)
        m = b.funksjon(k, **{n: getattr(parametre, n) for n in b.parametre.model_fields})
        if m.brudd.dtype != bool:
            raise TypeError(f"masken er {m.brudd.dtype}, skal være bool")
    except Exception as feil:  # whatever it is: the caller stops the run and names the check
        return Kjort(kontroll, b.over, None, time.perf_counter() - start, feil=f"{type(feil).__name__} i masken")
    return Kjort(kontroll, b.over, m, time.perf_counter() - start)


def gx_kontroll(
    kjort: list[Kjort], rammer: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, Utfall], dict[str, Any]]:
    """Hands all masks to Great Expectations. Changes nothing; `ta_inn` takes the outcome back into `kjort`."""
    masker: dict[str, dict[str, np.ndarray]] = {}
    for en in kjort:
        if en.maske is not None:
            masker.setdefault(en.over, {})[en.kontroll.navn] = en.maske.brudd
            if en.maske.sak is not None:
                masker.setdefault("sak", {})[f"{en.kontroll.navn}.sak"] = en.maske.sak
    alle = last_masker()
    deklarert = {
        en.kontroll.navn: (en.kontroll, alle[en.kontroll.navn].nr if en.kontroll.navn in alle else None) for en in kjort
    }
    deklarert |= {f"{n}.sak": (c.model_copy(update={"navn": f"{n}.sak"}), nr) for n, (c, nr) in deklarert.items()}
    return kjor_gx(
        masker, {n: d for n, d in deklarert.items() if not (d[0].forventning and n.endswith(".sak"))}, dict(rammer)
    )


def ta_inn(kjort: list[Kjort], utfall: Mapping[str, Utfall]) -> None:
    """What GX found, check by check: the counts, what went wrong, and the rows that a native expectation points at."""
    for en in kjort:
        if en.maske is None and not en.kontroll.forventning:
            continue
        en.utfall = utfall.get(en.kontroll.navn)
        en.feil = en.feil or (en.utfall.feil if en.utfall else "kontrollen ga ikke noe resultat")
        if (ekstra := utfall.get(f"{en.kontroll.navn}.sak")) and en.utfall:
            en.feil = en.feil or ekstra.feil
            en.utfall = Utfall(
                en.utfall.rader_lest + ekstra.rader_lest,
                en.utfall.brudd + ekstra.brudd,
                en.utfall.bestatt and ekstra.bestatt,
                en.feil,
            )
        if en.kontroll.forventning and en.utfall and en.utfall.rader is not None:
            en.maske = Maske(
                np.isin(np.arange(en.utfall.rader_lest), en.utfall.rader),
                lambda pos: ["bryter forventningen"] * len(pos),
            )


def ikke_utfort(kjort: list[Kjort]) -> list[str]:
    """A sentence for each check that could not be carried out."""
    return [f"Kontrollen «{en.kontroll.navn}» lot seg ikke utføre ({en.feil})." for en in kjort if en.feil]


def stopp_om_noedvendig(kjort: list[Kjort], gx: dict[str, Any], overstyr: Mapping[str, str]) -> None:
    """Raises Kvalitetsstopp for checks that could not be carried out and for whole-table checks that failed."""
    stopp = []
    for en in kjort:
        if en.feil:
            continue
        hele = en.over in HELE or (en.kontroll.forventning and en.maske is None)
        if not hele or en.utfall is None or en.utfall.bestatt:
            continue
        en.merknad = en.maske.observert(np.array([0]))[0] if en.maske is not None else "leveransen bryter forventningen"
        if en.kontroll.handling != "STOPP":
            continue
        b = last_masker().get(en.kontroll.navn)
        if (grunn := overstyr.get(en.kontroll.navn, "").strip()) and b and b.kan_overstyres:
            en.merknad += f"; overstyrt: {grunn}"
            continue
        stopp.append(f"{en.kontroll.navn}: {en.merknad}. {en.kontroll.hvorfor}")
    if odelagt := ikke_utfort(kjort):
        raise Kvalitetsstopp(odelagt, RETT_KONTROLLEN, rapport(kjort), gx)
    if stopp:
        raise Kvalitetsstopp(stopp, "Hent leveransen på nytt, eller finn årsaken, og kjør igjen.", rapport(kjort), gx)


def rapport(kjort: list[Kjort]) -> pd.DataFrame:
    """One row per check, in the order of the plan. Figures only."""
    rader = [
        {
            "navn": en.kontroll.navn,
            "nr": b.nr if (b := last_masker().get(en.kontroll.navn)) else None,
            "alvor": en.kontroll.alvor,
            "handling": en.kontroll.handling,
            "rader": en.utfall.rader_lest if en.utfall else 0,
            "brudd": en.utfall.brudd if en.utfall else 0,
            "andel": en.utfall.brudd / en.utfall.rader_lest if en.utfall and en.utfall.rader_lest else 0.0,
            "sekunder": round(en.sekunder, 4),
            "hvorfor": en.kontroll.hvorfor,
            "hjemmel": en.kontroll.hjemmel,
            "merknad": f"lot seg ikke utføre: {en.feil}" if en.feil else en.merknad,
        }
        for en in kjort
    ]
    kolonner = [
        "navn",
        "nr",
        "alvor",
        "handling",
        "rader",
        "brudd",
        "andel",
        "sekunder",
        "hvorfor",
        "hjemmel",
        "merknad",
    ]
    ut = pd.DataFrame(rader, columns=kolonner)
    return ut.astype({"nr": "Int64", "rader": "int64", "brudd": "int64", "andel": "float64", "sekunder": "float64"})
