"""The matrix of roles and acts, as data. What is not in it is forbidden."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

Rolle = Literal["soker", "saksbehandler", "operator", "attestant", "budsjett", "fag", "kontroll", "leder", "utvikler", "system"]
ROLLER: tuple[str, ...] = get_args(Rolle)
ANSATTE = tuple(r for r in ROLLER if r not in ("soker", "system", "utvikler"))
ROLLENAVN = {
    "soker": "søker", "saksbehandler": "saksbehandler", "operator": "operatør", "attestant": "attestant",
    "budsjett": "budsjettdisponerer", "fag": "fagansvarlig", "kontroll": "kontroll", "leder": "leder", "utvikler": "utvikler",
    "system": "systemet",
}  # fmt: skip

HANDLINGER: dict[str, frozenset[str]] = {
    # the batch (bestemmelser om økonomistyring 2.5.2.1 and 3.7.3.2: disposed and attested, by two people, before it is paid)
    "kontroller": frozenset({"operator", "system"}),
    "attester": frozenset({"attestant"}),
    "disponer": frozenset({"budsjett"}),
    "send": frozenset({"operator", "system"}),
    "kvitter": frozenset({"operator", "system"}),
    "avstem": frozenset({"operator", "system"}),
    "avvis": frozenset({"attestant", "budsjett"}),
    "trekk": frozenset({"operator"}),
    "stans": frozenset(ANSATTE),
    # the stop button: everybody may press it, two start again
    "stopp": frozenset({*ANSATTE, "system"}),
    "foresla_start": frozenset({"operator"}),
    "start": frozenset({"attestant", "budsjett", "leder"}),
    # runs, questions, controls
    "kjor": frozenset({"operator", "system"}),
    "svar": frozenset({"operator", "saksbehandler", "system"}),
    "slipp": frozenset({"saksbehandler", "kontroll"}),
    "hold": frozenset({"saksbehandler", "kontroll", "operator", "attestant"}),
    "betal_paa_nytt": frozenset({"saksbehandler", "operator"}),
    # cases
    "se_sak": frozenset({"saksbehandler", "attestant", "kontroll"}),
    "se_liste": frozenset(ANSATTE) - {"leder"},  # what waits, by id and sum: nobody is named, but each line is about somebody
    "behandle": frozenset({"saksbehandler"}),
    "bekreft": frozenset({"saksbehandler", "fag"}),
    # correction and recovery
    "foresla_revurdering": frozenset({"saksbehandler", "operator", "fag"}),
    "godkjenn_revurdering": frozenset({"attestant", "fag"}),
    "avvis_revurdering": frozenset({"saksbehandler", "operator", "attestant", "fag"}),
    "varsle_krav": frozenset({"saksbehandler"}),
    "vedta_krav": frozenset({"saksbehandler"}),
    "oversend_krav": frozenset({"operator"}),
    "bokfor_krav": frozenset({"operator", "system"}),
    # an older copy of the database has been put back
    "godta_kopi": frozenset({"leder"}),
    # who works here
    "registrer_medarbeider": frozenset({"leder"}),
    # figures without persons
    "se_tall": frozenset({*ANSATTE, "utvikler"}),
}


def har_lov(roller: Collection[str], handling: str) -> bool:
    """Whether one of the roles may do it. An act that nobody has heard of is forbidden."""
    return not HANDLINGER.get(handling, frozenset()).isdisjoint(roller)
