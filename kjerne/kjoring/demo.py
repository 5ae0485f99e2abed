"""The demo as a function: synthetic society → run → the operator's day (demodag.py) or only approval and bank file → report."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kjerne.drift.innstillinger import Innstillinger
from kjerne.drift.klokke import Stillklokke
from kjerne.kjoring.brevsteg import hent_brev
from kjerne.kjoring.dagsrapport import lag_rapport
from kjerne.kjoring.demodag import FELLES_KONTO, Demodag, Demoklokke
from kjerne.kjoring.flyt import Maling, minne_mb
from kjerne.kjoring.helt import kjor_ordning, tall_for
from kjerne.kjoring.oppslag import leveranser
from kjerne.kjoring.rom import Arbeidsrom, Fremdrift, Grunnlag
from kjerne.kjoring.simuleringsgrunnlag import vindu
from kjerne.kjoring.svar import skriv_sporsmal
from kjerne.kjoring.syntetisk import lag_syntetisk
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import soknad, vedtak
from kjerne.regelmotor.oppdagelse import finn, oppdag
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.revisjon import segl
from kjerne.utbetaling.bankdag import neste_bankdag
from kjerne.utbetaling.bunt import Bunt, tilgjengelige_bunter

SALT = "ordning-demo"  # synthetic people only: the same demo gives the same ids


def velg_ordning(ordning: str) -> str:
    """The named scheme, or the one that has come furthest. Raises Ordningsfeil when there is none."""
    if ordning:
        return finn(ordning).id
    verk, _ = oppdag()
    if not verk:
        raise Ordningsfeil("Det finnes ingen ordning å kjøre.", "ordninger/", "Lag en med: ordning ny ID", kode=2)
    modne = ("godkjent", "prove", "utkast", "lukket", "avviklet")
    return min(verk.values(), key=lambda v: (modne.index(v.manifest.tilstand), v.id)).id


@dataclass(frozen=True)
class Demovalg:
    """What a demo is made of. The same choices give the same files, the same decisions and the same payments."""

    ordning: str = ""
    antall: int = 10_000
    fro: int = 1
    form: str = "json"  # what the registers deliver: json or parquet
    maaneder: int = 15
    dag: dt.date = dt.date(2020, 7, 15)  # every month that counts has been reported
    hentet: dt.date = dt.date(2020, 7, 13)
    forbereder: str = "ola.operator"
    attestant: str = "kari.attestant"
    budsjett: str = "bjorn.budsjett"
    bitstorrelse: int = 20_000
    hele_dagen: bool = False  # play the operator's day, not only its payment

    @property
    def folk(self) -> tuple[str, str, str]:
        return self.forbereder, self.attestant, self.budsjett


def demovalg(ordning: str, **resten: Any) -> Demovalg:
    """The choices of a demo whose day fits the scheme: the month after its synthetic cases, when the income they need has been reported."""
    manifest = finn(velg_ordning(ordning)).manifest
    siste, _ = vindu(manifest, manifest.felt, None)
    dag = neste_bankdag((siste + dt.timedelta(days=31)).replace(day=15))
    resten["maaneder"] = resten.get("maaneder") or min(36, max(15, manifest.inntekt.maaneder if manifest.inntekt else 0))
    return Demovalg(manifest.id, dag=dag, hentet=dag - dt.timedelta(days=2), **resten)


def kjor_demo(mappe: Path, valg: Demovalg, vis: Fremdrift, innstillinger: Innstillinger | None = None) -> tuple[dict, list[Maling]]:
    """Runs everything and returns (figures and paths, what each step cost). Can be started again after a kill.

    The whole day is played in a database of its own; where others have cases, it approves and pays the batches of its own run only.
    Raises Ordningsfeil (kode 2) in prod: it approves its own work.
    """
    innstillinger = innstillinger or Innstillinger(data=mappe)
    if not innstillinger.krev_syntetisk:
        raise Ordningsfeil("Demoen lager og godkjenner sine egne betalinger, og kjører aldri i prod.", "miljøvariabelen ORDNING_MILJO",
                           "Kjør den der ORDNING_MILJO er test, med en egen database.", kode=2)
    ordning = velg_ordning(valg.ordning)
    data = mappe / "inndata"
    maalt: list[Maling] = []
    siste = (valg.dag.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    former = ("json", "parquet") if valg.form == "json" else ("parquet",)
    grunnlag = _grunnlag(data, valg)
    with _maal(maalt, "syntetisk", "Syntetiske personer"):
        lag_syntetisk(data, valg.antall, valg.fro, ordning, valg.antall, siste, valg.maaneder, former, vis,
                      FELLES_KONTO if valg.hele_dagen else 0)
    rom = Arbeidsrom.aapne(innstillinger, Stillklokke(valg.dag), SALT)
    verk = finn(ordning)
    _krev_aapen_dag(rom)
    if valg.hele_dagen and not _alene(rom, innstillinger):
        valg = replace(valg, hele_dagen=False)
    dag = _dagen(rom, verk, valg, data, vis)
    resultat = dag.morgen(grunnlag) if valg.hele_dagen else kjor_ordning(rom, ordning, grunnlag, vis)
    maalt += resultat.maalinger
    with _maal(maalt, "betaling", "Svar, kontroller, godkjenning og bankfil" if valg.hele_dagen else "Godkjenning og bankfil"):
        if valg.hele_dagen:
            dag.formiddag()
        else:
            vis("Godkjenner og betaler", 0, 0)
            dag.godkjenn_og_send(_egne_bunter(rom, resultat.kjoring.id))
    if valg.hele_dagen:
        with _maal(maalt, "neste_dag", "Neste dag: kvittering, retting, avstemming"):
            dag.neste_dag()
    with _maal(maalt, "rapport", "Rapport og spørsmål"):
        antall_sporsmal = skriv_sporsmal(rom, ordning, mappe / "sporsmal.csv", valg.forbereder)
        rapport, _ = lag_rapport(rom, verk)
        _brevproever(rom, resultat.kjoring.id)
    svar = tall_for(rom, verk) | {
        "sporsmal_stilt": antall_sporsmal,
        "leveranser": leveranser(rom, ordning, grunnlag),
        "xsd_godtatt": bool(dag.sendinger) and all(xsd_godtar(Path(s["fil"])) for s in dag.sendinger),
        "dagen": dag.som_liste() if valg.hele_dagen else [],
        "mappe": str(mappe),
        "kjoring_id": resultat.kjoring.id,
        "filer": {n: str(f) for n, f in _filer(rom, verk, rapport, dag.sendinger).items()},
        "eksempelsak": _en_avslaatt(rom, ordning),
        "steg": [{"steg": m.steg, "sekunder": round(m.sekunder, 3), "minne_mb": round(m.minne_mb)} for m in maalt],
    }
    return svar, maalt


def _krev_aapen_dag(rom: Arbeidsrom) -> None:
    with lesende(rom.motor) as conn:
        if segl.forseglet_til(conn) > rom.klokke.naa():
            raise Ordningsfeil("Databasen er forseglet etter demoens dag, så det demoen skriver, ville sett ut som lagt inn bakpå.",
                               "demoen", "Kjør demoen med en egen database.", "Ingen søknader er lest inn.", kode=4)  # fmt: skip


def _alene(rom: Arbeidsrom, innstillinger: Innstillinger) -> bool:
    """Whether nobody else has cases here."""
    if not innstillinger.database_url:
        return True
    with lesende(rom.motor) as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(soknad)) == 0


def _dagen(rom: Arbeidsrom, verk: Regelverk, valg: Demovalg, data: Path, vis: Fremdrift) -> Demodag:
    klokke = Demoklokke(rom.klokke.naa())
    if valg.hele_dagen:
        rom.klokke = klokke
    return Demodag(rom, verk, klokke, valg.folk, valg.dag, data, valg.bitstorrelse, vis)


def _egne_bunter(rom: Arbeidsrom, kjoring_id: str) -> list[Bunt]:
    with lesende(rom.motor) as conn:
        return tilgjengelige_bunter(conn, kjoring_id=kjoring_id)


def _grunnlag(data: Path, valg: Demovalg) -> Grunnlag:
    register = ("inntekt.v2.jsonl", "arbeidsforhold.v2.jsonl") if valg.form == "json" else ("inntekt.parquet", "arbeidsforhold.parquet")
    soknader = "soknader.csv" if valg.form == "json" else "soknader.parquet"
    return Grunnlag((data / soknader,), (data / register[0],), (data / register[1],), valg.dag, valg.hentet, valg.forbereder,
                    valg.bitstorrelse, (data / "personer.parquet",))


def _filer(rom: Arbeidsrom, verk: Regelverk, rapport: Path, sendinger: list[dict]) -> dict[str, Path]:
    return {
        "Rapport": rapport,
        **{f"Bankfil{f' {nr}' if nr > 1 else ''}": Path(s["fil"]) for nr, s in enumerate(sendinger, 1)},
        "Spørsmål": rom.data / "sporsmal.csv",
        "Brev (prøver)": rom.data / "brev",
        "Inndata": rom.data / "inndata",
        "Database": rom.data / "ordning.sqlite",
        "Regler": verk.mappe / "REGLER.md",
    }


def _brevproever(rom: Arbeidsrom, kjoring_id: str) -> None:
    """One letter of each outcome and written form, as files to look at."""
    mappe = rom.data / "brev"
    mappe.mkdir(exist_ok=True)
    sporring = sa.select(vedtak.c.utfall, soknad.c.maalform, sa.func.min(vedtak.c.vedtak_id)).join(
        soknad, soknad.c.sak_id == vedtak.c.sak_id
    )
    with lesende(rom.motor) as conn:
        valgte = conn.execute(sporring.where(vedtak.c.kjoring_id == kjoring_id).group_by(vedtak.c.utfall, soknad.c.maalform)).all()
    for utfall, maalform, vedtak_id in valgte:
        (mappe / f"{utfall}-{maalform}.html").write_text(hent_brev(rom, vedtak_id), "utf-8")


@contextmanager
def _maal(maalt: list[Maling], steg: str, tekst: str) -> Iterator[None]:
    begynte = time.perf_counter()
    yield
    maalt.append(Maling(steg, tekst, time.perf_counter() - begynte, {}, minne_mb()))


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
