"""New schemes for the tests: answers, folders, and a template that has moved on."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from pathlib import Path
from typing import Any

from kjerne.kjoring.flytfil import les_flyt
from kjerne.regelmotor.regeldok import skriv_regeldok
from kjerne.regelmotor.regelverk import les_regelverk
from kjerne.sjekk import sjekk_ordning
from kjerne.skjelett import Svar, skriv_ny, standardsvar
from kjerne.skjelett.mal import MALER
from kjerne.skjelett.svar import som_svar

IDAG = dt.date(2026, 11, 22)
FELLES = Path(__file__).parents[1] / "eventyr" / "_felles"


def svar_for(id_: str = "prove", **gitt: Any) -> Svar:
    return som_svar(standardsvar(id_, IDAG, gitt), "svarene")


def rot(tmp_path: Path) -> Path:
    """An empty place for schemes, with the shared law beside them."""
    ut = tmp_path / "ordninger"
    shutil.copytree(FELLES, ut / "_felles")
    return ut


def lag(rot_: Path, id_: str = "prove", **gitt: Any) -> Path:
    return skriv_ny(rot_, id_, svar_for(id_, **gitt), sjekk_ordning)


def funn(mappe: Path) -> list[str]:
    """What `ordning sjekk` says after REGLER.md has been made anew."""
    skriv_regeldok(les_regelverk(mappe))
    les_flyt(mappe)
    return [f.hva for f in sjekk_ordning(mappe)]


def alt(mappe: Path) -> dict[str, str]:
    """Every file and its fingerprint."""
    filer = [f for f in sorted(mappe.rglob("*")) if f.is_file() and "__pycache__" not in f.parts]
    return {f.relative_to(mappe).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in filer}


def nyere_mal(tmp_path: Path, **endret: tuple[str, str]) -> Path:
    """A copy of the template where, in the file named (dots as __), the first text is replaced by the second."""
    mal = tmp_path / "nyere"
    shutil.copytree(MALER / "ordning", mal)
    for navn, (gammel, ny) in endret.items():
        bytt(mal / navn.replace("__", "."), gammel, ny)
    return mal


def bytt(sti: Path, gammel: str, ny: str) -> None:
    """An edit. Fails when there is nothing to edit."""
    tekst = sti.read_text("utf-8")
    assert tekst.count(gammel) == 1, (sti.name, gammel, tekst.count(gammel))
    sti.write_text(tekst.replace(gammel, ny), "utf-8")
