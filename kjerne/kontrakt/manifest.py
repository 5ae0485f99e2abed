"""`ordning.toml`: who, when, what is asked, who is paid, and the limits. One scheme, one manifest."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.kontrakt.kontrollvalg import Kontrollvalg
from kjerne.kontrakt.mappefil import les_toml
from kjerne.kontrakt.norskfeil import linje, norske_feil
from kjerne.kontrakt.rettskilde import Rettskilde, Tospraak
from kjerne.kontrakt.utbetalingsvalg import Utbetaling
from kjerne.kontrakt.verdier import nfc

KONTRAKT = 1  # the version of the contract between the engine and a scheme folder

Feltnavn = Annotated[str, AfterValidator(nfc), Field(pattern=r"^[a-zæøå][a-zæøå0-9_]*$")]
Felttype = Literal["dato", "heltall", "tall", "kroner", "prosent", "ja_nei", "valg", "orgnr", "kontonummer", "tekst"]

MAAL = {"heltall": 1.0, "tall": 1.0, "kroner": 100.0, "prosent": 0.01}  # the frame's unit in the written one

# What every application carries, whatever the scheme. The rest are the scheme's own fields.
KONVOLUTT: dict[str, Felttype] = {
    "soknad_id": "tekst",
    "fodselsnummer": "tekst",
    "kontonummer": "kontonummer",
    "maalform": "valg",
    "mottatt_dato": "dato",
}

# Facts that the engine gives to a rule that asks for them: nobody is asked, and a scheme that has no use for them has none.
MOTORFAKTA: dict[str, Felttype] = {"fødselsdato": "dato"}  # what the person's number says


class _Modell(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# The types that each question to the earlier decisions can be answered in; `siste` takes the type of what it fetches.
HENT: dict[str, tuple[Felttype, ...]] = {
    "finnes": ("ja_nei",),
    "antall": ("heltall",),
    "sum": ("heltall", "tall", "kroner"),
    "høyest": ("heltall", "tall", "kroner", "prosent", "dato"),
    "siste": ("heltall", "tall", "kroner", "prosent", "dato", "ja_nei", "valg", "tekst", "orgnr"),
}
_TOMT = {"finnes": "nei", "antall": "0", "sum": "0"}  # what no earlier decision means, unless tomt_betyr says otherwise


class Registeroppslag(_Modell):
    """What a register fact says of the person's earlier granted decisions in the same scheme with the same `nokkel`."""

    hent: Literal["finnes", "antall", "sum", "høyest", "siste"]
    regel: str = ""  # the rule or fact whose value is fetched; not given for finnes and antall
    nokkel: tuple[str, ...] = ("fodselsnummer",)

    @model_validator(mode="after")
    def _helt(self) -> Registeroppslag:
        if (self.hent in ("finnes", "antall")) == bool(self.regel):
            raise ValueError("register.regel skal stå når hent er sum, høyest eller siste, og ellers ikke")
        if "fodselsnummer" not in self.nokkel:
            raise ValueError("register.nokkel må ha med fodselsnummer")
        return self


