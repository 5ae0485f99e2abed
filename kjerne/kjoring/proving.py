"""A revurdering that is looked at first and proposed after: what would happen, in words, and a proposal of exactly what was seen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from kjerne.kjoring.dagsrapport import ventegrunner
from kjerne.kjoring.rettelser import les_rettelser
from kjerne.kjoring.revurdering import AARSAKER, HOLDT, Funnet, Hvorfor, finn_endringer
from kjerne.kjoring.revurderingsforslag import Forslag, foreslaa
from kjerne.kjoring.rom import Arbeidsrom, Fremdrift, taus
from kjerne.kontrakt.feil import Ordningsfeil, uten_nummer
from kjerne.kontrakt.fritekst import fritekst
from kjerne.lager.kanonisk import json_tekst, sha256
from kjerne.lager.motor import lesende
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.tilgang import krev

ENDRINGSNAVN = {"mer": "Får mer", "mindre": "Får mindre", "fordelt": "Fordelt på nytt", "holdt": "Må ses på først", "samme": "Som før"}
IKKE_GJORT = "Ingenting er foreslått, og ingen vedtak er omgjort."
MINSTE_GRUNN = 10  # signs
_VIST_FORST = ("mindre", "fordelt", "holdt", "mer")  # what somebody may lose stands first


@dataclass(frozen=True)
class Proving:
    """What would happen. `liste`: the cases that would come out otherwise, LISTE. `innhold` is equal only for the same reason, the same
    rules and the same outcome in the same cases. `endret`: it is not what the person had seen."""

    liste: pd.DataFrame
    summer: dict[str, int]
    innhold: str
    endret: bool = False


def les_hvorfor(rom: Arbeidsrom, verk: Regelverk, aarsak: str, grunn: str, fil: Path | None, hentet: dt.date | None) -> Hvorfor:
    """The reason, with the file that belongs to it read. Raises Ordningsfeil."""
    rettelser = les_rettelser(rom, verk, fil) if aarsak == "feil" and fil else None
    return Hvorfor(aarsak, uten_nummer(grunn), (fil,) if aarsak == "inntekt" and fil else (), rettelser, hentet)


def prov_grunnen(verk: Regelverk, aarsak: str, grunn: str, hentet: dt.date | None, idag: dt.date) -> str:
    """The reason as it is stored. Raises Ordningsfeil (kode 2) for what cannot be tried."""
    if aarsak not in AARSAKER:
        raise Ordningsfeil("Årsaken er ikke en av dem som finnes.", verk.id, f"Velg {', '.join(AARSAKER[:-1])} eller {AARSAKER[-1]}.",
                           IKKE_GJORT, kode=2)  # fmt: skip
    if hentet and hentet > idag:
        raise Ordningsfeil("Dagen inntektene ble hentet, er ikke kommet ennå.", verk.id, "Skriv dagen filen ble hentet.", IKKE_GJORT,
                           kode=2)  # fmt: skip
    raad = f"Skriv en hel setning, minst {MINSTE_GRUNN} tegn."
    return fritekst(grunn, MINSTE_GRUNN, verk.id, raad, IKKE_GJORT)


def prov(rom: Arbeidsrom, verk: Regelverk, hvorfor: Hvorfor, vis: Fremdrift = taus) -> Proving:
    """Only looks: nothing is stored."""
    return _sett(verk, finn_endringer(rom, verk, hvorfor, vis))


def foreslaa_sett(rom: Arbeidsrom, verk: Regelverk, hvorfor: Hvorfor, sett: str, av: str, vis: Fremdrift = taus) -> Forslag | Proving:
    """Tries once more, and proposes when that gives what `av` has seen; otherwise proposes nothing, and returns what it gives now.
    Raises Ordningsfeil."""
    with lesende(rom.motor) as conn:
        krev(conn, av, "foresla_revurdering", alle_roller=rom.krev_syntetisk)  # before a minute of work
    funnet = finn_endringer(rom, verk, hvorfor, vis)
    naa = _sett(verk, funnet)
    if naa.innhold != sett:
        return replace(naa, endret=True)
    vis("Lagrer forslaget", 0, 0)
    return foreslaa(rom, verk, funnet, av)


def _sett(verk: Regelverk, funnet: Funnet) -> Proving:
    liste = funnet.liste[funnet.liste["endring"] != "samme"]
    orden = liste["endring"].map({n: i for i, n in enumerate(_VIST_FORST)})
    liste = liste.assign(orden=orden).sort_values(["orden", "sak_id"], kind="stable").drop(columns="orden").reset_index(drop=True)
    omgjores, h = liste[liste["endring"] != "holdt"], funnet.hvorfor
    summer = funnet.summer() | {"omgjores": len(omgjores), **{n: int(omgjores[n].sum()) for n in ("for_ore", "etter_ore")}}
    innhold = [verk.id, verk.fingeravtrykk, h.aarsak, h.grunn, str(h.hentet or ""), sha256(liste.to_csv(index=False))]
    return Proving(liste, summer, sha256(json_tekst(innhold)))


def grunner(liste: pd.DataFrame) -> list[dict]:
    """What made the difference: for each kind and reason the number of cases and the money, most first."""
    endret = liste[liste["endring"] != "samme"]
    hvorfor = endret["holdt_av"].where(endret["endring"] == "holdt", endret["hvorfor"])
    grupper = endret.assign(hvorfor=hvorfor).groupby(["endring", "hvorfor"], sort=True)
    ut = grupper.agg(saker=("sak_id", "size"), tillegg_ore=("tillegg_ore", "sum"), krav_ore=("krav_ore", "sum")).reset_index()
    return ut.sort_values("saker", ascending=False, kind="stable").to_dict("records")


class Begrunnelser:
    """Why a case comes out otherwise, or is held, as a sentence."""

    def __init__(self, verk: Regelverk):
        self._ord = {r.navn: r.tekst for r in verk.regler.values()}
        self._ord |= {r.id: _parameter(r.id) for rader in verk.parameternavn.values() for r in rader}
        self._venter = ventegrunner(verk)

    def __call__(self, hvorfor: str, holdt_av: str = "") -> str:
        if not holdt_av:
            return ". ".join(self._ord.get(x, x)[:1].upper() + self._ord.get(x, x)[1:] for x in hvorfor.split("|"))
        av, _, grunn = holdt_av.partition(":")
        tekst = HOLDT.get(av) or self._venter.get(grunn, grunn)
        return tekst[:1].upper() + tekst[1:]


def _parameter(id_: str) -> str:
    navn, _, fra = id_.partition("@")
    return f"{navn.replace('_', ' ')} fra {dt.date.fromisoformat(fra):%d.%m.%Y}"
