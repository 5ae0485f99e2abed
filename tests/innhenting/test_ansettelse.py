"""An income row gets the kind of the employment that covers its month, and nothing where that is not known."""

import pandas as pd
import pytest

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
