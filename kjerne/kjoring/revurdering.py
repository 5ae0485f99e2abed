"""`ordning revurder`: every decided case once more, by the same engine on the inputs that were stored. Changes nothing.

The three reasons are kept apart, so that one never hides another: a changed rule is tried on the facts and income of the
decision; changed income and a named error are tried with the rules that decided.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from kjerne.innhenting import les_inntekt, skjoet_svar
from kjerne.innhenting.ansettelse import med_arbeidsforhold_type
from kjerne.kjoring.avgjorte import Del, deler, med_inntekt
from kjerne.kjoring.kvalitetssteg import Forrige, hent_svar, med_dom, med_svar, vurder_data
from kjerne.kjoring.lesing import forrige_registre, hent_ramme, samlet_register
from kjerne.kjoring.registerfakta import I_SAKEN
from kjerne.kjoring.rom import Arbeidsrom, Fremdrift, Grunnlag, Kjoring, taus
from kjerne.kjoring.runder import til_reglene
from kjerne.kjoring.utgaver import utgave
from kjerne.kjoring.vurdering import rettigheter, uten_dobbelt
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.tabeller import REGISTRE
from kjerne.lager.motor import lesende
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.vedtak.endring import differanse, netto, per_sak, usendte

AARSAKER = ("inntekt", "regel", "feil")
ENDRINGER = ("mer", "mindre", "fordelt", "holdt", "samme")
ENDRET = {"inntekt": "inntekten", "regel": "reglene", "feil": "opplysningene"}
HOLDT = {
    "overstyrt": "to personer har avgjort saken annerledes enn reglene",
    "ikke_sendt": "saken har penger som ikke er sendt ennå",
    "dobbel": "en annen sak har fått det samme innvilget",
    "entydig": "rettelsen gjør saken til en annen sak",
}
LISTE = ["sak_id", "vedtak_id", "versjon", "endring", "til_ugunst", "for_utfall", "etter_utfall", "for_ore", "etter_ore",
         "tillegg_ore", "krav_ore", "hvorfor", "holdt_av"]  # fmt: skip
LISTE_TOM = pd.DataFrame(columns=LISTE)


@dataclass(frozen=True)
class Hvorfor:
    """Why cases are decided once more. `grunn` is a sentence or a name that can be found again."""

    aarsak: str
    grunn: str
    inntekter: tuple[Path, ...] = ()
    rettelser: pd.DataFrame | None = None  # sak_id, felt, verdi: only these cases, with these facts corrected
    hentet: dt.date | None = None


@dataclass
class Funnet:
    """`liste`: one row per decided case that was tried, LISTE. `omgjores`: for each part its rows that get a new version."""

    hvorfor: Hvorfor
    liste: pd.DataFrame
    omgjores: list[Del] = field(default_factory=list)
    inntekt: pd.DataFrame | None = None

    def summer(self) -> dict:
        """How many of each kind, and the money both ways."""
        l = self.liste
        antall = {n: int((l["endring"] == n).sum()) for n in ENDRINGER}
        med = l[~l["endring"].isin(("holdt", "samme"))]
        nytt_utfall = int((med["for_utfall"] != med["etter_utfall"]).sum())
        sum_ = {n: int(med[n].sum()) for n in ("tillegg_ore", "krav_ore")}
        return {"proevd": len(l)} | antall | {"nytt_utfall": nytt_utfall, "til_ugunst": int(med["til_ugunst"].sum())} | sum_


def finn_endringer(rom: Arbeidsrom, verk: Regelverk, hvorfor: Hvorfor, vis: Fremdrift = taus) -> Funnet:
    """Tries every decided case that the reason may touch. Raises Ordningsfeil when the inputs cannot be read or nothing is decided."""
    nytt = verk if hvorfor.aarsak == "regel" else None
    alle = list(deler(rom, verk.id, nytt, None if hvorfor.rettelser is None else set(hvorfor.rettelser["sak_id"])))
    if not alle:
        raise Ordningsfeil("Ingen av sakene er avgjort.", verk.id, f"Se status: ordning status {verk.id}", kode=2)
    inntekt = None
    if hvorfor.aarsak == "inntekt":
        alle, inntekt = _paa_ny_inntekt(rom, verk, hvorfor, alle)
    with lesende(rom.motor) as conn:
        foer, ikke_sendt = netto(conn, verk.id), usendte(conn, verk.id)
    biter = [bit for del_ in alle for bit in del_.biter()]
    lister, omgjores = [LISTE_TOM], []
    for nr, del_ in enumerate(biter):
        vis("Regner på nytt", nr, len(biter))
        liste, rettet = _prov(del_, hvorfor, foer, ikke_sendt)
        lister.append(liste)
        med = ~liste["endring"].isin(("samme", "holdt")).to_numpy(dtype=bool)
        if med.any():
            omgjores.append(rettet.utvalg(med))
    return Funnet(hvorfor, pd.concat([x for x in lister if len(x)] or lister[:1], ignore_index=True), omgjores, inntekt)


def _prov(del_: Del, hvorfor: Hvorfor, foer: pd.DataFrame, ikke_sendt: set[str]) -> tuple[pd.DataFrame, Del]:
    """One row of the list for each case of the part, and the part with the facts as they were corrected."""
    rettet = del_ if hvorfor.rettelser is None else replace(del_, saker=med_svar(del_.saker, hvorfor.rettelser, del_.k))
    _, ramme, linjer = rettet.avgjor()
    v, saker = del_.vedtakene, ramme["sak_id"].tolist()
    tillegg, krav = differanse(foer[foer["sak_id"].isin(saker)], linjer)
    plus, minus = per_sak(tillegg, saker), per_sak(krav, saker)
    samme = (ramme["tilstand"] == v["utfall"]).to_numpy(dtype=bool) & (plus == 0) & (minus == 0)
    holdt = _holdt(del_, rettet, ramme, linjer, samme, (minus > 0) & v["sak_id"].isin(ikke_sendt).to_numpy(dtype=bool))
    endring = np.select([holdt != "", samme, (plus > 0) & (minus > 0), minus > 0, plus > 0], ["holdt", "samme", "fordelt", "mindre", "mer"],
                        np.where(ramme["tilstand"] == "avslag", "mindre", "mer"))  # fmt: skip
    ut = v[["sak_id", "vedtak_id", "versjon"]].assign(
        endring=endring, til_ugunst=((minus > 0) | ((v["utfall"] == "innvilget") & (ramme["tilstand"] == "avslag"))) & (holdt == ""),
        for_utfall=v["utfall"], etter_utfall=ramme["tilstand"], for_ore=v["gjelder_ore"], etter_ore=ramme["belop_ore"].astype("int64"),
        tillegg_ore=plus, krav_ore=minus, hvorfor=_hva_skilte(del_, hvorfor.aarsak, ramme, samme), holdt_av=holdt,
    )  # fmt: skip
    return ut[LISTE], rettet


def _holdt(del_: Del, rettet: Del, ramme: pd.DataFrame, linjer: pd.DataFrame, samme: np.ndarray, ikke_sendt: np.ndarray) -> np.ndarray:
    """Why a case that came out otherwise gets no new version before a human has looked; the empty text where nothing is in the way."""
    v, saker = del_.vedtakene, rettet.saker
    ut = np.full(len(v), "", dtype=object)
    nye = (ramme["tilstand"] == "innvilget").to_numpy(dtype=bool) & (v["utfall"] != "innvilget").to_numpy(dtype=bool)
    if nye.any():
        prov = ramme.assign(rettighet=np.where(nye, rettigheter(rettet.verk.manifest, ramme, saker), None))
        with del_.k.rom.motor.begin() as conn:
            prov, _ = uten_dobbelt(conn, prov, linjer, saker["mottatt_dato"].to_numpy())
        ut[(prov["tilstand"] == "karantene").to_numpy(dtype=bool)] = "dobbel"
    nokler = [I_SAKEN.get(n, n) for n in del_.verk.manifest.entydig]
    ulik = [(del_.saker[n].astype(str) != saker[n].astype(str)).to_numpy(dtype=bool) for n in nokler] if rettet is not del_ else []
    ut[np.logical_or.reduce([np.zeros(len(v), dtype=bool), *ulik])] = "entydig"
    ut[ikke_sendt] = "ikke_sendt"
    uavklart = (ramme["tilstand"] == "manuell").to_numpy(dtype=bool)
    ut[uavklart] = [f"manuell:{g}" for g in ramme.loc[uavklart, "grunn"]]
    i_tvil = ~til_reglene(saker)
    ut[i_tvil] = [f"kvalitet:{g}" for g in saker.loc[i_tvil, "dom_grunn"]]
    ut[v["overstyrt"].to_numpy(dtype=bool)] = "overstyrt"
    return np.where(samme & ~i_tvil, "", ut)


def _hva_skilte(del_: Del, aarsak: str, ramme: pd.DataFrame, samme: np.ndarray) -> np.ndarray:
    """For each case that came out otherwise: the conditions that decide now, else the parameter rows with another value than then,
    else in a word what was changed."""
    ut, endret = np.full(len(ramme), "", dtype=object), _endrede_rader(del_) if aarsak == "regel" else set()
    svar: dict[tuple[str, str], str] = {}
    rader, avgjorende = (ramme[n].to_numpy(dtype=object) for n in ("parameterrader", "avgjorende"))
    for nr in np.flatnonzero(~samme):
        nokkel = rader[nr], avgjorende[nr]
        if nokkel not in svar:
            svar[nokkel] = "|".join(json.loads(nokkel[1]) or [p for p in json.loads(nokkel[0]) if p in endret]) or ENDRET[aarsak]
        ut[nr] = svar[nokkel]
    return ut


def _endrede_rader(del_: Del) -> set[str]:
    """The parameter rows that are new, or have another value, since the decisions of the part."""
    gamle, nye = (
        {r.id: (r.verdi, r.til) for rader in verk.parameternavn.values() for r in rader}
        for verk in (utgave(del_.k.rom, del_.verk.id, del_.vedtakene["fingeravtrykk"].iat[0]), del_.verk)
    )
    return {id_ for id_, verdi in nye.items() if gamle.get(id_) != verdi}


def _paa_ny_inntekt(rom: Arbeidsrom, verk: Regelverk, hvorfor: Hvorfor, alle: list[Del]) -> tuple[list[Del], pd.DataFrame]:
    """The cases of the people in the files, on the income there, after the same checks as the first time. A person who is in no
    file keeps the income that was stored."""
    filter_ = verk.manifest.inntekt.filter if verk.manifest.inntekt else None
    ny = samlet_register("inntekt", [les_inntekt(sti, filternavn=filter_).tabeller["inntekt"] for sti in hvorfor.inntekter])
    i_filen = pd.Index(ny["ident"].unique())
    alle = [d.utvalg(m) for d in alle if (m := d.saker["ident"].isin(i_filen).to_numpy(dtype=bool)).any()]
    if not alle:
        filer = ", ".join(map(str, hvorfor.inntekter))
        raise Ordningsfeil("Ingen i filen har en avgjort sak i ordningen.", filer, "Se om det er riktig fil.", kode=2)
    dag = rom.klokke.idag()
    k = Kjoring(rom, verk, Grunnlag(vedtaksdato=dag, hentet=hvorfor.hentet or dag), "")
    with lesende(rom.motor) as conn:
        svarene = hent_svar(conn, verk.id)
    tabeller = dict.fromkeys(REGISTRE) | {n: hent_ramme(k, sha, n) for n, sha in forrige_registre(k).items()}
    tabeller["inntekt"] = skjoet_svar(ny, svarene[svarene["felt"] == "inntekt"])
    saker = pd.concat([d.saker.drop(columns=["dom", "dom_grunn", "vent_til"]) for d in alle], ignore_index=True)
    resultat = vurder_data(k, saker, tabeller, svarene, Forrige(None, np.full(len(saker), "NaT", "datetime64[D]")))
    brukt = tabeller["inntekt"][~resultat.rader_utelatt]
    if verk.bruker("ansatt_som"):
        brukt = med_arbeidsforhold_type(brukt, tabeller["arbeidsforhold"])
    dommer = med_dom(saker, resultat).set_index("sak_id")[["dom", "dom_grunn", "vent_til"]]
    alle = [replace(d, saker=d.saker.assign(**{n: dommer[n].reindex(d.saker["sak_id"]).array for n in dommer})) for d in alle]
    return [med_inntekt(d, brukt) for d in alle], brukt
