"""The exact oracle of the engine: any rule set, one case at a time, in fractions.

The rule functions of the scheme are run as they are, with every word of the vocabulary exchanged for its exact counterpart in
eksakte_ord.py. It shares the text of the rules and the parsed parameters with the engine, and nothing of how it computes.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from eksakte_ord import ORDENE
from eksakte_verdier import DATO, JA_NEI, KODE, TALL, Rad, Rader, Verdi, verdi

from kjerne.kontrakt.parameter import Parameterrad
from kjerne.kontrakt.regel import Regel
from kjerne.regelmotor.regelverk import Regelverk

ARTER = {"dato": DATO, "ja_nei": JA_NEI, "heltall": TALL, "tall": TALL, "prosent": TALL, "kroner": TALL}


@dataclass(frozen=True)
class Svar:
    """`ore` per amount rule (0 without a right), `verdier` per rule, `rader` the row ids that each samling kept."""

    utfall: str
    ore: dict[str, Fraction]
    avgjørende: frozenset[str]
    verdier: dict[str, Verdi]
    rader: dict[str, frozenset[int]]


class Sak:
    """One case of one scheme. `fakta` are plain: int, Fraction, date, bool, text or None; kroner as whole øre."""

    def __init__(self, verk: Regelverk, fakta: Mapping[str, object], rader: tuple[Rad, ...] = ()):
        self.verk = verk
        self.grunn: dict[str, Verdi | Rader] = {"inntekter": Rader(rader)}
        for navn, type_ in _typer(verk).items():
            self.grunn[navn] = _faktum(fakta.get(navn), type_)
        self.grunn["gjelder_fra"] = Verdi(DATO, verk.manifest.gjelder.fra)
        self.grunn["gjelder_til"] = Verdi(DATO, verk.manifest.gjelder.til)

    def regn(self, navnene: Iterable[str], gitt: Mapping[str, Verdi] | None = None) -> dict[str, Verdi | Rader]:
        """The value of the named rules; those in `gitt` are taken as given."""
        kjente = self.grunn | dict(gitt or {})

        def finn(navn: str) -> Verdi | Rader:
            if navn not in kjente:
                if navn in self.verk.regler:
                    regel = self.verk.regler[navn]
                    svar = eksakt_funksjon(regel)(*[kjente[a] if a in kjente else finn(a) for a in regel.argumenter])
                    kjente[navn] = svar if isinstance(svar, Rader) else verdi(svar)
                else:
                    kjente[navn] = self.parameter(navn)
            return kjente[navn]

        return {navn: finn(navn) for navn in navnene}

    def parameter(self, navn: str) -> Verdi:
        """The value of the only row whose period holds the case's date; unknown when there is none."""
        egne = self.verk.parameternavn[navn]
        dag = self.grunn[egne[0].klokke or self.verk.manifest.dato_for_regler].v
        gjelder = [p for p in egne if dag is not None and p.fra <= dag <= (p.til or dt.date.max)]
        return _radverdi(gjelder[0]) if gjelder else Verdi(_parameterart(egne[0]), None)

    def svar(self) -> Svar:
        verdier = self.regn(self.verk.regler)
        rett = verdier[self.verk.rett.navn].v
        beløp = {r.navn: verdier[r.navn].v for r in self.verk.regelsett.av_art("beløp")}
        ore = {n: v * 100 if rett and v is not None else Fraction(0) for n, v in beløp.items()}
        hele = all(v is not None and v >= 0 for v in beløp.values()) and sum(ore.values()) > 0
        utfall = "avslag" if rett is False else "innvilget" if rett and hele else "til manuell"
        return Svar(utfall, ore, self.avgjørende(verdier) if rett is False else frozenset(),
                    {n: v for n, v in verdier.items() if isinstance(v, Verdi)},
                    {n: frozenset(r.rad_id for r in v.liste) for n, v in verdier.items() if isinstance(v, Rader) and v.sikker})

    def avgjørende(self, verdier: Mapping[str, Verdi | Rader]) -> frozenset[str]:
        """The failing conditions that refuse even if every other condition had been met; if none does alone, all that fail."""
        rett = self.verk.rett.navn
        grunner = self.verk.grunner(rett)
        vilkår = [r.navn for r in self.verk.regelsett.av_art("vilkår") if r.navn in grunner]
        feilet = [v for v in vilkår if verdier[v].v is False]
        alene = [v for v in feilet if self.regn([rett], {a: verdi(a != v) for a in vilkår})[rett].v is False]
        return frozenset(alene or feilet)


_FUNKSJONER: dict[types.CodeType, types.FunctionType] = {}


def eksakt_funksjon(regel: Regel) -> types.FunctionType:
    """The rule's own code, with the exact words in place of the engine's."""
    kode = regel.funksjon.__code__
    if kode not in _FUNKSJONER:
        _FUNKSJONER[kode] = types.FunctionType(kode, regel.funksjon.__globals__ | ORDENE, regel.navn)
    return _FUNKSJONER[kode]


_RADVERDI: dict[int, tuple[Parameterrad, Verdi]] = {}


def _radverdi(rad: Parameterrad) -> Verdi:
    if id(rad) not in _RADVERDI:
        _RADVERDI[id(rad)] = (rad, Verdi(_parameterart(rad), _tall(rad.verdi)))
    return _RADVERDI[id(rad)][1]


_TYPER: dict[int, tuple[Regelverk, dict[str, str]]] = {}


def _typer(verk: Regelverk) -> dict[str, str]:
    """The facts of the scheme with their types (the manifest builds them anew each time)."""
    if id(verk) not in _TYPER:
        _TYPER[id(verk)] = (verk, verk.manifest.fakta)
    return _TYPER[id(verk)][1]


def _faktum(v: object, type_: str) -> Verdi:
    if v is not None and type_ == "kroner":
        return Verdi(TALL, Fraction(v, 100))
    return Verdi(ARTER.get(type_, KODE), _tall(v))


def _tall(v: object) -> object:
    return v if v is None or isinstance(v, bool | str | dt.date) else Fraction(v)


def _parameterart(rad: Parameterrad) -> str:
    return {"dato": DATO, "koder": KODE}.get(rad.enhet, TALL)
