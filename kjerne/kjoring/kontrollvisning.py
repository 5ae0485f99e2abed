"""The controls as a caseworker and a jurist read them: what is stopped, by cause; and which controls a scheme has."""

from __future__ import annotations

import pandas as pd

from kjerne.kjoring.kontrollgrunnlag import kontrollvalg
from kjerne.kjoring.kontrollsteg import funn_som_venter, siste_kontroller, stopper_na
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kontroll.bevistekst import i_ord
from kjerne.kontroll.katalog import katalog, plan_for
from kjerne.lager.motor import lesende
from kjerne.regelmotor.regelverk import Regelverk

_KORT, _SAKER = 12, 5
HANDLING = {"STOPP": "linjen venter på et menneske", "STOPP_BUNT": "bunten venter på et menneske", "STIKK": "stikkprøve",
            "ETTER": "etterkontroll"}  # fmt: skip


def oversikt(rom: Arbeidsrom, verk: Regelverk) -> dict:
    """What is stopped, by cause (grupper), what is only counted, and what the controls came to the last time (sist)."""
    alle = funn_som_venter(rom, verk.id, alle=True)
    stopper = stopper_na(alle)
    venter = alle[stopper]
    kort = _kortnavn(venter["gruppe"].unique())
    grupper = [_gruppe(verk.id, kort[navn], egne) for (_, navn), egne in venter.groupby(["kontroll", "gruppe"])]
    bare_talt = alle[~stopper & ~alle["handling"].str.startswith("STOPP") | (alle["modus"] == "skygge")]
    talt = bare_talt.groupby(["kontroll", "modus", "handling"]).size()
    with lesende(rom.motor) as conn:
        sist = siste_kontroller(conn, verk.id)
    linjer = venter.dropna(subset="linje_id").drop_duplicates("linje_id")
    return {
        "ordning": verk.id,
        "stanset": {"linjer": len(linjer), "belop_ore": int(linjer["belop_ore"].sum()), "bunter": int(venter["bunt_id"].nunique())},
        "grupper": sorted(grupper, key=lambda g: (g["kontroll"], -g["antall"], g["gruppe"])),
        "bare_talt": [
            {"kontroll": k, "navn": katalog()[k].navn, "modus": m, "handling": h, "antall": int(n)} for (k, m, h), n in talt.items()
        ],
        "sist": sist,
    }


def _gruppe(ordning: str, kort: str, egne: pd.DataFrame) -> dict:
    """One cause: how much it stops, why, on what it stands, what an honest person may have done, and what to do."""
    forst = egne.iloc[0]
    k, saker = katalog()[forst["kontroll"]], sorted(egne["sak_id"].dropna().unique())
    return {
        "kontroll": k.id, "navn": k.navn, "gruppe": kort, "antall": len(egne), "belop_ore": int(egne["belop_ore"].sum()),
        "handling": forst["handling"], "grunn": forst["grunn"], "bevis": i_ord(forst["bevis"]),
        "saker": saker[:_SAKER], "antall_saker": len(saker), "bunt_id": forst["bunt_id"] if pd.notna(forst["bunt_id"]) else None,
        "beslutning": forst["beslutning"] or "venter",
        "funnet_av": forst["laget_av"], "uskyldig": k.uskyldig, "funn": list(egne["funn_id"]),
        "slipp": f"ordning kontroller {ordning} --slipp {kort} --grunn «…»",
        "hold": f"ordning kontroller {ordning} --hold {kort} --grunn «…»",
    }  # fmt: skip


def _kortnavn(navnene) -> dict[str, str]:
    """As much of each name as tells it from the others."""
    lengde = _KORT
    while len({n[:lengde] for n in navnene}) < len(navnene):
        lengde += 4
    return {n: n[:lengde] for n in navnene}


def katalogside(verk: Regelverk) -> list[dict]:
    """Every control as it is for the scheme today: what for, by what right, what it reads, at which thresholds, what it does, and
    until when."""
    valg = kontrollvalg(verk.manifest)
    plan = plan_for(valg, verk.manifest.gjelder.fra, str(verk.mappe / "ordning.toml"))
    return [
        {
            "kontroll": p.kontroll.id, "navn": p.kontroll.navn, "formaal": p.kontroll.formaal, "hjemmel": p.kontroll.hjemmel,
            "leser": list(p.kontroll.leser), "grenser": p.grenser, "handling": HANDLING[p.kontroll.handling], "modus": p.modus,
            "avsluttes": p.kontroll.avsluttes.isoformat(), "uskyldig": p.kontroll.uskyldig, "ikke_kjort": p.ikke_kjort,
        }
        for p in plan
    ]  # fmt: skip
