"""`ordning forklar`: which rule and which facts decided a case."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from kjerne.cli.regler import ORDNING
from kjerne.cli.skjerm import JSON, konsoll, skriv_json, tabell


def forklar(
    ordning: str = ORDNING,
    sak: str = typer.Argument(help="Et eksempel (K-03), en søknads-id, en sak_id eller en vedtak_id."),
    brev: Path = typer.Option(None, "--brev", help="Skriv brevet i saken til denne filen."),
    som_json: bool = JSON,
) -> None:
    """Hvilken regel og hvilke opplysninger avgjorde saken? Virker for eksempler og for saker i databasen."""
    from kjerne.drift.tall import kroner
    from kjerne.kjoring.oppslag import forklar_sak

    funnet = forklar_sak(ordning, sak)
    if brev is not None:
        from kjerne.kjoring.oppslag import skriv_brevet

        skriv_brevet(funnet, brev)
    if som_json:
        return skriv_json(asdict(funnet.forklaring) | {"sak": sak, "vedtak": funnet.vedtak, "kvalitet": funnet.kvalitet})
    f, ut = funnet.forklaring, konsoll()
    ut.print(f"[bold]{sak}[/]: [bold]{f.utfall}[/]" + (f", {kroner(f.belop_ore)}" if f.belop_ore else ""))
    for ledd in (x for x in f.ledd if x.avgjorde):
        fakta = ", ".join(f"{n} = {v or 'ukjent'}" for n, v in ledd.grunnlag.items())
        ut.print(f"  Avgjort av: «{ledd.tekst}» er ikke oppfylt ({ledd.hjemmel}).\n    Opplysninger: {fakta}", markup=False)
    if f.mangler:
        ut.print(f"  Mangler: {', '.join(f.mangler)}")
    for k in funnet.kvalitet:
        ut.print(f"  Kvalitet: {k['kontroll']}: {k['hvorfor']} ({k['observert']})", markup=False)
    for linje in f.linjer:
        ut.print(f"  Betales til {linje['rolle']}: {kroner(linje['belop_ore'])} for {linje['fom']}–{linje['tom']}")
    tabell(
        "Reglene",
        ["Regel", "Verdi", "Bygger på", "Hjemmel"],
        [
            [
                ("► " if x.avgjorde else "") + x.tekst,
                x.verdi or "ukjent",
                ", ".join(f"{n} = {v or 'ukjent'}" for n, v in x.grunnlag.items()),
                x.hjemmel,
            ]
            for x in f.ledd
        ],
    )
    tabell(
        "Parametre som gjaldt",
        ["Parameter", "Verdi", "Fra", "Hjemmel", "Kilde"],
        [[p["navn"], f"{p['verdi']} {p['enhet']}", p["fra"], p["hjemmel"], p["kilde"]] for p in f.parametre],
    )
    if funnet.vedtak:
        ut.print("Vedtak " + ", ".join(f"{n}: {v}" for n, v in funnet.vedtak.items()), markup=False)
    return None
