"""Applications for an invented scheme: every way to fill a field, what it refuses, and the three kinds of file."""

from __future__ import annotations

import csv
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from kjerne.kontrakt import verdier
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.identer import gyldige_kontonr, syntetiske_identer
from kjerne.kontrakt.manifest import KONVOLUTT, Soknadsfelt
from kjerne.syntetisk import Samfunn, lag_soknader, lag_soknader_med_fasit, skriv_soknader
from kjerne.syntetisk.feltfylling import DTYPER
from kjerne.syntetisk.soknader import AVVIK


def felt(navn: str, type_: str, syntetisk: dict[str, Any] | None = None, **andre: Any) -> Soknadsfelt:
    valg = {"valg": ("kongen", "prinsessen")} if type_ == "valg" else {}
    return Soknadsfelt(navn=navn, type=type_, nb=navn, nn=navn, syntetisk=syntetisk or {}, **(valg | andre))  # type: ignore[arg-type]


FELT = (
    felt("til", "dato", {"tillegg_dager": [3, 40], "fra_felt": "fra", "mangler": 0.5}),  # before the field it needs
    felt("fra", "dato", {"fordeling": "dato", "fra": dt.date(2020, 3, 16), "til": "2020-06-01", "ukedag": True}),
    felt("gård", "orgnr", {"fra": "arbeidsgiver"}),
    felt("gårdens_konto", "kontonummer", {"fra": "arbeidsgiver_konto"}),
    felt("ansatt_fra", "dato", {"fra": "ansatt_fra"}),
    felt("lønn", "kroner", {"fra": "maanedslonn"}),
    felt("dagslønn", "kroner", {"fra": "dagslonn", "naar": {"felt": "meldt_av", "er": ["kongen"]}, "mangler": 0.1}),
    felt("meldt_av", "valg", {"fordeling": "valg", "verdier": ["kongen", "prinsessen"], "vekter": [0.8, 0.2]}),
    felt("grad", "prosent", {"fordeling": "valg", "verdier": [1.0, 0.625, "40 %"]}),
    felt("dager", "heltall", {"fordeling": "heltall", "fra": 0, "til": 3, "vekter": [0.7, 0.1, 0.1, 0.1]}),
    felt("arv", "kroner", {"fordeling": "kroner", "snitt": 30_000, "spredning": 8_000}),
    felt("gull", "kroner", {"verdi": 12.5}),
    felt("kappspist", "ja_nei", {"fordeling": "valg", "verdier": [True, False]}),
    felt("danser", "ja_nei", {"fordeling": "valg", "verdier": [True, False]}),
    felt("lengde", "tall", {"verdi": 1.75}),
    felt("sang", "tekst", {"verdi": 'Per; og "Pål"'}),
    felt("tom", "tekst"),
    felt("fått_før", "ja_nei", kilde="register"),
)
ANTALL = 2_000


@pytest.fixture(scope="module")
def soknader(samfunn: Samfunn) -> tuple[pd.DataFrame, pd.DataFrame]:
    return lag_soknader_med_fasit(samfunn, FELT, ANTALL, fro=11, dubletter=0.02, ugyldige_kontoer=0.01)


