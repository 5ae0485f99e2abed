"""Joins of cases with rows, as arrays."""

from __future__ import annotations

import numpy as np

from kjerne.kvalitet.kontekst import Kontekst


def saker_og_rader(k: Kontekst, person: np.ndarray, org: np.ndarray, oppl: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (case, row) of the same person and the employer of the case; rows without any employer fit all."""
    orden = np.argsort(person, kind="stable")
    ordnet = person[orden]
    fra, til = np.searchsorted(ordnet, k.sak.person), np.searchsorted(ordnet, k.sak.person, "right")
    sak, rad = utvid(fra, til)
    rad = orden[rad]
    arbeidsgiver = k.sak.arbeidsgiver[sak]
    passer = (
        (arbeidsgiver < 0)
        | (org[rad] == arbeidsgiver)
        | (oppl[rad] == arbeidsgiver)
        | ((org[rad] < 0) & (oppl[rad] < 0))
    )
    return sak[passer], rad[passer]


def utvid(fra: np.ndarray, til: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ranges [fra, til) → (which range, position) for every position in them."""
    antall = np.maximum(til - fra, 0)
    hvilken = np.repeat(np.arange(len(antall)), antall)
    return hvilken, np.arange(antall.sum()) - np.repeat(np.cumsum(antall) - antall, antall) + fra[hvilken]
