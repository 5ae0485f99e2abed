"""A payment that the bank refused, or that came back, is paid anew when a human has decided it: a new attempt with a new id, linked
to the old one, and to another account when the old one was the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.fritekst import fritekst
from kjerne.kontrakt.identer import er_kontonr, normaliser_konto
from kjerne.lager.bulk import sett_inn
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.motor import laas
from kjerne.lager.person import ident_i
from kjerne.lager.tabeller import bunt, bunt_linje, linje, linjestand, ny_betaling, vedtak

_B, _S = bunt_linje.c, linjestand.c
IKKE_GJORT = "Ingen betaling er lagt ut på nytt."
KAN = ("avvist", "retur")


def som_kan_betales_paa_nytt(conn: Connection, ordning: str, bunt_id: str = "", antall: int | None = None, fra: int = 0) -> list[sa.Row]:
    """linje_id, forsok, bunt_id, konto, ende_til_ende_id, stand of the payments that came to nothing and that nobody has decided about:
    all of them, or `antall` from number `fra` on."""
    sporring = _ubesluttet(ordning).order_by(_B.linje_id).limit(antall).offset(fra)
    return list(conn.execute(sporring.where(_B.bunt_id == bunt_id) if bunt_id else sporring))


def antall_som_kan_betales_paa_nytt(conn: Connection, ordning: str) -> int:
    return int(conn.scalar(sa.select(sa.func.count()).select_from(_ubesluttet(ordning).subquery())))


def _ubesluttet(ordning: str) -> sa.Select:
    nyere, neste, besluttet = linjestand.alias("nyere"), bunt_linje.alias("neste"), ny_betaling.c
    return (
        sa.select(_B.linje_id, _B.forsok, _B.bunt_id, _B.konto, _B.ende_til_ende_id, _S.stand)
        .join(linjestand, _S.ende_til_ende_id == _B.ende_til_ende_id).join(bunt, bunt.c.bunt_id == _B.bunt_id)
        .where(
            bunt.c.ordning == ordning, _S.stand.in_(KAN),
            ~sa.exists().where(nyere.c.ende_til_ende_id == _S.ende_til_ende_id, nyere.c.nr > _S.nr),
            ~sa.exists().where(neste.c.linje_id == _B.linje_id, neste.c.forsok > _B.forsok),
            ~sa.exists().where(besluttet.linje_id == _B.linje_id, besluttet.forsok > _B.forsok),
        )
    )  # fmt: skip


def _soker(conn: Connection, linje_id: str) -> str:
    """The number of the applicant whose line it is."""
    return ident_i(conn, conn.scalar(sa.select(vedtak.c.sak_id).join(linje, linje.c.vedtak_id == vedtak.c.vedtak_id)
                                     .where(linje.c.linje_id == linje_id)))  # fmt: skip


def betal_paa_nytt(
    conn: Connection, ordning: str, betalinger: Sequence[str], konto: str | None, grunn: str, av: str, naa: dt.datetime
) -> int:  # fmt: skip
    """Decides that these payments (by ende_til_ende_id) are tried again, to `konto` or the account as before. Returns how many.

    Raises Ordningsfeil when one of them was not refused or returned, when the account is no account, or when a new account is given for
    several. Whoever decides it counts as one who has changed the batch they come into."""
    grunn = fritekst(grunn if av.strip() else "", 10, ordning, "Skriv en hel setning, minst 10 tegn.", IKKE_GJORT)
    if konto is not None and (len(betalinger) != 1 or not er_kontonr(konto)):
        hva = "Kontonummeret er ikke gyldig." if len(betalinger) == 1 else "En ny konto kan bare oppgis for én betaling om gangen."
        raise Ordningsfeil(hva, ordning, "Oppgi elleve sifre, for én betaling.", IKKE_GJORT, kode=2)
    laas(conn, f"bunt:{ordning}")
    kan = {r.ende_til_ende_id: r for r in som_kan_betales_paa_nytt(conn, ordning)}
    if ukjente := [e for e in dict.fromkeys(betalinger) if e not in kan]:
        raise Ordningsfeil(f"{len(ukjente)} betalinger er ikke avvist, ikke kommet i retur, eller alt lagt ut på nytt.",
                           f"betaling {ukjente[0][:40]}", "Se listen: ordning kvitter.", IKKE_GJORT, kode=4)  # fmt: skip
    valgt = [kan[e] for e in dict.fromkeys(betalinger)]
    if konto is not None and normaliser_konto(konto) == _soker(conn, valgt[0].linje_id):
        raise Ordningsfeil("Kontonummeret er fødselsnummeret til søkeren.", ordning, "Spør etter kontonummeret.", IKKE_GJORT, kode=2)
    ant = sett_inn(conn, ny_betaling, {
        "linje_id": [r.linje_id for r in valgt], "forsok": [r.forsok + 1 for r in valgt], "konto": [konto or r.konto for r in valgt],
        "grunn": grunn, "av": av.strip(), "tid": naa})  # fmt: skip
    feilpunkt("ny_betaling.etter_beslutning")
    return ant
