"""A run whose amounts are not whole kroner stops before anything is decided, and goes on when the rule is mended."""

import shutil

import pytest
import sqlalchemy as sa

from kjerne.kjoring.helt import kjor_ordning
from kjerne.kontrakt.feil import Ordningsfeil
from kjerne.lager.motor import lesende
from kjerne.lager.tabeller import brev, linje, vedtak
from tests.kjoring.conftest import EVENTYR
from tests.sjekk.ordningskopi import bytt

GULL = "return dagsats * stønadsdager"


def antall(rom, tabell) -> int:
    with lesende(rom.motor) as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(tabell))


def test_ingen_vedtak_med_oere_blir_lagret(rom, grunnlag, tmp_path, monkeypatch):
    shutil.copytree(EVENTYR, tmp_path / "eventyr", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv("ORDNINGER_STI", str(tmp_path / "eventyr"))
    regler = tmp_path / "eventyr" / "askeladden" / "regler.py"
    bytt(regler, GULL, "return hele_øre(dagsats * dagsfaktor) * stønadsdager")
    bytt(regler, "def gull(dagsats, stønadsdager)", "def gull(dagsats, stønadsdager, dagsfaktor)")
    bytt(regler, "    hele_kroner,\n", "    hele_kroner,\n    hele_øre,\n")
    with pytest.raises(Ordningsfeil, match="gull gir ikke hele kroner i") as feil:
        kjor_ordning(rom, "askeladden", grunnlag)
    assert feil.value.kode == 3 and "hele_kroner(…)" in feil.value.gjor_dette and "regler.py, linje" in feil.value.hvor
    assert [antall(rom, t) for t in (vedtak, linje, brev)] == [0, 0, 0]
    bytt(regler, "return hele_øre(dagsats * dagsfaktor) * stønadsdager", GULL)
    kjor_ordning(rom, "askeladden", grunnlag)
    assert antall(rom, vedtak) > 0
