"""`[utbetaling]` in ordning.toml: who gets the money, in which format, and within which limits."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Modell(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Mottaker(_Modell):
    """Who gets a line of money: `konto` names the field with the account, `orgnr` the field with the organisation that is
    paid (left out: the person), nb and nn what the letter calls them."""

    konto: str
    orgnr: str = ""
    nb: str
    nn: str


class Bevilgning(_Modell):
    """Money that the parliament has set aside. No batch is disposed beyond it."""

    navn: str = Field(min_length=1)  # chapter and item, and the year
    kroner: int = Field(gt=0)
    kilde: str = Field(min_length=1)


class Oppdragsvalg(_Modell):
    """How the scheme is known to Oppdragssystemet. The class of an amount is its kodeKlassifik."""

    fagomraade: str = Field(pattern=r"^[A-ZÆØÅ0-9]{1,8}$")
    komponent: str = Field(default="ORDNING", pattern=r"^[A-ZÆØÅ0-9_-]{1,8}$")  # the system that sends, as the receiver knows it
    enhet: str = Field(default="8020", pattern=r"^\d{4}$")


OPPDRAG = "oppdrag"


class Utbetaling(_Modell):
    maks_per_sak: int = Field(gt=0)  # whole kroner
    maks_per_bunt: int = Field(gt=0)  # whole kroner
    maks_per_dag: int | None = Field(default=None, gt=0)  # whole kroner to be paid on one day
    bevilgning: Bevilgning | None = None
    format: Literal["pain.001.001.09", "pain.001.001.03", "oppdrag"] = "pain.001.001.09"
    oppdrag: Oppdragsvalg | None = None  # only with, and always with, format = "oppdrag"
    formaal: str = "GOVT"  # ISO 20022 category purpose
    tekst: str = Field(max_length=140)  # on the bank statement
    mottakere: dict[str, Mottaker]

    @model_validator(mode="after")
    def _oppdraget(self) -> Utbetaling:
        if (self.format == OPPDRAG) != (self.oppdrag is not None):
            raise ValueError('format = "oppdrag" og tabellen oppdrag = { fagomraade = "…" } skal stå sammen')
        return self

    @property
    def er_oppdrag(self) -> bool:
        return self.oppdrag is not None
