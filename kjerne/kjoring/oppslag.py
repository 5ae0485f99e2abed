"""Finds one case and explains it: an example of the scheme, or a case in the database with the trace it was decided on."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa

from kjerne.drift.innstillinger import Innstillinger
from kjerne.kjoring.brevsteg import hent_brev
from kjerne.kjoring.eksempelbrev import eksempelbrev
from kjerne.kjoring.kvalitetssteg import hent_svar, med_svar
from kjerne.kjoring.lesing import leveranse_id
from kjerne.kjoring.registerfakta import fra_sporing, fyll
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag, Kjoring
from kjerne.kjoring.utgaver import finn_eller_bevart, utgave
from kjerne.kjoring.visning import foer_visning, skriv_privat
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.linjefil import filhash
from kjerne.lager import snapshot as lagring
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kjoring_steg, kvalitetsdom, leveranse, leveranse_karantene, sak, soknad, vedtak
from kjerne.mottak import fakta_ramme
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


def forklar_sak(ordning: str, nokkel: str, av: str = "", formaal: str = "saksbehandling", brev: Path | None = None) -> Funnet:
    """`nokkel`: the name of an example, or soknad_id, sak_id or vedtak_id. Raises Ordningsfeil (kode 2) when it is none of them.
    With `brev` the letter is written to that file; raises Ordningsfeil when the case has no decision.

    For showing to a person: who looks, and why, is written down before anything is returned or the letter is there to see.
    """
    if not Innstillinger().har_database and (funnet := _eksempel(finn(ordning), nokkel)):  # an example stands in the folder
        if brev:
            skriv_privat(brev, eksempelbrev(funnet.eksempel))
        return funnet
    rom = Arbeidsrom.aapne(Innstillinger(), maa_finnes=True)
    funnet = forklar_i(rom, finn_eller_bevart(rom, ordning), nokkel)
    html = _brevet(rom, funnet) if brev else ""
    if funnet.sak_id:
        for vist in ("forklaring", "brev") if brev else ("forklaring",):
            foer_visning(rom, ordning, [funnet.sak_id], av or Innstillinger().bruker, vist, formaal)
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
        rad = conn.execute(
            sa.select(soknad, sak.c.tilstand, sak.c.kjoring_id, vedtak)
            .join(sak, sak.c.sak_id == soknad.c.sak_id)
            .outerjoin(vedtak, vedtak.c.sak_id == soknad.c.sak_id)
            .where(
                soknad.c.ordning == verk.id, sa.or_(soknad.c.soknad_id == nokkel, soknad.c.sak_id == nokkel, vedtak.c.vedtak_id == nokkel)
            )
            .order_by(vedtak.c.versjon.desc())
        ).first()
        if rad is None:
            raise Ordningsfeil(
                f"Fant ingen sak eller noe eksempel som heter «{nokkel[:60]}».",
                verk.id,
                "Bruk en søknads-id, sak_id, vedtak_id eller navnet på et eksempel.",
                "Ingenting er gjort.",
                kode=2,
            )
        grunner = conn.scalar(
            sa.select(kvalitetsdom.c.grunner).where(kvalitetsdom.c.sak_id == rad.sak_id, kvalitetsdom.c.kjoring_id == rad.kjoring_id)
        )
        valgt = conn.scalar(
            sa.select(kjoring_steg.c.resultat).where(kjoring_steg.c.kjoring_id == rad.kjoring_id, kjoring_steg.c.steg == "kvalitet")
        )
        ident = conn.scalar(sa.text("SELECT ident FROM person WHERE person_id = :p"), {"p": rad.person_id})
        svarene = hent_svar(conn, verk.id)
    if rad.vedtak_id and rad.fingeravtrykk != verk.fingeravtrykk:
        verk = utgave(rom, verk.id, rad.fingeravtrykk)  # explained by the rules that decided it
    saken = _med_register(verk, rom, rad, _saken(verk, rom, rad, ident, svarene))
    sporing = kjor(verk, saken, {"inntekter": _inntekt(rom, json.loads(valgt or "{}"), ident)})
    om = {}
    if rad.vedtak_id:
        om = {"vedtak_id": rad.vedtak_id, "utfall": rad.utfall, "fattet": str(rad.fattet_dato), "fingeravtrykk": rad.fingeravtrykk[:16]}
    else:
        om = {"sak_id": rad.sak_id, "tilstand": rad.tilstand}
    return Funnet(forklar(sporing, 0), om, json.loads(grunner) if grunner else [], sak_id=rad.sak_id)


def _saken(verk: Regelverk, rom: Arbeidsrom, rad, ident: str, svarene: pd.DataFrame) -> pd.DataFrame:
    fakta = fakta_ramme([rad.fakta], verk.manifest)
    fakta.insert(0, "sak_id", rad.sak_id)
    fakta["ident"] = ident
    fakta["mottatt_dato"] = pd.to_datetime([rad.mottatt_dato]).astype("datetime64[s]")
    return med_svar(fakta, svarene, Kjoring(rom, verk, Grunnlag(), ""))


def _med_register(verk: Regelverk, rom: Arbeidsrom, rad, saken: pd.DataFrame) -> pd.DataFrame:
    """What the person's earlier decisions said when the case was decided, or say now when it is not."""
    if not verk.manifest.registerfelt:
        return saken
    if rad.sporing_id:
        return fra_sporing(verk, saken, lagring.les(rom.snapshotmappe, rad.sporing_id, "sporing").iloc[[rad.sporing_rad]])
    with rom.motor.begin() as conn:
        return fyll(conn, Kjoring(rom, verk, Grunnlag(), ""), saken.assign(person_id=rad.person_id))


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
