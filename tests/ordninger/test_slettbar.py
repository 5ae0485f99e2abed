"""A scheme is one folder: when it is deleted, the engine, its tests and the other schemes do not notice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kjerne.regelmotor.oppdagelse import ROT, mapper

MED = ("kjerne", "flows", "templates", "ordninger", "tests", "pyproject.toml", "README.md")
# All that asks after every scheme, and the scheme's own tests, which must say that it is gone. That the engine needs no scheme
# is proved in tests/arkitektur, and a scheme's own oracle reads no other folder than its own.
PROVER = ("tests/ordninger/test_alle_ordninger.py", "tests/ordninger/test_{id}_*.py", "tests/cli/test_*.py")
RASKE_DORER = "README or feil_bruk or vurder or skriver_ordninger or ukjent_ordning or odelagt"


@pytest.mark.parametrize("mappe", mapper(ROT / "ordninger"), ids=lambda m: m.name)
def test_uten_ordningen_er_alt_annet_gront(mappe: Path, tmp_path: Path):
    for navn in MED:
        kilde, maal = ROT / navn, tmp_path / navn
        if kilde.is_dir():
            shutil.copytree(kilde, maal, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(kilde, maal)
    shutil.rmtree(tmp_path / "ordninger" / mappe.name)
    miljo = {n: v for n, v in os.environ.items() if not n.startswith("ORDNING")} | {"PYTHONPATH": str(tmp_path)}

    kommando = [sys.executable, "-m", "kjerne.cli", "status", "--json"]
    status = subprocess.run(kommando, cwd=tmp_path, env=miljo, capture_output=True, text=True)
    assert status.returncode == 0, status.stderr
    igjen = {o["ordning"] for o in json.loads(status.stdout)["ordninger"]}
    assert igjen == {m.name for m in mapper(ROT / "ordninger")} - {mappe.name}

    prover = [str(f) for monster in PROVER for f in sorted(tmp_path.glob(monster.format(id=mappe.name)))]
    assert any(mappe.name in p for p in prover)
    kommando = [sys.executable, "-m", "pytest", *prover, "-k", f"not test_cli or {RASKE_DORER}"]
    svar = subprocess.run(kommando, cwd=tmp_path, env=miljo, capture_output=True, text=True)
    assert svar.returncode == 0, svar.stdout[-4000:]
    assert " passed" in svar.stdout.splitlines()[-1]
