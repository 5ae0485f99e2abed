"""Step 3: which cases are taken up, what their data are worth, and what must be asked.

A case is taken up when it is new, when everything that was asked about it is answered, or when the day it waited for has come.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.drift.telemetri import slaa_av
from kjerne.innhenting import skjoet_svar
from kjerne.innhenting.ansettelse import med_arbeidsforhold_type
from kjerne.kjoring.lesing import hent_ramme, lagre_ramme
from kjerne.kjoring.rom import Kjoring
from kjerne.kjoring.runder import i_runder
from kjerne.kjoring.saksvalg import velg_saker
from kjerne.kontrakt.kolonne import Kolonne
from kjerne.kontrakt.tabeller import REGISTRE, TABELLER
from kjerne.kvalitet import Kvalitetsplan, Kvalitetsresultat, begynn_import, les_kvalitet, vurder_kvalitet
from kjerne.lager.bulk import sett_inn
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kjoring, kjoring_steg, kvalitetsdom, person, soknad, sporsmal, svar
from kjerne.mottak import les_ett
from kjerne.regelmotor.evaluering import kjor
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.vedtak.sporsmal import lagre_sporsmal


def kvalitet(k: Kjoring) -> dict:
    """Verdicts and questions for the cases of this run. Raises Kvalitetsstopp, and then neither is stored."""
    innhentet = k.resultat("innhenting") or {}
    with lesende(k.rom.motor) as conn:
        saker = velg_saker(conn, k)
        svarene = hent_svar(conn, k.ordning)
        forrige = hent_forrige(conn, k, innhentet.get("inntekt"), saker.pop("forrige_kjoring"))
    if not len(saker):
        return {"saker": 0, "biter": 0, "sporsmal": 0, "kontroller": [], "inntekt_brukt": "", "utvalg": ""}
    slaa_av()
    begynn_import()  # not before: two threads hinder each other where rows are read one by one
    saker = med_svar(saker, svarene, k)
    tabeller = _registre(k, innhentet)
    tabeller["inntekt"] = skjoet_svar(tabeller["inntekt"], svarene[svarene["felt"] == "inntekt"])
    k.fremdrift("Kontrollerer kvaliteten", 0, 0)
    resultat = vurder_data(k, saker, tabeller, svarene, forrige)
    utvalg, biter = i_runder(k.verk, med_dom(saker, resultat), k.grunnlag.bitstorrelse)
    ut = {
        "saker": len(saker),
        "biter": biter,
        "dekning": resultat.dekning,
        "dekning_av": resultat.dekning_av,
        "utelatt": int(resultat.rader_utelatt.sum()),
        "kontroller": _kontroller(resultat),
    }
    with ThreadPoolExecutor(1) as ved_siden_av:  # the large file is written while the database takes the verdicts
        brukt = ved_siden_av.submit(_lagre_brukt, k, tabeller["inntekt"], tabeller["arbeidsforhold"], resultat.rader_utelatt)
        ut["utvalg"] = lagre_ramme(k, utvalg, "utvalg")
        with k.rom.motor.begin() as conn:
            sett_inn(conn, kvalitetsdom, resultat.dommer[["sak_id", "dom", "grunner"]].assign(kjoring_id=k.id))
            stilt = resultat.sporsmal.assign(ordning=k.ordning, kjoring_id=k.id, stilt_tid=k.rom.klokke.naa())
            lagre_sporsmal(conn, stilt)
            ut["sporsmal"] = len(resultat.sporsmal)
        ut["inntekt_brukt"] = brukt.result()
    return ut | resultat.dommer["dom"].value_counts().to_dict()


def _lagre_brukt(k: Kjoring, inntekt: pd.DataFrame, arbeidsforhold: pd.DataFrame | None, utelatt: np.ndarray) -> str:
    inntekt = inntekt[~utelatt]
    if k.verk.bruker("ansatt_som"):
        inntekt = med_arbeidsforhold_type(inntekt, arbeidsforhold)
    return lagre_ramme(k, inntekt, "inntekt")


def _registre(k: Kjoring, innhentet: dict) -> dict[str, pd.DataFrame | None]:
    """The registers of the run: those that this process has just read, else from disk. Income is a table, if empty."""
    ut = {n: k.hurtig.pop(n, None) for n in REGISTRE}  # nobody needs them later, and they are large
    ut = {n: hent_ramme(k, innhentet[n], n) if r is None and n in innhentet else r for n, r in ut.items()}
    if ut["inntekt"] is None:
        ut["inntekt"] = TABELLER["inntekt"].ramme({n: [] for n in TABELLER["inntekt"].navnene})
    return ut


@dataclass(frozen=True)
class Forrige:
    """dekning   share of the applicants with income in the scheme's last run on another extract; None: not comparable
    hentet    for each case, the day when the income was fetched that it was judged on last; NaT: not judged before
    """

    dekning: float | None
    hentet: np.ndarray


MINST_I_FORRIGE = 30  # fewer cases say nothing about an extract


def hent_forrige(conn: Connection, k: Kjoring, inntekt: str | None, forrige_kjoring: pd.Series) -> Forrige:
    """What earlier runs of the scheme have to say about this one."""
    nr, ider = pd.factorize(forrige_kjoring)
    sporring = sa.select(kjoring.c.kjoring_id, kjoring.c.grunnlag).where(kjoring.c.kjoring_id.in_(ider.tolist()))
    dager = {id_: json.loads(tekst).get("hentet") for id_, tekst in conn.execute(sporring) if id_ != k.id}
    hentet = np.array([*(dager.get(id_) for id_ in ider), None], "datetime64[D]")[nr]
    domt, lest = kjoring_steg.alias(), kjoring_steg.alias()
    steg = conn.execute(
        sa.select(domt.c.resultat, lest.c.resultat)
        .join(kjoring, kjoring.c.kjoring_id == domt.c.kjoring_id)
        .join(lest, lest.c.kjoring_id == domt.c.kjoring_id)
        .where(kjoring.c.ordning == k.ordning, kjoring.c.kjoring_id != k.id, domt.c.steg == "kvalitet", lest.c.steg == "innhenting")
        .order_by(domt.c.ferdig_tid.desc(), domt.c.kjoring_id)
    )
    for dom, innhentet in steg:
        tall = json.loads(dom)
        if tall.get("dekning_av", 0) >= MINST_I_FORRIGE and json.loads(innhentet).get("inntekt") != inntekt:
            return Forrige(tall["dekning"], hentet)
    return Forrige(None, hentet)


def hent_svar(conn: Connection, ordning: str) -> pd.DataFrame:
    """Every answer of the scheme with its question: sporsmal_id, sak_id, ident, maaned, mottaker, felt, kontroll, verdi."""
    kolonner = [
        sporsmal.c.sporsmal_id,
        sporsmal.c.sak_id,
        person.c.ident,
        sporsmal.c.maaned,
        sporsmal.c.mottaker,
        sporsmal.c.felt,
        sporsmal.c.kontroll,
        svar.c.verdi,
    ]
    sporring = (
        sa.select(*kolonner)
        .join(svar, svar.c.sporsmal_id == sporsmal.c.sporsmal_id)
        .join(soknad, soknad.c.sak_id == sporsmal.c.sak_id)
        .join(person, person.c.person_id == soknad.c.person_id)
        .where(sporsmal.c.ordning == ordning)
        .order_by(sporsmal.c.sporsmal_id)
    )
    return pd.DataFrame(conn.execute(sporring).all(), columns=[c.name for c in kolonner])


def med_svar(saker: pd.DataFrame, svarene: pd.DataFrame, k: Kjoring) -> pd.DataFrame:
    """The cases with the facts that were answered (`konto`: the account). An answer was checked when it was registered."""
    plass = pd.Index(saker["sak_id"])
    for felt, egne in svarene[svarene["felt"].isin(saker.columns)].groupby("felt"):
        nr = plass.get_indexer(egne["sak_id"])
        verdier = [les_ett(k.verk.manifest, "kontonummer" if felt == "konto" else felt, v) for v in egne.loc[nr >= 0, "verdi"]]
        verdier = [float(v) if isinstance(v, Decimal) else v for v in verdier]
        ny = saker[felt].copy()
        ny.iloc[nr[nr >= 0]] = pd.Series(verdier, dtype=ny.dtype).array
        saker = saker.assign(**{felt: ny})
    return saker


def les_plan(verk: Regelverk) -> Kvalitetsplan:
    """The scheme's kvalitet.toml, which may name its facts and the rules that can be known before the income is."""
    return les_kvalitet(verk.mappe / "kvalitet.toml", set(verk.manifest.fakta) - _av_vedtak(verk) | _tidlige_regler(verk))


