"""The operator's commands: kjor, status, sporsmal, godkjenn, utbetal, rapport."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import typer

from kjerne.cli.regler import ORDNING, si_ute_av_drift
from kjerne.cli.skjerm import JSON, fremdrift, konsoll, skriv_json, tabell

BRUKER = typer.Option("", "--bruker", envvar="ORDNING_BRUKER", help="Hvem du er.")


def _rom(dag: str = "", *, maa_finnes: bool = False):
    from kjerne.drift.innstillinger import Innstillinger
    from kjerne.drift.klokke import Stillklokke
    from kjerne.kjoring.rom import Arbeidsrom

    return Arbeidsrom.aapne(Innstillinger(), Stillklokke(_dato(dag)) if dag else None, maa_finnes=maa_finnes)


def _dato(tekst: str) -> dt.date:
    from kjerne.kontrakt import verdier
    from kjerne.kontrakt.feil import Ordningsfeil

    try:
        return verdier.dato(tekst)
    except ValueError as grunn:
        raise Ordningsfeil(f"{grunn}.", "--dato", "Skriv for eksempel 2020-07-15.", kode=2) from None


def _bruker(bruker: str) -> str:
    from kjerne.drift.innstillinger import Innstillinger

    return bruker or Innstillinger().bruker


def kjor(
    ordning: str = ORDNING,
    soknader: list[Path] = typer.Option([], "--soknader", help="Søknader: CSV, JSON Lines eller Parquet. Kan gjentas."),
    inntekter: list[Path] = typer.Option(
        [], "--inntekter", help="Inntekter: Inntektskomponenten v2/v1 JSON, CSV eller Parquet. Kan gjentas."
    ),
    arbeidsforhold: list[Path] = typer.Option([], "--arbeidsforhold", help="Aa-registeret v2/v1 JSON, CSV eller Parquet. Kan gjentas."),
    personer: list[Path] = typer.Option([], "--personer", help="Folkeregisteret: CSV eller Parquet med ident og doedsdato. Kan gjentas."),
    dato: str = typer.Option("", "--dato", help="Vedtaksdatoen (ellers i dag)."),
    hentet: str = typer.Option("", "--hentet", help="Dagen inntektene ble hentet (ellers vedtaksdatoen)."),
    bit: int = typer.Option(20_000, "--bit", min=1, help="Antall saker i hver bit."),
    prefect: bool = typer.Option(False, "--prefect", help="Kjør som Prefect-flyt."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Kjør ordningen: søknader inn, kvalitet, regler, vedtak, brev og bunt. Penger går ikke ut. Kan alltid kjøres igjen."""
    from kjerne.kjoring.helt import kjor_ordning
    from kjerne.kjoring.oppslag import leveranser
    from kjerne.kjoring.rom import Grunnlag

    rom = _rom()
    grunnlag = Grunnlag(
        tuple(soknader),
        tuple(inntekter),
        tuple(arbeidsforhold),
        _dato(dato) if dato else rom.klokke.idag(),
        _dato(hentet) if hentet else None,
        _bruker(bruker),
        bit,
        tuple(personer),
    )
    with fremdrift(som_json) as vis:
        utfall = kjor_ordning(rom, ordning, grunnlag, vis, i_prefect=prefect)
    svar = utfall.som_dict(rom) | {"leveranser": leveranser(rom, ordning, grunnlag)}
    if som_json:
        return skriv_json(svar)
    vis_maalinger(utfall.maalinger)
    vis_karantene(svar["leveranser"])
    return vis_tall(svar)


def vis_karantene(leveranser: list[dict]) -> None:
    """The lines of the files that could not be used, with their reasons."""
    from kjerne.drift.tall import antall

    for en in (e for e in leveranser if e["karantene"]):
        konsoll().print(f"{antall(en['karantene'])} av {antall(en['linjer_inn'])} linjer er satt i karantene: {en['fil']}", markup=False)
        for linje in en["linjer_i_karantene"]:
            konsoll().print(f"  linje {linje['linje']}: {linje['grunn']}", markup=False)
        if en["karantene"] > len(en["linjer_i_karantene"]):
            konsoll().print(f"  … og {antall(en['karantene'] - len(en['linjer_i_karantene']))} til")


