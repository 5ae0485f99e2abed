"""Income as Inntektskomponenten v2 answers, in JSON Lines: one answer `{"data": […]}` per person and line.

Texts are joined column by column in Arrow: as the rows lie in order, the joined column *is* the file. Fields without
a value are left out. Amounts are written from whole øre, so they are exact. Expects income in order of person and
month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kjerne.syntetisk.koder import AVVIKSTEKST

RADER_OM_GANGEN = 400_000
_TEKST = pa.large_string()


def inntekt_v2(inntekt: pd.DataFrame) -> Iterator[memoryview]:
    """The bytes of the file, some hundred thousand rows at a time, whole persons."""
    fra = 0
    ny = _ny(inntekt, ["ident"])
    starter = np.append(np.flatnonzero(ny), len(inntekt))
    while fra < len(inntekt):
        til = int(starter[np.searchsorted(starter, min(fra + RADER_OM_GANGEN, len(inntekt)))])
        yield _bytes(_rader(inntekt.iloc[fra:til]))
        fra = til


def _ny(ramme: pd.DataFrame, kolonner: list[str]) -> np.ndarray:
    """True where a row differs from the one before in any of the columns."""
    ut = np.zeros(len(ramme), dtype=bool)
    for k in kolonner:
        verdier = _arrow(ramme[k])
        ulik = pc.fill_null(pc.not_equal(verdier[1:], verdier[:-1]), False)
        ut[1:] |= np.asarray(ulik) | (np.asarray(verdier[1:].is_null()) != np.asarray(verdier[:-1].is_null()))
    ut[:1] = True
    return ut


def _rader(r: pd.DataFrame) -> pa.Array:
    person = _ny(r, ["ident"])
    element = person | _ny(r, ["maaned", "opplysningspliktig", "virksomhet", "registrert_tid"])
    ore = r["beloep_ore"].to_numpy(dtype=np.int64)
    return pc.binary_join_element_wise(
        _foran(r[element], person[element], element),
        _uten_tall(r, ore < 0),
        pa.array(np.abs(ore) // 100).cast(_TEKST),
        pa.array([f".{o:02d}" for o in range(100)], _TEKST).take(pa.array(np.abs(ore) % 100)),
        _verdier(r["antall"].astype(float), ',"antall":%s', lambda v: repr(v).removesuffix(".0")),
        _bak(r["avvik_koder"], np.append(element[1:], True), np.append(person[1:], True)),
        pa.scalar("", _TEKST),
    )


_UTEN_TALL = (
    "inntekt_type",
    "fordel",
    "beskrivelse",
    "inngaar_trekk",
    "utloeser_aga",
    "skatteregel",
    "opptjening_fom",
    "opptjening_tom",
    "tillegg_type",
    "spesielle_forhold",
    "tillegg_fom",
    "tillegg_tom",
)


def _uten_tall(r: pd.DataFrame, negativ: np.ndarray) -> pa.Array:
    """The row up to its amount. Few rows are different so far: each text is made once."""
    kode = negativ.astype(np.int64)
    for kolonne in _UTEN_TALL:
        nr, ulike = (
            (r[kolonne].cat.codes, r[kolonne].cat.categories)
            if r[kolonne].dtype == "category"
            else pd.factorize(r[kolonne])
        )
        kode = pd.factorize(kode * (len(ulike) + 1) + np.asarray(nr) + 1)[0]
    _, forste = np.unique(kode, return_index=True)
    tekster = [
        _tekst(minus, *v)
        for minus, v in zip(negativ[forste], r[list(_UTEN_TALL)].iloc[forste].itertuples(index=False), strict=True)
    ]
    return pa.array(tekster, _TEKST).take(pa.array(kode))


def _tekst(
    minus: bool,
    type_: object,
    fordel: object,
    beskrivelse: object,
    trekk: object,
    aga: object,
    skatt: object,
    opptjent_fom: object,
    opptjent_tom: object,
    tillegg: object,
    spesielle: object,
    fom: object,
    tom: object,
) -> str:
    def felt(*par: tuple[str, object]) -> str:
        return ",".join(f'"{navn}":{_json(verdi)}' for navn, verdi in par if not pd.isna(verdi))  # type: ignore[arg-type]

    forst = felt(
        ("type", type_),
        ("fordel", fordel),
        ("beskrivelse", beskrivelse),
        ("inngaarIGrunnlagForTrekk", trekk),
        ("utloeserArbeidsgiveravgift", aga),
        ("skatteOgAvgiftsregel", skatt),
        ("opptjeningsperiodeFom", opptjent_fom),
        ("opptjeningsperiodeTom", opptjent_tom),
    )
    ekstra = felt(("type", tillegg), ("spesielleInntjeningsforhold", spesielle), ("startdato", fom), ("sluttdato", tom))
    return f'{{{forst}{f""","tilleggsinformasjon":{{{ekstra}}}""" if ekstra else ""},"beloep":{"-" * bool(minus)}'


def _json(verdi: object) -> str:
    if isinstance(verdi, pd.Timestamp):
        return f'"{verdi:%Y-%m-%d}"'
    return f'"{verdi}"' if isinstance(verdi, str) else str(bool(verdi)).lower()


def _foran(forste: pd.DataFrame, person: np.ndarray, element: np.ndarray) -> pa.Array:
    """What stands before each row: the head of its element, or a comma."""
    hoder = pc.binary_join_element_wise(
        pa.array(np.where(person, '{"data":[{"maaned":"', ',{"maaned":"'), _TEKST),
        _verdier(forste["maaned"], "%s", lambda v: _dato(v)[:7]),
        pa.scalar('","opplysningspliktig":', _TEKST),
        _sitert(forste["opplysningspliktig"]),
        pa.scalar(',"underenhet":', _TEKST),
        _sitert(forste["virksomhet"]),
        pa.scalar(',"norskident":', _TEKST),
        _sitert(forste["ident"]),
        pa.scalar(',"oppsummeringstidspunkt":"', _TEKST),
        *_tidspunkt(forste["registrert_tid"]),
        pa.scalar('Z","inntektListe":[', _TEKST),
        pa.scalar("", _TEKST),
    )
    plass = np.where(element, np.cumsum(element) - 1, len(hoder))
    return pa.concat_arrays([hoder, pa.array([","], _TEKST)]).take(pa.array(plass))


def _bak(avvik: pd.Series, element: np.ndarray, person: np.ndarray) -> pa.Array:
    """What stands behind each row: nothing, or the end of the element, and of the person."""
    koder, navn = pd.factorize(avvik)
    lister = [",".join(_avvik(k) for k in n.split("|")) for n in navn] + [""]
    slutt = [f'}}],"forskuddstrekkListe":[],"avvikListe":[{liste}]}}' for liste in lister]
    alle = pa.array(["}", *slutt, *(s + "]}\n" for s in slutt)], _TEKST)
    nr = 1 + koder % len(lister) + len(lister) * person  # factorize says −1 for missing: the last list
    return alle.take(pa.array(np.where(element, nr, 0)))


def _avvik(kode: str) -> str:
    return f'{{"kode":"{kode}","tekst":"{AVVIKSTEKST.get(kode, "")}"}}'


def _verdier(serie: pd.Series, form: str, som_tekst: Callable[[Any], str]) -> pa.Array:
    """A column with few different values; missing becomes nothing."""
    nr, ulike = pd.factorize(serie)
    return pa.array([form % som_tekst(v) for v in ulike] + [""], _TEKST).take(pa.array(nr % (len(ulike) + 1)))


def _tidspunkt(serie: pd.Series) -> tuple[pa.Array, pa.Array]:
    """Date and time of day apart: few different values each, which is ten times faster than formatting every one.
    Whole seconds.
    """
    dager, sekunder = np.divmod(serie.to_numpy(dtype="datetime64[s]").astype(np.int64), 86_400)
    dag = _verdier(pd.Series(dager), "%sT", lambda d: str(np.datetime64(int(d), "D")))
    klokken = _verdier(pd.Series(sekunder), "%s", lambda t: f"{t // 3600:02d}:{t // 60 % 60:02d}:{t % 60:02d}")
    return dag, klokken


def _dato(verdi: pd.Timestamp) -> str:
    return pd.Timestamp(verdi).strftime("%Y-%m-%d")


def _sitert(serie: pd.Series) -> pa.Array:
    anforsel = pa.scalar('"', _TEKST)
    return pc.fill_null(pc.binary_join_element_wise(anforsel, _arrow(serie), anforsel, pa.scalar("", _TEKST)), "null")


def _arrow(serie: pd.Series) -> pa.Array:
    verdier = pa.array(serie, from_pandas=True)
    return verdier.combine_chunks() if isinstance(verdier, pa.ChunkedArray) else verdier


def _bytes(tekst: pa.Array) -> memoryview:
    """The joined column's own bytes, not copied."""
    tekst = tekst.combine_chunks() if isinstance(tekst, pa.ChunkedArray) else tekst
    _, grenser, innhold = tekst.buffers()
    fra = np.frombuffer(grenser, dtype=np.int64)[[tekst.offset, tekst.offset + len(tekst)]]
    return memoryview(innhold)[fra[0] : fra[1]]
