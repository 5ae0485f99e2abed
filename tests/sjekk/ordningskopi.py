"""A place with two schemes, complete to the last file: one to spoil, one that must not notice."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

from kjerne.kontrakt.modenhet import MENNESKEKRAV
from kjerne.regelmotor.regeldok import skriv_regeldok
from kjerne.regelmotor.regelverk import les_regelverk
from kjerne.sjekk import sjekk_ordning
from kjerne.sjekk.runbook import KAPITLER

EVENTYR = Path(__file__).parents[1] / "eventyr"
GODE = ("askeladden", "gjetergutten")
OVER_TAKET = "A-16;KL § 3 andre ledd;Over taket fra mai;910000004;10.05.2020;100 %;ja;ja;5000;kongen;20.05.2020;innvilget;;;;;"


def lag_hel(rot: Path) -> Path:
    """The folder «askeladden» with all that `sjekk` asks for, beside another scheme and the shared law."""
    for navn in (*GODE, "_felles"):
        shutil.copytree(EVENTYR / navn, rot / navn, ignore=shutil.ignore_patterns("__pycache__"))
    mappe = rot / "askeladden"
    manifest = mappe / "ordning.toml"
    tekst = manifest.read_text("utf-8").replace("  { navn = ", '  { formaal = "Prøve reglene", navn = ')
    tekst = re.sub('(?m)^tilstand = ".*"$', 'tilstand = "utkast"', tekst)
    manifest.write_text(tekst + '\n[personvern]\nhjemmel = "Kongens lov"\nlagring_aar = 10\n', "utf-8")
    (mappe / "README.md").write_text("# Trøstegull\n", "utf-8")
    (mappe / "runbook.md").write_text("# Drift\n" + "".join(f"\n{k}\n\n1. Se etter.\n" for k in KAPITLER), "utf-8")
    (mappe / "modenhet.toml").write_text("".join(f'[krav.{k.id}]\nstatus = "todo"\n' for k in MENNESKEKRAV), "utf-8")
    legg_til(mappe / "eksempler/saker.csv", OVER_TAKET)
    lim_inn(mappe)
    skriv_regeldok(les_regelverk(mappe))
    return mappe


def lim_inn(mappe: Path) -> int:
    """Does as the findings say: pastes every row that is proposed. Returns how many."""
    rader = [rad for f in sjekk_ordning(mappe) for rad in f.lim_inn]
    for fil, linje in rader:
        legg_til(mappe / fil, linje)
    return len(rader)


def legg_til(sti: Path, linje: str) -> None:
    sti.write_text(sti.read_text("utf-8").rstrip("\n") + f"\n{linje}\n", "utf-8")


def bytt(sti: Path, gammelt: str, nytt: str) -> None:
    tekst = sti.read_text("utf-8")
    assert gammelt in tekst, f"{gammelt!r} står ikke i {sti.name}"
    sti.write_text(tekst.replace(gammelt, nytt, 1), "utf-8")


def avtrykk(rot: Path, uten: Path) -> dict[str, str]:
    """Every file around the folder and its fingerprint."""
    return {
        str(f.relative_to(rot)): hashlib.sha256(f.read_bytes()).hexdigest()
        for f in sorted(rot.rglob("*"))
        if f.is_file() and not f.is_relative_to(uten) and "__pycache__" not in f.parts
    }
