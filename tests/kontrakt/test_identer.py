"""Identifiers: Skatteetaten's own examples, the two rules, foreign digits, and scalar against column."""

from __future__ import annotations

import datetime as dt
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kjerne.kontrakt.identer import (
    er_ident,
    er_kontonr,
    er_orgnr,
    er_syntetisk,
    fodselsdatoer,
    gyldige_identer,
    gyldige_kontonr,
    gyldige_orgnr,
    lag_ident,
    lag_identer,
    lag_kontonr,
    lag_kontonumre,
    lag_orgnr,
    lag_orgnumre,
    les_ident,
    normaliser_konto,
    normaliser_kontoer,
    syntetiske_identer,
    tekst_av_sifre,
)

TEKST = pd.StringDtype("pyarrow")


def _med_kontrollsifre(ni: str, rest: int = 0) -> str | None:
    """The eleven digits with first control sum ≡ rest (mod 11), computed apart from the code under test."""
    s = [int(c) for c in ni]
    k1 = (rest - sum(a * b for a, b in zip(s, (3, 7, 6, 1, 8, 9, 4, 5, 2), strict=True))) % 11
    k2 = -sum(a * b for a, b in zip([*s, k1], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    return None if 10 in (k1, k2) else f"{ni}{k1}{k2}"


def _forste(maaned: str, dag: str = "01", rest: int = 0) -> str:
    return next(t for i in range(100, 500) if (t := _med_kontrollsifre(f"{dag}{maaned}80{i}", rest)))


@pytest.mark.parametrize(("tekst", "regel"), [("02013299997", 1964), ("30108299920", 1964), ("30108299939", 2032)])
def test_skatteetatens_eksempler(tekst: str, regel: int) -> None:
    assert les_ident(tekst).regel == regel
    assert gyldige_identer(pd.Series([tekst])).all()
    assert not syntetiske_identer(pd.Series([tekst])).any()


@pytest.mark.parametrize("rest", range(11))
def test_bare_rest_0_til_3_er_gyldig(rest: int) -> None:
    tekst = _forste("81", rest=rest)
    assert er_ident(tekst) == (rest <= 3)
    assert gyldige_identer(pd.Series([tekst])).tolist() == [rest <= 3]


@pytest.mark.parametrize(
    ("maaned", "dag", "art", "syntetisk", "fodt"),
    [
        ("07", "01", "fnr", False, dt.date(1980, 7, 1)),
        ("07", "41", "dnr", False, dt.date(1980, 7, 1)),
        ("27", "01", "npid", False, dt.date(1980, 7, 1)),
        ("47", "01", "fnr", True, dt.date(1980, 7, 1)),
        ("61", "01", "npid", True, dt.date(1980, 1, 1)),
        ("67", "01", "npid", True, None),  # +60 July or +65 February
        ("77", "01", "fnr", True, dt.date(1980, 12, 1)),
        ("87", "41", "dnr", True, dt.date(1980, 7, 1)),
    ],
)
def test_slag(maaned: str, dag: str, art: str, syntetisk: bool, fodt: dt.date | None) -> None:
    ident = les_ident(_forste(maaned, dag))
    assert (ident.art, ident.syntetisk, ident.fodselsdato) == (art, syntetisk, fodt)


def test_rest_1_til_3_sier_ikke_noe_om_aarhundre() -> None:
    assert les_ident(_forste("81", rest=2)).fodselsdato is None


@pytest.mark.parametrize("maaned", ["00", "13", "20", "33", "53", "60", "78", "80", "93"])
def test_maaneder_som_ikke_finnes(maaned: str) -> None:
    assert not er_ident(_forste(maaned))


@pytest.mark.parametrize(
    ("dag", "maaned", "gyldig"), [("29", "82", True), ("30", "82", False), ("31", "84", False), ("72", "81", False)]
)
def test_dager_som_ikke_finnes(dag: str, maaned: str, gyldig: bool) -> None:
    assert er_ident(_forste(maaned, dag)) == gyldig


def test_29_februar_bare_i_skuddaar() -> None:
    ni = next(t for i in range(100, 500) if (t := _med_kontrollsifre(f"298281{i}")))
    assert not er_ident(ni)
    assert not gyldige_identer(pd.Series([ni])).any()


def test_hjelpenummer_er_ikke_en_person() -> None:
    assert not er_ident(_forste("01", "81"))


def test_feilen_gjentar_ikke_nummeret() -> None:
    tekst = _forste("81", rest=7)
    with pytest.raises(ValueError, match="kontrollsifrene") as feil:
        les_ident(tekst)
    assert tekst not in str(feil.value)
    assert _forste("81") not in repr(les_ident(_forste("81")))


@pytest.mark.parametrize("fremmede", ["０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"])
def test_bare_ascii_sifre(fremmede: str) -> None:
    oversatt = str.maketrans("0123456789", fremmede)
    ident, orgnr, konto = (t.translate(oversatt) for t in (_forste("81"), lag_orgnr(3), lag_kontonr(3)))
    assert not er_ident(ident)
    assert not er_orgnr(orgnr)
    assert not er_kontonr(konto)
    assert not gyldige_identer(pd.Series([ident], dtype=TEKST)).any()
    assert not gyldige_orgnr(pd.Series([orgnr], dtype=TEKST)).any()
    assert not gyldige_kontonr(pd.Series([konto], dtype=TEKST)).any()
    blandet = fremmede[int(_forste("81")[0])] + _forste("81")[1:]  # one foreign digit
    assert not er_ident(blandet)


@pytest.mark.parametrize("tekst", ["999999999", "888888888", "000000000", "123456785", "98765432", "9876543210", ""])
def test_orgnr_som_ikke_er_det(tekst: str) -> None:
    assert not er_orgnr(tekst)
    assert not gyldige_orgnr(pd.Series([tekst], dtype=TEKST)).any()


def test_kontonr() -> None:
    konto = lag_kontonr(41)
    for skrevet in (konto, f"{konto[:4]}.{konto[4:6]}.{konto[6:]}", f"{konto[:4]} {konto[4:6]}\u00a0{konto[6:]}"):
        assert er_kontonr(skrevet)
        assert normaliser_konto(skrevet) == konto
        assert gyldige_kontonr(pd.Series([skrevet], dtype=TEKST)).all()
    for feil in (
        "00000000000",
        "0000" + konto[4:],
        konto[:10],
        konto.replace(konto[4], "-", 1),
        konto[:-1] + str((int(konto[-1]) + 1) % 10),
    ):
        assert not er_kontonr(feil)
        assert not gyldige_kontonr(pd.Series([feil], dtype=TEKST)).any()


def test_normaliser_kontoer_beholder_indeks_og_manglende() -> None:
    serie = pd.Series(["1234.56.78903", pd.NA], index=[7, 9], dtype=TEKST)
    ut = normaliser_kontoer(serie)
    assert ut.index.tolist() == [7, 9]
    assert ut[7] == "12345678903"
    assert ut.isna().tolist() == [False, True]


def test_tall_i_stedet_for_tekst_er_feil_bruk() -> None:
    with pytest.raises(TypeError, match="nuller"):
        gyldige_identer(pd.Series([1010150110]))


def test_manglende_og_tomt() -> None:
    for serie in (
        pd.Series([], dtype=TEKST),
        pd.Series([pd.NA, None], dtype=TEKST),
        pd.Series(["", "x" * 11, "1" * 12], dtype=TEKST),
    ):
        assert gyldige_identer(serie).tolist() == [False] * len(serie)
        assert gyldige_kontonr(serie).tolist() == [False] * len(serie)


_TEGN = st.text(st.sampled_from("0123456789０٣ .-x"), max_size=13)
_GYLDIGE = st.builds(
    lag_ident, st.dates(dt.date(1940, 1, 1), dt.date(1999, 12, 31)), st.integers(0, 499), st.booleans()
)
_MAKERE = st.builds(lag_orgnr, st.integers(0, 6_999_999)) | st.builds(lag_kontonr, st.integers(0, 7_999_999_999))


@given(
    st.lists(st.none() | _TEGN | _GYLDIGE | _MAKERE | st.integers(0, 10**11 - 1).map("{:011d}".format), max_size=12),
    st.integers(0, 3),
)
def test_kolonne_er_som_enkeltvis(tekster: list[str | None], hopp: int) -> None:
    serie = pd.Series(tekster, dtype=TEKST)[hopp:]  # also a slice, whose buffer begins before it
    for kolonne, en in (
        (gyldige_identer, er_ident),
        (syntetiske_identer, er_syntetisk),
        (gyldige_orgnr, er_orgnr),
        (gyldige_kontonr, er_kontonr),
    ):
        assert kolonne(serie).tolist() == [t is not None and en(t) for t in tekster[hopp:]]
        assert kolonne(serie.astype(object)).tolist() == kolonne(serie).tolist()


@given(_GYLDIGE, st.integers(0, 10), st.integers(1, 9))
def test_ett_galt_siffer_oppdages(tekst: str | None, plass: int, pluss: int) -> None:
    if tekst:
        assert er_syntetisk(tekst)
        if plass < 9:  # a wrong control digit can be another remainder of 2032; a wrong digit before it is caught
            gal = tekst[:plass] + str((int(tekst[plass]) + pluss) % 10) + tekst[plass + 1 :]
            assert not er_ident(gal)


@given(st.integers(0, 6_999_990), st.integers(0, 7_999_999_990))
def test_makere_er_gyldige_og_ulike(n: int, k: int) -> None:
    orgnumre, kontoer = lag_orgnumre(np.arange(n, n + 10)).to_pylist(), lag_kontonumre(np.arange(k, k + 10)).to_pylist()
    assert len(set(orgnumre)) == len(set(kontoer)) == 10
    assert all(map(er_orgnr, orgnumre))
    assert all(map(er_kontonr, kontoer))


@pytest.mark.parametrize("n", [-1, 7_000_000])
def test_maker_utenfor_omraadet(n: int) -> None:
    with pytest.raises(ValueError, match="løpenummeret"):
        lag_orgnr(n)


def test_fort_nok() -> None:
    """1.2 million persons under a second of this machine's own time."""
    n = 1_200_000
    rng = np.random.default_rng(1)
    fodt = np.datetime64("1955-01-01") + rng.integers(0, 18_000, n)
    sifre, _ = lag_identer(fodt, rng.integers(0, 500, n), np.zeros(n, dtype=bool))
    serie = pd.Series(pd.array(tekst_av_sifre(sifre), dtype=TEKST))
    start = time.process_time()
    gyldige_identer(serie)
    assert time.process_time() - start < 1


def test_fodselsdatoer_sier_det_samme_som_les_ident() -> None:
    """Every way of writing a month and a day, every century, both rules, and what is no number at all."""
    dager = [f"{d:02}" for d in (1, 28, 29, 31, 41, 69, 71)]
    maaneder = [f"{m:02}" for m in (1, 2, 12, 22, 42, 52, 62, 67, 70, 72, 77, 81, 82, 92)]
    aar, individ = ("00", "04", "39", "40", "57", "99"), (100, 499, 500, 750, 900, 999)
    ni = [f"{d}{m}{a}{i}" for d in dager for m in maaneder for a in aar for i in individ]
    tekster = [t for n in ni for rest in (0, 2) if (t := _med_kontrollsifre(n, rest))] + ["", "12345678901", "x" * 11]
    fasit = [les_ident(t).fodselsdato if er_ident(t) else None for t in tekster]
    assert sum(d is not None for d in fasit) > 500 and None in fasit
    fikk = fodselsdatoer(pd.Series([*tekster, None], dtype=TEKST))
    assert [None if np.isnat(d) else d.item() for d in fikk] == [*fasit, None]


def test_en_feilmelding_gjentar_aldri_et_nummer():
    """What somebody typed where it should not be. Ids, hashes, amounts and dates stay."""
    from kjerne.kontrakt.feil import Ordningsfeil

    for nummer in ("01810112345", "018101 12345", "0181.01.12345", "018101\u00a012345"):
        feil = Ordningsfeil(f"Fant ingen sak som heter «{nummer}».", f"sak {nummer}")
        assert nummer not in str(feil) + str(feil.som_dict()) and str(feil).count("(elleve sifre)") == 2
    ider = ("3f1d7b52-94a8-5c0e-a1b3-706124912345", "0123456789" * 6 + "abcd", "20200715123456")
    for tekst in (*ider, "12 345,50 kr", "15.07.2020", "810000023"):
        assert Ordningsfeil(tekst, tekst).hvor == tekst
