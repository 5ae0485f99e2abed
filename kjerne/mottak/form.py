"""One application at a time: what a body must be, how it is read, and the bytes that two equal bodies share."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ValidationError

from kjerne.kontrakt.identer import lag_ident, lag_kontonr, lag_orgnr
from kjerne.kontrakt.manifest import Manifest
from kjerne.kontrakt.verdier import nfc
from kjerne.lager.kanonisk import sha256
from kjerne.mottak.fakta import verdi_json
from kjerne.mottak.modell import soknad_modell
from kjerne.mottak.skjema import Kolonne, kolonner

SETTES_AV_MOTTAKER = ("soknad_id", "mottatt_dato")
IKKE_OBJEKT = "skal være ett JSON-objekt med feltene i søknaden"
_PAA_NORSK = {"missing": "mangler", "extra_forbidden": "er ikke et felt i denne søknaden"}
MAKS_NAVN = 60  # of an unknown field that is named back to the sender


@dataclass(frozen=True)
class Avvik:
    """One thing that is wrong: the field (empty: the whole body) and why, in Norwegian and without the answer."""

    felt: str
    grunn: str


class Soknadsavvik(ValueError):
    """All that is wrong with one application."""

    def __init__(self, avvik: list[Avvik]):
        super().__init__(f"{len(avvik)} avvik")
        self.avvik = avvik


@dataclass(frozen=True)
class Soknadsform:
    """The application of one scheme, as it is taken in one at a time. Who sends it does not choose its id or its day."""

    manifest: Manifest
    krev_syntetisk: bool = True
    modell: type[BaseModel] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        modell = soknad_modell(self.manifest, self.krev_syntetisk, SETTES_AV_MOTTAKER)
        object.__setattr__(self, "modell", modell)

    @cached_property
    def kolonner(self) -> list[Kolonne]:
        """What is asked, in the order of the form."""
        return [k for k in kolonner(self.manifest) if not k.register and k.navn not in SETTES_AV_MOTTAKER]

    @cached_property
    def _fakta(self) -> list[Kolonne]:
        navnene = {f.navn for f in self.manifest.felt}
        return sorted((k for k in kolonner(self.manifest) if k.navn in navnene), key=lambda k: k.navn)

    def les(self, svar: Any) -> BaseModel:
        """The application, with values as in the frame. Raises Soknadsavvik with everything that is wrong."""
        if type(svar) is not dict:
            raise Soknadsavvik([Avvik("", IKKE_OBJEKT)])
        objekt = {nfc(navn): verdi for navn, verdi in svar.items()}
        if len(objekt) != len(svar):
            raise Soknadsavvik([Avvik("", "har samme felt to ganger")])
        try:
            return self.modell.model_validate(objekt)
        except ValidationError as feil:
            raise Soknadsavvik([_avvik(e) for e in feil.errors(include_url=False, include_input=False)]) from None

    def fakta(self, soknad: BaseModel) -> str:
        """The same text as `fakta_json` gives for the frame, without a frame: this is done for every single application."""
        return "{" + ",".join(f'"{k.navn}":{verdi_json(k, getattr(soknad, k.navn, None))}' for k in self._fakta) + "}"

    def innhold_sha256(self, soknad: BaseModel) -> str:
        """Equal for equal answers, whatever the order of the fields and however an amount was written. What was left out or
        empty does not count, so that a field added to the scheme later does not make an old body a new one."""
        gitt = sorted((k for k in self.kolonner if k.navn in soknad.model_fields_set), key=lambda k: k.navn)
        svar = ((k, getattr(soknad, k.navn)) for k in gitt)
        return sha256("{" + ",".join(f'"{k.navn}":{verdi_json(k, v)}' for k, v in svar if v is not None) + "}")

    def skjema(self) -> dict[str, Any]:
        """JSON Schema of the body, with one whole example that is accepted."""
        return self.modell.model_json_schema() | {"examples": [self.eksempel()]}

    def eksempel(self) -> dict[str, Any]:
        """Answers of a person who does not exist."""
        return {k.navn: _eksempel(k, self.manifest.gjelder.fra) for k in self.kolonner}


def _avvik(feil: Any) -> Avvik:
    felt = str(feil["loc"][0])[:MAKS_NAVN] if feil["loc"] else ""
    grunn = str(feil.get("ctx", {}).get("error", "")) or _PAA_NORSK.get(feil["type"], "har feil type")
    return Avvik(felt, grunn)


def _eksempel(k: Kolonne, dag: dt.date) -> Any:
    if k.person:
        return syntetisk_person()
    if k.valg:
        return k.valg[0]
    if k.type in ("heltall", "tall", "kroner", "prosent"):
        return _tall(k)
    fast = {"dato": dag.isoformat(), "ja_nei": True, "orgnr": lag_orgnr(0), "kontonummer": lag_kontonr(0)}
    return fast.get(k.type, "Blåbærveien 5, Øvre Årdal")


def _tall(k: Kolonne) -> Any:
    """A number inside the bounds, as it is written: kroner and per cent, not øre and share."""
    maal = {"kroner": 100.0, "prosent": 0.01}.get(k.type, 1.0)
    minst, hoyst = (g / maal for g in k.grenser)
    onsket = {"kroner": 12345, "prosent": 50, "tall": 7, "heltall": 3}[k.type]
    verdi = min(max(onsket, minst), hoyst)
    verdi = math.ceil(verdi) if math.ceil(verdi) <= hoyst else verdi
    return f"{verdi}.50" if k.type == "kroner" and verdi == onsket else verdi


def syntetisk_person(nummer: int = 0) -> str:
    """The number of a person who does not exist, for examples."""
    ledige = (lag_ident(dt.date(1980, 1, 15), i) for i in range(nummer, 500))
    return next(i for i in ledige if i)
