"""Chains to walk and to attack."""

from __future__ import annotations

import datetime as dt

from kjerne.lager.kanonisk import json_tekst, sha256
from kjerne.revisjon.kjede import START, Rad, radhash

NAA = dt.datetime(2020, 4, 1, 12, 0, 0, 250, tzinfo=dt.UTC)
_TID = "2020-04-01 12:00:00.000250"


def kjede(antall: int, fra: int = 1, forrige: str = START, av: str = "kari.attestant") -> list[Rad]:
    """Rows as `rader` gives them, whole and right."""
    ut = []
    for nr in range(fra, fra + antall):
        sha = sha256(str(nr))
        innhold = ("bunt.godkjent", f"bunt:{sha[:32]}", av, json_tekst({"antall": nr, "innhold_sha256": sha, "sum_ore": nr * 997}), _TID)
        ny = radhash(forrige, nr, *innhold)
        ut.append((nr, *innhold, forrige, ny))
        forrige = ny
    return ut


def falsk_kjede(antall: int) -> dict[str, list]:
    """The same as columns for `sett_inn`."""
    navn = ("nr", "hendelse", "objekt", "av", "detaljer", "tid", "forrige_hash", "radhash")
    kolonner = dict(zip(navn, map(list, zip(*kjede(antall), strict=True)), strict=True))
    return kolonner | {"tid": [NAA] * antall}
