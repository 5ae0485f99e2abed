"""The catalogue of controls, and what of it holds for one scheme on one day."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.kontrakt.kontrollvalg import Grense, Kontrollvalg, Nummer, Setning
from kjerne.kontroll.regel import Kontrollregel, regler

Handling = Literal["STOPP", "STOPP_BUNT", "STIKK", "ETTER"]
Modus = Literal["skarp", "skygge"]
IKKE_GJORT = "Ingen bunt er laget, og ingen penger er sendt."
_FIL = Path(__file__).with_name("katalog.toml")


class Kontroll(BaseModel):
    """One control as it stands in the catalogue."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Nummer
    versjon: int = Field(gt=0)
    navn: Setning
    formaal: Setning
    hjemmel: Setning
    leser: tuple[str, ...] = Field(min_length=1)  # table.column
    handling: Handling
    modus: Modus
    avsluttes: dt.date  # the last day it is run: it is shown to be worth its stops before that, or it goes
    uskyldig: Setning  # what an honest person may have done: read before anybody is stopped for longer
    grenser: dict[str, tuple[Grense, ...]] = Field(default_factory=dict)
    alltid: bool = False  # in every scheme, also one without [kontroll], and never only counted


@dataclass(frozen=True)
class Plankontroll:
    """A control as it is run for a scheme on a day."""

    kontroll: Kontroll
    regel: Kontrollregel
    modus: Modus
    grenser: dict[str, int]
    ikke_kjort: str = ""


@cache
def katalog() -> dict[str, Kontroll]:
    """Every control by number. Its thresholds are exactly those that its function takes."""
    alle = {k.id: k for k in map(Kontroll.model_validate, tomllib.loads(_FIL.read_text("utf-8"))["kontroll"])}
    for id_, regel in regler().items():
        if id_ not in alle or set(alle[id_].grenser) != set(regel.grenser):
            raise TypeError(f"{id_}: katalogen og funksjonen er ikke enige")
    return alle


def valgfeil(valg: Kontrollvalg, hvor: str) -> list[Ordningsfeil]:
    """What in a scheme's `[kontroll]` is not in the catalogue."""
    kjente, feil = katalog(), []
    for id_ in sorted(i for i in {*valg.skygge, *valg.av} if i in kjente and kjente[i].alltid):
        feil.append(Ordningsfeil(f"Kontrollen {id_} «{kjente[id_].navn}» gjelder i alle ordninger.", hvor,
                                 "Ta den ut av skygge og av.", IKKE_GJORT))  # fmt: skip
    for id_ in sorted({*valg.skygge, *valg.av, *valg.grenser} - set(kjente)):
        feil.append(Ordningsfeil(f"Kontrollen {id_} finnes ikke.", hvor, f"Bruk en av {', '.join(kjente)}.", IKKE_GJORT))
    for id_ in sorted(set(valg.grenser) & set(kjente)):
        for navn in sorted(set(valg.grenser[id_]) - set(kjente[id_].grenser)):
            raad = f"{id_} har {', '.join(kjente[id_].grenser) or 'ingen grenser'}."
            feil.append(Ordningsfeil(f"Kontrollen {id_} har ingen grense som heter «{navn[:40]}».", hvor, raad, IKKE_GJORT))
        for navn, rader in valg.grenser[id_].items():
            if len({r.fra for r in rader}) != len(rader) or not rader:
                feil.append(Ordningsfeil(f"{id_}.{navn} skal ha én verdi per dato.", hvor, "Rett listen.", IKKE_GJORT))
    return feil


def plan_for(valg: Kontrollvalg, dag: dt.date, hvor: str = "ordning.toml") -> list[Plankontroll]:
    """The controls of a scheme on a day, in order of number. Raises Samlefeil for what is not in the catalogue."""
    if feil := valgfeil(valg, hvor):
        raise Samlefeil(feil)
    return [_en(k, regler()[id_], valg, dag) for id_, k in katalog().items()]


def _en(k: Kontroll, regel: Kontrollregel, valg: Kontrollvalg, dag: dt.date) -> Plankontroll:
    modus = "skygge" if k.id in valg.skygge else k.modus
    rader = k.grenser | valg.grenser.get(k.id, {})
    verdier = {n: _paa_dagen(r, dag) for n, r in rader.items()}
    uten = [n for n, v in verdier.items() if v is None]
    hvorfor = f"slått av: {valg.av[k.id]}" if k.id in valg.av else ""
    hvorfor = hvorfor or (f"avsluttet {k.avsluttes:%d.%m.%Y}" if dag > k.avsluttes else "")
    hvorfor = hvorfor or (f"ingen verdi for {', '.join(uten)} denne dagen" if uten else "")
    return Plankontroll(k, regel, modus, {n: v for n, v in verdier.items() if v is not None}, hvorfor)


def _paa_dagen(rader: tuple[Grense, ...], dag: dt.date) -> int | None:
    """The newest value that holds on the day; None before the first."""
    gjelder = [r for r in rader if r.fra <= dag]
    return max(gjelder, key=lambda r: r.fra).verdi if gjelder else None
