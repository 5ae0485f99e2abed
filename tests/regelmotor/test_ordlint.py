"""The lint catches each way of writing that would decide cases wrongly, and passes what is good."""

from pathlib import Path

import pytest

from kjerne.regelmotor.ordlint import lint_regler

HODE = """from kjerne.kontrakt import Regelsett, alle, er, hvis, lavest
lk = Regelsett("x")
"""
REGEL = """
@lk.beregning("LKF § 3", "Tekst", enhet="kr", kilde="k")
def r(a, b, c):
    {kropp}
"""

GALT = {
    "return a if b else c": "hvis",
    "return a and b": "alle",
    "return a or b": "ett_av",
    "return not a": "Bruk ikke(",
    "return a <= b <= c": "innenfor",
    "return a.where(b)": "punktum",
    "return a[0]": "[ ]",
    "return a * 0.5": "Verdien 0,5",
    "return a * 260": "260",
    "return a * True": "True",
    "return max(a, b)": "Bruk «høyest»",
    "return d": "ikke et argument",
    "return lavest(a, bb)": "ikke et argument",
    "return laveste(a, b)": "Mente du «lavest»?",
    "if a: return b\n    return c": "Bruk hvis(vilkår, da, ellers)",
    "return a % b": "«%»",
    "return [a, b]": "en liste",
    "return lambda: a": "lambda",
    'return f"{a}"': "tekst",
    'return lavest(a, "b")': "'b'",
    "return a ** b": "«**»",
    "return a in b": "in",
    "for x in a: pass\n    return a": "«for»",
    "a": "return",
    "x = a\n    y = b\n    z = c\n    u = a\n    v = b\n    w = c\n    return x": "lengre",
    "a.b = c\n    return a": "«tilordning»",
}


def lint(tmp_path: Path, tekst: str) -> list[str]:
    sti = tmp_path / "regler.py"
    sti.write_text(tekst, "utf-8")
    return [str(f) for f in lint_regler(sti)]


@pytest.mark.parametrize(("kropp", "ventet"), GALT.items())
def test_galt(tmp_path, kropp, ventet):
    funn = lint(tmp_path, HODE + REGEL.format(kropp=kropp))
    assert funn, "ingenting funnet"
    assert ventet in funn[0]
    assert "linje" in funn[0]
    assert "Gjør dette" in funn[0]


@pytest.mark.parametrize(
    "kropp", ["return lavest(a * 12, b / c)", 'return er(a, "b")', "x = -a\n    return hvis(b, x, 0)", "return a >= 1"]
)
def test_godt(tmp_path, kropp):
    assert lint(tmp_path, HODE + REGEL.format(kropp=kropp)) == []


@pytest.mark.parametrize(
    ("tekst", "ventet"),
    [
        ("import os\n", "«import»"),
        ("from os import path\n", "bare fra kjerne.kontrakt"),
        ("from kjerne.kontrakt import hvis as h\n", "ordforrådet"),
        ("from .kontrakt import hvis\n", "kontrakt"),
        ("def f():\n    return 1\n", "ikke en regel"),
        ("x = 1\n", "Tilordning"),
        ('a = Regelsett("x")\nb = Regelsett("x")\n', "Tilordning"),
        ("print(1)\n", "«uttrykk»"),
        ("class A: pass\n", "«class»"),
        ("def f(:\n", "gyldig Python"),
        ('lk = Regelsett("x")\n@lk.vilkår("LKF § 3", "t" + "u", kilde="k")\ndef f(a):\n    return a\n', "ren tekst"),
        ('lk = Regelsett("x")\n@lk.vilkår("LKF § 3", "t", kilde="k")\ndef f(*a):\n    return a\n', "andre argumenter"),
        ('lk = Regelsett("x")\n@lk.vilkår("LKF § 3", "t", kilde="k")\ndef f(a=1):\n    return a\n', "andre argumenter"),
    ],
)
def test_fil(tmp_path, tekst, ventet):
    funn = lint(tmp_path, tekst)
    assert any(ventet in f for f in funn), funn


def test_ikke_utf8_og_manglende_fil(tmp_path):
    sti = tmp_path / "regler.py"
    assert "mangler" in str(lint_regler(sti)[0])
    sti.write_bytes("# å".encode("latin-1"))
    assert "UTF-8" in str(lint_regler(sti)[0])


def test_dypt_nostet_uttrykk_gir_funn_og_ikke_krasj(tmp_path):
    tekst = HODE + REGEL.format(kropp="return " + "(" * 300 + "a" + ")" * 300)
    assert isinstance(lint(tmp_path, tekst), list)


def test_et_feilstavet_argument_faar_det_naermeste_navnet(tmp_path):
    tekst = HODE + REGEL.format(kropp="return lavest(månedslon, c)").replace("r(a, b, c)", "r(a, månedslønn, c)")
    (funn,) = lint(tmp_path, tekst)
    assert "«månedslon» er ikke et argument" in funn and "Mente du «månedslønn»?" in funn


def test_linjen_som_ikke_er_python_vises(tmp_path):
    (funn,) = lint(tmp_path, HODE + REGEL.format(kropp="retrun lavest(a, b)"))
    assert "linje 6" in funn and "«retrun lavest(a, b)»" in funn
