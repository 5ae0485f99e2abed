"""Answers become income rows."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from kjerne.innhenting import skjoet_svar
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.tabeller import INNTEKT

PERSON = "01810112345"


def inntekt(**kolonner: list) -> pd.DataFrame:
    return INNTEKT.ramme(
        {
            "rad_id": [4, 9],
            "ident": [PERSON] * 2,
            "maaned": pd.to_datetime(["2020-01-01", "2020-02-01"]),
            "virksomhet": ["999999888"] * 2,
            "inntekt_type": ["Loennsinntekt"] * 2,
            "beskrivelse": ["bonus"] * 2,
            "beloep_ore": [100, None],
        }
        | kolonner
    )


def svar(**kolonner: list) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sporsmal_id": ["q1"],
            "ident": [PERSON],
            "maaned": [dt.date(2020, 2, 1)],
            "mottaker": ["999999888"],
            "verdi": ["12 345,67"],
        }
        | kolonner
    )


def test_svaret_er_en_ny_rad_med_merke() -> None:
    ut = skjoet_svar(inntekt(), svar())
    assert INNTEKT.avvik(ut) == []
    assert ut["rad_id"].tolist() == [4, 9, 10]
    ny = ut.iloc[2]
    assert (ny["ident"], ny["virksomhet"], ny["opplysningspliktig"], ny["beloep_ore"]) == (
        PERSON,
        "999999888",
        "999999888",
        1_234_567,
    )
    assert (ny["avvik_koder"], ny["inntekt_type"], ny["beskrivelse"], str(ny["maaned"].date())) == (
        "svar:q1",
        "Loennsinntekt",
        "fastloenn",
        "2020-02-01",
    )
    assert ut["beskrivelse"].tolist() == ["bonus", "bonus", "fastloenn"]
    uten_koder = {k.navn: object for k in INNTEKT.kolonner if k.type == "kode"}
    pd.testing.assert_frame_equal(ut.iloc[:2].astype(uten_koder), inntekt().astype(uten_koder))


def test_samme_svar_to_ganger_er_ett_svar() -> None:
    en = skjoet_svar(inntekt(), svar())
    pd.testing.assert_frame_equal(skjoet_svar(en, svar()), en)
    assert len(skjoet_svar(en, pd.concat([svar(), svar(sporsmal_id=["q2"])]))) == 4


def test_bare_svar_om_inntekt() -> None:
    to = pd.concat([svar(felt=["permittert_fra"]), svar(felt=["inntekt"], sporsmal_id=["q2"])], ignore_index=True)
    assert skjoet_svar(inntekt(), to)["avvik_koder"].dropna().tolist() == ["svar:q2"]


def test_til_en_tom_tabell_og_uten_svar() -> None:
    tom = INNTEKT.ramme({n: [] for n in INNTEKT.navnene})
    assert skjoet_svar(tom, svar())["rad_id"].tolist() == [0]
    ingen = pd.DataFrame(columns=["sporsmal_id", "sak_id", "ident", "maaned", "mottaker", "felt", "verdi"])
    assert skjoet_svar(inntekt(), ingen[ingen["felt"] == "inntekt"]) is not None
    assert len(skjoet_svar(inntekt(), ingen)) == 2


def test_oere_rett_inn_og_null_kroner_er_et_svar() -> None:
    assert skjoet_svar(inntekt(), svar(verdi=["0"]))["beloep_ore"].tolist()[2] == 0
    assert skjoet_svar(inntekt(), svar(beloep_ore=[77]))["beloep_ore"].tolist()[2] == 77


@pytest.mark.parametrize("verdi", ["mye", "-", "", "1,234"])
def test_svar_uten_lesbart_belop_navngir_sporsmalet(verdi: str) -> None:
    with pytest.raises(Ordningsfeil, match="spørsmål q1"):
        skjoet_svar(inntekt(), svar(verdi=[verdi]))


def test_mangler_kolonne() -> None:
    with pytest.raises(Ordningsfeil, match="mottaker"):
        skjoet_svar(inntekt(), svar().drop(columns="mottaker"))
