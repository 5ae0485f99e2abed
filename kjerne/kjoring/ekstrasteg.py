"""Steps that are not in the standard flow, and that a scheme may add in its flyt.py. `flows` exports them by their names."""

from __future__ import annotations

from kjerne.kjoring.flyt import Steg
from kjerne.kjoring.rom import Kjoring
from kjerne.kjoring.verifisering import verifiser
from kjerne.kontrakt.feil import Ordningsfeil


def prov_lageret(k: Kjoring) -> dict:
    """Goes through the log, the anchors, the tables and the batches, and stops the run when one of them is not as it was stored."""
    svar = verifiser(k.rom)
    if not svar.hel:
        raise Ordningsfeil(
            f"Noe er ikke slik det ble lagret: {svar.funn[0].hva} ({svar.antall_funn} funn)", "databasen og ankerfilen",
            "Stans utbetalingene, og se alle funnene: ordning verifiser")
    return {"hendelser": svar.hendelser}


EKSTRASTEG = {s.navn: s for s in (Steg("verifisering", prov_lageret, "Er lageret helt"),)}
