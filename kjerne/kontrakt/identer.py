"""Numbers that name people, organisations and bank accounts: are they well formed, what kind, real or synthetic.

Only ASCII digits count; full-width or Arabic digits are refused. Every check exists for one text and for a column.
A person's number is accepted by the rule of 1964 (the first control sum leaves 0) and by the rule of 2032 (it leaves
0–3; Skatteetaten, "nytt fødselsnummer 2032"). The month tells the kind: +20 NPID, +40 Dolly (or a hospital's H-number,
which cannot be told apart, so it counts as synthetic), +60 synthetic NPID, +65 NHN, +80 Tenor; day +40 is a D-number.
A felles hjelpenummer (first digit 8 or 9) is refused: nobody can be paid by it. Sex is never derived. A birth date is
given only where the number says it clearly; otherwise it is unknown.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_K1 = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0)
_K2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_ORGNR = (3, 2, 7, 6, 5, 4, 3, 2, 1)
_PERSONVEKTER = np.array([_K1, _K2], dtype=np.int16).T
PLASSHOLDERE = frozenset({"999999999", "888888888", "000000000"})
_ELLEVE = re.compile(r"\d{11}", re.ASCII)
_NI = re.compile(r"\d{9}", re.ASCII)
_SKILLETEGN = re.compile("[. \u00a0\u202f]")
_DAGER = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # 29 February is checked against the year
_TILLEGG = (0, 20, 40, 60, 65, 80)
# The longest month that a written month 00–99 can mean (66–72 can mean two); 0 = means nothing
_LENGDE = np.array(
    [max((_DAGER[m - t - 1] for t in _TILLEGG if 1 <= m - t <= 12), default=0) for m in range(100)], dtype=np.int16
)
_MULIGE = [[m - t for t in _TILLEGG if 1 <= m - t <= 12] for m in range(100)]
_MAANED = np.array([m[0] if len(m) == 1 else 0 for m in _MULIGE])  # the only month that a written month can mean; 0 = none
_ORGNR_FORSTE, _ORGNR_ANTALL = 8_100_000, 7_000_000
_KONTO_FORSTE, _KONTO_ANTALL = 100_000_000, 8_000_000_000


@dataclass(frozen=True)
class Ident:
    """A well-formed person's number. `fodselsdato` is what the number says, None where it does not say it clearly."""

    tekst: str = field(repr=False)
    art: Literal["fnr", "dnr", "npid"]
    syntetisk: bool
    fodselsdato: dt.date | None = field(repr=False)
    regel: Literal[1964, 2032]


def les_ident(tekst: str) -> Ident:
    """Reads a person's number. Raises ValueError with a reason in Norwegian that never repeats the number."""
    if not _ELLEVE.fullmatch(tekst):
        raise ValueError("fødselsnummeret har ikke elleve sifre")
    s = [int(c) for c in tekst]
    rest = _vektet(s, _K1)
    if rest > 3 or _vektet(s, _K2):
        raise ValueError("kontrollsifrene i fødselsnummeret stemmer ikke")
    dag, mnd, aar = s[0] * 10 + s[1], s[2] * 10 + s[3], s[4] * 10 + s[5]
    d_nummer = 40 < dag <= 71
    dag -= 40 * d_nummer
    if not 1 <= dag <= _LENGDE[mnd] or (dag == 29 and mnd in _FEBRUAR and aar % 4):
        raise ValueError("fødselsdatoen i fødselsnummeret finnes ikke")
    npid = 21 <= mnd <= 32 or 61 <= mnd <= 72
    art: Literal["fnr", "dnr", "npid"] = "npid" if npid else "dnr" if d_nummer else "fnr"
    regel: Literal[1964, 2032] = 2032 if rest else 1964
    return Ident(tekst, art, mnd > 40, _fodselsdato(dag, mnd, aar, int(tekst[6:9])) if regel == 1964 else None, regel)


def _fodselsdato(dag: int, mnd: int, aar: int, individnummer: int) -> dt.date | None:
    """By the allocation of 1964; None where month or century is not clear."""
    if individnummer < 500 or (individnummer >= 900 and aar >= 40):
        hundre = 1900
    elif aar < 40:
        hundre = 2000
    else:
        return None
    try:
        return dt.date(hundre + aar, int(_MAANED[mnd]), dag)  # month 0, not clear, is no date
    except ValueError:
        return None


def er_ident(tekst: str) -> bool:
    try:
        les_ident(tekst)
    except ValueError:
        return False
    return True


def er_syntetisk(tekst: str) -> bool:
    """A valid number of a person who does not exist."""
    return er_ident(tekst) and int(tekst[2:4]) > 40


def er_orgnr(tekst: str) -> bool:
    """Nine digits, first 8 or 9, mod 11, and not one of the numbers that people write when they have none."""
    return (
        bool(_NI.fullmatch(tekst))
        and tekst[0] in "89"
        and tekst not in PLASSHOLDERE
        and not _vektet([int(c) for c in tekst], _ORGNR)
    )


def normaliser_konto(tekst: str) -> str:
    """The account as it is stored and sent: without dots and spaces. Checks nothing: see er_kontonr."""
    return _SKILLETEGN.sub("", tekst)


