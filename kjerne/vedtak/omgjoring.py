"""Stores new versions of decisions, in the caller's transaction: all or nothing, and nothing that is stored is changed."""

from __future__ import annotations

import datetime as dt
import uuid

import pandas as pd
from sqlalchemy.engine import Connection

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager import id as ider
from kjerne.lager.bulk import sett_inn, stillas
from kjerne.lager.feilpunkt import feilpunkt
from kjerne.lager.motor import laas
from kjerne.lager.tabeller import linje, omgjoring, rettighet, tilbakekreving, vedtak, vedtaksperiode
from kjerne.vedtak.rettighet import opptatte

_NAVNEROM = uuid.uuid5(ider.VEDTAK, "tilbakekreving")
_VEDTAK = ["sak_id", "versjon", "utfall", "avgjorende", "begrunnelse", "parameterrader", "snapshot_id",
           "fingeravtrykk", "sporing_id", "sporing_rad", "kjoring_id", "forrige_vedtak_id"]  # fmt: skip
_LINJE = ["nr", "rolle", "person_id", "orgnr", "konto", "klasse", "fom", "tom", "belop_ore"]
_PERIODE = ["nr", "rolle", "klasse", "person_id", "orgnr", "fom", "tom", "belop_ore"]
_KRAV = ["rolle", "klasse", "person_id", "orgnr", "belop_ore"]
_OMGJORING = ["for_utfall", "for_ore", "etter_ore", "tillegg_ore", "krav_ore", "til_ugunst"]


def krav_ider(vedtak_ider: list[str], krav: pd.DataFrame) -> list[str]:
    """One claim for each payee and class of a new version, however often it is made."""
    deler = zip(vedtak_ider, *(krav[n] for n in ("rolle", "klasse", "person_id", "orgnr")), strict=True)
    return ider.uuid5_mange(_NAVNEROM, ("\n".join(v or "" for v in rad) for rad in deler))


def lagre_versjoner(
    conn: Connection, *, ordning: str, revurdering_id: str, ramme: pd.DataFrame, linjer: pd.DataFrame, krav: pd.DataFrame,
    perioder: pd.DataFrame, fattet_dato: dt.date, naa: dt.datetime,
) -> dict[str, int]:  # fmt: skip
    """Stores the next version of each case. The revurdering must be approved in this transaction or before.

    ramme   one row per case: the columns of vedtak (without id, amount and times), for_utfall, for_ore, etter_ore (all that the new
            version gives), tillegg_ore, krav_ore, til_ugunst, and rettighet (the key of the case)
    linjer  sak_id and the columns of linje: what is paid in addition, and belop_ore of the new version.
    krav    sak_id, payee, class, belop_ore
    perioder  sak_id and all that the version gives, period by period: what a receiver that keeps a timeline is told
    Raises Ordningsfeil, and nothing may be committed, when a case has a newer version than the frame knows, when the sums do not
    agree, or when another case has the right.
    """
    laas(conn, f"vedtak:{ordning}")
    vedtak_ider = [ider.vedtak_id(s, int(v)) for s, v in zip(ramme["sak_id"], ramme["versjon"], strict=True)]
    av_sak = dict(zip(ramme["sak_id"], vedtak_ider, strict=True))
    _prov_nyeste(conn, ramme)
    felles = {n: ramme[n] for n in _VEDTAK} | {"vedtak_id": vedtak_ider, "belop_ore": ramme["tillegg_ore"],
                                               "fattet_dato": fattet_dato, "fattet_tid": naa}  # fmt: skip
    nye = sett_inn(conn, vedtak, felles, som_gitt=True)
    feilpunkt("omgjoring.etter_vedtak")
    sett_inn(conn, omgjoring, {n: ramme[n] for n in _OMGJORING} | {
        "vedtak_id": vedtak_ider, "revurdering_id": revurdering_id})  # fmt: skip
    i_vedtak = [av_sak[s] for s in linjer["sak_id"]]
    sett_inn(conn, linje, {n: linjer[n] for n in _LINJE} | {
        "vedtak_id": i_vedtak, "linje_id": ider.linje_ider(i_vedtak, linjer["nr"].tolist())})  # fmt: skip
    feilpunkt("omgjoring.etter_linjer")
    om = [av_sak[s] for s in krav["sak_id"]]
    sett_inn(conn, tilbakekreving, {n: krav[n] for n in _KRAV} | {
        "krav_id": krav_ider(om, krav), "vedtak_id": om, "ordning": ordning, "opprettet_tid": naa})  # fmt: skip
    feilpunkt("omgjoring.etter_krav")
    sett_inn(conn, vedtaksperiode, {n: perioder[n] for n in _PERIODE} | {"vedtak_id": [av_sak[s] for s in perioder["sak_id"]]})
    skjema = {"vedtak_id": vedtak_ider, "forrige_vedtak_id": ramme["forrige_vedtak_id"], "sak_id": ramme["sak_id"]}
    with stillas(conn, vedtak, skjema | {"utfall": ramme["utfall"], "kjoring_id": ramme["kjoring_id"], "fattet_tid": naa}) as s:
        _prov_summer(conn, s)
        _flytt_rettigheter(conn, s, ramme, vedtak_ider)
        conn.exec_driver_sql(
            f"""UPDATE sak SET tilstand = s.utfall, grunn = '', vent_til = NULL, kjoring_id = s.kjoring_id, endret_tid = s.fattet_tid
            FROM {s} s WHERE sak.sak_id = s.sak_id"""
        )
    feilpunkt("omgjoring.etter_tilstand")
    return {"nye_vedtak": nye, "nye_linjer": len(linjer), "krav": len(krav)}


