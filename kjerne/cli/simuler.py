"""`ordning simuler`: what a scheme costs and whom it reaches before it is law."""

from __future__ import annotations

import time
from pathlib import Path

import typer

from kjerne.cli.drift import _dato
from kjerne.cli.regler import ORDNING
from kjerne.cli.skjerm import JSON, fremdrift, konsoll, skriv_json, tabell


def simuler(
    ordning: str = ORDNING,
    antall: int = typer.Option(100_000, "--antall", min=1, max=2_500_000, help="Antall syntetiske søknader."),
    fro: int = typer.Option(1, "--fro", min=0, help="Frø: samme frø gir samme personer."),
    data: Path = typer.Option(None, "--data", help="Mappe med søknader og inntekt, i stedet for syntetiske personer."),
    sett: list[str] = typer.Option([], "--sett", help="parameter=verdi, eller parameter@dato=verdi. Kan gjentas."),
    mot: str = typer.Option("", "--mot", help="Sammenlign med «forrige» (git HEAD) eller en mappe. Med --sett: ellers reglene nå."),
    dato: str = typer.Option("", "--dato", help="Dagen søknadene kommer."),
    html: Path = typer.Option(None, "--html", help="Skriv siden med diagrammer til denne filen."),
    som_json: bool = JSON,
) -> None:
    """Simuler: hva ordningen koster, hvem den når, og hvem som vinner og taper på en endring. Lagrer og betaler ingenting."""
    from kjerne.drift.innstillinger import Innstillinger
    from kjerne.drift.klokke import Klokke
    from kjerne.kjoring.simulering import Simuleringsvalg
    from kjerne.kjoring.simulering import simuler as kjor
    from kjerne.regelmotor.oppdagelse import finn
    from kjerne.sjekk import sjekk_ordning
    from kjerne.styring.simuleringsside import skriv_simulering
    from kjerne.styring.simuleringstall import simulering_json

    begynte = time.perf_counter()
    verk = finn(ordning)
    funn = len(sjekk_ordning(verk.mappe)) if data and not Innstillinger().krev_syntetisk else None
    valg = Simuleringsvalg(antall, fro, data, tuple(sett), mot, _dato(dato) if dato else None, funn)
    with fremdrift(som_json) as vis:
        t = kjor(verk, valg, Klokke().naa(), vis)
    if html:
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(skriv_simulering(t), "utf-8")
    if som_json:
        return skriv_json(simulering_json(t) | ({"fil": str(html)} if html else {}))
    _vis(t)
    if html:
        konsoll().print(f"Skrev {html}", markup=False)
    sekunder = f"{time.perf_counter() - begynte:.1f}".replace(".", ",")
    return konsoll().print(f"Ferdig på {sekunder} s. Ingen vedtak, ingen utbetaling.", markup=False)


def _vis(t) -> None:
    from kjerne.styring.simuleringsdeler import deler, ingress, nokkeltall
    from kjerne.styring.simuleringsside import merknader

    ut = konsoll()
    ut.print(f"[bold]{t.navn}[/]")
    ut.print(ingress(t), markup=False)
    for navn, tekst in merknader(t):
        ut.print(f"{navn}: {tekst}", markup=False)
    tabell("", ["", "Tall", ""], [[n.navn, n.tall, ", ".join(n.under)] for n in nokkeltall(t)], hoyre=(1,))
    for en in (tab for del_ in deler(t) for tab in del_.tabeller):
        rader = [list(r) for r in en.rader] + ([list(en.fot)] if en.fot else [])
        vis_stolper = en.tittel.endswith("etter beløp") or en.tittel.endswith("endring i beløp")
        tabell(en.tittel, list(en.hoder) + [""] * vis_stolper, _med_stolper(rader) if vis_stolper else rader, hoyre=tuple(en.hoyre))


def _med_stolper(rader: list[list[str]]) -> list[list[str]]:
    """A histogram in text: the longest bar is 40 signs; a hidden number has none."""
    tall = ["".join(t for t in r[1] if t.isdigit()) for r in rader]
    hoyest = max((int(t) for t in tall if t), default=0) or 1
    return [[*r, "█" * round(40 * int(t or 0) / hoyest)] for r, t in zip(rader, tall, strict=True)]
