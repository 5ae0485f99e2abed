"""What operators, attestants and budget holders do with batches: kontroller, godkjenn, avbryt, utbetal, kvitter, avstem."""

from __future__ import annotations

from pathlib import Path

import typer

from kjerne.cli.drift import BRUKER, _bruker, _rom
from kjerne.cli.regler import ORDNING
from kjerne.cli.skjerm import JSON, fremdrift, konsoll, skriv_json, tabell

NESTE = {"attestert": "Neste: en tredje person disponerer med: ordning godkjenn {o}", "disponert": "Neste: ordning utbetal {o}"}


def godkjenn(
    ordning: str = ORDNING,
    bunt: str = typer.Option("", "--bunt", help="Buntens id. Tomt: alle som venter."),
    antall: int = typer.Option(None, "--antall", help="Antallet du har sett. Uten dette blir du spurt."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Attester eller disponer en bunt som en annen har laget: først den ene, så en tredje person. Du bekrefter ved å skrive antallet."""
    from kjerne.kjoring.attestering import for_en_annen, godkjenn_bunt, ventende
    from kjerne.kontrakt.feil import Ordningsfeil
    from kjerne.regelmotor.oppdagelse import finn

    ikke_gjort = "Ingenting er godkjent."
    if som_json and antall is None:
        raise Ordningsfeil("Valget --antall mangler.", "ordning godkjenn --json", "Oppgi antallet du har sett, med --antall.", ikke_gjort,
                           kode=2)  # fmt: skip
    finn(ordning)
    rom, hvem = _rom(), _bruker(bruker)
    bunter = ventende(rom, ordning, bunt)
    if not bunter:
        raise Ordningsfeil("Ingen bunt venter på godkjenning.", ordning, f"Se status: ordning status {ordning}", ikke_gjort, kode=2)
    if not bunt and not (bunter := [b for b in bunter if not for_en_annen(rom, b, hvem)]):
        raise Ordningsfeil("Buntene som venter, må godkjennes av en annen enn deg.", ordning, "Be en som verken har laget eller attestert "
                           "dem.", ikke_gjort, kode=4)  # fmt: skip
    godkjente = [godkjenn_bunt(rom, b, hvem, _spor_om_antall(b) if antall is None else antall) for b in bunter]
    if som_json:
        return skriv_json([{"bunt_id": b.bunt_id, "tilstand": b.tilstand, "av": b.hendelser[-1].av, "antall": b.antall,
                            "sum_ore": b.sum_ore} for b in godkjente])  # fmt: skip
    for b in godkjente:
        konsoll().print(f"{b.tilstand.capitalize()} av {b.hendelser[-1].av}: bunt {b.bunt_id}. {NESTE[b.tilstand].format(o=ordning)}")
    return None


def _spor_om_antall(b) -> int:
    from kjerne.drift.tall import antall, kroner

    hva = {"kontrollert": "attestere", "attestert": "disponere"}.get(b.tilstand, "godkjenne")
    attestert = f", attestert av {b.av('attester')}" if b.av("attester") else ""
    konsoll().print(f"Bunt {b.bunt_id}: {antall(b.antall)} betalinger, {kroner(b.sum_ore)}, laget av {b.laget_av}{attestert}, "
                    f"betales {b.betalingsdato:%d.%m.%Y}\n  innhold {b.innhold_sha256}")  # fmt: skip
    return typer.prompt(f"Skriv antall betalinger for å {hva}", type=int)


def avbryt(
    ordning: str = ORDNING,
    bunt: str = typer.Argument(help="Buntens id."),
    hvordan: str = typer.Option("trekk", "--hvordan", help="trekk (ta den tilbake), avvis (si nei som godkjenner) eller stans."),
    grunn: str = typer.Option(..., "--grunn", help="Hvorfor."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Ta en bunt ut før den er sendt. Betalingene kommer med i neste bunt etter trekk og avvis, men ikke etter stans."""
    from kjerne.kjoring.attestering import avbryt_bunt, ventende
    from kjerne.kontrakt.feil import Ordningsfeil

    rom = _rom()
    if hvordan not in ("trekk", "avvis", "stans"):
        raise Ordningsfeil(f"«{hvordan[:20]}» er ikke en måte å avbryte på.", "--hvordan", "Velg trekk, avvis eller stans.", kode=2)
    funnet = ventende(rom, ordning, bunt)
    if not funnet:
        raise Ordningsfeil("Bunten finnes ikke.", f"bunt {bunt[:40]}", f"Se status: ordning status {ordning}", kode=2)
    b = avbryt_bunt(rom, funnet[0], hvordan, _bruker(bruker), grunn)
    if som_json:
        return skriv_json({"bunt_id": b.bunt_id, "tilstand": b.tilstand})
    return konsoll().print(f"Bunt {b.bunt_id} er {b.tilstand}.")


def utbetal(
    ordning: str = ORDNING,
    bunt: str = typer.Option("", "--bunt", help="Buntens id. Tomt: alle som er disponert."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Lag betalingsfilen for disponerte bunter, én gang hver, i formatet ordningen har valgt. Bunt, fil og hovedbok sammenliknes først.
    Kan alltid kjøres igjen."""
    from kjerne.kjoring.attestering import betal_godkjente
    from kjerne.regelmotor.oppdagelse import finn

    sendinger = betal_godkjente(_rom(), finn(ordning), bunt, _bruker(bruker))
    if som_json:
        return skriv_json(sendinger)
    for s in sendinger:
        konsoll().print(f"{'Laget' if s['ny'] else 'Fantes fra før'}: {s['fil']}\n  sha256 {s['sha256']}")
    return None


def kvitter(
    ordning: str = ORDNING,
    fil: Path = typer.Option(None, "--fil", help="pain.002, eller svar fra Oppdragssystemet. Uten: vis det som ikke kom fram."),
    betal: list[str] = typer.Option([], "--betal", help="Legg denne avviste betalingen ut på nytt. Kan gjentas."),
    alle: bool = typer.Option(False, "--alle", help="Sammen med --grunn: legg ut alle de avviste på nytt."),
    konto: str = typer.Option("", "--konto", help="Ny konto for den ene betalingen."),
    grunn: str = typer.Option("", "--grunn", help="Hvorfor det betales på nytt."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Les kvitteringer fra banken eller Oppdragssystemet, se hva som ikke kom fram, og bestem hva som skal betales på nytt."""
    from kjerne.kjoring.kvitteringssteg import avviste, betal_avviste, les_kvitteringer
    from kjerne.kjoring.visning import krev_innsyn

    rom, hvem = _rom(), _bruker(bruker)
    if fil is not None:
        return _vis_lest(les_kvitteringer(rom, fil, hvem), ordning, som_json)
    liste = avviste(rom, ordning)
    if betal or alle:
        antall_ = betal_avviste(rom, ordning, betal or [r["ende_til_ende_id"] for r in liste], konto or None, grunn, hvem)
        if som_json:
            return skriv_json({"paa_nytt": antall_})
        return konsoll().print(f"{antall_} betalinger kommer med i neste bunt: ordning kjor {ordning}")
    krev_innsyn(rom, hvem, "se_liste")
    if som_json:
        return skriv_json([{n: r[n] for n in ("ende_til_ende_id", "bunt_id", "stand", "forsok", "tiltak")} for r in liste])
    tabell(f"{len(liste)} betalinger kom ikke fram", ["Betaling", "Bunt", "Hva", "Gjør dette"],
           [[r["ende_til_ende_id"], r["bunt_id"][:12], r["stand"], r["tiltak"]] for r in liste[:30]])  # fmt: skip
    return None


def _vis_lest(svar, ordning: str, som_json: bool) -> None:
    from dataclasses import asdict

    from kjerne.drift.tall import antall, kroner
    from kjerne.utbetaling.kvittering.post import AVVIK

    if som_json:
        return skriv_json(asdict(svar))
    ut = konsoll()
    if svar.lest_for:
        return ut.print("Filen er lest før. Ingenting er endret.")
    ut.print(f"{antall(svar.lest)} svar er lest for bunt {svar.bunt_id[:12]}.")
    navn = {"oppgjort": "gjort opp", "avvist": "avvist", "retur": "i retur", "motstrid": "både godtatt og avvist", "nedgang": "endret ned",
            "nedgang_avvist": "ikke endret ned: avvist"}
    for hva, n in sorted(svar.stand.items()):
        ut.print(f"  {antall(n)} {navn[hva]}, {kroner(svar.belop_ore[hva])}")
    for kode, n in sorted(svar.avvik.items()):
        ut.print(f"  {antall(n)} svar er ikke brukt: {AVVIK[kode]}", markup=False)
    if svar.stans:
        ut.print(f"[bold red]Utbetalingene i {ordning} er stoppet.[/] {svar.stans}")
    elif svar.stand.get("avvist") or svar.stand.get("nedgang_avvist"):
        ut.print(f"Se hva som kan betales på nytt: ordning kvitter {ordning}")
    return None


def avstem(ordning: str = ORDNING, bruker: str = BRUKER, som_json: bool = JSON) -> None:
    """Hold bunter, filer, kvitteringer og hovedbok mot hverandre. Ett øre i avvik stopper utbetalingene, og linjen blir navngitt."""
    from kjerne.drift.tall import antall, kroner
    from kjerne.kjoring.avstemmingssteg import avstem as gjor
    from kjerne.regelmotor.oppdagelse import finn

    with fremdrift(som_json) as vis:
        svar = gjor(_rom(), finn(ordning), _bruker(bruker), vis)
    if som_json:
        skriv_json({"ordning": svar.ordning, "dato": svar.dato.isoformat(), "bunter": svar.bunter, "avstemt": list(svar.nye),
                    "saldo": svar.saldo, "avvik": [a.tekst for a in svar.avvik],
                    "grensesnitt": svar.grensesnitt and svar.grensesnitt.som_dict()})  # fmt: skip
    else:
        tabell("Hovedboken", ["Konto", "Saldo"], [[k, kroner(v)] for k, v in sorted(svar.saldo.items())], hoyre=(1,))
        hva = "Alt går opp" if svar.gaar_opp else f"[bold red]{antall(len(svar.avvik))} avvik. Utbetalingene er stoppet[/]"
        konsoll().print(f"{hva}: {antall(svar.bunter)} bunter er sammenliknet, {antall(len(svar.nye))} er nå avstemt.")
        if g := svar.grensesnitt:
            deler = ", ".join(f"{antall(n)} {hva}" for hva, (n, _) in g.per_utfall.items())
            konsoll().print(f"Til Oppdragssystemet: {antall(g.antall)} meldinger, {kroner(g.sum_ore)} ({deler}).\n  {g.sti}")
        for a in svar.avvik[:20]:
            konsoll().print(f"  ○ {a.tekst}", markup=False)
    if not svar.gaar_opp:
        raise typer.Exit(1)
