"""One case as a person sees it: who, the facts, the income that counted and that did not, the rules, the letter and what happened."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.innhenting.svar import MERKE
from kjerne.kjoring.forklaringstekst import skriv
from kjerne.kjoring.oppslag import Funnet, forklar_i
from kjerne.kjoring.rom import Arbeidsrom
from kjerne.kjoring.visning import foer_visning
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.identer import er_ident
from kjerne.lager import snapshot as lagring
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import brev, kjoring_steg, person, sak, soknad, vedtak
from kjerne.regelmotor.forklaring import verdi
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.sporing import Sporing

TELTE, IKKE_BRUKT, UTELATT = "Telte med", "Telte ikke: reglene bruker den ikke", "Utelatt av kvalitetskontrollen"


@dataclass(frozen=True)
class Inntektsrad:
    maaned: dt.date
    hos: str
    slag: str
    belop_ore: int | None
    hva: str  # TELTE, IKKE_BRUKT or UTELATT
    fra_svar: bool

    @property
    def telte(self) -> bool:
        return self.hva == TELTE

    @property
    def ore(self) -> int:
        return self.belop_ore or 0


@dataclass(frozen=True)
class Saksbilde:
    sak_id: str
    ordning: str
    ident: str
    konto: str
    mottatt: dt.date
    tilstand: str
    grunn: str
    vedtak: tuple[sa.Row, ...]  # vedtak_id, versjon, utfall, fattet_dato, har_brev; the newest first
    funnet: Funnet
    fakta: tuple[tuple[str, str], ...]
    inntekt: tuple[Inntektsrad, ...]


def finn_saker(rom: Arbeidsrom, sok: str) -> list[tuple[str, str]]:
    """(scheme, sak_id) of the cases of this person's number, or the one with this id of a case, application or decision."""
    nokkel = sok.strip()
    sifre = "".join(t for t in nokkel if not t.isspace())
    s, v = soknad.c, vedtak.c
    sporring = sa.select(s.ordning, s.sak_id).order_by(s.mottatt_dato.desc(), s.sak_id)
    if er_ident(sifre):
        sporring = sporring.join(person, person.c.person_id == s.person_id).where(person.c.ident == sifre)
    else:
        i_vedtak = sa.select(v.sak_id).where(v.vedtak_id == nokkel)
        sporring = sporring.where(sa.or_(s.sak_id == nokkel, s.soknad_id == nokkel, s.sak_id.in_(i_vedtak)))
    with lesende(rom.motor) as conn:
        return [tuple(r) for r in conn.execute(sporring)]


def saksbilde(rom: Arbeidsrom, verk: Regelverk, sak_id: str, av: str, formaal: str) -> Saksbilde:
    """The case by its own id. Written in the log of who saw whom before anything is returned. Raises Ordningsfeil (kode 2)."""
    with lesende(rom.motor) as conn:
        rad = _saken(conn, verk.id, sak_id)
        vedtakene = _vedtak(conn, sak_id)
    foer_visning(rom, verk.id, [sak_id], av, "sak", formaal)
    funnet = forklar_i(rom, verk, sak_id)
    inntekt = _inntekt(rom, funnet, rad.ident, rad.kjoring_id) if funnet.inntekt is not None else ()
    return Saksbilde(sak_id, verk.id, rad.ident, rad.konto or "", rad.mottatt_dato, rad.tilstand, rad.grunn or "", vedtakene, funnet,
                     fakta(funnet.sporing) if funnet.sporing else (), inntekt)  # fmt: skip


def _saken(conn: Connection, ordning: str, sak_id: str) -> sa.Row:
    sporring = sa.select(person.c.ident, soknad.c.konto, soknad.c.mottatt_dato, sak.c.tilstand, sak.c.grunn, sak.c.kjoring_id)
    sporring = sporring.join_from(soknad, person).join(sak, sak.c.sak_id == soknad.c.sak_id)
    rad = conn.execute(sporring.where(soknad.c.sak_id == sak_id, soknad.c.ordning == ordning)).one_or_none()
    if rad is None:
        raise Ordningsfeil("Saken finnes ikke.", f"ordningen {ordning}", "Søk den opp på nytt.", "Ingenting er vist.", kode=2)
    return rad


def _vedtak(conn: Connection, sak_id: str) -> tuple[sa.Row, ...]:
    v = vedtak.c
    sporring = sa.select(v.vedtak_id, v.versjon, v.utfall, v.belop_ore, v.fattet_dato, brev.c.vedtak_id.is_not(None).label("har_brev"))
    sporring = sporring.outerjoin(brev, brev.c.vedtak_id == v.vedtak_id).where(v.sak_id == sak_id).order_by(v.versjon.desc())
    return tuple(conn.execute(sporring))


def sakens_vedtak(rom: Arbeidsrom, ordning: str, sak_id: str) -> tuple[sa.Row, ...]:
    """The decisions of the case, the newest first. Raises Ordningsfeil (kode 2) when there is no such case in the scheme."""
    with lesende(rom.motor) as conn:
        _saken(conn, ordning, sak_id)
        return _vedtak(conn, sak_id)


def fakta(sporing: Sporing) -> tuple[tuple[str, str], ...]:
    """The facts of the case, in the order and the words of the application."""
    felt = [f for f in sporing.verk.manifest.felt if f.navn in sporing.verdier]
    return tuple((f.nb, f.valgt(tekst, "nb") if f.valg else skriv(tekst, f.type)) for f in felt
                 for tekst in [verdi(sporing, f.navn, 0)])  # fmt: skip


def _inntekt(rom: Arbeidsrom, funnet: Funnet, ident: str, kjoring_id: str) -> tuple[Inntektsrad, ...]:
    """What the rules were given, and what the checks had taken away before that, the newest month first."""
    brukt, telte = funnet.inntekt, set(funnet.forklaring.rader)
    brukt = brukt.assign(hva=[TELTE if r in telte else IKKE_BRUKT for r in brukt["rad_id"]])
    alle = pd.concat([brukt, _utelatt(rom, brukt, ident, kjoring_id)], ignore_index=True)
    alle = alle.sort_values(["maaned", "rad_id"], ascending=[False, True])
    return tuple(_rad(r) for r in alle.itertuples())


def _utelatt(rom: Arbeidsrom, brukt: pd.DataFrame, ident: str, kjoring_id: str) -> pd.DataFrame:
    s = kjoring_steg.c
    with lesende(rom.motor) as conn:
        lest = conn.scalar(sa.select(s.resultat).where(s.kjoring_id == kjoring_id, s.steg == "innhenting"))
    sha = json.loads(lest or "{}").get("inntekt")
    if not sha:
        return brukt.iloc[:0]
    raa = lagring.les(rom.snapshotmappe, sha, "inntekt")
    return raa[(raa["ident"] == ident) & ~raa["rad_id"].isin(brukt["rad_id"])].assign(hva=UTELATT)


def _rad(r) -> Inntektsrad:
    hos = r.virksomhet if not pd.isna(r.virksomhet) else r.opplysningspliktig
    slag = [str(x) for x in (r.inntekt_type, r.beskrivelse) if not pd.isna(x)]
    svar = not pd.isna(r.avvik_koder) and str(r.avvik_koder).startswith(MERKE)
    ore = None if pd.isna(r.beloep_ore) else int(r.beloep_ore)
    return Inntektsrad(r.maaned.date(), "" if pd.isna(hos) else str(hos), ", ".join(slag), ore, r.hva, svar)
