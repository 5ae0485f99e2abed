"""One application through the API's model: the same reading as from a file."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pandas.testing import assert_frame_equal
from proevesoknad import MANIFEST, SPURT, en, soknader
from pydantic import ValidationError

from kjerne.mottak import Svarfeil, les_ett, les_soknader, ramme_av_soknader, soknad_modell

MODELL = soknad_modell(MANIFEST)


def feil(**endring: Any) -> list[dict[str, Any]]:
    with pytest.raises(ValidationError) as funnet:
        MODELL.model_validate(en() | endring)
    return funnet.value.errors(include_input=False, include_url=False)


def test_verdiene_er_rammens(tmp_path: Path) -> None:
    s = MODELL.model_validate(en())
    assert (s.fra_dato, s.grad, s.månedslønn, s.barn, s.har_fått) == (
        dt.date(2020, 3, 1),
        Decimal("0.625"),
        3_012_300,
        0,
        True,
    )
    assert (s.til_dato, s.andre_konto) == (dt.date(9999, 12, 31), None)
    (tmp_path / "s.jsonl").write_text(json.dumps(en()), "utf-8")
    assert_frame_equal(ramme_av_soknader([s], MANIFEST), les_soknader(tmp_path / "s.jsonl", MANIFEST).ramme)


@pytest.mark.parametrize(
    ("felt", "verdi"),
    [
        ("fodselsnummer", "01018012345"),
        ("fodselsnummer", "02013299997"),
        ("arbeidsgiver", "999999999"),
        ("arbeidsgiver", None),
        ("månedslønn", 42.5),
        ("månedslønn", True),
        ("meldt_av", "kongen"),
        ("fra_dato", "2020-02-30"),
        ("fra_dato", ""),
        ("soknad_id", None),
        ("barn", 1.5),
        ("merknad", "a\x00b"),
        ("merknad", "a\ud800"),
        ("har_fått", 1),
    ],
)
def test_strengt(felt: str, verdi: Any) -> None:
    funnet = feil(**{felt: verdi})
    assert [f["loc"] for f in funnet] == [(felt,)]
    assert not verdi or str(verdi) not in funnet[0]["msg"]


def test_sitt_eget_fodselsnummer_er_ingen_konto() -> None:
    """With dots and spaces as well; another person's number may be an account by chance."""
    eget, annen = en()["fodselsnummer"], soknader(2)["fodselsnummer"][1]
    for felt in ("kontonummer", "andre_konto"):
        for skrevet in (eget, f"{eget[:6]} {eget[6:]}", f"{eget[:4]}.{eget[4:6]}.{eget[6:]}"):
            (en_feil,) = feil(**{felt: skrevet})
            assert en_feil["loc"] == (felt,) and "er fødselsnummeret til søkeren, ikke et kontonummer" in en_feil["msg"]
            assert eget not in en_feil["msg"]
        assert getattr(MODELL.model_validate(en() | {felt: annen}), felt) == annen
    with pytest.raises(Svarfeil, match="fødselsnummeret til søkeren"):
        les_ett(MANIFEST, "kontonummer", eget, eget)
    assert les_ett(MANIFEST, "kontonummer", eget, annen) == eget


def test_ukjente_og_registerfelt_er_ikke_med() -> None:
    assert feil(tull=1)[0]["type"] == "extra_forbidden"
    assert feil(fått_før=True)[0]["type"] == "extra_forbidden"
    assert "fodselsnummer" not in str(MODELL.model_json_schema()["properties"].get("fått_før", ""))


def test_mottatt_dato_settes_av_mottakeren_og_valgfrie_kan_utelates() -> None:
    s = MODELL.model_validate(
        {
            n: v
            for n, v in en().items()
            if n in ("soknad_id", "fodselsnummer", "kontonummer", "arbeidsgiver", "fra_dato")
        }
    )
    assert (s.mottatt_dato, s.maalform, s.barn, s.månedslønn) == (None, "nb", 0, None)
    assert ramme_av_soknader([s], MANIFEST)["mottatt_dato"].isna().all()


def test_flyttall_i_prosent_er_det_som_ble_skrevet() -> None:
    assert MODELL.model_validate(en() | {"grad": 33.33, "timer": 0.1}).grad == Decimal("0.3333")


def test_ekte_personer_bare_naar_det_er_tillatt() -> None:
    assert (
        soknad_modell(MANIFEST, krev_syntetisk=False)
        .model_validate(en() | {"fodselsnummer": "02013299997"})
        .fodselsnummer
        == "02013299997"
    )


def test_skjema_for_openapi() -> None:
    skjema = MODELL.model_json_schema()
    assert list(skjema["properties"])[5:] == SPURT
    assert skjema["properties"]["meldt_av"]["enum"] == ["arbeidsgiver", "arbeidstaker"]
    assert set(skjema["required"]) == {"soknad_id", "fodselsnummer", "arbeidsgiver", "fra_dato"}
    assert skjema["additionalProperties"] is False


def test_feilteksten_viser_ikke_personen() -> None:
    with pytest.raises(ValidationError) as funnet:
        MODELL.model_validate(en() | {"grad": "x"})
    assert en()["fodselsnummer"] not in str(funnet.value)
