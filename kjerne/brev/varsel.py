"""The warning before money is claimed back (forhåndsvarsel). The same for every scheme: what is different in it is values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from kjerne.brev import verditekst
from kjerne.brev.brevsak import Avsender
from kjerne.brev.lov import MALER, les_lov, lov_paa
from kjerne.drift import tall


@dataclass(frozen=True, slots=True)
class Varselsak:
    """One claim, ready to be written. Amounts in øre; `mottaker` is the number of the person or organisation. The texts are in the
    letter's own written form."""

    maalform: Literal["nb", "nn"]
    ordning: str
    vedtak_id: str
    mottaker: str
    dato: dt.date
    frist: dt.date
    aarsak: str  # inntekt, regel or feil
    belop: int
    belop_for: int
    belop_etter: int
    hjemmel: str = ""
    syntetisk: bool = False
    avsender: Avsender = field(default_factory=Avsender)

    def __repr__(self) -> str:  # as Brevsak: about a person
        return f"Varselsak(vedtak_id={self.vedtak_id!r})"


_lov = cache(les_lov)


@cache
def _mal(maalform: str) -> Template:
    miljo = Environment(loader=FileSystemLoader(MALER / "brev"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
                        lstrip_blocks=True)  # fmt: skip
    return miljo.get_template(f"varsel.{maalform}.html")


def skriv_varsel(sak: Varselsak) -> str:
    """The letter as one HTML page. The same case gives the same bytes."""
    m = sak.maalform
    avsender = SimpleNamespace(navn=sak.avsender.navn, kontakt=sak.avsender.kontakt_nn if m == "nn" else sak.avsender.kontakt)
    belop = {n: verditekst.kroner(getattr(sak, n)) for n in ("belop", "belop_for", "belop_etter")}
    return _mal(m).render(BREV=SimpleNamespace(
        **belop, ordning=sak.ordning[:1].lower() + sak.ordning[1:] if sak.ordning[1:2].islower() else sak.ordning,
        vedtak_id=sak.vedtak_id, mottaker=tall.ident(sak.mottaker) if len(sak.mottaker) == 11 else sak.mottaker,
        dato=verditekst.dato(sak.dato), frist=verditekst.dato(sak.frist), aarsak=sak.aarsak, hjemmel=verditekst.hardt(sak.hjemmel),
        syntetisk=sak.syntetisk, avsender=avsender, lov=lov_paa(sak.dato, _lov()).tekst[m]))  # fmt: skip
