"""`ordning ny`: a whole scheme from a few answers, and a newer template into a scheme that has been edited."""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from kjerne.cli.nysporsmal import hjelp, les_dato, spor
from kjerne.cli.nyvisning import vis_filer, vis_neste, vis_oppdatering, vis_skrevet
from kjerne.cli.skjerm import JSON, fremdrift, skriv_json


def ny(
    id_: str = typer.Argument(metavar="ID", help="Ordningens id: små bokstaver a–z og tall. Blir navnet på mappen."),
    ja: bool = typer.Option(False, "--ja", help="Ta standardsvaret på alt som ikke er oppgitt."),
    fra: Path = typer.Option(None, "--fra", help="Fil med svar (TOML), som .mal/svar.toml i en ordning."),
    navn: str = typer.Option(None, help="Navnet på bokmål."),
    navn_nn: str = typer.Option(None, help="Navnet på nynorsk."),
    forskrift: str = typer.Option(None, help="Forskriften, slik den omtales i en setning på bokmål."),
    forskrift_nn: str = typer.Option(None, help="Det samme på nynorsk."),
    gjelder_fra: str = typer.Option(None, help="Første dag, 2026-03-20."),
    gjelder_til: str = typer.Option(None, help="Siste dag."),
    soker: str = typer.Option(None, help=hjelp("soker")),
    mottaker: str = typer.Option(None, help=hjelp("mottaker")),
    opplysninger: str = typer.Option(None, help=hjelp("opplysninger")),
    belop: str = typer.Option(None, help=hjelp("belop")),
    dekning: int = typer.Option(None, help="Hvor mange prosent av inntekten eller utgiften som dekkes."),
    kroner: int = typer.Option(None, help="Taket per dag eller måned, det faste beløpet, eller taket for utgiften."),
    vis: bool = typer.Option(False, "--vis", help="Vis hva som ville blitt skrevet, og skriv ingenting."),
    oppdater: bool = typer.Option(False, "--oppdater", help="Flett en nyere mal inn i en ordning som finnes. Det dere har endret, står."),
    antall: int = typer.Option(200, min=0, max=10_000, help="Syntetiske søknader i prøven til slutt. 0: ingen prøve."),
    som_json: bool = JSON,
) -> None:
    """Lag en ny ordning som virker fra første stund, eller hent en nyere mal inn i en som finnes."""
    from kjerne.regelmotor.oppdagelse import ordningsmappe
    from kjerne.skjelett import krev_id

    krev_id(id_)
    gitt = {
        "navn": {"nb": navn, "nn": navn_nn}, "forskrift": {"nb": forskrift, "nn": forskrift_nn},
        "gjelder": {"fra": les_dato(gjelder_fra), "til": les_dato(gjelder_til)}, "soker": soker, "mottaker": mottaker,
        "opplysninger": opplysninger, "belop": belop, "dekning": dekning, "kroner": kroner,
    }  # fmt: skip
    rot = ordningsmappe()
    if oppdater:
        return _oppdater(rot / id_, bool(fra or _satt(gitt)), vis, som_json)
    return _lag(rot, id_, fra, _satt(gitt), ja, vis, antall, som_json)


def _satt(gitt: dict[str, Any]) -> dict[str, Any]:
    """Only what has been said."""
    ut = {n: {k: d for k, d in v.items() if d is not None} if isinstance(v, dict) else v for n, v in gitt.items()}
    return {n: v for n, v in ut.items() if v not in (None, {})}


# --- En ny ordning ------------------------------------------------------------------------------------------------


def _lag(rot: Path, id_: str, fra: Path | None, gitt: dict, ja: bool, vis: bool, antall: int, som_json: bool) -> None:
    from kjerne.drift.klokke import Klokke
    from kjerne.sjekk import sjekk_ordning
    from kjerne.skjelett import les_svar, skriv_ny, standardsvar, tegn
    from kjerne.skjelett.skriving import krev_ledig
    from kjerne.skjelett.svar import som_svar

    krev_ledig(rot / id_)
    gitt = _sammen(les_svar(fra) if fra else {}, gitt)
    spoer = not (ja or fra)
    if spoer and not sys.stdin.isatty():
        raise _kan_ikke_sporre()
    idag = Klokke().idag()
    data = spor(id_, idag, gitt) if spoer else standardsvar(id_, idag, gitt)
    svar = som_svar(data, str(fra) if fra else "svarene")
    if vis:
        filer = tegn(id_, svar)
        return skriv_json({"mappe": str(rot / id_), "filer": filer, "skrevet": False}) if som_json else vis_filer(rot / id_, filer)
    begynte = time.perf_counter()
    mappe = skriv_ny(rot, id_, svar, sjekk_ordning)
    skrevet = time.perf_counter() - begynte
    ut = {"ordning": id_, "mappe": str(mappe), "filer": _filer(mappe), **_eksempler(id_), "skrevet_sekunder": round(skrevet, 1)}
    if not som_json:
        vis_skrevet(ut)
    if antall:
        ut["prove"] = _prov(id_, antall, som_json)
    ut["sekunder"] = round(time.perf_counter() - begynte, 1)
    return skriv_json(ut) if som_json else vis_neste(ut)


