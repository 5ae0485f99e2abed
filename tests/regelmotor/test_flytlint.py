"""flyt.py names steps and does nothing else: what is not on the list is a finding, and nothing in the file is run to find it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kjerne.regelmotor.flytlint import lint_flyt

HENT = "from flows import standardflyt, verifisering\n"
GODE = [
    'flyt = standardflyt("espen")',
    'flyt = standardflyt("espen").uten("brev")',
    'flyt = standardflyt("espen").uten("brev", "innhenting").etter("bunt", verifisering)',
    'flyt = (\n    standardflyt("espen")\n    .etter("kvalitet", verifisering)\n)',
]
ANGREP = {  # each: what it would do if it were run, and the words that the finding must have
    "x = [y for y in iter(int, 1)]": "«x = [y for y in iter(int, 1)]»",
    "from kjerne.cli.prover import os": "Import fra «kjerne.cli.prover»",
    "from kjerne.cli.prover import os as verifisering": "Import fra «kjerne.cli.prover»",
    "import kjerne.kjoring.helt as h": "«import kjerne.kjoring.helt as h»",
    "h.port = print": "«h.port = print»",
    "flyt.id = 'annen'": "«flyt.id = 'annen'»",
    "flyt, x = 1, 2": "«flyt, x = (1, 2)»",
    "flyt: object = 1": "«flyt: object = 1»",
    "flyt += 1": "«flyt += 1»",
    "from flows.standard import os": "Import fra «flows.standard»",
    "from . import flows": "Import fra «.»",
    "from flows import *": "«*» kan ikke hentes slik",
    "from flows import standard": "«standard» kan ikke hentes slik",
    "from flows import verifisering as standardflyt": "«verifisering» kan ikke hentes slik",
    "def steg(k):\n    pass": "FunctionDef",
    "class Steg:\n    pass": "ClassDef",
    "while True:\n    pass": "While",
    "for i in iter(int, 1):\n    pass": "For",
    "with open('x') as f:\n    pass": "With",
    "try:\n    pass\nfinally:\n    pass": "Try",
    "if True:\n    pass": "If",
    "print()": "«print()»",
    "'en tekst til'": "«'en tekst til'»",
    "__builtins__['exec']('1')": "exec",
    "(flyt := 1)": "flyt := 1",
    'flyt = standardflyt("espen")': "flyt skal settes én gang",
}
GALE_FLYTER = {
    'standardflyt("per")': "Flyten er «per», men mappen heter «espen»",
    'standardflyt("espen").uten("kvalitet")': "kvalitet kan ikke utelates",
    'standardflyt("espen").uten("bunt")': "bunt kan ikke utelates: den kontrollerer betalingene",
    'standardflyt("espen").uten("vurder")': "vurder kan ikke utelates",
    'standardflyt("espen").uten("mottak", "brev")': "mottak kan ikke utelates",
    'standardflyt("espen").uten("brevv")': "Flyten har ikke steget «brevv»",
    'standardflyt("espen").uten("brev").uten("brev")': "Flyten har ikke steget «brev»",
    'standardflyt("espen").etter("brevv", verifisering)': "Flyten har ikke steget «brevv»",
    'standardflyt("espen").etter("brev", standardflyt)': "«standardflyt» er ikke et steg som kan legges til",
    'standardflyt("espen").etter("brev", verifisering).etter("bunt", verifisering)': "verifisering står to ganger",
    'standardflyt("espen").etter("brev", standardflyt("espen").steg[0])': "er ikke lov",
    'standardflyt("espen").etter("brev", lambda k: {})': "er ikke lov",
    'standardflyt("espen").erstatt(verifisering)': "erstatt",
    'standardflyt("espen").uten(*["kvalitet"])': "er ikke lov",
    'standardflyt("espen").uten(*iter(int, 1))': "er ikke lov",
    'standardflyt("espen").uten()': "er ikke lov",
    'standardflyt("espen").uten("br" + "ev")': "er ikke lov",
    'standardflyt("espen").uten(f"brev")': "er ikke lov",
    'standardflyt(id="espen")': "er ikke lov",
    'standardflyt("espen", print())': "er ikke lov",
    'standardflyt("espen").flyt': "er ikke lov",
    'standardflyt("espen").__class__("espen")': "er ikke lov",
    'verifisering("espen")': "er ikke lov",
    'print("espen")': "er ikke lov",
    '[standardflyt("espen")][0]': "er ikke lov",
    'standardflyt("espen") if standardflyt else 1': "er ikke lov",
    "standardflyt": "er ikke lov",
}


@pytest.fixture
def mappe(tmp_path) -> Path:
    mappe = tmp_path / "espen"
    mappe.mkdir()
    return mappe


def funn(mappe: Path, tekst: str) -> list[str]:
    (mappe / "flyt.py").write_text(tekst, "utf-8")
    return [f.hva for f in lint_flyt(mappe / "flyt.py")]


def begrunn(mappe: Path, *steg: str) -> None:
    (mappe / "modenhet.toml").write_text("[uten_steg]\n" + "".join(f'{s} = "gjøres et annet sted"\n' for s in steg), "utf-8")


@pytest.mark.parametrize("flyten", GODE)
def test_gode_flyter(mappe, flyten):
    begrunn(mappe, *(s for s in ("brev", "innhenting") if s in flyten))
    assert funn(mappe, f'"""En flyt."""\n\n{HENT}\n{flyten}\n') == []


@pytest.mark.parametrize("linje", ANGREP)
def test_angrep(mappe, linje):
    god = f'"""En flyt."""\n{HENT}flyt = standardflyt("espen")\n'
    assert funn(mappe, god) == []
    alle = funn(mappe, god + linje + "\n")
    assert any(ANGREP[linje] in f for f in alle), alle
    assert all(" linje " in f.hvor and f.gjor_dette for f in lint_flyt(mappe / "flyt.py"))


@pytest.mark.parametrize("uttrykk", GALE_FLYTER)
def test_gale_flyter(mappe, uttrykk):
    begrunn(mappe, "brev")
    alle = funn(mappe, f"{HENT}flyt = {uttrykk}\n")
    assert any(GALE_FLYTER[uttrykk] in f for f in alle), alle


def test_uten_flyt_og_uten_import(mappe):
    assert funn(mappe, HENT) == ["flyt skal settes én gang i flyt.py."]
    assert funn(mappe, "") == ["flyt skal settes én gang i flyt.py."]
    assert "er ikke lov" in funn(mappe, 'flyt = standardflyt("espen")\n')[0]
    assert "kan legges til" in funn(mappe, 'from flows import standardflyt\nflyt = standardflyt("espen").etter("brev", verifisering)\n')[0]


def test_et_utelatt_steg_har_en_grunn_og_en_grunn_et_utelatt_steg(mappe):
    uten_brev = f'{HENT}flyt = standardflyt("espen").uten("brev")\n'
    (uten_grunn,) = funn(mappe, uten_brev)
    assert uten_grunn == "Steget brev er utelatt uten grunn."
    begrunn(mappe, "brev")
    assert funn(mappe, uten_brev) == []
    begrunn(mappe, "brev", "innhenting")
    assert funn(mappe, uten_brev) == ["modenhet.toml har en grunn til å utelate innhenting, men flyten gjør ikke det."]
    (mappe / "modenhet.toml").write_text('[uten_steg]\nbrev = ""\n', "utf-8")
    assert funn(mappe, uten_brev) == []  # the file cannot be read, and its own check says so
