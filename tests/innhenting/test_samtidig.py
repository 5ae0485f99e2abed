"""A file that several processes read is the file that one reads: rows, order, line numbers, quarantine and remarks."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pandas as pd
import pytest

from kjerne.innhenting import les_arbeidsforhold, les_inntekt, samtidig
from kjerne.kontrakt import linjefil

PROEVER = Path(__file__).parent / "proever"
INNTEKT = [json.dumps(json.loads(p.read_bytes())) for p in sorted(PROEVER.glob("0[1-6]*.json"))]
AAREG = [json.dumps(json.loads(p.read_bytes())) for p in sorted(PROEVER.glob("07*.json"))]


@pytest.fixture
def delt(monkeypatch):
    """From how many parts a file is read."""

    def sett(antall: int) -> None:
        monkeypatch.setattr(samtidig, "STOR", 0)
        monkeypatch.setattr(samtidig.os, "sched_getaffinity", lambda _: range(antall))

    return sett


def fil(mappe: Path, kilder: list[str], skille: str = "\n", antall: int = 60) -> Path:
    """Good lines, blank ones, broken ones, and amounts and codes that leave remarks."""
    tilfeldig = random.Random(4)
    daarlige = ["", "  ", "{", "[]", '{"data": 4}', '{"data": [{"maaned": "2020-99", "norskident": "1", "inntektListe": []}]}', "NaN"]
    linjer = [tilfeldig.choice(kilder) if nr % 3 else tilfeldig.choice(daarlige) for nr in range(antall)]
    linjer[0] = kilder[0]
    sti = mappe / "fil.jsonl"
    sti.write_bytes(("\ufeff" + skille.join(linjer) + skille).encode())
    return sti


@pytest.mark.parametrize("skille", ["\n", "\r\n", "\n\r"], ids=["LF", "CRLF", "LFCR"])
@pytest.mark.parametrize(("les", "kilder"), [(les_inntekt, INNTEKT), (les_arbeidsforhold, AAREG)], ids=["inntekt", "arbeidsforhold"])
def test_i_to_og_fem_deler_som_i_en(les, kilder, skille, delt, tmp_path):
    sti = fil(tmp_path, kilder, skille)
    alene = les(sti)
    assert len(alene.karantene) > 5 and all(len(t) for t in list(alene.tabeller.values())[:1])
    for antall in (2, 5):
        delt(antall)
        sammen = les(sti)
        assert (sammen.linjer_inn, sammen.akseptert, sammen.format, sammen.sha256, sammen.merknader) == (
            alene.linjer_inn, alene.akseptert, alene.format, alene.sha256, alene.merknader)  # fmt: skip
        pd.testing.assert_frame_equal(sammen.karantene, alene.karantene)
        for navn, tabell in alene.tabeller.items():
            pd.testing.assert_frame_equal(sammen.tabeller[navn], tabell)


@pytest.mark.parametrize("innhold", [b"", b"a", b"a\n", b"a\nb", b"\n\n\n", b"a\rb\rc\r", b"lang" * 100 + b"\nb\n", b"\xef\xbb\xbfa\nb\n"])
@pytest.mark.parametrize("antall", [1, 2, 3, 7, 50])
def test_delene_er_hele_filen(innhold, antall, tmp_path):
    sti = tmp_path / "x"
    sti.write_bytes(innhold)
    deler = linjefil.del_opp(sti, antall)
    samlet, linjer = [], 0
    for u in deler:
        samlet += [(nr + linjer, raa) for nr, raa in linjefil.linjer(sti, u)]
        linjer += u.antall
    assert samlet == list(linjefil.linjer(sti))
    assert [u.fra for u in deler[1:]] == [u.til for u in deler[:-1]]
