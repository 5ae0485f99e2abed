"""No decision with parts of a krone is stored, where the scheme pays whole ones: it could never be paid."""

from __future__ import annotations

from kjerne.kjoring.kvalitetssteg import les_plan
from kjerne.kjoring.rom import Kjoring
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.regelmotor.sporing import Sporing

KONTROLL = "utb_belop_heltall"  # the check of the batch that would refuse them


def krev_hele_kroner(k: Kjoring, sporing: Sporing) -> None:
    """Raises Ordningsfeil (kode 3), naming the rule, before anything of these cases is stored."""
    if "hele_kroner" not in k.hurtig:
        k.hurtig["hele_kroner"] = sporing.verk.manifest.utbetaling.er_oppdrag or les_plan(sporing.verk).har(KONTROLL)
    if not k.hurtig["hele_kroner"]:
        return
    krever = "Oppdragssystemet" if sporing.verk.manifest.utbetaling.er_oppdrag else f"kontrollen {KONTROLL}"
    for navn, ore in sporing.belop_ore.items():
        if antall := int((ore % 100 != 0).sum()):
            hva = f"Regelen {navn} gir ikke hele kroner i {antall} av {sporing.antall} saker, slik {krever} krever."
            hvor = f"{sporing.verk.mappe / 'regler.py'}, linje {sporing.verk.regler[navn].linje}"
            raise Ordningsfeil(hva, hvor, f"Avslutt beløpet med hele_kroner(…), og kjør: ordning sjekk {sporing.verk.id}",
                               "Sakene er ikke avgjort, ingen brev er skrevet, og ingen penger er sendt.", kode=3)  # fmt: skip
