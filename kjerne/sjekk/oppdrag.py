"""What Oppdragssystemet refuses, found in the examples: a sum over the end of a year, a period too long, an overlap within a class."""

from __future__ import annotations

import pandas as pd

from kjerne.regelmotor.eksempler import Eksempler
from kjerne.sjekk.funn import Funn
from kjerne.utbetaling.format.oppdragsform import MAKS_DAGER

HVORFOR = "Oppdragssystemet avviser det, og da blir pengene ikke betalt."
MAKS_KLASSE = 50


def sjekk(sett: Eksempler) -> list[Funn]:
    if not sett.verk.manifest.utbetaling.er_oppdrag:
        return []
    linjer = sett.kjor().linjer().sort_values(["sak_nr", "rolle", "klasse", "fom", "tom"], ignore_index=True)
    fom, tom = (pd.to_datetime(linjer[n]) for n in ("fom", "tom"))
    forrige = linjer[["sak_nr", "rolle", "klasse"]].shift().eq(linjer[["sak_nr", "rolle", "klasse"]]).all(axis=1)
    like = forrige & fom.eq(fom.shift()) & tom.eq(tom.shift())
    galt = {
        "går over et årsskifte": (fom.dt.year != tom.dt.year, "Del beløpet i ett for hvert år."),
        f"er lengre enn {MAKS_DAGER} dager": ((tom - fom).dt.days >= MAKS_DAGER, "Del perioden."),
        "overlapper en annen periode i samme klasse": (forrige & ~like & (fom <= tom.shift()), "Gi beløpene hver sin klasse."),
        f"har en klasse med over {MAKS_KLASSE} tegn": (linjer["klasse"].str.len() > MAKS_KLASSE, "Gi klassen et kortere navn."),
    }
    return [_funn(sett, linjer, hva, maske, gjor) for hva, (maske, gjor) in galt.items() if maske.any()]


def _funn(sett: Eksempler, linjer: pd.DataFrame, hva: str, maske: pd.Series, gjor: str) -> Funn:
    rad = linjer[maske.to_numpy(dtype=bool)].iloc[0]
    nr = int(rad["sak_nr"])
    flere = f" Det samme gjelder {int(maske.sum()) - 1} linjer til." if maske.sum() > 1 else ""
    return Funn(f"{sett.tabell['sak'].iloc[nr]}: beløpet i klassen {rad['klasse']} {hva}.{flere}",
                f"{sett.sti}, linje {sett.tabell.index[nr]}", HVORFOR, gjor)  # fmt: skip
