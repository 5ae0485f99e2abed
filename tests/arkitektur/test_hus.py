"""The rules of the house, as tests."""

import ast
import os
import re
import resource
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROT = Path(__file__).parents[2]
PYTHON = sorted(f for m in ("kjerne", "flows", "ordninger") for f in (ROT / m).rglob("*.py")) + [ROT / "ordning"]
SPORET = subprocess.run(["git", "ls-files"], cwd=ROT, capture_output=True, text=True, check=True).stdout.split()


def test_ingen_fil_er_over_300_linjer():
    lange = {str(f.relative_to(ROT)): n for f in PYTHON if (n := len(f.read_text("utf-8").splitlines())) > 300}
    assert not lange


def test_ingen_rom_heter_ingenting():
    assert not [f for f in SPORET if re.search(r"(^|/)(utils?|helpers?|common|misc)(\.py|/)", f)]


def test_ingen_ordning_er_nevnt_i_kjernen():
    """No scheme's id, and none of the words its rules are made of, stands in the engine or the flows."""
    ordninger = [m.name for m in (ROT / "ordninger").iterdir() if m.is_dir() and m.name[0] not in "_."]
    funn = [
        f"{f.relative_to(ROT)}: {o}" for f in PYTHON if f.is_relative_to(ROT / "kjerne") or f.is_relative_to(ROT / "flows")
        for o in ordninger if re.search(rf"\b{re.escape(o)}\b", f.read_text("utf-8"))
    ]
    assert not funn


def test_ingen_ord_fra_en_ordning_staar_i_kjernen():
    """The acronyms of the real schemes: their names, regulations, sources of law and classes of payment. In code and in text."""
    felles = {"NAV", "AAP", "FTRL"}  # the agency, a benefit among the codes of A-ordningen, and the law that is shared
    ord_ = set()
    for mappe in (m for m in (ROT / "ordninger").iterdir() if (m / "ordning.toml").exists()):
        m = tomllib.loads((mappe / "ordning.toml").read_text("utf-8"))
        ord_ |= {mappe.name} | _forkortelser(f"{m['navn']} {m['forskrift']} {' '.join(m['rettskilder'])}")
        ord_ |= _forkortelser(" ".join(re.findall(r'klasse="([^"]+)"', (mappe / "regler.py").read_text("utf-8"))))
    monster = re.compile(rf"(?<![^\W_])(?:{'|'.join(sorted(ord_ - felles)) or chr(0)})(?![^\W_])")
    filer = [f for rom in ("kjerne", "flows") for f in (ROT / rom).rglob("*") if f.suffix in (".py", ".toml", ".html", ".css")]
    assert not [f"{f.relative_to(ROT)}: {t.group()}" for f in filer for t in monster.finditer(f.read_text("utf-8"))]


def _forkortelser(tekst: str) -> set[str]:
    return set(re.findall(r"(?<![^\W_])[A-ZÆØÅ]{3,}(?![^\W_])", tekst))


def test_ingen_sti_paa_maskinen_og_intet_pakkelager_er_nevnt():
    monster = re.compile(r"/" + r"work/|/ro" + r"ot/|/opt/py" + r"pi|pypi\.o" + r"rg|pythonho" + r"sted|npm" + r"js\.|deb\.deb" + r"ian")
    funn = []
    for navn in SPORET:
        sti = ROT / navn
        if sti.suffix in (".py", ".md", ".toml", ".lock", ".csv", ".html", ".css", ".txt", "") and sti.is_file():
            funn += [f"{navn}: {m.group()}" for m in monster.finditer(sti.read_text("utf-8", errors="replace"))]
    assert not funn


def test_ingen_klokke_i_rommene():
    """Time comes in as an argument; only the clock itself may ask what time it is."""
    funn = []
    for fil in PYTHON:
        if fil.name in ("klokke.py", "skjerm.py", "ordning"):
            continue
        for node in ast.walk(ast.parse(fil.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today"):
                funn.append(f"{fil.relative_to(ROT)}:{node.lineno}")
    assert not funn


def test_penger_er_hele_ore_i_databasen():
    from kjerne.lager.tabeller import metadata

    for tabell in metadata.tables.values():
        for kolonne in tabell.columns:
            assert kolonne.type.__class__.__name__ not in ("Numeric", "Float", "Double") or kolonne.name == "sekunder", kolonne
            if kolonne.name.endswith("_ore"):
                assert kolonne.type.__class__.__name__ == "BigInteger", kolonne


@pytest.mark.parametrize("fil", sorted((ROT / "ordninger").glob("*/regler.py")), ids=lambda f: f.parent.name)
def test_regler_importerer_bare_kontrakten(fil):
    moduler = {n.module for n in ast.walk(ast.parse(fil.read_text("utf-8"))) if isinstance(n, ast.ImportFrom)}
    assert moduler == {"kjerne.kontrakt"}


def test_hjelpen_er_rask_og_laster_ingenting_tungt():
    """A ratio, not seconds, and of the processor, not of the clock: help may cost three times a bare interpreter that imports typer and
    rich."""

    def brukt() -> float:
        barn = resource.getrusage(resource.RUSAGE_CHILDREN)
        return barn.ru_utime + barn.ru_stime

    def tid(*argumenter: str) -> float:
        beste = 9e9
        for _ in range(3):
            begynte = brukt()
            subprocess.run([sys.executable, *argumenter], cwd=ROT, check=True, capture_output=True)
            beste = min(beste, brukt() - begynte)
        return beste

    assert tid("-m", "kjerne.cli", "--help") < 3 * tid("-c", "import typer, rich.console")
    kode = "import sys; sys.argv=['ordning']; import kjerne.cli.app; print([m for m in ('pandas','numpy','sqlalchemy','prefect',"\
           "'great_expectations','fastapi','jinja2','lxml') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", kode], cwd=ROT, check=True, capture_output=True, text=True).stdout.strip() == "[]"


def test_telemetri_er_av(monkeypatch):
    """Before anything is imported, and whatever the environment said."""
    import os

    from kjerne.drift.telemetri import AV, slaa_av

    monkeypatch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "true")
    for navn in AV:
        monkeypatch.setenv(navn, os.environ.get(navn, "true"))
    slaa_av()
    assert {n: os.environ[n] for n in AV} == AV


def test_motoren_er_groenn_uten_ordninger(tmp_path):
    """With every scheme removed, the engine's tests pass."""
    hus = tmp_path / "hus"
    shutil.copytree(ROT, hus, ignore=shutil.ignore_patterns(".venv", ".git", "var", "__pycache__", ".hypothesis"))
    shutil.rmtree(hus / "ordninger")
    svar = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/regelmotor", "tests/kontrakt", "tests/ordninger", "-p", "no:cacheprovider"],
        cwd=hus, capture_output=True, text=True, env={n: v for n, v in os.environ.items() if not n.startswith("ORDNING")})
    assert svar.returncode == 0, svar.stdout[-3000:]
