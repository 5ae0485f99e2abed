"""The answers that a scheme is made of: asked, given as flags, or read from a file. The same answers give the same folder."""

from __future__ import annotations

import datetime as dt
import tomllib
import unicodedata
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.kontrakt.mappefil import toml_feil

Belop = Literal["andel_dag", "andel_maaned", "fast", "refusjon"]
Part = Literal["person", "arbeidsgiver"]
Opplysninger = Literal["soknad", "inntekt", "inntekt_og_arbeidsforhold"]

KRONER: dict[str, int] = {"andel_dag": 1_500, "andel_maaned": 30_000, "fast": 10_000, "refusjon": 20_000}  # examples, not law
IKKE_I_TEKST = '"\\{}<>;'  # would mean something in a file of the folder
LENGDE = 120
SISTE_DAG = dt.date(2098, 12, 31)


def som_linje(tekst: str) -> str:
    """One line of text that can stand in every file of the folder."""
    tekst = unicodedata.normalize("NFC", " ".join(tekst.split()))
    if not tekst:
        raise ValueError("kan ikke være tom")
    if len(tekst) > LENGDE:
        raise ValueError(f"er lengre enn {LENGDE} tegn")
    if ulovlig := sorted({t for t in tekst if t in IKKE_I_TEKST or not t.isprintable()}):
        raise ValueError(f"kan ikke ha tegnet {' '.join(t if t.isprintable() else repr(t) for t in ulovlig)}")
    return tekst


Linje = Annotated[str, AfterValidator(som_linje)]


class _Modell(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tospraak(_Modell):
    nb: Linje
    nn: Linje


class Periode(_Modell):
    fra: dt.date = Field(ge=dt.date(2015, 1, 1))
    til: dt.date = Field(le=SISTE_DAG)

    @model_validator(mode="after")
    def _rett_vei(self) -> Periode:
        if self.til < self.fra:
            raise ValueError("slutter før den begynner")
        return self


class Svar(_Modell):
    """Everything the template is filled from."""

    navn: Tospraak
    forskrift: Tospraak
    gjelder: Periode
    soker: Part = "person"
    mottaker: Part = "person"
    opplysninger: Opplysninger = "inntekt"
    belop: Belop = "andel_maaned"
    dekning: int = Field(default=80, ge=1, le=100)  # per cent of the income or the cost
    kroner: int = Field(ge=500, le=10_000_000)  # the cap a day, the cap a month, the amount a month, or the cap of the cost
    team: Linje
    jurist: Linje = "Fagansvarlig jurist"


def standardsvar(id_: str, idag: dt.date, gitt: dict[str, Any] | None = None) -> dict[str, Any]:
    """What is taken when nothing is said: half a year, from the first of this month. `gitt` is what has been said."""
    gitt = gitt or {}
    periode = gitt.get("gjelder")
    sagt = periode.get("fra") if isinstance(periode, dict) else None
    fra = sagt if isinstance(sagt, dt.date) else idag.replace(day=1)
    maaneder = fra.year * 12 + fra.month + 5
    til = dt.date(maaneder // 12, maaneder % 12 + 1, 1) - dt.timedelta(days=1)
    faste = {
        "navn": {"nb": f"Ordningen {id_}", "nn": f"Ordninga {id_}"},
        "forskrift": {"nb": "forskrift som ikke er vedtatt ennå", "nn": "forskrift som ikkje er vedteken enno"},
        "gjelder": {"fra": fra, "til": til},
        "soker": "person", "mottaker": "person", "opplysninger": "inntekt", "belop": "andel_maaned", "dekning": 80,
        "team": f"team-{id_}", "jurist": "Fagansvarlig jurist",
    }  # fmt: skip
    ut = {n: v | gitt[n] if isinstance(v, dict) and isinstance(gitt.get(n), dict) else gitt.get(n, v) for n, v in faste.items()}
    return {**gitt, **ut, "kroner": gitt.get("kroner", KRONER.get(str(ut["belop"]), 10_000))}


def som_svar(data: dict[str, Any], hvor: str) -> Svar:
    """Raises Samlefeil (kode 2) with every answer that cannot be used."""
    try:
        return Svar.model_validate(data)
    except ValidationError as feil:
        raise Samlefeil([_paa_norsk(e, hvor) for e in feil.errors()]) from None


def les_svar(sti: Path) -> dict[str, Any]:
    """A file of answers as it is written; `standardsvar` fills what it leaves out. Raises Ordningsfeil (kode 2)."""
    try:
        return tomllib.loads(unicodedata.normalize("NFC", sti.read_bytes().decode("utf-8-sig")))
    except OSError:
        raise _filfeil("Filen med svar finnes ikke eller kan ikke leses.", str(sti), "Se på navnet på filen.") from None
    except UnicodeDecodeError:
        raise _filfeil("Filen er ikke lagret som UTF-8.", str(sti), "Lagre den som UTF-8.") from None
    except tomllib.TOMLDecodeError as feil:
        raise _filfeil(*toml_feil(feil, sti)) from None


def skriv_svar(svar: Svar) -> str:
    """The answers as TOML, in the order of the questions."""
    linjer = ["# The answers of `ordning ny`. Change one and run `ordning ny <id> --oppdater`: the folder follows, and edits stay."]
    for navn, verdi in svar.model_dump().items():
        if isinstance(verdi, dict):
            verdi = "{ " + ", ".join(f"{n} = {toml(v)}" for n, v in verdi.items()) + " }"
            linjer.append(f"{navn} = {verdi}")
        else:
            linjer.append(f"{navn} = {toml(verdi)}")
    return "\n".join(linjer) + "\n"


def toml(verdi: str | int | dt.date) -> str:
    """One value. `som_linje` has made sure that a text needs no escapes."""
    return f'"{verdi}"' if isinstance(verdi, str) else str(verdi)


_GRUNNER = {
    "missing": "mangler",
    "extra_forbidden": "er ikke et spørsmål",
    "literal_error": "må være {expected}",
    "greater_than_equal": "må være minst {ge}",
    "less_than_equal": "kan være høyst {le}",
    "value_error": "{error}",
}


def _paa_norsk(feil: Any, hvor: str) -> Ordningsfeil:
    ctx = {n: str(v).replace(" or ", " eller ") for n, v in (feil.get("ctx") or {}).items()}
    art = feil["type"]
    grunn = _GRUNNER.get(art, "skal være en dato (2026-03-20)" if art.startswith("date") else
                         "skal være et helt tall" if art.startswith("int") else "har ikke riktig form").format(**ctx)
    return _filfeil(f"Svaret {'.'.join(map(str, feil['loc']))} {grunn}.", hvor, "Rett svaret. Spørsmålene står i: ordning ny --hjelp.")


def _filfeil(hva: str, hvor: str, gjor: str) -> Ordningsfeil:
    return Ordningsfeil(hva, hvor, gjor, "Ingenting er skrevet.", kode=2)
