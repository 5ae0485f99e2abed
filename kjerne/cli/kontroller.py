"""What the controls before payment found, and what is decided about it."""

from __future__ import annotations

import typer

from kjerne.cli.drift import BRUKER, _bruker, _rom
from kjerne.cli.regler import ORDNING
from kjerne.cli.skjerm import JSON, konsoll, skriv_json, tabell

VIST = 30


def kontroller(
    ordning: str = ORDNING,
    slipp: list[str] = typer.Option([], "--slipp", help="Slipp et funn: id-en, minst 8 tegn av den, eller navnet på gruppen. Kan gjentas."),
    hold: list[str] = typer.Option([], "--hold", help="Hold et funn tilbake. Kan gjentas."),
    grunn: str = typer.Option("", "--grunn", help="Hvorfor. En hel setning."),
    alle: bool = typer.Option(False, "--alle", help="Vis også det som er avgjort, og det som bare telles."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Hva kontrollene før utbetaling har stanset, og avgjørelsen av det. En kontroll avslår aldri: et menneske ser på linjen."""
    from kjerne.kjoring.kontrollsteg import avgjor, funn_som_venter
    from kjerne.kjoring.visning import foer_visning, saker_bak
    from kjerne.regelmotor.oppdagelse import finn

    rom, hvem = _rom(), _bruker(bruker)
    finn(ordning)
    if slipp or hold:
        svar = [avgjor(rom, ordning, ider, beslutning, grunn, hvem) for ider, beslutning in ((slipp, "slipp"), (hold, "hold")) if ider]
        if som_json:
            return skriv_json([{"beslutning": s.beslutning, "funn": list(s.funn), "bunter": list(s.bunter)} for s in svar])
        for s in svar:
            hva = "sluppet" if s.beslutning == "slipp" else "holdt tilbake"
            konsoll().print(f"{len(s.funn)} funn er {hva}. Linjene kommer med i neste bunt: ordning kjor {ordning}"
                            if s.beslutning == "slipp" else f"{len(s.funn)} funn er {hva}.")  # fmt: skip
        return None
    liste = funn_som_venter(rom, ordning, alle=alle)
    vist = liste if som_json else liste.head(VIST)
    foer_visning(rom, ordning, saker_bak(rom, vist["linje_id"].dropna()).values(), hvem, "kontroll", "kontroll")
    if som_json:
        return skriv_json(liste.drop(columns=["funnet_tid"]).astype(str).to_dict("records"))
    rader = [[r.kontroll, r.funn_id[:8], r.grunn, r.gruppe[:12], r.beslutning or "venter"] for r in vist.itertuples()]
    tittel = f"{len(liste)} funn" + (f", de {VIST} første" if len(liste) > VIST else "")
    tabell(tittel, ["Kontroll", "Funn", "Hvorfor", "Gruppe", ""], rader)
    if len(liste):
        konsoll().print("Slipp med --slipp FUNN --grunn «…», av en annen enn den som kjørte.", markup=False)
    return None
