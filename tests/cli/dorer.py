"""The command `ordning` as tests call it: in this process, through the same main() as the launcher."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kjerne.cli.app import main

EVENTYR = Path(__file__).parents[1] / "eventyr"
ENGELSK = re.compile(r"\b(error|missing|invalid|usage|traceback|exception|not|should|failed|none|true|false)\b", re.IGNORECASE)


@dataclass
class Svar:
    kode: int
    ut: str
    feil: str

    @property
    def json(self) -> Any:
        """The one object or array on stdout. Fails when there is anything else."""
        return json.loads(self.ut)


def ordning(*args: object, miljo: dict[str, str] | None = None, inn: str = "") -> Svar:
    """Runs the command with these variables in the environment, and `inn` typed."""
    ut, feil = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as m:
        for navn, verdi in (miljo or {}).items():
            m.setenv(navn, verdi)
        m.setattr(sys, "argv", ["ordning", *map(str, args)])
        m.setattr(sys, "stdin", io.StringIO(inn))
        with contextlib.redirect_stdout(ut), contextlib.redirect_stderr(feil), pytest.raises(SystemExit) as slutt:
            main()
    return Svar(int(slutt.value.code or 0), ut.getvalue(), feil.getvalue())


def miljo(data: Path, ordninger: Path = EVENTYR, bruker: str = "ola") -> dict[str, str]:
    """Settings of a test: its own data, its own database, the fictional scheme."""
    assert "ORDNING_MILJO" not in os.environ
    return {"ORDNING_DATA": str(data), "ORDNINGER_STI": str(ordninger), "ORDNING_BRUKER": bruker, "ORDNING_DATABASE_URL": ""}
