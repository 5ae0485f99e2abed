"""What others do on a day of operations: employers and applicants answer, some applicants share an account, a late report comes in.

The choices hang on ids alone, so the same day can be played again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

import pandas as pd

I_GRUPPEN = 3  # so many with one account


def trukket(nokkel: str, andel: float) -> bool:
    """Whether the one with this id is among the share `andel`."""
    return int(hashlib.sha256(nokkel.encode()).hexdigest()[:8], 16) / 0x1_0000_0000 < andel


def besvar(liste: pd.DataFrame, personer: pd.DataFrame, soknader: pd.DataFrame, andel: float) -> pd.DataFrame:
    """The list of questions with `andel` of them answered. A month's pay is the agreed pay of the person (in truth, not as reported).
    What is missing in an application is answered as most others answered. Nothing is answered where neither is known."""
    lonn = personer.set_index("ident")["maanedslonn_ore"]
    vanlig = {n: soknader.loc[soknader[n] != "", n].mode() for n in soknader}
    ut = liste.copy()
    for i, r in liste.iterrows():
        ident = r["gjelder"].replace(" ", "")
        if not trukket(r["sporsmal_id"], andel):
            continue
        if r["felt"] == "inntekt":
            svar = f"{lonn[ident] / 100:.2f}".replace(".", ",") if ident in lonn else ""
        else:
            svar = next(iter(vanlig.get(r["felt"], ())), "")
        ut.loc[i, ["svar", "begrunnelse", "gitt_av"]] = [svar, "Etter lønnsslippen", r["mottaker"] or r["til"]] if svar else ["", "", ""]
    return ut


def felles_konto(soknader: pd.DataFrame, grupper: int) -> pd.DataFrame:
    """The applications, where `grupper` times three of them name the account of the first of the three."""
    ut = soknader.copy()
    antall = min(grupper, len(ut) // (I_GRUPPEN * 10))
    for nr in range(antall):
        med = [nr * I_GRUPPEN * 10 + i for i in range(I_GRUPPEN)]
        ut.iloc[med, ut.columns.get_loc("kontonummer")] = ut["kontonummer"].iat[med[0]]
    return ut


def sen_melding(inntekt: pd.DataFrame, blant: Sequence[str], andel: float, maaneder: Sequence[dt.date], meldt: dt.datetime) -> pd.DataFrame:
    """Everything that is reported about the share `andel` of these persons, after a late report: the pay of the months is changed,
    half as much again for two of three, half for the rest. What is not pay stays."""
    hvem = {i for i in blant if trukket(i, andel)}
    ut = inntekt[inntekt["ident"].isin(hvem)].copy()
    endres = ut["maaned"].isin(pd.to_datetime(list(maaneder))) & (ut["inntekt_type"] == "Loennsinntekt") & (ut["beloep_ore"] > 0)
    opp = ut["ident"].map({i: trukket(i + "opp", 2 / 3) for i in hvem})
    ny = ut["beloep_ore"] + (ut["beloep_ore"] // 2).where(opp.astype(bool), -(ut["beloep_ore"] // 2))
    ut["beloep_ore"] = ny.where(endres, ut["beloep_ore"])
    ut.loc[endres, "registrert_tid"] = pd.Timestamp(meldt)
    return ut
