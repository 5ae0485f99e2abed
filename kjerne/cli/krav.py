"""`ordning krav`: recovery of what was paid too much, one step at a time and never before the deadline of the warning."""

from __future__ import annotations

from pathlib import Path

import typer

from kjerne.cli.drift import BRUKER, _bruker, _rom
from kjerne.cli.regler import ORDNING
from kjerne.cli.skjerm import JSON, konsoll, skriv_json, tabell

VIST = 30
GJORT = {"vedta": "vedtatt", "frafall": "frafalt", "oversend": "oversendt til innkreving", "innbetalt": "bokført"}


def krav(
    ordning: str = ORDNING,
    ett: str = typer.Argument("", metavar="[KRAV]", help="Kravets id, eller de første åtte tegnene. Tomt: alle."),
    varsle: bool = typer.Option(False, "--varsle", help="Skriv forhåndsvarsel. Uten id: til alle som ikke er varslet."),
    brev: Path = typer.Option(None, "--brev", help="Skriv varselet i kravet til denne filen."),
    vedta: bool = typer.Option(False, "--vedta", help="Vedta kravet, dagen etter fristen eller senere, av en annen enn den som varslet."),
    frafall: bool = typer.Option(False, "--frafall", help="Gi opp kravet, eller det som er igjen av det."),
    oversend: bool = typer.Option(False, "--oversend", help="Send et vedtatt krav til innkreving."),
    innbetalt: bool = typer.Option(False, "--innbetalt", help="Bokfør en innbetaling, med --belop og --referanse."),
    belop: str = typer.Option("", "--belop", help="Beløp i kroner. Tomt ved --vedta: hele kravet."),
    referanse: str = typer.Option("", "--referanse", help="Innbetalingens referanse. Samme referanse bokføres én gang."),
    grunn: str = typer.Option("", "--grunn", help="Hvorfor det kreves, eller hvorfor det gis opp."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Krav om tilbakebetaling: se dem, varsle, vedta etter fristen, send til innkreving, bokfør innbetalinger, eller gi dem opp."""
    from kjerne.kjoring import tilbakekreving as t
    from kjerne.kjoring.visning import foer_visning
    from kjerne.kontrakt.feil import Ordningsfeil
    from kjerne.regelmotor.oppdagelse import finn

    verk, rom, hvem = finn(ordning), _rom(), _bruker(bruker)
    valgt = [n for n, v in (("vedta", vedta), ("frafall", frafall), ("oversend", oversend), ("innbetalt", innbetalt)) if v]
    if len(valgt) + varsle > 1 or (valgt and not ett):
        raise Ordningsfeil("Velg én ting om gangen, og hvilket krav det gjelder.", "ordning krav", f"Se listen: ordning krav {ordning}",
                           "Ingen krav er endret.", kode=2)  # fmt: skip
    if varsle:
        return _vis_varslet(t.varsle(rom, verk, [ett] if ett else [], hvem), ordning, som_json)
    if brev is not None:
        t.skriv_ut_varsel(rom, ordning, ett, brev, hvem)
        return konsoll().print(f"Skrev {brev}")
    if not valgt:
        alle = [k for k in t.krav_i(rom, ordning) if k.krav_id.startswith(ett)]
        foer_visning(rom, ordning, (k.sak_id for k in (alle if som_json else alle[:VIST])), hvem, "krav", handling="se_liste")
        return _vis(alle, som_json)
    ore = _ore(belop)
    gjor = {
        "vedta": lambda: t.vedta(rom, ordning, ett, ore, grunn, hvem),
        "frafall": lambda: t.frafall(rom, ordning, ett, grunn, hvem),
        "oversend": lambda: t.oversend(rom, ordning, ett, hvem),
        "innbetalt": lambda: t.innbetalt(rom, ordning, ett, ore or 0, referanse, hvem),
    }
    return _vis_ett(gjor[valgt[0]](), GJORT[valgt[0]], som_json)


def _ore(tekst: str) -> int | None:
    from kjerne.kontrakt import verdier
    from kjerne.kontrakt.feil import Ordningsfeil

    try:
        return verdier.ore(tekst)
    except ValueError as grunn:
        raise Ordningsfeil(f"{grunn}.", "--belop", "Skriv for eksempel 12 345,67.", "Ingen krav er endret.", kode=2) from None


def _rad(k) -> dict:
    return {"krav_id": k.krav_id, "sak_id": k.sak_id, "tilstand": k.tilstand, "belop_ore": k.belop_ore, "vedtatt_ore": k.vedtatt_ore,
            "utestaende_ore": k.utestaende_ore, "frist": k.frist.isoformat() if k.frist else None, "oppgjort": k.oppgjort}  # fmt: skip


def _vis(alle: list, som_json: bool) -> None:
    from collections import Counter

    from kjerne.drift.tall import antall, kroner

    if som_json:
        return skriv_json([_rad(k) for k in alle])
    tall, ore = Counter(k.tilstand for k in alle), Counter()
    for k in alle:
        ore[k.tilstand] += k.belop_ore
    tabell("Krav om tilbakebetaling", ["Tilstand", "Antall", "Beløp"], [[n, antall(tall[n]), kroner(ore[n])] for n in sorted(tall)],
           hoyre=(1, 2))  # fmt: skip
    rader = [[k.krav_id, k.tilstand, kroner(k.belop_ore), kroner(k.utestaende_ore) if k.vedtatt_ore else "",
              f"{k.frist:%d.%m.%Y}" if k.frist else ""] for k in alle[:VIST]]  # fmt: skip
    tittel = f"De {VIST} første av {antall(len(alle))}" if len(alle) > VIST else ""
    tabell(tittel, ["Krav", "Tilstand", "Beløp", "Utestående", "Frist i varselet"], rader, hoyre=(2, 3))
    return None


def _vis_varslet(svar: dict, ordning: str, som_json: bool) -> None:
    from kjerne.drift.tall import antall, kroner

    if som_json:
        return skriv_json(svar)
    if not svar["varslet"]:
        return konsoll().print("Alle er varslet.")
    neste = f"dagen etter kan en annen vedta: ordning krav {ordning} KRAV --vedta --grunn «…»"
    return konsoll().print(f"{antall(svar['varslet'])} varsler er skrevet, {kroner(svar['sum_ore'])}. Fristen er {svar['frist']}; {neste}")


def _vis_ett(k, gjort: str, som_json: bool) -> None:
    from kjerne.drift.tall import kroner

    if som_json:
        return skriv_json(_rad(k))
    return konsoll().print(f"Krav {k.krav_id[:12]} er {gjort}. Utestående: {kroner(k.utestaende_ore)}")
