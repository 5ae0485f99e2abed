"""Income rows while they are made: numbers in columns, one block of people at a time. `ramme` turns them into
INNTEKT.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from kjerne.kontrakt.tabeller import DTYPER, INNTEKT
from kjerne.syntetisk import koder
from kjerne.syntetisk.koder import INGEN_DATO

# column: dtype and what it is when nothing is said
_KOLONNER: dict[str, tuple[type, int]] = {
    "ent": (np.int64, -1),  # the person
    "mnd": (np.int64, -1),  # number of the month
    "virk": (np.int64, -1),  # code of virksomhet
    "ore": (np.int64, 0),
    "beskrivelse": (np.int8, 0),
    "type": (np.int8, koder.LONN),
    "fordel": (np.int8, koder.KONTANT),
    "kvarter": (np.int32, -1),  # hours × 4 (`antall`); −1 = none
    "opptjening_fom": (np.int32, INGEN_DATO),
    "opptjening_tom": (np.int32, INGEN_DATO),
    "tillegg_type": (np.int8, -1),
    "tillegg_fom": (np.int32, INGEN_DATO),
    "tillegg_tom": (np.int32, INGEN_DATO),
    "spesielle": (np.int8, -1),
    "skatteregel": (np.int8, -1),
    "avvik": (np.int8, -1),
    "sen": (np.int16, 0),  # days after the ordinary report
}


class Rader:
    """Grows by `legg_til`; `samle` makes single columns that may be changed in place; `fjern` drops rows at the end."""

    def __init__(self) -> None:
        self._deler: list[dict[str, np.ndarray]] = []
        self.antall = 0

    def legg_til(
        self, ent: np.ndarray, mnd: np.ndarray, virk: np.ndarray, ore: np.ndarray, **andre: np.ndarray | int
    ) -> np.ndarray:
        """Adds rows and returns their numbers."""
        n = len(ent)
        verdier = {"ent": ent, "mnd": mnd, "virk": virk, "ore": ore, **andre}
        self._deler.append(
            {k: np.broadcast_to(np.asarray(verdier.get(k, tom), dtype=t), n) for k, (t, tom) in _KOLONNER.items()}
        )
        self.antall += n
        return np.arange(self.antall - n, self.antall)

    def samle(self) -> dict[str, np.ndarray]:
        """The columns, writable until the next `legg_til`."""
        if len(self._deler) > 1 or not self._deler[0]["ent"].flags.writeable:
            self._deler = [{k: np.concatenate([d[k] for d in self._deler]) for k in _KOLONNER}]
        return self._deler[0]


def ramme(
    k: dict[str, np.ndarray],
    orden: np.ndarray,
    forste_rad: int,
    identer: pa.Array,
    nummer: pa.Array,
    oppl: np.ndarray,
    maaned: np.ndarray,
    tid: np.ndarray,
) -> pd.DataFrame:
    """INNTEKT of the rows in `orden`; rad_id from `forste_rad`. `tid` is microseconds since 1970 by row, already
    in order.
    """
    r = {navn: verdier[orden] for navn, verdier in k.items()}
    n = len(orden)
    lonn = r["type"] == koder.LONN
    ingen = np.full(n, -1, dtype=np.int8)
    ut = {
        "rad_id": _heltall(np.arange(forste_rad, forste_rad + n)),
        "ident": tekst(identer.take(pa.array(r["ent"]))),
        "maaned": maaned[r["mnd"]].astype("datetime64[s]"),
        "opplysningspliktig": tekst(nummer.take(pa.array(oppl[r["virk"]]))),
        "virksomhet": tekst(nummer.take(pa.array(r["virk"]))),
        "inntekt_type": kode(r["type"], koder.TYPER),
        "fordel": kode(r["fordel"], koder.FORDELER),
        "beskrivelse": kode(r["beskrivelse"], koder.BESKRIVELSER),
        "beloep_ore": _heltall(r["ore"]),
        "antall": pd.arrays.FloatingArray(r["kvarter"] / 4, r["kvarter"] < 0),
        "opptjening_fom": dager(r["opptjening_fom"]),
        "opptjening_tom": dager(r["opptjening_tom"]),
        "tillegg_type": kode(r["tillegg_type"], koder.TILLEGG),
        "tillegg_fom": dager(r["tillegg_fom"]),
        "tillegg_tom": dager(r["tillegg_tom"]),
        "spesielle_forhold": kode(r["spesielle"], koder.SPESIELLE),
        "skatteregel": kode(r["skatteregel"], koder.SKATTEREGLER),
        "inngaar_trekk": _ja_nei(r["fordel"] != koder.UTGIFT),
        "utloeser_aga": _ja_nei(lonn & (r["fordel"] != koder.UTGIFT)),
        "registrert_tid": pd.DatetimeIndex(tid.astype("datetime64[us]")).tz_localize("UTC"),
        "avvik_koder": tekst(pa.array(koder.AVVIK, pa.large_string()).take(pa.array(r["avvik"], mask=r["avvik"] < 0))),
        "kilde_linje": pd.arrays.IntegerArray(np.zeros(n, dtype=np.int64), ingen < 0),
    }
    return pd.DataFrame({k.navn: ut[k.navn] for k in INNTEKT.kolonner})


def ramme_i_koder(
    k: dict[str, np.ndarray],
    orden: np.ndarray,
    forste_rad: int,
    identer: pa.Array,
    nummer: pd.CategoricalDtype,
    oppl: np.ndarray,
    maaned: np.ndarray,
) -> pd.DataFrame:
    """What rules read of `ramme`, with the same values: numbers of persons and employers are codes, so that a million
    people fit where fifty thousand would. The columns that no rule reads are never made.
    """
    n, ent, virk = len(orden), k["ent"][orden], k["virk"][orden]
    forste, siste = (int(ent.min()), int(ent.max())) if n else (0, -1)
    egne = pd.Index(tekst(identer.slice(forste, siste + 1 - forste)))
    return pd.DataFrame(
        {
            "rad_id": _heltall(np.arange(forste_rad, forste_rad + n)),
            "ident": pd.Categorical.from_codes(ent - forste, dtype=pd.CategoricalDtype(egne)),
            "maaned": maaned.astype("datetime64[s]")[k["mnd"][orden]],
            "opplysningspliktig": pd.Categorical.from_codes(oppl[virk], dtype=nummer),
            "virksomhet": pd.Categorical.from_codes(virk, dtype=nummer),
            "inntekt_type": kode(k["type"][orden], koder.TYPER),
            "beskrivelse": kode(k["beskrivelse"][orden], koder.BESKRIVELSER),
            "beloep_ore": _heltall(k["ore"][orden]),
        },
        copy=False,
    )


def tekst(verdier: pa.Array) -> pd.api.extensions.ExtensionArray:
    return pd.array(verdier, dtype=DTYPER["tekst"])


def kode(numre: np.ndarray, navn: tuple[str, ...]) -> pd.Categorical:
    return pd.Categorical.from_codes(numre, dtype=pd.CategoricalDtype(pd.Index(navn, dtype=DTYPER["tekst"])))


def dager(numre: np.ndarray) -> np.ndarray:
    """Days since 1970 → datetime64[s], INGEN_DATO → NaT."""
    ut = numre.astype("datetime64[D]").astype("datetime64[s]")
    ut[numre == INGEN_DATO] = np.datetime64("NaT")
    return ut


def _heltall(verdier: np.ndarray) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(verdier.astype(np.int64), np.zeros(len(verdier), dtype=bool))


def _ja_nei(verdier: np.ndarray) -> pd.arrays.BooleanArray:
    return pd.arrays.BooleanArray(verdier, np.zeros(len(verdier), dtype=bool))
