"""Decides cases: vedtak version 1, its payment lines and the state of the case, all in the caller's transaction."""

from __future__ import annotations

import datetime as dt
from itertools import compress

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import id as ider
from kjerne.lager.bulk import konflikter, sett_inn, stillas
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import TILSTANDER, linje, rettighet, sak, vedtak
from kjerne.lager.verdikolonner import Drivverdier, drivverdier
from kjerne.vedtak.rettighet import opptatte

AVGJORT = ("innvilget", "avslag")
_VEDTAK = ["sak_id", "utfall", "belop_ore", "avgjorende", "begrunnelse", "parameterrader", "sporing_rad"]
_SAK = ["sak_id", "tilstand", "grunn", "vent_til"]
_LINJE = ["nr", "rolle", "person_id", "orgnr", "konto", "klasse", "fom", "tom", "belop_ore"]


def fatt_vedtak(
    conn: Connection, *, ordning: str, ramme: pd.DataFrame, linjer: pd.DataFrame, kjoring_id: str,
    snapshot_id: str | None, fingeravtrykk: str, sporing_id: str, fattet_dato: dt.date, naa: dt.datetime,
) -> dict[str, int]:  # fmt: skip
    """Stores what the rules and the quality checks came to. Again with the same content: nothing changes.

    ramme   one row per case: sak_id, tilstand (a state of sak, not "mottatt"), grunn, vent_til (may be absent), and for
            tilstand innvilget/avslag also utfall (the same word), belop_ore, sporing_rad, and the canonical JSON texts
            avgjorende, begrunnelse, parameterrader; for innvilget also rettighet (its key, see `rettighetsnokler`;
            may be absent or None)
    linjer  sak_id, nr, rolle, person_id, orgnr, konto, klasse, fom, tom, belop_ore; only for innvilget
    Returns each state → cases, and nye_vedtak, nye_linjer, sum_ore. A case that already has a vedtak keeps its state
    when the frame says something else than innvilget/avslag (an old run that is started again).
    Raises Ordningsfeil, and nothing may be committed, for: unknown cases, Σ lines ≠ amount, lines without a grant, a
    stored vedtak or line with other content, a rettighet that another vedtak has.
    """
    laas(conn, f"vedtak:{ordning}")
    avgjort = ramme[ramme["tilstand"].isin(AVGJORT)]
    _prov_ramme(ramme, avgjort)
    plass = pd.Index(avgjort["sak_id"], dtype="object").get_indexer(pd.Index(linjer["sak_id"], dtype="object"))
    _prov_linjer(avgjort, linjer, plass)
    vedtak_ider = ider.vedtak_ider(avgjort["sak_id"].tolist())
    rader = drivverdier(vedtak, {n: avgjort[n] for n in _VEDTAK} | {
        "vedtak_id": vedtak_ider, "versjon": 1, "snapshot_id": snapshot_id, "fingeravtrykk": fingeravtrykk,
        "sporing_id": sporing_id, "forrige_vedtak_id": None, "kjoring_id": kjoring_id, "fattet_dato": fattet_dato,
        "fattet_tid": naa,
    })  # fmt: skip
    i_vedtak = [vedtak_ider[p] for p in plass]
    penger = drivverdier(linje, {n: linjer[n] for n in _LINJE} | {
        "vedtak_id": i_vedtak, "linje_id": ider.linje_ider(i_vedtak, linjer["nr"].tolist()),
    })  # fmt: skip
    saker = {"kjoring_id": kjoring_id, "endret_tid": naa} | {n: ramme.get(n) for n in _SAK}
    with stillas(conn, sak, saker) as s:
        _prov_saker(conn, s, ordning)
        nye_vedtak = _lagre(conn, vedtak, rader, "vedtak_id", ("fattet_tid",))
        feilpunkt("vedtak.etter_vedtak")
        if "rettighet" in ramme:
            omgjort = set() if nye_vedtak == len(vedtak_ider) else _omgjorte(conn, s)
            _lagre_rettigheter(conn, avgjort, vedtak_ider, omgjort)
        nye_linjer = _lagre(conn, linje, penger, "linje_id")
        feilpunkt("vedtak.etter_linjer")
        _prov_summer(conn, s)
        _sett_tilstand(conn, s)
    feilpunkt("vedtak.etter_tilstand")
    antall = {t: int((ramme["tilstand"] == t).sum()) for t in TILSTANDER if t != "mottatt"}
    return antall | {"nye_vedtak": nye_vedtak, "nye_linjer": nye_linjer, "sum_ore": sum(penger["belop_ore"])}


def _feil(hva: str, saker: pd.Series | list[str], gjor_dette: str) -> Ordningsfeil:
    vist = [str(s) for s in list(saker)[:5]]
    return Ordningsfeil(hva, f"{len(saker)} saker, blant dem {', '.join(vist)}", gjor_dette, "Ingen vedtak er lagret.")


def _prov_ramme(ramme: pd.DataFrame, avgjort: pd.DataFrame) -> None:
    ukjent = ramme[~ramme["tilstand"].isin(TILSTANDER[1:])]
    if len(ukjent):
        raise _feil("Saker har ingen gyldig ny tilstand.", ukjent["sak_id"], "Dette er en feil i programmet; meld den.")
    if (dobbelt := ramme["sak_id"].duplicated()).any():
        raise _feil("Samme sak står flere ganger.", ramme.loc[dobbelt, "sak_id"], "Meld feilen.")
    ulikt = avgjort[(avgjort["tilstand"] != avgjort["utfall"]).fillna(True)]
    if len(ulikt):
        raise _feil("Sakens tilstand og reglenes utfall er ikke det samme.", ulikt["sak_id"], "Meld feilen.")
    uten_grunn = avgjort[["avgjorende", "begrunnelse", "parameterrader"]].isna().any(axis=1)
    if uten_grunn.any():
        raise _feil("Et vedtak mangler begrunnelse.", avgjort.loc[uten_grunn, "sak_id"], "Meld feilen.")


