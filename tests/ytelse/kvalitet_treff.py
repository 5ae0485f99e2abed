"""What the quality checks of a scheme find of the problems planted in a synthetic society, and whom they stop in vain.

    .venv/bin/python -m tests.ytelse.kvalitet_treff [persons] [scheme]

The dates, the months and the lay-offs are those of the demo; everybody who can apply does. Without a name, the scheme is
the first with a kvalitet.toml. Also the faults planted in the applications: duplicates, bad accounts, other dates than the
register.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kjerne.drift.telemetri import slaa_av
from kjerne.kjoring.demo import Demovalg
from kjerne.kjoring.kvalitetssteg import plan_og_saker
from kjerne.kjoring.syntetisk import mottatt
from kjerne.kvalitet import PROBLEMER, Kvalitetsplan, Kvalitetsresultat, maal_treff, vurder_kvalitet
from kjerne.kvalitet.kontekst import UKJENT, maaneder
from kjerne.kvalitet.maske import last_masker
from kjerne.regelmotor.oppdagelse import finn, oppdag
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.syntetisk import Samfunn, lag_samfunn, lag_soknader_med_fasit, permitteringer_for, spor_registeret
from kjerne.syntetisk.soknader import AVVIK

SOKNADSFEIL = {"dublett": "sok_entydig", "ugyldig konto": "utb_konto_gyldig", AVVIK: "per_registrert"}
STOPPER = ("VENT", "SPOR", "KARANTENE", "STOPP")


def ordning_med_kvalitet(ordning: str = "") -> Regelverk:
    return finn(ordning) if ordning else next(v for v in oppdag()[0].values() if (v.mappe / "kvalitet.toml").exists())


def lag_saker(verk: Regelverk, samfunn: Samfunn, valg: Demovalg) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One case for each person who can apply (and some duplicates), and the faults planted in the applications."""
    felt = verk.manifest.felt
    antall = int(samfunn.personer["permittert_fra"].notna().sum()) if spor_registeret(felt) else len(samfunn.personer)
    soknader, fasit = lag_soknader_med_fasit(samfunn, felt, antall, valg.fro, mottatt=mottatt(samfunn.siste_maaned))
    navn = {"soknad_id": "sak_id", "fodselsnummer": "ident", "kontonummer": "konto"}
    return soknader.rename(columns=navn), fasit


