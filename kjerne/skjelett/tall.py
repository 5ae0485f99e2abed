"""The figures of the examples and parameters of a new scheme. None of them is law: each is marked as an example where it stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kjerne.skjelett.svar import Svar

FRIST_DAGER = 60


@dataclass(frozen=True)
class Tall:
    """`maks_antall` counts days or months; 1 where the amount is for one cost."""

    frist: dt.date
    maks_antall: int
    med_arbeidsgiver: bool
    med_inntekt: bool
    med_inntektskrav: bool  # income does not decide the amount, and is a condition instead
    dager_i_aaret: int = 260
    maaneder_i_snitt: int = 3
    minste_inntekt: int = 10_000


def tallene(svar: Svar) -> Tall:
    med_inntekt = svar.opplysninger != "soknad"
    return Tall(
        frist=svar.gjelder.til + dt.timedelta(days=FRIST_DAGER),
        maks_antall={"andel_dag": 60, "refusjon": 1}.get(svar.belop, 3),
        med_arbeidsgiver="arbeidsgiver" in (svar.soker, svar.mottaker),
        med_inntekt=med_inntekt,
        med_inntektskrav=med_inntekt and not svar.belop.startswith("andel"),
    )