def _tidlige_regler(verk: Regelverk) -> set[str]:
    return {r.navn for r in verk.regelsett.av_art("vilkår", "beregning") if not verk.grunner(r.navn) & _av_vedtak(verk)}


def _av_vedtak(verk: Regelverk) -> set[str]:
    """The facts that are not known before the person's earlier cases are decided."""
    return {f.navn for f in verk.manifest.registerfelt}


def plan_og_saker(verk: Regelverk, saker: pd.DataFrame) -> tuple[Kvalitetsplan, pd.DataFrame]:
    """The plan of the scheme, and the cases with the values of the rules that say when and for whom income counts, if rules do."""
    plan = les_plan(verk)
    navn = {plan.vindu.dato, *([plan.vindu.naar.felt] if plan.vindu.naar else [])} if plan.vindu else set()
    if regler := sorted(navn & _tidlige_regler(verk)):
        verdier = kjor(verk, saker).verdier
        saker = saker.assign(**{n: Kolonne(verdier[n].data, verdier[n].kjent).til_lengde(len(saker)).til_pandas() for n in regler})
    return plan, saker


def vurder_data(k: Kjoring, saker: pd.DataFrame, tabeller: dict, svarene: pd.DataFrame, forrige: Forrige) -> Kvalitetsresultat:
    plan, saker = plan_og_saker(k.verk, saker)
    return vurder_kvalitet(
        plan,
        saker.drop(columns=["person_id"]),
        tabeller["inntekt"],
        tabeller["arbeidsforhold"],
        tabeller["permittering"],
        hentet=k.grunnlag.hentetdato,
        vedtaksdato=k.grunnlag.vedtaksdato,
        personer=tabeller["personer"],
        krev_syntetisk=k.rom.krev_syntetisk,
        forrige_dekning=forrige.dekning,
        forrige_hentet=forrige.hentet,
        besvart=svarene[["sak_id", "kontroll"]],
    )


def med_dom(saker: pd.DataFrame, resultat: Kvalitetsresultat) -> pd.DataFrame:
    """The frame that the chunks are cut from: the facts of each case, its verdict and the reasons in short."""
    dommer = resultat.dommer.set_index("sak_id").reindex(saker["sak_id"]).set_index(saker.index)
    return saker.assign(dom=dommer["dom"].fillna("OK"), dom_grunn=dommer["kort"].fillna(""), vent_til=dommer["vent_til"])


def _kontroller(resultat: Kvalitetsresultat) -> list[list]:
    """The checks that found something or were not run: name, rows, failures, remark. The rest stands in kvalitet.toml."""
    funn = resultat.kontroller[(resultat.kontroller["brudd"] > 0) | (resultat.kontroller["merknad"] != "")]
    return funn[["navn", "rader", "brudd", "merknad"]].astype(object).to_numpy().tolist()