def maal(antall: int, ordning: str = "", valg: Demovalg | None = None) -> dict:
    """The frames that are printed: per_problem, i_saker, i_soknader, saker; and the seconds of the checks, without the import of GX."""
    valg = valg or Demovalg(maaneder=12)
    verk = ordning_med_kvalitet(ordning)
    siste = (valg.dag.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    samfunn = lag_samfunn(antall, valg.fro, siste, valg.maaneder, permitteringer=permitteringer_for(verk.manifest.felt))
    saker, soknadsfasit = lag_saker(verk, samfunn, valg)
    plan, saker = plan_og_saker(verk, saker)
    slaa_av()
    import great_expectations  # noqa: F401  not part of what is measured

    begynte = time.perf_counter()
    resultat = vurder_kvalitet(
        plan, saker, samfunn.inntekt, samfunn.arbeidsforhold, samfunn.permittering,
        hentet=valg.hentet, vedtaksdato=valg.dag,
    )  # fmt: skip
    sekunder = time.perf_counter() - begynte
    treff = maal_treff(resultat, samfunn.fasit)
    treff.insert(0, "hva", samfunn.fasit.groupby("problem")["navn"].first().reindex(treff.index).fillna("ikke plantet"))
    return {
        "ordning": verk.id, "personer": antall, "rader": len(samfunn.inntekt), "sekunder": sekunder,
        "per_problem": treff,
        "i_saker": i_saker(plan, saker, samfunn.fasit, resultat),
        "i_soknader": i_soknader(saker, samfunn.fasit, soknadsfasit, resultat),
        "saker": dommer_for_friske(saker, samfunn.fasit, _med_feil(soknadsfasit), resultat),
    }  # fmt: skip


def i_saker(plan: Kvalitetsplan, saker: pd.DataFrame, fasit: pd.DataFrame, resultat: Kvalitetsresultat) -> pd.DataFrame:
    """Per problem: the cases with it in their window (income) and at their employer, where the employer matters; in how
    many of them one of its checks is a reason, and how many of them were stopped."""
    vindu = plan.vindu
    egne = pd.DataFrame(
        {
            "sak_id": saker["sak_id"],
            "ident": saker["ident"],
            "hos": saker[vindu.arbeidsgiver] if vindu.arbeidsgiver else None,
            "til": maaneder(saker[vindu.dato]),
        }
    )
    par = fasit.assign(m=maaneder(fasit["maaned"])).merge(egne, on="ident")
    i_vindu = (par["m"] >= par["til"] - vindu.maaneder) & (par["m"] < par["til"]) & (par["til"] != UKJENT)
    hos = par["virksomhet"].isna() | par["hos"].isna() | (par["virksomhet"] == par["hos"]).fillna(False)
    hos |= par["problem"].isin([p for p, navn in PROBLEMER.items() if any(_uansett_hvem(n) for n in navn)])
    om_personen = [p for p, navn in PROBLEMER.items() if any(last_masker()[n].rekkevidde == "person" for n in navn)]
    par = par[(i_vindu | (par["tabell"] != "inntekt") | par["problem"].isin(om_personen)) & hos].drop_duplicates(["problem", "sak_id"])
    grunner = _grunner(resultat)
    for navn, naadd in (("naadd", grunner), ("stanset", grunner[grunner["dom"].isin(STOPPER)].drop(columns="kontroll"))):
        par[navn] = False
        for problem, kontroller in PROBLEMER.items():
            med = naadd if "kontroll" not in naadd else naadd[naadd["kontroll"].isin(kontroller)]
            par.loc[(par["problem"] == problem) & par["sak_id"].isin(med["sak_id"]), navn] = True
    ut = par.groupby("problem").agg(saker=("sak_id", "size"), naadd=("naadd", "sum"), stanset=("stanset", "sum"))
    return ut.reindex(list(PROBLEMER), fill_value=0)


def i_soknader(saker: pd.DataFrame, fasit: pd.DataFrame, soknadsfasit: pd.DataFrame, resultat: Kvalitetsresultat) -> pd.DataFrame:
    """Per fault of an application: how many, how many its check reached, and the sound cases that it reached in vain."""
    grunner, rader = _grunner(resultat), []
    friske = set(_friske(saker, fasit, _med_feil(soknadsfasit)))
    for problem, kontroll in SOKNADSFEIL.items():
        den = "gjelder" if problem == "dublett" else "soknad_id"  # the older application is held
        plantet = set(soknadsfasit.loc[soknadsfasit["problem"] == problem, den])
        truffet = set(grunner.loc[grunner["kontroll"] == kontroll, "sak_id"])
        rader.append((problem, kontroll, len(plantet), len(plantet & truffet), len(truffet & friske)))
    return pd.DataFrame(rader, columns=["problem", "kontroll", "plantet", "naadd", "falske"])


def _med_feil(soknadsfasit: pd.DataFrame) -> set[str]:
    return set(soknadsfasit["soknad_id"]) | set(soknadsfasit["gjelder"].dropna())


def _friske(saker: pd.DataFrame, fasit: pd.DataFrame, soknadsfeil: set[str]) -> pd.Series:
    """The cases of people with nothing planted in their data, and not in the application."""
    return saker.loc[~saker["ident"].isin(fasit["ident"]) & ~saker["sak_id"].isin(soknadsfeil), "sak_id"]


def _uansett_hvem(kontroll: str) -> bool:
    """The check is about the person's months whoever the employer is."""
    return last_masker()[kontroll].rekkevidde in ("vindu_alle", "person")


def _grunner(resultat: Kvalitetsresultat) -> pd.DataFrame:
    """sak_id, dom, kontroll: one row per reason."""
    rader = [
        (s, d, g["kontroll"])
        for s, d, tekst in resultat.dommer[["sak_id", "dom", "grunner"]].itertuples(index=False)
        for g in json.loads(tekst)
    ]
    return pd.DataFrame(rader, columns=["sak_id", "dom", "kontroll"])


def dommer_for_friske(
    saker: pd.DataFrame, fasit: pd.DataFrame, soknadsfeil: set[str], resultat: Kvalitetsresultat
) -> pd.DataFrame:
    """Verdict → cases, sound and not."""
    frisk = saker["sak_id"].isin(_friske(saker, fasit, soknadsfeil)).to_numpy(bool)
    dom = saker["sak_id"].map(resultat.dommer.set_index("sak_id")["dom"]).fillna("OK")
    return pd.crosstab(dom, np.where(frisk, "friske", "med feil")).reindex(
        index=["OK", "FLAGG", "RESERVE", *STOPPER], columns=["friske", "med feil"], fill_value=0
    )


def tabell(hode: Sequence[str], rader: Sequence[Sequence[object]]) -> str:
    """Aligned columns: text to the left, numbers to the right; "" for what has no number."""
    tekst = [[_vis(c) for c in rad] for rad in rader]
    bredde = [max(len(r[i]) for r in [list(hode), *tekst]) for i in range(len(hode))]
    hoyre = [all(not isinstance(r[i], str) for r in rader) for i in range(len(hode))]

    def linje(rad: Sequence[str]) -> str:
        return "  ".join(c.rjust(b) if h else c.ljust(b) for c, b, h in zip(rad, bredde, hoyre, strict=True)).rstrip()

    return "\n".join([linje(hode), linje(["─" * b for b in bredde]), *map(linje, tekst)])


def _vis(celle: object) -> str:
    if isinstance(celle, float | np.floating):
        return "–" if np.isnan(celle) else f"{100 * celle:.1f} %".replace(".", ",")
    return f"{celle:,}".replace(",", " ") if isinstance(celle, int | np.integer) else str(celle)


def skriv(m: dict) -> str:
    p, i, s = m["per_problem"], m["i_saker"], m["saker"]
    alle = [
        (n, r.hva[:44], r.plantet, r.gjenfinning, r.falsk_andel, i.at[n, "saker"], i.at[n, "naadd"], i.at[n, "stanset"],
         ", ".join(f"({k})" if k in r.ikke_kjort.split(", ") else k for k in PROBLEMER[n]))
        for n, r in p.iterrows()
    ]  # fmt: skip
    hode = ["nr", "problem", "plantet", "funnet", "falske", "i saker", "nådd", "stanset", "regler (i parentes: ikke i planen)"]
    friske = s["friske"].sum()
    stanset = s.loc[list(STOPPER), "friske"].sum()
    i_alt = (i["saker"].sum(), i["naadd"].sum())
    vist = f"{m['sekunder']:.1f}".replace(".", ",")
    return "\n".join(
        [
            f"Kvalitetskontrollen i {m['ordning']}: {_vis(m['personer'])} personer, {_vis(m['rader'])} inntektsrader, {vist} s",
            "",
            tabell(hode, alle),
            "",
            "funnet: andel av det plantede i hele befolkningen. falske: andel av personer uten plantede feil som ble rammet",
            "(også de som selv sier noe annet enn registeret; se «i søknaden»).",
            "i saker: saker med problemet i vinduet. nådd: av dem, saker der en av reglene er en grunn. stanset: av dem.",
            "",
            tabell(
                ["i søknaden", "regel", "plantet", "nådd", "friske som også ble nådd"],
                list(m["i_soknader"].itertuples(index=False, name=None)),
            ),
            "",
            tabell(["dom", "friske saker", "saker med feil"], [(d, r["friske"], r["med feil"]) for d, r in s.iterrows()]),
            "",
            f"Plantede problemer i vinduet som nådde saken: {_vis(i_alt[1])} av {_vis(i_alt[0])} ({_vis(i_alt[1] / max(i_alt[0], 1))})",
            f"Friske saker som ble stanset: {_vis(stanset)} av {_vis(friske)} ({_vis(stanset / max(friske, 1))})",
            "",
        ]
    )


if __name__ == "__main__":
    antall, ordning = sys.argv[1:3] + ["20000", ""][len(sys.argv[1:3]) :]
    sys.stdout.write(skriv(maal(int(antall), ordning)))
