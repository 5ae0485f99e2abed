"""`modenhet.toml`: how far a scheme has come, and what is still owed. Five states, each with its requirements.

A requirement is checked by the machine where it can be; the others are answered in the file: gjort, todo, or unntak with a reason.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.kontrakt.mappefil import les_toml

Trinn = Literal["utkast", "prove", "godkjent", "lukket", "avviklet"]
TRINN: tuple[Trinn, ...] = ("utkast", "prove", "godkjent", "lukket", "avviklet")
FILNAVN = "modenhet.toml"
IKKE_GJORT = "Ordningen blir på det trinnet den har nådd. Ingen penger er sendt."

BETYR = {
    "utkast": "Bare syntetiske personer.",
    "prove": "Kan simuleres på ekte opplysninger. Ingen vedtak, ingen penger.",
    "godkjent": "Kan fatte vedtak og betale.",
    "lukket": "Ingen nye vedtak. Betaler det som er vedtatt, kontrollerer, og behandler klager.",
    "avviklet": "Koden er tatt ut. Vedtakene kan fortsatt leses og regnes på nytt.",
}


@dataclass(frozen=True)
class Kravtekst:
    """A requirement of the ladder: what must be true before the scheme stands on `trinn`."""

    id: str
    trinn: Trinn
    tekst: str
    maskin: bool = False  # found out by the machine, never answered in the file


UTEN_PARAGRAF = "hjemler"  # the machine sees whether it is met; a source that lacks the paragraph is an unntak

# What came late or never in 2020 (appeals, control, prevention, documentation, technical debt, removal) stands here from the first day.
LEDD = (
    Kravtekst("sjekk", "prove", "`ordning sjekk` finner ingenting: regler, eksempler, dekning, brev og kvalitet", maskin=True),
    Kravtekst("personvern", "prove", "Personvernkonsekvensene er vurdert, og hvert felt har formål, hjemmel og lagringstid"),
    Kravtekst("datatilgang", "prove", "Det er hjemmel og avtale for opplysningene som hentes"),
    Kravtekst("signatur", "godkjent", "Juristen har signert REGLER.md slik den er nå", maskin=True),
    Kravtekst(UTEN_PARAGRAF, "godkjent", "Hvert vilkår har en paragraf, eller det er skrevet hvorfor den ikke finnes"),
    Kravtekst("simulert", "godkjent", "Kostnad og treff er simulert og vist oppdragsgiveren"),
    Kravtekst("feilutbetaling", "godkjent", "Kontrollene som skal hindre feilutbetaling, er valgt og prøvd"),
    Kravtekst("klage", "godkjent", "Klager kan tas imot og behandles: frist, instans, brev og folk"),
    Kravtekst("etterkontroll", "godkjent", "Det er bestemt hva som kontrolleres etter utbetaling, av hvem og når"),
    Kravtekst("tilbakekreving", "godkjent", "Det er bestemt hvordan feilutbetalte og forskutterte penger kreves tilbake"),
    Kravtekst("drift", "godkjent", "Driften har kjøreplan, vaktliste og runbook, og stansen er øvd"),
    Kravtekst("dokumentasjon", "godkjent", "Ordningen er dokumentert så en som ikke laget den, kan drive den"),
    Kravtekst("soknader_avgjort", "lukket", "Alle søknader er avgjort"),
    Kravtekst("lukking_kunngjort", "lukket", "Søkere, arbeidsgivere og veiledere vet at ordningen er lukket"),
    Kravtekst("klager_avgjort", "avviklet", "Alle klager er avgjort"),
    Kravtekst("etterkontroll_utfort", "avviklet", "Etterkontrollen er gjort, eller det er vedtatt å la være"),
    Kravtekst("krav_overfort", "avviklet", "Utestående krav er gjort opp eller overført"),
    Kravtekst("arkiv", "avviklet", "Det er avtalt hvem som tar imot arkivpakken"),
    Kravtekst("teknisk_gjeld", "avviklet", "Tilganger, integrasjoner og midlertidig kode er fjernet"),
)
KRAV = {k.id: k for k in LEDD}
MENNESKEKRAV = tuple(k for k in LEDD if not k.maskin)


class _Modell(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Krav(_Modell):
    """The answer to one requirement."""

    status: Literal["gjort", "todo", "unntak"]
    grunn: str = ""  # why it does not apply (unntak); what was done, and where it can be seen (gjort)

    @model_validator(mode="after")
    def _begrunnet(self) -> Krav:
        if self.status != "todo" and not self.grunn.strip():
            raise ValueError(f"status «{self.status}» trenger en grunn")
        return self


class Signatur(_Modell):
    """The jurist has read REGLER.md with exactly this content."""

    jurist: str = Field(min_length=1)
    dato: dt.date
    regler_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Modenhet(_Modell):
    krav: dict[str, Krav] = Field(default_factory=dict)
    signatur: Signatur | None = None
    uten_steg: dict[str, Annotated[str, Field(min_length=1)]] = Field(default_factory=dict)  # step that flyt.py leaves out → why

    @model_validator(mode="after")
    def _kjente(self) -> Modenhet:
        if ukjente := sorted(set(self.krav) - {k.id for k in MENNESKEKRAV}):
            raise ValueError(f"ukjente krav, eller krav som maskinen avgjør: {', '.join(ukjente)}")
        return self

    def oppfylt(self, id: str) -> bool:
        svar = self.krav.get(id)
        return svar is not None and svar.status != "todo"


def les_modenhet(mappe: Path) -> Modenhet:
    """Reads the file. Without it nothing is done. Raises Ordningsfeil/Samlefeil naming file, place and fix."""
    sti = mappe / FILNAVN
    if not sti.exists():
        return Modenhet()
    try:
        return Modenhet.model_validate(_tabell(les_toml(sti, IKKE_GJORT)[1]))
    except ValidationError as feil:
        raise Samlefeil([_som_feil(sti, e) for e in feil.errors()]) from None


def _tabell(data: dict[str, Any]) -> dict[str, Any]:
    """An empty [signatur], as the scaffold leaves it, is no signature."""
    return {n: v for n, v in data.items() if not (n == "signatur" and v == {})}


def _som_feil(sti: Path, feil: Any) -> Ordningsfeil:
    sted = ".".join(map(str, feil["loc"])) or FILNAVN
    grunn = str(feil.get("ctx", {}).get("error", "")) or "har ikke riktig innhold"
    return Ordningsfeil(f"{sted}: {grunn}.", str(sti), "Status er gjort, todo eller unntak; gjort og unntak har en grunn.", IKKE_GJORT)
