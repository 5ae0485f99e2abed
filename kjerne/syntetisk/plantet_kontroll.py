"""Patterns that the controls before payment are to stop, planted in a sound day of payments, with the ground truth.

Each takes persons that no other pattern has; who is stopped rightly stands in `fasit`, whoever is only near it in `beroert`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from kjerne.kontrakt.identer import lag_ident
from kjerne.syntetisk.betalingsdag import ANNEN, BETALES, KUNNGJORT, Betalingsdag, nye_kontoer, nye_linjer

_TEKST = pd.StringDtype("pyarrow")


def plant(dag: Betalingsdag, fro: int, hver: int) -> Betalingsdag:
    """The day with `hver` cases of each pattern (fewer when there are too few people)."""
    rng = np.random.default_rng((fro, 72))
    hver = min(hver, len(dag.linjer) // 60)
    ledige = list(rng.permutation(np.arange(len(dag.linjer))))
    for monster in MONSTRE:
        valgt = np.sort([ledige.pop() for _ in range(hver)])
        dag = monster(dag, valgt, rng)
    return dag


def _fasit(dag: Betalingsdag, kontroll: str, linje_ider, **annet) -> Betalingsdag:
    nye = pd.DataFrame({"kontroll": kontroll, "linje_id": list(linje_ider)})
    beroert = dag.beroert | frozenset(annet.pop("beroert", ()))
    return dag.med(fasit=pd.concat([dag.fasit, nye], ignore_index=True), beroert=beroert, **annet)


def _endret(ramme: pd.DataFrame, rader: np.ndarray, **verdier) -> pd.DataFrame:
    ut = ramme.copy()
    for navn, verdi in verdier.items():
        ut.loc[ut.index[rader], navn] = pd.array(verdi, dtype=ut[navn].dtype) if not np.isscalar(verdi) else verdi
    return ut


def en_konto_for_mange(dag: Betalingsdag, valgt: np.ndarray, rng: np.random.Generator) -> Betalingsdag:
    """Three to eight people on one account."""
    grupper = np.cumsum(rng.integers(3, 9, len(valgt)))
    gruppe = np.searchsorted(grupper, np.arange(len(valgt)), side="right")
    if (gruppe == gruppe[-1]).sum() < 3:  # the last ones join those before
        gruppe[gruppe == gruppe[-1]] -= 1
    konto = nye_kontoer(gruppe.max() + 1, 1)[gruppe]
    linjer = _endret(dag.linjer, valgt, konto=konto, sokerkonto=konto)
    soknader = dag.soknader.assign(konto=dag.soknader["konto"].where(~dag.soknader["sak_id"].isin(linjer["sak_id"].iloc[valgt])))
    return _fasit(dag, "K04", linjer["linje_id"].iloc[valgt], linjer=linjer, soknader=soknader)


def ny_konto(dag: Betalingsdag, valgt: np.ndarray, rng: np.random.Generator) -> Betalingsdag:
    """Half: applied a while ago with one account and a few days before payment with another. Half: changed after the application."""
    halv = len(valgt) // 2
    sene, byttet = valgt[:halv], valgt[halv:]
    konto = nye_kontoer(len(valgt), 2)
    dato = np.datetime64(BETALES) - rng.integers(1, 14, halv)
    linjer = _endret(dag.linjer, sene, konto=konto[:halv], sokerkonto=konto[:halv], mottatt_dato=dato)
    linjer = _endret(linjer, byttet, konto=konto[halv:])
    for_ = dag.linjer.iloc[sene].assign(sak_id="for-" + dag.linjer["sak_id"].iloc[sene], mottatt_dato=pd.Timestamp("2020-02-01"))
    soknader = pd.concat([dag.soknader, for_[["person_id", "sak_id", "konto", "mottatt_dato"]]], ignore_index=True)
    return _fasit(dag, "K05", linjer["linje_id"].iloc[valgt], linjer=linjer, soknader=soknader)


def d_nummer(ident: pd.Series, rng: np.random.Generator) -> list[str]:
    """A D-number of the same date of birth for each of these numbers (synthetic, month + 80)."""
    ut = []
    for en in ident:
        dag, maaned, aar, individ = int(en[:2]), int(en[2:4]) - 80, int(en[4:6]), int(en[6:9])
        hele = (1900 if individ < 500 or (individ >= 900 and aar >= 40) else 2000) + aar
        nytt = None
        while nytt is None:
            nr = int(rng.integers(0, 500)) if hele < 2000 else int(rng.integers(500, 1000))
            nytt = lag_ident(pd.Timestamp(hele, maaned, dag).date(), nr, d_nummer=True)
        ut.append(nytt)
    return ut


def to_numre(dag: Betalingsdag, valgt: np.ndarray, rng: np.random.Generator) -> Betalingsdag:
    """The same human being applies again for the same, half of them with a D-number. The days are others."""
    mal = dag.linjer.iloc[valgt]
    ident = mal["ident"].astype(object).to_numpy().copy()
    halv = len(valgt) // 2
    ident[:halv] = d_nummer(mal["ident"].iloc[:halv], rng)
    borte = pd.Timedelta(days=60)
    nye = nye_linjer(mal, "to-numre", ident=ident, person_id="person-" + pd.Series(ident, mal.index, dtype=_TEKST),
                     fom=mal["fom"] + borte, tom=mal["tom"] + borte, mottatt_dato=mal["mottatt_dato"] + pd.Timedelta(days=3))  # fmt: skip
    return _fasit(dag, "K06", nye["linje_id"], linjer=_til(dag.linjer, nye), soknader=_til_soknader(dag, nye), beroert=mal["linje_id"])


def annen_ordning(dag: Betalingsdag, valgt: np.ndarray, rng: np.random.Generator) -> Betalingsdag:
    """A line in another scheme for some of the same days, half of them under a D-number."""
    mal = dag.linjer.iloc[valgt]
    ident = mal["ident"].astype(object).to_numpy().copy()
    halv = len(valgt) // 2
    ident[:halv] = d_nummer(mal["ident"].iloc[:halv], rng)
    dager = pd.to_timedelta(rng.integers(-10, 11, len(valgt)), unit="D")
    nye = nye_linjer(mal, "annen-ordning", ordning=ANNEN, ident=ident, person_id="person-" + pd.Series(ident, mal.index, dtype=_TEKST),
                     fom=mal["fom"] + dager, tom=mal["tom"] + dager, mottatt_dato=mal["mottatt_dato"] - pd.Timedelta(days=10),
                     arbeidsgiver=pd.NA, nokkel=pd.NA)  # fmt: skip
    return _fasit(dag, "K07", mal["linje_id"], andre=_til(dag.andre, nye), soknader=_til_soknader(dag, nye))


def meldt_etterpaa(dag: Betalingsdag, valgt: np.ndarray, rng: np.random.Generator) -> Betalingsdag:
    """All pay from the employer was reported after the scheme was known."""
    rader = _rader_hos(dag, valgt)
    tid = pd.Timestamp(KUNNGJORT, tz="UTC") + pd.to_timedelta(rng.integers(30, 900, len(rader)), unit="h")
    inntekt = _endret(dag.inntekt, rader, registrert_tid=tid.as_unit("us"))
    return _fasit(dag, "K08", dag.linjer["linje_id"].iloc[valgt], inntekt=inntekt)


def rettet_opp(dag: Betalingsdag, valgt: np.ndarray, rng: np.random.Generator) -> Betalingsdag:
    """A supplement to the pay of the last three months before the scheme was known, reported after it."""
    rader = _rader_hos(dag, valgt)
    siste = (dag.inntekt["maaned"].iloc[rader] >= "2019-12-01") & (dag.inntekt["maaned"].iloc[rader] < "2020-03-01")
    rader = rader[siste.to_numpy(bool)]
    ekstra = dag.inntekt.iloc[rader].drop_duplicates(["ident", "maaned"])
    faktor = rng.integers(30, 80, len(ekstra))
    maaned = pd.Series(ekstra["maaned"]).map(ekstra.groupby("maaned").size()).index  # rows keep their order
    ore = ekstra["beloep_ore"].fillna(0).to_numpy(np.int64) * faktor // 100 + 3000_00
    tid = pd.Timestamp(KUNNGJORT, tz="UTC") + pd.to_timedelta(rng.integers(30, 500, len(maaned)), unit="h")
    ekstra = ekstra.assign(beloep_ore=pd.array(ore, "Int64"), registrert_tid=tid.as_unit("us"), beskrivelse="fastloenn")
    ekstra = ekstra.astype({n: dag.inntekt[n].dtype for n in ekstra.columns})
    har = dag.linjer["ident"].iloc[valgt].isin(ekstra["ident"]).to_numpy(bool)
    inntekt = pd.concat([dag.inntekt, ekstra], ignore_index=True)
    return _fasit(dag, "K09", dag.linjer["linje_id"].iloc[valgt[har]], inntekt=inntekt, beroert=dag.linjer["linje_id"].iloc[valgt])


def hopp(dag: Betalingsdag, valgt: np.ndarray, rng: np.random.Generator) -> Betalingsdag:
    """The last month's pay is two and a half to four times what was usual."""
    rader = _rader_hos(dag, valgt)
    siste = (dag.inntekt["maaned"].iloc[rader] == pd.Timestamp(KUNNGJORT.replace(day=1))).to_numpy(bool)
    rader = rader[siste]
    ore = dag.inntekt["beloep_ore"].iloc[rader].fillna(0).to_numpy(np.int64) * rng.integers(25, 41, len(rader)) // 10
    har = dag.linjer["ident"].iloc[valgt].isin(dag.inntekt["ident"].iloc[rader]).to_numpy(bool)
    return _fasit(dag, "K10", dag.linjer["linje_id"].iloc[valgt[har]], inntekt=_endret(dag.inntekt, rader, beloep_ore=ore),
                  beroert=dag.linjer["linje_id"].iloc[valgt])  # fmt: skip


