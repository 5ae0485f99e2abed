"""A synthetic society as files, with applications to a scheme: input for the demo, for benchmarks and for trying out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from kjerne.kjoring.rom import Fremdrift, taus
from kjerne.regelmotor.oppdagelse import finn


def lag_syntetisk(mappe: Path, antall: int, fro: int, ordning: str, soknader: int, siste_maaned: dt.date, maaneder: int,
                  former: tuple[str, ...], fremdrift: Fremdrift = taus) -> dict[str, Path]:
    """Makes the society (and applications when a scheme is named) and returns the files by name."""
    from kjerne.syntetisk.skriving import skriv_nytt_samfunn
    from kjerne.syntetisk.soknader import lag_soknader_med_fasit
    from kjerne.syntetisk.soknadsfil import skriv_soknader

    mappe.mkdir(parents=True, exist_ok=True)
    samfunn = skriv_nytt_samfunn(mappe, antall, fro, siste_maaned, maaneder, former=former,
                                 fremdrift=lambda n: fremdrift("Lager syntetiske personer", n, antall))
    filer = {f.name: f for f in sorted(mappe.iterdir()) if f.is_file() and not f.name.startswith(".")}
    if ordning:
        fremdrift("Lager søknader", 0, soknader)
        felt = finn(ordning).manifest.felt
        mottatt = {"fordeling": "dato", "fra": siste_maaned + dt.timedelta(days=10), "til": siste_maaned + dt.timedelta(days=40)}
        laget, fasit = lag_soknader_med_fasit(samfunn, felt, soknader, fro, mottatt=mottatt)
        for navn in ("soknader.csv", "soknader.parquet"):
            filer[navn] = skriv_soknader(laget, felt, mappe / navn)
        filer["soknadsfasit.parquet"] = mappe / "soknadsfasit.parquet"
        fasit.to_parquet(filer["soknadsfasit.parquet"])
    return filer