def vis_maalinger(maalinger) -> None:
    from kjerne.drift.tall import antall

    def fart(m) -> str:
        rader = next((m.resultat[n] for n in ("linjer_inn", "saker", "brev", "linjer") if m.resultat.get(n)), 0)
        rader = rader or sum(m.resultat.get(n, 0) for n in ("innvilget", "avslag", "manuell", "sporsmal", "karantene", "venter"))
        return antall(round(rader / m.sekunder)) if rader and m.sekunder > 0.001 else ""

    kolonner, bredde = ["Steg", "Sekunder", "Rader/s", "Minne, topp (MB)", ""], 5 if any(m.gjort_for for m in maalinger) else 4
    rader = [
        [m.tekst, f"{m.sekunder:.2f}".replace(".", ","), fart(m), antall(round(m.minne_mb)), "gjort før" if m.gjort_for else ""]
        for m in maalinger
    ]
    tabell("Stegene", kolonner[:bredde], [rad[:bredde] for rad in rader], hoyre=(1, 2, 3))


NAVN = {
    "mottatt": "Mottatt",
    "innvilget": "Innvilget",
    "avslag": "Avslag",
    "sporsmal": "Spørsmål sendt",
    "karantene": "Karantene",
    "manuell": "Til manuell behandling",
    "dato": "Venter på en dato",
    "ubehandlet": "Ikke behandlet ennå",
}


def vis_tall(svar: dict) -> None:
    from kjerne.drift.tall import antall, kroner

    rader = [[NAVN[n], antall(svar[n])] for n in ("mottatt", "innvilget", "avslag", "sporsmal", "karantene")]
    rader += [[NAVN[n], antall(v)] for n, v in svar["venter_fordelt"].items() if v]
    rader.append(["Sum innvilget", kroner(svar["sum_ore"])])
    tabell(svar["navn"], ["", "Antall"], rader, hoyre=(1,))
    ut = konsoll()
    for b in svar["bunter"]:
        ut.print(f"Bunt {b['bunt_id']}: {antall(b['antall'])} linjer, {kroner(b['sum_ore'])}, {b['tilstand']}")
    if any(b["tilstand"] == "laget" for b in svar["bunter"]):
        ut.print(f"Neste: en annen enn {svar['bunter'][0]['laget_av']} godkjenner med: ordning godkjenn {svar['ordning']}")


def status(ordning: str = typer.Argument("", help="Ordningens id. Tomt: alle."), som_json: bool = JSON) -> None:
    """Hva er mottatt, avgjort, på vent og betalt, og hvilke ordninger er ute av drift."""
    from kjerne.drift.innstillinger import Innstillinger
    from kjerne.kjoring.helt import tall_for
    from kjerne.regelmotor.oppdagelse import finn, oppdag

    verk, ute = ({ordning: finn(ordning)}, []) if ordning else oppdag()
    her = Innstillinger()
    rom = _rom() if her.har_database else None  # who only reads makes no database
    svar = [tall_for(rom, v) if rom else _uten_tall(v) for v in verk.values()]
    if som_json:
        return skriv_json({"ordninger": svar, "ute_av_drift": [{"id": u.id} | u.grunn.som_dict() for u in ute],
                           "database": {"sted": her.databasested, "finnes": rom is not None}})
    for s in svar:
        vis_tall(s) if rom else konsoll().print(f"{s['ordning']}: {s['navn']} ({s['tilstand']})", markup=False)
    konsoll().print(f"Database: {her.databasested}" if rom else _ingen_database(her.databasested), markup=False)
    return si_ute_av_drift(ute)


def _uten_tall(verk) -> dict:
    return {"ordning": verk.id, "navn": verk.manifest.navn.nb, "tilstand": verk.manifest.tilstand}


def _ingen_database(sted: str) -> str:
    from kjerne.kjoring.rom import INGEN_DATABASE

    return f"Fant ingen database, så det er ingen tall å vise. Så etter {sted}. {INGEN_DATABASE}"