def er_kontonr(tekst: str) -> bool:
    """Eleven digits (dots and spaces may stand between them), mod 11, not 0000 first."""
    ren = normaliser_konto(tekst)
    return bool(_ELLEVE.fullmatch(ren)) and ren[:4] != "0000" and not _vektet([int(c) for c in ren], _K2)


def _vektet(sifre: list[int], vekter: tuple[int, ...]) -> int:
    return sum(s * v for s, v in zip(sifre, vekter, strict=True)) % 11


_FEBRUAR = frozenset(2 + t for t in _TILLEGG if t != 65)  # 67 is also July, so it is no certain February


# --- Whole columns -------------------------------------------------------------------------------------------------


def gyldige_identer(serie: pd.Series) -> np.ndarray:
    """True where the text is a valid person's number (real or synthetic). Missing is False."""
    return _per_person(serie)[0]


def syntetiske_identer(serie: pd.Series) -> np.ndarray:
    """True where the text is a valid number of a person who does not exist."""
    gyldig, maaned = _per_person(serie)
    return gyldig & (maaned > 40)


def fodselsdatoer(serie: pd.Series) -> np.ndarray:
    """The birth date that each number says (datetime64[D]), NaT where it says none clearly: `Ident.fodselsdato` for a column."""
    sifre, _ = _sifre(serie, 11)
    dag, mnd, aar = (sifre[:, k].astype("int64") * 10 + sifre[:, k + 1] for k in (0, 2, 4))
    individ = sifre[:, 6:9] @ np.array((100, 10, 1), dtype="int64")
    hundre = np.where((individ < 500) | ((individ >= 900) & (aar >= 40)), 1900, np.where(aar < 40, 2000, 0))
    dag = np.where((dag > 40) & (dag <= 71), dag - 40, dag)
    forste = ((hundre + aar - 1970) * 12 + _MAANED[mnd] - 1).astype("datetime64[M]")
    dato = forste.astype("datetime64[D]") + (dag - 1)
    klar = gyldige_identer(serie) & ((sifre @ _PERSONVEKTER[:, 0]) % 11 == 0) & (hundre > 0) & (_MAANED[mnd] > 0)
    return np.where(klar & (dato.astype("datetime64[M]") == forste), dato, np.datetime64("NaT"))


def gyldige_orgnr(serie: pd.Series) -> np.ndarray:
    """True where the text is a valid organisation number. Missing is False."""
    sifre, ok = _sifre(serie, 9)
    ok &= (sifre[:, 0] >= 8) & ((sifre @ np.array(_ORGNR, dtype=np.int16)) % 11 == 0)
    return ok & ~((sifre == 8).all(axis=1) | (sifre == 9).all(axis=1))


def gyldige_kontonr(serie: pd.Series) -> np.ndarray:
    """True where the text is a valid account number, dots and spaces allowed. Missing is False."""
    sifre, ok = _sifre(normaliser_kontoer(serie), 11)
    return ok & sifre[:, :4].any(axis=1) & ((sifre @ _PERSONVEKTER[:, 1]) % 11 == 0)


def normaliser_kontoer(serie: pd.Series) -> pd.Series:
    """`normaliser_konto` for a column; same index, string[pyarrow]."""
    tekst = _arrow(serie)
    ulik_lengde = pc.any(pc.not_equal(pc.binary_length(tekst), 11)).as_py()
    if ulik_lengde:
        tekst = pc.replace_substring_regex(tekst, "[. \u00a0\u202f]", "")
    return pd.Series(_strenger(tekst), index=serie.index if isinstance(serie, pd.Series) else None)


