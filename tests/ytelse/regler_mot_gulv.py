"""The rules of a scheme with full trace, against a floor of plain numpy that does the same sums with no trace and no doubt.

    .venv/bin/python -m tests.ytelse.regler_mot_gulv [cases]

Prints medians of seven runs and the ratio. The floor is written for lønnskompensasjon; every fact known, no mask.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
import pandas as pd

from kjerne.kontrakt.tabeller import INNTEKT
from kjerne.regelmotor.evaluering import kjor
from kjerne.regelmotor.oppdagelse import finn

BESKRIVELSER = np.array(["bonus", "fastloenn", "overtidsgodtgjoerelse", "timeloenn"])
TELLER = np.array([True, True, True, True])


def lag(antall: int, fro: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cases with every fact known, and twelve months of income for each."""
    r = np.random.default_rng(fro)
    dag = np.datetime64("2020-03-10") + r.integers(0, 120, antall)
    orgnr = np.char.add("9", (r.integers(10_000_000, 10_004_000, antall)).astype(str))
    saker = pd.DataFrame(
        {
            "arbeidsgiver": pd.array(orgnr, dtype="string[pyarrow]"),
            "meldt_av": pd.array(r.choice(["arbeidsgiver", "arbeidstaker"], antall), dtype="string[pyarrow]"),
            "permittert_fra": dag.astype("datetime64[s]"),
            "permittert_til": (dag + r.integers(5, 200, antall)).astype("datetime64[s]"),
            "permitteringsgrad": r.choice([1.0, 0.8, 0.5, 0.4], antall),
            "ansatt_fra": np.repeat(np.datetime64("2015-01-01", "s"), antall),
            "sykepengedager": r.integers(0, 3, antall),
            "arbeidsdager": r.integers(0, 3, antall),
            "lønn_per_dag": r.integers(50_000, 400_000, antall),
            "oppgitt_månedslønn": r.integers(1_000_000, 9_000_000, antall),
            "forskutterte_dager": r.integers(0, 5, antall),
            "mottatt_dato": (np.datetime64("2020-06-01") + r.integers(0, 240, antall)).astype("datetime64[s]"),
        }
    )
    for navn, sann in (
        ("rett_til_permitteringslønn", 0.97),
        ("ti_dagers_lønnsplikt", 0.01),
        ("fiskeindustriordning", 0.01),
        ("helt_sykmeldt", 0.01),
        ("fått_før", 0.01),
    ):
        saker[navn] = pd.array(r.random(antall) < sann, dtype="boolean")
    n = antall * 12
    sak = np.repeat(np.arange(antall), 12)
    maaned = (np.datetime64("2019-08", "M") + np.tile(np.arange(12), antall)).astype("datetime64[s]")
    rader = INNTEKT.ramme(
        pd.DataFrame(
            {
                "rad_id": np.arange(n),
                "ident": "x",
                "maaned": maaned,
                "virksomhet": orgnr[sak],
                "opplysningspliktig": orgnr[sak],
                "inntekt_type": "Loennsinntekt",
                "beskrivelse": BESKRIVELSER[r.choice(4, n, p=[0.1, 0.7, 0.05, 0.15])],
                "beloep_ore": r.integers(1_000_000, 9_000_000, n),
            }
        )
    ).assign(sak_nr=sak)
    orgnumre = {n: rader[n].astype("category") for n in ("virksomhet", "opplysningspliktig")}  # as a run does, once for all chunks
    return saker, rader.assign(**orgnumre)


