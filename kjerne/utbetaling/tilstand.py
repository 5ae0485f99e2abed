"""Where a batch can be, and every way from one place to another. The database holds the same list and refuses everything else.

forberedt → kontrollert → attestert → disponert → sendt → kvittert → avstemt; ways out before it is sent: avvist (those who approve
say no), trukket (the one who made it takes it back), stanset (something is wrong; what is left is to take it back). Only trukket and
avvist set the lines free.
"""

from __future__ import annotations

OVERGANGER: dict[str, tuple[tuple[str, ...], str]] = {
    "kontroller": (("forberedt",), "kontrollert"),
    "attester": (("kontrollert",), "attestert"),
    "disponer": (("attestert",), "disponert"),
    "send": (("disponert",), "sendt"),
    "kvitter": (("sendt",), "kvittert"),
    "avstem": (("kvittert",), "avstemt"),
    "avvis": (("forberedt", "kontrollert", "attestert"), "avvist"),
    "trekk": (("forberedt", "kontrollert", "attestert", "disponert", "stanset"), "trukket"),
    "stans": (("forberedt", "kontrollert", "attestert", "disponert"), "stanset"),
}
BEGYNNELSE = "forberedt"
VEIEN = (BEGYNNELSE, "kontrollert", "attestert", "disponert", "sendt", "kvittert", "avstemt")
TILSTANDER = (*VEIEN, "avvist", "trukket", "stanset")
OVER = ("trukket", "avvist")  # came to nothing; the lines are free again
UTE = ("sendt", "kvittert", "avstemt")  # the money has been handed over
NESTE = {"kontrollert": "attester", "attestert": "disponer"}  # what a human has to do to it now
PASSIV = {"attester": "attesteres", "disponer": "disponeres", "send": "sendes", "trekk": "trekkes", "avvis": "avvises",
               "stans": "stanses", "kontroller": "kontrolleres", "kvitter": "kvitteres", "avstem": "avstemmes"}  # fmt: skip


def lovlig(handling: str, fra: str) -> bool:
    return handling in OVERGANGER and fra in OVERGANGER[handling][0]
