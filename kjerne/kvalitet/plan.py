"""`kvalitet.toml`: which checks a scheme runs, what happens to a case that fails one, and why."""

from __future__ import annotations

import difflib
import string
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.kontrakt.mappefil import les_toml
from kjerne.kontrakt.norskfeil import grunn, linje, norske_feil
from kjerne.kvalitet.maske import HELE, I_BUNT, Maskebeskrivelse, last_masker

# Rising order of severity; a case gets the worst of its reasons.
HANDLINGER = ("OK", "FLAGG", "RESERVE", "VENT", "SPOR", "KARANTENE", "STOPP")
ALVORSGRAD = {navn: nr for nr, navn in enumerate(HANDLINGER)}
SAKSKOLONNER = frozenset({"sak_id", "ident", "konto"})
SVARTABELLER = frozenset({"inntekt", "permittering"})  # what an answer can fill, beside the fields of the case
FLETTEFELT = frozenset({"maaned", "virksomhet", "observert"})
_IKKE_GJORT = "Ingen saker er vurdert, og ingen penger er sendt."

Handling = Literal["FLAGG", "RESERVE", "VENT", "SPOR", "KARANTENE", "STOPP"]
Setning = Annotated[str, Field(min_length=10)]


class _Modell(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Naar(_Modell):
    """Only cases where the field has one of these values use income."""

    felt: str
    er: tuple[str | bool | int, ...] = Field(min_length=1)


class Vindu(_Modell):
    """Which income rows matter to a case: the whole months before a date, from one employer or from all."""

    dato: str
    maaneder: int = Field(gt=0, le=36)
    arbeidsgiver: str | None = None
    naar: Naar | None = None
    typer: tuple[str, ...] = ()


class Sporsmaltekst(_Modell):
    """A question. Employers are asked in bokmål, a person in the written form that she chose; a plain text is bokmål only."""

    nb: str = Field(min_length=1)
    nn: str = ""

    def paa(self, maalform: str) -> str:
        return self.nn if maalform == "nn" and self.nn else self.nb


class Kontroll(_Modell):
    """One check: a mask of the engine, or (with `forventning`) an expectation of Great Expectations as it is."""

    navn: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    handling: Handling
    alvor: Literal["critical", "warning", "info"]
    hvorfor: Setning
    hjemmel: str = ""
    sporsmal_til: Literal["arbeidsgiver", "person"] | None = None
    sporsmal: Sporsmaltekst | None = None
    felt: str = "inntekt"  # what the answer fills: inntekt, permittering, or a field of the case
    parametre: dict[str, Any] = Field(default_factory=dict)
    forventning: str | None = Field(default=None, pattern=r"^expect_[a-z_]+$")
    tabell: Literal["inntekt", "arbeidsforhold", "permittering", "sak"] | None = None
    kolonne: str | None = None
    argumenter: dict[str, Any] = Field(default_factory=dict)

    @field_validator("sporsmal", mode="before")
    @classmethod
    def _bare_bokmaal(cls, verdi: Any) -> Any:
        return {"nb": verdi} if isinstance(verdi, str) else verdi

    @model_validator(mode="after")
    def _henger_sammen(self) -> Kontroll:
        if {bool(self.sporsmal), bool(self.sporsmal_til)} != {self.handling == "SPOR"}:
            raise ValueError("handling = SPOR skal ha både sporsmal_til og sporsmal, og bare den")
        if self.sporsmal and (ukjent := (_flettefelt(self.sporsmal.nb) | _flettefelt(self.sporsmal.nn)) - FLETTEFELT):
            raise ValueError(
                f"teksten i sporsmal bruker {', '.join(sorted(ukjent))}; det som kan flettes inn, er "
                + ", ".join(sorted(FLETTEFELT))
            )
        if bool(self.forventning) != bool(self.tabell):
            raise ValueError("forventning og tabell skal stå sammen")
        if not self.forventning and (self.kolonne or self.argumenter):
            raise ValueError("kolonne og argumenter hører til forventning; en maske tar parametre")
        if self.forventning and self.parametre:
            raise ValueError("en forventning tar argumenter, ikke parametre")
        return self


def _flettefelt(tekst: str) -> set[str]:
    try:
        return {navn for _, navn, _, _ in string.Formatter().parse(tekst) if navn is not None}
    except ValueError:
        return {"en krøllparentes som ikke er lukket"}


class Sporsmalsregler(_Modell):
    frist_dager: int = Field(default=14, gt=0)


class Kvalitetsplan(_Modell):
    """The whole of `kvalitet.toml`."""

    vindu: Vindu | None = None
    sporsmal: Sporsmalsregler = Sporsmalsregler()
    kontroll: tuple[Kontroll, ...] = Field(min_length=1)

    def har(self, navn: str) -> bool:
        return any(k.navn == navn for k in self.kontroll)

    def maske(self, kontroll: Kontroll) -> Maskebeskrivelse | None:
        """The mask of a check; None for a native expectation."""
        return None if kontroll.forventning else last_masker()[kontroll.navn]


def les_kvalitet(sti: Path, feltnavn: set[str]) -> Kvalitetsplan:
    """Reads and checks `kvalitet.toml`. `feltnavn`: the scheme's field names (and mottatt_dato).

    Raises Ordningsfeil/Samlefeil naming file, line, key and fix.
    """
    tekst, data = les_toml(sti, _IKKE_GJORT)
    try:
        plan = Kvalitetsplan.model_validate(data)
    except ValidationError as feil:
        raise Samlefeil(norske_feil(feil, Kvalitetsplan, (tekst, data), sti, _IKKE_GJORT)) from None
    if funn := _innhold(sti, tekst, plan, feltnavn | SAKSKOLONNER):
        raise Samlefeil(funn)
    return plan


def _innhold(sti: Path, tekst: str, plan: Kvalitetsplan, feltnavn: set[str]) -> list[Ordningsfeil]:
    """What the shape alone does not show: unknown masks, parameters and columns, and actions that lead nowhere."""
    funn = []

    def feil(loc: tuple, hva: str, fiks: str) -> None:
        funn.append(Ordningsfeil(hva, f"{sti}, linje {linje(tekst, loc)}", fiks, _IKKE_GJORT))

    def felt(loc: tuple, navn: str) -> None:
        if navn not in feltnavn:
            feil(loc, f"Feltet «{navn}» finnes ikke i ordningen.", f"Bruk et av: {', '.join(sorted(feltnavn))}.")

    if plan.vindu:
        felt(("vindu", "dato"), plan.vindu.dato)
        if plan.vindu.arbeidsgiver:
            felt(("vindu", "arbeidsgiver"), plan.vindu.arbeidsgiver)
        if plan.vindu.naar:
            felt(("vindu", "naar"), plan.vindu.naar.felt)
    sett: set[str] = set()
    for nr, k in enumerate(plan.kontroll):
        her = ("kontroll", nr, "navn")
        if k.navn in sett:
            feil(her, f"Kontrollen «{k.navn}» står to ganger.", "Behold den ene.")
        sett.add(k.navn)
        if k.felt not in SVARTABELLER:
            felt(("kontroll", nr, "felt"), k.felt)
        if k.forventning:
            if k.handling == "VENT":
                feil(her, f"«{k.navn}» gir ingen dato å vente til.", "Velg en annen handling.")
            if k.navn in last_masker():
                feil(her, f"«{k.navn}» er navnet på en innebygd kontroll.", "Gi forventningen et eget navn.")
            continue
        if k.navn not in last_masker():
            naer = " eller ".join(f"«{n}»" for n in difflib.get_close_matches(k.navn, last_masker(), 3, cutoff=0.7))
            gjor = f"Mente du {naer}?" if naer else "Velg en av dem som finnes."
            feil(her, f"Kontrollen «{k.navn}» finnes ikke.", f"{gjor} Alle står i: ordning ord kontroller.")
            continue
        b = last_masker()[k.navn]
        if b.over in I_BUNT and k.handling != "STOPP":
            feil(her, f"«{k.navn}» gjelder linjer som er klare til utbetaling.", "Handlingen må være STOPP: da lages ingen bunt.")
        elif b.over in HELE and k.handling not in ("STOPP", "FLAGG"):
            feil(her, f"«{k.navn}» gjelder hele leveransen.", "Handlingen må være STOPP eller FLAGG.")
        if k.handling == "VENT" and not b.gir_dato:
            feil(her, f"«{k.navn}» gir ingen dato å vente til.", "Velg SPOR, KARANTENE eller FLAGG.")
        if plan.vindu is None and b.om_inntekt:
            feil(her, f"«{k.navn}» ser på inntekt, men [vindu] mangler.", "Skriv [vindu] med dato og maaneder.")
        try:
            verdier = b.parametre.model_validate(k.parametre)
        except ValidationError as e:
            for en in e.errors():
                navn = ".".join(str(d) for d in en["loc"])
                feil(
                    ("kontroll", nr, "parametre"),
                    f"{k.navn}: parameteren {navn} {grunn(en)}.",
                    f"«{k.navn}» tar: {', '.join(b.parametre.model_fields) or 'ingen parametre'}.",
                )
            continue
        if "dato" in b.feltparametre and not verdier.dato and plan.vindu is None:
            feil(her, f"«{k.navn}» vet ikke hvilken dato den gjelder.", "Sett parameteren dato, eller skriv [vindu].")
        for p in b.feltparametre:
            verdi = getattr(verdier, p)
            for navn in [verdi] if isinstance(verdi, str) else verdi:
                if navn:
                    felt(("kontroll", nr, "parametre"), navn)
    return funn
