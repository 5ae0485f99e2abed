"""The checks of payment lines (rules 37–40), when a batch is made. Same plan, same engine, another table.

They only ever stop: the decisions are made, so a line that fails can be neither asked about nor put aside (see `plan`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kjerne.kvalitet.kontroll import (
    RETT_KONTROLLEN,
    Kjort,
    Kvalitetsstopp,
    gx_kontroll,
    ikke_utfort,
    kjor_maske,
    rapport,
    ta_inn,
)
from kjerne.kvalitet.maske import I_BUNT, last_masker
from kjerne.kvalitet.masker_utbetaling import Buntkontekst
from kjerne.kvalitet.plan import Kontroll, Kvalitetsplan

IKKE_GJORT = "Ingen bunt er laget, og ingen penger er sendt. Vedtakene og brevene som var lagret, står."
GJOR_DETTE = {
    "utb_sum_avstemt": "Linjene er ikke det som er vedtatt, eller en sak er over grensen. Stans utbetalingen og meld feilen.",
    "utb_ingen_dobbel": "Linjene kan være betalt. Stans utbetalingen, finn bunten de har stått i, og meld feilen.",
    "utb_belop_heltall": "Se på vedtakene som er nevnt, med ordning forklar. Rett regelen for beløp og periode, gjør vedtakene om, "
    "og kjør igjen.",
    "utb_dato_bankdag": "Se at klokken på maskinen er riktig, og at dager_foer i kvalitet.toml ikke er for stor. Kjør så igjen.",
}
_VIST = 5  # lines that are named in the message


def har_linjekontroller(plan: Kvalitetsplan) -> bool:
    """Whether the scheme checks its payment lines at all."""
    return bool(_egne(plan))


def vurder_linjer(plan: Kvalitetsplan, k: Buntkontekst) -> pd.DataFrame:
    """Checks what is about to be offered for approval; the report, one row per check.

    Raises Kvalitetsstopp when anything fails: the caller rolls back, and no batch is made.
    """
    kjort = [kjor_maske(k, kontroll) for kontroll in _egne(plan)]
    utfall, gx = gx_kontroll(kjort, {})
    ta_inn(kjort, utfall)
    if odelagt := ikke_utfort(kjort):
        raise Kvalitetsstopp(odelagt, RETT_KONTROLLEN, rapport(kjort), gx, IKKE_GJORT)
    if brutt := [en for en in kjort if en.maske is not None and en.maske.brudd.any()]:
        for en in brutt:
            en.merknad = _funn(en, k)
        setninger = [f"{en.kontroll.navn}: {en.merknad}. {en.kontroll.hvorfor}" for en in brutt]
        raad = " ".join(GJOR_DETTE[en.kontroll.navn] for en in brutt)
        raise Kvalitetsstopp(setninger, raad, rapport(kjort), gx, IKKE_GJORT)
    return rapport(kjort)


def _egne(plan: Kvalitetsplan) -> list[Kontroll]:
    return [c for c in plan.kontroll if not c.forventning and last_masker()[c.navn].over in I_BUNT]


def _funn(en: Kjort, k: Buntkontekst) -> str:
    """What was found, in words; for lines, how many, and the decisions behind the first of them."""
    plass = np.flatnonzero(en.maske.brudd)
    tekster = en.maske.observert(plass[:_VIST])
    if en.over == "bunt":
        return tekster[0]
    vedtak_ider = k.linjer["vedtak_id"].iloc[plass[:_VIST]]
    linjene = [f"vedtak {v}: {t}" for v, t in zip(vedtak_ider, tekster, strict=True)]
    flere = [f"og {len(plass) - _VIST} til"] if len(plass) > _VIST else []
    return f"{len(plass)} av {len(k.linjer)} linjer kan ikke betales ({'; '.join([*linjene, *flere])})"
