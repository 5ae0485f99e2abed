"""The society: same seed, same tables; canonical; only people who do not exist; realistic in the large."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import kjerne.syntetisk.samfunn as samfunnsrom
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.identer import gyldige_identer, gyldige_kontonr, gyldige_orgnr, syntetiske_identer
from kjerne.kontrakt.tabeller import TABELLER
from kjerne.syntetisk import Samfunn, lag_samfunn, samfunnsdeler, skriv_nytt_samfunn, skriv_samfunn

RAMMER = ("personer", "arbeidsgivere", "arbeidsforhold", "permittering", "inntekt", "fasit")


def _hasher(filer: list[Path]) -> dict[str, str]:
    return {sti.name: hashlib.sha256(sti.read_bytes()).hexdigest() for sti in filer}


def test_samme_fro_gir_samme_bytes(tmp_path: Path) -> None:
    en, to, annen = (
        _hasher(skriv_samfunn(lag_samfunn(300, fro=f), tmp_path / str(i))) for i, f in enumerate((3, 3, 4))
    )
    assert en == to
    assert len(en) == 8
    assert all(en[navn] != annen[navn] for navn in en)


@pytest.mark.parametrize("navn", sorted(TABELLER))
def test_tabellene_er_kanoniske(samfunn: Samfunn, navn: str) -> None:
    ramme = getattr(samfunn, navn)
    assert TABELLER[navn].avvik(ramme) == []
    assert ramme["rad_id"].tolist() == list(range(len(ramme)))
    assert ramme["ident"].is_monotonic_increasing


def test_inntekten_er_ordnet_og_hel(samfunn: Samfunn) -> None:
    i = samfunn.inntekt
    par = i["ident"].astype(str) + i["maaned"].dt.strftime("%Y-%m")
    assert par.is_monotonic_increasing
    assert (i["maaned"].dt.day == 1).all()
    assert i["maaned"].min() == pd.Timestamp("2019-03-01")
    for kolonne in (
        "beloep_ore",
        "opplysningspliktig",
        "virksomhet",
        "inntekt_type",
        "fordel",
        "beskrivelse",
        "registrert_tid",
    ):
        assert i[kolonne].notna().all()


def test_alle_nummer_er_gyldige_og_syntetiske(samfunn: Samfunn) -> None:
    p, i, a = samfunn.personer, samfunn.inntekt, samfunn.arbeidsgivere
    for serie in (
        p["ident"],
        p["tidligere_ident"].dropna(),
        i["ident"],
        samfunn.arbeidsforhold["ident"],
        samfunn.permittering["ident"],
    ):
        assert syntetiske_identer(serie).all()
    for serie in (i["opplysningspliktig"], i["virksomhet"], a["virksomhet"], a["opplysningspliktig"]):
        privat = gyldige_identer(serie)
        assert (gyldige_orgnr(serie) | privat).all()
        assert syntetiske_identer(serie[privat]).all()
    assert gyldige_kontonr(p["kontonummer"]).all()
    assert gyldige_kontonr(a["konto"]).all()
    assert p["ident"].is_unique
    assert p["kontonummer"].is_unique
    assert a["virksomhet"].is_unique
    assert not set(p["ident"]) & set(p["tidligere_ident"].dropna())
    assert not set(p["kontonummer"]) & set(a["konto"])


def test_fodselsdatoen_staar_i_nummeret(samfunn: Samfunn) -> None:
    fodt = samfunn.personer["fodselsdato"]
    skrevet = fodt.dt.strftime("%d%m%y").astype(int) + 8000  # month + 80
    i_nummeret = samfunn.personer["ident"].str[:6].astype(int)
    assert (i_nummeret.where(i_nummeret < 400_000, i_nummeret - 400_000) == skrevet).all()


def test_i_det_store_ligner_det(samfunn: Samfunn) -> None:
    p, i = samfunn.personer, samfunn.inntekt
    heltid = p.loc[p["stillingsprosent"] == 100, "maanedslonn_ore"] / 100
    assert 40_000 < heltid.median() < 44_000
    assert 1.6 < heltid.quantile(0.9) / heltid.quantile(0.1) < 3.5
    assert 0.10 < (p["maalform"] == "nn").mean() < 0.14
    assert 0.08 < p["permittert_fra"].notna().mean() < 0.18
    flere = samfunn.arbeidsforhold["arbeidsforhold_id"] == "2"
    assert 0.06 < flere.sum() / len(p) < 0.10
    storst = samfunn.arbeidsgivere["ansatte"].sort_values(ascending=False)
    assert storst.iloc[: len(storst) // 10].sum() > 0.3 * storst.sum()
    timer = i[i["beskrivelse"] == "timeloenn"]
    assert (timer["antall"].notna()).mean() > 0.9
    ferie = i[i["beskrivelse"].isin(["feriepenger", "trekkILoennForFerie"])]
    assert (ferie["maaned"] == "2019-06-01").all()
    assert (i.loc[i["beskrivelse"] == "trekkILoennForFerie", "beloep_ore"] < 0).all()
    assert {"sykepenger", "bonus", "overtidsgodtgjoerelse", "honorarAkkordProsentProvisjon", "bil"} <= set(
        i["beskrivelse"]
    )


def test_maanedslonnen_er_snittet_av_hele_maaneder(rent: Samfunn) -> None:
    """For those who are there all the time, counted from the rows themselves."""
    i = rent.inntekt.merge(rent.personer[["ident", "hovedarbeidsgiver"]], on="ident")
    borte = set(rent.permittering["ident"]) | set(i.loc[i["beskrivelse"] == "sykepenger", "ident"])
    borte |= set(rent.arbeidsforhold.loc[rent.arbeidsforhold["startdato"] >= "2019-03-01", "ident"])
    borte |= set(rent.arbeidsforhold.loc[rent.arbeidsforhold["sluttdato"].notna(), "ident"])
    i = i[(i["virksomhet"] == i["hovedarbeidsgiver"]) & (i["fordel"] == "kontantytelse") & ~i["ident"].isin(borte)]
    i = i[~i["beskrivelse"].isin(["feriepenger", "trekkILoennForFerie"])]
    sum_ = i.groupby("ident")["beloep_ore"].sum()
    fasit = rent.personer.set_index("ident")["maanedslonn_ore"].loc[sum_.index]
    assert len(sum_) > 2_000
    assert ((2 * sum_ + 15) // 30).equals(fasit.rename("beloep_ore"))


def test_delene_er_det_samme_samfunnet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(samfunnsrom, "DEL", 250)
    helt = lag_samfunn(900, fro=5)
    deler = list(samfunnsdeler(900, fro=5))
    assert len(deler) == 4
    assert sum(len(d.personer) for d in deler) == len(helt.personer) == 900
    assert helt.inntekt["rad_id"].tolist() == list(range(len(helt.inntekt)))
    assert helt.inntekt["ident"].is_monotonic_increasing
    assert all(
        set(d.inntekt["ident"]).isdisjoint(e.inntekt["ident"]) for d, e in zip(deler[:-1], deler[1:], strict=True)
    )
    skriv_samfunn(helt, tmp_path / "helt")
    lett = skriv_nytt_samfunn(tmp_path / "deler", 900, fro=5)
    for navn in ("inntekt.v2.jsonl", "arbeidsforhold.v2.jsonl"):
        assert (tmp_path / "helt" / navn).read_bytes() == (tmp_path / "deler" / navn).read_bytes()
    for navn in RAMMER:
        en, to = (pq.read_table(tmp_path / m / f"{navn}.parquet").to_pandas() for m in ("helt", "deler"))
        if navn == "fasit":  # written by block: other order
            en, to = (r.sort_values(list(r.columns), ignore_index=True) for r in (en, to))
        pd.testing.assert_frame_equal(en, to)
    pd.testing.assert_frame_equal(lett.personer, helt.personer)
    assert len(lett.inntekt) == 0


def test_andre_maaneder() -> None:
    s = lag_samfunn(200, fro=1, siste_maaned=dt.date(2021, 3, 17), maaneder=6)
    vanlige = s.inntekt[~s.inntekt["rad_id"].isin(s.fasit.loc[s.fasit["problem"] == 23, "rad_id"])]
    assert sorted(vanlige["maaned"].dt.strftime("%Y-%m").unique()) == [
        "2020-10", "2020-11", "2020-12", "2021-01", "2021-02", "2021-03",
    ]  # fmt: skip
    assert 6 not in set(s.fasit["problem"])  # no June in the time


@pytest.mark.parametrize(("antall", "fro", "maaneder"), [(0, 1, 15), (10, -1, 15), (10, 1, 3), (10, 1, 37)])
def test_umulige_samfunn(antall: int, fro: int, maaneder: int) -> None:
    with pytest.raises(Ordningsfeil) as feil:
        lag_samfunn(antall, fro, maaneder=maaneder)
    assert feil.value.kode == 2


@pytest.mark.parametrize("antall", [1, 2, 30])
def test_smaa_samfunn(antall: int) -> None:
    s = lag_samfunn(antall, fro=2)
    assert len(s.personer) == antall
    assert len(s.inntekt)


def test_uferdige_filer_blir_ikke_liggende(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samfunnsrom, "DEL", 100)

    def avbryt(antall: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        skriv_nytt_samfunn(tmp_path, 300, fro=1, fremdrift=avbryt)
    assert list(tmp_path.iterdir()) == []
