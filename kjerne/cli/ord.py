"""`ordning ord`: the words of the rules, the ready facts, the types, the units and the checks, each in one sentence."""

from __future__ import annotations

from dataclasses import asdict

import typer

from kjerne.cli.skjerm import JSON, skriv_json, tabell

DELER = {"ord": "Ord i en regel", "fakta": "Fakta som er der", "felt": "Felttyper", "regler": "Slags regler", "enheter": "Enheter",
         "kontroller": "Kontroller i kvalitet.toml", "handlinger": "Handlinger"}  # fmt: skip


def ord_(
    sok: str = typer.Argument("", help=f"En del av listen ({', '.join(DELER)}), eller en del av et ord. Tomt: alt."),
    som_json: bool = JSON,
) -> None:
    """Vis ordene en regel kan bruke, fakta som er der, felttyper, enheter og kvalitetskontroller."""
    from kjerne.kontrakt import ordliste
    from kjerne.kontrakt.feil import Ordningsfeil
    from kjerne.kontrakt.verdier import nfc
    from kjerne.kvalitet import ordliste as kvalitetsliste

    alle = ordliste.oppslag() | kvalitetsliste.oppslag()
    sok = nfc(sok.strip()).casefold()
    if sok in DELER:
        alle = {DELER[sok]: alle[DELER[sok]]}
    elif sok:
        alle = {del_: [o for o in liste if sok in f"{o.navn} {o.betyr}".casefold()] for del_, liste in alle.items()}
    alle = {del_: liste for del_, liste in alle.items() if liste}
    if not alle:
        gjor = f"Skriv en av {', '.join(DELER)}, eller ingenting."
        raise Ordningsfeil(f"Ingenting i listen passer til «{sok[:60]}».", "ordning ord", gjor, "Ingenting er vist.", kode=2)
    if som_json:
        return skriv_json({del_: [asdict(o) for o in liste] for del_, liste in alle.items()})
    for del_, liste in alle.items():
        tabell(del_, ["Navn", "Skrives", "Betyr"], [[o.navn, o.skrives, o.betyr] for o in liste])
    return None