def _per_person(serie: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """(valid, the month as written)."""
    sifre, ok = _sifre(serie, 11)
    rest = (sifre @ _PERSONVEKTER) % 11
    dag, mnd, aar = (sifre[:, k] * 10 + sifre[:, k + 1] for k in (0, 2, 4))
    dag = np.where((dag > 40) & (dag <= 71), dag - 40, dag)
    ok &= (rest[:, 0] <= 3) & (rest[:, 1] == 0) & (dag >= 1) & (dag <= _LENGDE[mnd])
    return ok & ~((dag == 29) & np.isin(mnd, list(_FEBRUAR)) & (aar % 4 != 0)), mnd


def _sifre(serie: pd.Series, antall: int) -> tuple[np.ndarray, np.ndarray]:
    """(rows × digits as int16, True where the row is exactly `antall` ASCII digits). Zeros where it is not."""
    tekst = _arrow(serie)
    n = len(tekst)
    ut = np.zeros((n, antall), dtype=np.int16)
    _, grenser, innhold = tekst.buffers()
    if n == 0 or innhold is None:
        return ut, np.zeros(n, dtype=bool)
    fra = np.frombuffer(grenser, dtype=np.int64)[tekst.offset : tekst.offset + n + 1]
    tegn = np.frombuffer(innhold, dtype=np.uint8)
    ok = (np.diff(fra) == antall) & np.asarray(tekst.is_valid())
    if ok.all():
        rad = tegn[fra[0] : fra[-1]].reshape(n, antall)
    else:
        rad = tegn[fra[:-1][ok][:, None] + np.arange(antall)]
    alle_sifre = ((rad >= 48) & (rad <= 57)).all(axis=1)
    rad = np.where(alle_sifre[:, None], rad, 48).astype(np.int16) - 48
    ut[ok] = rad
    ok[ok] = alle_sifre
    return ut, ok


def _arrow(serie: pd.Series) -> pa.Array:
    tekst = pa.array(serie, from_pandas=True)
    tekst = tekst.combine_chunks() if isinstance(tekst, pa.ChunkedArray) else tekst
    if not (
        pa.types.is_string(tekst.type)
        or pa.types.is_large_string(tekst.type)
        or pa.types.is_dictionary(tekst.type)
        or pa.types.is_null(tekst.type)
    ):
        raise TypeError("nummer skal være tekst: innledende nuller går tapt i tall")
    return tekst.cast(pa.large_string())


# --- Makers of synthetic numbers -----------------------------------------------------------------------------------


def lag_ident(fodselsdato: dt.date, individnummer: int, d_nummer: bool = False) -> str | None:
    """A synthetic number (month + 80) by the rule of 1964, or None when these digits have no control digits."""
    sifre, ok = lag_identer(
        np.array([fodselsdato], dtype="datetime64[D]"), np.array([individnummer]), np.array([d_nummer])
    )
    return "".join(map(str, sifre[0])) if ok[0] else None


def lag_identer(
    fodselsdato: np.ndarray, individnummer: np.ndarray, d_nummer: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(rows × 11 digits as uint8, True where control digits exist). `fodselsdato` is datetime64[D]."""
    maaned = fodselsdato.astype("datetime64[M]")
    dag = (fodselsdato - maaned).astype(int) + 1 + 40 * d_nummer
    mnd, aar = maaned.astype(int) % 12 + 81, (maaned.astype("datetime64[Y]").astype(int) + 1970) % 100
    tall = ((dag * 100 + mnd) * 100 + aar) * 1000 + individnummer
    sifre = np.zeros((len(tall), 11), dtype=np.int16)
    sifre[:, :9] = tall[:, None] // 10 ** np.arange(8, -1, -1) % 10
    for plass, vekter in ((9, _K1), (10, _K2)):
        sifre[:, plass] = -(sifre[:, :plass] @ np.array(vekter[:plass], dtype=np.int16)) % 11
    return sifre.astype(np.uint8), (sifre[:, 9] < 10) & (sifre[:, 10] < 10)


def lag_orgnr(n: int) -> str:
    """The n-th synthetic organisation number. All different; n from 0 to 6 999 999."""
    return lag_orgnumre(np.array([n]))[0].as_py()


def lag_kontonr(n: int) -> str:
    """The n-th synthetic account number. All different; n from 0 to 7 999 999 999."""
    return lag_kontonumre(np.array([n]))[0].as_py()


def lag_orgnumre(n: np.ndarray) -> pa.Array:
    return _mod_elleve(n, _ORGNR_FORSTE, _ORGNR_ANTALL, _ORGNR)


def lag_kontonumre(n: np.ndarray) -> pa.Array:
    return _mod_elleve(n, _KONTO_FORSTE, _KONTO_ANTALL, _K2)


def _mod_elleve(n: np.ndarray, forste: int, antall: int, vekter: tuple[int, ...]) -> pa.Array:
    """Nine numbers for each beginning: of the ten values of the last digit before the control digit (weight 2), at
    most one has no control digit, and it is stepped over."""
    n = np.asarray(n, dtype=np.int64)
    if ((n < 0) | (n >= antall)).any():
        raise ValueError(f"løpenummeret er ikke fra 0 til {antall - 1}")
    lengde = len(vekter)
    sifre = np.zeros((len(n), lengde), dtype=np.int64)
    sifre[:, : lengde - 2] = (forste + n // 9)[:, None] // 10 ** np.arange(lengde - 3, -1, -1) % 10
    sum_ = sifre @ np.array(vekter)
    umulig = (1 - sum_) * 6 % 11  # the digit d with sum + 2 d = 1 (mod 11); 6 is the inverse of 2
    sifre[:, -2] = n % 9 + (n % 9 >= umulig)
    sifre[:, -1] = -(sum_ + 2 * sifre[:, -2]) % 11
    return tekst_av_sifre(sifre.astype(np.uint8))


def tekst_av_sifre(sifre: np.ndarray) -> pa.Array:
    """Rows of digits → large_string, without making one Python text."""
    n, lengde = sifre.shape
    grenser = np.arange(0, (n + 1) * lengde, lengde, dtype=np.int64)
    return pa.Array.from_buffers(
        pa.large_string(),
        n,
        [None, pa.py_buffer(grenser), pa.py_buffer(np.ascontiguousarray(sifre + 48, dtype=np.uint8))],
    )


def _strenger(tekst: pa.Array) -> pd.api.extensions.ExtensionArray:
    return pd.array(tekst, dtype=pd.StringDtype("pyarrow"))
