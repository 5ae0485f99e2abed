"""Reads the workbook of examples back. A cell that is as it was keeps the spelling it had, and a file that says the same is not
touched; a workbook with anything wrong changes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pandas as pd

from kjerne.kontrakt import verdier
from kjerne.kontrakt.feil import Ordningsfeil, Samlefeil
from kjerne.regelmotor.eksempelark import (
    FILER,
    INNTEKTER,
    LESERE,
    SAKER,
    TYPENAVN,
    Kolonnetype,
    fil,
    inntektskolonner,
    sakskolonner,
    tabell_for,
)  # fmt: skip
from kjerne.regelmotor.eksempler import les_saker
from kjerne.regelmotor.regelverk import Regelverk
from kjerne.regelmotor.saksskriving import linjer, skriv_tabell

IKKE_GJORT = "Eksemplene er ikke endret."
MAKS_BYTE, MAKS_RADER, MAKS_KOLONNER = 100 * 1024 * 1024, 20_000, 500


@dataclass(frozen=True)
class Lest:
    """One sheet as text. `rader[i]` is the row in the sheet that `tabell.iloc[i]` stands in, `bokstav` the letter of a column."""

    tabell: pd.DataFrame
    rader: list[int]
    bokstav: dict[str, str]


@dataclass(frozen=True)
class Innlest:
    """What the workbook changed: the files written, and how many cases are changed, new and gone."""

    skrevet: list[Path]
    saker: int
    endret: int
    nye: int
    borte: int


def les_ark(verk: Regelverk, sti: Path) -> Innlest:
    """Writes eksempler/saker.csv and inntekter.csv from the workbook. Raises Samlefeil with sheet and cell for every fault; then
    nothing is written."""
    bok = _aapne(sti)
    typer = {SAKER: sakskolonner(verk), INNTEKTER: inntektskolonner()}
    lest = {ark: _les(bok, ark, typer[ark], sti) for ark in FILER}
    gamle = {ark: tabell_for(verk, ark) for ark in FILER}
    nye = {ark: _som_skrevet(lest[ark].tabell, gamle[ark], typer[ark]) for ark in FILER}
    _prov(verk, nye, lest, sti)
    skrevet = [f for ark in FILER if (f := skriv_tabell(fil(verk, ark), nye[ark], gamle[ark])) is not None]
    foer, naa = (_per_sak(t[SAKER]) for t in (gamle, nye))
    endret = sum(naa[s] != foer[s] for s in naa.keys() & foer.keys())
    return Innlest(skrevet, len(naa), endret, len(naa.keys() - foer.keys()), len(foer.keys() - naa.keys()))


def _feil(hva: str, hvor: str, gjor: str) -> Ordningsfeil:
    return Ordningsfeil(hva, hvor, gjor, IKKE_GJORT, kode=2)


def _aapne(sti: Path):
    """The workbook. Raises Ordningsfeil for what is none, and for one that unpacks to more than examples can be."""
    import openpyxl

    if not sti.is_file():
        raise _feil("Filen finnes ikke.", str(sti), "Se etter skrivefeil i navnet.")
    try:
        with zipfile.ZipFile(sti) as arkiv:
            if sum(i.file_size for i in arkiv.infolist()) > MAKS_BYTE:
                raise _feil("Filen er for stor til å være eksempler.", str(sti), "Lag arket på nytt med --til-excel.")
            for navn in (n for n in arkiv.namelist() if n.endswith((".xml", ".rels"))):
                with arkiv.open(navn) as del_:
                    if b"<!" in del_.read(4096).replace(b"<!--", b"").replace(b"<![CDATA[", b""):
                        raise _feil("Filen har en XML-definisjon som Excel ikke lager.", str(sti), "Lag arket på nytt med --til-excel.")
        return openpyxl.load_workbook(sti, keep_links=False)
    except Ordningsfeil:
        raise
    except Exception:  # whatever the library makes of a spoilt file: to the reader it is one thing
        raise _feil("Filen er ikke et regneark som kan leses (.xlsx).", str(sti), "Lagre den som Excel-arbeidsbok (.xlsx).") from None


def _les(bok, ark: str, typer: Mapping[str, Kolonnetype], sti: Path) -> Lest:
    hvor = f"{sti}, arket {ark}"
    if ark not in bok.sheetnames:
        raise _feil(f"Arket {ark} mangler.", str(sti), f"Gi arket navnet {ark} igjen.")
    blad = bok[ark]
    if blad.max_row > MAKS_RADER or blad.max_column > MAKS_KOLONNER:
        raise _feil("Arket er for stort.", hvor, f"Slett det som står utenfor tabellen; høyst {MAKS_RADER} rader.")
    if blad.merged_cells.ranges:
        raise _feil("Celler er slått sammen.", f"{hvor}, {sorted(map(str, blad.merged_cells.ranges))[0]}", "Del dem igjen.")
    hode, *resten = list(blad.iter_rows()) or [()]
    navn = _overskrift(hode, hvor)
    feil: list[Ordningsfeil] = []
    rader, nummer = [], []
    for rad in resten:
        celler = []
        for celle, kolonne in zip(rad, navn, strict=True):
            try:
                celler.append(celletekst(celle, typer.get(kolonne, Kolonnetype("tekst")).type))
                if not kolonne and celler[-1]:
                    raise ValueError("kolonnen har ingen overskrift")
            except ValueError as grunn:
                feil.append(_feil(f"{str(grunn)[:1].upper()}{str(grunn)[1:]}.", f"{hvor}, celle {celle.coordinate}", "Rett cellen."))
        if any(c.strip() for c in celler) and len(celler) == len(navn):
            rader.append([c for c, k in zip(celler, navn, strict=True) if k])
            nummer.append(rad[0].row)
    if feil:
        raise Samlefeil(feil[:50])
    bokstav = {k: c.column_letter for c, k in zip(hode, navn, strict=True) if k}
    return Lest(pd.DataFrame(rader, columns=list(bokstav), dtype=object), nummer, bokstav)


def _overskrift(hode, hvor: str) -> list[str]:
    navn = ["" if c.value is None else verdier.nfc(str(c.value)) for c in hode]
    if not any(navn):
        raise _feil("Overskriften mangler.", f"{hvor}, rad 1", "Sett inn den første raden igjen.")
    if dobbelt := next((c for nr, c in enumerate(hode) if navn[nr] and navn[nr] in navn[:nr]), None):
        raise _feil(f"Kolonnen {dobbelt.value} står to ganger.", f"{hvor}, celle {dobbelt.coordinate}", "Fjern den ene.")
    return navn


def celletekst(celle, type_: str) -> str:
    """The cell as it is written in CSV. Raises ValueError for what is not a value of this column (Norwegian reason)."""
    verdi = celle.value
    if verdi is None:
        return ""
    if celle.data_type == "f":
        raise ValueError("cellen er en formel, og eksempler er verdier. Skriv verdien")
    if celle.data_type == "e":
        raise ValueError("cellen viser en feil fra Excel")
    if isinstance(verdi, bool):
        return "ja" if verdi else "nei"
    if isinstance(verdi, str):
        return unicodedata.normalize("NFC", verdi)
    if isinstance(verdi, dt.datetime | dt.date):
        return _dato(verdi, type_)
    if isinstance(verdi, int | float) and type_ not in ("dato", "maaned", "ja_nei"):
        return _tall(verdi, type_, celle.number_format)
    raise ValueError(f"cellen er {'et tall' if isinstance(verdi, int | float) else 'et klokkeslett'}, skal være {TYPENAVN[type_]}"
                     if type_ in TYPENAVN else "cellen er et klokkeslett, skal være tekst")  # fmt: skip


def _dato(verdi: dt.datetime | dt.date, type_: str) -> str:
    if type_ not in ("dato", "maaned"):
        raise ValueError(f"cellen er en dato, skal være {TYPENAVN.get(type_, 'tekst')}")
    if isinstance(verdi, dt.datetime) and verdi.time() != dt.time():
        raise ValueError("datoen har et klokkeslett")
    return f"{verdi:%Y-%m}" if type_ == "maaned" else f"{verdi:%d.%m.%Y}"


def _tall(verdi: float, type_: str, format_: str) -> str:
    """A number as it is shown: a share where the cell shows per cent. Twelve decimals are what Excel can be trusted with."""
    tall = round(Decimal(repr(verdi)), 12)
    if type_ == "prosent":
        return f"{_skriv_tall(tall * 100 if '%' in format_ else tall)} %"
    return _skriv_tall(tall)


def _skriv_tall(tall: Decimal) -> str:
    return f"{tall.normalize():f}".replace(".", ",")


def _som_skrevet(ny: pd.DataFrame, gammel: pd.DataFrame, typer: Mapping[str, Kolonnetype]) -> pd.DataFrame:
    """Every cell that says what the file said is spelt as the file spelt it."""
    foer = dict(zip(_nokler(gammel), gammel.to_dict("records"), strict=True))
    rader = []
    for nokkel, rad in zip(_nokler(ny), ny.to_dict("records"), strict=True):
        gml = foer.get(nokkel, {})
        rader.append({k: gml[k] if k in gml and _likt(gml[k], v, typer.get(k, Kolonnetype("tekst")).type) else v for k, v in rad.items()})
    return pd.DataFrame(rader, columns=ny.columns, dtype=object)


def _nokler(tabell: pd.DataFrame) -> list[tuple[str, int]]:
    """(case, its how-manieth row): what a row is known by when rows are moved."""
    sett: Counter[str] = Counter()
    ut = []
    for sak in tabell["sak"].str.strip() if "sak" in tabell else [""] * len(tabell):
        sett[sak] += 1
        ut.append((sak, sett[sak]))
    return ut


def _likt(foer: str, naa: str, type_: str) -> bool:
    if foer.replace("\r\n", "\n") == naa:  # a workbook has one kind of line break
        return True
    try:
        return type_ in LESERE and LESERE[type_](foer) == LESERE[type_](naa)
    except ValueError:
        return False


def _prov(verk: Regelverk, nye: dict[str, pd.DataFrame], lest: dict[str, Lest], sti: Path) -> None:
    """Reads what would be written, as `ordning eksempler` will. Raises with sheet and cell instead of file and line."""
    with tempfile.TemporaryDirectory(prefix="ordning-ark-") as mappe:
        stier = {ark: Path(mappe) / navn for ark, navn in FILER.items()}
        for ark, tmp in stier.items():
            tmp.write_text(linjer([list(nye[ark].columns), *nye[ark].to_numpy().tolist()], ";"), "utf-8")
        try:
            les_saker(verk, stier[SAKER], stier[INNTEKTER])
        except Ordningsfeil as feil:
            alle = feil.feil if isinstance(feil, Samlefeil) else [feil]
            raise Samlefeil([_i_arket(f, stier, nye, lest, sti) for f in alle]) from None


def _i_arket(feil: Ordningsfeil, stier: dict[str, Path], nye: dict[str, pd.DataFrame], lest: dict[str, Lest], sti: Path) -> Ordningsfeil:
    hvor = str(sti)
    ark = next((a for a, tmp in stier.items() if str(tmp) in feil.hvor), None)
    if ark and (treff := re.search(r"linje (\d+)(?:, kolonne (\S+))?$", feil.hvor)):
        rad = _arkrad(int(treff[1]), nye[ark], lest[ark].rader)
        celle = f"celle {lest[ark].bokstav[treff[2]]}{rad}" if treff[2] in lest[ark].bokstav else f"rad {rad}"
        hvor = f"{sti}, arket {ark}, {celle}" + (f" ({treff[2]})" if treff[2] else "")
    elif ark:
        hvor = f"{sti}, arket {ark}"
    return replace(feil, hvor=hvor, gjor_dette=feil.gjor_dette.replace("CSV-filen", "arket"), ikke_gjort=IKKE_GJORT)


def _arkrad(linje: int, tabell: pd.DataFrame, rader: list[int]) -> int:
    """The row in the sheet of a line in the file; a text with line breaks takes several lines, and is named by its last."""
    if linje <= 1 or not rader:
        return 1
    nr = 1
    for plass, celler in enumerate(tabell.to_numpy().tolist()):
        nr += 1 + sum(c.count("\n") for c in celler)
        if linje <= nr:
            return rader[plass]
    return rader[-1]


def _per_sak(tabell: pd.DataFrame) -> dict[str, tuple]:
    return {nokkel[0]: tuple(sorted(rad.items())) for nokkel, rad in zip(_nokler(tabell), tabell.to_dict("records"), strict=True)}
