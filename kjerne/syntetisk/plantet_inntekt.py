"""The problems that lie in income rows (1–8, 14–20, 23, 25), planted in a block of people and written down in Fasit.

Every function gets `i`: the main employments of the persons who have its problem.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kjerne.syntetisk import koder
from kjerne.syntetisk.folk import Arbeidsgivere
from kjerne.syntetisk.jobber import PERMITTERING
from kjerne.syntetisk.koder import INGEN_DATO, B
from kjerne.syntetisk.lonn import Lonn
from kjerne.syntetisk.plantet_register import Fasit
from kjerne.syntetisk.rader import Rader


@dataclass
class Blokk:
    """The block's rows (`k`, writable columns), its pay, and what is planted. `bort` marks rows that are taken out."""

    rng: np.random.Generator
    lonn: Lonn
    rader: Rader
    k: dict[str, np.ndarray]
    bort: np.ndarray
    ag: Arbeidsgivere
    fasit: Fasit

    def siste(self, i: np.ndarray) -> np.ndarray:
        """The number of the last month, or of the last one that no lay-off has touched."""
        j, kal = self.lonn.jobber, self.lonn.kal
        for_permittering = np.searchsorted(kal.fra[: kal.antall], j["fra"][i], side="right") - 2
        return np.where(j["fravaer"][i] == PERMITTERING, for_permittering, kal.antall - 1)

    def maaned(self, fra: int, til: np.ndarray) -> np.ndarray:
        """A random month for each, from `fra` to just before `til`."""
        return self.rng.integers(fra, np.maximum(til, fra + 1))

    def fra_og_med(self, i: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(employment, month) for all months with pay from `start`."""
        a, m = np.nonzero((np.arange(self.lonn.kal.antall) >= start[:, None]) & (self.lonn.ore[i] > 0))
        return i[a], m

    def ny(
        self,
        nr: int,
        tekst: str,
        i: np.ndarray,
        m: np.ndarray,
        ore: np.ndarray,
        virk: np.ndarray | None = None,
        **andre: object,
    ) -> None:
        """Adds rows for the main employment and writes them down."""
        ent, virk = self.lonn.jobber["ent"][i], self.lonn.jobber["virk"][i] if virk is None else virk
        rad = self.rader.legg_til(ent, m, virk, ore, **andre)  # type: ignore[arg-type]
        self.fasit.skriv(nr, ent, tekst, m, virk, rad)

    def endret(self, nr: int, tekst: str, rad: np.ndarray) -> None:
        """Writes down rows that are already there and have been changed."""
        self.fasit.skriv(nr, self.k["ent"][rad], tekst, self.k["mnd"][rad], self.k["virk"][rad], rad)

    def alle_rader(self, i: np.ndarray, m: np.ndarray) -> np.ndarray:
        """Numbers of all rows that the main employer reported for these months."""
        ent, virk = self.lonn.jobber["ent"][i], self.lonn.jobber["virk"][i]
        treff = np.flatnonzero(np.isin(self.k["ent"] * 64 + self.k["mnd"], ent * 64 + m))
        orden = np.argsort(ent, kind="stable")
        hos = virk[orden][np.searchsorted(ent[orden], self.k["ent"][treff])]
        return treff[self.k["virk"][treff] == hos]


def plant_inntekt(blokk: Blokk, problem: np.ndarray) -> None:
    """`problem` by person."""
    ent, hoved = blokk.lonn.jobber["ent"], blokk.lonn.jobber["hoved"] & (blokk.lonn.jobber["til_mnd"] == 99)
    nr = np.where(hoved, problem[ent], 0)
    for problemnr, plant in PLANTERE.items():
        i = np.flatnonzero(nr == problemnr)
        if len(i):
            plant(blokk, i)


def _sen(b: Blokk, i: np.ndarray) -> None:
    m = b.siste(i)
    b.bort[b.alle_rader(*b.fra_og_med(i, m))] = True
    b.fasit.skriv(1, b.lonn.jobber["ent"][i], "arbeidsgiveren har ikke rapportert måneden", m, b.lonn.jobber["virk"][i])


def _korrigering(b: Blokk, i: np.ndarray) -> None:
    m = b.maaned(0, b.siste(i) - 1)
    ore = b.lonn.ore[i, m] * b.rng.integers(20, 150, len(i)) // 1000
    b.ny(
        2,
        "tilleggsmelding med nyere tidspunkt",
        i,
        m,
        ore,
        sen=b.rng.integers(20, 45, len(i)),
        beskrivelse=b.k["beskrivelse"][b.lonn.rad[i, m]],
    )


def _dobbelt(b: Blokk, i: np.ndarray) -> None:
    m = b.maaned(0, b.siste(i) + 1)
    rad = b.lonn.rad[i, m]
    felles = ("beskrivelse", "kvarter", "opptjening_fom", "opptjening_tom")
    b.ny(3, "raden er rapportert to ganger", i, m, b.lonn.ore[i, m], **{k: b.k[k][rad] for k in felles})


def _opptjent_for(b: Blokk, i: np.ndarray) -> None:
    m = b.maaned(1, b.siste(i) - 1)
    rad, kal = b.lonn.rad[i, m], b.lonn.kal
    b.k["mnd"][rad] = m + 1
    b.k["ore"][rad] = b.lonn.ore[i, m] * b.rng.integers(970, 995, len(i)) // 1000
    b.k["opptjening_fom"][rad], b.k["opptjening_tom"][rad] = kal.fra[m], kal.til[m]
    b.endret(4, "utbetalt måneden etter at det ble opptjent", rad)


def _etterbetaling(b: Blokk, i: np.ndarray) -> None:
    m = b.maaned(2, b.siste(i) + 1)
    fra = np.maximum(m - b.rng.integers(1, 6, len(i)), 0)
    har, kal = b.rng.random(len(i)) < 0.75, b.lonn.kal
    b.ny(
        5,
        "etterbetaling for tidligere måneder",
        i,
        m,
        b.lonn.ore[i, m] * b.rng.integers(300, 900, len(i)) // 1000,
        beskrivelse=b.rng.choice([B["fastTillegg"], B["annet"]], len(i)),
        tillegg_type=(b.rng.random(len(i)) < 0.3).astype(np.int8),
        tillegg_fom=np.where(har, kal.fra[fra], INGEN_DATO),
        tillegg_tom=np.where(har, kal.til[m - 1], INGEN_DATO),
    )


def _ferie(b: Blokk, i: np.ndarray) -> None:
    b.bort[b.lonn.feriepenger[i]] = True
    b.endret(6, "trekk i lønn for ferie, men ingen feriepenger", b.lonn.ferietrekk[i])


def _negativ(b: Blokk, i: np.ndarray) -> None:
    m = b.maaned(1, b.siste(i) + 1)
    stor = b.rng.random(len(i)) < 0.2
    promille = np.where(stor, b.rng.integers(2000, 2500, len(i)), b.rng.integers(50, 400, len(i)))
    b.ny(7, "negativ fastlønn", i, m, -(b.lonn.ore[i, m] * promille // 1000), beskrivelse=B["fastloenn"])


def _uten_timer(b: Blokk, i: np.ndarray) -> None:
    i, m = b.fra_og_med(i, b.maaned(0, b.siste(i) - 2))
    rad = b.lonn.rad[i, m]
    b.k["kvarter"][rad] = np.where(b.rng.random(len(rad)) < 0.3, 0, -1)
    b.endret(8, "timelønn uten antall timer", rad)


def _annen_virksomhet(b: Blokk, i: np.ndarray) -> None:
    """Half: hovedenhet reported as virksomhet. Half: the business has gone over to another enterprise."""
    i2, m = b.fra_og_med(i, b.maaned(1, b.siste(i)))
    rader = b.alle_rader(i2, m)
    virk = b.k["virk"][rader]
    hovedenhet = b.k["ent"][rader] % 2 == 0
    b.k["virk"][rader] = np.where(hovedenhet, b.ag.oppl[virk], (virk + b.ag.virksomheter // 2) % b.ag.virksomheter)
    b.k["avvik"][rader[hovedenhet]] = 0
    b.endret(14, "virksomheten har ikke arbeidsforholdet", rader)


def _variabel(b: Blokk, i: np.ndarray) -> None:
    """Every second month little, every second much: the pay varies by more than a quarter of its mean."""
    i2, m = b.fra_og_med(i, np.zeros(len(i), dtype=int))
    promille = np.where(m % 2 == 0, b.rng.integers(50, 300, len(m)), b.rng.integers(1200, 2000, len(m)))
    misbrukt = i2 % 5 == 0  # "annet" and "bonus" are written for provisjon
    slag = np.where(misbrukt, np.where(i2 % 2 == 0, B["annet"], B["bonus"]), B["honorarAkkordProsentProvisjon"])
    b.ny(15, "provisjon som svinger sterkt", i2, m, b.lonn.ore[i2, m] * promille // 1000, beskrivelse=slag)


def _utgift(b: Blokk, i: np.ndarray) -> None:
    i, m = b.fra_og_med(i, b.maaned(0, b.siste(i)))
    km = b.rng.integers(20, 900, len(i))
    b.ny(
        16,
        "utgiftsgodtgjørelse, ikke lønn",
        i,
        m,
        km * 350,
        beskrivelse=B["kilometergodtgjoerelseBil"],
        fordel=koder.UTGIFT,
        kvarter=km * 4,
    )


def _syk_og_lonn(b: Blokk, i: np.ndarray) -> None:
    m = b.maaned(0, b.siste(i) + 1)
    ore = np.minimum(b.lonn.ore[i, m], 4_992_900) // 100 * 100
    b.ny(
        17,
        "sykepenger fra NAV og full lønn",
        i,
        m,
        ore,
        np.full(len(i), b.ag.nav),
        type=koder.YTELSE,
        beskrivelse=B["sykepenger"],
    )


def _ytelse(b: Blokk, i: np.ndarray) -> None:
    i2, m = b.fra_og_med(i, b.maaned(0, b.siste(i)))
    trygd = i2 % 2 == 0
    ore = 900_000 + i2 % 97 * 10_000
    b.ny(
        18,
        "uføretrygd eller dagpenger i grunnlaget",
        i2,
        m,
        ore,
        np.full(len(i2), b.ag.nav),
        type=np.where(trygd, koder.PENSJON, koder.YTELSE),
        beskrivelse=np.where(trygd, B["ufoeretrygd"], B["dagpengerVedArbeidsloeshet"]),
    )


def _spesielle(b: Blokk, i: np.ndarray) -> None:
    i2, m = b.fra_og_med(i, b.maaned(0, b.siste(i)))
    rad, netto = b.lonn.rad[i2, m], i2 % 2 == 0
    b.k["skatteregel"][rad[netto]] = 0
    b.k["spesielle"][rad[~netto]] = i2[~netto] % len(koder.SPESIELLE)
    b.k["tillegg_type"][rad[~netto]] = koder.TILLEGG.index("SpesielleInntjeningsforhold")
    b.endret(19, "nettolønn eller spesielle inntjeningsforhold", rad)


def _naering(b: Blokk, i: np.ndarray) -> None:
    i2, m = b.fra_og_med(i, b.maaned(0, b.siste(i)))
    ore = b.rng.integers(3_000, 40_000, len(i2)) * 100
    b.ny(
        20,
        "næringsinntekt",
        i2,
        m,
        ore,
        type=koder.NAERING,
        beskrivelse=np.where(i2 % 2 == 0, B["lottKunTrygdeavgift"], B["annet"]),
    )


def _framtid(b: Blokk, i: np.ndarray) -> None:
    """Two months ahead of the last one that is complete: the one between is that of the decision, and not to come."""
    m = np.full(len(i), b.lonn.kal.antall + 1)
    b.ny(
        23,
        "rapportert for en måned som ikke er kommet",
        i,
        m,
        b.lonn.ore[i, b.siste(i)],
        sen=-60,  # reported in the first days after the last month that is complete
        beskrivelse=B["fastloenn"],
    )


def _etter_doden(b: Blokk, i: np.ndarray) -> None:
    j, kal = b.lonn.jobber, b.lonn.kal
    m = np.searchsorted(kal.fra, j["slutt"][i], side="right")  # the month after
    b.ny(25, "lønn etter dødsfall", i, m, b.lonn.ore[i, 0] // 2 + 1, beskrivelse=B["loennEtterDoedsfall"])


PLANTERE: dict[int, Callable[[Blokk, np.ndarray], None]] = {
    1: _sen,
    2: _korrigering,
    3: _dobbelt,
    4: _opptjent_for,
    5: _etterbetaling,
    6: _ferie,
    7: _negativ,
    8: _uten_timer,
    14: _annen_virksomhet,
    15: _variabel,
    16: _utgift,
    17: _syk_og_lonn,
    18: _ytelse,
    19: _spesielle,
    20: _naering,
    23: _framtid,
    25: _etter_doden,
}
