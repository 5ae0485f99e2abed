"""The limits of [utbetaling] let through what the rules can give, and stop what they cannot."""

from __future__ import annotations

from dataclasses import replace

from kjerne.drift.tall import kroner
from kjerne.regelmotor.eksempler import Eksempler
from kjerne.sjekk.funn import Funn

HVORFOR = "En grense som er for lav, stanser rett betaling; en som aldri nås, stanser ingenting."
MYE = 1000  # times the wages of the examples: then every cap of the rules is reached


def sjekk(sett: Eksempler) -> list[Funn]:
    grense, sti = sett.verk.manifest.utbetaling, str(sett.verk.mappe / "ordning.toml")
    funn = []
    if grense.maks_per_bunt < grense.maks_per_sak:
        funn.append(Funn("maks_per_bunt er lavere enn maks_per_sak.", sti, HVORFOR, "En bunt må ha plass til minst én sak."))
    i_eksempler = int(sett.kjor().sum_ore.max())
    tak = hoyeste(sett)
    hoyest = i_eksempler if tak is None else max(i_eksempler, tak)
    if hoyest > grense.maks_per_sak * 100:
        hva = f"Reglene kan gi {kroner(hoyest)} i én sak, men maks_per_sak er {kroner(grense.maks_per_sak * 100)}."
        funn.append(Funn(hva, sti, HVORFOR, f"Sett maks_per_sak til minst {-(-hoyest // 100)}, eller rett reglene."))
    return funn


def hoyeste(sett: Eksempler) -> int | None:
    """The most that the rules give in øre when every wage is sky-high; None when it only grows with the wages."""
    en, to = (int(_med_lonn(sett, ganger).kjor().sum_ore.max()) for ganger in (MYE, 2 * MYE))
    return en if en == to else None


def _med_lonn(sett: Eksempler, ganger: int) -> Eksempler:
    """The same examples with every amount of money that is stated or reported so many times as high."""
    belop = [f.navn for f in sett.verk.manifest.felt if f.type == "kroner" and f.navn in sett.fakta]
    fakta = sett.fakta.assign(**{n: sett.fakta[n] * ganger for n in belop})
    return replace(sett, fakta=fakta, inntekter=sett.inntekter.assign(beloep_ore=sett.inntekter["beloep_ore"] * ganger))
