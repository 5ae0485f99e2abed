"""Reads tables of cases and their income rows: the examples of a scheme, and what `ordning vurder` is given.

`saker`: one case a line, the columns are the names of the facts. `inntekter`: many lines a case, `sak` joins them.
Empty is unknown, except where the manifest says what an empty answer means.
"""

from __future__ import annotations

import csv
import difflib
import io
import math
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd

from kjerne.kontrakt import linjefil, verdier
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil, linje_ved
from kjerne.kontrakt.identer import er_kontonr, er_orgnr
from kjerne.kontrakt.manifest import MOTORFAKTA, Manifest, Soknadsfelt
from kjerne.kontrakt.tabeller import DTYPER, INNTEKT

LESERE = {"dato": verdier.dato, "heltall": verdier.heltall, "tall": verdier.desimal, "kroner": verdier.ore,
          "prosent": verdier.prosent, "ja_nei": verdier.ja_nei}
_DTYPE = {"dato": "dato", "heltall": "heltall", "tall": "tall", "kroner": "ore", "prosent": "tall", "ja_nei": "ja_nei"}
_GYLDIG = {"orgnr": er_orgnr, "kontonummer": er_kontonr}
IKKE_GJORT = "Ingen saker i filen er vurdert."


def les_tabell(sti: Path) -> pd.DataFrame:
    """CSV (; or ,; with or without BOM) as text; the index is the line in the file. Raises Ordningsfeil."""
    tekst = _tekst(sti)
    hode = tekst.split("\n", 1)[0]
    linjefil.krev_skilletegn(hode, sti, IKKE_GJORT)
    if "\x00" in tekst:
        raise Ordningsfeil("Linjen inneholder et styretegn (NUL).", f"{sti}, linje {tekst[:tekst.index(chr(0))].count(chr(10)) + 1}",
                           "Lagre filen på nytt som CSV UTF-8.", IKKE_GJORT)
    leser = csv.reader(io.StringIO(tekst, newline=""), delimiter=";" if ";" in hode else ",", strict=True)
    rader, linjer = [], []
    try:
        kolonner = [verdier.nfc(c) for c in next(leser, [])]
        for celler in leser:
            if any(c.strip() for c in celler):
                if len(celler) != len(kolonner):
                    raise Ordningsfeil(f"Linjen har {len(celler)} kolonner, overskriften har {len(kolonner)}.",
                                       f"{sti}, linje {leser.line_num}", "Sett skilletegn mellom alle cellene, også de tomme.", IKKE_GJORT)
                rader.append(celler)
                linjer.append(leser.line_num)
    except csv.Error:
        raise Ordningsfeil("Anførselstegnene på linjen går ikke opp.", f"{sti}, linje {leser.line_num}",
                           "Se etter et anførselstegn som ikke er lukket.", IKKE_GJORT) from None
    if dobbelt := {k for k in kolonner if kolonner.count(k) > 1}:
        raise Ordningsfeil(f"Kolonnen {', '.join(sorted(dobbelt))} står to ganger.", f"{sti}, linje 1", "Fjern den ene.", IKKE_GJORT)
    return pd.DataFrame(rader, columns=kolonner, index=linjer, dtype=object)