def _prov_nyeste(conn: Connection, ramme: pd.DataFrame) -> None:
    """The version before is the newest one that is stored."""
    with stillas(conn, vedtak, {"sak_id": ramme["sak_id"], "versjon": ramme["versjon"], "vedtak_id": ramme["forrige_vedtak_id"]}) as s:
        foreldet = conn.exec_driver_sql(
            f"""SELECT s.sak_id FROM {s} s LEFT JOIN vedtak v ON v.vedtak_id = s.vedtak_id AND v.versjon = s.versjon - 1
            WHERE v.vedtak_id IS NULL OR EXISTS (SELECT 1 FROM vedtak n WHERE n.sak_id = s.sak_id AND n.versjon >= s.versjon)"""
        ).scalars().all()  # fmt: skip
    if foreldet:
        raise _feil("Sakene er avgjort på nytt etter at revurderingen ble foreslått.", foreldet, "Lag et nytt forslag.")


def _prov_summer(conn: Connection, s: str) -> None:
    """What is stored, added once more by the database: lines and claims are what the new version says that it changes."""
    ulike = conn.exec_driver_sql(
        f"""SELECT s.sak_id FROM {s} s JOIN omgjoring o ON o.vedtak_id = s.vedtak_id
        WHERE o.tillegg_ore <> (SELECT coalesce(sum(l.belop_ore), 0) FROM linje l WHERE l.vedtak_id = s.vedtak_id)
           OR o.krav_ore <> (SELECT coalesce(sum(k.belop_ore), 0) FROM tilbakekreving k WHERE k.vedtak_id = s.vedtak_id)
           OR o.for_ore <> (SELECT coalesce(e.etter_ore, f.belop_ore) FROM vedtak f
                            LEFT JOIN omgjoring e ON e.vedtak_id = f.vedtak_id WHERE f.vedtak_id = s.forrige_vedtak_id)"""
    ).scalars().all()  # fmt: skip
    if ulike:
        raise _feil("Linjer og krav er ikke det som det nye vedtaket endrer.", ulike, "Meld feilen.")


def _flytt_rettigheter(conn: Connection, s: str, ramme: pd.DataFrame, vedtak_ider: list[str]) -> None:
    """The key follows the case to a new grant, is set free by a refusal, and is taken by a first grant."""
    conn.exec_driver_sql(
        f"""DELETE FROM rettighet WHERE vedtak_id IN (SELECT forrige_vedtak_id FROM {s} s WHERE s.utfall = 'avslag')"""
    )
    conn.exec_driver_sql(
        f"""UPDATE rettighet SET vedtak_id = s.vedtak_id FROM {s} s
        WHERE rettighet.vedtak_id = s.forrige_vedtak_id AND s.utfall = 'innvilget'"""
    )
    egne = (ramme["utfall"] == "innvilget").to_numpy(dtype=bool) & ramme["rettighet"].notna().to_numpy(dtype=bool)
    nokler, saker = ramme.loc[egne, "rettighet"].tolist(), ramme.loc[egne, "sak_id"].tolist()
    sett_inn(conn, rettighet, {"nokkel": nokler, "vedtak_id": [v for v, e in zip(vedtak_ider, egne, strict=True) if e]})
    eiere = opptatte(conn, nokler)
    if andre := [sak for sak, n in zip(saker, nokler, strict=True) if eiere[n] != sak]:
        raise _feil("En annen sak har fått det samme innvilget.", andre, "Lag et nytt forslag, eller la et menneske se på sakene.")


def _feil(hva: str, saker: list[str], gjor_dette: str) -> Ordningsfeil:
    return Ordningsfeil(hva, f"{len(saker)} saker, blant dem {', '.join(saker[:5])}", gjor_dette, "Ingen vedtak er omgjort.")
