"""Step 4, a chunk at a time: the rules, the trace, the decisions and their payment lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
import pandas as pd
from sqlalchemy.engine import Connection

from kjerne.innhenting.ansettelse import KOLONNE
from kjerne.kjoring.helekroner import krev_hele_kroner
from kjerne.kjoring.lesing import hent_ramme, lagre_snapshot
from kjerne.kjoring.registerfakta import I_SAKEN, TIDLIGERE, fyll, maa_vente
from kjerne.kjoring.rom import Kjoring
from kjerne.kjoring.runder import STANSET, til_reglene
from kjerne.kontrakt.identer import gyldige_kontonr
from kjerne.kontrakt.manifest import Manifest, Soknadsfelt
from kjerne.lager import snapshot as lagring
from kjerne.lager.kanonisk import json_tekst
from kjerne.lager.motor import laas
from kjerne.regelmotor.evaluering import kjor
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.sporing import AVSLAG, INNVILGET, UTFALL, Sporing
from kjerne.vedtak.fatte import fatt_vedtak
from kjerne.vedtak.rettighet import opptatte, rettighetsnokler
from kjerne.vedtak.saksbehandling import manuelt_avgjorte
from kjerne.vedtak.sporsmal import lagre_sporsmal

FRIST_DAGER = 14  # to answer a question about the application
DOBBEL = "dobbel"  # the reason of a case in quarantine because the same has been granted before
INNTEKT_I_REGLER = ["rad_id", "maaned", "beloep_ore", "virksomhet", "opplysningspliktig", "inntekt_type", "beskrivelse"]


def vurder(k: Kjoring, bit: int) -> dict:
    """Decides the cases of one chunk in one transaction."""
    valgt = k.resultat("kvalitet")
    saker = bit_av(k, valgt, bit)
    if k.verk.manifest.registerfelt:
        saker = med_tidligere_vedtak(k, saker)
    til_regler = til_reglene(saker)
    sporing = kjor(k.verk, saker[til_regler], {"inntekter": inntekt_for(k, valgt["inntekt_brukt"], saker.loc[til_regler, "ident"])})
    krev_hele_kroner(k, sporing)
    trace = sporingsramme(sporing, saker.loc[til_regler, "sak_id"])
    filer = {art: lagring.skriv(r, k.rom.snapshotmappe, art) for art, r in (("sporing", trace), ("rader", sporing.rader()))}
    ramme, linjer = vedtaksramme(sporing, saker[til_regler])
    ramme["rettighet"] = rettigheter(k.verk.manifest, ramme, saker[til_regler])
    mottatt = saker.loc[til_regler, "mottatt_dato"].to_numpy()
    spor = manglende_fakta(k.verk.manifest, ramme, saker)
    ramme.loc[ramme["sak_id"].isin(spor["sak_id"]), "tilstand"] = "sporsmal"
    frist = k.grunnlag.vedtaksdato + dt.timedelta(days=FRIST_DAGER)
    with k.rom.motor.begin() as conn:
        for art, fil in filer.items():
            lagre_snapshot(conn, k, art, *fil)
        laas(conn, f"vedtak:{k.ordning}")  # what is free now is free when it is stored
        ramme, linjer = uten_dobbelt(conn, ramme, linjer, mottatt)
        ramme = pd.concat([ramme, _stansede(saker[~til_regler])], ignore_index=True)
        avgjort_av_noen = manuelt_avgjorte(conn, k.ordning)  # while this run was on its way
        ramme, linjer = (r[~r["sak_id"].isin(avgjort_av_noen)].reset_index(drop=True) for r in (ramme, linjer))
        lagre_sporsmal(conn, spor.assign(ordning=k.ordning, kjoring_id=k.id, frist=frist, stilt_tid=k.rom.klokke.naa()))
        antall = fatt_vedtak(
            conn,
            ordning=k.ordning,
            ramme=ramme,
            linjer=linjer,
            kjoring_id=k.id,
            snapshot_id=valgt["inntekt_brukt"] or None,
            fingeravtrykk=k.verk.fingeravtrykk,
            sporing_id=filer["sporing"][0],
            fattet_dato=k.grunnlag.vedtaksdato,
            naa=k.rom.klokke.naa(),
        )
    return antall | {art: sha for art, (sha, _, _) in filer.items()}


def med_tidligere_vedtak(k: Kjoring, saker: pd.DataFrame) -> pd.DataFrame:
    """The cases with the register facts; those that must wait for an earlier case are taken up again by the next run."""
    with k.rom.motor.begin() as conn:
        venter = maa_vente(conn, k, saker, til_reglene(saker))
        saker = fyll(conn, k, saker)
    saker.loc[venter, ["dom", "dom_grunn"]] = ["VENT", TIDLIGERE]
    saker.loc[venter, "vent_til"] = pd.Timestamp(k.grunnlag.vedtaksdato)
    return saker


def rettigheter(manifest: Manifest, ramme: pd.DataFrame, saker: pd.DataFrame) -> np.ndarray:
    """The key of each granted case, None for the others. `ramme` and `saker` have the same rows."""
    innvilget = (ramme["tilstand"] == "innvilget").to_numpy(dtype=bool)
    egne = saker.loc[innvilget, [I_SAKEN.get(n, n) for n in manifest.entydig]]
    ut = np.full(len(ramme), None, dtype=object)
    ut[innvilget] = rettighetsnokler(manifest.id, egne)
    return ut


def uten_dobbelt(
    conn: Connection, ramme: pd.DataFrame, linjer: pd.DataFrame, mottatt: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Only one case per key is granted: the one that has it already, else the first received. The others go to a human."""
    rader = np.flatnonzero(ramme["rettighet"].notna())
    nokler, sak_id = ramme["rettighet"].to_numpy(dtype=object)[rader], ramme["sak_id"].to_numpy(dtype=object)[rader]
    eiere = opptatte(conn, nokler)
    if not eiere and len(set(nokler)) == len(nokler):
        return ramme, linjer
    dobbel = np.array([eiere.get(n, egen) != egen for n, egen in zip(nokler, sak_id, strict=True)], dtype=bool)
    orden = np.lexsort((sak_id.astype(str), mottatt[rader], dobbel))
    dobbel[orden] |= pd.Series(nokler[orden], dtype="object").duplicated().to_numpy()
    if not dobbel.any():
        return ramme, linjer
    ramme.loc[rader[dobbel], ["tilstand", "utfall", "belop_ore", "grunn", "rettighet"]] = ["karantene", None, 0, DOBBEL, None]
    return ramme, linjer[~linjer["sak_id"].isin(sak_id[dobbel])].reset_index(drop=True)


