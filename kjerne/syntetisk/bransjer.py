"""Industries of the synthetic labour market, one per line. Made up, in rough Norwegian proportions around 2020."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Bransje(NamedTuple):
    navn: str
    andel: float  # of all employees
    lonn: float  # median full-time pay against 42 000 kr a month
    timelonn: float  # share paid by the hour
    heltid: float  # share in full-time posts
    permittert: float  # share laid off in the crisis
    skift: float  # share with irregular supplements every month
    overtid: float  # share who sometimes work overtime


BRANSJER = (
    Bransje("overnatting og servering", 0.050, 0.70, 0.60, 0.40, 0.55, 0.30, 0.15),
    Bransje("varehandel", 0.130, 0.84, 0.40, 0.50, 0.18, 0.10, 0.15),
    Bransje("bygg og anlegg", 0.085, 0.97, 0.35, 0.90, 0.12, 0.05, 0.35),
    Bransje("industri", 0.080, 1.07, 0.15, 0.92, 0.14, 0.25, 0.35),
    Bransje("transport og lagring", 0.050, 0.98, 0.25, 0.80, 0.28, 0.30, 0.30),
    Bransje("helse og sosial", 0.200, 0.96, 0.15, 0.50, 0.03, 0.45, 0.15),
    Bransje("undervisning", 0.090, 1.03, 0.08, 0.72, 0.02, 0.03, 0.10),
    Bransje("offentlig administrasjon", 0.065, 1.12, 0.03, 0.90, 0.00, 0.08, 0.20),
    Bransje("informasjon og kommunikasjon", 0.040, 1.45, 0.03, 0.93, 0.08, 0.03, 0.15),
    Bransje("faglig og forretningsmessig", 0.110, 1.18, 0.15, 0.80, 0.15, 0.06, 0.20),
    Bransje("finans og eiendom", 0.030, 1.40, 0.03, 0.92, 0.02, 0.01, 0.12),
    Bransje("kultur og personlig tjenesteyting", 0.040, 0.82, 0.30, 0.55, 0.45, 0.10, 0.08),
    Bransje("jordbruk og fiske", 0.030, 0.90, 0.30, 0.75, 0.05, 0.05, 0.15),
)
NAVN = tuple(b.navn for b in BRANSJER)


def kolonne(navn: str) -> np.ndarray:
    """One property of all industries, in their order."""
    return np.array([getattr(b, navn) for b in BRANSJER])
