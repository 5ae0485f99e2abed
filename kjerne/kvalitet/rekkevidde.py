"""From findings in tables to the cases they touch: same person, months and employer of the case. Vectorised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kjerne.kvalitet.kobling import utvid
from kjerne.kvalitet.kontekst import UKJENT, Kontekst
from kjerne.kvalitet.maske import Maske, Maskebeskrivelse, Over, Rekkevidde

_SPENN = np.int64(8192)  # months: room for the years 1630–2312
_NULL = 4096


@dataclass(frozen=True)
class Funn:
    """What failed, one entry each. `plass` is what `Maske.observert` takes."""

    plass: np.ndarray
    person: np.ndarray
    maaned: np.ndarray  # UKJENT where the finding has none
    org: np.ndarray
    oppl: np.ndarray

    def utvalg(self, med: np.ndarray) -> Funn:
        return Funn(self.plass[med], self.person[med], self.maaned[med], self.org[med], self.oppl[med])


def funn_av(k: Kontekst, over: Over, m: Maske) -> Funn:
    """The findings of a mask, with person, month and employer."""
    if over == "sak":
        return _funn_av_sak(k, m)
    plass = np.flatnonzero(m.brudd)
    ukjent = np.full(len(plass), UKJENT)
    if over == "inntekt":
        i = k.inn
        return Funn(plass, i.person[plass], i.maaned[plass], i.org[plass], i.oppl[plass])
    if over == "forhold":
        f = k.forhold
        if m.detalj:
            rad, maaned, _ = m.detalj
            return Funn(np.arange(len(rad)), f.person[rad], maaned, f.org[rad], f.oppl[rad])
        return Funn(plass, f.person[plass], ukjent, f.org[plass], f.oppl[plass])
    a = getattr(k, over)
    return Funn(plass, a.person[plass], ukjent, a.org[plass], a.oppl[plass])


def _funn_av_sak(k: Kontekst, m: Maske) -> Funn:
    if m.detalj:
        sak, maaned, org = m.detalj
        return Funn(np.arange(len(sak)), k.sak.person[sak], maaned, org, np.full(len(sak), -1))
    plass = np.flatnonzero(m.brudd)
    tom = np.full(len(plass), -1)
    return Funn(plass, k.sak.person[plass], np.full(len(plass), UKJENT), tom, tom)


def treff(
    k: Kontekst, b: Maskebeskrivelse | None, over: Over, m: Maske, utelatt: np.ndarray
) -> tuple[np.ndarray, np.ndarray, Funn]:
    """(case, index into the findings, the findings) for everything in the mask that touches a case.

    `utelatt`: income rows that are left out of the basis anyway: they do not stop anybody.
    """
    funn = funn_av(k, over, m)
    if over == "sak":
        sak = m.detalj[0] if m.detalj else funn.plass
        return sak, np.arange(len(sak)), funn
    rekkevidde: Rekkevidde = b.rekkevidde if b else ("vindu" if over == "inntekt" else "forhold")
    if over == "inntekt" and rekkevidde == "vindu":
        med = k.relevant_type[funn.plass] & ~(utelatt[funn.plass] & (b is None or not b.utelater))
        funn = funn.utvalg(med)
    sak, nr = _par(k, funn, rekkevidde)
    return sak, nr, funn


def _par(k: Kontekst, funn: Funn, rekkevidde: Rekkevidde) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (case, finding). Findings are sorted by person and month, so that a case's window is one range of them."""
    i_vindu = rekkevidde in ("vindu", "vindu_alle")
    maaned = np.clip(funn.maaned + _NULL, 0, _SPENN - 1) if i_vindu else np.zeros(len(funn.maaned), np.int64)
    noekkel = np.where(funn.person >= 0, funn.person * _SPENN + maaned, -1)
    orden = np.argsort(noekkel, kind="stable")
    ordnet = noekkel[orden]
    s = k.sak
    if i_vindu:
        fra, til = s.person * _SPENN + s.fra + _NULL, s.person * _SPENN + s.til + _NULL
    else:
        fra = til = s.person * _SPENN
    uten = (s.person < 0) | (i_vindu & (s.fra == UKJENT))
    lav = np.searchsorted(ordnet, fra)
    hoy = np.where(uten, lav, np.searchsorted(ordnet, til, "right"))
    sak, plass = utvid(lav, hoy)
    nr = orden[plass]
    if rekkevidde in ("vindu", "forhold"):
        arbeidsgiver = s.arbeidsgiver[sak]
        passer = (arbeidsgiver < 0) | (funn.org[nr] == arbeidsgiver) | (funn.oppl[nr] == arbeidsgiver)
        passer |= (funn.org[nr] < 0) & (funn.oppl[nr] < 0)
        sak, nr = sak[passer], nr[passer]
    return sak, nr
