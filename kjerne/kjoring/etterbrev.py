"""Letters for decisions that were made outside the flow: by a caseworker, or once more. Safe to call again, and called at the start of
every run, so that a process that was killed between the decision and the letter leaves nobody without."""

from __future__ import annotations

import json

import sqlalchemy as sa

from kjerne.kjoring.brevsteg import skriv_brev
from kjerne.kjoring.flyt import Steg, utfor_steg
from kjerne.kjoring.rom import Arbeidsrom, Grunnlag, Kjoring
from kjerne.kjoring.utgaver import utgave
from kjerne.kontrakt import verdier
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kjoring, kjoring_steg, vedtak
from kjerne.regelmotor.regelverk import Regelverk

BREV = Steg("brev", skriv_brev, "Brev", i_biter=True)


def skriv_etterbrev(rom: Arbeidsrom, verk: Regelverk) -> int:
    """Writes the letters that are missing, with the rules that decided. Returns how many."""
    skrevet = kjoring_steg.alias()
    sporring = (
        sa.select(kjoring.c.kjoring_id, kjoring.c.grunnlag, sa.func.min(vedtak.c.fingeravtrykk))
        .join(vedtak, vedtak.c.kjoring_id == kjoring.c.kjoring_id)
        .where(kjoring.c.ordning == verk.id, kjoring.c.grunnlag.like('%"delkjoring":true%'),
               ~sa.exists().where(skrevet.c.kjoring_id == kjoring.c.kjoring_id, skrevet.c.steg == "brev"))
        .group_by(kjoring.c.kjoring_id, kjoring.c.grunnlag).order_by(kjoring.c.kjoring_id)
    )  # fmt: skip
    with lesende(rom.motor) as conn:
        mangler = conn.execute(sporring).all()
    antall = 0
    for kjoring_id, grunnlag, fingeravtrykk in mangler:
        dag = verdier.dato(json.loads(grunnlag)["vedtaksdato"])
        brukt = verk if fingeravtrykk == verk.fingeravtrykk else utgave(rom, verk.id, fingeravtrykk)
        k = Kjoring(rom, brukt, Grunnlag(vedtaksdato=dag, hentet=dag, bitstorrelse=json.loads(grunnlag)["bitstorrelse"]), kjoring_id)
        antall += utfor_steg(k, BREV, 0)[0]["brev"]
    return antall
