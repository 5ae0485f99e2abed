"""The values of a trace as a person writes them, for every door that shows an explanation."""

from __future__ import annotations

from kjerne.brev import formater
from kjerne.regelmotor.forklaring import Ledd

# Where nobody has given a day, rules reckon with the first of 1900 or the last of 9999, and get days near them: no fact about anybody.
FORSTE_SATTE, SISTE_SATTE = "1902", "9990"
UKJENT = "ukjent"


def skriv(verdi: str, enhet: str) -> str:
    """A value of the trace as a person writes it: 0.624 of «%» is «62,4 %»."""
    if not verdi:
        return UKJENT
    if enhet == "dato" and not FORSTE_SATTE <= verdi < SISTE_SATTE:
        return "ikke satt"
    try:
        return formater("verdien", verdi, "kr" if enhet == "kroner" else enhet, "nb")
    except ValueError:  # ja and nei, and what has no unit, are written already
        return verdi


def grunnlag(ledd: Ledd) -> str:
    """What a rule stands on: each argument with its value."""
    return ", ".join(f"{n} = {skriv(v, ledd.enheter.get(n, 'kode'))}" for n, v in ledd.grunnlag.items())
