"""Parquet with canonical columns. A file that already is the canonical table never becomes Python rows.

The unit that is counted is the row; `linje` is the number of the row, from 1. Amounts as binary floats and persons as
numbers stop the file: such a file has lost something before it came here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import types as t

from kjerne.innhenting.flat import KRONER, les_rader, radbytes, sjekk_form
from kjerne.innhenting.lesning import ARROW, Fremdrift, Samler
from kjerne.innhenting.tolk import Tolk
from kjerne.kontrakt.feil import FRA_FIL, Ordningsfeil
from kjerne.kontrakt.kodeverk import FRA_V1
from kjerne.kontrakt.linjefil import Karantene
from kjerne.kontrakt.tabeller import INNTEKT, PERSONER, Tabellform
from kjerne.kontrakt.verdier import nfc


def kolonnenavn(sti: Path) -> list[str]:
    return [nfc(n) for n in _aapnet(sti, pq.read_schema).names]


def les_parquet(
    sti: Path, form: Tabellform, tolk: Tolk, samler: Samler, karantene: Karantene, fremdrift: Fremdrift | None
) -> tuple[int, int]:
    """Parquet → (rows in, rows accepted). Raises Ordningsfeil for a damaged file and for columns that cannot be
    right."""
    tabell = _aapnet(sti, pq.read_table)
    navnene = [nfc(n) for n in tabell.column_names]
    sjekk_form(navnene, form, sti)
    tabell = tabell.rename_columns(navnene)
    if form is PERSONER:
        navnene = [n for n in navnene if n in form.navnene]
        tabell = tabell.select(navnene)
    _sjekk_typer(tabell.schema, form, sti)
    if _er_kanonisk(tabell.schema, form):
        inn, godtatt = _rett_inn(tabell, form, tolk, samler, karantene)
    else:
        inn, godtatt = les_rader(navnene, _rader(tabell), form, tolk, samler, karantene)
    if fremdrift:
        fremdrift(sti.stat().st_size, sti.stat().st_size)
    return inn, godtatt


def _aapnet(sti: Path, les: Callable[[Path], Any]) -> Any:
    try:
        return les(sti)
    except (pa.ArrowException, OSError):
        raise Ordningsfeil("Parquet-filen er skadet eller avkortet.", str(sti), "Hent filen på nytt.", FRA_FIL) from None


def _rader(tabell: pa.Table) -> Iterator[tuple]:
    for bit in tabell.to_batches(max_chunksize=50_000):
        yield from zip(*(kolonne.to_pylist() for kolonne in bit.columns), strict=True)


def _sjekk_typer(skjema: pa.Schema, form: Tabellform, sti: Path) -> None:
    for navn in (KRONER, "beloep_ore"):
        if navn in skjema.names and t.is_floating(skjema.field(navn).type):
            raise Ordningsfeil(
                f"Kolonnen «{navn}» er lagret som flyttall, og da kan ører være borte.",
                str(sti),
                "Lagre beloep_ore som heltall (øre), eller beloep som desimaltall eller tekst (kroner).",
                FRA_FIL,
            )
    if t.is_integer(skjema.field("ident").type) or t.is_floating(skjema.field("ident").type):
        raise Ordningsfeil(
            "Kolonnen «ident» er lagret som tall, og da kan innledende null være borte.",
            str(sti),
            "Lagre ident som tekst.",
            FRA_FIL,
        )


def _er_kanonisk(skjema: pa.Schema, form: Tabellform) -> bool:
    def tekst(d: pa.DataType) -> bool:
        return t.is_string(d) or t.is_large_string(d) or (t.is_dictionary(d) and tekst(d.value_type)) or t.is_null(d)

    passer = {
        "tekst": tekst,
        "kode": tekst,
        "heltall": t.is_integer,
        "ore": t.is_integer,
        "tall": t.is_floating,
        "dato": t.is_temporal,
        "maaned": t.is_temporal,
        "tid": lambda d: t.is_timestamp(d) and d.tz is not None,
        "ja_nei": t.is_boolean,
    }
    typer = {k.navn: k.type for k in form.kolonner}
    return KRONER not in skjema.names and all(
        t.is_null(f.type) or (passer[typer[f.name]](f.type) and not t.is_time(f.type) and not t.is_duration(f.type))
        for f in skjema
    )


def _rett_inn(tabell: pa.Table, form: Tabellform, tolk: Tolk, samler: Samler, karantene: Karantene) -> tuple[int, int]:
    """The canonical table, column by column. Rows without a person or a month, or with NUL in a text, are
    quarantined."""
    kolonner = {k.navn: _kolonne(tabell, k.navn, k.type) for k in form.kolonner if k.navn != "rad_id"}
    if form is INNTEKT:
        kolonner["maaned"] = pc.floor_temporal(kolonner["maaned"], unit="month").cast(ARROW["maaned"])
        kolonner["inntekt_type"] = _fra_v1(kolonner["inntekt_type"])
    ident = kolonner["ident"]
    lesbar = pc.and_(pc.ascii_is_alnum(ident), pc.less_equal(pc.binary_length(ident), 20))
    feil = {"personnummeret mangler eller kan ikke leses": pc.invert(lesbar.fill_null(False))}
    if "maaned" in kolonner:
        feil["måneden mangler"] = pc.is_null(kolonner["maaned"])
    for k in form.kolonner:
        if k.type not in ("tekst", "kode") or _er_ren_ordbok(kolonner[k.navn]):
            continue
        if pc.any(har := pc.match_substring(kolonner[k.navn], "\x00")).as_py():
            feil[f"{k.navn} inneholder NUL"] = har.fill_null(False)
    ut = pa.table(kolonner)
    ut = ut.set_column(ut.num_columns - 1, "kilde_linje", _linjenummer(ut["kilde_linje"]))
    darlig = pa.chunked_array([pa.array([False] * ut.num_rows, pa.bool_())])
    for maske in feil.values():
        darlig = pc.or_(darlig, maske)
    for nr in pc.indices_nonzero(darlig).to_pylist():
        grunn = ", ".join(g for g, maske in feil.items() if maske[nr].as_py())
        rad = [kolonne[nr].as_py() for kolonne in tabell.columns]
        karantene.legg(nr + 1, f"rad nr. {nr + 1} i filen: {grunn}", radbytes(tabell.column_names, rad))
    if len(karantene):
        ut = ut.filter(pc.invert(darlig))
    if form is INNTEKT and (uten := ut["beloep_ore"].null_count):
        tolk.uleselig["beløp"] += uten
    samler.legg_tabell(ut)
    return tabell.num_rows, ut.num_rows


def _kolonne(tabell: pa.Table, navn: str, type_: str) -> pa.ChunkedArray:
    if navn not in tabell.column_names:
        return pa.chunked_array([pa.nulls(tabell.num_rows, ARROW[type_])])
    kolonne = tabell[navn]
    if type_ == "kode":
        if not t.is_dictionary(kolonne.type):
            kolonne = kolonne.cast(pa.string()).dictionary_encode()
        if _er_ren_ordbok(kolonne):
            return kolonne
    if type_ in ("tekst", "kode"):
        kolonne = kolonne.cast(pa.string())
        tom = pc.equal(kolonne, "")
        return pc.if_else(tom, None, kolonne) if pc.any(tom).as_py() else kolonne
    if t.is_timestamp(kolonne.type) and kolonne.type.tz is not None and type_ != "tid":
        kolonne = pc.local_timestamp(kolonne)
    kolonne = kolonne.cast(ARROW[type_], safe=type_ not in ("dato", "maaned", "tid"))
    return pc.floor_temporal(kolonne, unit="day") if type_ == "dato" else kolonne


def _er_ren_ordbok(kolonne: pa.ChunkedArray) -> bool:
    """Codes with nothing to mend in any of their few values, so that the million rows need not be looked at."""
    if not t.is_dictionary(kolonne.type):
        return False
    verdier = {v for bit in kolonne.chunks for v in bit.dictionary.to_pylist()}
    return not any(not v or "\x00" in v or v in FRA_V1 for v in verdier)


def _fra_v1(kolonne: pa.ChunkedArray) -> pa.ChunkedArray:
    if t.is_dictionary(kolonne.type) or not pc.any(pc.is_in(kolonne, pa.array(list(FRA_V1)))).as_py():
        return kolonne
    for gammel, ny in FRA_V1.items():
        kolonne = pc.if_else(pc.equal(kolonne, gammel), ny, kolonne)
    return kolonne


def _linjenummer(kolonne: pa.ChunkedArray) -> pa.ChunkedArray:
    """The line of the first source where the file still knows it, else the number of the row."""
    return (
        pc.coalesce(kolonne, pa.chunked_array([pa.array(range(1, len(kolonne) + 1), pa.int64())]))
        if kolonne.null_count
        else kolonne
    )
