"""`ordning demo`: ten thousand synthetic applications all the way to an approved bank file and a report."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import typer

from kjerne.cli.skjerm import JSON, fremdrift, konsoll, skriv_json, tabell


def demo(
    ordning: str = typer.Option("", help="Hvilken ordning (tomt: den første som er godkjent)."),
    antall: int = typer.Option(10_000, min=1, help="Antall søknader."),
    fro: int = typer.Option(1, "--fro", help="Frø for de syntetiske personene."),
    form: str = typer.Option("json", help="Hva registrene leverer: json (som Inntektskomponenten) eller parquet."),
    maaneder: int = typer.Option(0, max=36, help="Måneder med inntekt for hver person (0: det ordningen trenger)."),
    dagen: bool = typer.Option(True, "--dagen/--uten-dagen", help="Spill hele dagen: svar, kontroller, kvittering, retting, avstemming."),
    mappe: Path = typer.Option(Path("var/demo"), help="Hvor demoen legger filene. Mappen tømmes først."),
    som_json: bool = JSON,
) -> None:
    """Kjør alt på syntetiske personer: søknader, vedtak, brev, tre personer på jobb, bankfil, kvittering, retting og avstemming."""
    from kjerne.kjoring.demo import demovalg, kjor_demo
    from kjerne.kontrakt.feil import Ordningsfeil

    begynte = time.perf_counter()
    if form not in ("json", "parquet"):
        raise Ordningsfeil(f"Formen «{form}» finnes ikke.", "--form", "Velg json eller parquet.", "Ingenting er gjort.", kode=2)
    valg = demovalg(ordning, antall=antall, fro=fro, form=form, maaneder=maaneder, hele_dagen=dagen)
    _tom(mappe)
    with fremdrift(som_json) as vis:
        svar, maalinger = kjor_demo(mappe.resolve(), valg, vis)
    svar["sekunder"] = round(time.perf_counter() - begynte, 1)
    if som_json:
        return skriv_json(svar)
    return _vis(svar, maalinger, valg)


def _tom(mappe: Path) -> None:
    """Empties a folder that an earlier demo made; refuses any other."""
    from kjerne.kontrakt.feil import Ordningsfeil

    merke = mappe / ".ordning-demo"
    if mappe.exists() and any(mappe.iterdir()) and not merke.exists():
        raise Ordningsfeil("Mappen er ikke tom, og er ikke laget av en demo.", str(mappe), "Velg en annen mappe med --mappe.",
                           "Ingenting er slettet.", kode=2)
    shutil.rmtree(mappe, ignore_errors=True)
    mappe.mkdir(parents=True)
    merke.touch()


def _vis(svar: dict, maalinger, valg) -> None:
    from kjerne.cli.drift import vis_karantene, vis_maalinger, vis_tall
    from kjerne.drift.tall import antall, kroner

    ut = konsoll()
    vis_maalinger(maalinger)
    vis_karantene(svar["leveranser"])
    vis_tall(svar)
    ut.print(f"\n{antall(svar['sporsmal_stilt'])} spørsmål er klare til arbeidsgivere og søkere.")
    if svar.get("dagen"):
        tabell("Dagen", ["Når", "Hvem", "Hva"], [[h["tid"], h["hvem"], h["hva"]] for h in svar["dagen"]])
    for b in svar["bunter"] if not svar.get("dagen") else ():
        ut.print(f"Bunt {b['bunt_id'][:12]}: {antall(b['antall'])} betalinger, {kroner(b['sum_ore'])}. Laget av {valg.forbereder}, "
                 f"attestert av {valg.attestant}, disponert av {valg.budsjett}.")
    if not svar["bunter"]:
        ut.print("Ingen er innvilget, så det er ingen bankfil.")
    else:
        ut.print("Bankfilen er " + ("godtatt av XSD-en for pain.001.001.09." if svar["xsd_godtatt"] else "ikke kontrollert mot XSD."))
    ut.print("\n[bold]Her ligger alt[/]")
    for navn, sti in svar["filer"].items():
        ut.print(f"  {navn:<14} {sti}", markup=False)
    ut.print(f"\nPrøv: ORDNING_DATA={svar['mappe']} ./ordning forklar {svar['ordning']} {svar['eksempelsak']}", markup=False)
    ut.print(f"I nettleseren: ./ordning konsoll --data {svar['mappe']}", markup=False)
    ut.print(f"Ferdig på {str(svar['sekunder']).replace('.', ',')} s. Alle personer er syntetiske, og ingen penger er sendt.")