def manglende_fakta(manifest: Manifest, ramme: pd.DataFrame, saker: pd.DataFrame) -> pd.DataFrame:
    """A question for each fact of the application that a case lacks, when such facts are all that it lacks. The words are
    those of the application, to a person in her own written form; who is asked stands in the manifest. What else is missing
    (a month, a rule) goes to a human."""
    felt = {f.navn: f for f in manifest.felt if f.kilde == "soknad"}
    orgnr = saker.set_index("sak_id")[manifest.arbeidsgiverfelt] if manifest.arbeidsgiverfelt else pd.Series(dtype=object)
    former = dict(zip(saker["sak_id"], saker["maalform"], strict=True)) if "maalform" in saker else {}
    rader = []
    for sak_id, grunn in ramme.loc[ramme["tilstand"] == "manuell", ["sak_id", "grunn"]].itertuples(index=False):
        mangler = grunn.split("|")
        if not set(mangler) <= set(felt):
            continue
        for navn in mangler:
            mottaker = orgnr.get(sak_id) if felt[navn].spor == "arbeidsgiver" else None
            til = "person" if mottaker is None or pd.isna(mottaker) else "arbeidsgiver"
            orgnummer = mottaker if til == "arbeidsgiver" else None
            rader.append((sak_id, til, orgnummer, None, navn, "mangler_i_soknaden", _sporsmal(felt[navn], til, former.get(sak_id, "nb"))))
    return pd.DataFrame(rader, columns=["sak_id", "til", "mottaker", "maaned", "felt", "kontroll", "sporsmal"])


def _sporsmal(felt: Soknadsfelt, til: str, maalform: str) -> str:
    """The words of the application; an employer is told that they are about the employee."""
    return felt.sporsmal(maalform) if til == "person" else f"Om den ansatte. I søknaden mangler svaret på: «{felt.nb}»"


def bit_av(k: Kjoring, valgt: dict, bit: int) -> pd.DataFrame:
    """The cases of one chunk, by key."""
    utvalg = hent_ramme(k, valgt["utvalg"], "utvalg")
    if "bit" in utvalg:  # the case before must be decided first: see kjerne.kjoring.runder
        return utvalg[utvalg["bit"] == bit].reset_index(drop=True)
    n = k.grunnlag.bitstorrelse
    return utvalg.iloc[bit * n : (bit + 1) * n].reset_index(drop=True)


def inntekt_for(k: Kjoring, sha: str, identer: pd.Series) -> pd.DataFrame:
    """The income rows of these people as the rules take them, by case: `sak_nr` is the position in `identer`. The people
    of the whole snapshot are numbered once per process."""
    ramme = hent_ramme(k, sha, "inntekt")
    if "inntektsplass" not in k.hurtig:
        koder, unike = pd.factorize(ramme["ident"])
        orden = np.argsort(koder, kind="stable")
        k.hurtig["inntektsplass"] = pd.Index(unike), orden, np.searchsorted(koder[orden], np.arange(len(unike) + 1))
    personer, orden, grenser = k.hurtig["inntektsplass"]
    person = personer.get_indexer(pd.Index(identer))
    fra = grenser[person]
    antall = np.where(person < 0, 0, grenser[person + 1] - fra)
    sak_nr = np.repeat(np.arange(len(person)), antall)
    i_saken = np.arange(len(sak_nr)) - np.repeat(np.cumsum(antall) - antall, antall)  # 0, 1, 2 … in each case
    kolonner = [*INNTEKT_I_REGLER, *(n for n in (KOLONNE,) if n in ramme)]
    return ramme[kolonner].take(orden[fra[sak_nr] + i_saken]).assign(sak_nr=sak_nr)


