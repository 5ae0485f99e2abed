"""`ordning behandle`: the manual queue. The same rules, on what a caseworker enters."""

from __future__ import annotations

import typer

from kjerne.cli.drift import BRUKER, _bruker, _rom
from kjerne.cli.regler import ORDNING
from kjerne.cli.skjerm import JSON, konsoll, skriv_json, tabell

VIST = 30


def behandle(
    ordning: str = ORDNING,
    sak: str = typer.Argument("", help="En sak_id eller søknads-id. Tomt: vis køen."),
    sett: list[str] = typer.Option([], "--sett", help="En opplysning, FELT=VERDI. En lønn: inntekt/2020-03/ORGNR=KRONER. Kan gjentas."),
    grunn: str = typer.Option("", "--grunn", help="Hvor opplysningen er fra, eller hvorfor reglene ikke skal følges."),
    vedta: str = typer.Option("", "--vedta", help="Fatt vedtaket som reglene gir: innvilget eller avslag, slik du har sett det."),
    overstyr: str = typer.Option("", "--overstyr", help="Foreslå et annet utfall enn reglene gir: innvilget eller avslag."),
    vilkar: str = typer.Option("", "--vilkar", help="Vilkåret et overstyrt avslag bygger på."),
    linje: list[str] = typer.Option([], "--linje", help="MOTTAKER:FOM:TOM:KRONER i en overstyrt innvilgelse. Kan gjentas."),
    bekreft: str = typer.Option("", "--bekreft", help="Du er den andre personen, og bekrefter denne overstyringen."),
    avvis: str = typer.Option("", "--avvis", help="Si nei til denne overstyringen."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Behandle saker som reglene ikke kunne avgjøre: legg inn det som mangler, se hva reglene gir, og fatt vedtaket."""
    from kjerne.kjoring import overstyring, saksbehandling
    from kjerne.kjoring.visning import krev_innsyn
    from kjerne.kontrakt.feil import Ordningsfeil
    from kjerne.regelmotor.oppdagelse import finn

    verk, rom, hvem = finn(ordning), _rom(), _bruker(bruker)
    if bekreft:
        return _vis_vedtak(overstyring.bekreft(rom, verk, bekreft, hvem), som_json)
    if avvis:
        overstyring.avvis(rom, avvis, hvem)
        return skriv_json({"overstyring_id": avvis, "tilstand": "avvist"}) if som_json else konsoll().print("Overstyringen er avvist.")
    if not sak:
        if sett or vedta or overstyr:
            raise Ordningsfeil("Saken mangler.", "ordning behandle", "Skriv sak_id etter ordningen.", saksbehandling.IKKE_GJORT, kode=2)
        krev_innsyn(rom, hvem, "se_liste")
        return _vis_ko(rom, ordning, som_json)
    for en in sett:
        felt, _, verdi = en.partition("=")
        saksbehandling.opplys(rom, verk, sak, felt.strip(), verdi, grunn, hvem)
    if vedta:
        return _vis_vedtak(saksbehandling.vedta(rom, verk, sak, vedta, hvem), som_json)
    if overstyr:
        onsket = overstyring.Onsket(overstyr, vilkar, tuple(map(_linje, linje)))
        return _vis_overstyring(overstyring.foresla(rom, verk, sak, onsket, grunn, hvem), ordning, som_json)
    return _vis_sak(rom, verk, sak, hvem, som_json)


def _linje(tekst: str) -> tuple[str, str, str, int]:
    from kjerne.kontrakt import verdier
    from kjerne.kontrakt.feil import Ordningsfeil

    try:
        rolle, fom, tom, kroner = tekst.split(":")
        verdier.dato(fom), verdier.dato(tom)
        return rolle, fom, tom, verdier.ore(kroner) or 0
    except ValueError:
        raise Ordningsfeil("Linjen kan ikke leses.", "--linje", "Skriv for eksempel søker:2020-03-20:2020-04-14:12500.", kode=2) from None


def _vis_ko(rom, ordning: str, som_json: bool) -> None:
    from kjerne.drift.tall import antall
    from kjerne.kjoring.saksbehandling import kofor, likebehandling

    ko, likt = kofor(rom, ordning), likebehandling(rom, ordning)
    if som_json:
        return skriv_json({"ko": ko.astype(object).where(ko.notna(), None).to_dict("records"), "likebehandling": likt})
    rader = [[r.sak_id, r.tilstand, r.grunn.replace("|", ", "), f"{r.mottatt_dato:%d.%m.%Y}", r.opplysninger or "",
              f"venter på bekreftelse {r.overstyring_id}" if r.overstyring_id else ""] for r in ko.head(VIST).itertuples()]  # fmt: skip
    tittel = f"{antall(len(ko))} saker venter" + (f", de {VIST} eldste" if len(ko) > VIST else "")
    tabell(tittel, ["Sak", "Hvor", "Hva som er uklart", "Mottatt", "Opplysninger", ""], rader, hoyre=(4,))
    if likt["manuelle"]:
        andel = f"{100 * likt['som_reglene'] / likt['manuelle']:.0f}"
        konsoll().print(f"Likebehandling: {andel} % av {antall(likt['manuelle'])} manuelle vedtak er som reglene gir.")
    return None


def _vis_sak(rom, verk, sak: str, hvem: str, som_json: bool) -> None:
    from dataclasses import asdict

    from kjerne.cli.forklaring import vis_forklaring
    from kjerne.kjoring.saksbehandling import vis_sak

    p = vis_sak(rom, verk, sak, hvem)
    if som_json:
        return skriv_json(asdict(p.forklaring) | {"sak": sak, "opplysninger": p.opplysninger.drop(columns="tid").to_dict("records")})
    vis_forklaring(f"{sak} slik den står nå", p.forklaring)
    if len(p.opplysninger):
        tabell("Lagt inn", ["Felt", "Verdi", "Hvorfor", "Av"], [[r.felt, r.verdi, r.grunn, r.av] for r in p.opplysninger.itertuples()])
    neste = f"--vedta {p.tilstand}" if p.tilstand != "manuell" else "--sett FELT=VERDI --grunn «…»"
    return konsoll().print(f"Neste: ordning behandle {verk.id} {sak} {neste}", markup=False)


def _vis_vedtak(svar: dict, som_json: bool) -> None:
    from kjerne.drift.tall import kroner

    if som_json:
        return skriv_json(svar)
    belop = f", {kroner(svar['belop_ore'])}" if svar["belop_ore"] else ""
    return konsoll().print(f"Sak {svar['sak_id']}: {svar['utfall']}{belop}. Brevet er skrevet.")


def _vis_overstyring(svar: dict, ordning: str, som_json: bool) -> None:
    if som_json:
        return skriv_json(svar)
    return konsoll().print(f"Foreslått: {svar['utfall']}, der reglene gir {svar['regelutfall']}. En annen person bekrefter med: "
                           f"ordning behandle {ordning} --bekreft {svar['overstyring_id']}")  # fmt: skip
