"""The columns of an application, from the manifest, and how one written answer becomes a value. One reading for all
doors."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kjerne.kontrakt import verdier
from kjerne.kontrakt.identer import normaliser_konto
from kjerne.kontrakt.manifest import KONVOLUTT, Felttype, Manifest
from kjerne.kontrakt.tabeller import DTYPER

DTYPE = {
    "dato": DTYPER["dato"],
    "heltall": DTYPER["heltall"],
    "tall": DTYPER["tall"],
    "kroner": DTYPER["ore"],
    "prosent": DTYPER["tall"],
    "ja_nei": DTYPER["ja_nei"],
}
MAKS_TEKST = 4000
MAALFORMER = ("nb", "nn")
_SOKNAD_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}", re.ASCII)
_STYRETEGN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MELLOMROM = re.compile(r"[\s\u00a0\u202f]+")
_GRUNN = {
    "dato": "kan ikke leses som dato (skriv 2020-03-20 eller 20.03.2020)",
    "heltall": "kan ikke leses som et helt tall",
    "tall": "kan ikke leses som tall",
    "kroner": "kan ikke leses som beløp i kroner (skriv for eksempel 12 345,67; høyst to desimaler)",
    "prosent": "kan ikke leses som prosent (skriv for eksempel 50 eller 62,5 %)",
    "ja_nei": "er verken ja eller nei",
    "valg": "er ikke et av valgene",
    "tekst": f"kan ikke leses som tekst (styretegn, eller over {MAKS_TEKST} tegn)",
    "orgnr": "er ikke et gyldig organisasjonsnummer",
    "kontonummer": "kan ikke leses som kontonummer",
}
_LESERE: dict[str, Callable[[str], Any]] = {
    "dato": verdier.dato,
    "heltall": verdier.heltall,
    "tall": verdier.desimal,
    "kroner": verdier.ore,
    "prosent": verdier.prosent,
    "ja_nei": verdier.ja_nei,
}


class Svarfeil(ValueError):
    """Why an answer cannot be used. Never repeats the answer."""


UTENFOR = "er utenfor det som er mulig"
EGET_NUMMER = "er fødselsnummeret til søkeren, ikke et kontonummer"  # both end with the same control digit


@dataclass(frozen=True)
class Kolonne:
    navn: str
    type: Felttype
    paakrevd: bool = False  # may not be empty
    maa_finnes: bool = False  # the column must be in the file
    tomt: Any = None  # the value of an empty answer
    valg: tuple[str, ...] = ()
    register: bool = False  # answered by the engine, never by the file
    grenser: tuple[float, float] = (-math.inf, math.inf)  # of a number, in the unit of the frame

    @property
    def har_grenser(self) -> bool:
        return self.grenser != (-math.inf, math.inf)

    @property
    def dtype(self) -> Any:
        return DTYPE.get(self.type, DTYPER["tekst"])

    @property
    def person(self) -> bool:
        return self.navn == "fodselsnummer"

    @property
    def enkel_form(self) -> str:
        """A regular expression. An answer that matches is its own value, so a whole column of them is taken at once."""
        if self.navn == "soknad_id":
            return f"^{_SOKNAD_ID.pattern}$"
        return "^[0-9]{1,20}$" if self.person or self.type in ("orgnr", "kontonummer") else ""

    def les(self, svar: Any) -> Any:
        """Text, or a value from JSON (int, Decimal, bool, None) → date, int (whole øre for kroner), Decimal (share
        for prosent), bool or text; None for nothing written. Raises Svarfeil."""
        if svar is None or (isinstance(svar, str) and not svar.strip()):
            return None
        try:
            return self._les(svar)
        except (ValueError, ArithmeticError):
            grunn = f"{_GRUNN[self.type]} {', '.join(self.valg)}" if self.type == "valg" else _GRUNN[self.type]
            raise Svarfeil(grunn) from None

    def _les(self, svar: Any) -> Any:
        if self.type == "ja_nei" and isinstance(svar, bool):
            return svar
        if self.type in ("heltall", "tall", "kroner", "prosent"):
            svar = _som_tekst(svar)
        if not isinstance(svar, str):
            raise Svarfeil("har feil type")
        if self.type in _LESERE:
            return _LESERE[self.type](svar)
        return self._tekst(verdier.nfc(svar))

    def _tekst(self, svar: str) -> str | None:
        if len(svar) > MAKS_TEKST or _STYRETEGN.search(svar):
            raise Svarfeil(_GRUNN["tekst"])
        if self.type == "tekst" and not self.person:
            if self.navn == "soknad_id" and not _SOKNAD_ID.fullmatch(svar):
                raise Svarfeil(_GRUNN["tekst"])
            return svar
        if svar in verdier.INTET:
            return None
        if self.type == "valg":
            if svar not in self.valg:
                raise Svarfeil(_GRUNN["valg"])
            return svar
        return normaliser_konto(svar) if self.type == "kontonummer" else _MELLOMROM.sub("", svar)


def kolonner(manifest: Manifest) -> list[Kolonne]:
    """The envelope and the fields of the scheme, in the order of the frame."""
    ut = [
        Kolonne("soknad_id", KONVOLUTT["soknad_id"], paakrevd=True, maa_finnes=True),
        Kolonne("fodselsnummer", KONVOLUTT["fodselsnummer"], paakrevd=True, maa_finnes=True),
        Kolonne("kontonummer", KONVOLUTT["kontonummer"], maa_finnes=True),
        Kolonne("maalform", KONVOLUTT["maalform"], tomt="nb", valg=MAALFORMER),
        Kolonne("mottatt_dato", KONVOLUTT["mottatt_dato"], paakrevd=True, maa_finnes=True),
    ]
    for f in manifest.felt:
        register = f.kilde == "register"
        uten_tomt = Kolonne(f.navn, f.type, f.paakrevd, f.paakrevd and not register, None, f.valg, register, f.grenser)
        tomt = None if f.tomt_betyr is None or register else uten_tomt.les(str(f.tomt_betyr))
        ut.append(uten_tomt if tomt is None else Kolonne(f.navn, f.type, f.paakrevd, f.paakrevd, tomt, f.valg, grenser=f.grenser))
    return ut


def _som_tekst(svar: Any) -> Any:
    """A number from JSON as it would be written. A float is refused: it is not what was written."""
    if isinstance(svar, bool) or not isinstance(svar, (int, Decimal)):
        return svar
    if isinstance(svar, Decimal) and not -12 <= svar.adjusted() <= 15:
        return "0" if svar == 0 else "for stort"
    return format(svar, "f") if isinstance(svar, Decimal) else str(svar)
