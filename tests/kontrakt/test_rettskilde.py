"""The law that held on the day of the case: which text, under which name, and whether its paragraphs may be named."""

import datetime as dt

import pytest
from pydantic import ValidationError

from kjerne.kontrakt.hjemmel import les_hjemmel
from kjerne.kontrakt.rettskilde import Rettskilde

FORSKRIFT = {"fra": dt.date(2020, 4, 8), "navn": "Forskriften", "kort": {"nb": "forskriften", "nn": "forskrifta"}, "paragrafer": False}
LOV = {"fra": dt.date(2020, 6, 12), "navn": "Loven", "kort": {"nb": "loven", "nn": "lova"}}
KILDE = Rettskilde.model_validate({"navn": "Reglene", "kort": {"nb": "reglene", "nn": "reglane"}, "tekster": [FORSKRIFT, LOV]})
PARAGRAF = les_hjemmel("FOR § 2 andre ledd")


@pytest.mark.parametrize(("dag", "nb", "nn"), [
    (dt.date(2020, 6, 11), "forskriften", "forskrifta"),
    (dt.date(2020, 6, 12), "loven § 2 andre ledd", "lova § 2 andre ledd"),
    (dt.date(2030, 1, 1), "loven § 2 andre ledd", "lova § 2 andre ledd"),
    (dt.date(2019, 1, 1), "forskriften", "forskrifta"),  # a case before the scheme is refused by its first text
    (None, "reglene § 2 andre ledd", "reglane § 2 andre ledd"),
])  # fmt: skip
def test_teksten_som_gjaldt_paa_dagen(dag, nb, nn):
    assert KILDE.sted(PARAGRAF, "nb", dag) == nb
    assert KILDE.sted(PARAGRAF, "nn", dag) == nn


def test_en_kilde_med_en_tekst_er_som_foer():
    assert Rettskilde(navn="Kongens lov nr. 1").sted(PARAGRAF, "nn", dt.date(2020, 1, 1)) == "Kongens lov nr. 1 § 2 andre ledd"


@pytest.mark.parametrize(("tekster", "klokke", "sagt"), [
    ([LOV, FORSKRIFT], "", "etter datoen"),
    ([LOV, LOV], "", "ingen dato to ganger"),
    ([], "mottatt_dato", "klokke velger mellom tekster"),
])  # fmt: skip
def test_tekster_i_feil_rekkefoelge_er_en_feil(tekster, klokke, sagt):
    with pytest.raises(ValidationError, match=sagt):
        Rettskilde.model_validate({"navn": "Reglene", "tekster": tekster, "klokke": klokke})
