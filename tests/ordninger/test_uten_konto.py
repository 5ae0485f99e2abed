"""An account that is missing is a question or a human, in every scheme and for every payee: never a crash, a refusal or a payment."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from kjerne.drift.innstillinger import Innstillinger
from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.demo import demovalg
from kjerne.kjoring.helt import kjor_ordning
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag
from kjerne.kjoring.simuleringsgrunnlag import vindu
from kjerne.kjoring.syntetisk import lag_syntetisk
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import linje, sak, vedtak
from kjerne.regelmotor.oppdagelse import oppdag
from kjerne.regelmotor.regelverk import Regelverk

ANTALL = 300
PAR = [(verk, konto) for verk in oppdag()[0].values() for konto in sorted({m.konto for m in verk.manifest.utbetaling.mottakere.values()})]


def utfall(rot: Path, verk: Regelverk, konto: str, hvilke: slice) -> tuple[dict[str, int], int]:
    """(cases by state, lines to the payee), when the account is left out of some applications."""
    (mappe := rot / str(hvilke.step)).mkdir()
    valg = demovalg(verk.id)
    siste, _ = vindu(verk.manifest, verk.manifest.felt, None)
    lag_syntetisk(mappe, ANTALL, 2, verk.id, ANTALL, siste, valg.maaneder, ("parquet",))
    soknader = pd.read_parquet(mappe / "soknader.parquet")
    soknader.loc[soknader.index[hvilke], konto] = None
    soknader.to_parquet(mappe / "soknader.parquet", index=False)
    filer = [(mappe / f"{n}.parquet",) for n in ("soknader", "inntekt", "arbeidsforhold")]
    rom = Arbeidsrom.aapne(Innstillinger(data=mappe / "data"), Stillklokke(valg.dag), "prøve")
    kjor_ordning(rom, verk.id, Grunnlag(*filer, valg.dag, valg.hentet, "ola", personer=(mappe / "personer.parquet",)))
    roller = [navn for navn, m in verk.manifest.utbetaling.mottakere.items() if m.konto == konto]
    with lesende(rom.motor) as conn:
        tilstander = dict(map(tuple, conn.execute(sa.select(sak.c.tilstand, sa.func.count()).group_by(sak.c.tilstand))))
        linjer = conn.scalar(sa.select(sa.func.count()).select_from(linje).where(linje.c.rolle.in_(roller)))
        assert conn.scalar(sa.select(sa.func.count()).select_from(vedtak).where(vedtak.c.utfall == "avslag")) == tilstander.get("avslag", 0)
        assert conn.scalar(sa.select(sa.func.count()).select_from(linje).where(linje.c.konto.is_(None) | (linje.c.konto == ""))) == 0
    return tilstander, linjer


@pytest.mark.parametrize(("verk", "konto"), PAR, ids=[f"{v.id}-{k}" for v, k in PAR])
def test_en_konto_som_mangler_gaar_til_et_menneske(tmp_path, verk, konto):
    med, linjer_med = utfall(tmp_path, verk, konto, slice(0, 0))
    uten, linjer_uten = utfall(tmp_path, verk, konto, slice(None, None, 2))
    assert linjer_med > 10 and linjer_uten < 0.7 * linjer_med
    assert uten["innvilget"] < med["innvilget"] and uten.get("avslag", 0) <= med.get("avslag", 0)
    assert sum(uten.values()) == sum(med.values()) == ANTALL
