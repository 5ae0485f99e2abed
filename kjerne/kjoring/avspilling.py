"""Replay: every stored decision is made once more from what it was made of, and must give the same bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

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
from kjerne.vedtak.endring import differanse, netto, per_sak
from kjerne.vedtak.fatte import AVGJORT
from kjerne.vedtak.oversikt import lagrede_bytes, nye_bytes, overstyrte, ulike_saker


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
            k = Kjoring(rom, verk, Grunnlag(bitstorrelse=json.loads(grunnlag)["bitstorrelse"]), kjoring_id)
            fasit = _fasit(conn, k, fingeravtrykk)
        if not fasit.lagret and not fasit.overstyrt:
            continue  # nothing was decided, or other rules decided it
        for bit in range(valgt["biter"]):
            ramme, linjer = _bit(k, valgt, bit, fasit.sporinger)
            nye = _nye_bytes(ramme, linjer, fasit)
            antall += len(nye.keys() & fasit.lagret.keys())
            lagret = {s: b for s, b in fasit.lagret.items() if s in nye}
            ulike += ulike_saker(lagret, {s: b for s, b in nye.items() if s in fasit.lagret})
            gav = {s: (u, int(b)) for s, u, b in zip(ramme["sak_id"], ramme["tilstand"], ramme["belop_ore"], strict=True)}
            antall += len(gav.keys() & fasit.overstyrt.keys())
            ulike += [s for s, ventet in fasit.overstyrt.items() if gav.get(s, ventet) != ventet]
    return antall, sorted(set(ulike))


@dataclass(frozen=True)
class Fasit:
    """What one run stored: bytes per case, the trace of each, what the versions before come to (where it decided once more), and
    what the rules gave where two persons decided otherwise."""

    lagret: dict[str, bytes]
    sporinger: dict[str, str]
    foer: pd.DataFrame
    omgjort: set[str]
    overstyrt: dict[str, tuple[str, int]]


def _fasit(conn: Connection, k: Kjoring, fingeravtrykk: str) -> Fasit:
    v = vedtak.c
    rader = conn.execute(sa.select(v.sak_id, v.sporing_id, v.versjon, v.fingeravtrykk).where(v.kjoring_id == k.id)).all()
    egne = {r.sak_id for r in rader if fingeravtrykk in ("", r.fingeravtrykk)}
    omgjort = {r.sak_id for r in rader if r.versjon > 1}
    overstyrt = {s: u for s, u in overstyrte(conn, k.ordning, k.id).items() if s in egne}
    return Fasit(lagrede_bytes(conn, k.ordning, k.id, fingeravtrykk), {r.sak_id: r.sporing_id for r in rader},
                 netto(conn, k.ordning, k.id) if omgjort else pd.DataFrame(), omgjort, overstyrt)  # fmt: skip


def _nye_bytes(ramme: pd.DataFrame, linjer: pd.DataFrame, fasit: Fasit) -> dict[str, bytes]:
    """A later version stores what it changes, and so it is compared."""
    avgjort = ramme[ramme["tilstand"].isin(AVGJORT)]
    if not fasit.omgjort:
        return nye_bytes(avgjort, linjer) if len(avgjort) else {}
    avgjort = avgjort[avgjort["sak_id"].isin(fasit.omgjort)]
    saker = avgjort["sak_id"].tolist()
    tillegg, krav = differanse(fasit.foer[fasit.foer["sak_id"].isin(saker)], linjer[linjer["sak_id"].isin(saker)])
    return nye_bytes(avgjort.assign(belop_ore=per_sak(tillegg, saker)), tillegg, krav)


def _bit(k: Kjoring, valgt: dict, bit: int, sporinger: dict[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The decisions of one chunk. `sporinger`: the trace of each stored one, which says what earlier decisions said then."""
    saker = bit_av(k, valgt, bit)
    if not valgt.get("delkjoring"):  # a human, or the checks of a revurdering, have let these through
        saker = saker[til_reglene(saker)]
    if k.verk.manifest.registerfelt:
        sporing_id = next((sporinger[s] for s in saker["sak_id"] if s in sporinger), "")
        if not sporing_id:
            return pd.DataFrame(columns=["sak_id", "tilstand", "belop_ore"]), pd.DataFrame()
        saker = fra_sporing(k.verk, saker, hent_ramme(k, sporing_id, "sporing"))
    sporing = kjor(k.verk, saker, {"inntekter": inntekt_for(k, valgt["inntekt_brukt"], saker["ident"])})
    return vedtaksramme(sporing, saker)
