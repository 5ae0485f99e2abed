"""Assignments in a synthetic society: none unless a scheme asks, and then in registers and application alike."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.manifest import Soknadsfelt
from kjerne.syntetisk import lag_samfunn, lag_soknader, samfunnsdeler
from kjerne.syntetisk.oppdrag import andel_for

TYPE = "frilanserOppdragstakerHonorarPersonerMm"
SISTE = dt.date(2020, 5, 1)


def felt(navn: str, type_: str, **syntetisk: Any) -> Soknadsfelt:
    return Soknadsfelt(navn=navn, type=type_, nb=navn, nn=navn, syntetisk=syntetisk)  # type: ignore[arg-type]


def test_bare_feltet_som_spor_gir_oppdrag() -> None:
    assert andel_for([felt("a", "heltall", verdi=1)]) == 0.0
    assert andel_for([felt("a", "ja_nei", fra="oppdragstaker", andel=0.4)]) == 0.4
    with pytest.raises(Ordningsfeil, match="er ikke en andel"):
        andel_for([felt("a", "ja_nei", fra="oppdragstaker", andel=1.4)])
    assert not lag_samfunn(300, 1, SISTE, 6, None).personer["oppdragstaker"].any()


def test_oppdrag_endrer_bare_arten_av_arbeid_og_lonn() -> None:
    uten, med = lag_samfunn(2_000, 1, SISTE, 6, None), next(samfunnsdeler(2_000, 1, SISTE, 6, None, oppdrag=0.4))
    assert 0.35 < med.personer["oppdragstaker"].mean() < 0.45
    oppdrag = med.arbeidsforhold["type"] == TYPE
    assert set(med.arbeidsforhold.loc[oppdrag, "ident"]) == set(med.personer.loc[med.personer["oppdragstaker"], "ident"])
    kolonner = ["ident", "virksomhet", "maaned", "beloep_ore"]
    rader = [d.inntekt.sort_values(kolonner, kind="stable", ignore_index=True) for d in (med, uten)]
    assert rader[0][kolonner].equals(rader[1][kolonner])
    oppdragstakere = set(med.personer.loc[med.personer["oppdragstaker"], "ident"])
    andre = ~rader[0]["ident"].isin(oppdragstakere)
    assert rader[0]["beskrivelse"][andre].astype(str).equals(rader[1]["beskrivelse"][andre].astype(str))
    fast = med.inntekt["ident"].isin(oppdragstakere) & (med.inntekt["beskrivelse"] == "honorarAkkordProsentProvisjon")
    assert med.inntekt.loc[fast, "ident"].nunique() > 0.95 * len(oppdragstakere)


def test_soknaden_sier_det_samme_som_personen_og_ellers_fyller_resten() -> None:
    samfunn = next(samfunnsdeler(500, 2, SISTE, 6, None, oppdrag=0.5))
    fra = felt("oppdrag", "ja_nei", fra="oppdragstaker", andel=0.5)
    naar = felt("begge", "ja_nei", fordeling="valg", verdier=[False], naar={"felt": "oppdrag", "er": [True]}, ellers=True)
    soknader = lag_soknader(samfunn, [fra, naar], 300, 3, dubletter=0, ugyldige_kontoer=0)
    sant = samfunn.personer.set_index("ident")["oppdragstaker"].reindex(soknader["fodselsnummer"]).to_numpy()
    assert (soknader["oppdrag"].to_numpy(dtype=bool) == sant).all() and sant.any() and not sant.all()
    assert (soknader["begge"].to_numpy(dtype=bool) == ~sant).all()
    assert pd.notna(soknader["begge"]).all()
