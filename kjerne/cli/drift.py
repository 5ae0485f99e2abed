"""The operator's commands: kjor, status, sporsmal, rapport."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import typer

from kjerne.cli.regler import ORDNING, si_ute_av_drift
from kjerne.cli.skjerm import JSON, fremdrift, konsoll, ren, skriv_json, tabell

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
    from kjerne.kontrakt.fritekst import paa_en_linje

    return paa_en_linje(bruker or Innstillinger().bruker, 100)


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


NESTE = {  # what is to be done with a batch, by where it is
    "stanset": "En bunt er stanset. Finn ut hvorfor, og trekk den: ordning avbryt {o} BUNT",
    "forberedt": "En kontroll har stanset en bunt: ordning kontroller {o}",
    "kontrollert": "Neste: en annen enn {laget_av} attesterer med: ordning godkjenn {o}",
    "attestert": "Neste: en tredje person disponerer med: ordning godkjenn {o}",
    "disponert": "Neste: ordning utbetal {o}",
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
    for tilstand, neste in NESTE.items():
        if bunter := [b for b in svar["bunter"] if b["tilstand"] == tilstand]:
            ut.print(neste.format(o=svar["ordning"], laget_av=bunter[0]["laget_av"]))
    for s in svar.get("stoppet", ()):
        hva = "Alle utbetalinger" if s["omfang"] == "*" else "Utbetalingene"
        ut.print(f"[bold red]{hva} er stoppet av {ren(s['av'])}:[/] {ren(s['grunn'])}")


def status(ordning: str = typer.Argument("", help="Ordningens id. Tomt: alle."), som_json: bool = JSON) -> None:
    """Hva er mottatt, avgjort, på vent og betalt, og hvilke ordninger er ute av drift."""
    from kjerne.drift.innstillinger import Innstillinger
    from kjerne.kjoring.helt import tall_for
    from kjerne.regelmotor.oppdagelse import finn, oppdag

    verk, ute = ({ordning: finn(ordning)}, []) if ordning else oppdag()
    her = Innstillinger()
    rom = _rom() if her.har_database else None  # who only reads makes no database
    svar = [tall_for(rom, v) | {"siste_kjoring": _siste(rom, v.id)} if rom else _uten_tall(v) for v in verk.values()]
    if som_json:
        return skriv_json({"ordninger": svar, "ute_av_drift": [{"id": u.id} | u.grunn.som_dict() for u in ute],
                           "database": {"sted": her.databasested, "finnes": rom is not None}})
    for s in svar:
        if rom:
            vis_tall(s)
            _vis_siste(s["siste_kjoring"])
        else:
            konsoll().print(f"{s['ordning']}: {s['navn']} ({s['tilstand']})", markup=False)
    konsoll().print(f"Database: {her.databasested}" if rom else _ingen_database(her.databasested), markup=False)
    return si_ute_av_drift(ute)


def _siste(rom, ordning: str) -> dict | None:
    """How the newest run is, and why it stopped when it did."""
    from kjerne.kjoring.kjoringsbilde import kjoringer

    siste = next(iter(kjoringer(rom, ordning, 1)), None)
    return {"kjoring_id": siste.kjoring_id, "tilstand": siste.tilstand, "stans": list(siste.stans)} if siste else None


def _vis_siste(siste: dict | None) -> None:
    ut = konsoll()
    if siste and siste["tilstand"] == "avbrutt":
        ut.print(f"Kjøring {siste['kjoring_id']} ble brutt av, og ingen grunn ble skrevet. Kjør den igjen: den går videre der den slapp.")
    elif siste and siste["tilstand"] == "stanset":
        ut.print(f"Kjøring {siste['kjoring_id']} stanset." + ("" if siste["stans"] else " Hvorfor er ikke skrevet ned."))
        for f in siste["stans"]:
            deler = (f["hva"], f["hvor"] and f"Hvor: {f['hvor']}.", f["gjor_dette"] and f"Gjør dette: {f['gjor_dette']}")
            ut.print("  " + " ".join(filter(None, deler)), markup=False)


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
    from kjerne.kjoring.visning import krev_innsyn
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
    krev_innsyn(rom, _bruker(bruker), "se_liste")
    liste = sporsmalsliste(rom, ordning)
    if ut is not None:
        skriv_sporsmal(rom, ordning, ut, _bruker(bruker))
    if som_json:
        return skriv_json(liste.astype(str).to_dict("records"))
    konsoll().print(f"{len(liste)} ubesvarte spørsmål" + (f", skrevet til {ut}" if ut else ""))
    tabell(
        "",
        ["Til", "Mottaker", "Måned", "Spørsmål", "Frist"],
        [[r.til, r.mottaker if isinstance(r.mottaker, str) else "", r.maaned, r.sporsmal, r.frist] for r in liste.head(20).itertuples()],
    )
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
