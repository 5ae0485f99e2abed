"""`ordning modenhet`, `signer` and `avvikl`: how far a scheme has come, who has signed it, and its end."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from kjerne.cli.drift import BRUKER, _bruker, _dato, _rom
from kjerne.cli.regler import ORDNING, VALGFRI, _valgte, si_ute_av_drift
from kjerne.cli.skjerm import JSON, fremdrift, konsoll, skriv_json

_MERKE = {"gjort": "[green]✓ gjort [/]", "unntak": "[yellow]– unntak[/]", "todo": "[red]○ gjenstår[/]"}


def modenhet(ordning: str = VALGFRI, som_json: bool = JSON) -> None:
    """Vis hvor langt ordningen er kommet (utkast, prove, godkjent, lukket, avviklet), og hva som gjenstår."""
    from kjerne.regelmotor.modenhet import stilling
    from kjerne.sjekk import sjekk_ordning

    verkene, ute = _valgte(ordning)
    alle = [stilling(v, funn=len(sjekk_ordning(v.mappe))) for v in verkene]
    if som_json:
        skriv_json({"ordninger": [asdict(s) for s in alle], "ute_av_drift": [{"id": u.id} | u.grunn.som_dict() for u in ute]})
    else:
        for s, v in zip(alle, verkene, strict=True):
            _vis(s, v.manifest.eier.jurist)
        si_ute_av_drift(ute)
    if ute:
        raise typer.Exit(1)


def _vis(s, jurist: str) -> None:
    from kjerne.kontrakt.modenhet import BETYR, TRINN

    ut = konsoll()
    stige = " → ".join(f"[bold reverse] {t} [/]" if t == s.trinn else t for t in TRINN)
    ut.print(f"\n[bold]{s.ordning}[/]   {stige}\n{BETYR[s.trinn]}")
    if s.bedt_om != s.trinn:
        ut.print(f"[yellow]ordning.toml ber om {s.bedt_om}, men kravene nedenfor er ikke oppfylt.[/]")
    for trinn in TRINN[1:]:
        ut.print(f"\n[bold]For å være {trinn}[/]")
        for x in (x for x in s.ledd if x.krav.trinn == trinn):
            grunn = f"\n              [dim]{x.grunn}[/]" if x.grunn else ""
            ut.print(f"  {_MERKE[x.status]} {x.krav.tekst} [dim]({x.krav.id})[/]{grunn}")
    ut.print("\n" + _neste(s, jurist), markup=False)


def _neste(s, jurist: str) -> str:
    """How to get further, said once for each place to stand."""
    from kjerne.kontrakt.modenhet import TRINN

    neste = TRINN[min(TRINN.index(s.trinn) + 1, len(TRINN) - 1)]
    mangler = [x.krav.id for x in s.mangler(neste) if x.krav.id != "signatur"]
    if "sjekk" in mangler:
        return f"Neste: rett det sjekken finner: ordning sjekk {s.ordning}."
    if mangler:
        hva = "Ordningen kan kjøres. For å lukke den" if s.trinn == "godkjent" else "Neste"
        return f"{hva}: gjør dette, og skriv det i modenhet.toml: {', '.join(mangler)}."
    signer = f"ordning dok {s.ordning}, så ordning signer {s.ordning} --jurist \"{jurist}\""
    if s.bedt_om == neste or s.trinn == TRINN[-1]:
        return f"Neste: {signer}." if s.bedt_om != s.trinn else "Ingenting gjenstår."
    return f'Neste: skriv tilstand = "{neste}" i ordning.toml, og kjør {signer}.'


def signer(
    ordning: str = ORDNING,
    jurist: str = typer.Option(..., "--jurist", help="Juristen som har lest REGLER.md, med navnet som står i [eier] i ordning.toml."),
    dato: str = typer.Option("", "--dato", help="Datoen for signaturen (ellers i dag)."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Skriv juristens signatur i modenhet.toml, over REGLER.md slik den er nå. En endret regel gjør signaturen ugyldig."""
    from kjerne.kjoring.signering import signer_ordning

    verk = _valgte(ordning)[0][0]
    _krev_ferdig(verk)
    rom = _rom()
    s = signer_ordning(rom, verk, jurist, _dato(dato) if dato else rom.klokke.idag(), _bruker(bruker))
    if som_json:
        return skriv_json(s.model_dump(mode="json") | {"ordning": verk.id})
    hva = f"{jurist} har signert REGLER.md for {verk.id} ({s.regler_sha256[:12]}). Se: ordning modenhet {verk.id}"
    return konsoll().print(hva, markup=False)


def _krev_ferdig(verk) -> None:
    """Raises Ordningsfeil (kode 4) when there is something that a jurist cannot put her name to."""
    from kjerne.kontrakt.feil import Ordningsfeil
    from kjerne.sjekk import sjekk_ordning
    from kjerne.sjekk.malrester import rester

    if funn := [f for f in sjekk_ordning(verk.mappe) if not f.hvor.endswith("modenhet.toml")]:
        raise Ordningsfeil(f"Sjekken har {len(funn)} funn, det første: {funn[0].hva}", funn[0].hvor, f"Kjør: ordning sjekk {verk.id}",
                           "Ingenting er signert.", kode=4)  # fmt: skip
    if igjen := rester(verk):
        raise Ordningsfeil(igjen[0].hva, igjen[0].hvor, igjen[0].gjor_dette, "Ingenting er signert.", kode=4)


def avvikl(
    ordning: str = ORDNING,
    utfor: bool = typer.Option(False, "--utfor", help="Lag arkivpakken og ta ut mappen. Uten dette vises bare hva som gjenstår."),
    til: Path = typer.Option(Path("var/arkiv"), "--til", help="Mappen som arkivpakken legges i."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Ta en lukket ordning ut: vis hva som gjenstår, lag arkivpakke, og fjern mappen. Vedtakene kan fortsatt forklares."""
    from kjerne.kjoring.avvikling import avvikl as ta_ut
    from kjerne.regelmotor.oppdagelse import finn

    verk, rom = finn(ordning), _rom(maa_finnes=True)
    with fremdrift(som_json) as vis:
        a = ta_ut(rom, verk, til, utfor=utfor, fremdrift=vis, av=_bruker(bruker))
    if som_json:
        skriv_json(asdict(a) | {"pakke": str(a.pakke) if a.pakke else None})
    else:
        _vis_avvikling(a, utfor)
    if utfor and not a.tatt_ut:
        raise typer.Exit(4)


def _vis_avvikling(a, utfor: bool) -> None:
    ut = konsoll()
    if a.tatt_ut:
        ut.print(f"{a.ordning} er avviklet. Arkivpakke: {a.pakke} (sha256 {a.sha256[:16]}).\n"
                 f"{a.vedtak} vedtak er regnet på nytt uten avvik, og kan fortsatt forklares.", markup=False)  # fmt: skip
        return
    if a.skyldes:
        ut.print(f"[bold]{a.ordning} kan ikke tas ut ennå. Dette gjenstår:[/]")
        for hva in a.skyldes:
            ut.print(f"  ○ {hva}", markup=False)
        ut.print("Ingenting er endret.")
        return
    ut.print(f"Ingenting gjenstår. Ta den ut med: ordning avvikl {a.ordning} --utfor", markup=False)
