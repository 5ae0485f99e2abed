"""The command `sjekk`: what is left to do in a scheme folder, as a list grouped by file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kjerne.cli.regler import VALGFRI
from kjerne.cli.skjerm import JSON, konsoll, skriv_json

if TYPE_CHECKING:
    from kjerne.sjekk.funn import Funn

LIM_INN = 12  # rows shown for one finding; --json has them all
MAKS = 10  # findings shown of one kind in one file
STEDER = 5  # places shown of one fault


def sjekk(
    ordning: str = VALGFRI,
    rett: bool = typer.Option(False, "--rett", help="Rett det mekaniske først: REGLER.md, tegnkoding, linjeskift og mellomrom i mappen."),
    som_json: bool = JSON,
) -> None:
    """Gå gjennom ordningen og si hva som mangler, hvor, hvorfor og hvordan det rettes."""
    from kjerne.regelmotor.oppdagelse import mapper
    from kjerne.sjekk import sjekk_ordning
    from kjerne.sjekk.rett import rett_mappe

    valgte = [m for m in mapper() if not ordning or m.name == ordning]
    if ordning and not valgte:
        from kjerne.regelmotor.oppdagelse import finn

        finn(ordning)  # raises with the known schemes
    gjort = {m.name: rett_mappe(m) for m in valgte} if rett else {}
    funn = {m: sjekk_ordning(m) for m in valgte}
    if som_json:
        liste = {m.name: [f.som_dict() for f in egne] for m, egne in funn.items()}
        skriv_json({"rettet": gjort, "funn": liste} if rett else liste)
    else:
        for m, egne in funn.items():
            _vis(m, egne, gjort.get(m.name, []))
    if any(funn.values()):
        raise typer.Exit(1)


def _vis(mappe: Path, funn: list[Funn], gjort: list[str]) -> None:
    from kjerne.sjekk.funn import etter_fil

    ut = konsoll()
    for linje in gjort:
        ut.print(f"Rettet {mappe.name}/{linje}", markup=False)
    ut.print(f"[bold]{mappe.name}[/]: " + (f"{len(funn)} ting å rette" if funn else "[green]i orden[/]"))
    nr = 0
    for fil, egne in etter_fil(mappe, funn).items():
        ut.print(f"\n  [bold]{fil.replace('[', chr(92) + '[')}[/]")
        for grunn in dict.fromkeys(f.hvorfor for f in egne):
            nr = _vis_slag(ut, nr, [f for f in egne if f.hvorfor == grunn])
            ut.print(f"       Hvorfor: {grunn}", markup=False, style="dim")
    if funn:
        ut.print(f"\nKjør igjen når noe er rettet: ordning sjekk {mappe.name}", markup=False)


def _vis_slag(ut, nr: int, funn: list[Funn]) -> int:
    """The findings of one kind in a file: the same fault in many places once, what to do once for all that need the same,
    and no more than a person reads. Returns the number of the last one."""
    samlet: dict[tuple, list[Funn]] = {}
    for f in funn:
        samlet.setdefault((f.gjor_dette, f.hva, f.lim_inn), []).append(f)
    vist = list(samlet.items())[:MAKS]
    for gjor in dict.fromkeys(nokkel[0] for nokkel, _ in vist):
        for (_, hva, _), like in (x for x in vist if x[0][0] == gjor):
            nr += 1
            sted = _steder([f.hvor for f in like])
            ut.print(f"  {nr:>3}. {hva}" + (f" ({sted})" if sted else ""), markup=False)
            _lim_inn(ut, like[0])
        ut.print(f"       Slik retter du: {gjor}", markup=False)
    if resten := sum(map(len, samlet.values())) - sum(len(like) for _, like in vist):
        ut.print(f"       … og {resten} til av samme slag. Rett disse først; alle står i: ordning sjekk --json", markup=False)
    return nr


def _steder(hvor: list[str]) -> str:
    """Where in the file: «linje 3», or «linje 3, 8, 14 … og 4 til»."""
    steder = [sted for h in hvor if (sted := ", ".join(h.split(", ")[1:]))]
    if len(steder) < 2:
        return "".join(steder)
    forste = [s.removeprefix("linje ") if nr and s.startswith("linje ") else s for nr, s in enumerate(steder[:STEDER])]
    return ", ".join(forste) + (f" … og {len(steder) - STEDER} til" if len(steder) > STEDER else "")


def _lim_inn(ut, funn: Funn) -> None:
    for fil in dict.fromkeys(fil for fil, _ in funn.lim_inn):
        linjer = [linje for f, linje in funn.lim_inn if f == fil]
        ut.print(f"       Lim inn i {fil}:", markup=False)
        for linje in linjer[:LIM_INN]:
            ut.print(f"         {linje}", markup=False)
        if len(linjer) > LIM_INN:
            ut.print(f"         … og {len(linjer) - LIM_INN} til; se --json", markup=False)