def test_formen(soknader: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    ramme, _ = soknader
    spurt = [f for f in FELT if f.kilde == "soknad"]
    assert list(ramme.columns) == [*KONVOLUTT, *(f.navn for f in spurt), "kilde_linje"]
    for navn, type_ in [*KONVOLUTT.items(), *((f.navn, f.type) for f in spurt)]:
        assert str(ramme[navn].dtype) == str(DTYPER[type_]), navn
    assert len(ramme) == ANTALL
    assert ramme["soknad_id"].is_unique
    assert ramme["soknad_id"].str.fullmatch(r"S\d{9}").all()
    assert ramme["mottatt_dato"].is_monotonic_increasing
    assert syntetiske_identer(ramme["fodselsnummer"]).all()


def test_fordelingene(soknader: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    ramme, _ = soknader
    assert ramme["fra"].between("2020-03-16", "2020-06-01").all()
    assert (ramme["fra"].dt.day_of_week < 5).all()
    varte = (ramme["til"] - ramme["fra"]).dt.days.dropna()
    assert varte.between(3, 40).all()
    assert {3, 40} <= set(varte)
    assert 0.4 < ramme["til"].isna().mean() < 0.6
    assert 0.75 < (ramme["meldt_av"] == "kongen").mean() < 0.85
    assert set(ramme["grad"]) == {1.0, 0.625, 0.4}
    assert 0.65 < (ramme["dager"] == 0).mean() < 0.75
    assert set(ramme["dager"]) == {0, 1, 2, 3}
    assert 2_900_000 < ramme["arv"].mean() < 3_100_000
    assert (ramme["arv"] % 100 == 0).all()
    assert (ramme["gull"] == 1250).all()
    assert ramme["tom"].isna().all()
    assert 0.4 < ramme["kappspist"].mean() < 0.6
    assert 0.4 < (ramme["kappspist"] == ramme["danser"]).mean() < 0.6  # fields are drawn apart


def test_kildene(samfunn: Samfunn, soknader: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    ramme, _ = soknader
    p = samfunn.personer.set_index("ident").loc[ramme["fodselsnummer"]]
    assert ramme["gård"].tolist() == p["hovedarbeidsgiver"].tolist()
    konto = samfunn.arbeidsgivere.set_index("virksomhet")["konto"].loc[ramme["gård"]]
    assert ramme["gårdens_konto"].tolist() == konto.tolist()
    assert ramme["ansatt_fra"].tolist() == p["ansatt_fra"].tolist()
    assert ramme["maalform"].tolist() == p["maalform"].tolist()
    assert ramme["lønn"].tolist() == p["maanedslonn_ore"].tolist()
    kongens = ramme["meldt_av"] == "kongen"
    assert ramme.loc[~kongens, "dagslønn"].isna().all()
    assert 0.05 < ramme.loc[kongens, "dagslønn"].isna().mean() < 0.15
    svart = ramme.dropna(subset=["dagslønn", "lønn"])
    noyaktig = [int((Decimal(int(n)) * 12 / 260).quantize(Decimal(1), "ROUND_HALF_UP")) for n in svart["lønn"]]
    assert svart["dagslønn"].tolist() == noyaktig


def test_dubletter_og_darlige_kontoer(samfunn: Samfunn, soknader: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    ramme, fasit = soknader
    dublett = fasit[fasit["problem"] == "dublett"]
    assert len(dublett) == 40
    alle = ramme.set_index("soknad_id")
    ny, gammel = alle.loc[dublett["soknad_id"]], alle.loc[dublett["gjelder"]]
    for kolonne in ("fodselsnummer", "gård"):
        assert ny[kolonne].tolist() == gammel[kolonne].tolist()
    assert (ny["mottatt_dato"].to_numpy() > gammel["mottatt_dato"].to_numpy()).all()
    assert ramme.duplicated(["fodselsnummer", "gård"]).sum() == 40
    darlige = fasit.loc[fasit["problem"] == "ugyldig konto", "soknad_id"]
    assert len(darlige) == 20
    assert set(ramme.loc[~gyldige_kontonr(ramme["kontonummer"]), "soknad_id"]) == set(darlige)


def test_samme_fro_samme_soknader(samfunn: Samfunn, soknader: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    igjen = lag_soknader(samfunn, FELT, ANTALL, fro=11, dubletter=0.02, ugyldige_kontoer=0.01)
    pd.testing.assert_frame_equal(igjen, soknader[0])
    uten_ett = lag_soknader(samfunn, FELT[:-3], ANTALL, fro=11, dubletter=0.02, ugyldige_kontoer=0.01)
    pd.testing.assert_series_equal(uten_ett["arv"], igjen["arv"])  # a field does not disturb the others
    assert not lag_soknader(samfunn, FELT, ANTALL, fro=12)["fodselsnummer"].equals(igjen["fodselsnummer"])


def test_bare_utvalget_soker(samfunn: Samfunn) -> None:
    permittert = samfunn.personer["permittert_fra"].notna()
    fra = felt("borte_fra", "dato", {"fra": "permittert_fra"})
    andel = felt("andel", "prosent", {"fra": "permittert_prosent"})
    mottatt = {"fordeling": "dato", "fra": dt.date(2020, 4, 1), "til": dt.date(2020, 4, 1)}
    ramme = lag_soknader(samfunn, [fra, andel], 200, fro=1, utvalg=permittert, mottatt=mottatt, dubletter=0)
    assert ramme["borte_fra"].notna().all()
    assert set(ramme["andel"]) <= {1.0, 0.8, 0.6, 0.5, 0.4, 0.2}
    assert set(ramme["mottatt_dato"]) == {pd.Timestamp("2020-04-01")}


def test_soknadene_sier_som_registeret_men_ikke_alle(permitterte: Samfunn) -> None:
    """Only the laid-off apply; those who say another date than the register stand in the ground truth, with the field."""
    fra = felt("borte_fra", "dato", {"fra": "permittert_fra", "avvik": 0.05, "avvik_dager": [-45, -20], "mangler": 0.1})
    til = felt("borte_til", "dato", {"fra": "permittert_til"})
    andel = felt("andel", "prosent", {"fra": "permittert_prosent"})
    ramme, fasit = lag_soknader_med_fasit(permitterte, [fra, til, andel], 2_000, fro=1, dubletter=0.05)
    ekte = permitterte.permittering[permitterte.permittering["art"] == "permittering"].set_index("ident")
    ekte = ekte.reindex(ramme["fodselsnummer"]).reset_index()
    kjent = ekte["startdato"].notna() & ramme["borte_fra"].notna()
    skjult = permitterte.fasit.loc[permitterte.fasit["problem"] == 10, "ident"]
    assert set(ramme.loc[ekte["startdato"].isna(), "fodselsnummer"]) <= set(skjult)
    flyttet = (ramme["borte_fra"] - ekte["startdato"]).dt.days[kjent]
    andre = fasit[fasit["problem"] == AVVIK]
    assert set(andre["felt"]) == {"borte_fra"} and 70 < len(andre) < 110  # 5 % of nine tenths, and their duplicates
    uenige = ramme.loc[flyttet[flyttet != 0].index]
    uten_rad = set(ramme.loc[ekte["startdato"].isna(), "soknad_id"])
    assert set(uenige["soknad_id"]) == set(andre["soknad_id"]) - uten_rad
    assert flyttet[flyttet != 0].between(-45, -20).all()
    har_rad = ekte["startdato"].notna()
    assert (ramme["andel"] * 100 == ekte["prosent"])[har_rad].all()
    assert ((ramme["borte_til"] == ekte["sluttdato"]) | (ramme["borte_til"].isna() & ekte["sluttdato"].isna()))[har_rad].all()
    assert ramme["borte_til"].notna().any()


@pytest.mark.parametrize(
    ("ugyldig", "melding"),
    [
        (felt("a", "dato", {"fra": "ansatt_fra", "avvik": 0.1}), "avvik_dager"),
        (felt("a", "dato", {"fra": "ansatt_fra", "avvik": 0.1, "avvik_dager": [-3, 3]}), "avvik"),
        (felt("a", "kroner", {"fra": "dagslonn", "avvik": 0.1, "avvik_dager": [1, 3]}), "datoer"),
        (felt("a", "dato", {"fra": "ansatt_fra", "mellom": ["2020-03-16", "2020-06-01"]}), "mellom"),
        (felt("a", "dato", {"fra": "permittert_fra", "mellom": ["2020-03-16"]}), "mellom"),
        (felt("a", "dato", {"fordeling": "binomisk"}), "ukjent fordeling"),
        (felt("a", "heltall", {"verdi": 1, "mnagler": 0.1}), "mnagler"),
        (felt("a", "heltall", {"fordeling": "heltall", "fra": 1}), "mangler til"),
        (felt("a", "orgnr", {"fra": "naboen"}), "naboen"),
        (felt("a", "dato", {"fra": "maanedslonn"}), "kroner"),
        (felt("a", "dato", {"tillegg_dager": [1, 2], "fra_felt": "b"}), "«b»"),
        (felt("a", "heltall", {"verdi": 1, "naar": {"felt": "b", "er": [1]}}), "«b»"),
        (felt("a", "heltall", {"verdi": 1, "naar": {"felt": "a"}}), "naar"),
        (felt("a", "dato", {"tillegg_dager": [1, 2], "fra_felt": "a"}), "ring"),
        (felt("a", "valg", {"verdi": "dragen"}), "dragen"),
        (felt("a", "ja_nei", {"verdi": "ja"}), "true eller false"),
        (felt("a", "heltall", {"fordeling": "valg", "verdier": [1, 2], "vekter": [1]}), "vekter"),
        (felt("a", "heltall", {"verdi": "mange"}), "heltall"),
        (felt("a", "kroner", {"verdi": 1.005}), "desimaler"),
        (felt("a", "heltall", {"fordeling": "kroner", "snitt": 1, "spredning": 1}), "kroner"),
        (felt("a", "tekst", paakrevd=True), "påkrevd"),
        (
            felt(
                "a",
                "dato",
                {"fordeling": "dato", "fra": dt.date(2020, 5, 9), "til": dt.date(2020, 5, 10), "ukedag": True},
            ),
            "ingen dager",
        ),
    ],
)
def test_det_som_ikke_gaar(samfunn: Samfunn, ugyldig: Soknadsfelt, melding: str) -> None:
    with pytest.raises(Ordningsfeil, match=melding):
        lag_soknader(samfunn, [ugyldig], 10, fro=1)


def test_for_faa_personer(samfunn: Samfunn) -> None:
    with pytest.raises(Ordningsfeil, match="4000 personer"):
        lag_soknader(samfunn, [], 10_000, fro=1)


LES = {
    "dato": verdier.dato,
    "heltall": verdier.heltall,
    "kroner": verdier.ore,
    "prosent": verdier.prosent,
    "ja_nei": verdier.ja_nei,
    "tall": verdier.desimal,
}


def _som_ramme(ramme: pd.DataFrame, typer: dict[str, str]) -> list[dict[str, Any]]:
    """What the frame holds, in the values that the strict readers of the contract give."""

    def verdi(v: Any, type_: str) -> Any:
        if pd.isna(v):
            return None
        return {"dato": lambda: v.date(), "prosent": lambda: Decimal(str(v)), "tall": lambda: Decimal(str(v))}.get(
            type_, lambda: v
        )()

    return [{k: verdi(v, typer[k]) for k, v in rad.items() if k != "kilde_linje"} for rad in ramme.to_dict("records")]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_filene_kan_leses_tilbake(soknader: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path, ending: str) -> None:
    ramme = soknader[0].head(300)
    sti = skriv_soknader(ramme, FELT, tmp_path / f"soknader.{ending}")
    typer = {**KONVOLUTT, **{f.navn: f.type for f in FELT}}
    if ending == "parquet":
        rader = pq.read_table(sti).to_pylist()
    elif ending == "jsonl":
        rader = [json.loads(linje, parse_float=Decimal) for linje in sti.read_text("utf-8").splitlines()]
    else:
        rader = list(csv.DictReader(sti.open(encoding="utf-8", newline=""), delimiter=";"))
    lest = [
        {k: LES.get(typer[k], lambda t: t or None)("" if v is None else str(v)) for k, v in rad.items()}
        for rad in rader
    ]
    assert lest == _som_ramme(ramme, typer)


def test_csv_er_norsk(soknader: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path) -> None:
    ramme = soknader[0].iloc[:1].copy()
    ramme["fra"], ramme["grad"], ramme["lønn"], ramme["kappspist"] = (
        np.datetime64("2020-03-20", "s"),
        0.625,
        4_200_050,
        True,
    )
    ramme = ramme.astype({"grad": "Float64", "lønn": "Int64", "kappspist": "boolean"})
    tekst = skriv_soknader(ramme, FELT, tmp_path / "en.csv").read_text("utf-8")
    for ventet in (";20.03.2020;", ";62,5 %;", ";42000,50;", ";ja;", ';"Per; og ""Pål""";', ";1,75;"):
        assert ventet in tekst


def test_ukjent_filtype(soknader: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path) -> None:
    with pytest.raises(Ordningsfeil, match=r"\.xlsx"):
        skriv_soknader(soknader[0], FELT, tmp_path / "a.xlsx")
