"""`ordning verifiser`: is what is stored what was stored?"""

from __future__ import annotations

from dataclasses import asdict

import typer

from kjerne.cli.drift import BRUKER, _bruker, _rom
from kjerne.cli.skjerm import JSON, fremdrift, konsoll, skriv_json


def verifiser(
    spill_av: bool = typer.Option(False, "--spill-av", help="Les også hver lagret fil, og regn ut hvert vedtak på nytt. Tar lengre tid."),
    anker: str = typer.Option("", "--anker", help="Prøv loggen mot et anker fra en dagsrapport: nummer:kontrollsum."),
    kopi: str = typer.Option("", "--godta-kopi", help="Leder: en eldre kopi av databasen er lagt inn, fordi … Alt må være stoppet."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Er noe endret, fjernet eller lagt til bakfra? Går gjennom revisjonsloggen, ankrene, tabellene og buntene. Endrer ingenting."""
    from kjerne.kjoring.verifisering import verifiser as prov

    if kopi:
        return _godta_kopi(kopi, _bruker(bruker), som_json)
    with fremdrift(som_json) as vis:
        svar = prov(_rom(maa_finnes=True), fra_rapport=anker, spill_av=spill_av, fremdrift=vis)
    if som_json:
        skriv_json(asdict(svar) | {"hel": svar.hel, "siste_uten_anker": svar.siste_uten_anker})
    else:
        _vis(svar)
    if not svar.hel:
        raise typer.Exit(1)
    return None


def _vis(svar) -> None:
    from kjerne.drift.tall import antall

    ut = konsoll()
    if svar.hel and not svar.hendelser:
        return ut.print("Revisjonsloggen er tom: ingenting er gjort i denne databasen.")
    if svar.hel:
        sett = f"{antall(svar.hendelser)} hendelser, {antall(svar.ankere)} ankere og {antall(svar.bunter)} bunter"
        ut.print(f"Alt stemmer. {sett} er kontrollert.")
    else:
        ut.print(f"[bold red]Noe er ikke slik det ble lagret.[/] {antall(svar.antall_funn)} funn:")
        for f in svar.funn:
            ut.print(f"  ○ {f'Hendelse {f.nr}: ' if f.nr else ''}{f.hva}", markup=False)
        if svar.antall_funn > len(svar.funn):
            ut.print(f"  … og {antall(svar.antall_funn - len(svar.funn))} til")
        ut.print("Stans utbetalingene, ta vare på databasen og ankerfilen slik de er, og varsle den som har ansvar for sikkerheten.")
    if svar.avspilt is not None:
        ut.print(f"{antall(svar.avspilt)} vedtak er regnet på nytt.")
    if svar.siste_uten_anker:
        ut.print(f"De siste {antall(svar.siste_uten_anker)} hendelsene er ikke forankret ennå.")
    ut.print(f"Loggen slutter med {svar.hode}", markup=False)
    return None


def _godta_kopi(grunn: str, hvem: str, som_json: bool) -> None:
    from kjerne.kjoring.gjenoppretting import godta_kopi

    svar = godta_kopi(_rom(maa_finnes=True), hvem, grunn)
    if som_json:
        return skriv_json(svar)
    return konsoll().print(f"Kopien er godtatt. Loggen sluttet med hendelse {svar['loggen_sluttet']}; hendelse {svar['forankret']} var "
                           f"forankret.\nDe gamle ankrene er tatt vare på i {svar['ankere_lagt_bort']}.", markup=False)  # fmt: skip
