"""Who is dead: the two columns that are read, and what is never taken for life."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from kjerne.innhenting import les_personer
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.tabeller import PERSONER

DOED, LEVER = "01815012346", "02815012346"


def _fil(mappe: Path, tekst: str) -> Path:
    sti = mappe / "personer.csv"
    sti.write_text(tekst, "utf-8")
    return sti


def test_csv_og_parquet_gir_det_samme_og_bare_det_som_trengs(tmp_path):
    csv = _fil(tmp_path, f"ident;adresse;doedsdato\n{DOED};Slottet 1;2020-04-02\n{LEVER};Slottet 2;\n")
    ramme = pd.DataFrame({"ident": [DOED, LEVER], "adresse": "Slottet", "doedsdato": pd.to_datetime(["2020-04-02", None])})
    ramme.to_parquet(tmp_path / "personer.parquet")
    for sti in (csv, tmp_path / "personer.parquet"):
        lest = les_personer(sti)
        personer = lest.tabeller["personer"]
        assert PERSONER.avvik(personer) == [] and (lest.linjer_inn, lest.akseptert) == (2, 2)
        assert personer.set_index("ident")["doedsdato"].dt.date.to_dict()[DOED] == dt.date(2020, 4, 2)
        assert personer["doedsdato"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("tekst", "ord_"),
    [
        (f"ident;doedsdato\n{LEVER};\n{DOED};en gang i april\n", "linje 3"),
        ("ident;doedsdato\n;2020-04-02\n", "personnummeret mangler"),
        (f"ident;navn\n{DOED};Kongen\n", "ikke dødsdato"),
        ("doedsdato\n2020-04-02\n", "ident"),
    ],
)
def test_det_som_ikke_kan_leses_er_ikke_liv(tmp_path, tekst, ord_):
    with pytest.raises(Ordningsfeil) as feil:
        les_personer(_fil(tmp_path, tekst))
    assert ord_ in str(feil.value)
    assert DOED not in str(feil.value) and LEVER not in str(feil.value)
