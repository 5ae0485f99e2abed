"""Commands about tables of cases: vurder (try the rules on any table) and syntetisk (make people)."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import typer

from kjerne.cli.regler import ORDNING
from kjerne.cli.skjerm import JSON, konsoll, skriv_json


def vurder(
    ordning: str = ORDNING,
    saker: Path = typer.Option(..., "--saker", help="CSV med kolonnene i eksempler/saker.csv, eller noen av dem."),
    inntekter: Path = typer.Option(None, "--inntekter", help="CSV med kolonnene i eksempler/inntekter.csv."),
    ut: Path = typer.Option(None, "--ut", help="Skriv til denne filen i stedet for skjermen."),
    som_json: bool = JSON,
) -> None:
    """Vurder en tabell med saker: utfall, beløp og verdien av hver regel. Lagrer ingenting."""
    from kjerne.kontrakt.feil import Ordningsfeil
    from kjerne.regelmotor.eksempler import les_saker, svar
    from kjerne.regelmotor.oppdagelse import finn
    from kjerne.regelmotor.sporing import MANUELL

    verk = finn(ordning)
    if inntekter is not None and not inntekter.exists():
        raise Ordningsfeil("Filen finnes ikke.", str(inntekter), "Se etter skrivefeil i navnet.", "Ingen saker er vurdert.", kode=2)
    sett = les_saker(verk, saker, inntekter)
    sporing = sett.kjor()
    ramme = svar(sporing).rename(columns={"forventet": "utfall"})
    ramme.insert(0, "sak", sett.tabell["sak"].to_numpy())
    ramme.insert(3, "beløp_øre", sporing.sum_ore.astype(object))
    ramme.loc[sporing.utfall == MANUELL, ["beløp", "beløp_øre"]] = None  # nobody knows it yet, and that is not 0
    if som_json:
        rader = ramme.to_dict("records")
        if ut is None:
            return skriv_json(rader)
        import json

        tekst = json.dumps(rader, ensure_ascii=False, indent=2)
    else:
        tekst = ramme.to_csv(sep=";", index=False, lineterminator="\n")
    if ut is None:
        sys.stdout.write(tekst)
    else:
        ut.write_text(tekst, "utf-8")
        konsoll(feil=True).print(f"Skrev {len(ramme)} saker til {ut}")
    return None


def syntetisk(
    mappe: Path = typer.Argument(help="Hvor filene skal ligge."),
    antall: int = typer.Option(10_000, help="Antall personer (flere når søknadene krever det)."),
    fro: int = typer.Option(1, "--fro", help="Frø: samme frø gir samme personer."),
    ordning: str = typer.Option("", help="Lag også søknader til denne ordningen."),
    soknader: int = typer.Option(0, help="Antall søknader (0: like mange som personer)."),
    siste_maaned: str = typer.Option("2020-05", help="Siste måned med inntekt."),
    maaneder: int = typer.Option(15, help="Antall måneder med inntekt."),
    form: list[str] = typer.Option(["parquet", "json"], help="Filformer."),
    som_json: bool = JSON,
) -> None:
    """Lag syntetiske personer, arbeidsgivere, inntekter og søknader, med kjente feil plantet og en fasit."""
    from kjerne.cli.skjerm import fremdrift
    from kjerne.kjoring.syntetisk import lag_syntetisk

    siste = _maaned(siste_maaned)
    with fremdrift(som_json) as vis:
        filer = lag_syntetisk(mappe, antall, fro, ordning, soknader or antall, siste, maaneder, tuple(form), vis)
    if som_json:
        return skriv_json({n: str(f) for n, f in filer.items()})
    for navn, fil in filer.items():
        konsoll().print(f"{navn:<22} {fil}")
    return None


def _maaned(tekst: str) -> dt.date:
    from kjerne.kontrakt import verdier
    from kjerne.kontrakt.feil import Ordningsfeil

    try:
        if maaned := verdier.maaned(tekst):
            return maaned
        raise ValueError("måneden mangler")
    except ValueError as grunn:
        hva = f"{grunn}.".capitalize()
        raise Ordningsfeil(hva, "--siste-maaned", "Skriv for eksempel 2020-05.", "Ingen filer er laget.", kode=2) from None
