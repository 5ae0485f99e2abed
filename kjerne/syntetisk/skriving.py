"""A society on disk: Parquet of the tables, and income and employments in the shape in which the registers answer.

Files: personer, arbeidsgivere, arbeidsforhold, permittering, inntekt, fasit (.parquet), inntekt.v2.jsonl,
arbeidsforhold.v2.jsonl. They get their names when all of them are whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.syntetisk.aareg_v2 import aareg_v2
from kjerne.syntetisk.inntekt_v2 import inntekt_v2
from kjerne.syntetisk.permitteringer import Permitteringer, vanlige
from kjerne.syntetisk.problemandeler import Problemandeler, standard
from kjerne.syntetisk.samfunn import Samfunn, samfunnsdeler

_DELVIS = ("personer", "arbeidsforhold", "permittering", "inntekt", "fasit")
_UFERDIG = ".uferdig"


def skriv_samfunn(samfunn: Samfunn, mappe: Path, former: Sequence[str] = ("parquet", "json")) -> list[Path]:
    """Writes the files and returns their paths. Raises Ordningsfeil for an unknown form."""
    with _Skriver(mappe, former) as skriver:
        skriver.skriv(samfunn)
    return skriver.filer


def skriv_nytt_samfunn(
    mappe: Path,
    antall: int,
    fro: int,
    siste_maaned: dt.date = dt.date(2020, 5, 1),
    maaneder: int = 15,
    problemer: Problemandeler | None = standard,
    former: Sequence[str] = ("parquet", "json"),
    fremdrift: Callable[[int], None] | None = None,
    permitteringer: Permitteringer = vanlige,
    oppdrag: float = 0.0,
) -> Samfunn:
    """Makes and writes a society block by block, so that its size is bounded by the disk. Calls `fremdrift` with the
    persons made.

    Returns the society without arbeidsforhold, permittering and inntekt (those frames are empty): enough for
    `lag_soknader`.
    """
    lette, ferdige = [], 0
    with _Skriver(mappe, former) as skriver:
        for del_ in samfunnsdeler(antall, fro, siste_maaned, maaneder, problemer, permitteringer, oppdrag):
            skriver.skriv(del_)
            tomme = {n: getattr(del_, n).iloc[:0] for n in ("arbeidsforhold", "permittering", "inntekt")}
            lette.append(replace(del_, **tomme))
            ferdige += len(del_.personer)
            if fremdrift:
                fremdrift(ferdige)
    hele = {n: pd.concat([getattr(d, n) for d in lette], ignore_index=True) for n in ("personer", "fasit")}
    return replace(lette[0], **hele)


class _Skriver:
    """Open files of a society that comes in blocks."""

    def __init__(self, mappe: Path, former: Sequence[str]):
        if ukjente := set(former) - {"parquet", "json"}:
            raise Ordningsfeil(
                f"Ukjent form: {', '.join(sorted(ukjente))}.", gjor_dette="Bruk parquet, json eller begge.", kode=2
            )
        self.mappe, self.former = Path(mappe), former
        self.filer: list[Path] = []
        self._stabel = ExitStack()
        self._parquet: dict[str, pq.ParquetWriter] = {}
        self._json: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self.mappe.mkdir(parents=True, exist_ok=True)
        if "json" in self.former:
            self._json = {
                n: self._stabel.enter_context(self._ny(f"{n}.v2.jsonl").open("wb"))
                for n in ("inntekt", "arbeidsforhold")
            }
        return self

    def __exit__(self, feil: type[BaseException] | None, *_: object) -> None:
        self._stabel.close()
        for sti in self.filer:
            uferdig = sti.with_name(sti.name + _UFERDIG)
            uferdig.unlink() if feil else uferdig.replace(sti)

    def skriv(self, del_: Samfunn) -> None:
        if "parquet" in self.former:
            for navn in _DELVIS if "arbeidsgivere" in self._parquet else (*_DELVIS, "arbeidsgivere"):
                self._skriv_parquet(navn, getattr(del_, navn))
        if self._json:
            for biter in inntekt_v2(del_.inntekt):
                self._json["inntekt"].write(biter)
            self._json["arbeidsforhold"].writelines(
                linje.encode() for linje in aareg_v2(del_.arbeidsforhold, del_.permittering)
            )

    def _skriv_parquet(self, navn: str, ramme: pd.DataFrame) -> None:
        tabell = pa.Table.from_pandas(ramme, preserve_index=False)
        if navn not in self._parquet:
            sti = self._ny(f"{navn}.parquet")
            self._parquet[navn] = self._stabel.enter_context(pq.ParquetWriter(sti, tabell.schema, compression="zstd"))
        self._parquet[navn].write_table(tabell)

    def _ny(self, navn: str) -> Path:
        sti = self.mappe / navn
        self.filer.append(sti)
        return sti.with_name(sti.name + _UFERDIG)
