"""A day's payment lines for a synthetic society, as they stand before the batch: everybody applied, everybody was granted.

Among the sound ones is what honest people do: couples with one account, a new bank long ago, two employers, an earlier benefit.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kjerne.kontrakt.identer import lag_kontonumre
from kjerne.syntetisk.samfunn import Samfunn

KUNNGJORT = dt.date(2020, 3, 20)
BETALES = dt.date(2020, 5, 4)
EGEN, ANNEN, KOMBINERBAR = "denne", "annen", "kombinerbar"  # schemes: no real one is named here
FELLES_KONTO, NY_BANK, HAR_ANNEN = 0.04, 0.03, 0.05
_TEKST = pd.StringDtype("pyarrow")


@dataclass(frozen=True)
class Betalingsdag:
    """The frames that the controls read. `fasit`: kontroll, linje_id: the lines that a control is to stop; `beroert`: the lines that
    a planted pattern touches without being part of it."""

    linjer: pd.DataFrame
    andre: pd.DataFrame
    soknader: pd.DataFrame
    inntekt: pd.DataFrame
    arbeidsforhold: pd.DataFrame
    fasit: pd.DataFrame
    beroert: frozenset[str] = frozenset()

    def med(self, **annet) -> Betalingsdag:
        return replace(self, **annet)


def lag_betalingsdag(samfunn: Samfunn, fro: int) -> Betalingsdag:
    """One line for each person with pay from a main employer. The same seed gives the same day."""
    rng = np.random.default_rng((fro, 71))
    p = samfunn.personer
    p = p[p["hovedarbeidsgiver"].notna() & (p["maanedslonn_ore"] > 0) & p["doedsdato"].isna() & _ansatt(samfunn)].reset_index(drop=True)
    n = len(p)
    konto = p["kontonummer"].to_numpy(object).copy()
    par = rng.permutation(n)[: 2 * round(n * FELLES_KONTO / 2)].reshape(2, -1)
    konto[par[0]] = konto[par[1]]
    mottatt = np.datetime64("2020-04-01") + rng.integers(0, 30, n)
    fom = np.datetime64("2020-03-20") + rng.integers(0, 15, n)
    linjer = _linjer(np.arange(n), EGEN, p, konto, fom, fom + rng.integers(13, 27, n), mottatt)
    dager = rng.integers(8, 19, n)
    linjer["belop_ore"] = (p["maanedslonn_ore"].to_numpy(np.int64) * 12 // 260 * dager * 8 // 10 // 100 + 1) * 100
    andre = _tidligere_ytelser(linjer, rng)
    soknader = pd.concat([linjer, andre])[["person_id", "sak_id", "konto", "mottatt_dato"]]
    byttet = linjer.iloc[np.sort(rng.permutation(n)[: round(n * NY_BANK)])]
    gamle = byttet[["person_id", "sak_id", "konto", "mottatt_dato"]].assign(
        sak_id="gammel-" + byttet["sak_id"], konto=nye_kontoer(len(byttet), 0), mottatt_dato=pd.Timestamp("2019-10-01"))  # fmt: skip
    ny_igjen = gamle.assign(sak_id="ny-" + byttet["sak_id"], konto=byttet["konto"], mottatt_dato=pd.Timestamp("2020-01-15"))
    soknader = pd.concat([soknader, gamle, ny_igjen], ignore_index=True)
    fasit = pd.DataFrame({"kontroll": [], "linje_id": []}, dtype=object)
    return Betalingsdag(linjer, andre, soknader, samfunn.inntekt, samfunn.arbeidsforhold, fasit)


def _ansatt(samfunn: Samfunn) -> np.ndarray:
    """Who works at the main employer when the scheme becomes known, in truth (the register may lack it)."""
    a = samfunn.arbeidsforhold
    sluttet = a[a["sluttdato"] < pd.Timestamp(KUNNGJORT)]
    borte = pd.MultiIndex.from_frame(sluttet[["ident", "virksomhet"]])
    p = samfunn.personer
    er_borte = pd.MultiIndex.from_frame(p[["ident", "hovedarbeidsgiver"]]).isin(borte)
    return (p["ansatt_fra"] <= pd.Timestamp(KUNNGJORT)).to_numpy(bool) & ~er_borte


def _linjer(nr, ordning: str, p: pd.DataFrame, konto, fom, tom, mottatt) -> pd.DataFrame:
    sak = pd.Series([f"{ordning}-{i:08d}" for i in nr], dtype=_TEKST)
    return pd.DataFrame({
        "linje_id": "linje-" + sak, "vedtak_id": "vedtak-" + sak, "sak_id": sak, "ordning": ordning, "person_id": "person-" + p["ident"],
        "ident": p["ident"], "sokerkonto": konto, "orgnr": None, "konto": konto, "til_soker": True, "klasse": "YTELSE", "fom": fom,
        "tom": tom, "belop_ore": 0, "mottatt_dato": mottatt, "arbeidsgiver": p["hovedarbeidsgiver"], "nokkel": p["hovedarbeidsgiver"],
        "merket": False,
    }).astype(dict.fromkeys(("ordning", "sokerkonto", "konto", "orgnr", "person_id", "klasse"), _TEKST)
              | dict.fromkeys(("fom", "tom", "mottatt_dato"), "datetime64[s]"))  # fmt: skip


def nye_linjer(mal: pd.DataFrame, merke: str, **annet) -> pd.DataFrame:
    """Copies of these lines in cases of their own, with other values in some columns."""
    sak = merke + "-" + mal["sak_id"]
    ut = mal.assign(linje_id="linje-" + sak, vedtak_id="vedtak-" + sak, sak_id=sak, **annet).reset_index(drop=True)
    return ut.astype({n: mal[n].dtype for n in mal.columns})


def nye_kontoer(antall: int, fra: int) -> pd.Series:
    """Account numbers that nobody in the society has."""
    return pd.Series(lag_kontonumre(np.arange(antall) + 3_000_000_000 + fra * 10_000_000).to_pandas(), dtype=_TEKST).to_numpy(object)


def _tidligere_ytelser(linjer: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Lines of other schemes that are in order: for other days, or in one that may be combined with this."""
    valgt = linjer.iloc[np.sort(rng.permutation(len(linjer))[: round(len(linjer) * HAR_ANNEN)])]
    halv = len(valgt) // 2
    uker = pd.Timedelta(days=60)
    foer, samtidig = valgt.iloc[:halv], valgt.iloc[halv:]
    for_ = nye_linjer(foer, "foer", ordning=ANNEN, fom=foer["fom"] - uker, tom=foer["tom"] - uker, mottatt_dato=foer["mottatt_dato"] - uker)
    naa = nye_linjer(samtidig, "samtidig", ordning=KOMBINERBAR, mottatt_dato=samtidig["mottatt_dato"] - uker)
    return pd.concat([for_, naa], ignore_index=True).assign(arbeidsgiver=pd.NA, nokkel=pd.NA)
