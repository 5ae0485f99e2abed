"""The canonical tables. Every reader ends in them; rules and quality checks see nothing else.

Money is whole øre (Int64). A month is the first day of that month. `ident` is the person's number in the source
(fødselsnummer, D-nummer ...) as text. Missing is always missing (NA/NaT), never "" or 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

DTYPER = {
    "tekst": pd.StringDtype("pyarrow"),
    "kode": "category",  # few different values
    "heltall": "Int64",
    "ore": "Int64",
    "tall": "Float64",
    "dato": "datetime64[s]",
    "maaned": "datetime64[s]",
    "tid": "datetime64[us, UTC]",
    "ja_nei": "boolean",
}


@dataclass(frozen=True)
class Kolonnebeskrivelse:
    navn: str
    type: str  # a key of DTYPER
    paakrevd: bool
    betydning: str


@dataclass(frozen=True)
class Tabellform:
    navn: str
    kolonner: tuple[Kolonnebeskrivelse, ...]
    tillegg: tuple[Kolonnebeskrivelse, ...] = ()  # columns that stand only in tables that somebody has filled them in

    @property
    def navnene(self) -> list[str]:
        return [k.navn for k in self.kolonner]

    def ramme(self, data: dict | pd.DataFrame) -> pd.DataFrame:
        """A frame with exactly these columns in this order and with these dtypes; absent columns are missing values. An
        additional column is there when the data have it."""
        data = pd.DataFrame(data)
        ut = {}
        for k in (*self.kolonner, *(t for t in self.tillegg if t.navn in data)):
            serie = data[k.navn] if k.navn in data else pd.Series(pd.NA, index=data.index, dtype="object")
            ut[k.navn] = serie if str(serie.dtype) == str(DTYPER[k.type]) else _til(serie, k.type)
        return pd.DataFrame(ut, index=data.index)

    def avvik(self, ramme: pd.DataFrame) -> list[str]:
        """What keeps `ramme` from being this table: missing, unknown or wrongly typed columns. Empty = it is."""
        funn = [f"kolonnen {n} mangler" for n in self.navnene if n not in ramme]
        kjente = (*self.kolonner, *self.tillegg)
        funn += [f"kolonnen {n} er ukjent" for n in ramme.columns if n not in {k.navn for k in kjente}]
        for k in kjente:
            if k.navn in ramme and str(ramme[k.navn].dtype) != str(DTYPER[k.type]):
                funn.append(f"kolonnen {k.navn} har typen {ramme[k.navn].dtype}, skal være {DTYPER[k.type]}")
        return funn


def _til(serie: pd.Series, type_: str) -> pd.Series:
    if type_ in ("dato", "maaned"):
        return pd.to_datetime(serie).astype("datetime64[s]")
    if type_ == "tid":
        return pd.to_datetime(serie, utc=True).astype(DTYPER["tid"])
    if type_ == "kode":
        return serie.astype(DTYPER["tekst"]).astype("category")
    return serie.astype(DTYPER[type_])


def _form(navn: str, *rader: tuple[str, str, bool, str], tillegg: tuple[Kolonnebeskrivelse, ...] = ()) -> Tabellform:
    return Tabellform(navn, tuple(Kolonnebeskrivelse(*r) for r in rader), tillegg)


INNTEKT = _form(
    "inntekt",
    ("rad_id", "heltall", True, "unique in the snapshot, 0, 1, 2 … in the order of the file"),
    ("ident", "tekst", True, "the person who earned it, as in the source"),
    ("maaned", "maaned", True, "the month in which it was paid"),
    ("opplysningspliktig", "tekst", False, "who reports (orgnr, or a private person's number)"),
    ("virksomhet", "tekst", False, "underenhet: where the person works (orgnr)"),
    ("inntekt_type", "kode", False, "Loennsinntekt, Naeringsinntekt, PensjonEllerTrygd, YtelseFraOffentlige"),
    ("fordel", "kode", False, "kontantytelse, naturalytelse, utgiftsgodtgjoerelse"),
    ("beskrivelse", "kode", False, "fastloenn, timeloenn, feriepenger …; unknown codes stay as they are"),
    ("beloep_ore", "ore", False, "amount in øre; missing when the source has none that can be read"),
    ("antall", "tall", False, "hours or units"),
    ("opptjening_fom", "dato", False, "first day of the earning period"),
    ("opptjening_tom", "dato", False, "last day of the earning period"),
    ("tillegg_type", "kode", False, "tilleggsinformasjon.type as in the source"),
    ("tillegg_fom", "dato", False, "its first day"),
    ("tillegg_tom", "dato", False, "its last day"),
    ("spesielle_forhold", "kode", False, "spesielleInntjeningsforhold"),
    ("skatteregel", "kode", False, "skatteOgAvgiftsregel"),
    ("inngaar_trekk", "ja_nei", False, "inngaarIGrunnlagForTrekk"),
    ("utloeser_aga", "ja_nei", False, "utloeserArbeidsgiveravgift"),
    ("registrert_tid", "tid", False, "oppsummeringstidspunkt (v2) or leveringstidspunkt (v1)"),
    ("avvik_koder", "tekst", False, "codes (v2) or texts (v1) of avvikListe, joined with |"),
    ("kilde_linje", "heltall", False, "line in the source file"),
    tillegg=(Kolonnebeskrivelse("arbeidsforhold_type", "kode", False, "type of the employment that the row belongs to"),),
)

ARBEIDSFORHOLD = _form(
    "arbeidsforhold",
    ("rad_id", "heltall", True, "unique in the snapshot"),
    ("ident", "tekst", True, "the employee"),
    ("arbeidsforhold_id", "tekst", False, "the employer's id of the employment"),
    ("opplysningspliktig", "tekst", False, "hovedenhet"),
    ("virksomhet", "tekst", False, "underenhet"),
    ("type", "kode", False, "ordinaertArbeidsforhold, frilanser …"),
    ("startdato", "dato", False, "first day of the employment"),
    ("sluttdato", "dato", False, "last day; missing = runs"),
    ("stillingsprosent", "tall", False, "per cent of full time, 0–100"),
    ("timer_per_uke", "tall", False, "hours a week"),
    ("avloenningstype", "kode", False, "fastlønn, timelønn …"),
    ("sist_bekreftet", "dato", False, "last day on which the employer confirmed it"),
    ("varsling", "kode", False, "ERKONK, NAVEND, IBARBG …"),
    ("kilde_linje", "heltall", False, "line in the source file"),
)

PERMITTERING = _form(
    "permittering",
    ("rad_id", "heltall", True, "unique in the snapshot"),
    ("ident", "tekst", True, "the employee"),
    ("virksomhet", "tekst", False, "underenhet"),
    ("permittering_id", "tekst", False, "the employer's id"),
    ("art", "kode", False, "permisjon or permittering (v1 mixes them in one list; split on type)"),
    ("startdato", "dato", False, "first day"),
    ("sluttdato", "dato", False, "last day; missing = runs"),
    ("prosent", "tall", False, "0–100"),
    ("sist_bekreftet", "dato", False, "last confirmation of the employment"),
    ("kilde_linje", "heltall", False, "line in the source file"),
)

PERSONER = _form(
    "personer",
    ("rad_id", "heltall", True, "unique in the snapshot"),
    ("ident", "tekst", True, "the person in the population register"),
    ("doedsdato", "dato", False, "day of death; missing = none is registered"),
    ("kilde_linje", "heltall", False, "line in the source file"),
)

TABELLER = {t.navn: t for t in (INNTEKT, ARBEIDSFORHOLD, PERMITTERING)}
REGISTRE = TABELLER | {PERSONER.navn: PERSONER}  # all that a run reads beside the applications
