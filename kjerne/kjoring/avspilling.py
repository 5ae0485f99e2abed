"""Replay: every stored decision is made once more from what it was made of, and must give the same bytes."""

from __future__ import annotations

import json

import sqlalchemy as sa

from kjerne.kjoring.lesing import hent_ramme
from kjerne.kjoring.registerfakta import fra_sporing
from kjerne.kjoring.rom import Arbeidsrom, Fremdrift, Grunnlag, Kjoring, taus
from kjerne.kjoring.runder import til_reglene
from kjerne.kjoring.utgaver import fingeravtrykk_i_bruk, utgave
from kjerne.kjoring.vurdering import bit_av, inntekt_for, vedtaksramme
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kjoring, kjoring_steg, vedtak
from kjerne.regelmotor.evaluering import kjor
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.vedtak.oversikt import lagrede_bytes, nye_bytes, ulike_saker


def spill_av_alt(rom: Arbeidsrom, ordning: str, fremdrift: Fremdrift = taus) -> tuple[int, list[str]]:
    """As `spill_av`, each decision with the rules that made it, as they were kept. The folder in ordninger/ is not read."""
    svar = [spill_av(rom, utgave(rom, ordning, f), fremdrift, f) for f in fingeravtrykk_i_bruk(rom, ordning)]
    return sum(antall for antall, _ in svar), sorted(s for _, ulike in svar for s in ulike)


def spill_av(rom: Arbeidsrom, verk: Regelverk, fremdrift: Fremdrift = taus, fingeravtrykk: str = "") -> tuple[int, list[str]]:
    """(decisions replayed, the cases that came out otherwise). Run by run, from the stored frames; the network and the clock
    are not asked. `fingeravtrykk`: only the decisions that these rules made."""
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
            lagret = lagrede_bytes(conn, verk.id, kjoring_id, fingeravtrykk)
            sporinger = dict(map(tuple, conn.execute(
                sa.select(vedtak.c.sak_id, vedtak.c.sporing_id).where(vedtak.c.kjoring_id == kjoring_id, vedtak.c.versjon == 1))))
        if not lagret:
            continue  # nothing was decided, or other rules decided it
        k = Kjoring(rom, verk, Grunnlag(bitstorrelse=json.loads(grunnlag)["bitstorrelse"]), kjoring_id)
        for bit in range(valgt["biter"]):
            nye = _bit(k, valgt, bit, sporinger)
            antall += len(nye.keys() & lagret.keys())
            ulike += ulike_saker({s: b for s, b in lagret.items() if s in nye}, {s: b for s, b in nye.items() if s in lagret})
    return antall, sorted(set(ulike))


def _bit(k: Kjoring, valgt: dict, bit: int, sporinger: dict[str, str]) -> dict[str, bytes]:
    """The decisions of one chunk. `sporinger`: the trace of each stored one, which says what earlier decisions said then."""
    saker = bit_av(k, valgt, bit)
    saker = saker[til_reglene(saker)]
    if k.verk.manifest.registerfelt:
        sporing_id = next((sporinger[s] for s in saker["sak_id"] if s in sporinger), "")
        if not sporing_id:
            return {}
        saker = fra_sporing(k.verk, saker, hent_ramme(k, sporing_id, "sporing"))
    sporing = kjor(k.verk, saker, {"inntekter": inntekt_for(k, valgt["inntekt_brukt"], saker["ident"])})
    ramme, linjer = vedtaksramme(sporing, saker)
    avgjort = ramme[ramme["tilstand"].isin(("innvilget", "avslag"))]
    return nye_bytes(avgjort, linjer) if len(avgjort) else {}
