"""`ordning forklar`: which rule and which facts decided a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kjerne.cli.drift import BRUKER
from kjerne.cli.regler import ORDNING
from kjerne.cli.skjerm import JSON, konsoll, skriv_json, tabell

if TYPE_CHECKING:
    from kjerne.regelmotor.forklaring import Forklaring


def forklar(
    ordning: str = ORDNING,
    sak: str = typer.Argument(help="Et eksempel (K-03), en søknads-id, en sak_id eller en vedtak_id."),
    brev: Path = typer.Option(None, "--brev", help="Skriv brevet i saken til denne filen; av et eksempel det brevet saken ville fått."),
    formaal: str = typer.Option("saksbehandling", "--formaal", help="Hvorfor du ser på saken: saksbehandling, klage, kontroll, innsyn, "
                                "revisjon eller feilretting. Oppslaget blir ført."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Hvilken regel og hvilke opplysninger avgjorde saken? Virker for eksempler og for saker i databasen."""
    from kjerne.kjoring.oppslag import forklar_sak

    funnet = forklar_sak(ordning, sak, bruker, formaal, brev)
    if som_json:
        return skriv_json(asdict(funnet.forklaring) | {"sak": sak, "vedtak": funnet.vedtak, "kvalitet": funnet.kvalitet})
    vis_forklaring(sak, funnet.forklaring, funnet.kvalitet)
    if funnet.vedtak:
        konsoll().print("Vedtak " + ", ".join(f"{n}: {v}" for n, v in funnet.vedtak.items()), markup=False)
    return None


def vis_forklaring(navn: str, f: Forklaring, kvalitet: Sequence[dict] = ()) -> None:
    """The outcome, what decided it, every rule with its value, and the parameters that held."""
    from kjerne.drift.tall import kroner
    from kjerne.kjoring.forklaringstekst import grunnlag, skriv
    from kjerne.kontrakt.manifest import rolle

    ut = konsoll()
    ut.print(f"[bold]{navn}[/]: [bold]{f.utfall}[/]" + (f", {kroner(f.belop_ore)}" if f.belop_ore else ""))
    for ledd in (x for x in f.ledd if x.avgjorde):
        ut.print(f"  Avgjort av: «{ledd.tekst}» er ikke oppfylt ({ledd.hjemmel}).\n    Opplysninger: {grunnlag(ledd)}", markup=False)
    if f.mangler:
        ut.print(f"  Mangler: {', '.join(f.mangler)}")
    for k in kvalitet:
        ut.print(f"  Kvalitet: {k['kontroll']}: {k['hvorfor']} ({k['observert']})", markup=False)
    for linje in f.linjer:
        ut.print(f"  Betales til {rolle(linje['rolle'])}: {kroner(linje['belop_ore'])} for "
                 f"{skriv(linje['fom'], 'dato')} – {skriv(linje['tom'], 'dato')}")
    tabell(
        "Reglene",
        ["Regel", "Verdi", "Bygger på", "Hjemmel"],
        [
            [
                ("► " if x.avgjorde else "") + x.tekst,
                skriv(x.verdi, x.enhet) + (" (ikke innvilget)" if x.art == "beløp" and x.verdi and f.utfall != "innvilget" else ""),
                grunnlag(x),
                x.hjemmel,
            ]
            for x in f.ledd
        ],
    )
    tabell(
        "Parametre som gjaldt",
        ["Parameter", "Verdi", "Fra", "Hjemmel", "Kilde"],
        [[p["navn"], skriv(p["verdi"], p["enhet"]), skriv(p["fra"], "dato"), p["hjemmel"], p["kilde"]] for p in f.parametre],
    )
