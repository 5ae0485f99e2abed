"""What `ordning ny` shows: the files, the trial, the next steps, and what a merge did."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from kjerne.cli.skjerm import konsoll

RUNBOOK = "runbooks/20-ny-ordning-paa-en-dag.md"


def kort(sti: str | Path) -> str:
    """The path as seen from here, when that is shorter."""
    return min(str(sti), os.path.relpath(sti), key=len)


def vis_filer(mappe: Path, filer: dict[str, str]) -> None:
    ut = konsoll()
    ut.print(f"{kort(mappe)}/", markup=False)
    for navn, tekst in filer.items():
        ut.print(f"  {navn:<26}{len(tekst.splitlines()):>4} linjer", markup=False)
    ut.print("  REGLER.md                  lages av reglene\n  .mal/                      svarene, og det malen ga\n")
    ut.print("Ingenting er skrevet.")


def vis_skrevet(ut: dict[str, Any]) -> None:
    skjerm = konsoll()
    skjerm.print(f"Skrev {len(ut['filer'])} filer i {kort(ut['mappe'])}.", markup=False)
    skjerm.print(f"Sjekk: i orden. {ut['eksempler']} eksempler, {ut['avvik']} avvik. "
                 f"{ut['endringer_provd']} endringer prøvd, {ut['hull']} hull.")


def vis_neste(ut: dict[str, Any]) -> None:
    from kjerne.drift.tall import antall, kroner

    skjerm = konsoll()
    if p := ut.get("prove"):
        ordene = {"innvilget": "innvilget", "avslag": "avslag", "sporsmal": "med spørsmål", "karantene": "i karantene", "venter": "venter"}
        deler = [f"{antall(p[n])} {ord_}" for n, ord_ in ordene.items() if p[n]]
        skjerm.print(f"Prøve: {antall(p['mottatt'])} syntetiske søknader ga {', '.join(deler)}. Innvilget i alt: {kroner(p['sum_ore'])}.")
    skjerm.print(f"Ferdig på {str(ut['sekunder']).replace('.', ',')} s. Vilkår og satser er malens eksempler, ikke rett.\n")
    id_, mappe = ut["ordning"], kort(ut["mappe"])
    skjerm.print("[bold]Neste steg[/]")
    skjerm.print(f"  Siden som tar dere hele veien: {RUNBOOK}. Ordene i en regel: ordning ord\n"
                 f"  1. Skriv forskriftens vilkår og satser i {mappe}/regler.py og parametre.csv.\n"
                 f"  2. La juristen skrive saker i {mappe}/eksempler/saker.csv, og kjør: ordning eksempler {id_}\n"
                 f"  3. Se hva ordningen koster: ordning simuler {id_}, og hva som mangler: ordning sjekk {id_}", markup=False)


def vis_oppdatering(mappe: Path, resultat: Any, funn: list, bare_vis: bool) -> None:
    ut = konsoll()
    if not resultat.endringer:
        return ut.print(f"{mappe.name}: malen har ikke noe nytt. Ingenting er endret.")
    ut.print(f"{mappe.name}: " + ("dette ville blitt endret" if bare_vis else "malen er flettet inn"))
    for e in resultat.endringer:
        ut.print(f"  {e.sti:<26}{e.hva}", markup=False)
        if bare_vis and e.forskjell:
            ut.print("\n" + e.forskjell, markup=False)
    if n := len(resultat.konflikter):
        ut.print(f"\n{n} {'fil' if n == 1 else 'filer'} har en konflikt: malen og dere har endret de samme linjene. Begge utgaver "
                 f"{'ville stått' if bare_vis else 'står'} mellom <<<<<<< og >>>>>>>.", markup=False)
    if bare_vis:
        ut.print("\nIngenting er skrevet.")
    elif resultat.konflikter:
        ut.print(f"Behold det riktige, slett merkene, og kjør: ordning dok {mappe.name}", markup=False)
    elif funn:
        ut.print(f"\nEtter flettingen er det {len(funn)} ting å rette. Kjør: ordning sjekk {mappe.name}")
    else:
        ut.print(f"\nSjekk: i orden. Se endringene: git diff {kort(mappe)}", markup=False)
    return None
