"""No example gives parts of a krone, where the scheme pays whole ones."""

from __future__ import annotations

import numpy as np

from kjerne.drift.tall import kroner
from kjerne.regelmotor.eksempler import Eksempler
from kjerne.sjekk.avrunding import HVORFOR, krever_hele_kroner
from kjerne.sjekk.funn import Funn


def sjekk(sett: Eksempler) -> list[Funn]:
    if not krever_hele_kroner(sett.verk):
        return []
    funn = []
    for navn, ore in sett.kjor().belop_ore.items():
        if len(deler := np.flatnonzero(ore % 100)):
            nr = int(deler[0])
            flere = f" Det samme gjelder {len(deler) - 1} eksempler til." if len(deler) > 1 else ""
            hva = f"{sett.tabell['sak'].iloc[nr]}: {navn} er {kroner(int(ore[nr]))}, som ikke er hele kroner.{flere}"
            funn.append(Funn(hva, f"{sett.sti}, linje {sett.tabell.index[nr]}", HVORFOR, "Avslutt regelen med hele_kroner(…)."))
    return funn