def _sammen(fil: dict, flagg: dict) -> dict:
    """Flags over the file."""
    return fil | {n: {**fil[n], **v} if isinstance(v, dict) and isinstance(fil.get(n), dict) else v for n, v in flagg.items()}


def _kan_ikke_sporre() -> Exception:
    from kjerne.kontrakt.feil import Ordningsfeil

    return Ordningsfeil("Spørsmålene kan ikke stilles, for ingen sitter ved tastaturet.", "ordning ny",
                        "Legg til --ja for å ta standardsvarene, eller oppgi en fil med --fra.", "Ingenting er skrevet.", kode=2)


def _filer(mappe: Path) -> list[str]:
    filer = (f.relative_to(mappe) for f in mappe.rglob("*") if f.is_file())
    return sorted(f.as_posix() for f in filer if f.parts[0] != ".mal" and "__pycache__" not in f.parts)


def _eksempler(id_: str) -> dict[str, int]:
    from kjerne.regelmotor.dekning import maal_dekning
    from kjerne.regelmotor.eksempler import les_eksempler, prov_eksempler
    from kjerne.regelmotor.oppdagelse import finn

    sett = les_eksempler(finn(id_))
    hull, provd = maal_dekning(sett)
    return {"eksempler": len(sett), "avvik": len(prov_eksempler(sett)), "endringer_provd": provd, "hull": len(hull)}


def _prov(id_: str, antall: int, stille: bool) -> dict:
    """A small batch of synthetic applications, all the way, in a folder and a database that are thrown away."""
    from kjerne.drift.innstillinger import SYNTETISK_BETALER, Innstillinger
    from kjerne.kjoring.demo import demovalg, kjor_demo
    from kjerne.kontrakt.feil import Ordningsfeil

    with tempfile.TemporaryDirectory() as mappe, fremdrift(stille or not sys.stderr.isatty()) as vis_fremdrift:
        egne = Innstillinger(Path(mappe), "", "test", betaler=SYNTETISK_BETALER)
        try:
            svar, _ = kjor_demo(egne.data, demovalg(id_, antall=antall, form="parquet", maaneder=7), vis_fremdrift, egne)
        except Ordningsfeil as feil:
            ikke_gjort = "Ordningen er skrevet, men prøven ble ikke ferdig."
            raise Ordningsfeil(feil.hva, feil.hvor, feil.gjor_dette, ikke_gjort, feil.kode) from feil
    return {n: svar[n] for n in ("mottatt", "innvilget", "avslag", "sporsmal", "karantene", "venter", "sum_ore")}


# --- En nyere mal -------------------------------------------------------------------------------------------------


def _oppdater(mappe: Path, med_svar: bool, vis: bool, som_json: bool) -> None:
    from kjerne.kontrakt.feil import Ordningsfeil
    from kjerne.regelmotor.oppdagelse import mapper
    from kjerne.skjelett import les_gamle_svar, oppdater

    if med_svar:
        raise Ordningsfeil("Svarene til en ordning som finnes, står i ordningen selv.", f"{mappe}/.mal/svar.toml",
                           "Endre svaret der, og kjør igjen med bare --oppdater.", "Ingenting er endret.", kode=2)
    if mappe not in mapper(mappe.parent):
        raise Ordningsfeil(f"Ordningen «{mappe.name}» finnes ikke.", str(mappe.parent), "Lag den uten --oppdater.",
                           "Ingenting er endret.", kode=2)
    resultat = oppdater(mappe, les_gamle_svar(mappe), bare_vis=vis)
    funn = [] if vis else _etterpaa(mappe, resultat)
    if som_json:
        skriv_json({"ordning": mappe.name, "skrevet": not vis, "endringer": [{"fil": e.sti, "hva": e.hva} for e in resultat.endringer],
                    "konflikter": resultat.konflikter, "funn": [f.som_dict() for f in funn]})
    else:
        vis_oppdatering(mappe, resultat, funn, vis)
    if funn or (resultat.konflikter and not vis):
        raise typer.Exit(1)


def _etterpaa(mappe: Path, resultat: Any) -> list:
    """A new REGLER.md, and what `sjekk` says. With a conflict the folder cannot be read, and that is said instead."""
    from kjerne.kontrakt.feil import Ordningsfeil
    from kjerne.regelmotor.regeldok import skriv_regeldok
    from kjerne.regelmotor.regelverk import les_regelverk
    from kjerne.sjekk import sjekk_ordning

    if resultat.konflikter or not resultat.endringer:
        return []
    with suppress(Ordningsfeil):  # the check says it, and more
        skriv_regeldok(les_regelverk(mappe))
    return sjekk_ordning(mappe)
