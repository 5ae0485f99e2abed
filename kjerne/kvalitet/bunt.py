"""The checks of payment lines (rules 37–40), when a batch is made. Same plan, same engine, another table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kjerne.kvalitet.kontroll import gx_kontroll, kjor_maske, rapport, stopp_om_noedvendig, ta_inn
from kjerne.kvalitet.maske import I_BUNT, last_masker
from kjerne.kvalitet.masker_utbetaling import Buntkontekst
from kjerne.kvalitet.plan import Kvalitetsplan


@dataclass
class Buntresultat:
    """linjer            linje_id, kontroll, handling, observert, hvorfor: the lines that fail
    kontroller, gx    as in Kvalitetsresultat
    """

    linjer: pd.DataFrame
    kontroller: pd.DataFrame
    gx: dict[str, Any]


def vurder_linjer(plan: Kvalitetsplan, k: Buntkontekst) -> Buntresultat:
    """Checks a batch before it is offered for approval. Raises Kvalitetsstopp when it may not be released."""
    masker = last_masker()
    kjort = [kjor_maske(k, c) for c in plan.kontroll if not c.forventning and masker[c.navn].over in I_BUNT]
    utfall, gx = gx_kontroll(kjort, {})
    ta_inn(kjort, utfall)
    stopp_om_noedvendig(kjort, gx, {})
    deler = []
    for en in kjort:
        if en.over == "linjer" and en.maske is not None:
            pos = np.flatnonzero(en.maske.brudd)
            deler.append(
                pd.DataFrame(
                    {
                        "linje_id": k.linjer["linje_id"].iloc[pos].to_numpy(),
                        "kontroll": en.kontroll.navn,
                        "handling": en.kontroll.handling,
                        "observert": en.maske.observert(pos),
                        "hvorfor": en.kontroll.hvorfor,
                    }
                )
            )
    tom = pd.DataFrame(columns=["linje_id", "kontroll", "handling", "observert", "hvorfor"])
    return Buntresultat(pd.concat([tom, *deler], ignore_index=True), rapport(kjort), gx)