def sporsmal(
    ordning: str = ORDNING,
    svar: Path = typer.Option(None, "--svar", help="Les inn svar fra denne filen (CSV med kolonnene i listen, og svar utfylt)."),
    ut: Path = typer.Option(None, "--ut", help="Skriv listen til denne filen."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Spørsmål til arbeidsgivere og søkere som venter på svar, og svar inn igjen. Etterpå: ordning kjor."""
    from kjerne.kjoring.svar import les_svar, skriv_sporsmal, sporsmalsliste
    from kjerne.regelmotor.oppdagelse import finn

    verk, rom = finn(ordning), _rom(maa_finnes=True)
    if svar is not None:
        antall_ = les_svar(rom, verk, svar, _bruker(bruker))
        if som_json:
            return skriv_json(antall_)
        konsoll().print(
            f"{antall_['nye']} nye svar, {antall_['gjentatt']} som var kjent, {antall_['uten_svar']} linjer uten svar. "
            f"{antall_['klare_saker']} saker kan gå videre: ordning kjor {ordning}"
        )
        return None
    liste = sporsmalsliste(rom, ordning)
    if ut is not None:
        skriv_sporsmal(rom, ordning, ut)
    if som_json:
        return skriv_json(liste.astype(str).to_dict("records"))
    konsoll().print(f"{len(liste)} ubesvarte spørsmål" + (f", skrevet til {ut}" if ut else ""))
    tabell(
        "",
        ["Til", "Mottaker", "Måned", "Spørsmål", "Frist"],
        [[r.til, r.mottaker or "", r.maaned, r.sporsmal, r.frist] for r in liste.head(20).itertuples()],
    )
    return None


def godkjenn(
    ordning: str = ORDNING,
    bunt: str = typer.Option("", "--bunt", help="Buntens id. Tomt: alle som venter."),
    antall: int = typer.Option(None, "--antall", help="Antallet du har sett. Uten dette blir du spurt."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Godkjenn en bunt som en annen har laget. Du bekrefter ved å skrive antall betalinger."""
    from kjerne.drift.tall import antall as skriv_antall
    from kjerne.drift.tall import kroner
    from kjerne.kjoring.attestering import godkjenn_bunt, ventende
    from kjerne.kontrakt.feil import Ordningsfeil
    from kjerne.regelmotor.oppdagelse import finn

    if som_json and antall is None:
        raise Ordningsfeil("Valget --antall mangler.", "ordning godkjenn --json", "Oppgi antallet du har sett, med --antall.",
                           "Ingenting er godkjent.", kode=2)
    finn(ordning)
    rom, hvem = _rom(), _bruker(bruker)
    godkjente = []
    bunter = ventende(rom, ordning, bunt)
    if not bunter:
        raise Ordningsfeil(
            "Ingen bunt venter på godkjenning.", ordning, f"Se status: ordning status {ordning}", "Ingenting er godkjent.", kode=2
        )
    for b in bunter:
        sett = antall
        if sett is None:
            konsoll().print(
                f"Bunt {b.bunt_id}: {skriv_antall(b.antall)} betalinger, {kroner(b.sum_ore)}, laget av {b.laget_av}, "
                f"betales {b.betalingsdato:%d.%m.%Y}\n  innhold {b.innhold_sha256}"
            )
            sett = typer.prompt("Skriv antall betalinger for å godkjenne", type=int)
        godkjente.append(godkjenn_bunt(rom, b, hvem, sett))
    if som_json:
        return skriv_json(
            [{"bunt_id": b.bunt_id, "godkjent_av": b.godkjent_av, "antall": b.antall, "sum_ore": b.sum_ore} for b in godkjente]
        )
    for b in godkjente:
        konsoll().print(f"Godkjent av {b.godkjent_av}: bunt {b.bunt_id}. Neste: ordning utbetal {ordning}")
    return None


def utbetal(
    ordning: str = ORDNING,
    bunt: str = typer.Option("", "--bunt", help="Buntens id. Tomt: alle som er godkjent."),
    bruker: str = BRUKER,
    som_json: bool = JSON,
) -> None:
    """Lag betalingsfilen for godkjente bunter, én gang hver. Kan alltid kjøres igjen."""
    from kjerne.kjoring.attestering import betal_godkjente
    from kjerne.regelmotor.oppdagelse import finn

    sendinger = betal_godkjente(_rom(), finn(ordning), bunt, _bruker(bruker))
    if som_json:
        return skriv_json(sendinger)
    for s in sendinger:
        konsoll().print(f"{'Laget' if s['ny'] else 'Fantes fra før'}: {s['fil']}\n  sha256 {s['sha256']}")
    return None


def rapport(
    ordning: str = ORDNING,
    ut: Path = typer.Option(None, "--ut", help="Hvor rapporten skal ligge (ellers i ORDNING_DATA)."),
    aapen: bool = typer.Option(False, "--apen", help="Åpen utgave: tall under 5 vises ikke."),
    som_json: bool = JSON,
) -> None:
    """Dagsrapporten som én HTML-side."""
    from kjerne.kjoring.dagsrapport import lag_rapport
    from kjerne.regelmotor.oppdagelse import finn

    verk = finn(ordning)
    sti, tall = lag_rapport(_rom(maa_finnes=True), verk, ut, aapen=aapen)
    if som_json:
        return skriv_json(tall | {"fil": str(sti)})
    konsoll().print(f"Skrev {sti}")
    return None
