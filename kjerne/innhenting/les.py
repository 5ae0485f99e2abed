"""The two readers of register data: income and employments, in every form we know, told apart by content."""

from __future__ import annotations

from pathlib import Path

from kjerne.innhenting import flat, jsonfil, kodemerknad, parquetfil, samtidig
from kjerne.innhenting.aareg_json import Arbeidsforholdleser
from kjerne.innhenting.inntekt_json import Inntektsleser
from kjerne.innhenting.lesning import Fremdrift, Lesning, Samler
from kjerne.innhenting.samtidig import uten_soppeltomming
from kjerne.innhenting.tolk import Tolk
from kjerne.kontrakt import linjefil
from kjerne.kontrakt.feil import FRA_FIL, Ordningsfeil
from kjerne.kontrakt.linjefil import Karantene
from kjerne.kontrakt.tabeller import ARBEIDSFORHOLD, INNTEKT, PERMITTERING, PERSONER, Tabellform

JsonLeser = Inntektsleser | Arbeidsforholdleser


def les_inntekt(sti: Path, fremdrift: Fremdrift | None = None, filternavn: str | None = None) -> Lesning:
    """Income from Inntektskomponenten (JSON, JSON Lines), CSV or Parquet → the canonical table `inntekt`.

    The unit of linjer_inn: JSON Lines a line, one JSON document a report, CSV and Parquet a row (jsonfil, flat,
    parquetfil). A row without a readable amount is kept with beloep_ore missing. `filternavn` chooses among the legal
    filters of a bulk answer; a file with several and no choice is refused, since the same income stands under each.
    Raises Ordningsfeil.
    """
    sti = Path(sti)
    leser, samlere, karantene = Inntektsleser(filternavn), {"inntekt": Samler(INNTEKT)}, Karantene()
    slag = linjefil.filslag(sti)
    if slag == "json":
        inn, godtatt, format_ = _les_json(sti, "inntekt", leser, samlere, karantene, fremdrift)
        _sjekk_filtre(leser, sti)
    else:
        inn, godtatt = _les_flat(slag, sti, INNTEKT, leser.tolk, samlere["inntekt"], karantene, fremdrift)
        format_ = f"inntekt-{slag}"
    ramme = samlere["inntekt"].ramme()
    merknader = leser.merknader() + kodemerknad.ukjente(ramme, kodemerknad.KJENTE_I_INNTEKT)
    return Lesning({"inntekt": ramme}, karantene.ramme(), inn, godtatt, format_, linjefil.filhash(sti), merknader)


def les_arbeidsforhold(sti: Path, fremdrift: Fremdrift | None = None) -> Lesning:
    """Employments and layoffs from Aa-registeret v1 or v2 (JSON, JSON Lines), CSV or Parquet → both canonical tables.

    A flat file holds one of the tables, told by its columns; the other comes out empty. Units as in `les_inntekt`
    (one JSON document: an employment). Raises Ordningsfeil.
    """
    sti = Path(sti)
    leser, karantene = Arbeidsforholdleser(), Karantene()
    samlere = {"arbeidsforhold": Samler(ARBEIDSFORHOLD), "permittering": Samler(PERMITTERING)}
    slag = linjefil.filslag(sti)
    if slag == "json":
        inn, godtatt, format_ = _les_json(sti, "arbeidsforhold", leser, samlere, karantene, fremdrift)
    else:
        form = PERMITTERING if {"permittering_id", "art", "prosent"} & set(_kolonnenavn(slag, sti)) else ARBEIDSFORHOLD
        inn, godtatt = _les_flat(slag, sti, form, leser.tolk, samlere[form.navn], karantene, fremdrift)
        format_ = f"{form.navn}-{slag}"
    rammer = {navn: samler.ramme() for navn, samler in samlere.items()}
    merknader = leser.merknader() + kodemerknad.ukjente(rammer["permittering"], kodemerknad.KJENTE_I_PERMITTERING)
    return Lesning(rammer, karantene.ramme(), inn, godtatt, format_, linjefil.filhash(sti), merknader)


def les_personer(sti: Path, fremdrift: Fremdrift | None = None) -> Lesning:
    """Who is dead, from the population register: CSV or Parquet with ident and doedsdato; other columns are not read.

    Raises Ordningsfeil when a row cannot be read: a date of death that is passed over looks like life.
    """
    sti = Path(sti)
    leser, samler, karantene = Tolk(), Samler(PERSONER), Karantene()
    slag = linjefil.filslag(sti)
    if slag == "json" or "doedsdato" not in _kolonnenavn(slag, sti):
        raise Ordningsfeil(
            "Filen har ikke dødsdato.", str(sti), "Lever CSV eller Parquet med kolonnene ident og doedsdato.", FRA_FIL
        )
    inn, godtatt = _les_flat(slag, sti, PERSONER, leser, samler, karantene, fremdrift)
    if len(karantene):
        forste = karantene.ramme().iloc[0]
        raise Ordningsfeil(
            f"{len(karantene)} rader i folkeregisterfilen kan ikke leses, og da er det ikke kjent hvem som er død. "
            f"Den første: {forste['grunn']}.",
            f"{sti}, linje {forste['linje']}",
            "Hent filen på nytt, eller rett radene.",
            FRA_FIL,
        )
    return Lesning(
        {"personer": samler.ramme()}, karantene.ramme(), inn, godtatt, f"personer-{slag}", linjefil.filhash(sti), []
    )


def _les_json(
    sti: Path,
    navn: str,
    leser: JsonLeser,
    samlere: dict[str, Samler],
    karantene: Karantene,
    fremdrift: Fremdrift | None,
) -> tuple[int, int, str]:
    linjer = jsonfil.er_linjer(sti)
    les = samtidig.les_linjer if linjer else jsonfil.les_dokument
    with uten_soppeltomming():
        inn, godtatt = les(sti, leser, samlere, karantene, fremdrift)
    return inn, godtatt, "-".join([navn, "+".join(sorted(leser.former)) or "tom", "jsonl" if linjer else "json"])


def _les_flat(
    slag: str,
    sti: Path,
    form: Tabellform,
    tolk: Tolk,
    samler: Samler,
    karantene: Karantene,
    fremdrift: Fremdrift | None,
) -> tuple[int, int]:
    les = flat.les_csv if slag == "csv" else parquetfil.les_parquet
    with uten_soppeltomming():
        return les(sti, form, tolk, samler, karantene, fremdrift)


def _kolonnenavn(slag: str, sti: Path) -> list[str]:
    if slag == "csv":
        return linjefil.overskrift(next(linjefil.linjer(sti))[1], sti)[0]
    return parquetfil.kolonnenavn(sti)


def _sjekk_filtre(leser: Inntektsleser, sti: Path) -> None:
    if leser.filternavn is None and len(leser.filtre) > 1:
        raise Ordningsfeil(
            f"Filen har svar under {len(leser.filtre)} filtre, og samme inntekt kan stå under hvert av dem.",
            str(sti),
            f"Velg filteret som ordningen har hjemmel for: {', '.join(sorted(leser.filtre)[:10])}.",
            FRA_FIL,
        )
    if leser.filternavn is not None and leser.filtre and leser.filternavn not in leser.filtre:
        raise Ordningsfeil(
            f"Filen har ingen svar under filteret {leser.filternavn}.",
            str(sti),
            f"Filtre i filen: {', '.join(sorted(leser.filtre)[:10])}. Hent data under riktig filter.",
            FRA_FIL,
        )
