"""How amounts and days are cut into groups. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping

from kjerne.styring.rapporttall import Gruppe

FLEST_KLASSER = 12
_ALDER = ((0, 2), (3, 7), (8, 14), (15, 30), (31, 60))


def klasser(minst: int, hoyest: int) -> list[int]:
    """Edges of at most twelve equal bins in round numbers (100, 200, 500, 1 000 kr …) that hold every amount from
    `minst` to `hoyest`; the last edge is above all of them. Whole øre in and out."""
    grunn = steg = 10_000
    faktor, nr = (2, 5, 10), 0
    while hoyest // steg - minst // steg + 1 > FLEST_KLASSER:
        steg = grunn * faktor[nr]
        nr += 1
        if nr == len(faktor):
            grunn, nr = grunn * 10, 0
    start = minst // steg * steg
    return list(range(start, hoyest // steg * steg + steg + 1, steg))


def vektet_prosentil(antall: Mapping[int, int], prosent: int) -> int:
    """The lowest value that at least `prosent` per cent of the counts do not exceed. `antall`: value → count."""
    trengs = -(-sum(antall.values()) * prosent // 100)
    sett = 0
    for verdi in sorted(antall):
        sett += antall[verdi]
        if sett >= trengs:
            return verdi
    raise ValueError("no counts")


def aldersgrupper(dager: Mapping[int, int]) -> tuple[Gruppe, ...]:
    """Days waited → count of cases, in fixed groups (so that two days' reports compare)."""
    grupper = [
        Gruppe(f"{fra}-{til}", f"{fra}–{til} dager", sum(n for d, n in dager.items() if fra <= d <= til))
        for fra, til in _ALDER
    ]
    siste = _ALDER[-1][1]
    return (*grupper, Gruppe(f"{siste + 1}-", f"Over {siste} dager", sum(n for d, n in dager.items() if d > siste)))