def _tekst(sti: Path) -> str:
    """The file as text, NFC. Raises Ordningsfeil for what is no CSV in UTF-8."""
    try:
        slag = linjefil.filslag(sti)
    except Ordningsfeil as feil:
        raise replace(feil, ikke_gjort=IKKE_GJORT) from None
    if slag != "csv":
        raise Ordningsfeil(f"Filen er {slag.capitalize() if slag == 'parquet' else 'JSON'}, ikke CSV.", str(sti),
                           "Lever CSV med kolonnene i eksempler/saker.csv.", IKKE_GJORT, kode=2)
    try:
        return unicodedata.normalize("NFC", sti.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as feil:
        raise Ordningsfeil("Filen er ikke lagret som UTF-8.", f"{sti}, linje {linje_ved(feil)}", "Lagre som UTF-8.", IKKE_GJORT) from None


def tom_verdi(felt: Soknadsfelt) -> object:
    """What an empty field means, in the unit of the frame; None = unknown."""
    verdi = None if felt.tomt_betyr is None else LESERE.get(felt.type, str)(str(felt.tomt_betyr))
    return float(verdi) if isinstance(verdi, Decimal) else verdi


def typede_fakta(tabell: pd.DataFrame, manifest: Manifest, sti: Path) -> pd.DataFrame:
    """The fact columns of the table with their types. Raises Samlefeil naming each cell that cannot be read."""
    feil: list[Ordningsfeil] = []
    ut = {}
    felt = {f.navn: f for f in manifest.felt}
    for navn, type_ in (manifest.fakta | MOTORFAKTA).items():
        if navn not in tabell:
            continue
        tomt, lovlige = (felt[navn].tomt_betyr, felt[navn].valg) if navn in felt else (None, ())
        kolonne = tabell[navn].str.strip()
        if tomt is not None:
            kolonne = kolonne.where(kolonne != "", str(tomt))
        ut[navn] = _kolonne(kolonne, type_, lovlige, navn, sti, feil)
        if navn in felt:
            feil += _utenfor(ut[navn], felt[navn], sti)
    if feil:
        raise Samlefeil(feil[:50])
    return pd.DataFrame(ut, index=tabell.index)


def _utenfor(serie: pd.Series, felt: Soknadsfelt, sti: Path) -> list[Ordningsfeil]:
    lav, hoy = felt.grenser
    if (lav, hoy) == (-math.inf, math.inf):
        return []
    tall = serie.to_numpy(dtype="float64", na_value=math.nan)
    linjer = serie.index[(tall < lav) | (tall > hoy)]
    return [Ordningsfeil(f"{felt.navn} er utenfor det som er mulig.", f"{sti}, linje {n}, kolonne {felt.navn}", "Rett cellen.", IKKE_GJORT)
            for n in linjer]


def _kolonne(celler: pd.Series, type_: str, lovlige: Iterable[str], navn: str, sti: Path, feil: list[Ordningsfeil]) -> pd.Series:
    oversatt = {}
    for tekst in celler.unique():
        try:
            oversatt[tekst] = _les(tekst, type_, lovlige)
        except ValueError as grunn:
            linje = celler.index[(celler == tekst).argmax()]
            feil.append(Ordningsfeil(f"{grunn}.", f"{sti}, linje {linje}, kolonne {navn}", "Rett cellen.", IKKE_GJORT))
    serie = celler.map(oversatt)
    if type_ in ("tall", "prosent"):
        serie = serie.map(lambda v: float(v) if isinstance(v, Decimal) else pd.NA)
    if type_ == "dato":
        return pd.to_datetime(serie).astype(DTYPER["dato"])
    return pd.Series(pd.array([pd.NA if v is None else v for v in serie], dtype=DTYPER[_DTYPE.get(type_, "tekst")]), index=celler.index)


def _les(tekst: str, type_: str, lovlige: Iterable[str]):
    if type_ in LESERE:
        return LESERE[type_](tekst)
    if not tekst:
        return None
    if type_ in _GYLDIG and not _GYLDIG[type_](tekst):
        raise ValueError(f"dette er ikke et gyldig {'organisasjonsnummer' if type_ == 'orgnr' else type_}")
    if lovlige and tekst not in lovlige:
        raise ValueError(f"«{tekst[:40]}» er ikke et av valgene {', '.join(lovlige)}")
    return tekst


def krev_kjente(kolonner: Iterable[str], kjente: Iterable[str], sti: Path) -> None:
    """Raises Samlefeil for columns that mean nothing, with the nearest name that does."""
    kjente = list(kjente)
    feil = []
    for navn in kolonner:
        if navn not in kjente:
            nær = difflib.get_close_matches(navn, kjente, 1)
            feil.append(Ordningsfeil(f"Kolonnen «{navn}» er ukjent.", f"{sti}, linje 1",
                                     f"Mente du «{nær[0]}»?" if nær else f"Kjente kolonner: {', '.join(kjente)}.", IKKE_GJORT, kode=2))
    if feil:
        raise Samlefeil(feil)


def les_inntekter(sti: Path | None, saker: pd.Series) -> pd.DataFrame:
    """The income rows of the cases as the canonical table with `sak_nr`. Columns: sak, maaned, beloep, virksomhet and
    optionally the other canonical ones; inntekt_type is Loennsinntekt and beskrivelse fastloenn where they are left out."""
    if sti is None or not sti.exists():
        tom = INNTEKT.ramme({n: [] for n in INNTEKT.navnene})
        return tom.assign(sak_nr=pd.array([], dtype="int64"))
    tabell = les_tabell(sti)
    kjente = [*INNTEKT.navnene, *(k.navn for k in INNTEKT.tillegg)]
    krev_kjente(tabell.columns, ["sak", "beloep", *kjente], sti)
    if mangler := [n for n in ("sak", "maaned", "beloep", "virksomhet") if n not in tabell]:
        raise Ordningsfeil(f"Kolonnen {', '.join(mangler)} mangler.", f"{sti}, linje 1", "Legg den til.", IKKE_GJORT)
    nr = pd.Index(saker).get_indexer(tabell["sak"].str.strip())
    feil = [Ordningsfeil(f"Saken «{tabell['sak'].iloc[i]}» finnes ikke i saksfilen.", f"{sti}, linje {tabell.index[i]}",
                         "Bruk samme sak i begge filene.", IKKE_GJORT) for i in (nr < 0).nonzero()[0][:50]]
    data = {n: tabell[n].str.strip().replace("", pd.NA) for n in tabell.columns if n in kjente}
    data |= {"rad_id": range(len(tabell)), "ident": tabell["sak"], "kilde_linje": tabell.index}
    data["maaned"] = _kolonne(tabell["maaned"].str.strip().map(lambda m: f"{m}-01" if len(m) == 7 else m), "dato", (), "maaned", sti, feil)
    data["beloep_ore"] = _kolonne(tabell["beloep"].str.strip(), "kroner", (), "beloep", sti, feil)
    if feil:
        raise Samlefeil(feil)
    for navn, standard in (("inntekt_type", "Loennsinntekt"), ("beskrivelse", "fastloenn")):
        data[navn] = data[navn].fillna(standard) if navn in data else pd.Series(standard, index=tabell.index)
    data.setdefault("opplysningspliktig", data["virksomhet"])
    return INNTEKT.ramme(pd.DataFrame(data, index=tabell.index)).assign(sak_nr=nr)
