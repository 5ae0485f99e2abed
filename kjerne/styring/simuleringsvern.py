"""Small numbers out of a simulation, so that a figure is never about a person, whether the people exist or not.

A count from 1 to `under` − 1 is hidden with its amount, and with others of the same table until it cannot be worked out.
Amounts that are single persons' (deciles, the change of a few) need a crowd. When a group of the comparison is hidden, the
outcomes of the other version are hidden too: the difference between the two would give it away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kjerne.styring.rapporttall import Gruppe, Tall
from kjerne.styring.simuleringstall import Endringstall, Hvem, Klasser, Simuleringstall, Utgavetall
from kjerne.styring.undertrykk import skjulte

UNDER = 5


def aapen(t: Simuleringstall, under: int = UNDER) -> Simuleringstall:
    """The same figures without small numbers."""
    ny = _utgave(t.ny, under)
    if t.gammel is None or t.endring is None:
        return replace(t, ny=ny)
    endring = _endring(t.endring, under)
    gammel = _utgave(t.gammel, under)
    if any(g.antall is None for g in endring.grupper):
        gammel = replace(gammel, **dict.fromkeys(("innvilget", "avslag", "uklar", "over_taket")),
                         avslag_etter=_alle(gammel.avslag_etter), mangler=_alle(gammel.mangler), roller=_alle(gammel.roller),
                         belop=None, desiler_ore=())  # fmt: skip
    return replace(t, ny=ny, gammel=gammel, endring=endring)


def _utgave(u: Utgavetall, under: int) -> Utgavetall:
    tall = (u.innvilget, u.avslag, u.uklar)
    if sum(tall) < under:  # so few that also a zero tells of the others
        return Utgavetall(u.navn, *[None] * 5, (), (), (), (), None)
    skjul = skjulte(tall, under)
    ja, nei, uklar = (None if i in skjul else n for i, n in enumerate(tall))
    return replace(
        u, innvilget=ja, avslag=nei, uklar=uklar,
        kostnad_ore=None if ja is None else u.kostnad_ore,
        over_taket=_liten(u.over_taket, under, u.innvilget),
        roller=_overlappende(u.roller, under, u.innvilget) if ja is not None else _alle(u.roller),
        avslag_etter=_overlappende(u.avslag_etter, under, u.avslag) if nei is not None else _alle(u.avslag_etter),
        mangler=_overlappende(u.mangler, under, u.uklar) if uklar is not None else _alle(u.mangler),
        desiler_ore=u.desiler_ore if ja is not None and u.innvilget >= 10 * under else (),
        belop=None if ja is None else _klasser(u.belop, under),
        hvem=_hvem(u.hvem, under),
    )  # fmt: skip


def _endring(e: Endringstall, under: int) -> Endringstall:
    antall = [g.antall for g in e.grupper]
    skjul = skjulte(antall, under) if sum(antall) >= under else set(range(len(antall)))
    grupper = tuple(_uten(g) if i in skjul else g for i, g in enumerate(e.grupper))
    hele = {g.navn: g.antall for g in grupper}
    grunner = tuple((g, _overlappende(rader, under, hele[g]) if hele[g] is not None else _alle(rader)) for g, rader in e.grunner)
    return replace(e, grupper=grupper, grunner=grunner, fordeling=_klasser(e.fordeling, under))


def _klasser(k: Klasser | None, under: int) -> Klasser | None:
    if k is None:
        return None
    skjul = skjulte(k.antall, under)
    return replace(k, antall=tuple(None if i in skjul else n for i, n in enumerate(k.antall)))


def _hvem(rader: Sequence[Hvem], under: int) -> tuple[Hvem, ...]:
    """Per question: the rows add up to all applications, and their granted ones to all that are granted."""
    ut = []
    for felt in dict.fromkeys(r.felt for r in rader):
        egne = [r for r in rader if r.felt == felt]
        skjul = skjulte([r.soknader for r in egne], under)
        skjul_ja = skjul | skjulte([r.innvilget for r in egne], under) | {
            i for i, r in enumerate(egne) if 0 < r.soknader - r.innvilget < under}  # fmt: skip
        while len(skjul_ja) == 1 and len(egne) > 1:  # one hidden row is what the others lack
            skjul_ja.add(min((i for i in range(len(egne)) if i not in skjul_ja), key=lambda i: egne[i].innvilget))
        for i, r in enumerate(egne):
            r = replace(r, soknader=None) if i in skjul else r
            ut.append(replace(r, innvilget=None, belop_ore=None) if i in skjul_ja else r)
    return tuple(ut)


def _overlappende(rader: Sequence[Gruppe], under: int, hele: int) -> tuple[Gruppe, ...]:
    """Rows that need not add up: each is hidden by itself, also when it is all but a few of the whole."""
    return tuple(_uten(r) if 0 < r.antall < under or 0 < hele - r.antall < under else r for r in rader)


def _alle(rader: Sequence[Gruppe]) -> tuple[Gruppe, ...]:
    return tuple(_uten(r) if r.antall else r for r in rader)


def _uten(rad: Gruppe) -> Gruppe:
    return replace(rad, antall=None, belop_ore=None)


def _liten(n: int, under: int, hele: int) -> Tall:
    return None if 0 < n < under or 0 < hele - n < under else n