def oppdiktede_ansatte(dag: Betalingsdag, valgt: np.ndarray, rng: np.random.Generator) -> Betalingsdag:
    """Groups of six claim at a small employer where none of them ever worked: in a large one as many others may not have claimed."""
    hos = dag.linjer["arbeidsgiver"].drop(index=valgt)
    smaa = hos[hos.groupby(hos).transform("size") <= 12].unique()
    steder = smaa[rng.permutation(len(smaa))[: len(valgt) // 6 + 1]].to_numpy(object)
    hos = steder[np.arange(len(valgt)) // 6]
    hos[len(valgt) // 6 * 6 :] = steder[max(len(valgt) // 6 - 1, 0)]
    linjer = _endret(dag.linjer, valgt, arbeidsgiver=hos, nokkel=hos)
    alle = linjer["arbeidsgiver"].isin(hos).to_numpy(bool)
    return _fasit(dag, "K18", linjer["linje_id"].iloc[valgt], linjer=linjer, beroert=linjer["linje_id"][alle])


def mer_enn_lonnen(dag: Betalingsdag, valgt: np.ndarray, rng: np.random.Generator) -> Betalingsdag:
    """Employers whose employees claim ten times what they were to have: some five months' pay for some weeks."""
    antall = dag.linjer.groupby("arbeidsgiver")["linje_id"].transform("size").iloc[valgt]
    hos = dag.linjer["arbeidsgiver"].iloc[valgt][(antall >= 3) & (antall <= 12)].unique()[: max(len(valgt) // 6, 1)]
    egne = np.flatnonzero(dag.linjer["arbeidsgiver"].isin(hos) & ~dag.linjer["linje_id"].isin(dag.fasit["linje_id"]))
    ore = dag.linjer["belop_ore"].iloc[egne].to_numpy(np.int64) * 10
    linjer = _endret(dag.linjer, egne, belop_ore=ore)
    return _fasit(dag, "K18", linjer["linje_id"].iloc[egne], linjer=linjer)


def samme_dager(dag: Betalingsdag, valgt: np.ndarray, rng: np.random.Generator) -> Betalingsdag:
    """Half: a second case for some of the same days. Half: far more days than the scheme gives."""
    halv = len(valgt) // 2
    mal = dag.linjer.iloc[valgt[:halv]]
    dager = pd.to_timedelta(rng.integers(0, 10, halv), unit="D")
    nye = nye_linjer(mal, "samme-dager", fom=mal["fom"] + dager, tom=mal["tom"] + dager, nokkel="noe annet",
                     mottatt_dato=mal["mottatt_dato"] + pd.Timedelta(days=2))  # fmt: skip
    lange = valgt[halv:]
    tom = dag.linjer["tom"].iloc[lange].to_numpy().astype("datetime64[D]") + rng.integers(200, 300, len(lange))
    linjer = _til(_endret(dag.linjer, lange, tom=tom), nye)
    funn = [*nye["linje_id"], *linjer["linje_id"].iloc[lange]]
    return _fasit(dag, "K20", funn, linjer=linjer, soknader=_til_soknader(dag, nye), beroert=mal["linje_id"])


def samme_penger(dag: Betalingsdag, valgt: np.ndarray, rng: np.random.Generator) -> Betalingsdag:
    """Half: the line once more in the same decision, under another id. Half: it was in a batch before."""
    mal, halv = dag.linjer.iloc[valgt], len(valgt) // 2
    nye = mal.iloc[:halv].assign(linje_id="linje-x-" + mal["sak_id"].iloc[:halv]).reset_index(drop=True)  # sorts after the first
    betalt = mal.iloc[halv:].assign(linje_id="linje-betalt-" + mal["sak_id"].iloc[halv:], merket=True)
    funn = [*nye["linje_id"], *mal["linje_id"].iloc[halv:]]
    return _fasit(dag, "K26", funn, linjer=_til(dag.linjer, nye), andre=_til(dag.andre, betalt), beroert=mal["linje_id"])


def _rader_hos(dag: Betalingsdag, valgt: np.ndarray) -> np.ndarray:
    """The income rows of these lines' persons at the employer of the line."""
    egne = pd.MultiIndex.from_frame(dag.linjer.iloc[valgt][["ident", "arbeidsgiver"]])
    av = np.flatnonzero(dag.inntekt["ident"].isin(dag.linjer["ident"].iloc[valgt]).to_numpy(bool))
    ulike = dag.inntekt.iloc[av]
    treff = pd.MultiIndex.from_frame(ulike[["ident", "virksomhet"]]).isin(egne)
    treff |= pd.MultiIndex.from_frame(ulike[["ident", "opplysningspliktig"]]).isin(egne)
    return av[treff]


def _til(linjer: pd.DataFrame, nye: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([linjer, nye.astype({n: linjer[n].dtype for n in linjer.columns})], ignore_index=True)


def _til_soknader(dag: Betalingsdag, nye: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([dag.soknader, nye[["person_id", "sak_id", "konto", "mottatt_dato"]]], ignore_index=True)


MONSTRE: tuple[Callable[[Betalingsdag, np.ndarray, np.random.Generator], Betalingsdag], ...] = (
    en_konto_for_mange, ny_konto, to_numre, annen_ordning, meldt_etterpaa,
    rettet_opp, hopp, oppdiktede_ansatte, mer_enn_lonnen, samme_dager, samme_penger,
)  # fmt: skip
