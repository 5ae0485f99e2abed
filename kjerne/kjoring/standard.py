"""The standard flow of a scheme where people apply and are paid."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kjerne.kjoring.betaling import bunt as lag_bunt
from kjerne.kjoring.brevsteg import skriv_brev
from kjerne.kjoring.flyt import Flyt, Steg
from kjerne.kjoring.innsending import antall_innsendt
from kjerne.kjoring.kvalitetssteg import kvalitet
from kjerne.kjoring.lesing import innhenting, mottak
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag
from kjerne.kjoring.vurdering import vurder
from kjerne.kontrakt.linjefil import filhash
from kjerne.lager.kanonisk import json_tekst, sha256
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import (
    bunt,
    bunt_hendelse,
    kontrollbeslutning,
    kontrollfunn,
    linje,
    manuelt_vedtak,
    ny_betaling,
    omgjoring,
    oppdragsfil,
    oppdragssvar,
    revurdering,
    soknad,
    sporsmal,
    svar,
    vedtak,
)
from kjerne.regelmotor.regelverk import Regelverk

STANDARD = Flyt([
    Steg("mottak", mottak, "Søknader inn",
         ikke_gjort="Ingenting fra filen er lagret, og ingen penger er sendt. Filer som ble lest før den, er lagret."),
    Steg("innhenting", innhenting, "Inntekter inn",
         ikke_gjort="Ingenting fra filen er lagret, heller ikke fra registrene som ble lest før den, og ingen penger er sendt. "
                    "Søknadene er lagret."),
    Steg("kvalitet", kvalitet, "Kvalitetskontroll",
         ikke_gjort="Ingen saker er vurdert, ingen spørsmål er stilt, og ingen penger er sendt. Søknadene og registrene er lagret."),
    Steg("vurder", vurder, "Regler og vedtak", i_biter=True,
         ikke_gjort="Ingen vedtak er fattet i denne biten av sakene, og ingen penger er sendt. Vedtak i biter som var ferdige, står."),
    Steg("brev", skriv_brev, "Brev", i_biter=True,
         ikke_gjort="Brevene i denne biten av sakene er ikke skrevet, og ingen penger er sendt. Vedtakene står."),
    Steg("bunt", lag_bunt, "Betalingsbunt",
         ikke_gjort="Ingen bunt er laget i denne kjøringen, og ingen penger er sendt. Vedtakene og brevene står."),
])


def innhold(rom: Arbeidsrom, verk: Regelverk, grunnlag: Grunnlag) -> dict:
    """What the run is made of, by hash: files, rules, date, and the answers and applications that have come in. Holds no personal data."""
    with lesende(rom.motor) as conn:
        svarene = conn.scalars(sa.select(svar.c.svar_id).join(sporsmal, sporsmal.c.sporsmal_id == svar.c.sporsmal_id)
                               .where(sporsmal.c.ordning == verk.id).order_by(svar.c.svar_id)).all()
        innsendt, frigjort = antall_innsendt(conn, verk.id), _frigjort(conn, verk.id)
    return {
        "soknader": [filhash(s) for s in grunnlag.soknader], "inntekter": [filhash(s) for s in grunnlag.inntekter],
        "arbeidsforhold": [filhash(s) for s in grunnlag.arbeidsforhold], "personer": [filhash(s) for s in grunnlag.personer],
        "vedtaksdato": grunnlag.vedtaksdato.isoformat(),
        "hentet": grunnlag.hentetdato.isoformat(), "bitstorrelse": grunnlag.bitstorrelse, "fingeravtrykk": verk.fingeravtrykk,
        "svar": sha256(json_tekst(svarene)) if svarene else "",
    } | {navn: antall for navn, antall in (("innsendt", innsendt), ("frigjort", frigjort)) if antall}


def _frigjort(conn: Connection, ordning: str) -> int:
    """How many times humans have given the scheme lines to pay, or set them free: new versions, findings released, batches taken
    back, payments tried again, and what they build on answered by Oppdragssystemet. It only grows, so a run after it is another run than
    the one before."""
    antall, h = sa.select(sa.func.count()), bunt_hendelse.c
    sporringer = (
        antall.join_from(omgjoring, revurdering).where(revurdering.c.ordning == ordning),
        antall.join_from(kontrollbeslutning, kontrollfunn).where(kontrollfunn.c.ordning == ordning),
        antall.join_from(bunt_hendelse, bunt).where(bunt.c.ordning == ordning, h.tilstand.in_(("trukket", "avvist"))),
        antall.join_from(ny_betaling, linje).join(vedtak).join(soknad).where(soknad.c.ordning == ordning),
        antall.join_from(oppdragssvar, oppdragsfil).where(oppdragsfil.c.ordning == ordning),
        antall.join_from(manuelt_vedtak, vedtak).join(soknad).where(soknad.c.ordning == ordning),
    )  # fmt: skip
    return sum(conn.scalar(s) for s in sporringer)
