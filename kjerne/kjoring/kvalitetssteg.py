"""Step 3: which cases are taken up, what their data are worth, and what must be asked.

A case is taken up when it is new, when everything that was asked about it is answered, or when the day it waited for has come.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.drift.telemetri import slaa_av
from kjerne.innhenting import skjoet_svar
from kjerne.kjoring.lesing import hent_ramme, lagre_ramme
from kjerne.kjoring.rom import Kjoring
from kjerne.kontrakt.kolonne import Kolonne
from kjerne.kontrakt.tabeller import TABELLER
from kjerne.kvalitet import Kvalitetsresultat, les_kvalitet, vurder_kvalitet
from kjerne.lager.bulk import sett_inn
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kvalitetsdom, person, sak, soknad, sporsmal, svar, vedtak
from kjerne.mottak import fakta_ramme
from kjerne.regelmotor.evaluering import kjor
from kjerne.regelmotor.saksfil import LESERE
from kjerne.vedtak.sporsmal import lagre_sporsmal, saker_med_alle_svar


def kvalitet(k: Kjoring) -> dict:
    """Verdicts and questions for the cases of this run. Raises Kvalitetsstopp, and then nothing is stored."""
    innhentet = k.resultat("innhenting") or {}
    with lesende(k.rom.motor) as conn:
        saker = velg_saker(conn, k)
        svarene = hent_svar(conn, k.ordning)
    saker = med_svar(saker, svarene, k)
    tabeller = {n: hent_ramme(k, innhentet[n], n) if n in innhentet else None for n in TABELLER}
    inntekt = (
        tabeller["inntekt"] if tabeller["inntekt"] is not None else TABELLER["inntekt"].ramme({n: [] for n in TABELLER["inntekt"].navnene})
    )
    inntekt = skjoet_svar(inntekt, svarene[svarene["felt"] == "inntekt"])
    if not len(saker):
        return {"saker": 0, "biter": 0, "sporsmal": 0, "kontroller": [], **_tomt()}
    slaa_av()
    k.fremdrift("Kontrollerer kvaliteten", 0, 0)
    resultat = _vurder(k, saker, inntekt, tabeller)
    brukt = inntekt[~resultat.rader_utelatt]
    ut = {
        "saker": len(saker),
        "biter": -(-len(saker) // k.grunnlag.bitstorrelse),
        "dekning": resultat.dekning,
        "inntekt_brukt": lagre_ramme(k, brukt, "inntekt"),
        "utvalg": lagre_ramme(k, _utvalg(saker, resultat), "utvalg"),
        "utelatt": int(resultat.rader_utelatt.sum()),
        "kontroller": _kontroller(resultat),
    }
    with k.rom.motor.begin() as conn:
        dommer = resultat.dommer
        sett_inn(
            conn,
            kvalitetsdom,
            pd.DataFrame(
                {
                    "kjoring_id": k.id,
                    "sak_id": dommer["sak_id"],
                    "dom": dommer["dom"],
                    "grunner": [json_tekst(g) for g in dommer["grunner"]],
                }
            ),
        )
        ut["sporsmal"] = lagre_sporsmal(conn, resultat.sporsmal.assign(ordning=k.ordning, kjoring_id=k.id, stilt_tid=k.rom.klokke.naa()))
    return ut | resultat.dommer["dom"].value_counts().to_dict()


def _tomt() -> dict:
    return {"inntekt_brukt": "", "utvalg": ""}


def velg_saker(conn: Connection, k: Kjoring) -> pd.DataFrame:
    """The cases to take up, in key order: sak_id, ident, person_id, konto, maalform and the facts."""
    apne = sak.c.tilstand == "mottatt"
    forfalt = (sak.c.tilstand == "venter") & (sak.c.vent_til <= k.grunnlag.vedtaksdato)
    besvart = set(saker_med_alle_svar(conn, k.ordning))
    sporring = (
        sa.select(
            soknad.c.sak_id,
            person.c.ident,
            soknad.c.person_id,
            soknad.c.konto,
            soknad.c.maalform,
            soknad.c.mottatt_dato,
            soknad.c.fakta,
            sak.c.tilstand,
        )
        .join(sak, sak.c.sak_id == soknad.c.sak_id)
        .join(person, person.c.person_id == soknad.c.person_id)
        .where(soknad.c.ordning == k.ordning, apne | forfalt | (sak.c.tilstand == "sporsmal"))
        .order_by(soknad.c.sak_id)
    )
    rader = pd.DataFrame(conn.execute(sporring).all(), columns=[*_SAK, "mottatt_dato", "fakta", "tilstand"])
    rader = rader[(rader["tilstand"] != "sporsmal") | rader["sak_id"].isin(besvart)].reset_index(drop=True)
    fakta = fakta_ramme(rader["fakta"].tolist(), k.verk.manifest)
    fakta.index = rader.index
    ramme = pd.concat([rader[_SAK].astype("string[pyarrow]"), fakta], axis=1)
    ramme["mottatt_dato"] = pd.to_datetime(rader["mottatt_dato"]).astype("datetime64[s]")
    return _fra_register(conn, k, ramme)


_SAK = ["sak_id", "ident", "person_id", "konto", "maalform"]


def _fra_register(conn: Connection, k: Kjoring, saker: pd.DataFrame) -> pd.DataFrame:
    """Facts that the engine itself answers: whether the same key (`entydig`) has been granted before."""
    felt = [f.navn for f in k.verk.manifest.felt if f.kilde == "register"]
    if not felt or not len(saker):
        return saker
    innvilget = conn.execute(
        sa.select(soknad.c.person_id, soknad.c.fakta)
        .join(vedtak, vedtak.c.sak_id == soknad.c.sak_id)
        .where(soknad.c.ordning == k.ordning, vedtak.c.utfall == "innvilget")
    ).all()
    nokler = [n for n in k.verk.manifest.entydig if n != "fodselsnummer"]
    for_ = fakta_ramme([f for _, f in innvilget], k.verk.manifest)[nokler].astype(str).assign(person_id=[p for p, _ in innvilget])
    kjente = pd.MultiIndex.from_frame(for_[["person_id", *nokler]])
    egne = pd.MultiIndex.from_frame(saker[["person_id", *nokler]].astype(str))
    return saker.assign(**{n: pd.array(egne.isin(kjente), dtype="boolean") for n in felt})


def hent_svar(conn: Connection, ordning: str) -> pd.DataFrame:
    """Every answer of the scheme with its question: sporsmal_id, sak_id, ident, maaned, mottaker, felt, verdi."""
    kolonner = [
        sporsmal.c.sporsmal_id,
        sporsmal.c.sak_id,
        person.c.ident,
        sporsmal.c.maaned,
        sporsmal.c.mottaker,
        sporsmal.c.felt,
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
    """The cases with the facts that were answered. An answer was checked when it was registered."""
    plass = pd.Index(saker["sak_id"])
    for felt, egne in svarene[svarene["felt"].isin(saker.columns)].groupby("felt"):
        type_ = k.verk.manifest.fakta[felt]
        nr = plass.get_indexer(egne["sak_id"])
        verdier = [LESERE[type_](v) if type_ in LESERE else v for v in egne["verdi"]]
        for rad, verdi in zip(nr, verdier, strict=True):
            if rad >= 0:
                saker.loc[rad, felt] = float(verdi) if type_ in ("prosent", "tall") else verdi
    return saker


def _vurder(k: Kjoring, saker: pd.DataFrame, inntekt: pd.DataFrame, tabeller: dict) -> Kvalitetsresultat:
    regler = {r.navn for r in k.verk.regelsett.av_art("vilkår", "beregning")}
    plan = les_kvalitet(k.kvalitetssti, set(k.verk.manifest.fakta) | regler)
    naar = plan.vindu.naar.felt if plan.vindu and plan.vindu.naar else None
    if naar in regler:  # a rule may say which cases use income; it is asked before the income is looked at
        verdi = kjor(k.verk, saker).verdier[naar]
        saker = saker.assign(**{naar: Kolonne(verdi.data, verdi.kjent).til_lengde(len(saker)).til_pandas()})
    return vurder_kvalitet(
        plan,
        saker.drop(columns=["person_id", "maalform"]),
        inntekt,
        tabeller["arbeidsforhold"],
        tabeller["permittering"],
        hentet=k.grunnlag.hentetdato,
        vedtaksdato=k.grunnlag.vedtaksdato,
        krev_syntetisk=k.rom.krev_syntetisk,
    )


def _utvalg(saker: pd.DataFrame, resultat: Kvalitetsresultat) -> pd.DataFrame:
    """The frame that the chunks are cut from: the facts of each case, its verdict and the reasons in short."""
    dommer = resultat.dommer.set_index("sak_id")
    ut = saker.copy()
    ut["dom"] = saker["sak_id"].map(dommer["dom"]).astype("string[pyarrow]").fillna("OK")
    kort = dommer["grunner"].map(lambda g: "|".join(dict.fromkeys(p["kontroll"] for p in g if p["handling"] == g[0]["handling"])))
    ut["dom_grunn"] = saker["sak_id"].map(kort).astype("string[pyarrow]").fillna("")
    ut["vent_til"] = dommer["vent_til"].astype("datetime64[s]").reindex(saker["sak_id"]).to_numpy()
    return ut


def _kontroller(resultat: Kvalitetsresultat) -> list[dict]:
    kolonner = ["navn", "alvor", "handling", "rader", "brudd", "andel", "hvorfor", "merknad"]
    rader = resultat.kontroller[kolonner].to_dict("records")
    return [{n: (v.item() if isinstance(v, np.generic) else v) for n, v in r.items()} for r in rader]
