"""The controls before payment in the flow: before the batch is made (lines), after it is made (the batch), and what a human decides."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kjoring.kontrollgrunnlag import buntkontekst, kontrollvalg, linjekontekst
from kjerne.kjoring.rom import Arbeidsrom, Kjoring
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontroll.funn import Beslutning, Venter, Ventetall, apne_buntfunn, beslutt, funnliste, lagre_funn, stansede_linjer
from kjerne.kontroll.gjennomforing import Gjennomforing, Kontrolltall, gjennomfor
from kjerne.kontroll.katalog import Plankontroll, plan_for
from kjerne.lager.kanonisk import sha256
from kjerne.lager.motor import laas, lesende
from kjerne.lager.tabeller import revisjonslogg
from kjerne.revisjon import logg
from kjerne.tilgang import krev
from kjerne.utbetaling.bunt import Bunt
from kjerne.utbetaling.hendelse import laas_bunt, ny_hendelse

SYSTEM = "system"
UTFORT = "kontroll.utfort"
IKKE_GJORT = "Ingen funn er avgjort."

_I_EN_HENDELSE = 200  # findings named in one event


@dataclass
class Kontrollresultat:
    """`utelatt` asks for the lines that may not be in the batch; `nye` are the findings that were not known; `tall` what each control
    came to."""

    utelatt: sa.Select | None = None
    nye: list[pd.DataFrame] = field(default_factory=list)
    tall: list[Kontrolltall] = field(default_factory=list)


def kontroller(conn: Connection, k: Kjoring, betalingsdato: dt.date) -> Kontrollresultat:
    """Runs the line controls on every line of the scheme that is in no batch, and stores what they find, in the transaction that
    makes the batch. Raises Ordningsfeil (kode 3) when a control cannot be carried out; nothing may then be committed."""
    laas(conn, f"vedtak:{k.ordning}")  # in the order of lag_bunt
    laas(conn, f"bunt:{k.ordning}")
    k.fremdrift("Kontroll før utbetaling", 0, 0)
    kontekst = linjekontekst(conn, k, betalingsdato)
    ut = Kontrollresultat(stansede_linjer(k.ordning))
    if kontekst.antall:
        _ta_vare_paa(conn, k, ut, gjennomfor(_plan(k, betalingsdato), kontekst))
    return ut


def kontroller_bunter(conn: Connection, k: Kjoring, bunter: Sequence[Bunt], resultat: Kontrollresultat) -> dict[str, int]:
    """Runs the batch controls on what this run has made. For each batch, how many findings stop it: with 0 it is controlled."""
    if not bunter:
        return {}
    kontekst = buntkontekst(conn, k, tuple(b.bunt_id for b in bunter))
    _ta_vare_paa(conn, k, resultat, gjennomfor(_plan(k, bunter[0].betalingsdato), kontekst))
    return {b.bunt_id: apne_buntfunn(conn, b.bunt_id) for b in bunter}


def _plan(k: Kjoring, dag: dt.date) -> list[Plankontroll]:
    return plan_for(kontrollvalg(k.verk.manifest), dag)


def _ta_vare_paa(conn: Connection, k: Kjoring, ut: Kontrollresultat, gjort: Gjennomforing) -> None:
    ut.nye.append(lagre_funn(conn, k.ordning, k.id, k.grunnlag.laget_av, gjort.funn, k.rom.klokke.naa()))
    ut.tall += gjort.tall


def logg_kontroller(conn: Connection, k: Kjoring, resultat: Kontrollresultat) -> None:
    """One event for what is new, and one for what each control came to: also what it could not judge. Last in the transaction (see
    `logg`); a run that is done again writes neither again."""
    naa, av = k.rom.klokke.naa(), k.grunnlag.laget_av
    nye = pd.concat(resultat.nye) if resultat.nye else pd.DataFrame()
    if len(nye):
        antall = (nye["kontroll"] + "_" + nye["modus"] + "_" + nye["handling"]).str.lower().value_counts().sort_index()
        logg(conn, "kontroll.funn", f"kjoring:{k.id}", av, {"ordning": k.ordning} | {n: int(v) for n, v in antall.items()}, naa)
    if resultat.tall and siste_kontroller(conn, k.ordning).get("kjoring") != k.id:
        tall = {t.id.lower(): _som_tall(t) for t in resultat.tall}
        logg(conn, UTFORT, f"ordning:{k.ordning}", av, {"kjoring": k.id, "kontroller": tall}, naa)


def _som_tall(t: Kontrolltall) -> dict:
    if not t.ikke_kjort:
        return {"treff": t.treff, "stopper": t.stopper, "ukjent": t.ukjent}
    hvorfor = t.ikke_kjort.partition(":")[0].partition("(")[0].strip()
    return {"ikke_kjort": "_".join(hvorfor.translate(str.maketrans("æøåÆØÅ", "eoaEOA")).split())}


def siste_kontroller(conn: Connection, ordning: str) -> dict:
    """kjoring, and for each control what it came to the last time that lines of the scheme were looked at; {} before the first."""
    r = revisjonslogg.c
    sporring = sa.select(r.detaljer).where(r.hendelse == UTFORT, r.objekt == f"ordning:{ordning}").order_by(r.nr.desc()).limit(1)
    siste = conn.scalar(sporring)
    return json.loads(siste) if siste else {}


def avgjor(rom: Arbeidsrom, ordning: str, funn: Sequence[str], beslutning: str, grunn: str, av: str) -> Beslutning:
    """Releases or holds findings (see `beslutt`), and writes it in the event log. A line that is released is in the next batch."""
    with rom.motor.begin() as conn:
        krev(conn, av, beslutning, alle_roller=rom.krev_syntetisk)
        ut = _avgjor(conn, rom, ordning, funn, beslutning, grunn, av)
    rom.foranker()
    return ut


def avgjor_alle(
    rom: Arbeidsrom, ordning: str, hvilke: Venter, antall: int, sett: str, beslutning: str, grunn: str, av: str
) -> Beslutning:  # fmt: skip
    """As `avgjor`, for every finding of one control (or of one of its causes) that nobody has decided: each is decided by itself, and one
    that may not be is a no to all. `antall` is what the person typed, `sett` what the page was made of (`uavgjorte`). Raises Ordningsfeil
    (kode 4) when it is something else now."""
    with rom.motor.begin() as conn:
        krev(conn, av, beslutning, alle_roller=rom.krev_syntetisk)
        laas(conn, f"bunt:{ordning}")  # what is counted is what is decided
        funn, hvor = hvilke.uavgjorte(conn, ordning), f"kontroll {hvilke.kontroll[:20]} i {ordning}"
        if funn and _avtrykk(funn) != sett:
            raise Ordningsfeil("Funnene er ikke de samme som da siden ble åpnet.", hvor, "Se på listen en gang til.", IKKE_GJORT, kode=4)
        if antall != len(funn) or not antall:
            raise Ordningsfeil(f"{len(funn)} funn venter på dette, ikke det antallet du skrev.", hvor, "Se på listen en gang til.",
                               IKKE_GJORT, kode=4)  # fmt: skip
        ut = _avgjor(conn, rom, ordning, funn, beslutning, grunn, av)
    rom.foranker()
    return ut


def uavgjorte(rom: Arbeidsrom, ordning: str, hvilke: Venter) -> tuple[int, str]:
    """(how many, what they are in one word) of the findings that nobody has decided, for `avgjor_alle`."""
    with lesende(rom.motor) as conn:
        funn = hvilke.uavgjorte(conn, ordning)
    return len(funn), _avtrykk(funn)


def _avtrykk(funn: Sequence[str]) -> str:
    return sha256("\n".join(funn))


def _avgjor(conn: Connection, rom: Arbeidsrom, ordning: str, funn: Sequence[str], beslutning: str, grunn: str, av: str) -> Beslutning:
    naa = rom.klokke.naa()
    ut = beslutt(conn, ordning, funn, beslutning, grunn, av, naa)
    for bunt_id in ut.bunter if beslutning == "slipp" else ():
        if (denne := laas_bunt(conn, bunt_id)).tilstand == "forberedt":
            ny_hendelse(conn, denne, "kontroller", SYSTEM, naa)
    for fra in range(0, len(ut.funn), _I_EN_HENDELSE):
        logg(conn, f"kontroll.{beslutning}", f"ordning:{ordning}", av, {"funn": list(ut.funn[fra : fra + _I_EN_HENDELSE])}, naa)
    return ut


def funn_som_venter(rom: Arbeidsrom, ordning: str, *, alle: bool = False) -> pd.DataFrame:
    """The findings that stop something and that nobody has released; `alle`: every finding."""
    with lesende(rom.motor) as conn:
        return funnliste(conn, ordning, None if alle else Venter())


def funnside(rom: Arbeidsrom, ordning: str, hvilke: Venter, antall: int, fra: int) -> pd.DataFrame:
    """A page of those that wait."""
    with lesende(rom.motor) as conn:
        return funnliste(conn, ordning, hvilke, antall, fra)


def tell_funn(rom: Arbeidsrom, ordning: str, hvilke: Venter) -> dict[str, Ventetall]:
    """For each control that something waits for: how many, for how many causes, and what they stop."""
    with lesende(rom.motor) as conn:
        return hvilke.tell(conn, ordning)


def med_flere(rom: Arbeidsrom, ordning: str, hvilke: Venter, grupper: Sequence[str]) -> set[str]:
    """Those of the causes that more than one finding has."""
    with lesende(rom.motor) as conn:
        return hvilke.flere(conn, ordning, grupper)


def stopper_na(liste: pd.DataFrame) -> pd.Series:
    """Whether each finding stops something that can still be paid."""
    skarp = (liste["modus"] == "skarp") & liste["handling"].str.startswith("STOPP")
    return skarp & (liste["beslutning"].fillna("") != "slipp") & (liste["over"].fillna(0).astype(int) == 0)
