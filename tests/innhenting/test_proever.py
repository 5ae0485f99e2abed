"""Each public sample is read, and the result is what a person counted in the file."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from kjerne.innhenting import les_arbeidsforhold, les_inntekt
from kjerne.innhenting.tolk import Tolk
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.tabeller import ARBEIDSFORHOLD, INNTEKT, PERMITTERING

PROEVER = Path(__file__).parent / "proever"
TALT_FOR_HAAND = [  # file, reports, income rows, sum in øre
    ("01_inntekt_v1_hentinntektliste_avvik", 1, 2, 553_300),
    ("02_inntekt_v2_flere_typer_etterbetalingsperiode", 3, 4, 11_700_000),
    ("03_inntekt_v2_fullt_aar_feriepenger", 13, 15, 13_005_600),  # the tax deduction of −1 095 is no income
    ("04_inntekt_v2_to_arbeidsgivere", 9, 9, 8_600_000),
    ("05_inntekt_v2_etterbetaling_og_ytelse", 1, 4, 3_500_067),
    ("06_inntekt_v1_spesielle_inntjeningsforhold", 1, 1, 15_000_000),
]


def inntekt(navn: str) -> pd.DataFrame:
    return les_inntekt(next(PROEVER.glob(f"{navn}*.json"))).tabeller["inntekt"]


@pytest.mark.parametrize(("navn", "meldinger", "rader", "sum_ore"), TALT_FOR_HAAND)
def test_rader_og_sum(navn: str, meldinger: int, rader: int, sum_ore: int) -> None:
    lest = les_inntekt(PROEVER / f"{navn}.json")
    ramme = lest.tabeller["inntekt"]
    assert (lest.linjer_inn, lest.akseptert, len(lest.karantene)) == (meldinger, meldinger, 0)
    assert len(ramme) == rader
    assert ramme["beloep_ore"].sum() == sum_ore
    assert INNTEKT.avvik(ramme) == []
    assert ramme["rad_id"].tolist() == list(range(rader))
    assert lest.format == f"inntekt-{navn[11:13]}-json"


def test_01_avviket_folger_bare_sin_virksomhet() -> None:
    ramme = inntekt("01")
    assert ramme["avvik_koder"].tolist()[0] == "Feil på innsendt a-melding."
    assert pd.isna(ramme["avvik_koder"][1])
    assert ramme["inntekt_type"].tolist() == ["Loennsinntekt"] * 2
    assert ramme["ident"].tolist() == ["12345678910"] * 2
    assert str(ramme["registrert_tid"][0]) == "2019-06-01 00:00:00+00:00"


def test_02_typer_opptjening_og_tillegg() -> None:
    ramme = inntekt("02")
    assert ramme["inntekt_type"].tolist() == [
        "Naeringsinntekt",
        "Loennsinntekt",
        "YtelseFraOffentlige",
        "PensjonEllerTrygd",
    ]
    assert ramme["opptjening_tom"].dt.date.astype(str).tolist()[0] == "2025-03-04"
    assert ramme["tillegg_type"].tolist()[2] == "Etterbetalingsperiode"
    assert str(ramme["tillegg_fom"][2].date()) == "2025-01-01"
    assert ramme["inngaar_trekk"].tolist() == [False, True, True, True]
    assert str(ramme["registrert_tid"][0]) == "2025-03-04 10:17:31.428000+00:00"


def test_03_feriepenger_og_trekk() -> None:
    ramme = inntekt("03")
    juni = ramme[ramme["maaned"] == "2020-06-01"].set_index("beskrivelse")["beloep_ore"]
    assert juni["feriepenger"] == 1_300_000
    assert juni["trekkILoennForFerie"] == -800_000
    assert ramme["maaned"].nunique() == 12


def test_04_to_arbeidsgivere() -> None:
    per = inntekt("04").groupby("virksomhet")["beloep_ore"].sum()
    assert per.to_dict() == {"999999888": 5_000_000, "999999929": 3_600_000}


def test_05_skitne_numre_og_type_i_store_bokstaver_er_beholdt() -> None:
    ramme = inntekt("05")
    assert ramme["ident"].tolist() == ["3"] * 4
    assert ramme["virksomhet"].tolist() == ["2"] * 4
    assert ramme["tillegg_type"].tolist()[2] == "ETTERBETALINGSPERIODE"
    assert ramme["beloep_ore"].tolist() == [1_000_000, 1_000_067, 1_000_000, 500_000]
    assert ramme["antall"].isna().all()


def test_06_spesielle_forhold() -> None:
    ramme = inntekt("06")
    assert ramme["spesielle_forhold"].tolist() == ["hyreTilMannskapPaaFiskeSmaahvalfangstOgSelfangstfartoey"]
    assert ramme["tillegg_type"].tolist() == ["SpesielleInntjeningsforhold"]
    assert ramme["opplysningspliktig"].tolist() == ["8888888888"]


def test_07_arbeidsforhold() -> None:
    lest = les_arbeidsforhold(PROEVER / "07_aareg_v1_arbeidsforhold.json")
    rad = lest.tabeller["arbeidsforhold"].iloc[0]
    assert (lest.linjer_inn, lest.akseptert, lest.format) == (1, 1, "arbeidsforhold-v1-json")
    assert ARBEIDSFORHOLD.avvik(lest.tabeller["arbeidsforhold"]) == []
    assert PERMITTERING.avvik(lest.tabeller["permittering"]) == []
    assert len(lest.tabeller["permittering"]) == 0
    assert (rad["ident"], rad["virksomhet"], rad["opplysningspliktig"]) == ("12345678912", "941559069", "965059946")
    assert (str(rad["startdato"].date()), rad["sluttdato"] is pd.NaT) == ("2003-08-23", True)
    assert (rad["stillingsprosent"], rad["timer_per_uke"]) == (100.0, 37.5)
    assert str(rad["sist_bekreftet"].date()) == "2023-08-23"


def test_15_er_ikke_inntekt_men_belopene_leses_eksakt() -> None:
    sti = PROEVER / "15_lonnskompensasjon_vedtak_2020_kafka.json"
    with pytest.raises(Ordningsfeil, match="kjenner v2"):
        les_inntekt(sti)
    tolk, vedtak = Tolk(), json.loads(sti.read_text("utf-8"))
    assert tolk.kroner(vedtak["totalKompensasjon"]) == 1_800_000
    assert sum(tolk.kroner(d["lønnskompensasjonsbeløp"]) for d in vedtak["dagBeregninger"]) == 400_000
    assert [tolk.kroner(slik_var_det_i_2020) for slik_var_det_i_2020 in (None, "-", "")] == [None, None, None]
    assert tolk.uleselig["beløp"] == 3


def test_repr_viser_ingen_personer() -> None:
    assert "12345678910" not in repr(les_inntekt(PROEVER / "01_inntekt_v1_hentinntektliste_avvik.json"))
