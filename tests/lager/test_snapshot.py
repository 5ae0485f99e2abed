"""Snapshots on disk: the same bytes for the same frame, never rewritten, never read when they have changed."""

import fcntl
import json
import tempfile

import pandas as pd
import pytest
from lagereksempel import DAG

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.kontrakt.tabeller import INNTEKT
from kjerne.lager import fil as filer
from kjerne.lager import snapshot
from kjerne.lager.fil import rydd


@pytest.fixture
def inntekt():
    n = 500
    return INNTEKT.ramme({"rad_id": range(n), "ident": [f"0181{i:07d}" for i in range(n)],
                          "maaned": pd.Timestamp("2020-01-01"),
                          "inntekt_type": ["b" if i % 2 else "a" for i in range(n)], "antall": [None, 0.5] * (n // 2),
                          "beloep_ore": [None if i % 7 == 0 else i for i in range(n)],
                          "utloeser_aga": [True, None] * (n // 2),
                          "registrert_tid": pd.Timestamp("2020-02-01", tz="UTC")})  # fmt: skip


def test_snapshot_tur_retur_og_like_byte(inntekt, tmp_path):
    sha, sti, rader = snapshot.skriv(inntekt, tmp_path, "inntekt")
    fil = tmp_path / sti
    assert (
        rader == 500
        and fil.stat().st_mode & 0o777 == 0o600
        and [f.name for f in fil.parent.iterdir()] == [f"{sha}.parquet"]
    )
    tilbake = snapshot.les(tmp_path, sha, "inntekt")
    pd.testing.assert_frame_equal(tilbake, inntekt)
    assert INNTEKT.avvik(tilbake) == []
    assert snapshot.les(tmp_path, sha, "inntekt", ["ident"]).columns.tolist() == ["ident"]
    merke = fil.stat().st_mtime_ns, fil.stat().st_ino
    bakfram = inntekt.assign(inntekt_type=inntekt["inntekt_type"].cat.set_categories(["z", "b", "a"]))
    for lik in (tilbake, inntekt.set_index(inntekt.index + 7), bakfram, inntekt.astype({"ident": object})):
        assert snapshot.skriv(lik, tmp_path, "inntekt") == (sha, sti, 500)
    assert (fil.stat().st_mtime_ns, fil.stat().st_ino) == merke
    assert snapshot.skriv(inntekt.iloc[:0], tmp_path, "inntekt")[2] == 0
    assert snapshot.skriv(inntekt.iloc[::-1], tmp_path, "inntekt")[0] != sha


def test_snapshot_som_er_endret_eller_borte_leses_ikke(inntekt, tmp_path):
    sha, sti, _ = snapshot.skriv(inntekt, tmp_path, "inntekt")
    byte = bytearray((tmp_path / sti).read_bytes())
    byte[len(byte) // 2] ^= 1
    (tmp_path / sti).write_bytes(byte)
    with pytest.raises(Ordningsfeil, match="endret eller skadet"):
        snapshot.les(tmp_path, sha, "inntekt")
    with pytest.raises(Ordningsfeil, match="annet innhold"):
        snapshot.skriv(inntekt, tmp_path, "inntekt")
    (tmp_path / sti).unlink()
    with pytest.raises(Ordningsfeil, match="mangler"):
        snapshot.les(tmp_path, sha, "inntekt")


def test_snapshot_tar_bare_det_som_kan_leses_likt_tilbake(tmp_path):
    for kolonne in ([1, "a"], [["a"]], [b"x"], pd.Series([DAG]).astype("datetime64[ms]")):
        with pytest.raises(TypeError):
            snapshot.skriv(pd.DataFrame({"k": kolonne}), tmp_path, "a")
    with pytest.raises(ValueError, match="art"):
        snapshot.skriv(pd.DataFrame({"k": [1]}), tmp_path, "../a")
    assert rydd(tmp_path) == 0


def test_rester_etter_drepte_prosesser_ryddes(tmp_path):
    (tmp_path / "inntekt").mkdir()
    (tmp_path / "inntekt" / ".under-arbeid-abc").write_text(json.dumps({"fnr": "01810112345"}))
    assert rydd(tmp_path) == 1 and rydd(tmp_path) == 0


def _med_rydding_foer_laasen(monkeypatch, mappe, naar):
    """The next files are made, and then `naar` says whether `rydd` comes before the writer has its lock."""
    ekte, tatt = tempfile.mkstemp, []

    def mkstemp(**k):
        nr, sti = ekte(**k)
        if naar(len(tatt)):
            tatt.append(rydd(mappe))
        return nr, sti

    monkeypatch.setattr(tempfile, "mkstemp", mkstemp)
    return tatt


def test_rydding_mellom_fil_og_laas_tar_ikke_innholdet(tmp_path, monkeypatch):
    tatt = _med_rydding_foer_laasen(monkeypatch, tmp_path, lambda antall: antall < 2)
    _, sti = filer.skriv_fast(tmp_path, lambda fil: fil.write(b"42"), lambda sha: "svar", "prove")
    assert tatt == [1, 1] and sti.read_bytes() == b"42"
    assert [p.name for p in tmp_path.iterdir()] == ["svar"]


def test_rydding_lar_filer_i_bruk_vaere(tmp_path):
    def skriver(fil):
        fil.write(b"42")
        assert rydd(tmp_path) == 0

    _, sti = filer.skriv_fast(tmp_path, skriver, lambda sha: "svar", "prove")
    assert sti.read_bytes() == b"42"


def test_rydding_taaler_at_filen_ble_ferdig_imens(tmp_path, monkeypatch):
    """The writer renames the file after `rydd` has opened it and before it takes the lock."""
    rest = tmp_path / ".under-arbeid-abc"
    rest.write_text("42")
    ekte = fcntl.flock
    monkeypatch.setattr(fcntl, "flock", lambda *a: (ekte(*a), rest.rename(tmp_path / "ferdig")))
    assert rydd(tmp_path) == 0 and (tmp_path / "ferdig").read_text() == "42"
