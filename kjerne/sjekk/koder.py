"""The codes in the parameters are codes that A-ordningen and Aa-registeret have: a misspelt one counts nothing, and nobody sees it."""

from __future__ import annotations

from kjerne.kontrakt.kodeverk import ARBEIDSFORHOLD_TYPE, BESKRIVELSE, INNTEKT_TYPE
from kjerne.regelmotor.ordhjelp import mente
from kjerne.regelmotor.regeltre import kall, navn, regeltraer
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.sjekk.funn import Funn

HVORFOR = "En kode som ikke finnes, er en inntekt som ikke telles med. Ingen får vite det."
KODEVERK = {"av_type": ("inntektstype", INNTEKT_TYPE), "med_beskrivelse": ("beskrivelse", tuple(BESKRIVELSE)),
            "ansatt_som": ("type arbeidsforhold", ARBEIDSFORHOLD_TYPE)}  # fmt: skip


def sjekk(verk: Regelverk) -> list[Funn]:
    brukt = {(ord_, navn(node.args[1])) for tre in regeltraer(verk).values() for ord_, node in kall(tre, *KODEVERK) if len(node.args) == 2}
    funn = []
    for ord_, parameter in sorted(brukt):
        hva, kjente = KODEVERK[ord_]
        for rad in verk.parameternavn.get(parameter, []):
            for kode in [k for k in str(rad.verdi).split("|") if k not in kjente and k not in rad.merknad]:
                gjor = mente(kode, kjente) or f"Kjente: {', '.join(kjente[:6])} …"
                hvor = f"{(verk.mappe.parent if rad.felles else verk.mappe) / rad.fil}, linje {rad.linje}, kolonne verdi"
                funn.append(Funn(f"{parameter}: «{kode[:60]}» er ikke en kjent {hva}.", hvor, HVORFOR,
                                 f"{gjor} Er koden ny, skriv den også i merknaden."))  # fmt: skip
    return funn
