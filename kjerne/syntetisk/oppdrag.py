"""Who is paid by assignment and not employed, in a synthetic society made for a scheme that asks about it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.manifest import Soknadsfelt

KILDE = "oppdragstaker"  # the column of personer that a field is filled from


def andel_for(felt: Sequence[Soknadsfelt]) -> float:
    """The share of the main jobs that are assignments: `andel` of the field that is filled from it, 0 when no field is."""
    andel = next((f.syntetisk.get("andel", 0.1) for f in felt if f.syntetisk.get("fra") == KILDE), 0.0)
    if not 0 <= andel <= 1:
        raise Ordningsfeil(f"andel {andel} er ikke en andel.", "ordning.toml, syntetisk", "Bruk et tall fra 0 til 1.", kode=2)
    return andel


def merk(rng: np.random.Generator, jobber: pd.DataFrame, andel: float) -> pd.DataFrame:
    """The jobs with the column `oppdrag`."""
    return jobber.assign(oppdrag=(rng.random(len(jobber)) < andel) & jobber["hoved"].to_numpy())
