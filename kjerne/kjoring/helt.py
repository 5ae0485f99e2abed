"""A whole run, with or without Prefect, and the figures that everything must add up to."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from kjerne.kjoring.brevsteg import prov_maler
from kjerne.kjoring.etterbrev import skriv_etterbrev
from kjerne.kjoring.flyt import Maling, kjor_flyt, minne_mb
from kjerne.kjoring.flytfil import les_flyt
from kjerne.kjoring.kvalitetssteg import les_plan
from kjerne.kjoring.port import port
from kjerne.kjoring.rom import Arbeidsrom, Fremdrift, Grunnlag, Kjoring, start, taus
from kjerne.kjoring.standard import innhold
from kjerne.kjoring.stans import i_arbeid
from kjerne.kjoring.utgaver import bevar
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import kjoring_steg, linje, sak, soknad, vedtak
from kjerne.regelmotor.oppdagelse import finn
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.utbetaling import stopp
from kjerne.utbetaling.bunt import tilgjengelige_bunter
from kjerne.vedtak.oversikt import tell_saker


@dataclass
class Resultat:
    """What `kjor_ordning` came to: the run, and what each step cost and gave."""

    kjoring: Kjoring
    maalinger: list[Maling]

    def som_dict(self, rom: Arbeidsrom) -> dict:
        steg = [{"steg": m.steg, "sekunder": round(m.sekunder, 3), "minne_mb": round(m.minne_mb), "gjort_for": m.gjort_for,
                 "resultat": {n: v for n, v in m.resultat.items() if isinstance(v, int | float | str)}} for m in self.maalinger]
        return tall_for(rom, self.kjoring.verk) | {"kjoring_id": self.kjoring.id, "steg": steg}


def kjor_ordning(rom: Arbeidsrom, ordning: str, grunnlag: Grunnlag, fremdrift: Fremdrift = taus, *, i_prefect: bool = False) -> Resultat:
    """Runs the scheme's own flow (its flyt.py). Started again with the same input, it goes on where it stopped."""
    verk = finn(ordning)
    port(rom, verk, "godkjent", hva="Å fatte vedtak")  # before anything of the folder is loaded
    flyt = les_flyt(verk.mappe)
    _prov_det_som_leses_sent(verk, [s.navn for s in flyt.steg])
    bevar(rom, verk)
    skriv_etterbrev(rom, verk)
    hva = innhold(rom, verk, grunnlag)
    if not i_prefect:
        utfall = kjor_flyt(flyt.flyt, rom, verk, grunnlag, hva, fremdrift)
        return Resultat(utfall.kjoring, utfall.maalinger)
    k = start(rom, verk, grunnlag, hva, fremdrift)
    with i_arbeid(rom.data, k.id):
        for_, svar, etter = _biter_og_tid(k), flyt.i_prefect(k), _biter_og_tid(k)
    return Resultat(k, [Maling(s.navn, s.tekst, etter.get(s.navn, (0, 0.0))[1], svar.get(s.navn, {}), minne_mb(),
                               s.navn in for_ and for_[s.navn] == etter[s.navn]) for s in flyt.steg])


def _biter_og_tid(k: Kjoring) -> dict[str, tuple[int, float]]:
    """How many chunks of each step are written down as done, and their seconds."""
    s = kjoring_steg.c
    sporring = sa.select(s.steg, sa.func.count(), sa.func.sum(s.sekunder)).where(s.kjoring_id == k.id).group_by(s.steg)
    with lesende(k.rom.motor) as conn:
        return {steg: (biter, float(sekunder)) for steg, biter, sekunder in conn.execute(sporring)}


def _prov_det_som_leses_sent(verk: Regelverk, steg: list[str]) -> None:
    """Reads what the last steps read, so that a fault in it stops the run before the first."""
    if "brev" in steg:
        prov_maler(verk)
    if {"kvalitet", "bunt"} & set(steg):
        les_plan(verk)


def tall_for(rom: Arbeidsrom, verk: Regelverk) -> dict:
    """Every application accounted for: mottatt = innvilget + avslag + sporsmal + karantene + venter."""
    with lesende(rom.motor) as conn:
        t = tell_saker(conn, verk.id)
        med_dato = conn.scalar(sa.select(sa.func.count()).where(sak.c.ordning == verk.id, sak.c.tilstand == "venter"))
        sum_ore = conn.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(linje.c.belop_ore), 0)).join(vedtak, vedtak.c.vedtak_id == linje.c.vedtak_id)
            .join(soknad, soknad.c.sak_id == vedtak.c.sak_id).where(soknad.c.ordning == verk.id))
        bunter, stoppet = tilgjengelige_bunter(conn, verk.id), stopp.stoppet(conn, verk.id)
    venter = {"manuell": t["manuell"], "dato": med_dato, "ubehandlet": t["ubehandlet"]}
    return {
        "ordning": verk.id, "navn": verk.manifest.navn.nb, "tilstand": verk.manifest.tilstand,
        **{n: t[n] for n in ("mottatt", "innvilget", "avslag", "sporsmal", "karantene")}, "venter": sum(venter.values()),
        "venter_fordelt": venter, "sum_ore": int(sum_ore),
        "bunter": [{"bunt_id": b.bunt_id, "antall": b.antall, "sum_ore": b.sum_ore, "tilstand": b.tilstand, "laget_av": b.laget_av,
                    "innhold_sha256": b.innhold_sha256, "betalingsdato": b.betalingsdato.isoformat()} for b in bunter],
        "stoppet": [{"omfang": s.omfang, "grunn": s.grunn, "av": s.av, "foreslatt_av": s.foreslatt_av} for s in stoppet],
    }
