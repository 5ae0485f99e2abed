"""The controls before payment in the flow: before the batch is made (lines), after it is made (the batch), and what a human decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kjoring.kontrollgrunnlag import buntkontekst, kontrollvalg, linjekontekst
from kjerne.kjoring.rom import Arbeidsrom, Kjoring
from kjerne.kontroll.funn import Beslutning, apne_buntfunn, beslutt, funnliste, lagre_funn, stansede_linjer
from kjerne.kontroll.gjennomforing import Gjennomforing, Kontrolltall, gjennomfor
from kjerne.kontroll.katalog import Plankontroll, plan_for
from kjerne.lager.motor import laas, lesende
from kjerne.lager.tabeller import linje, vedtak
from kjerne.revisjon import logg
from kjerne.tilgang import krev
from kjerne.utbetaling.bunt import Bunt
from kjerne.utbetaling.hendelse import laas_bunt, ny_hendelse

SYSTEM = "system"

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
    """One event for what is new. Last in the transaction (see `logg`)."""
    nye = pd.concat(resultat.nye) if resultat.nye else pd.DataFrame()
    if not len(nye):
        return
    antall = (nye["kontroll"] + "_" + nye["modus"] + "_" + nye["handling"]).str.lower().value_counts().sort_index()
    logg(conn, "kontroll.funn", f"kjoring:{k.id}", k.grunnlag.laget_av, {"ordning": k.ordning} | {n: int(v) for n, v in antall.items()},
         k.rom.klokke.naa())  # fmt: skip


def avgjor(rom: Arbeidsrom, ordning: str, funn: Sequence[str], beslutning: str, grunn: str, av: str) -> Beslutning:
    """Releases or holds findings (see `beslutt`), and writes it in the event log. A line that is released is in the next batch."""
    naa = rom.klokke.naa()
    with rom.motor.begin() as conn:
        krev(conn, av, beslutning, alle_roller=rom.krev_syntetisk)
        ut = beslutt(conn, ordning, funn, beslutning, grunn, av, naa)
        for bunt_id in ut.bunter if beslutning == "slipp" else ():
            if (denne := laas_bunt(conn, bunt_id)).tilstand == "forberedt":
                ny_hendelse(conn, denne, "kontroller", SYSTEM, naa)
        for fra in range(0, len(ut.funn), _I_EN_HENDELSE):
            logg(conn, f"kontroll.{beslutning}", f"ordning:{ordning}", av, {"funn": list(ut.funn[fra : fra + _I_EN_HENDELSE])}, naa)
    rom.foranker()
    return ut


def funn_som_venter(rom: Arbeidsrom, ordning: str, *, alle: bool = False) -> pd.DataFrame:
    """The findings that stop something and that nobody has released; `alle`: every finding."""
    with lesende(rom.motor) as conn:
        liste = funnliste(conn, ordning)
    if alle:
        return liste
    stopper = (liste["modus"] == "skarp") & liste["handling"].str.startswith("STOPP") & (liste["beslutning"].fillna("") != "slipp")
    return liste[stopper].reset_index(drop=True)


def saker_bak(rom: Arbeidsrom, linjer: Sequence[str]) -> dict[str, str]:
    """linje_id → the case that the line is paid in."""
    sporring = sa.select(linje.c.linje_id, vedtak.c.sak_id).join(vedtak).where(linje.c.linje_id.in_(linjer))
    with lesende(rom.motor) as conn:
        return dict(conn.execute(sporring).all())
