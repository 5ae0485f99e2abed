"""A small scheme with a field of every type, and synthetic applications for it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kjerne.kontrakt.identer import lag_identer, lag_kontonumre, lag_orgnumre, tekst_av_sifre
from kjerne.kontrakt.manifest import Soknadsfelt, les_manifest
from kjerne.mottak import Soknadslesning, les_soknader


def _felt(navn: str, type_: str, **andre: Any) -> Soknadsfelt:
    return Soknadsfelt(navn=navn, type=type_, nb=navn, nn=navn, **andre)


_EVENTYR = les_manifest(Path(__file__).parents[1] / "eventyr" / "askeladden" / "ordning.toml")
MANIFEST = _EVENTYR.model_copy(
    update={
        "id": "proeve",
        "felt": (
            _felt("arbeidsgiver", "orgnr", paakrevd=True),
            _felt("fra_dato", "dato", paakrevd=True),
            _felt("til_dato", "dato", tomt_betyr="9999-12-31"),
            _felt("grad", "prosent"),
            _felt("månedslønn", "kroner"),
            _felt("barn", "heltall", tomt_betyr=0),
            _felt("timer", "tall"),
            _felt("har_fått", "ja_nei"),
            _felt("meldt_av", "valg", valg=("arbeidsgiver", "arbeidstaker")),
            _felt("andre_konto", "kontonummer"),
            _felt("merknad", "tekst"),
            _felt("fått_før", "ja_nei", kilde="register", tomt_betyr="nei"),
        ),
    }
)
SPURT = [f.navn for f in MANIFEST.felt if f.kilde == "soknad"]


def soknader(antall: int) -> pd.DataFrame:
    """As people write them: text in every column."""
    n = np.arange(antall)
    fodt = np.datetime64("1960-01-01") + (n % 10_000) * np.timedelta64(1, "D")
    sifre, ok = lag_identer(fodt, n // 10_000 * 2 % 500, np.zeros(antall, bool))
    for ny in range(1, 400):  # the few that have no control digits
        if ok.all():
            break
        sifre[~ok], ok[~ok] = lag_identer(
            fodt[~ok], (n[~ok] // 10_000 * 2 + ny) % 500, np.zeros(int((~ok).sum()), bool)
        )
    return pd.DataFrame(
        {
            "soknad_id": [f"S{i:07d}" for i in n],
            "fodselsnummer": tekst_av_sifre(sifre).to_pylist(),
            "kontonummer": lag_kontonumre(n).to_pylist(),
            "maalform": np.where(n % 8 == 0, "nn", "nb"),
            "mottatt_dato": (np.datetime64("2020-04-01") + n % 90).astype(str),
            "arbeidsgiver": lag_orgnumre(n % 5000).to_pylist(),
            "fra_dato": (np.datetime64("2020-03-01") + n % 60).astype(str),
            "til_dato": "",
            "grad": np.where(n % 2 == 0, "62,5 %", "100"),
            "månedslønn": [f"{30_000 + i % 9_000} kr" if i % 3 else f"{30 + i % 9} 123,45" for i in n],
            "barn": (n % 4).astype(str),
            "timer": "37,5",
            "har_fått": np.where(n % 5 == 0, "ja", "nei"),
            "meldt_av": "arbeidsgiver",
            "andre_konto": "",
            "merknad": "Ærlig æøå",
        }
    )


def typet(ramme: pd.DataFrame) -> pd.DataFrame:
    """The same applications with the types of the frame, as a file of ours holds them."""
    ja = ramme["har_fått"].eq("ja").astype("boolean")
    ore = [
        int(v.removesuffix(" kr")) * 100 if v.endswith("kr") else int(v.replace(" ", "").replace(",", ""))
        for v in ramme["månedslønn"]
    ]
    return ramme.assign(
        mottatt_dato=pd.to_datetime(ramme["mottatt_dato"]),
        fra_dato=pd.to_datetime(ramme["fra_dato"]),
        til_dato=pd.NaT,
        grad=np.where(ramme["grad"] == "100", 1.0, 0.625),
        månedslønn=pd.array(ore, "Int64"),
        barn=ramme["barn"].astype("Int64"),
        timer=37.5,
        har_fått=ja,
        andre_konto=pd.NA,
    )


def en() -> dict[str, Any]:
    """One good application as JSON."""
    return soknader(1).iloc[0].to_dict() | {"mottatt_dato": str(dt.date(2020, 4, 1)), "månedslønn": 30123}


def les(tmp_path: Path, innhold: str | bytes, navn: str = "s.csv", **valg: Any) -> Soknadslesning:
    sti = tmp_path / navn
    sti.write_bytes(innhold.encode() if isinstance(innhold, str) else innhold)
    return les_soknader(sti, MANIFEST, **valg)


def som_csv(ramme: pd.DataFrame, skille: str = ";") -> str:
    return ramme.to_csv(index=False, sep=skille)


def som_parquet(tmp_path: Path, tabell: pa.Table | pd.DataFrame) -> Soknadslesning:
    sti = tmp_path / "s.parquet"
    pq.write_table(tabell if isinstance(tabell, pa.Table) else pa.Table.from_pandas(tabell, preserve_index=False), sti)
    return les_soknader(sti, MANIFEST)


def grunner(lest: Soknadslesning) -> dict[int, str]:
    return dict(zip(lest.karantene["linje"], lest.karantene["grunn"], strict=True))
