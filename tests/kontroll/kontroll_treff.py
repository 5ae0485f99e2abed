"""What the controls before payment find of the patterns planted in a synthetic day of payments, and whom they stop in vain.

    .venv/bin/python -m tests.kontroll.kontroll_treff [persons] [planted per pattern] [seed]

Everybody with pay from an employer has been granted one line, and honest people do what honest people do (see betalingsdag). The
patterns of lines are planted in that day, those of batches in batches made of it, one after the other. A false stop is a stop of
somebody whom no pattern touches: they are counted by control and for each 1 000 such lines.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from kjerne.kontrakt.kontrollvalg import Kontrollvalg
from kjerne.kontroll.gjennomforing import gjennomfor
from kjerne.kontroll.helhet import Buntkontekst, profil
from kjerne.kontroll.katalog import katalog, plan_for
from kjerne.kontroll.kontekst import Kontrollkontekst
from kjerne.kontroll.regel import regler
from kjerne.syntetisk import lag_samfunn
from kjerne.syntetisk.betalingsdag import BETALES, EGEN, KOMBINERBAR, KUNNGJORT, Betalingsdag, lag_betalingsdag
from kjerne.syntetisk.plantet_kontroll import plant

MAKS_DAGER, MAKS_ORE = 100, 90_000_00
SISTE = dt.date(2020, 4, 1)
DAGER_FOER = 3  # earlier runs that a batch is held against


def lag_dag(personer: int, hver: int, fro: int) -> Betalingsdag:
    return plant(lag_betalingsdag(lag_samfunn(personer, fro, SISTE), fro), fro, hver)


def linjekontekst(dag: Betalingsdag) -> Kontrollkontekst:
    return Kontrollkontekst(
        EGEN, dag.linjer, dag.andre, dag.soknader, BETALES, KUNNGJORT, MAKS_DAGER, (KOMBINERBAR,), dag.inntekt,
        arbeidsforhold=dag.arbeidsforhold,
    )  # fmt: skip


def maal(personer: int, hver: int = 200, fro: int = 7) -> pd.DataFrame:
    """One row for each control: plantet, funnet, falske, friske (what could have been stopped in vain), ukjent, sekunder."""
    dag = lag_dag(personer, hver, fro)
    rader = pd.concat([_linjer(dag), _bunter(dag, min(hver, 40), fro)])
    assert set(rader.index) == set(katalog()), "hver kontroll skal ha et plantet mønster"
    return rader.sort_index()


def _linjer(dag: Betalingsdag) -> pd.DataFrame:
    k = linjekontekst(dag)
    k.alle, k.lonn  # noqa: B018  what several controls share is not part of the time of the first
    g = gjennomfor(plan_for(Kontrollvalg(), BETALES), k)
    urort = set(k.linjer["linje_id"]) - set(dag.fasit["linje_id"]) - dag.beroert
    rader = []
    for t in g.tall:
        funnet = g.funn[g.funn["kontroll"] == t.id]
        stanset = set(funnet.loc[funnet["handling"] == "STOPP", "linje_id"])
        plantet = set(dag.fasit.loc[dag.fasit["kontroll"] == t.id, "linje_id"])
        rader.append((t.id, len(plantet), len(plantet & set(funnet["linje_id"])), len(stanset & urort), len(urort), t.ukjent, t.sekunder))
    return _ramme(rader)


def _bunter(dag: Betalingsdag, hver: int, fro: int) -> pd.DataFrame:
    """Sound batches of every size, then the same with one thing wrong."""
    rng = np.random.default_rng((fro, 73))
    rader = []
    for id_, feil in (("K19", _BELOPSFEIL), ("K21", _SKJEVHETER)):
        plan = [p for p in plan_for(Kontrollvalg(), BETALES) if p.kontroll.id == id_]
        funnet = falske = ukjent = 0
        sekunder = 0.0
        for god, darlig in _par(dag, feil, hver, rng):
            rett, t = (gjennomfor(plan, b).tall[0] for b in (god, darlig))
            falske, funnet, ukjent = falske + rett.treff, funnet + t.treff, ukjent + t.ukjent
            sekunder += rett.sekunder + t.sekunder
        rader.append((id_, hver, funnet, falske, hver, ukjent, sekunder))
    return _ramme(rader)


def _par(dag: Betalingsdag, feil: tuple[Callable, ...], hver: int, rng: np.random.Generator) -> Iterator[tuple[Buntkontekst, Buntkontekst]]:
    for nr in range(hver):
        god = _bunt(dag, rng, int(rng.integers(300, max(400, len(dag.linjer) // 5))))
        yield god, feil[nr % len(feil)](god, rng)


def _bunt(dag: Betalingsdag, rng: np.random.Generator, antall: int) -> Buntkontekst:
    """A batch, and days before it of 60–140 % of its size, all drawn from the day."""
    linjer = dag.linjer[dag.linjer["belop_ore"] < MAKS_ORE]

    def trekk(n: int) -> pd.DataFrame:
        return linjer.iloc[rng.permutation(len(linjer))[: min(n, len(linjer))]][["linje_id", "vedtak_id", "belop_ore", "arbeidsgiver"]]

    valgt = trekk(antall).reset_index(drop=True)
    ore = valgt["belop_ore"]
    valgt = valgt.assign(bunt_id="bunt", vedtatt_ore=ore, linjene_ore=ore, sporet_ore=ore.astype("Int64"), skal_ha_spor=True,
                         spor_borte=False)  # fmt: skip
    for_ = [profil(trekk(int(antall * rng.uniform(0.6, 1.4)))) for _ in range(DAGER_FOER)]
    tidligere = pd.DataFrame([(p.antall, p.sum_ore, p.topp, p.storste) for p in for_], columns=["antall", "sum_ore", "topp", "storste"])
    return Buntkontekst(("bunt",), valgt, tidligere, MAKS_ORE)


def _endret(b: Buntkontekst, rng: np.random.Generator, **kolonner) -> Buntkontekst:
    """The batch with these columns changed in one line."""
    linjer, rad = b.linjer.copy(), int(rng.integers(len(b.linjer)))
    for navn, gjor in kolonner.items():
        linjer.loc[rad, navn] = gjor(linjer.loc[rad, navn])
    return Buntkontekst(b.bunter, linjer, b.tidligere, b.maks_per_sak_ore)


def _alt_er(b: Buntkontekst, ore: pd.Series, **kolonner) -> Buntkontekst:
    linjer = b.linjer.assign(belop_ore=ore, vedtatt_ore=ore, linjene_ore=ore, sporet_ore=ore.astype("Int64"), **kolonner)
    return Buntkontekst(b.bunter, linjer, b.tidligere, b.maks_per_sak_ore)


_BELOPSFEIL = (
    lambda b, r: _endret(b, r, belop_ore=lambda v: v + 1),
    lambda b, r: _endret(b, r, belop_ore=lambda v: -v),
    lambda b, r: _endret(b, r, linjene_ore=lambda v: v + 100),
    lambda b, r: _endret(b, r, sporet_ore=lambda v: v - 100),
    lambda b, r: _endret(b, r, **dict.fromkeys(("belop_ore", "vedtatt_ore", "linjene_ore", "sporet_ore"), lambda _: MAKS_ORE + 100)),
    lambda b, r: _endret(b, r, spor_borte=lambda _: True),
)
_SKJEVHETER = (
    lambda b, _: _alt_er(b, b.linjer["belop_ore"] * 13 // 10 // 100 * 100),  # a rate that was raised
    lambda b, _: _alt_er(b, b.linjer["belop_ore"] * 7 // 10 // 100 * 100),  # and lowered
    lambda b, _: _alt_er(b, b.linjer["belop_ore"], arbeidsgiver=b.linjer["arbeidsgiver"].where(b.linjer.index % 3 > 0, "889640782")),
    lambda b, _: Buntkontekst(b.bunter, pd.concat([b.linjer] * 4, ignore_index=True), b.tidligere, b.maks_per_sak_ore),
)


def _ramme(rader: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rader, columns=["id", "plantet", "funnet", "falske", "friske", "ukjent", "sekunder"]).set_index("id")


_BREDDER = {"plantet": 8, "funnet": 8, "treff %": 9, "falske": 8, "per 1 000": 11, "ukjent": 8, "sekunder": 10}


def skriv(m: pd.DataFrame, personer: int) -> str:
    hode = "".join(f"{n:>{b}}" for n, b in _BREDDER.items())
    ut = [f"Kontroller før utbetaling for {personer} personer", "", f"{'kontroll':48}{hode}"]
    for id_, r in m.iterrows():
        navn = f"{id_} {katalog()[id_].navn}"[:47]
        tall = f"{r.plantet:8.0f}{r.funnet:8.0f}{100 * r.funnet / r.plantet:9.1f}{r.falske:8.0f}{1000 * r.falske / r.friske:11.2f}"
        ut.append(f"{navn:48}{tall}{r.ukjent:8.0f}{r.sekunder:10.2f}".replace(".", ","))
    over = [id_ for id_, r in regler().items() if r.over == "linje"]
    falske, friske = m.loc[over, "falske"].sum(), m.loc[over, "friske"].max()
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    ut += ["", f"Falske stopp av linjer i alt: {falske:.0f} av {friske:.0f}, {1000 * falske / friske:.2f} per 1 000.".replace(".", ",", 1),
           f"Tid i alt: {m['sekunder'].sum():.1f} s. Minne på det meste: {mb} MB.".replace(".", ",", 1),
           "For K19 og K21 er det bunter som telles."]  # fmt: skip
    return "\n".join(ut) + "\n"


if __name__ == "__main__":
    personer, hver, fro = (int(v) for v in (sys.argv[1:4] + ["20000", "200", "7"][len(sys.argv[1:4]) :]))
    sys.stdout.write(skriv(maal(personer, hver, fro), personer))
