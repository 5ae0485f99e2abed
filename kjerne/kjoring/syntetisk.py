"""A synthetic society as files, with applications to a scheme: input for the demo, for benchmarks and for trying out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kjerne.kjoring.rom import Fremdrift, taus
from kjerne.kontrakt.manifest import Soknadsfelt
from kjerne.regelmotor.oppdagelse import finn


def lag_syntetisk(mappe: Path, antall: int, fro: int, ordning: str, soknader: int, siste_maaned: dt.date, maaneder: int,
                  former: tuple[str, ...], fremdrift: Fremdrift = taus, felles_kontoer: int = 0) -> dict[str, Path]:
    """Makes the society (and applications when a scheme is named) and returns the files by name. `felles_kontoer`: so many groups of
    applicants who name one account.

    The society has at least `antall` persons: more when only the laid-off can apply and there must be enough of them.
    """
    from kjerne.syntetisk.omverden import felles_konto
    from kjerne.syntetisk.oppdrag import andel_for
    from kjerne.syntetisk.permitteringer import permitteringer_for
    from kjerne.syntetisk.skriving import skriv_nytt_samfunn
    from kjerne.syntetisk.soknader import lag_soknader_med_fasit
    from kjerne.syntetisk.soknadsfil import skriv_soknader

    mappe.mkdir(parents=True, exist_ok=True)
    felt = finn(ordning).manifest.felt if ordning else ()
    personer = max(antall, antall_personer(felt, soknader, maaneder)) if ordning else antall
    samfunn = skriv_nytt_samfunn(mappe, personer, fro, siste_maaned, maaneder, former=former,
                                 fremdrift=lambda n: fremdrift("Lager syntetiske personer", n, personer),
                                 permitteringer=permitteringer_for(felt), oppdrag=andel_for(felt))
    filer = {f.name: f for f in sorted(mappe.iterdir()) if f.is_file() and not f.name.startswith(".")}
    if ordning:
        fremdrift("Lager søknader", 0, soknader)
        laget, fasit = lag_soknader_med_fasit(samfunn, felt, soknader, fro, mottatt=mottatt(siste_maaned))
        laget = felles_konto(laget, felles_kontoer)
        for navn in ("soknader.csv", "soknader.parquet"):
            filer[navn] = skriv_soknader(laget, felt, mappe / navn)
        filer["soknadsfasit.parquet"] = mappe / "soknadsfasit.parquet"
        fasit.to_parquet(filer["soknadsfasit.parquet"])
    return filer


def antall_personer(felt: Sequence[Soknadsfelt], soknader: int, maaneder: int) -> int:
    """How many persons a society needs for so many applications: some leave or come too late to be laid off, and the
    shorter the time is, the more of the newcomers come late.
    """
    from kjerne.syntetisk.permitteringer import spor_registeret

    return soknader + soknader // 10 + 2 * soknader // (3 * maaneder) + 20 if spor_registeret(felt) else soknader


def mottatt(siste_maaned: dt.date) -> dict[str, Any]:
    """The applications come in the month after the last one's first days."""
    return {"fordeling": "dato", "fra": siste_maaned + dt.timedelta(days=10), "til": siste_maaned + dt.timedelta(days=40)}
