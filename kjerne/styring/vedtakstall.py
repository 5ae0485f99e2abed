"""Figures of decisions: outcomes, reasons, amounts, days. Of several versions of a decision the newest counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kontrakt.manifest import Manifest
from kjerne.lager import tabeller as t
from kjerne.styring.fordeling import klasser, vektet_prosentil
from kjerne.styring.rapporttall import Fordeling, Gruppe, Ventetid

FLEST = 15  # rows of a table; the rest is summed
GJELDER_ORE = sa.func.coalesce(t.omgjoring.c.etter_ore, t.vedtak.c.belop_ore)  # a later version's own amount is only what it adds


def siste_vedtak(ordning: str, *kolonner: sa.ColumnElement) -> sa.Select:
    """The newest version of every decision of the scheme, with its application."""
    nyere = t.vedtak.alias("nyere")
    finnes_nyere = sa.exists().where(nyere.c.sak_id == t.vedtak.c.sak_id, nyere.c.versjon > t.vedtak.c.versjon)
    fra = t.vedtak.join(t.soknad, t.soknad.c.sak_id == t.vedtak.c.sak_id)
    fra = fra.outerjoin(t.omgjoring, t.omgjoring.c.vedtak_id == t.vedtak.c.vedtak_id)
    return sa.select(*kolonner).select_from(fra).where(t.soknad.c.ordning == ordning, ~finnes_nyere)


def utfallstall(conn: Connection, ordning: str) -> dict:
    """innvilget, avslag, belop_ore, dager (days of handling → cases) and avslag_av (condition → refusals; one on two
    conditions is counted at both). One question for them all: the decisions are the largest table."""
    v, s = t.vedtak.c, t.soknad.c
    tall = {"innvilget": 0, "avslag": 0, "belop_ore": 0, "dager": Counter(), "avslag_av": Counter()}
    grunn = sa.case((v.utfall == "avslag", v.avgjorende))
    grupper = (v.utfall, v.fattet_dato, s.mottatt_dato, grunn)
    sporring = siste_vedtak(ordning, *grupper, sa.func.count(), sa.func.sum(GJELDER_ORE)).group_by(*grupper)
    for utfall, fattet, mottatt, avgjorende, antall, belop in conn.execute(sporring):
        tall[utfall] += antall
        tall["belop_ore"] += int(belop)
        tall["dager"][max((fattet - mottatt).days, 0)] += antall
        for navn in json.loads(avgjorende or "[]"):
            tall["avslag_av"][navn] += antall
    return tall


def behandlingstid(dager: Counter) -> Ventetid | None:
    return Ventetid(vektet_prosentil(dager, 50), vektet_prosentil(dager, 90)) if dager else None


def flest(teller: Counter[str], tekster: Mapping[str, str]) -> tuple[Gruppe, ...]:
    sortert = sorted(teller.items(), key=lambda p: (-p[1], p[0]))
    grupper = [Gruppe(navn, tekster.get(navn) or navn.replace("_", " ").capitalize(), n) for navn, n in sortert[:FLEST]]
    if rest := sum(n for _, n in sortert[FLEST:]):
        grupper.append(Gruppe("andre", "Andre", rest))
    return tuple(grupper)


def innvilgede_belop(conn: Connection, ordning: str) -> np.ndarray:
    """Øre per granted case, lowest first. One reading instead of five: a million cases are 8 MB."""
    v = t.vedtak.c
    sporring = siste_vedtak(ordning, GJELDER_ORE).where(v.utfall == "innvilget").execution_options(yield_per=50_000)
    return np.sort(np.fromiter((belop for (belop,) in conn.execute(sporring)), dtype=np.int64))


def fordeling(belop: np.ndarray) -> Fordeling | None:
    """`belop` sorted. Percentiles are amounts that somebody has got, never between two."""
    if not len(belop):
        return None
    grenser = klasser(int(belop[0]), int(belop[-1]))
    antall = np.diff(np.searchsorted(belop, grenser))
    median, p90 = (int(belop[-(-len(belop) * p // 100) - 1]) for p in (50, 90))
    return Fordeling(tuple(grenser), tuple(antall.tolist()), median, p90)


def roller(conn: Connection, ordning: Manifest) -> tuple[Gruppe, ...]:
    li, v = t.linje.c, t.vedtak.c
    siste = siste_vedtak(ordning.id, v.sak_id).where(v.utfall == "innvilget").subquery()
    fra = t.linje.join(t.vedtak, v.vedtak_id == li.vedtak_id).join(siste, siste.c.sak_id == v.sak_id)
    sporring = sa.select(li.rolle, sa.func.count(), sa.func.sum(li.belop_ore)).select_from(fra).group_by(li.rolle).order_by(li.rolle)
    return tuple(Gruppe(r, _rollenavn(ordning, r), n, int(belop)) for r, n, belop in conn.execute(sporring))


def _rollenavn(ordning: Manifest, rolle: str) -> str:
    """Not the words of the letters: they speak to the applicant («deg»), whose account is the one of the application."""
    mottaker = ordning.utbetaling.mottakere.get(rolle)
    return "Søker" if mottaker and mottaker.konto == "kontonummer" else rolle.replace("_", " ").capitalize()
