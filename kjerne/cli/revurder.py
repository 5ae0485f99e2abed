"""`ordning revurder`: decided cases once more, because income, rules or facts have changed."""

from __future__ import annotations

from pathlib import Path

import typer

from kjerne.cli.drift import BRUKER, _bruker, _dato, _rom
from kjerne.cli.regler import ORDNING
from kjerne.cli.skjerm import JSON, fremdrift, konsoll, skriv_json, tabell

VIST = 12


def revurder(
    ordning: str = ORDNING,
    aarsak: str = typer.Option("", "--arsak", help="Hvorfor: inntekt, regel eller feil. Tomt: vis forslagene."),
    grunn: str = typer.Option("", "--grunn", help="Hvorfor, i en setning som kan finnes igjen."),
    inntekter: list[Path] = typer.Option([], "--inntekter", help="De nye inntektene (--arsak inntekt). Kan gjentas."),
    rettelser: Path = typer.Option(None, "--rettelser", help="CSV med kolonnene sak, felt og verdi (--arsak feil)."),
    hentet: str = typer.Option("", "--hentet", help="Dagen inntektene ble hentet (ellers i dag)."),
    ut: Path = typer.Option(None, "--ut", help="Skriv hele listen over berørte saker til denne filen (CSV)."),
    foreslaa: bool = typer.Option(False, "--foresla", help="Lagre som forslag. Uten dette endres ingenting."),
    vis: str = typer.Option("", "--vis", help="Vis dette forslaget."),
    godkjenn: str = typer.Option("", "--godkjenn", help="Godkjenn dette forslaget og gjennomfør det."),
    antall: int = typer.Option(None, "--antall", help="Antallet saker du har sett. Uten dette blir du spurt."),
    avvis: str = typer.Option("", "--avvis", help="Legg bort dette forslaget."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Prøv avgjorte saker på nytt: hvem er berørt, med gammelt og nytt beløp. Én foreslår, en annen godkjenner."""
    from kjerne.regelmotor.oppdagelse import finn

    _prov_valg(aarsak, inntekter, rettelser, [vis, godkjenn, avvis])
    verk, rom, hvem = finn(ordning), _rom(), _bruker(bruker)
    if aarsak:
        return _finn(rom, verk, (aarsak, grunn, inntekter, rettelser, hentet), ut, hvem, foreslaa, som_json)
    if godkjenn:
        return _godkjenn(rom, verk, godkjenn, hvem, antall, grunn, som_json)
    if avvis:
        from kjerne.kjoring.revurderingsforslag import avvis_forslag

        avvis_forslag(rom, ordning, avvis, hvem, grunn)
        return skriv_json({"revurdering_id": avvis, "tilstand": "avvist"}) if som_json else konsoll().print("Forslaget er lagt bort.")
    return _vis_forslag(rom, ordning, vis, ut, hvem, som_json)


def _prov_valg(aarsak: str, inntekter: list[Path], rettelser: Path | None, handlinger: list[str]) -> None:
    from kjerne.kjoring.revurdering import AARSAKER
    from kjerne.kontrakt.feil import Ordningsfeil

    feil = {
        "Velg én ting om gangen.": sum(map(bool, [aarsak, *handlinger])) > 1,
        f"«{aarsak[:20]}» er ingen årsak.": bool(aarsak) and aarsak not in AARSAKER,
        "Inntektene mangler.": aarsak == "inntekt" and not inntekter,
        "Rettelsene mangler.": aarsak == "feil" and rettelser is None,
        "Inntekter hører til --arsak inntekt, og rettelser til --arsak feil.":
            bool(inntekter) and aarsak != "inntekt" or rettelser is not None and aarsak != "feil",
    }
    for hva, galt in feil.items():
        if galt:
            raad = f"Skriv --arsak {', '.join(AARSAKER[:-1])} eller {AARSAKER[-1]}, med filen som hører til."
            raise Ordningsfeil(hva, "ordning revurder", raad, "Ingen saker er prøvd.", kode=2)


def _finn(rom, verk, hva: tuple, ut: Path | None, hvem: str, foreslaas: bool, som_json: bool) -> None:
    from kjerne.kjoring.proving import grunner
    from kjerne.kjoring.rettelser import les_rettelser
    from kjerne.kjoring.revurdering import Hvorfor, finn_endringer
    from kjerne.kjoring.revurderingsforslag import foreslaa
    from kjerne.kjoring.visning import krev_innsyn

    krev_innsyn(rom, hvem, "se_liste")  # the sums of one case are about somebody
    aarsak, grunn, inntekter, rettelser, hentet = hva
    rettet = les_rettelser(rom, verk, rettelser) if rettelser else None
    hvorfor = Hvorfor(aarsak, grunn.strip() or aarsak, tuple(inntekter), rettet, _dato(hentet) if hentet else None)
    with fremdrift(som_json) as frem:
        funnet = finn_endringer(rom, verk, hvorfor, frem)
        f = foreslaa(rom, verk, funnet, hvem) if foreslaas else None
    _skriv_liste(rom, verk.id, funnet.liste[funnet.liste["endring"] != "samme"], ut, hvem)
    if som_json:
        return skriv_json(funnet.summer() | {"grunner": grunner(funnet.liste), "forslag": f.som_dict() if f else None})
    _vis_summer(funnet.summer(), funnet.liste)
    if f:
        return konsoll().print(f"Foreslått: {f.revurdering_id}. Neste: en annen godkjenner med "
                               f"ordning revurder {verk.id} --godkjenn {f.revurdering_id}")  # fmt: skip
    return konsoll().print("Ingenting er endret. Lagre som forslag med --foresla, se hele listen med --ut FIL.")


def _vis_summer(s: dict, liste) -> None:
    from kjerne.drift.tall import antall, kroner
    from kjerne.kjoring.proving import ENDRINGSNAVN as NAVN
    from kjerne.kjoring.proving import grunner

    tabell(f"{antall(s['proevd'])} saker er prøvd på nytt", ["", "Saker"], [[NAVN[n], antall(s[n])] for n in NAVN], hoyre=(1,))
    tabell("Hva som skilte", ["Endring", "Hvorfor", "Saker", "Etterbetaling", "For mye betalt"],
           [[NAVN[g["endring"]], g["hvorfor"], antall(g["saker"]), kroner(g["tillegg_ore"]), kroner(g["krav_ore"])]
            for g in grunner(liste)[:VIST]], hoyre=(2, 3, 4))  # fmt: skip
    konsoll().print(f"Etterbetaling {kroner(s['tillegg_ore'])}. For mye betalt {kroner(s['krav_ore'])}, som ikke kan kreves før "
                    f"forhåndsvarsel og frist. {antall(s['nytt_utfall'])} får et annet utfall.")  # fmt: skip


def _skriv_liste(rom, ordning: str, liste, ut: Path | None, hvem: str) -> None:
    from kjerne.kjoring.visning import foer_visning, skriv_privat

    if ut is not None:
        foer_visning(rom, ordning, liste["sak_id"], hvem, "revurdering", "feilretting", "se_liste")
        skriv_privat(ut, "\ufeff" + liste.to_csv(sep=";", index=False, lineterminator="\n"))
        konsoll(feil=True).print(f"Skrev {len(liste)} saker til {ut}")


def _godkjenn(rom, verk, forslag_id: str, hvem: str, antall_: int | None, grunn: str, som_json: bool) -> None:
    from kjerne.drift.tall import antall, kroner
    from kjerne.kjoring.revurderingsforslag import godkjenn_forslag, les_forslag
    from kjerne.kontrakt.feil import Ordningsfeil

    if som_json and antall_ is None:
        raise Ordningsfeil("Valget --antall mangler.", "ordning revurder --json", "Oppgi antallet du har sett.", "Ingen vedtak er omgjort.",
                           kode=2)  # fmt: skip
    if antall_ is None:
        for f in les_forslag(rom, verk.id, forslag_id):
            konsoll().print(f"{f.aarsak}: {f.grunn}. Foreslått av {f.foreslaatt_av}.\n{antall(f.antall)} saker, {antall(f.til_ugunst)} til "
                            f"ugunst. Etterbetaling {kroner(f.tillegg_ore)}, for mye betalt {kroner(f.krav_ore)}\n  innhold "
                            f"{f.innhold_sha256}", markup=False)  # fmt: skip
        antall_ = typer.prompt("Skriv antall saker for å godkjenne", type=int)
    svar = godkjenn_forslag(rom, verk, forslag_id, hvem, antall_, grunn)
    if som_json:
        return skriv_json(svar)
    tall = (f"{antall(svar[n])} {tekst}" for n, tekst in (("nye_vedtak", "nye vedtak"), ("nye_linjer", "nye linjer"), ("krav", "krav")))
    return konsoll().print(f"{', '.join(tall)}. Linjene kommer med i neste bunt: ordning kjor {verk.id}")


def _vis_forslag(rom, ordning: str, forslag_id: str, ut: Path | None, hvem: str, som_json: bool) -> None:
    from kjerne.drift.tall import antall, kroner
    from kjerne.kjoring.revurderingsforslag import forslagets_saker, les_forslag

    alle = les_forslag(rom, ordning, forslag_id)
    if forslag_id and ut is not None:
        _skriv_liste(rom, ordning, forslagets_saker(rom, ordning, forslag_id), ut, hvem)
    if som_json:
        return skriv_json([f.som_dict() for f in alle])
    kolonner = ["Forslag", "Årsak", "Grunn", "Saker", "Til ugunst", "Etterbetaling", "For mye betalt", "Foreslått av", ""]
    tabell(f"{len(alle)} forslag", kolonner,
           [[f.revurdering_id, f.aarsak, f.grunn, antall(f.antall), antall(f.til_ugunst), kroner(f.tillegg_ore), kroner(f.krav_ore),
             f.foreslaatt_av, f.tilstand] for f in alle], hoyre=(3, 4, 5, 6))  # fmt: skip
    return None
