"""Every amount that is paid has passed through a rounding: to whole kroner where the scheme demands it, otherwise to whole øre."""

from __future__ import annotations

from kjerne.kvalitet import les_kvalitet
from kjerne.regelmotor.avrunding import desimaler
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn

HELE_KRONER = "utb_belop_heltall"  # the check of the batch that refuses parts of a krone
HVORFOR = "Et beløp som ikke er rundet av, stanser kjøringen eller blir avvist av betalingssystemet, hos den første det gjelder."


def sjekk(verk: Regelverk) -> list[Funn]:
    kroner = krever_hele_kroner(verk)
    hva, ord_ = ("hele kroner", "hele_kroner") if kroner else ("hele øre", "hele_øre")
    return [
        Funn(f"{navn} bygger på et beløp som ikke er rundet av til {hva}.", f"{verk.mappe / 'regler.py'}, linje {verk.regler[navn].linje}",
             HVORFOR, f"Sett {ord_}(…) rundt beløpet, i {navn} eller i en regel den bygger på, slik forskriften sier.")
        for navn, antall in desimaler(verk).items() if antall > (0 if kroner else 2)
    ]  # fmt: skip


def krever_hele_kroner(verk: Regelverk) -> bool:
    """By the check of the batch, or because Oppdragssystemet refuses øre."""
    if verk.manifest.utbetaling.er_oppdrag:
        return True
    return les_kvalitet(verk.mappe / "kvalitet.toml", set(verk.manifest.fakta) | set(verk.regler)).har(HELE_KRONER)
