"""K04 and K05: where the money goes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kjerne.kontroll.kontekst import Kontrollkontekst, antall_og_forste
from kjerne.kontroll.regel import VIST, Treff, kontroll


@kontroll("K04")
def mange_paa_en_konto(k: Kontrollkontekst, minst_mottakere: int) -> Treff:
    """The account gets money for at least `minst_mottakere`, over all schemes and all times. An enterprise is one payee, whatever its
    establishments."""
    a = k.alle
    konto, _ = pd.factorize(a["konto"])
    par = pd.DataFrame({"konto": konto, "mottaker": a["mottaker"]})[konto >= 0].drop_duplicates()
    antall = np.bincount(par["konto"], minlength=konto.max(initial=0) + 1)
    mange = (konto >= 0) & (antall[konto] >= minst_mottakere)
    om = antall_og_forste(konto[mange], k.saker(np.flatnonzero(mange)), VIST)
    return Treff(
        mange[: k.antall],
        lambda pos: [f"Kontoen får penger til {antall[konto[i]]} mottakere." for i in pos],
        lambda pos: [{"mottakere": int(antall[konto[i]]), "saker": om[konto[i]][1], "antall_saker": om[konto[i]][0]} for i in pos],
        gruppe=konto[: k.antall],
        ukjent=konto[: k.antall] < 0,
    )


@kontroll("K05")
def ny_konto(k: Kontrollkontekst, dager: int) -> Treff:
    """The account came with an application at most `dager` days before payment and those before it had another, or it is not the
    one in the application."""
    a = k.alle.iloc[: k.antall]
    ulik = (a["konto"] != a["sokerkonto"]).fillna(False).to_numpy(bool)  # an account that is missing is not another one
    egen = a["til_soker"].to_numpy(bool)
    forrige = _forrige(k, dager)
    byttet = egen & ulik
    return Treff(
        byttet | (forrige != ""),
        lambda pos: ["Kontoen er en annen enn den i søknaden." if byttet[i] else _tekst(k, i) for i in pos],
        lambda pos: [{"forrige_sak": forrige[i]} if forrige[i] else {"endret_etter_soknad": 1} for i in pos],
        ukjent=a["konto"].isna().to_numpy(bool) | (egen & a["sokerkonto"].isna().to_numpy(bool)),
    )


def _tekst(k: Kontrollkontekst, i: int) -> str:
    dager = (k.betalingsdato - k.linjer["mottatt_dato"].iloc[i].date()).days
    return f"Mottakeren har brukt en annen konto før. Den nye kom {max(dager, 0)} dager før betalingsdatoen."


def _forrige(k: Kontrollkontekst, dager: int) -> np.ndarray:
    """For each line, the newest earlier case of the same payee with another account, "" where there is none or the account is known."""
    mine = k.linjer[["sak_id", "person_id", "orgnr", "konto", "mottatt_dato"]].assign(rad=range(k.antall))
    nye = mine["mottatt_dato"] >= pd.Timestamp(k.betalingsdato) - pd.Timedelta(days=dager)
    mine = mine[nye & mine["konto"].notna()]
    virksomhet = mine["orgnr"].notna().to_numpy(bool)
    gamle = pd.concat([k.linjer, k.andre])[["orgnr", "sak_id", "konto", "mottatt_dato"]]
    ut = np.full(k.antall, "", object)
    for hvem, egne, for_ in (
        ("person_id", mine[~virksomhet & k.linjer["til_soker"].to_numpy(bool)[mine["rad"]]], k.soknader),
        ("orgnr", mine[virksomhet], gamle),
    ):
        siste, kjent = _foer(egne, for_, [hvem]), _foer(egne, for_, [hvem, "konto"])
        ut[egne["rad"].to_numpy()] = np.where(kjent == "", siste, "")
    return ut


def _foer(egne: pd.DataFrame, andre: pd.DataFrame, paa: list[str]) -> np.ndarray:
    """For each row, the case of the newest earlier of `andre` with the same values in `paa`, "" without one. Two tables are never
    multiplied with each other: an employer may have thousands of lines on both sides."""
    sekunder = {"mottatt_dato": "datetime64[s]"}
    andre = andre[[*{*paa, "konto"}, "sak_id", "mottatt_dato"]].dropna().astype(sekunder)
    andre = andre.sort_values(["mottatt_dato", "sak_id"], kind="stable").drop_duplicates([*paa, "mottatt_dato"], keep="last")
    egne = egne[[*paa, "mottatt_dato", "rad"]].astype(sekunder).sort_values("mottatt_dato", kind="stable")
    par = pd.merge_asof(egne, andre, on="mottatt_dato", by=paa, allow_exact_matches=False, suffixes=("", "_for"))
    return par.sort_values("rad")["sak_id"].fillna("").to_numpy(object)