def gulv(s: dict[str, np.ndarray], r: dict[str, np.ndarray]) -> np.ndarray:
    """The amount in kroner in each case, the shortest way."""
    fri = np.array(["2020-04-09", "2020-04-10", "2020-04-13", "2020-05-01", "2020-05-21", "2020-06-01"], dtype="datetime64[D]")
    fra, grad = s["permittert_fra"], s["permitteringsgrad"]
    ag = np.ceil(2 / grad - 1e-9)
    siste = np.busday_offset(fra, ag.astype(int) - 1, roll="forward", holidays=fri)
    forste = np.maximum(np.busday_offset(siste + 1, 0, roll="forward"), np.datetime64("2020-03-20"))
    statens = np.maximum(0, 18 - np.maximum(0, np.busday_count(fra, np.maximum(np.datetime64("2020-03-20"), fra)) - ag)).astype(int)
    tom = np.minimum(np.busday_offset(forste, np.maximum(statens - 1, 0), roll="forward"), s["permittert_til"])
    dager = np.maximum(
        0, np.where(statens > 0, np.busday_count(forste, np.maximum(tom + 1, forste)), 0) - s["sykepengedager"] - s["arbeidsdager"]
    )
    mnd = fra.astype("datetime64[M]").astype(int)[r["sak"]]
    med = TELLER[r["beskrivelse"]] & (r["virksomhet"] == s["arbeidsgiver"][r["sak"]]) & (r["maaned"] < mnd) & (r["maaned"] >= mnd - 3)
    snitt = np.bincount(r["sak"][med], weights=r["beloep"][med], minlength=len(fra)) / 3
    lonn = np.where(s["meldt"] & (s["mottatt_dato"] >= np.datetime64("2020-06-09")), s["lonn_per_dag"], snitt * 0.04615)
    dagsats = np.floor(np.minimum(lonn, 6 * 99858 / 260) + 0.5)
    dagbelop = np.floor(dagsats * grad + 0.5)
    forskutt = np.where(fra < np.datetime64("2020-04-20"), np.minimum(s["forskutterte_dager"], dager), 0)
    refusjon = np.where(s["mottatt_dato"] <= np.datetime64("2020-10-31"), dagbelop * forskutt, 0)
    rett = s["krav"] & (grad > 0) & (fra <= np.datetime64("2020-08-31")) & (s["mottatt_dato"] <= np.datetime64("2020-12-31")) & (dager > 0)
    return np.where(rett, dagbelop * (dager - forskutt) + refusjon, 0)


def til_numpy(saker: pd.DataFrame, rader: pd.DataFrame) -> tuple[dict, dict]:
    s = {n: saker[n].to_numpy().astype("datetime64[D]") for n in ("permittert_fra", "permittert_til", "mottatt_dato")}
    s |= {n: saker[n].to_numpy(dtype="float64") for n in ("permitteringsgrad", "sykepengedager", "arbeidsdager", "forskutterte_dager")}
    s["arbeidsgiver"] = saker["arbeidsgiver"].to_numpy().astype("int64")
    s["meldt"] = (saker["meldt_av"] == "arbeidsgiver").to_numpy(dtype=bool)
    s["lonn_per_dag"] = saker["lønn_per_dag"].to_numpy(dtype="float64") / 100
    nei = saker[["ti_dagers_lønnsplikt", "fiskeindustriordning", "helt_sykmeldt", "fått_før"]].to_numpy(dtype=bool).any(axis=1)
    s["krav"] = saker["rett_til_permitteringslønn"].to_numpy(dtype=bool) & ~nei
    r = {
        "sak": rader["sak_nr"].to_numpy(),
        "maaned": rader["maaned"].to_numpy().astype("datetime64[M]").astype(int),
        "virksomhet": rader["virksomhet"].to_numpy().astype("int64"),
        "beloep": rader["beloep_ore"].to_numpy(dtype="float64") / 100,
        "beskrivelse": rader["beskrivelse"].cat.codes.to_numpy(),
    }
    return s, r


def median(funksjon, ganger: int = 7) -> float:
    tider = []
    for _ in range(ganger):
        begynte = time.perf_counter()
        funksjon()
        tider.append(time.perf_counter() - begynte)
    return statistics.median(tider)


def maal(antall: int, ganger: int = 7) -> dict[str, float]:
    """Medians in seconds, the ratio, and how many cases the two agree on."""
    verk = finn("lonnskompensasjon")
    saker, rader = lag(antall)
    s, r = til_numpy(saker, rader)

    def motor() -> np.ndarray:
        sporing = kjor(verk, saker, {"inntekter": rader})
        sporing.ramme()
        sporing.rader()
        return sporing.sum_ore

    ulike = int((motor() != np.rint(gulv(s, r) * 100)).sum())
    tider = {"regler_med_sporing": median(motor, ganger), "gulv": median(lambda: gulv(s, r), ganger)}
    return tider | {"forhold": tider["regler_med_sporing"] / tider["gulv"], "ulike": ulike, "saker": antall, "rader": len(rader)}


if __name__ == "__main__":
    for navn, tall in maal(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000).items():
        sys.stdout.write(f"{navn:<20} {tall:,.3f}\n" if isinstance(tall, float) else f"{navn:<20} {tall:,}\n")
