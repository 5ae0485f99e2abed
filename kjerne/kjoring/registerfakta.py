"""Facts that a person's earlier granted decisions give, and who must wait until an earlier case is decided.

What was granted is read from the stored traces, where every value of every decision stands. A case that is decided once
more (replay, explanation) takes the facts from its own trace: they say what was known then.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kjoring.kvalitetssteg import hent_svar, med_svar
from kjerne.kjoring.rom import Kjoring
from kjerne.kjoring.runder import rekkefolge
from kjerne.kontrakt.manifest import Soknadsfelt
from kjerne.kontrakt.tabeller import DTYPER
from kjerne.lager import snapshot as lagring
from kjerne.lager.bulk import stillas
from kjerne.lager.tabeller import sak, soknad, vedtak
from kjerne.mottak import fakta_ramme
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.saksfil import tom_verdi
from kjerne.vedtak.fatte import AVGJORT
from kjerne.vedtak.rettighet import opptatte, rettighetsnokler

TIDLIGERE = "tidligere_sak"  # the reason of a case that waits for an earlier one
I_SAKEN = {"fodselsnummer": "person_id", "kontonummer": "konto", "soknad_id": "sak_id"}  # the envelope's names → ours
_DTYPE = {"dato": "dato", "heltall": "heltall", "kroner": "ore", "tall": "tall", "prosent": "tall", "ja_nei": "ja_nei"}


def fyll(conn: Connection, k: Kjoring, saker: pd.DataFrame) -> pd.DataFrame:
    """The cases with the register facts as they are now: `tomt_betyr` where the person has no earlier granted decision with
    the same key, unknown where what is fetched was unknown then, or where it cannot be known whether the key is the same."""
    tidligere = _innvilgede(conn, k, saker["person_id"])
    return saker.assign(**{f.navn: _svar(k.verk, f, saker, tidligere) for f in k.verk.manifest.registerfelt})


def fra_sporing(verk: Regelverk, saker: pd.DataFrame, sporing: pd.DataFrame) -> pd.DataFrame:
    """The cases that the trace has, in its order, with the register facts that stand there."""
    plass = pd.Index(saker["sak_id"]).get_indexer(pd.Index(sporing["sak_id"]))
    tom = pd.Series(pd.NA, index=sporing.index, dtype=object)  # a fact that is newer than the trace
    fakta = {f.navn: _som(sporing.get(f.navn, tom), f.type).array for f in verk.manifest.registerfelt}
    return saker.iloc[plass].reset_index(drop=True).assign(**fakta)


def maa_vente(conn: Connection, k: Kjoring, saker: pd.DataFrame, gaar: np.ndarray) -> np.ndarray:
    """Which of the cases in `gaar` have an earlier case of the same key that is not decided. A case whose right another case
    has got already can never be granted, so nobody waits for it."""
    apne = _apne(conn, k, saker["person_id"])
    egne = saker[gaar]
    ut = np.zeros(len(saker), dtype=bool)
    if not len(apne) or not len(egne):
        return ut
    felles = [c for c in apne.columns if c in egne.columns]
    alle = pd.concat([egne[felles], apne.loc[~apne["sak_id"].isin(egne["sak_id"]), felles]], ignore_index=True)
    nr = pd.Series(np.argsort(rekkefolge(k.verk, alle)), index=alle["sak_id"].astype(str))
    par = _par(egne.assign(plass=np.flatnonzero(gaar)), apne, _felles_nokkel(k.verk))
    foer = nr.loc[par["sak_id_tidligere"].astype(str)].to_numpy() < nr.loc[par["sak_id"].astype(str)].to_numpy()
    par = par[foer]
    sperrer = set(apne.loc[apne["sak_id"].isin(par["sak_id_tidligere"]) & ~_brukt_opp(conn, k.verk, apne), "sak_id"])
    ut[par.loc[par["sak_id_tidligere"].isin(sperrer), "plass"].to_numpy()] = True
    return ut


def _felles_nokkel(verk: Regelverk) -> list[str]:
    """The part of the key that every register fact has (the person is in all): two cases that differ in it never meet."""
    nokler = [f.oppslag.nokkel for f in verk.manifest.registerfelt]
    return [n for n in nokler[0] if all(n in andre for andre in nokler)]


def _brukt_opp(conn: Connection, verk: Regelverk, apne: pd.DataFrame) -> np.ndarray:
    nokler = rettighetsnokler(verk.id, apne[[I_SAKEN.get(n, n) for n in verk.manifest.entydig]])
    eiere = opptatte(conn, sorted(set(nokler)))
    return np.array([eiere.get(n, egen) != egen for n, egen in zip(nokler, apne["sak_id"].tolist(), strict=True)], dtype=bool)


def _par(egne: pd.DataFrame, tidligere: pd.DataFrame, nokkel: Sequence[str]) -> pd.DataFrame:
    """Every (case, other case) of the same person whose keys are not known to differ; `sikker` where they are known to be the same."""
    navn = [n for n in nokkel if n != "fodselsnummer"]
    par = egne[["person_id", "sak_id", "plass", *navn]].merge(tidligere, on="person_id", suffixes=("", "_tidligere"))
    par = par[par["sak_id"].astype(str) != par["sak_id_tidligere"].astype(str)]
    ulik, sikker = np.zeros(len(par), dtype=bool), np.ones(len(par), dtype=bool)
    for n in navn:
        kjent = (par[n].notna() & par[f"{n}_tidligere"].notna()).to_numpy(dtype=bool)
        like = (par[n].astype(object) == par[f"{n}_tidligere"].astype(object)).to_numpy(dtype=bool)
        ulik |= kjent & ~like
        sikker &= kjent
    return par.assign(sikker=sikker)[~ulik]


def _svar(verk: Regelverk, felt: Soknadsfelt, saker: pd.DataFrame, tidligere: pd.DataFrame) -> pd.Series:
    """One register fact for every case."""
    hent, regel = felt.oppslag.hent, felt.oppslag.regel
    par = _par(saker.assign(plass=np.arange(len(saker))), tidligere, felt.oppslag.nokkel)
    verdi = pd.Series(True, index=par.index, dtype=object) if not regel else _som(par[f"hentet_{regel}"], felt.type)
    par = par.assign(verdi=verdi.array).sort_values(["plass", "nr"])
    grupper = par.groupby("plass")["verdi"]
    if hent in ("finnes", "antall"):
        svar = grupper.size() if hent == "antall" else grupper.size() > 0
    elif hent == "siste":
        svar = par.drop_duplicates("plass", keep="last").set_index("plass")["verdi"]
    else:
        svar = grupper.sum() if hent == "sum" else grupper.max()
        svar = svar.mask(par["verdi"].isna().groupby(par["plass"]).any())
    svar = svar.astype(_dtype(felt.type)).mask(~par["sikker"].groupby(par["plass"]).all())
    ut = pd.Series([tom_verdi(felt)] * len(saker), index=saker.index, dtype=_dtype(felt.type))
    ut.iloc[svar.index.to_numpy()] = svar.array
    return ut


def _dtype(type_: str) -> object:
    return DTYPER[_DTYPE.get(type_, "tekst")]


def _som(serie: pd.Series, type_: str) -> pd.Series:
    """A column of a trace as a fact of the type: kroner there are whole øre here (half an øre and more upwards)."""
    if type_ == "kroner":
        ore = (serie.astype("Float64") * 100).round(6) + 0.5
        return pd.Series(np.floor(ore.to_numpy("float64", na_value=np.nan)), index=serie.index).astype("Float64").astype("Int64")
    if type_ == "heltall":
        return serie.astype("Float64").round().astype("Int64")
    return serie.astype(_dtype(type_))


# --- What the store has -------------------------------------------------------------------------------------------


def _med_personer(conn: Connection, personer: pd.Series, sporring: sa.Select) -> list[sa.Row]:
    with stillas(conn, soknad, {"person_id": sorted(set(personer))}) as navn:
        valgte = sa.table(navn, sa.column("person_id"))
        return list(conn.execute(sporring.join(valgte, valgte.c.person_id == soknad.c.person_id)))


def _innvilgede(conn: Connection, k: Kjoring, personer: pd.Series) -> pd.DataFrame:
    """The granted decisions of these people in the scheme, in their order (`nr`), with what the register facts fetch."""
    nyere = vedtak.alias()
    gammelt = sa.exists().where(nyere.c.sak_id == vedtak.c.sak_id, nyere.c.versjon > vedtak.c.versjon)
    rader = _med_personer(conn, personer, (
        sa.select(vedtak.c.sak_id, soknad.c.person_id, vedtak.c.sporing_id, vedtak.c.sporing_rad)
        .join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
        .where(soknad.c.ordning == k.ordning, vedtak.c.utfall == "innvilget", ~gammelt)))  # fmt: skip
    ramme = pd.DataFrame(rader, columns=["sak_id", "person_id", "sporing_id", "sporing_rad"])
    manifest = k.verk.manifest
    i_nokkel = {n for f in manifest.registerfelt for n in f.oppslag.nokkel if n != "fodselsnummer"}
    hentes = {f.oppslag.regel for f in manifest.registerfelt} - {""}
    navnene = sorted({manifest.dato_for_regler, "mottatt_dato"} | i_nokkel | hentes)
    deler = [_rader(k, sha, navnene, egne) for sha, egne in ramme.groupby("sporing_id", sort=True)]
    ut = pd.concat(deler, ignore_index=True) if deler else ramme.assign(**dict.fromkeys(navnene))
    for n in {manifest.dato_for_regler, "mottatt_dato"}:
        ut[n] = pd.to_datetime(ut[n])
    ut = ut.iloc[rekkefolge(k.verk, ut)] if len(ut) else ut
    hentet = {f"hentet_{n}": ut[n] for n in hentes}
    like = {n: _som(ut[n], manifest.fakta[n]) for n in sorted(i_nokkel)}  # as they stand in a case
    return ut[["sak_id", "person_id"]].assign(nr=np.arange(len(ut)), **like, **hentet)


def _rader(k: Kjoring, sha: str, navnene: Sequence[str], egne: pd.DataFrame) -> pd.DataFrame:
    """The rows of one trace. A column that is newer than the trace is unknown there."""
    nokkel = f"registerfakta:{sha}"
    if nokkel not in k.hurtig:
        finnes = set(lagring.kolonner_i(k.rom.snapshotmappe, sha, "sporing"))
        k.hurtig[nokkel] = lagring.les(k.rom.snapshotmappe, sha, "sporing", [n for n in navnene if n in finnes])
    trace = k.hurtig[nokkel].take(egne["sporing_rad"].to_numpy())
    felles = {n: trace[n].astype(object).where(trace[n].notna(), None).to_numpy() if n in trace else None for n in navnene}
    return egne.assign(**felles)


def _apne(conn: Connection, k: Kjoring, personer: pd.Series) -> pd.DataFrame:
    """The cases of these people in the scheme that are not decided, with their facts and the answers that have come in."""
    rader = _med_personer(conn, personer, (
        sa.select(soknad.c.sak_id, soknad.c.person_id, soknad.c.konto, soknad.c.mottatt_dato, soknad.c.fakta)
        .join(sak, sak.c.sak_id == soknad.c.sak_id)
        .where(soknad.c.ordning == k.ordning, sak.c.tilstand.not_in(AVGJORT))))  # fmt: skip
    ramme = pd.DataFrame(rader, columns=["sak_id", "person_id", "konto", "mottatt_dato", "fakta"])
    fakta = fakta_ramme(ramme.pop("fakta").tolist(), k.verk.manifest)
    ramme["mottatt_dato"] = pd.to_datetime(ramme["mottatt_dato"]).astype(DTYPER["dato"])
    svarene = hent_svar(conn, k.ordning)
    return med_svar(pd.concat([ramme, fakta], axis=1), svarene[svarene["sak_id"].isin(ramme["sak_id"])], k)