def sporingsramme(sporing: Sporing, sak_id: pd.Series) -> pd.DataFrame:
    """The trace as it is stored: no person's number, no account."""
    konti = [n for n, t in sporing.verk.manifest.fakta.items() if t == "kontonummer"]
    ramme = sporing.ramme().drop(columns=konti, errors="ignore")
    ramme.insert(0, "sak_id", sak_id.to_numpy())
    return ramme.assign(sak_id=ramme["sak_id"].astype("string[pyarrow]"))


def vedtaksramme(sporing: Sporing, saker: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What `fatt_vedtak` takes: one row per case, and the payment lines. The same input gives the same bytes (replay)."""
    utfall = np.array(UTFALL, dtype=object)[sporing.utfall]
    tilstand = np.where(sporing.utfall == INNVILGET, "innvilget", np.where(sporing.utfall == AVSLAG, "avslag", "manuell"))
    avgjort = np.isin(sporing.utfall, (INNVILGET, AVSLAG))
    plass, lister = sporing.parameterrader()
    ramme = pd.DataFrame(
        {
            "sak_id": saker["sak_id"].to_numpy(),
            "tilstand": tilstand,
            "grunn": np.where(tilstand == "manuell", np.asarray(sporing.mangler), ""),
            "vent_til": pd.NaT,
            "utfall": np.where(avgjort, utfall, None),
            "belop_ore": np.where(sporing.utfall == INNVILGET, sporing.sum_ore, 0),
            "avgjorende": _per_unik(sporing.avgjorende_tekst, lambda t: json_tekst([v for v in t.split("|") if v])),
            "begrunnelse": _per_unik(sporing.avgjorende_tekst, lambda t: json_tekst(begrunnelse(sporing.verk, t.split("|")))),
            "parameterrader": np.array([json_tekst(p) for p in lister], dtype=object)[plass] if lister else "[]",
            "sporing_rad": np.arange(sporing.antall),
        }
    )
    linjer = _linjer(sporing, saker)
    numre = saker.set_index("sak_id")["ident"].reindex(linjer["sak_id"])
    eget_nummer = linjer["konto"].fillna("").to_numpy(str) == numre.to_numpy(str)
    uten_konto = ramme["sak_id"].isin(linjer.loc[~gyldige_kontonr(linjer["konto"]) | eget_nummer, "sak_id"])
    ramme.loc[uten_konto, ["tilstand", "utfall", "belop_ore", "grunn"]] = ["manuell", None, 0, "kontonummer"]
    flagg = saker["dom_grunn"].to_numpy()
    ramme["grunn"] = np.where(ramme["grunn"] == "", flagg, ramme["grunn"])
    return ramme, linjer[~linjer["sak_id"].isin(ramme.loc[uten_konto, "sak_id"])].reset_index(drop=True)


def begrunnelse(verk: Regelverk, vilkaar: Iterable[str]) -> list[dict]:
    """The deciding conditions with legal reference and the names of the facts they rest on; the values are in the trace."""
    regler = (verk.regler[v] for v in vilkaar if v)
    return [{"vilkaar": r.navn, "hjemmel": str(r.hjemmel), "tekst": r.tekst, "fakta": list(r.argumenter)} for r in regler]


def _per_unik(tekster: pd.Categorical, funksjon) -> np.ndarray:
    """The function of each text, run once for each different one."""
    return np.array([funksjon(t) for t in tekster.categories], dtype=object)[tekster.codes]


def _linjer(sporing: Sporing, saker: pd.DataFrame) -> pd.DataFrame:
    linjer = sporing.linjer()
    nr = linjer["sak_nr"].to_numpy(dtype="int64")
    ut = linjer.drop(columns="sak_nr").assign(sak_id=saker["sak_id"].to_numpy()[nr], person_id=None, orgnr=None, konto=None)
    for rolle, mottaker in sporing.verk.manifest.utbetaling.mottakere.items():
        egne = (ut["rolle"] == rolle).to_numpy()
        konto = "konto" if mottaker.konto == "kontonummer" else mottaker.konto
        ut.loc[egne, "konto"] = saker[konto].to_numpy()[nr[egne]]
        if mottaker.orgnr:
            ut.loc[egne, "orgnr"] = saker[mottaker.orgnr].to_numpy()[nr[egne]]
        else:
            ut.loc[egne, "person_id"] = saker["person_id"].to_numpy()[nr[egne]]
    return ut


def _stansede(saker: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sak_id": saker["sak_id"].to_numpy(),
            "tilstand": saker["dom"].map(STANSET).to_numpy(),
            "grunn": saker["dom_grunn"].to_numpy(),
            "vent_til": saker["vent_til"].to_numpy(),
            "utfall": None,
            "belop_ore": 0,
            "avgjorende": None,
            "begrunnelse": None,
            "parameterrader": None,
            "sporing_rad": -1,
        }
    )
