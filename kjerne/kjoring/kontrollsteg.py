"""The controls before payment in the flow: before the batch is made (lines), after it is made (the batch), and what a human decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kjoring.kontrollgrunnlag import buntkontekst, linjekontekst
from kjerne.kjoring.rom import Arbeidsrom, Kjoring
from kjerne.kontroll.funn import Beslutning, apne_buntfunn, beslutt, lagre_funn, stansede_linjer
from kjerne.kontroll.gjennomforing import Gjennomforing, Kontrolltall, gjennomfor
from kjerne.kontroll.katalog import plan_for
from kjerne.lager.motor import laas
from kjerne.revisjon import logg
from kjerne.utbetaling.bunt import Bunt

_I_EN_HENDELSE = 200  # findings named in one event


@dataclass
class Kontrollresultat:
    """`utelatt` asks for the lines that may not be in the batch (None: the scheme has no controls); `nye` are the findings that
    were not known; `tall` what each control came to."""

    utelatt: sa.Select | None = None
    nye: list[pd.DataFrame] = field(default_factory=list)
    tall: list[Kontrolltall] = field(default_factory=list)


def kontroller(conn: Connection, k: Kjoring, betalingsdato: dt.date) -> Kontrollresultat:
    """Runs the line controls on every line of the scheme that is in no batch, and stores what they find, in the transaction that
    makes the batch. Raises Ordningsfeil (kode 3) when a control cannot be carried out; nothing may then be committed."""
    if (valg := k.verk.manifest.kontroll) is None:
        return Kontrollresultat()
    laas(conn, f"vedtak:{k.ordning}")  # in the order of lag_bunt
    laas(conn, f"bunt:{k.ordning}")
    k.fremdrift("Kontroll før utbetaling", 0, 0)
    kontekst = linjekontekst(conn, k, betalingsdato)
    ut = Kontrollresultat(stansede_linjer(k.ordning))
    if kontekst.antall:
        _ta_vare_paa(conn, k, ut, gjennomfor(plan_for(valg, betalingsdato), kontekst))
    return ut


def kontroller_bunter(conn: Connection, k: Kjoring, bunter: Sequence[Bunt], resultat: Kontrollresultat) -> dict[str, int]:
    """Runs the batch controls on what this run has made. For each batch, how many findings stop it: with 0 it is controlled."""
    if (valg := k.verk.manifest.kontroll) is None or not bunter:
        return {b.bunt_id: 0 for b in bunter}
    kontekst = buntkontekst(conn, k, tuple(b.bunt_id for b in bunter))
    _ta_vare_paa(conn, k, resultat, gjennomfor(plan_for(valg, bunter[0].betalingsdato), kontekst))
    return {b.bunt_id: apne_buntfunn(conn, b.bunt_id) for b in bunter}


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
        ut = beslutt(conn, ordning, funn, beslutning, grunn, av, naa)
        for fra in range(0, len(ut.funn), _I_EN_HENDELSE):
            logg(conn, f"kontroll.{beslutning}", f"ordning:{ordning}", av, {"funn": list(ut.funn[fra : fra + _I_EN_HENDELSE])}, naa)
    rom.foranker()
    return ut
