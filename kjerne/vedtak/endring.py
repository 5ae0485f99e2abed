"""What a new version of a decision means in money: new lines for what was too little, claims for what was too much.

Money is compared for each payee and class in a case, never line by line, so that a period that moves by a day is a small
difference and not everything back and everything out again. What one payee has got too much is never set off against
what another has got too little, and an open claim is never set off against a new line: that takes a decision of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.lager.tabeller import linje, omgjoring, soknad, tilbakekreving, vedtak

MOTTAKER = ["sak_id", "rolle", "klasse", "person_id", "orgnr"]
_I_LINJEN = ["nr", "konto", "fom", "tom"]


def differanse(netto: pd.DataFrame, linjer: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(new lines, claims), by case, each > 0. `netto`: MOTTAKER and ore, what the versions so far come to; `linjer`: all that the
    new version gives. A new line covers the whole new period of its payee and class, and has the number of the first."""
    nye = linjer.rename(columns={"belop_ore": "ore"})
    alle = pd.concat([nye[[*MOTTAKER, "ore", *_I_LINJEN]], netto[[*MOTTAKER, "ore"]].assign(ore=-netto["ore"])], ignore_index=True)
    tekst = alle[MOTTAKER].astype(object).where(alle[MOTTAKER].notna(), "")
    regler = {"ore": ("ore", "sum"), "nr": ("nr", "min"), "konto": ("konto", "first"), "fom": ("fom", "min"), "tom": ("tom", "max")}
    samlet = alle.drop(columns=MOTTAKER).join(tekst).groupby(MOTTAKER, sort=True).agg(**regler).reset_index()
    for navn in ("person_id", "orgnr"):
        samlet[navn] = samlet[navn].astype(object).where(samlet[navn] != "", None)
    ore = samlet["ore"].to_numpy("int64")
    tillegg = samlet[ore > 0].rename(columns={"ore": "belop_ore"}).astype({"nr": "int64", "belop_ore": "int64"})
    krav = samlet.loc[ore < 0, [*MOTTAKER, "ore"]].rename(columns={"ore": "belop_ore"})
    return (
        tillegg[["sak_id", "nr", "rolle", "person_id", "orgnr", "konto", "klasse", "fom", "tom", "belop_ore"]].reset_index(drop=True),
        krav.assign(belop_ore=-krav["belop_ore"].to_numpy("int64")).reset_index(drop=True),
    )


def gjelder_ore() -> sa.ColumnElement[int]:
    """All that a version gives, for a question with vedtak outer-joined to omgjoring: `belop_ore` of a later version is only what it
    adds to what was given before."""
    return sa.func.coalesce(omgjoring.c.etter_ore, vedtak.c.belop_ore)


def netto(conn: Connection, ordning: str, kjoring_id: str | None = None) -> pd.DataFrame:
    """MOTTAKER and ore: the lines less the claims of every version so far. With `kjoring_id`, only of the cases that this run
    decided once more, and only of the versions before."""
    nyere = vedtak.alias("nyere")
    deler = []
    for tabell, fortegn in ((linje, 1), (tilbakekreving, -1)):
        t = tabell.c
        sporring = (
            sa.select(vedtak.c.sak_id, t.rolle, t.klasse, t.person_id, t.orgnr, sa.func.sum(t.belop_ore) * fortegn)
            .join_from(tabell, vedtak, vedtak.c.vedtak_id == t.vedtak_id).join(soknad, soknad.c.sak_id == vedtak.c.sak_id)
            .where(soknad.c.ordning == ordning).group_by(vedtak.c.sak_id, t.rolle, t.klasse, t.person_id, t.orgnr)
        )  # fmt: skip
        if kjoring_id is not None:
            sporring = sporring.join(nyere, (nyere.c.sak_id == vedtak.c.sak_id) & (nyere.c.versjon > vedtak.c.versjon))
            sporring = sporring.where(nyere.c.kjoring_id == kjoring_id)
        deler += [tuple(rad) for rad in conn.execute(sporring)]
    ramme = pd.DataFrame(deler, columns=[*MOTTAKER, "ore"])
    return ramme.assign(ore=[int(v) for v in ramme["ore"]]).astype({"ore": "int64"})


def per_sak(ramme: pd.DataFrame, saker: Sequence[str], kolonne: str = "belop_ore") -> np.ndarray:
    """The sum of each case, 0 where it has none."""
    sum_ = ramme.groupby("sak_id")[kolonne].sum()
    return sum_.reindex(pd.Index(saker)).fillna(0).to_numpy("int64")


def usendte(conn: Connection, ordning: str) -> set[str]:
    """Cases with money that is decided and has not reached anybody (not sent, refused or returned): there nothing can have been paid
    too much yet."""
    sporring = sa.text("""SELECT DISTINCT v.sak_id FROM linje l JOIN vedtak v ON v.vedtak_id = l.vedtak_id
        JOIN soknad s ON s.sak_id = v.sak_id WHERE s.ordning = :o AND NOT EXISTS (
            SELECT 1 FROM bunt_linje b JOIN bunt_hendelse h ON h.bunt_id = b.bunt_id AND h.handling = 'send'
            WHERE b.linje_id = l.linje_id AND NOT EXISTS (SELECT 1 FROM linjestand t
                WHERE t.ende_til_ende_id = b.ende_til_ende_id AND t.stand IN ('avvist', 'retur')))""")
    return set(conn.scalars(sporring, {"o": ordning}))
