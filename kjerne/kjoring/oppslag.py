"""Finds one case and explains it: an example of the scheme, or a case in the database with the trace it was decided on."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.drift.innstillinger import Innstillinger
from kjerne.kjoring.avgjorte import saker_som_avgjort
from kjerne.kjoring.brevsteg import hent_brev
from kjerne.kjoring.eksempelbrev import eksempelbrev
from kjerne.kjoring.kvalitetssteg import hent_svar, med_svar
from kjerne.kjoring.lesing import leveranse_id
from kjerne.kjoring.registerfakta import fyll
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag, Kjoring
from kjerne.kjoring.saksvalg import les_saken
from kjerne.kjoring.utgaver import finn_eller_bevart, utgave
from kjerne.kjoring.visning import foer_visning, krev_innsyn, skriv_privat
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.linjefil import filhash
from kjerne.lager import snapshot as lagring
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kjoring_steg, kvalitetsdom, leveranse, leveranse_karantene, sak, soknad, vedtak
from kjerne.regelmotor.eksempler import les_eksempler
from kjerne.regelmotor.evaluering import kjor
from kjerne.regelmotor.forklaring import Forklaring, forklar
from kjerne.regelmotor.oppdagelse import finn
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.sporing import Sporing


@dataclass(frozen=True)
class Funnet:
    forklaring: Forklaring
    vedtak: dict = field(default_factory=dict)
    kvalitet: list[dict] = field(default_factory=list)
    eksempel: Sporing | None = None  # an example has no stored letter: it is written of this
    sak_id: str = ""  # empty: an example, which is nobody
    sporing: Sporing | None = None  # of a case: what it was explained from
    inntekt: pd.DataFrame | None = None  # the person's income rows that the rules were given


def forklar_sak(ordning: str, nokkel: str, av: str = "", formaal: str = "saksbehandling", brev: Path | None = None) -> Funnet:
    """`nokkel`: the name of an example, or soknad_id, sak_id or vedtak_id. Raises Ordningsfeil (kode 2) when it is none of them.
    With `brev` the letter is written to that file; raises Ordningsfeil when the case has no decision.

    For showing to a person: who looks, and why, is written down before anything is returned or the letter is there to see.
    """
    if not Innstillinger().har_database and (funnet := _eksempel(finn(ordning), nokkel)):  # an example stands in the folder
        if brev:
            skriv_privat(brev, eksempelbrev(funnet.eksempel))
        return funnet
    rom, av = Arbeidsrom.aapne(Innstillinger(), maa_finnes=True), av or Innstillinger().bruker
    verk = finn_eller_bevart(rom, ordning)
    if (funnet := _eksempel(verk, nokkel)) is None:
        krev_innsyn(rom, av)
        funnet = _fra_databasen(rom, verk, nokkel)
    html = _brevet(rom, funnet) if brev else ""
    if funnet.sak_id:
        for vist in ("forklaring", "brev") if brev else ("forklaring",):
            foer_visning(rom, ordning, [funnet.sak_id], av, vist, formaal)
    if brev:
        skriv_privat(brev, html)
    return funnet


def _brevet(rom: Arbeidsrom, funnet: Funnet) -> str:
    return hent_brev(rom, funnet.vedtak.get("vedtak_id", "")) if funnet.eksempel is None else eksempelbrev(funnet.eksempel)


def forklar_i(rom: Arbeidsrom, verk: Regelverk, nokkel: str) -> Funnet:
    """As `forklar_sak`, in this database, for a program: nothing is written down about who asks."""
    return _eksempel(verk, nokkel) or _fra_databasen(rom, verk, nokkel)


def _eksempel(verk: Regelverk, nokkel: str) -> Funnet | None:
    eksempler = les_eksempler(verk)
    treff = np.flatnonzero((eksempler.tabell["sak"] == nokkel).to_numpy())
    if not len(treff):
        return None
    sporing = eksempler.kjor(utvalg=treff)
    return Funnet(forklar(sporing, 0), eksempel=sporing)


def _fra_databasen(rom: Arbeidsrom, verk: Regelverk, nokkel: str) -> Funnet:
    with lesende(rom.motor) as conn:
        rad = _finn_raden(conn, verk.id, nokkel)
        kjoring_id = rad.avgjort_i or rad.kjoring_id
        grunner = conn.scalar(
            sa.select(kvalitetsdom.c.grunner).where(kvalitetsdom.c.sak_id == rad.sak_id, kvalitetsdom.c.kjoring_id == rad.kjoring_id)
        )
        steg = conn.scalar(
            sa.select(kjoring_steg.c.resultat).where(kjoring_steg.c.kjoring_id == kjoring_id, kjoring_steg.c.steg == "kvalitet")
        )
    valgt = json.loads(steg or "{}")
    if rad.vedtak_id:  # explained by the rules, and on the facts, that decided it
        verk = verk if rad.fingeravtrykk == verk.fingeravtrykk else utgave(rom, verk.id, rad.fingeravtrykk)
        saken = saker_som_avgjort(Kjoring(rom, verk, Grunnlag(), kjoring_id), valgt["utvalg"], pd.DataFrame([rad._asdict()]))
        om = {"vedtak_id": rad.vedtak_id, "utfall": rad.utfall, "fattet": str(rad.fattet_dato), "fingeravtrykk": rad.fingeravtrykk[:16]}
    else:
        saken = _saken_naa(Kjoring(rom, verk, Grunnlag(), ""), rad.sak_id)
        om = {"sak_id": rad.sak_id, "tilstand": rad.tilstand}
    inntekt = _inntekt(rom, valgt, saken["ident"].iat[0])
    sporing = kjor(verk, saken, {"inntekter": inntekt})
    return Funnet(forklar(sporing, 0), om, json.loads(grunner) if grunner else [], sak_id=rad.sak_id, sporing=sporing, inntekt=inntekt)


def _finn_raden(conn: Connection, ordning: str, nokkel: str) -> sa.Row:
    """The case with its newest decision, or with the one that is named. Raises Ordningsfeil (kode 2)."""
    s, v = soknad.c, vedtak.c
    sporring = (
        sa.select(s.sak_id, sak.c.tilstand, sak.c.kjoring_id, v.vedtak_id, v.utfall, v.fattet_dato, v.fingeravtrykk, v.sporing_id,
                  v.sporing_rad, v.kjoring_id.label("avgjort_i"))
        .join(sak, sak.c.sak_id == s.sak_id).outerjoin(vedtak, v.sak_id == s.sak_id)
        .where(s.ordning == ordning, sa.or_(s.soknad_id == nokkel, s.sak_id == nokkel, v.vedtak_id == nokkel))
        .order_by(v.versjon.desc())
    )  # fmt: skip
    rad = conn.execute(sporring).first()
    if rad is None:
        raise Ordningsfeil(
            f"Fant ingen sak eller noe eksempel som heter «{nokkel[:60]}».",
            ordning,
            "Bruk en søknads-id, sak_id, vedtak_id eller navnet på et eksempel.",
            "Ingenting er gjort.",
            kode=2,
        )
    return rad


def _saken_naa(k: Kjoring, sak_id: str) -> pd.DataFrame:
    """A case that is not decided, as it would be taken up now: with the answers, and what the registers say today."""
    with k.rom.motor.begin() as conn:  # the lookup of earlier decisions makes a temporary table
        saken = med_svar(les_saken(conn, k, sak_id), hent_svar(conn, k.ordning), k)
        return fyll(conn, k, saken) if k.verk.manifest.registerfelt else saken


def _inntekt(rom: Arbeidsrom, valgt: dict, ident: str) -> pd.DataFrame | None:
    if not valgt.get("inntekt_brukt"):
        return None
    ramme = lagring.les(rom.snapshotmappe, valgt["inntekt_brukt"], "inntekt")
    return ramme[ramme["ident"] == ident]


def leveranser(rom: Arbeidsrom, ordning: str, grunnlag: Grunnlag, vist: int = 20) -> list[dict]:
    """What became of each file of a run: lines in, accepted and quarantined, and the first quarantined lines with reasons."""
    filer = [("soknad", s) for s in grunnlag.soknader] + [("inntekt", s) for s in grunnlag.inntekter]
    filer += [("arbeidsforhold", s) for s in grunnlag.arbeidsforhold] + [("personer", s) for s in grunnlag.personer]
    ut = []
    with lesende(rom.motor) as conn:
        for art, sti in filer:
            l, k = leveranse.c, leveranse_karantene.c
            nokkel = leveranse_id(art, ordning, filhash(sti))
            rad = conn.execute(sa.select(l.linjer_inn, l.akseptert, l.karantene).where(l.leveranse_id == nokkel)).one()
            linjer = conn.execute(sa.select(k.linje, k.grunn).where(k.leveranse_id == nokkel).order_by(k.linje).limit(vist)).all()
            ut.append({"fil": str(sti), "art": art, **rad._mapping, "linjer_i_karantene": [dict(x._mapping) for x in linjer]})
    return ut
