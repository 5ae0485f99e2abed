"""Applications from files: the same frame from every form, and a reason for every line that is not in it."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from proevesoknad import grunner, les, soknader, som_csv, som_parquet, typet

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.identer import er_kontonr


def test_alle_former_gir_samme_ramme(tmp_path: Path) -> None:
    ramme = soknader(20)
    jsonl = "\n".join(json.dumps(r, ensure_ascii=False) for r in ramme.to_dict("records"))
    former = {
        "csv": les(tmp_path, som_csv(ramme)),
        "komma": les(tmp_path, som_csv(ramme, ",")),
        "jsonl": les(tmp_path, jsonl, "s.txt"),
        "json": les(tmp_path, json.dumps(ramme.to_dict("records")), "s.txt"),
        "tekst-parquet": som_parquet(tmp_path, ramme),
        "parquet": som_parquet(tmp_path, typet(ramme)),
    }
    for navn, lest in former.items():
        assert (lest.linjer_inn, lest.akseptert, len(lest.karantene)) == (20, 20, 0), navn
        assert_frame_equal(
            lest.ramme.drop(columns="kilde_linje"), former["csv"].ramme.drop(columns="kilde_linje"), obj=navn
        )
    assert [former[n].format for n in ("csv", "jsonl", "json", "parquet")] == [
        "soknad-csv",
        "soknad-jsonl",
        "soknad-json",
        "soknad-parquet",
    ]
    assert (
        former["csv"].ramme["kilde_linje"][0],
        former["jsonl"].ramme["kilde_linje"][0],
        former["parquet"].ramme["kilde_linje"][0],
    ) == (2, 1, 1)


def test_typer_og_verdier(tmp_path: Path) -> None:
    r = les(tmp_path, som_csv(soknader(4))).ramme
    assert {n: str(t) for n, t in r.dtypes.items()} == {
        "soknad_id": "string",
        "fodselsnummer": "string",
        "kontonummer": "string",
        "maalform": "string",
        "mottatt_dato": "datetime64[s]",
        "arbeidsgiver": "string",
        "fra_dato": "datetime64[s]",
        "til_dato": "datetime64[s]",
        "grad": "Float64",
        "månedslønn": "Int64",
        "barn": "Int64",
        "timer": "Float64",
        "har_fått": "boolean",
        "meldt_av": "string",
        "andre_konto": "string",
        "merknad": "string",
        "fått_før": "boolean",
        "kilde_linje": "Int64",
    }
    assert r["månedslønn"].tolist() == [3_012_345, 3_000_100, 3_000_200, 3_312_345]
    assert r["grad"].tolist() == [0.625, 1.0, 0.625, 1.0]
    assert r["til_dato"].dt.year.tolist() == [9999] * 4
    assert r["andre_konto"].isna().all()
    assert r["fått_før"].isna().all(), "registeret svarer, ikke tomt_betyr"
    assert r["maalform"].tolist() == ["nn", "nb", "nb", "nb"]


@pytest.mark.parametrize(
    ("felt", "verdi", "grunn"),
    [
        ("fodselsnummer", "01018012345", "fodselsnummer er ikke et gyldig fødselsnummer"),
        ("fodselsnummer", "", "fodselsnummer mangler"),
        ("fodselsnummer", "０１８１０１１２３４５", "fodselsnummer er ikke et gyldig"),
        ("arbeidsgiver", "999999999", "arbeidsgiver er ikke et gyldig organisasjonsnummer"),
        ("arbeidsgiver", "12345678", "organisasjonsnummer"),
        ("arbeidsgiver", "", "arbeidsgiver mangler"),
        ("meldt_av", "kongen", "meldt_av er ikke et av valgene arbeidsgiver, arbeidstaker"),
        ("maalform", "engelsk", "maalform er ikke et av valgene nb, nn"),
        ("månedslønn", "mye", "månedslønn kan ikke leses som beløp"),
        ("månedslønn", "1,234", "beløp"),
        ("fra_dato", "30.02.2020", "fra_dato kan ikke leses som dato"),
        ("fra_dato", "43831", "dato"),
        ("fra_dato", "", "fra_dato mangler"),
        ("mottatt_dato", "i går", "mottatt_dato kan"),
        ("grad", "halv", "grad kan ikke leses som prosent"),
        ("barn", "1,5", "helt tall"),
        ("timer", "1e9", "tall"),
        ("har_fått", "kanskje", "verken ja eller nei"),
        ("soknad_id", "", "soknad_id mangler"),
        ("soknad_id", "../../etc", "soknad_id kan ikke leses"),
        ("soknad_id", "x" * 101, "soknad_id"),
        ("merknad", "x" * 4001, "merknad"),
    ],
)
def test_en_daarlig_linje_tar_ikke_de_andre(tmp_path: Path, felt: str, verdi: str, grunn: str) -> None:
    ramme = soknader(3)
    ramme.loc[1, felt] = verdi
    lest = les(tmp_path, som_csv(ramme))
    assert (lest.linjer_inn, lest.akseptert) == (3, 2)
    assert list(grunner(lest)) == [3]
    assert grunn in grunner(lest)[3]
    assert not verdi or verdi not in grunner(lest)[3], "grunnen gjentar ikke det som sto der"
    assert_frame_equal(
        les(tmp_path, som_csv(ramme.drop(index=1))).ramme.drop(columns="kilde_linje"),
        lest.ramme.drop(columns="kilde_linje"),
    )


def test_flere_grunner_paa_samme_linje(tmp_path: Path) -> None:
    ramme = soknader(1).assign(arbeidsgiver="1", fra_dato="x", grad="y")
    grunn = grunner(les(tmp_path, som_csv(ramme)))[2]
    assert all(n in grunn for n in ("arbeidsgiver", "fra_dato", "grad"))
    assert "fra_dato mangler" not in grunn


def test_ekte_fodselsnummer_bare_naar_det_er_tillatt(tmp_path: Path) -> None:
    ramme = soknader(2)
    ramme.loc[0, "fodselsnummer"] = "02013299997"  # Skatteetaten's own published example, not a person
    lest = les(tmp_path, som_csv(ramme))
    assert "bare syntetiske" in grunner(lest)[2]
    assert les(tmp_path, som_csv(ramme), krev_syntetisk=False).akseptert == 2


def test_ugyldig_eller_tom_konto_er_ikke_mottakets_sak(tmp_path: Path) -> None:
    ramme = soknader(3)
    ramme["kontonummer"] = ["1234.56.78901", "", "konto"]
    assert les(tmp_path, som_csv(ramme)).ramme["kontonummer"].tolist() == ["12345678901", pd.NA, "konto"]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_sitt_eget_fodselsnummer_er_ingen_konto(tmp_path: Path, form: str) -> None:
    """Certain when it is the applicant's own. Somebody else's number may be an account by chance, so it is taken in."""
    ramme = soknader(4)
    eget = ramme["fodselsnummer"].tolist()
    assert all(map(er_kontonr, eget)), "de samme vektene: kontrollsifferet sier ingenting"
    ramme["kontonummer"] = [f"{eget[0][:4]}.{eget[0][4:6]}.{eget[0][6:]}", eget[2], eget[2], ramme["kontonummer"][3]]
    ramme["andre_konto"] = ["", "", "", eget[3]]
    linjene = (json.dumps({n: v for n, v in r.items() if v != ""}) for r in ramme.to_dict("records"))
    lest = {"csv": lambda: les(tmp_path, som_csv(ramme)), "jsonl": lambda: les(tmp_path, "\n".join(linjene), "s.jsonl"),
            "parquet": lambda: som_parquet(tmp_path, ramme)}[form]()  # fmt: skip
    hvorfor = "er fødselsnummeret til søkeren, ikke et kontonummer"
    assert lest.karantene["grunn"].tolist() == [f"kontonummer {hvorfor}", f"kontonummer {hvorfor}", f"andre_konto {hvorfor}"]
    assert lest.ramme["kontonummer"].tolist() == [eget[2]] and lest.linjer_inn == 4


def test_numre_med_mellomrom(tmp_path: Path) -> None:
    ramme = soknader(1)
    skrevet = ramme.assign(
        fodselsnummer=ramme["fodselsnummer"].str[:6] + " " + ramme["fodselsnummer"].str[6:],
        arbeidsgiver=[f"{o[:3]} {o[3:6]}\u00a0{o[6:]}" for o in ramme["arbeidsgiver"]],
    )
    assert_frame_equal(les(tmp_path, som_csv(skrevet)).ramme, les(tmp_path, som_csv(ramme)).ramme)


def test_dobbelt_soknad_id(tmp_path: Path) -> None:
    ramme = pd.concat([soknader(3), soknader(1), soknader(2).tail(1).assign(barn="9")], ignore_index=True)
    lest = les(tmp_path, som_csv(ramme))
    assert (lest.linjer_inn, lest.akseptert, lest.ramme["soknad_id"].is_unique) == (5, 3, True)
    assert "linje 2, med samme innhold" in grunner(lest)[5]
    assert "linje 3, med et annet innhold" in grunner(lest)[6]


def test_forste_brukbare_linje_gjelder(tmp_path: Path) -> None:
    ramme = pd.concat([soknader(1).assign(grad="x"), soknader(1)], ignore_index=True)
    lest = les(tmp_path, som_csv(ramme))
    assert (list(grunner(lest)), lest.ramme["kilde_linje"].tolist()) == ([2], [3])


def test_overskrift_i_nfd_bom_og_crlf(tmp_path: Path) -> None:
    tekst = unicodedata.normalize("NFD", som_csv(soknader(3))).replace("\n", "\r\n")
    lest = les(tmp_path, "\ufeff" + tekst + "\r\n \r\n")
    assert (lest.linjer_inn, lest.akseptert) == (3, 3)
    assert lest.ramme["merknad"].tolist() == ["Ærlig æøå"] * 3


@pytest.mark.parametrize(
    ("endre", "hva"),
    [
        (lambda r: r.rename(columns={"månedslønn": "manedslønn"}), "Mente du «månedslønn»"),
        (lambda r: r.rename(columns={"fra_dato": "fradato"}), "Gi kolonnen «fradato» navnet «fra_dato»"),
        (lambda r: r.drop(columns="kontonummer"), "«kontonummer» mangler"),
        (lambda r: r.assign(tull=1), "«tull» er ukjent"),
        (lambda r: r.assign(fått_før="ja"), "fylles fra register"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_feil_i_kolonnene_stanser_filen(tmp_path: Path, form: str, endre: Any, hva: str) -> None:
    ramme = endre(soknader(3))
    with pytest.raises(Ordningsfeil) as feil:
        if form == "parquet":
            som_parquet(tmp_path, ramme)
        elif form == "csv":
            les(tmp_path, som_csv(ramme))
        else:
            les(tmp_path, "\n".join(json.dumps(r) for r in ramme.to_dict("records")))
    assert hva in str(feil.value)


def test_valgfrie_kolonner_kan_mangle(tmp_path: Path) -> None:
    r = les(
        tmp_path, som_csv(soknader(2).drop(columns=["maalform", "barn", "til_dato", "grad"]).assign(fått_før=""))
    ).ramme
    assert (r["maalform"].tolist(), r["barn"].tolist(), r["grad"].isna().all(), r["til_dato"].dt.year[0]) == (
        ["nb"] * 2,
        [0, 0],
        True,
        9999,
    )


def test_csv_linjer_som_ikke_kan_deles(tmp_path: Path) -> None:
    hode, *rader = som_csv(soknader(3)).splitlines()
    lest = les(tmp_path, "\n".join([hode, rader[0], rader[1] + ";", '"' + rader[1], hode, rader[2] + "\x00", rader[2]]))
    assert (lest.linjer_inn, lest.akseptert, list(grunner(lest))) == (6, 2, [3, 4, 5, 6])


def test_bare_overskrift(tmp_path: Path) -> None:
    lest = les(tmp_path, som_csv(soknader(1).iloc[:0]))
    assert (lest.linjer_inn, lest.akseptert, str(lest.ramme["fra_dato"].dtype)) == (0, 0, "datetime64[s]")


def test_hash_og_repr(tmp_path: Path) -> None:
    tekst = som_csv(soknader(1).assign(grad="x"))
    lest = les(tmp_path, tekst)
    assert lest.sha256 == hashlib.sha256(tekst.encode()).hexdigest()
    assert lest.karantene["raa_sha256"][0] == hashlib.sha256(tekst.splitlines()[1].encode()).hexdigest()
    assert soknader(1)["fodselsnummer"][0] not in repr(les(tmp_path, som_csv(soknader(1))))


def test_ingen_flyttall_i_beloep(tmp_path: Path) -> None:
    kroner = [f"{n / 100:.2f}".replace(".", ",") for n in np.arange(1, 3001)]
    ramme = soknader(3000).assign(månedslønn=kroner)
    assert les(tmp_path, som_csv(ramme)).ramme["månedslønn"].tolist() == list(range(1, 3001))