class Soknadsfelt(_Modell):
    """One question in the application, and one fact in the rules."""

    navn: Feltnavn
    type: Felttype
    nb: str = Field(min_length=1)
    nn: str = Field(min_length=1)
    valg: tuple[str, ...] = ()
    valgtekst: dict[str, Tospraak] = Field(default_factory=dict)  # what a letter and a form call each of them; else as it is written
    minst: float | None = None  # bounds of a number, both included, as a person writes it (kroner, per cent)
    hoyst: float | None = None
    paakrevd: bool = False  # may not be left empty when the application is handed in
    tomt_betyr: Any = None  # what an empty answer means, where it means something; otherwise empty is unknown
    formaal: str = ""  # why it is asked (privacy catalogue); hjemmel and lagring_aar where they differ from [personvern]
    hjemmel: str = ""
    lagring_aar: int | None = Field(default=None, gt=0, le=100)
    spor: Literal["person", "arbeidsgiver"] = "person"  # who is asked when the answer is missing and the case needs it
    kilde: Literal["soknad", "register"] = "soknad"  # register: never asked, the engine answers
    # without it a register fact says whether the same key (`entydig`) has been granted
    oppslag: Registeroppslag | None = Field(default=None, alias="register")  # pydantic has a `register` of its own
    syntetisk: dict[str, Any] = Field(default_factory=dict)  # how synthetic applications fill it

    @model_validator(mode="before")
    @classmethod
    def _tomt(cls, data: Any) -> Any:
        hent = data["register"].get("hent") if isinstance(data, dict) and isinstance(data.get("register"), dict) else None
        return {"tomt_betyr": _TOMT[hent]} | data if hent in _TOMT else data

    @model_validator(mode="after")
    def _registeret(self) -> Soknadsfelt:
        if self.oppslag and self.kilde != "register":
            raise ValueError('et felt med register har kilde = "register"')
        if self.oppslag and self.type not in HENT[self.oppslag.hent]:
            raise ValueError(f"når hent er {self.oppslag.hent}, er typen en av {', '.join(HENT[self.oppslag.hent])}")
        return self

    @model_validator(mode="after")
    def _valgene(self) -> Soknadsfelt:
        if (self.type == "valg") != bool(self.valg):
            raise ValueError("et felt av typen valg, og bare det, har listen valg")
        if self.valgtekst and set(self.valgtekst) != set(self.valg):
            raise ValueError(f"valgtekst skal ha en tekst til hvert av valgene: {', '.join(self.valg)}")
        if (self.minst, self.hoyst) != (None, None) and self.type not in MAAL:
            raise ValueError("bare tall, beløp og prosent kan ha minst og hoyst")
        return self

    def valgt(self, verdi: str, maalform: str) -> str:
        """The answer in the words of a letter."""
        tekst = self.valgtekst.get(verdi)
        return verdi if tekst is None else tekst.nn if maalform == "nn" else tekst.nb

    def sporsmal(self, maalform: str) -> str:
        return self.nn if maalform == "nn" else self.nb

    @property
    def grenser(self) -> tuple[float, float]:
        """The bounds in the unit of the frame (whole øre, share)."""
        maal = MAAL.get(self.type, 1.0)
        return (-math.inf if self.minst is None else self.minst * maal, math.inf if self.hoyst is None else self.hoyst * maal)


class Gyldighet(_Modell):
    fra: dt.date
    til: dt.date


class Eier(_Modell):
    team: str
    jurist: str
    kontakt: str


class Klage(_Modell):
    """`hjemmel` is where the length of the deadline stands, in the words of a letter. Without it a letter names the general law
    for the general deadline, and nothing for another."""

    frist_uker: int = Field(gt=0)
    kilde: str
    hjemmel: Tospraak | None = None


class Tilbakekreving(_Modell):
    """Money that was paid too much: how long somebody has to answer the warning, and the law that a claim stands on, in the words of a
    letter. CHOICE: three weeks, where the scheme says nothing; no source gives a number of days."""

    varsel_dager: int = Field(default=21, ge=14)
    hjemmel: Tospraak | None = None
    kilde: str = ""


class Register(_Modell):
    """What the scheme may read, and under which legal filter."""

    filter: str
    formaal: str
    maaneder: int = Field(gt=0)  # months of income before the date of the case


class Personvern(_Modell):
    """The legal basis for asking, and how many years the answers are kept after the scheme is over."""

    hjemmel: str = Field(min_length=1)
    lagring_aar: int = Field(gt=0, le=100)


