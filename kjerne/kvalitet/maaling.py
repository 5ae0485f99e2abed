"""How many known faults the checks find, measured against a ground truth. Over the whole population, not only cases."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kjerne.kvalitet.kontekst import UKJENT, maaneder
from kjerne.kvalitet.maske import HELE, last_masker
from kjerne.kvalitet.rekkevidde import funn_av
from kjerne.kvalitet.vurder import Kvalitetsresultat

# The 26 problems of domain/data-and-payments §2 → the checks that find them.
PROBLEMER: dict[int, tuple[str, ...]] = {
    1: ("inn_maaned_ferdig", "inn_arbeidsgiver_mangler_mnd", "inn_vindu_komplett"),
    2: ("inn_nyere_versjon",),
    3: ("inn_dublett",),
    4: ("inn_opptjening_i_maaned",),
    5: ("inn_etterbetaling", "inn_etterbetaling_har_periode"),
    6: ("inn_ferie_par",),
    7: ("inn_negativ_kun_lovlig", "inn_maanedssum_ikke_negativ"),
    8: ("inn_timer_ved_timeloenn",),
    9: ("arb_stillingsprosent",),
    10: ("per_registrert",),
    11: ("per_slutt_og_prosent",),
    12: ("per_overlapp", "per_slutt_og_prosent"),
    13: ("arb_dekker_inntekt", "arb_annen_virksomhet"),  # inn_flere_arbeidsgivere shows the lawful ones too
    14: ("arb_annen_virksomhet", "arb_dekker_inntekt", "inn_virksomhetsbytte"),
    15: ("inn_variabel",),
    16: ("inn_fordel_tillatt",),
    17: ("inn_sykepenger_og_loenn",),
    18: ("inn_ytelse_samordning", "inn_annen_ytelse"),
    19: ("inn_spesielle_forhold",),
    20: ("inn_naering_frilans",),
    21: ("arb_uten_inntekt", "arb_bekreftet"),
    22: ("arb_varsling", "arb_bekreftet"),
    23: ("inn_maaned_ikke_framtid",),
    24: ("inn_ident_skiftet", "inn_person_gyldig"),
    25: ("sok_person_lever",),
    26: ("inn_privat_arbeidsgiver",),
}


def funn(resultat: Kvalitetsresultat, navn: str) -> pd.DataFrame:
    """Everything a check found, case or not: tabell, rad_id (-1 = none), ident, maaned, virksomhet (None = unknown)."""
    k = resultat.kontekst
    en = next(
        (e for e in resultat.kjort if e.kontroll.navn == navn and e.maske is not None and e.over not in HELE), None
    )
    if en is None:
        return pd.DataFrame({"tabell": [], "rad_id": [], "ident": [], "maaned": [], "virksomhet": []})
    f = funn_av(k, en.over, en.maske)
    i_tabell = en.over in ("inntekt", "arbeidsforhold", "permittering")
    rad = k.rammer[en.over]["rad_id"].to_numpy(np.int64)[f.plass] if i_tabell else np.full(len(f.plass), -1)
    ut = pd.DataFrame({"tabell": en.over, "rad_id": rad, "ident": f.person, "maaned": f.maaned, "virksomhet": f.org})
    if en.maske.sak is not None:
        sak = k.sak.person[en.maske.sak]
        ut = pd.concat(
            [ut, pd.DataFrame({"tabell": "sak", "rad_id": -1, "ident": sak, "maaned": UKJENT, "virksomhet": -1})]
        )
    ut["ident"] = np.append(k.identer, None)[ut["ident"].to_numpy()]
    ut["virksomhet"] = np.append(k.orgnumre, None)[ut["virksomhet"].to_numpy()]
    return ut


def maal_treff(resultat: Kvalitetsresultat, fasit: pd.DataFrame) -> pd.DataFrame:
    """Per problem number: how much of what is planted was found, and how many sound persons were hit.

    fasit: problem, ident, maaned, virksomhet, rad_id (NA where the fault is that a row is missing), tabell (optional).
    plantet, funnet   planted entries, and those found: the row itself where both sides have a row of the same table,
                      else the person and, where both have one, the month
    gjenfinning       funnet / plantet
    personer_funnet   share of the persons with the problem that were hit at all
    falske            persons without any planted problem that the same checks hit, and their share of all such persons
    andre             persons with another planted problem that were hit (one fault often looks like two)
    """
    alle = pd.Index(resultat.kontekst.identer)
    med_feil = pd.Index(fasit["ident"].unique())
    uten_feil = alle.difference(med_feil)
    rader = []
    for problem, kontroller in PROBLEMER.items():
        deler = [funn(resultat, navn) for navn in kontroller]
        funnet = pd.concat([d for d in deler if len(d)], ignore_index=True) if any(map(len, deler)) else deler[0]
        plantet = fasit[fasit["problem"] == problem]
        treff = _gjenfunnet(plantet, funnet)
        rammet = pd.Index(funnet["ident"].dropna().unique())
        egne = pd.Index(plantet["ident"].unique())
        falske = len(rammet.intersection(uten_feil))
        rader.append(
            {
                "problem": problem,
                "kontroller": ", ".join(kontroller),
                "plantet": len(plantet),
                "funnet": int(treff.sum()),
                "gjenfinning": float(treff.mean()) if len(plantet) else np.nan,
                "personer_funnet": len(egne.intersection(rammet)) / len(egne) if len(egne) else np.nan,
                "falske": falske,
                "falsk_andel": falske / max(len(uten_feil), 1),
                "andre": len(rammet.intersection(med_feil).difference(egne)),
                "ikke_kjort": ", ".join(n for n in kontroller if not _kjort(resultat, n)),
            }
        )
    return pd.DataFrame(rader).set_index("problem")


def _kjort(resultat: Kvalitetsresultat, navn: str) -> bool:
    return navn in last_masker() and any(e.kontroll.navn == navn and e.maske is not None for e in resultat.kjort)


def _gjenfunnet(plantet: pd.DataFrame, funnet: pd.DataFrame) -> np.ndarray:
    """Which planted entries were found."""
    if not len(plantet) or not len(funnet):
        return np.zeros(len(plantet), bool)
    tabell = plantet["tabell"].to_numpy(object) if "tabell" in plantet else np.full(len(plantet), "inntekt", object)
    rad = plantet["rad_id"].fillna(-1).to_numpy(np.int64)
    maaned = maaneder(plantet["maaned"])
    ident = plantet["ident"].to_numpy(object)
    med_rad = set(zip(funnet["tabell"], funnet["rad_id"], strict=True))
    per_maaned = set(zip(funnet["ident"], funnet["maaned"], strict=True))
    # A finding without row and month is about the person; one with a row is about that row, if the planted one has one.
    om_person = set(funnet.loc[(funnet["maaned"] == UKJENT) & (funnet["rad_id"] < 0), "ident"])
    radtabeller = set(funnet.loc[funnet["rad_id"] >= 0, "tabell"])
    personer = set(funnet["ident"])

    def ett(t: str, r: int, i: str, m: int) -> bool:
        if i in om_person:
            return True
        if r >= 0 and t in radtabeller:
            return (t, r) in med_rad
        return (i, m) in per_maaned if m != UKJENT else i in personer

    return np.array([ett(t, r, i, m) for t, r, i, m in zip(tabell, rad, ident, maaned, strict=True)], bool)
