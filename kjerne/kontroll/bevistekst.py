"""The evidence of a finding in words: cases, days and amounts. It never names a person, an account or an employer."""

from __future__ import annotations

import json

NAVN = {
    "mottakere": "mottakere", "saker": "saker", "antall_saker": "saker i alt", "forrige_sak": "saken før", "forste_sak": "den første saken",
    "annen_sak": "den andre saken", "dager": "dager", "antall": "antall", "maks_dager": "dager som er lov", "dager_etter": "dager etter",
    "begynte": "begynte", "okning_ore": "økning", "for_ore": "før", "siste_ore": "siste måned", "vanlig_ore": "vanlig måned",
    "prosent": "prosent", "krav": "personer som krever", "ansatte": "ansatte i registeret", "krevd_ore": "krevd", "tak_ore": "rom for",
    "forste_linje": "den første linjen", "umulig": "umulige beløp", "over": "over grensen", "vedtatt": "ulik vedtaket",
    "sporet": "ulik reglene", "spor_borte": "uten fil med sporet", "linjer": "linjer", "snitt_ore": "snitt",
    "topp_prosent": "andel i de største",
    "storste_prosent": "andel hos én arbeidsgiver", "sum_ore": "sum", "for_snitt_ore": "snitt før",
    "for_topp_prosent": "andel i de største før",
    "for_storste_prosent": "andel hos én arbeidsgiver før", "for_antall": "antall før", "for_sum_ore": "sum før",
}  # fmt: skip
_BARE_SAGT = {"endret_etter_soknad": "kontoen er endret etter søknaden"}  # true when it is there
_REKKEFOLGE = [*NAVN, *_BARE_SAGT]


def i_ord(bevis: str) -> str:
    """«mottakere 3; saker a, b, c»"""
    verdier = json.loads(bevis)
    return "; ".join(_BARE_SAGT.get(n) or f"{NAVN[n]} {_vis(n, verdier[n])}" for n in sorted(verdier, key=_REKKEFOLGE.index))


def _vis(navn: str, verdi: str | int | list[str]) -> str:
    if isinstance(verdi, list):
        return ", ".join(verdi)
    if navn.endswith("_ore"):
        return f"{verdi // 100:,} kr".replace(",", " ")
    return f"{verdi} %" if navn.endswith("prosent") else str(verdi)
