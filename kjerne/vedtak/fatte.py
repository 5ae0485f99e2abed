"""Decides cases: vedtak version 1, its payment lines and the state of the case, all in the caller's transaction."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import id as ider
from kjerne.lager.bulk import konflikter, sett_inn, stillas
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import TILSTANDER, linje, sak, vedtak
from kjerne.lager.verdikolonner import Drivverdier, drivverdier

AVGJORT = ("innvilget", "avslag")
_VEDTAK = ["sak_id", "utfall", "belop_ore", "avgjorende", "begrunnelse", "parameterrader", "sporing_rad"]
_LINJE = ["nr", "rolle", "person_id", "orgnr", "konto", "klasse", "fom", "tom", "belop_ore"]


def fatt_vedtak(
    conn: Connection, *, ordning: str, ramme: pd.DataFrame, linjer: pd.DataFrame, kjoring_id: str,
    snapshot_id: str | None, fingeravtrykk: str, sporing_id: str, fattet_dato: dt.date, naa: dt.datetime,
) -> dict[str, int]:  # fmt: skip
    """Stores what the rules and the quality checks came to. Again with the same content: nothing changes.

    ramme   one row per case: sak_id, tilstand (a state of sak, not "mottatt"), grunn, vent_til (may be absent), and for
            tilstand innvilget/avslag also utfall (the same word), belop_ore, sporing_rad, and the canonical JSON texts
            avgjorende, begrunnelse, parameterrader
    linjer  sak_id, nr, rolle, person_id, orgnr, konto, klasse, fom, tom, belop_ore; only for innvilget
    Returns each state → cases, and nye_vedtak, nye_linjer, sum_ore. A case that already has a vedtak keeps its state
    when the frame says something else than innvilget/avslag (an old run that is started again).
    Raises Ordningsfeil, and nothing may be committed, for: unknown cases, Σ lines ≠ amount, lines without a grant, a
    stored vedtak or line with other content.
    """
    laas(conn, f"vedtak:{ordning}")
    _prov_ramme(ramme, linjer)
    _prov_saker(conn, ordning, ramme)
    avgjort = ramme[ramme["tilstand"].isin(AVGJORT)]
    rader = drivverdier(vedtak, avgjort[_VEDTAK].assign(
        vedtak_id=ider.vedtak_ider(avgjort["sak_id"]), versjon=1, snapshot_id=snapshot_id, fingeravtrykk=fingeravtrykk,
        sporing_id=sporing_id, forrige_vedtak_id=None, kjoring_id=kjoring_id, fattet_dato=fattet_dato, fattet_tid=naa,
    ))  # fmt: skip
    _stans_ved_annet_innhold(conn, vedtak, rader, ("vedtak_id",), ("fattet_tid",))
    nye_vedtak = sett_inn(conn, vedtak, rader)
    feilpunkt("vedtak.etter_vedtak")
    vedtak_ider = ider.vedtak_ider(linjer["sak_id"])
    linje_ider = ider.linje_ider(vedtak_ider, linjer["nr"])
    penger = drivverdier(linje, linjer[_LINJE].assign(vedtak_id=vedtak_ider, linje_id=linje_ider))
    _stans_ved_annet_innhold(conn, linje, penger, ("linje_id",))
    nye_linjer = sett_inn(conn, linje, penger)
    feilpunkt("vedtak.etter_linjer")
    _prov_summer(conn, rader["vedtak_id"])
    _sett_tilstand(conn, ramme, kjoring_id, naa)
    feilpunkt("vedtak.etter_tilstand")
    antall = {t: int((ramme["tilstand"] == t).sum()) for t in TILSTANDER if t != "mottatt"}
    return antall | {"nye_vedtak": nye_vedtak, "nye_linjer": nye_linjer, "sum_ore": sum(penger["belop_ore"])}


def _feil(hva: str, saker: pd.Series | list[str], gjor_dette: str) -> Ordningsfeil:
    vist = [str(s) for s in list(saker)[:5]]
    return Ordningsfeil(hva, f"{len(saker)} saker, blant dem {', '.join(vist)}", gjor_dette, "Ingen vedtak er lagret.")


def _prov_ramme(ramme: pd.DataFrame, linjer: pd.DataFrame) -> None:
    ukjent = ramme[~ramme["tilstand"].isin(TILSTANDER[1:])]
    if len(ukjent):
        raise _feil("Saker har ingen gyldig ny tilstand.", ukjent["sak_id"], "Dette er en feil i programmet; meld den.")
    if (dobbelt := ramme["sak_id"].duplicated()).any():
        raise _feil("Samme sak står flere ganger.", ramme.loc[dobbelt, "sak_id"], "Meld feilen.")
    avgjort = ramme[ramme["tilstand"].isin(AVGJORT)]
    ulikt = avgjort[(avgjort["tilstand"] != avgjort["utfall"]).fillna(True)]
    if len(ulikt):
        raise _feil("Sakens tilstand og reglenes utfall er ikke det samme.", ulikt["sak_id"], "Meld feilen.")
    uten_grunn = avgjort[["avgjorende", "begrunnelse", "parameterrader"]].isna().any(axis=1)
    if uten_grunn.any():
        raise _feil("Et vedtak mangler begrunnelse.", avgjort.loc[uten_grunn, "sak_id"], "Meld feilen.")
    innvilget = avgjort.loc[avgjort["tilstand"] == "innvilget", "sak_id"]
    fremmed = linjer.loc[~linjer["sak_id"].isin(innvilget), "sak_id"]
    if len(fremmed):
        raise _feil("Det finnes utbetalingslinjer for saker som ikke er innvilget.", fremmed.unique(), "Meld feilen.")
    sum_linjer = linjer.groupby("sak_id")["belop_ore"].sum().reindex(avgjort["sak_id"]).fillna(0)
    ulik_sum = avgjort[sum_linjer.to_numpy("int64") != avgjort["belop_ore"].to_numpy("int64", na_value=-1)]
    if len(ulik_sum):
        raise _feil("Summen av linjene er ikke beløpet i vedtaket.", ulik_sum["sak_id"], "Meld feilen.")


def _prov_saker(conn: Connection, ordning: str, ramme: pd.DataFrame) -> None:
    with stillas(conn, sak, ramme[["sak_id"]]) as s:
        ukjente = conn.execute(
            sa.text(f"SELECT s.sak_id FROM {s} s LEFT JOIN sak t ON t.sak_id = s.sak_id AND t.ordning = :o"
                    " WHERE t.sak_id IS NULL"), {"o": ordning},
        ).scalars().all()  # fmt: skip
    if ukjente:
        raise _feil(f"Saker finnes ikke i ordningen {ordning}.", ukjente, "Les inn søknadene først.")


def _stans_ved_annet_innhold(
    conn: Connection, tabell: sa.Table, rader: Drivverdier, nokkel: tuple[str, ...], se_bort_fra: tuple[str, ...] = ()
) -> None:
    if funn := konflikter(conn, tabell, rader, nokkel, se_bort_fra):
        kolonner = ", ".join(sorted({k for f in funn for k in f.kolonner}))
        raise Ordningsfeil(
            f"Det finnes allerede {len(funn)} rader i {tabell.name} med et annet innhold ({kolonner}).",
            ", ".join(rader[nokkel[0]][f.rad] for f in funn[:5]),
            "Et vedtak endres aldri. Skal saken vurderes på nytt, må det gjøres som en omgjøring.",
            "Ingen vedtak er lagret.",
        )


def _prov_summer(conn: Connection, vedtak_ider: list[str]) -> None:
    """Once more, in SQL, on what is stored: also finds a stored line that the frame does not have."""
    with stillas(conn, vedtak, {"vedtak_id": vedtak_ider}) as s:
        ulike = conn.exec_driver_sql(
            f"""SELECT v.sak_id FROM {s} s JOIN vedtak v ON v.vedtak_id = s.vedtak_id
            LEFT JOIN linje l ON l.vedtak_id = v.vedtak_id GROUP BY v.vedtak_id, v.sak_id, v.belop_ore
            HAVING coalesce(sum(l.belop_ore), 0) <> v.belop_ore"""
        ).scalars().all()  # fmt: skip
    if ulike:
        raise _feil("Lagrede linjer gir en annen sum enn vedtaket.", ulike, "Stans utbetalingen og meld feilen.")


def _sett_tilstand(conn: Connection, ramme: pd.DataFrame, kjoring_id: str, naa: dt.datetime) -> None:
    nye = ramme[["sak_id", "tilstand", "grunn"]].assign(
        vent_til=ramme.get("vent_til"), kjoring_id=kjoring_id, endret_tid=naa
    )
    ulik = " OR ".join(f"sak.{k} IS DISTINCT FROM s.{k}" for k in ("tilstand", "grunn", "vent_til", "kjoring_id"))
    with stillas(conn, sak, nye) as s:
        conn.exec_driver_sql(
            f"""UPDATE sak SET tilstand = s.tilstand, grunn = s.grunn, vent_til = s.vent_til, kjoring_id = s.kjoring_id,
            endret_tid = s.endret_tid FROM {s} s WHERE sak.sak_id = s.sak_id AND ({ulik})
            AND (s.tilstand IN ('innvilget', 'avslag')
                 OR NOT EXISTS (SELECT 1 FROM vedtak v WHERE v.sak_id = sak.sak_id))"""
        )  # fmt: skip
