"""The demo as a function: synthetic society → run → approval by another person → bank file → report."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import sqlalchemy as sa

from kjerne.drift.innstillinger import Innstillinger
from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.attestering import betal_godkjente, godkjenn_bunt, ventende
from kjerne.kjoring.dagsrapport import lag_rapport
from kjerne.kjoring.helt import kjor_ordning, tall_for
from kjerne.kjoring.rom import Arbeidsrom, Fremdrift, Grunnlag
from kjerne.kjoring.svar import skriv_sporsmal, sporsmalsliste
from kjerne.kjoring.syntetisk import lag_syntetisk
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import soknad, vedtak
from kjerne.regelmotor.oppdagelse import finn, oppdag

SALT = "ordning-demo"  # synthetic people only: the same demo gives the same ids


def velg_ordning(ordning: str) -> str:
    """The named scheme, or the first that may pay. Raises Ordningsfeil when there is none."""
    if ordning:
        return finn(ordning).id
    verk, _ = oppdag()
    godkjente = [v.id for v in verk.values() if v.manifest.tilstand == "godkjent"]
    if not godkjente:
        raise Ordningsfeil("Ingen ordning er godkjent for utbetaling.", "ordninger/", "Velg en med --ordning, eller godkjenn en.", kode=2)
    return godkjente[0]


def kjor_demo(
    mappe: Path, ordning: str, antall: int, fro: int, dag: dt.date, hentet: dt.date, folk: tuple[str, str, str], vis: Fremdrift
) -> tuple[dict, list]:
    """Runs everything and returns (figures and paths, what each step cost). Can be started again after a kill."""
    ordning = velg_ordning(ordning)
    forbereder, godkjenner, betaler = folk
    data = mappe / "inndata"
    lag_syntetisk(
        data, antall, fro, ordning, antall, (dag.replace(day=1) - dt.timedelta(days=1)).replace(day=1), 15, ("json", "parquet"), vis
    )
    rom = Arbeidsrom.aapne(Innstillinger(data=mappe), Stillklokke(dag), SALT)
    grunnlag = Grunnlag(
        (data / "soknader.csv",), (data / "inntekt.v2.jsonl",), (data / "arbeidsforhold.v2.jsonl",), dag, hentet, forbereder
    )
    resultat = kjor_ordning(rom, ordning, grunnlag, vis)
    verk = resultat.kjoring.verk
    vis("Godkjenner og betaler", 0, 0)
    for b in ventende(rom, ordning):
        godkjenn_bunt(rom, b, godkjenner, b.antall)
    sendinger = betal_godkjente(rom, verk, "", betaler)
    xsd = all(xsd_godtar(Path(s["fil"])) for s in sendinger)
    liste = sporsmalsliste(rom, ordning)
    skriv_sporsmal(liste, mappe / "sporsmal.csv")
    rapport, _ = lag_rapport(rom, verk)
    filer = {
        "Rapport": rapport,
        "Bankfil": Path(sendinger[0]["fil"]),
        "Spørsmål": mappe / "sporsmal.csv",
        "Brev": rom.brevmappe,
        "Inndata": data,
        "Database": mappe / "ordning.sqlite",
        "Regler": verk.mappe / "REGLER.md",
    }
    svar = tall_for(rom, verk) | {
        "sporsmal_stilt": len(liste),
        "xsd_godtatt": xsd,
        "mappe": str(mappe),
        "kjoring_id": resultat.kjoring.id,
        "filer": {n: str(f) for n, f in filer.items()},
        "eksempelsak": _en_avslaatt(rom, ordning),
    }
    svar["steg"] = [{"steg": m.steg, "sekunder": round(m.sekunder, 3), "minne_mb": round(m.minne_mb)} for m in resultat.maalinger]
    return svar, resultat.maalinger


def xsd_godtar(fil: Path) -> bool:
    """Whether the file is valid pain.001.001.09. The schema comes with a package of the test tools; without it, no."""
    try:
        import sepaxml
    except ImportError:
        return False
    from lxml import etree

    trygg = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    skjema = etree.XMLSchema(etree.parse(Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd", trygg))
    return skjema.validate(etree.parse(fil, trygg))


def _en_avslaatt(rom: Arbeidsrom, ordning: str) -> str:
    with lesende(rom.motor) as conn:
        sporring = sa.select(soknad.c.soknad_id).join(vedtak, vedtak.c.sak_id == soknad.c.sak_id).where(soknad.c.ordning == ordning)
        for utfall in ("avslag", "innvilget"):
            if funnet := conn.scalar(sporring.where(vedtak.c.utfall == utfall).order_by(soknad.c.soknad_id).limit(1)):
                return funnet
    return ""