class Manifest(_Modell):
    """The whole of `ordning.toml`. Raises Samlefeil through `les_manifest` when something is wrong."""

    kontrakt: Literal[1]
    id: str = Field(pattern=r"^[a-z][a-z0-9]*$")
    navn: Tospraak
    forskrift: Tospraak
    hovedkilde: str = ""  # the key in [rettskilder] whose text on the day a letter names in place of `forskrift`
    opphevet: bool = False  # repealed law: every page says so
    gjelder: Gyldighet
    tilstand: Literal["utkast", "prove", "godkjent", "lukket", "avviklet"]
    dato_for_regler: Feltnavn  # the clock that selects parameters which name no clock of their own
    entydig: tuple[str, ...] = ("fodselsnummer",)  # one granted case per combination of these
    arbeidsgiverfelt: str = ""  # the field with the employer's orgnr, when employers are asked
    eier: Eier
    rettskilder: dict[str, Rettskilde] = Field(min_length=1)  # keys used in hjemmel
    kilder: dict[str, str] = Field(min_length=1)  # where the content was verified: key -> title and place
    utbetaling: Utbetaling
    klage: Klage
    tilbakekreving: Tilbakekreving = Field(default_factory=Tilbakekreving)
    inntekt: Register | None = None
    personvern: Personvern | None = None
    kontroll: Kontrollvalg | None = None  # the controls before payment; a scheme that says nothing has those of all schemes only
    felt: tuple[Soknadsfelt, ...]

    @model_validator(mode="after")
    def _henger_sammen(self) -> Manifest:
        navnene = [f.navn for f in self.felt]
        if dobbelt := {n for n in navnene if navnene.count(n) > 1 or n in KONVOLUTT or n in MOTORFAKTA}:
            raise ValueError(f"feltnavn brukt mer enn én gang: {', '.join(sorted(dobbelt))}")
        kjente = {*navnene, *KONVOLUTT}
        ukjente = [n for n in (*self.entydig, self.dato_for_regler, self.arbeidsgiverfelt) if n and n not in kjente]
        ukjente += [n for m in self.utbetaling.mottakere.values() for n in (m.konto, m.orgnr) if n and n not in kjente]
        i_nokkel = {f.navn for f in self.felt if f.kilde == "soknad" and f.type != "kontonummer"} | {"fodselsnummer"}
        ukjente += [n for f in self.registerfelt for n in f.oppslag.nokkel if n not in i_nokkel]
        if ukjente:
            raise ValueError(f"ukjent felt: {', '.join(ukjente)}")
        if self.hovedkilde and self.hovedkilde not in self.rettskilder:
            raise ValueError(f"hovedkilde «{self.hovedkilde}» står ikke i [rettskilder]")
        if self.gjelder.til < self.gjelder.fra:
            raise ValueError("gjelder.til er før gjelder.fra")
        return self

    @property
    def fakta(self) -> dict[str, Felttype]:
        """The facts of every case: the scheme's fields and the date of receipt. A rule may also name one of MOTORFAKTA."""
        return {f.navn: f.type for f in self.felt} | {"mottatt_dato": "dato"}

    @property
    def registerfelt(self) -> tuple[Soknadsfelt, ...]:
        """The facts that come from the person's earlier granted decisions."""
        return tuple(f for f in self.felt if f.oppslag is not None)

    def felt_med_navn(self, navn: str) -> Soknadsfelt:
        return next(f for f in self.felt if f.navn == navn)


def rolle(navn: str) -> str:
    """What a role is called to people: the key is ASCII, and the word is not."""
    return "søker" if navn == "soker" else navn.replace("ae", "æ").replace("oe", "ø").replace("aa", "å").replace("_", " ")


def les_manifest(sti: Path) -> Manifest:
    """Reads and checks `ordning.toml`. Raises Ordningsfeil/Samlefeil naming file, key, line and fix."""
    ikke_gjort = "Ordningen er ute av drift. Andre ordninger er ikke berørt, og ingen penger er sendt."
    tekst, data = les_toml(sti, ikke_gjort)
    try:
        manifest = Manifest.model_validate(data)
    except ValidationError as feil:
        raise Samlefeil(norske_feil(feil, Manifest, (tekst, data), sti, ikke_gjort)) from None
    if manifest.id != sti.parent.name:
        raise Ordningsfeil(
            f"id = «{manifest.id}» er ikke det samme som mappens navn «{sti.parent.name}».",
            f"{sti}, linje {linje(tekst, ('id',))}", "Gi mappen og id samme navn.", ikke_gjort,
        )
    return manifest
