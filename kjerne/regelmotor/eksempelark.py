"""The examples as an Excel workbook, for jurists: dates and per cents are Excel's own, choices are lists, nothing is a formula.

`skriv_ark` makes the workbook; kjerne.regelmotor.eksempelark_les reads it back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from kjerne.kontrakt import verdier
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.tabeller import INNTEKT
from kjerne.regelmotor.eksempler import FASTE, les_eksempler
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.saksfil import les_tabell
from kjerne.regelmotor.sporing import UTFALL

SAKER, INNTEKTER, LISTER, HJELP = "Saker", "Inntekter", "Lister", "Les meg"
FILER = {SAKER: "saker.csv", INNTEKTER: "inntekter.csv"}
INNTEKTSKOLONNER = ("sak", "maaned", "beloep", "virksomhet", "inntekt_type", "beskrivelse")  # where there is no file yet
EKSTRA = 200  # empty rows that are ready to be filled in
TYPENAVN = {"dato": "dato", "maaned": "måned", "heltall": "helt tall", "tall": "tall", "kroner": "kroner", "prosent": "prosent",
            "ja_nei": "ja eller nei", "valg": "velg fra listen", "orgnr": "organisasjonsnummer", "kontonummer": "kontonummer"}  # fmt: skip
_FAKTA, _FASIT, _FAST = "DCE6F5", "DDF0DC", "EDEDED"  # light blue, light green, grey: black text stands on all
_FARGENAVN = ((_FAST, "Grå: navnet på saken, hjemmel og beskrivelse"), (_FAKTA, "Blå: fakta i saken. Tomt er ukjent"),
              (_FASIT, "Grønn: svaret som reglene skal gi. Tomt er ikke prøvd"))  # fmt: skip


@dataclass(frozen=True)
class Kolonnetype:
    """What stands in a column: its type, the answers that may be chosen, and whether it is the expected answer."""

    type: str
    valg: tuple[str, ...] = ()
    fasit: bool = False
    tekst: str = ""


LESERE: dict[str, Callable[[str], Any]] = {
    "dato": verdier.dato, "maaned": verdier.maaned, "heltall": verdier.heltall, "tall": verdier.desimal, "prosent": verdier.prosent,
    "kroner": lambda t: None if (ore := verdier.ore(t)) is None else Decimal(ore) / 100, "ja_nei": verdier.ja_nei,
}  # fmt: skip


def sakskolonner(verk: Regelverk) -> dict[str, Kolonnetype]:
    """Every column that saker.csv may have."""
    felt = {f.navn: f for f in verk.manifest.felt}
    ut = {n: Kolonnetype("tekst", fasit=n in ("avgjørende", "mangler")) for n in FASTE}
    ut["forventet"] = Kolonnetype("valg", UTFALL[:3], True, "Utfallet")
    ut["beløp"] = Kolonnetype("kroner", fasit=True, tekst="Summen i kroner")
    for navn, type_ in verk.fakta.items():
        f = felt.get(navn)
        ut[navn] = Kolonnetype(type_, ("ja", "nei") if type_ == "ja_nei" else f.valg if f else (), tekst=f.nb if f else "")
    for r in verk.regler.values():
        type_ = {"dato": "dato", "ja/nei": "ja_nei", "kode": "tekst"}.get(r.enhet, "tall")
        ut[r.navn] = Kolonnetype(type_, ("ja", "nei") if type_ == "ja_nei" else (), True, r.tekst)
    return ut


def inntektskolonner() -> dict[str, Kolonnetype]:
    """Every column that inntekter.csv may have."""
    typer = {"dato": "dato", "maaned": "maaned"}
    ut = {k.navn: Kolonnetype(typer.get(k.type, "tekst")) for k in (*INNTEKT.kolonner, *INNTEKT.tillegg)}
    return ut | {"sak": Kolonnetype("tekst"), "beloep": Kolonnetype("kroner")}


def fil(verk: Regelverk, ark: str) -> Path:
    return verk.mappe / "eksempler" / FILER[ark]


def tabell_for(verk: Regelverk, ark: str) -> pd.DataFrame:
    """The file as text, or the empty table that it begins as."""
    if fil(verk, ark).exists():
        return les_tabell(fil(verk, ark))
    navn = INNTEKTSKOLONNER if ark == INNTEKTER else (*FASTE[:3], *verk.fakta, *FASTE[3:])
    return pd.DataFrame({n: pd.Series([], dtype=object) for n in navn})


def skriv_ark(verk: Regelverk, sti: Path) -> int:
    """Writes the workbook and returns the number of cases. Raises Ordningsfeil when the examples cannot be read, when the file
    is there already (it may be somebody's work), and when a text cannot stand in a cell."""
    from openpyxl import Workbook

    if sti.exists():
        raise Ordningsfeil("Filen finnes fra før.", str(sti), "Velg et annet navn, eller flytt filen.", "Ingenting er skrevet.", kode=2)
    if fil(verk, SAKER).exists():
        les_eksempler(verk)
    bok = Workbook()
    bok.remove(bok.active)
    saker = tabell_for(verk, SAKER)
    _skriv(bok, SAKER, saker, sakskolonner(verk), sti)
    _skriv(bok, INNTEKTER, tabell_for(verk, INNTEKTER), inntektskolonner(), sti)
    _hjelp(bok, verk, saker)
    bok[LISTER].sheet_state = "hidden"
    bok.move_sheet(LISTER, len(bok.sheetnames))
    bok.save(sti)
    return len(saker)


def _skriv(bok, ark: str, tabell: pd.DataFrame, typer: Mapping[str, Kolonnetype], sti: Path) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    blad = bok.create_sheet(ark)
    for nr, navn in enumerate(tabell.columns, 1):
        k = typer.get(navn, Kolonnetype("tekst"))
        hode = skriv_tekst(blad.cell(1, nr), navn, sti)
        hode.font, hode.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        farge = _FASIT if k.fasit else _FAST if navn in FASTE or ark == INNTEKTER and navn == "sak" else _FAKTA
        hode.fill = PatternFill("solid", fgColor=farge)
        for rad, tekst in enumerate([*tabell[navn], *[""] * EKSTRA], 2):
            celle = blad.cell(rad, nr)
            sett_celle(celle, tekst, k.type, sti)
            if k.fasit:
                celle.fill = PatternFill("solid", fgColor=_FASIT)
        bredde = max([len(navn), *(len(t) for t in tabell[navn])], default=10)
        blad.column_dimensions[get_column_letter(nr)].width = min(max(9, bredde + 2), 48 if navn == "beskrivelse" else 26)
        _liste(bok, blad, nr, k, len(tabell) + EKSTRA + 1)
    blad.freeze_panes = "B2"
    blad.row_dimensions[1].height = 32
    blad.auto_filter.ref = f"A1:{get_column_letter(max(1, len(tabell.columns)))}{len(tabell) + 1}"


def _liste(bok, blad, nr: int, k: Kolonnetype, siste: int) -> None:
    """A drop-down list. Its answers stand in a hidden sheet, since a list in the cell itself has no room for commas."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    lister = bok[LISTER] if LISTER in bok.sheetnames else bok.create_sheet(LISTER)
    if not k.valg:
        return
    kjente = {tuple(c.value for c in kol if c.value is not None): kol[0].column_letter for kol in lister.iter_cols()}
    if k.valg not in kjente:
        ny = 1 if lister.cell(1, 1).value is None else lister.max_column + 1
        for rad, valg in enumerate(k.valg, 1):
            skriv_tekst(lister.cell(rad, ny), valg, Path(LISTER))
        kjente[k.valg] = get_column_letter(ny)
    bokstav = kjente[k.valg]
    kontroll = DataValidation("list", formula1=f"{LISTER}!${bokstav}$1:${bokstav}${len(k.valg)}", allow_blank=True, showErrorMessage=True)
    kontroll.errorTitle, kontroll.error = "Ikke et av valgene", f"Velg {', '.join(k.valg)[:200]}, eller la cellen stå tom."
    kontroll.add(f"{get_column_letter(nr)}2:{get_column_letter(nr)}{siste}")
    blad.add_data_validation(kontroll)


def sett_celle(celle, tekst: str, type_: str, sti: Path) -> None:
    """The text as the value it stands for, in Excel's own type; what cannot be read stays text."""
    celle.number_format = {"dato": "dd.mm.yyyy", "maaned": "yyyy-mm", "heltall": "0", "kroner": "#,##0.00", "prosent": "0.0%",
                           "tall": "General"}.get(type_, "@")  # fmt: skip
    if not tekst:
        return
    try:
        verdi = LESERE[type_](tekst) if type_ in LESERE else None
    except ValueError:
        verdi = None
    if verdi is None or isinstance(verdi, bool):
        skriv_tekst(celle, tekst, sti)
    elif isinstance(verdi, dt.date):
        celle.value = verdi
        celle.number_format = {"dato": "dd.mm.yyyy", "maaned": "yyyy-mm"}[type_]
    else:
        celle.value = int(verdi) if verdi == int(verdi) else float(verdi)
        celle.number_format = _tallformat(type_, Decimal(verdi))


def _tallformat(type_: str, verdi: Decimal) -> str:
    """As many decimals as the number has; Excel in Norwegian writes them with comma and a space between thousands."""
    if type_ == "prosent":
        verdi *= 100
    desimaler = max(0, -verdi.normalize().as_tuple().exponent)
    hale = f".{'0' * (2 if type_ == 'kroner' and desimaler else desimaler)}" if desimaler else ""
    return {"prosent": f"0{hale}%", "kroner": f"#,##0{hale}", "heltall": "0"}.get(type_, "General")


def skriv_tekst(celle, tekst: str, sti: Path):
    """Text that is text whatever it begins with: never a formula, never an error value. Raises Ordningsfeil."""
    from openpyxl.utils.exceptions import IllegalCharacterError

    try:
        celle.value = tekst
    except IllegalCharacterError:
        raise Ordningsfeil("Teksten inneholder et styretegn som ikke kan stå i Excel.", f"{sti}, celle {celle.coordinate}",
                           "Fjern tegnet i CSV-filen.", "Ingenting er skrevet.") from None
    celle.data_type = "s"
    celle.quotePrefix = tekst[:1] in ("=", "+", "-", "@", "'")
    return celle


def _hjelp(bok, verk: Regelverk, saker: pd.DataFrame) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    blad = bok.create_sheet(HJELP)
    linjer = [f"Eksempler for {verk.manifest.navn.nb}", "Én sak per rad. Skriv i arkene Saker og Inntekter; dette arket blir ikke lest.",
              f"Les inn igjen med: ordning eksempler {verk.id} --fra-excel FIL"]  # fmt: skip
    for nr, tekst in enumerate(linjer, 1):
        skriv_tekst(blad.cell(nr, 1), tekst, Path(HJELP)).font = Font(bold=nr == 1)
    for nr, (farge, tekst) in enumerate(_FARGENAVN, len(linjer) + 2):
        skriv_tekst(blad.cell(nr, 1), tekst, Path(HJELP)).fill = PatternFill("solid", fgColor=farge)
    typer, start = sakskolonner(verk), len(linjer) + len(_FARGENAVN) + 3
    for nr, hode in enumerate(("Kolonne", "Hva som skal stå", "Betyr"), 1):
        skriv_tekst(blad.cell(start, nr), hode, Path(HJELP)).font = Font(bold=True)
    for rad, navn in enumerate(saker.columns, start + 1):
        k = typer.get(navn, Kolonnetype("tekst"))
        for nr, tekst in enumerate((navn, TYPENAVN.get(k.type, "tekst"), k.tekst), 1):
            skriv_tekst(blad.cell(rad, nr), tekst, Path(HJELP)).alignment = Alignment(wrap_text=nr == 3, vertical="top")
    for bokstav, bredde in (("A", 34), ("B", 22), ("C", 90)):
        blad.column_dimensions[bokstav].width = bredde
