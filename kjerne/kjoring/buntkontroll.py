"""The payment lines of a new batch as a frame, and the scheme's checks of them (`utb_…` in kvalitet.toml)."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kjoring.linjelesing import faktum, hent
from kjerne.kjoring.rom import Kjoring
from kjerne.kvalitet import Buntkontekst, Kvalitetsplan, vurder_linjer
from kjerne.lager.tabeller import bunt_hendelse, bunt_linje, linje, linjestand, soknad, vedtak
from kjerne.utbetaling.bankdag import er_bankdag
from kjerne.utbetaling.buntlaging import Buntsum
from kjerne.utbetaling.tilstand import OVER

_LINJE = [linje.c[n] for n in ("linje_id", "vedtak_id", "person_id", "orgnr", "klasse", "fom", "tom", "belop_ore")]


def kontroller_bunt(conn: Connection, k: Kjoring, plan: Kvalitetsplan, laget: Buntsum, dag: dt.date) -> None:
    """Asks the scheme's checks about every line of the batches just made, in the transaction that made them.

    Raises Kvalitetsstopp when one fails; nothing may then be committed.
    """
    bunter = [b.bunt_id for b in laget.bunter]
    linjer = hent_linjer(conn, bunter, k.verk.manifest.arbeidsgiverfelt)
    om_vedtaket = ["vedtatt_ore", "utenfor_ore"]
    vedtakene = linjer[["vedtak_id", *om_vedtaket]].drop_duplicates("vedtak_id").rename(columns={"vedtatt_ore": "belop_ore"})
    kontekst = Buntkontekst(
        linjer.drop(columns=om_vedtaket),
        vedtakene,
        _linjer_i_andre(conn, bunter),
        i_dag=k.rom.klokke.idag(),
        betalingsdato=dag,
        er_bankdag=er_bankdag,
        sum_ore=laget.sum_ore,
        antall=laget.antall,
        maks_per_sak_ore=k.verk.manifest.utbetaling.maks_per_sak * 100,
    )
    vurder_linjer(plan, kontekst)


def hent_linjer(conn: Connection, bunter: list[str], arbeidsgiverfelt: str) -> pd.DataFrame:
    """The lines of the batches: the columns of `linje`, vedtatt_ore (of their decision), utenfor_ore (its lines that are in none of
    the batches: held by a control, or paid before) and gjelder (who and which employer it is paid for, whoever gets the money). A later
    version of a decision pays a difference for days that are paid, so only its own lines must not overlap."""
    andre = linje.alias("andre_linjer").c
    i_buntene = sa.exists().where(bunt_linje.c.linje_id == andre.linje_id, bunt_linje.c.bunt_id.in_(bunter)).correlate_except(bunt_linje)
    utenfor = sa.select(sa.func.coalesce(sa.func.sum(andre.belop_ore), 0)).where(andre.vedtak_id == linje.c.vedtak_id, ~i_buntene)
    utenfor = sa.cast(utenfor.correlate(linje).scalar_subquery(), sa.BigInteger)
    versjon = sa.case((vedtak.c.versjon > 1, "/" + vedtak.c.vedtak_id), else_="")
    gjelder = soknad.c.person_id + "/" + sa.func.coalesce(faktum(conn, arbeidsgiverfelt), "") + versjon
    sporring = (
        sa.select(*_LINJE, vedtak.c.belop_ore.label("vedtatt_ore"), utenfor.label("utenfor_ore"), gjelder.label("gjelder"))
        .join(bunt_linje, bunt_linje.c.linje_id == linje.c.linje_id)
        .join(vedtak, vedtak.c.vedtak_id == linje.c.vedtak_id)
        .join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
        .where(bunt_linje.c.bunt_id.in_(bunter))
    )
    return hent(conn, sporring)


def _linjer_i_andre(conn: Connection, bunter: list[str]) -> pd.Index:
    over = sa.select(bunt_hendelse.c.bunt_id).where(bunt_hendelse.c.tilstand.in_(OVER))
    kom_ikke_fram = sa.exists().where(
        linjestand.c.ende_til_ende_id == bunt_linje.c.ende_til_ende_id, linjestand.c.stand.in_(("avvist", "retur")))  # fmt: skip
    her = bunt_linje.alias("her").c
    mine = sa.select(her.linje_id).where(her.bunt_id.in_(bunter))  # those of all times would fill the memory
    andre = sa.select(bunt_linje.c.linje_id).where(
        bunt_linje.c.linje_id.in_(mine), bunt_linje.c.bunt_id.not_in(bunter), bunt_linje.c.bunt_id.not_in(over), ~kom_ikke_fram
    )
    return pd.Index(hent(conn, andre)["linje_id"])
