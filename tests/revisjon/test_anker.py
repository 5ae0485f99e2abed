"""The anchor: outside the database, for the owner only, whole lines or none."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.revisjon import anker
from tests.revisjon.kjeder import NAA, kjede

RADER = kjede(50)


def skriv(mappe, nr: int) -> None:
    anker.skriv(mappe, nr, RADER[nr - 1][-1], NAA)


def test_hvert_hode_en_linje_og_det_samme_bare_en_gang(tmp_path):
    mappe = tmp_path / "revisjon"
    for nr in (1, 1, 3, 3, 2):
        skriv(mappe, nr)
    sti = mappe / anker.FILNAVN
    assert [json.loads(linje)["nr"] for linje in sti.read_text().splitlines()] == [1, 3, 2]
    assert (sti.stat().st_mode & 0o777, mappe.stat().st_mode & 0o777) == (0o600, 0o700)
    lest = anker.les(mappe)
    assert lest.hasher == {nr: [RADER[nr - 1][-1]] for nr in (1, 3, 2)} and not lest.uleselige


def test_rettigheter_som_noen_har_aapnet_lukkes(tmp_path):
    skriv(tmp_path, 1)
    (tmp_path / anker.FILNAVN).chmod(0o644)
    skriv(tmp_path, 2)
    assert (tmp_path / anker.FILNAVN).stat().st_mode & 0o777 == 0o600


def test_en_halv_linje_etter_et_drap_fjernes_av_neste(tmp_path):
    skriv(tmp_path, 1)
    hel = (tmp_path / anker.FILNAVN).read_bytes()
    for kutt in range(1, len(hel)):
        (tmp_path / anker.FILNAVN).write_bytes(hel + hel[:kutt])
        assert anker.les(tmp_path).hasher == {1: [RADER[0][-1]]} and not anker.les(tmp_path).uleselige
        skriv(tmp_path, 2)
        assert sorted(anker.les(tmp_path).hasher) == [1, 2] and not anker.les(tmp_path).uleselige


def test_en_linje_som_ikke_er_et_anker_meldes(tmp_path):
    skriv(tmp_path, 1)
    with (tmp_path / anker.FILNAVN).open("ab") as fil:
        fil.write(b"tull\n[]\n{\"nr\":\"x\",\"hash\":\"y\"}\n\xff\n{\"nr\":0,\"hash\":\"" + b"0" * 64 + b"\"}\n")
    assert anker.les(tmp_path).uleselige == [2, 3, 4, 5, 6]


def test_mange_samtidig(tmp_path):
    with ThreadPoolExecutor(8) as traader:
        list(traader.map(lambda nr: skriv(tmp_path, nr), range(1, 51)))
    lest = anker.les(tmp_path)
    assert sorted(lest.hasher) == list(range(1, 51)) and not lest.uleselige


def test_uten_fil(tmp_path):
    assert not anker.les(tmp_path / "finnes ikke").finnes


def test_anker_fra_en_rapport():
    assert anker.tolk(f" {anker.utskrevet(7, 'a' * 64)} ") == (7, "a" * 64)
    for galt in ("", "7", f"0:{'a' * 64}", f"7:{'A' * 64}", f"7:{'a' * 63}", f"7:{'a' * 65}", f"٧:{'a' * 64}", f"-7:{'a' * 64}"):
        with pytest.raises(Ordningsfeil) as feil:
            anker.tolk(galt)
        assert feil.value.kode == 2
