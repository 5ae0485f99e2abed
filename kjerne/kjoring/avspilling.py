"""Replay: every stored decision is made once more from what it was made of, and must give the same bytes."""

from __future__ import annotations

import json

import sqlalchemy as sa

from kjerne.kjoring.rom import Arbeidsrom, Fremdrift, Grunnlag, Kjoring, taus
from kjerne.kjoring.vurdering import STANSET, bit_av, inntekt_for, vedtaksramme
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kjoring, kjoring_steg
from kjerne.regelmotor.evaluering import kjor
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.vedtak.oversikt import lagrede_bytes, nye_bytes, ulike_saker


def spill_av(rom: Arbeidsrom, verk: Regelverk, fremdrift: Fremdrift = taus) -> tuple[int, list[str]]:
    """(decisions replayed, the cases that came out otherwise). Run by run, from the stored frames; the network and the clock
    are not asked."""
    antall, ulike = 0, []
    with lesende(rom.motor) as conn:
        kjoringer = conn.execute(
            sa.select(kjoring_steg.c.kjoring_id, kjoring_steg.c.resultat, kjoring.c.grunnlag)
            .join(kjoring, kjoring.c.kjoring_id == kjoring_steg.c.kjoring_id)
            .where(kjoring.c.ordning == verk.id, kjoring_steg.c.steg == "kvalitet")
            .order_by(kjoring.c.startet_tid)
        ).all()
    for nr, (kjoring_id, resultat, grunnlag) in enumerate(kjoringer):
        fremdrift("Spiller av", nr, len(kjoringer))
        valgt = json.loads(resultat)
        with lesende(rom.motor) as conn:
            lagret = lagrede_bytes(conn, verk.id, kjoring_id)
        k = Kjoring(rom, verk, Grunnlag(bitstorrelse=json.loads(grunnlag)["bitstorrelse"]), kjoring_id)
        for bit in range(valgt["biter"]):
            nye = _bit(k, valgt, bit)
            antall += len(nye.keys() & lagret.keys())
            ulike += ulike_saker({s: b for s, b in lagret.items() if s in nye}, {s: b for s, b in nye.items() if s in lagret})
    return antall, sorted(set(ulike))


def _bit(k: Kjoring, valgt: dict, bit: int) -> dict[str, bytes]:
    saker = bit_av(k, valgt, bit)
    saker = saker[~saker["dom"].isin(list(STANSET)).to_numpy(dtype=bool)]
    sporing = kjor(k.verk, saker, {"inntekter": inntekt_for(k, valgt["inntekt_brukt"], saker["ident"])})
    ramme, linjer = vedtaksramme(sporing, saker)
    avgjort = ramme[ramme["tilstand"].isin(("innvilget", "avslag"))]
    return nye_bytes(avgjort, linjer) if len(avgjort) else {}
