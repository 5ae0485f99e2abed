"""Remarks about codes that we do not know. They are kept and counted, never dropped: the lists change every year."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import pandas as pd

from kjerne.kontrakt import kodeverk

KJENTE_I_INNTEKT = {
    "inntekt_type": kodeverk.INNTEKT_TYPE,
    "fordel": kodeverk.FORDEL,
    "beskrivelse": kodeverk.BESKRIVELSE,
    "spesielle_forhold": kodeverk.SPESIELLE_FORHOLD,
}
KJENTE_I_PERMITTERING = {"art": kodeverk.PERMITTERING_ART}

_VISES = re.compile(r"[A-Za-zÆØÅæøå_][\w.-]{0,99}")
_TALLREKKE = re.compile(r"\d{6}")
MAKS_VIST = 20


def ukjente(ramme: pd.DataFrame, kjente: Mapping[str, Collection[str]]) -> list[str]:
    """One remark for each unknown code: column, code, number of rows. A code that could be a number of a person is
    not shown."""
    ut = []
    for kolonne, koder in kjente.items():
        antall = ramme[kolonne].value_counts()
        fremmede = [(str(kode), int(n)) for kode, n in antall.items() if n and kode not in koder]
        for kode, n in sorted(fremmede)[:MAKS_VIST]:
            vist = f"«{kode}»" if _VISES.fullmatch(kode) and not _TALLREKKE.search(kode) else "(vises ikke)"
            ut.append(f"Ukjent kode i {kolonne}: {vist} på {n} rader. Radene er beholdt.")
        if len(fremmede) > MAKS_VIST:
            ut.append(f"Ukjente koder i {kolonne}: {len(fremmede) - MAKS_VIST} til. Radene er beholdt.")
    return ut
