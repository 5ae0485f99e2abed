"""Questions to employers and persons, their answers, and the cases that may go on because everything is answered."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import id as ider
from kjerne.lager.bulk import konflikter, sett_inn
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import sak, sporsmal, svar

_IKKE_GJORT = "Ingen svar er lagret."


def lagre_sporsmal(conn: Connection, ramme: pd.DataFrame) -> int:
    """Stores questions and returns how many are new. The frame has the columns of `sporsmal`; sporsmal_id may be absent
    (then it is computed from sak_id, til, mottaker, maaned, felt and kontroll). A question is asked once, with the
    first deadline, however many runs find it."""
    if "sporsmal_id" not in ramme:
        deler = ramme[["sak_id", "til", "mottaker", "maaned", "felt", "kontroll"]].astype("object")
        deler = deler.where(deler.notna(), None)
        ramme = ramme.assign(sporsmal_id=[ider.sporsmal_id(*rad) for rad in deler.itertuples(index=False)])
    return sett_inn(conn, sporsmal, ramme[[k.name for k in sporsmal.c]])


def aapne_sporsmal(conn: Connection, ordning: str, antall: int | None = None, fra: int = 0) -> pd.DataFrame:
    """Questions without an answer, by whom they go to and then by month: all columns of `sporsmal`. All of them, or `antall` from number
    `fra` on."""
    s = sporsmal.c
    uten = sa.case((s.mottaker.is_(None), 1), else_=0), s.mottaker, sa.case((s.maaned.is_(None), 0), else_=1), s.maaned
    sporring = _aapne(ordning, *s).order_by(s.til, *uten, s.sporsmal_id).limit(antall).offset(fra)
    return pd.DataFrame(conn.execute(sporring).all(), columns=[k.name for k in s])


def tell_aapne(conn: Connection, ordning: str, dag: dt.date) -> tuple[int, int]:
    """How many questions have no answer, and of how many the deadline is out."""
    ute = sa.func.coalesce(sa.func.sum(sa.case((sporsmal.c.frist < dag, 1), else_=0)), 0)
    alle, for_sent = conn.execute(_aapne(ordning, sa.func.count(), ute)).one()
    return int(alle), int(for_sent)


def _aapne(ordning: str, *hva: sa.ColumnElement) -> sa.Select:
    sporring = sa.select(*hva).select_from(sporsmal).outerjoin(svar, svar.c.sporsmal_id == sporsmal.c.sporsmal_id)
    return sporring.where(sporsmal.c.ordning == ordning, svar.c.svar_id.is_(None))


def registrer_svar(conn: Connection, ramme: pd.DataFrame, naa: dt.datetime) -> dict[str, int]:
    """Stores answers: sporsmal_id, verdi, begrunnelse, gitt_av. Returns nye (stored) and gjentatt (already stored).

    All or nothing. Raises Ordningsfeil for a question that does not exist, and for a second answer that says something
    else than the first (verdi or begrunnelse): an answer is never replaced.
    """
    laas(conn, "svar")
    rader = ramme[["sporsmal_id", "verdi", "begrunnelse", "gitt_av"]].assign(
        svar_id=[ider.svar_id(s) for s in ramme["sporsmal_id"]], mottatt_tid=naa
    )
    kjente = set(conn.scalars(sa.select(sporsmal.c.sporsmal_id)))
    if ukjente := sorted(set(rader["sporsmal_id"]) - kjente):
        raise Ordningsfeil(f"{len(ukjente)} svar gjelder spørsmål som ikke finnes.", ", ".join(ukjente[:5]),
                           "Rett sporsmal_id, og lever svarene på nytt.", _IKKE_GJORT)  # fmt: skip
    if funn := konflikter(conn, svar, rader, ("sporsmal_id",), ("gitt_av", "mottatt_tid")):
        ider_ = [rader["sporsmal_id"].iloc[f.rad] for f in funn]
        raise Ordningsfeil(
            f"{len(funn)} spørsmål er allerede besvart med et annet svar.", ", ".join(ider_[:5]),
            "Ta svarene ut av filen. Er det første svaret feil, må saken behandles manuelt.", _IKKE_GJORT,
        )  # fmt: skip
    nye = sett_inn(conn, svar, rader)
    return {"nye": nye, "gjentatt": len(rader) - nye}


def saker_med_alle_svar(conn: Connection, ordning: str) -> list[str]:
    """Cases that wait for answers (tilstand sporsmal) and have got them all, in key order."""
    sporring = (
        sa.select(sak.c.sak_id).join(sporsmal, sporsmal.c.sak_id == sak.c.sak_id)
        .outerjoin(svar, svar.c.sporsmal_id == sporsmal.c.sporsmal_id)
        .where(sak.c.ordning == ordning, sak.c.tilstand == "sporsmal").group_by(sak.c.sak_id)
        .having(sa.func.count(svar.c.svar_id) == sa.func.count()).order_by(sak.c.sak_id)
    )  # fmt: skip
    return list(conn.scalars(sporring))
