"""An income row gets the kind of the employment that covers its month, and nothing where that is not known."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kjerne.innhenting.ansettelse import KOLONNE, med_arbeidsforhold_type
from kjerne.kontrakt.tabeller import ARBEIDSFORHOLD, INNTEKT

ORDINAER, FRILANS = "ordinaertArbeidsforhold", "frilanserOppdragstakerHonorarPersonerMm"
GAARD, ANNEN = "910000004", "910000012"


def _inntekt(rader: list[tuple], **mer) -> pd.DataFrame:
    ident, virksomhet, maaned = zip(*rader, strict=True)
    return INNTEKT.ramme({"rad_id": range(len(rader)), "ident": ident, "virksomhet": virksomhet,
                          "maaned": pd.to_datetime([f"{m}-01" for m in maaned])} | mer)  # fmt: skip


def _forhold(rader: list[tuple]) -> pd.DataFrame:
    ident, virksomhet, type_, fra, til = zip(*rader, strict=True)
    return ARBEIDSFORHOLD.ramme({"rad_id": range(len(rader)), "ident": ident, "virksomhet": virksomhet, "type": type_,
                                 "startdato": pd.to_datetime(list(fra)), "sluttdato": pd.to_datetime(list(til))})  # fmt: skip


FORHOLD = _forhold([
    ("p", GAARD, ORDINAER, "2020-01-31", "2020-03-01"),
    ("p", ANNEN, FRILANS, "2020-02-01", None),
    ("q", GAARD, ORDINAER, "2020-01-01", None),
    ("q", GAARD, FRILANS, "2020-03-15", None),
    ("q", GAARD, ORDINAER, "2019-01-01", None),
    ("r", GAARD, None, "2019-01-01", None),
    ("s", GAARD, ORDINAER, None, None),
])  # fmt: skip


@pytest.mark.parametrize(("rad", "type_"), [
    (("p", GAARD, "2020-01"), ORDINAER),  # begins on the last day of the month
    (("p", GAARD, "2020-03"), ORDINAER),  # ends on the first day of the month
    (("p", GAARD, "2019-12"), None),
    (("p", GAARD, "2020-04"), None),
    (("p", ANNEN, "2025-01"), FRILANS),  # runs
    (("q", GAARD, "2020-02"), ORDINAER),  # two of the same kind
    (("q", GAARD, "2020-03"), None),  # of different kinds
    (("r", GAARD, "2020-01"), None),
    (("s", GAARD, "2020-01"), None),
    (("p", None, "2020-02"), None),
    (("t", GAARD, "2020-02"), None),
])  # fmt: skip
def test_typen_er_den_som_dekker_maaneden(rad, type_):
    ut = med_arbeidsforhold_type(_inntekt([rad]), FORHOLD)
    assert INNTEKT.avvik(ut) == []
    assert ut[KOLONNE].astype(object).where(ut[KOLONNE].notna(), None).tolist() == [type_]


def test_det_kilden_sier_staar_og_uten_register_er_alt_ukjent():
    inntekt = _inntekt([("p", GAARD, "2020-02"), ("p", GAARD, "2020-02")], **{KOLONNE: [FRILANS, None]})
    assert med_arbeidsforhold_type(inntekt, FORHOLD)[KOLONNE].tolist() == [FRILANS, ORDINAER]
    for tomt in (None, FORHOLD.head(0)):
        ut = med_arbeidsforhold_type(_inntekt([("p", GAARD, "2020-02")]), tomt)
        assert ut[KOLONNE].isna().all() and INNTEKT.avvik(ut) == []


_IDENTER, _STEDER, _TYPER = ["p", "q", "r"], [GAARD, ANNEN, None], [ORDINAER, FRILANS, None]
_MAANED = st.integers(1, 12).map(lambda m: pd.Timestamp(2020, m, 1))
_DAG = st.one_of(st.none(), st.dates(dt.date(2020, 1, 1), dt.date(2020, 12, 31)).map(pd.Timestamp))
_RAD = st.tuples(st.sampled_from(_IDENTER), st.sampled_from(_STEDER), _MAANED)
_JOBB = st.tuples(st.sampled_from([*_IDENTER, "s"]), st.sampled_from(_STEDER), st.sampled_from(_TYPER), _DAG, _DAG)


@given(st.lists(_RAD, min_size=1, max_size=12), st.lists(_JOBB, min_size=1, max_size=12), st.booleans())
def test_som_en_og_en_rad(rader, jobber, i_koder):
    """The same as to go through the employments for each row; and the same whether the register gives texts or codes."""
    def som(form, navn, verdier):
        return form.ramme(dict(zip(navn, zip(*verdier, strict=True), strict=True)) | {"rad_id": range(len(verdier))})

    inntekt = som(INNTEKT, ("ident", "virksomhet", "maaned"), rader)
    forhold = som(ARBEIDSFORHOLD, ("ident", "virksomhet", "type", "startdato", "sluttdato"), jobber)
    if i_koder:
        inntekt = inntekt.astype({"ident": "category", "virksomhet": "category"})
    ut = med_arbeidsforhold_type(inntekt, forhold)[KOLONNE]
    assert list(ut.cat.categories) == sorted(set(ut.dropna()))
    for (ident, sted, maaned), fikk in zip(rader, ut.astype(object), strict=True):
        typer = {
            t for i, s, t, fra, til in jobber
            if i == ident and s == sted is not None and t and fra is not None
            and fra.to_period("M") <= maaned.to_period("M") and (til is None or maaned.to_period("M") <= til.to_period("M"))
        }
        assert (fikk if isinstance(fikk, str) else None) == (next(iter(typer)) if len(typer) == 1 else None)
