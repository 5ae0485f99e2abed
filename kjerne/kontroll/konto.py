"""K04 and K05: where the money goes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kjerne.kontroll.kontekst import Kontrollkontekst, antall_og_forste
from kjerne.kontroll.regel import VIST, Treff, kontroll


@kontroll("K04")
def mange_paa_en_konto(k: Kontrollkontekst, minst_mottakere: int) -> Treff:
    """The account gets money for at least `minst_mottakere`, over all schemes and all times. An enterprise is one payee."""
    a = k.alle
    konto, _ = pd.factorize(a["konto"])
    par = pd.DataFrame({"konto": konto, "mottaker": a["mottaker"]}).drop_duplicates()
    antall = np.bincount(par["konto"], minlength=konto.max(initial=0) + 1)
    mange = antall[konto] >= minst_mottakere
    om = antall_og_forste(konto[mange], k.saker(np.flatnonzero(mange)), VIST)
    return Treff(
        mange[: k.antall],
        lambda pos: [f"Kontoen får penger til {antall[konto[i]]} mottakere." for i in pos],
        lambda pos: [{"mottakere": int(antall[konto[i]]), "saker": om[konto[i]][1], "antall_saker": om[konto[i]][0]} for i in pos],
        gruppe=konto[: k.antall],
    )


@kontroll("K05")
def ny_konto(k: Kontrollkontekst, dager: int) -> Treff:
    """The account came with an application at most `dager` days before payment and those before it had another, or it is not the
    one in the application."""
    a = k.alle.iloc[: k.antall]
    byttet = a["til_soker"].to_numpy(bool) & (a["konto"] != a["sokerkonto"]).fillna(True).to_numpy(bool)
    forrige = _forrige(k, dager)
    brudd = byttet | (forrige != "")
    return Treff(
        brudd,
        lambda pos: ["Kontoen er en annen enn den i søknaden." if byttet[i] else _tekst(k, i) for i in pos],
        lambda pos: [{"forrige_sak": forrige[i]} if forrige[i] else {"endret_etter_soknad": 1} for i in pos],
    )


def _tekst(k: Kontrollkontekst, i: int) -> str:
    dager = (k.betalingsdato - k.linjer["mottatt_dato"].iloc[i].date()).days
    return f"Mottakeren har brukt en annen konto før. Den nye kom {max(dager, 0)} dager før betalingsdatoen."


def _forrige(k: Kontrollkontekst, dager: int) -> np.ndarray:
    """For each line, the newest earlier case of the same payee with another account, "" where there is none or the account is known."""
    mine = k.linjer[["sak_id", "person_id", "orgnr", "konto", "mottatt_dato"]].assign(rad=range(k.antall))
    mine = mine[mine["mottatt_dato"] >= pd.Timestamp(k.betalingsdato) - pd.Timedelta(days=dager)]
    gamle_org = k.alle.loc[k.alle["orgnr"].notna().to_numpy(bool), ["orgnr", "sak_id", "konto"]]
    gamle_org = gamle_org.assign(mottatt_dato=k.alle["mottatt_dato"].to_numpy()[gamle_org.index].astype("datetime64[D]"))
    funn = []
    for hvem, egne, gamle in (
        ("person_id", mine[mine["orgnr"].isna() & k.linjer["til_soker"].loc[mine.index]], k.soknader),
        ("orgnr", mine[mine["orgnr"].notna()], gamle_org),
    ):
        par = egne.merge(gamle[[hvem, "sak_id", "konto", "mottatt_dato"]], on=hvem, suffixes=("", "_for"))
        par = par[(par["mottatt_dato_for"] < par["mottatt_dato"]) & par["konto_for"].notna()]
        kjent = par.loc[par["konto_for"] == par["konto"], "rad"]
        par = par[~par["rad"].isin(kjent)].sort_values(["rad", "mottatt_dato_for", "sak_id_for"])
        funn.append(par.drop_duplicates("rad", keep="last")[["rad", "sak_id_for"]])
    ut = np.full(k.antall, "", object)
    for ramme in funn:
        ut[ramme["rad"].to_numpy()] = ramme["sak_id_for"].to_numpy(object)
    return ut
