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


def egne_kilder(mappe: Path) -> None:
    """The human part, at its least: sources of one's own in place of the template's, and pages about the scheme."""
    for navn, endret in {
        "regler.py": {'kilde="mal"': 'kilde="utkast"'},
        "parametre.csv": {";mal;EKSEMPEL fra malen: bytt ut": ";utkast;"},
        "ordning.toml": {"\nmal = ": "\nutkast = ", "Malens eksempel: juristen bekrefter fristen": "forvaltningsloven § 29"},
    }.items():
        tekst = (mappe / navn).read_text("utf-8")
        for gammel, ny in endret.items():
            assert gammel in tekst, (navn, gammel)
            tekst = tekst.replace(gammel, ny)
        (mappe / navn).write_text(tekst, "utf-8")
    (mappe / "README.md").write_text("# Min ordning\n\nEn øvelse.\n", "utf-8")
    (mappe / "runbook.md").write_text((mappe / "runbook.md").read_text("utf-8") + "\nVakt: den som leser dette.\n", "utf-8")


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