def _prov_linjer(avgjort: pd.DataFrame, linjer: pd.DataFrame, plass: np.ndarray) -> None:
    """`plass`: the row in `avgjort` of each line's case, -1 where it has none."""
    innvilget = np.append((avgjort["tilstand"] == "innvilget").to_numpy(dtype=bool), False)  # the last answers for -1
    if not (egne := innvilget[plass]).all():
        fremmed = linjer.loc[~egne, "sak_id"].unique()
        raise _feil("Det finnes utbetalingslinjer for saker som ikke er innvilget.", fremmed, "Meld feilen.")
    sum_linjer = np.zeros(len(avgjort), dtype="int64")
    np.add.at(sum_linjer, plass, linjer["belop_ore"].to_numpy("int64"))
    ulik_sum = avgjort[sum_linjer != avgjort["belop_ore"].to_numpy("int64", na_value=-1)]
    if len(ulik_sum):
        raise _feil("Summen av linjene er ikke beløpet i vedtaket.", ulik_sum["sak_id"], "Meld feilen.")


def _prov_saker(conn: Connection, s: str, ordning: str) -> None:
    ukjente = conn.execute(
        sa.text(f"SELECT s.sak_id FROM {s} s LEFT JOIN sak t ON t.sak_id = s.sak_id AND t.ordning = :o"
                " WHERE t.sak_id IS NULL"), {"o": ordning},
    ).scalars().all()  # fmt: skip
    if ukjente:
        raise _feil(f"Saker finnes ikke i ordningen {ordning}.", ukjente, "Les inn søknadene først.")


def _lagre(
    conn: Connection, tabell: sa.Table, rader: Drivverdier, nokkel: str, se_bort_fra: tuple[str, ...] = ()
) -> int:
    """Inserts, and compares with what is stored only when something was: a new key cannot have other content."""
    nye = sett_inn(conn, tabell, rader, som_gitt=tabell is vedtak)  # vedtak lie as their cases do: read in that order
    if nye < len(rader[nokkel]) and (funn := konflikter(conn, tabell, rader, (nokkel,), se_bort_fra)):
        kolonner = ", ".join(sorted({k for f in funn for k in f.kolonner}))
        raise Ordningsfeil(
            f"Det finnes allerede {len(funn)} rader i {tabell.name} med et annet innhold ({kolonner}).",
            ", ".join(rader[nokkel][f.rad] for f in funn[:5]),
            "Et vedtak endres aldri. Skal saken vurderes på nytt, må det gjøres som en omgjøring.",
            "Ingen vedtak er lagret.",
        )
    return nye


def _omgjorte(conn: Connection, s: str) -> set[str]:
    """Cases that have been decided once more since: an old run that is begun again changes nothing in them."""
    return set(conn.exec_driver_sql(f"SELECT v.sak_id FROM {s} s JOIN vedtak v ON v.sak_id = s.sak_id AND v.versjon > 1").scalars())


def _lagre_rettigheter(conn: Connection, avgjort: pd.DataFrame, vedtak_ider: list[str], omgjort: set[str]) -> None:
    egne = ((avgjort["tilstand"] == "innvilget") & avgjort["rettighet"].notna() & ~avgjort["sak_id"].isin(omgjort)).to_numpy(dtype=bool)
    nokler, ider_ = avgjort.loc[egne, "rettighet"].tolist(), list(compress(vedtak_ider, egne))
    if sett_inn(conn, rettighet, {"nokkel": nokler, "vedtak_id": ider_}) < len(nokler):
        eiere = opptatte(conn, nokler)
        saker = [s for s, n in zip(avgjort.loc[egne, "sak_id"], nokler, strict=True) if eiere[n] != s]
        if saker:
            raise _feil("Det finnes allerede et innvilget vedtak for det samme.", saker,
                        "Sett sakene i karantene og la et menneske se på dem.")  # fmt: skip


def _prov_summer(conn: Connection, s: str) -> None:
    """Once more, in SQL, on what is stored: also finds a stored line that the frame does not have."""
    ulike = conn.exec_driver_sql(
        f"""SELECT v.sak_id FROM {s} s JOIN vedtak v ON v.sak_id = s.sak_id AND v.versjon = 1 WHERE v.belop_ore <>
        (SELECT coalesce(sum(l.belop_ore), 0) FROM linje l WHERE l.vedtak_id = v.vedtak_id)"""
    ).scalars().all()  # fmt: skip
    if ulike:
        raise _feil("Lagrede linjer gir en annen sum enn vedtaket.", ulike, "Stans utbetalingen og meld feilen.")


def _sett_tilstand(conn: Connection, s: str) -> None:
    ulik = " OR ".join(f"sak.{k} IS DISTINCT FROM s.{k}" for k in ("tilstand", "grunn", "vent_til", "kjoring_id"))
    conn.exec_driver_sql(
        f"""UPDATE sak SET tilstand = s.tilstand, grunn = s.grunn, vent_til = s.vent_til, kjoring_id = s.kjoring_id,
        endret_tid = s.endret_tid FROM {s} s WHERE sak.sak_id = s.sak_id AND ({ulik})
        AND NOT EXISTS (SELECT 1 FROM vedtak v WHERE v.sak_id = sak.sak_id
                        AND (v.versjon > 1 OR s.tilstand NOT IN ('innvilget', 'avslag')))"""
    )  # fmt: skip
