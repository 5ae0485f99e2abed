"""The words of the parsers, in Norwegian: what a person would have called the fault."""

import ast
import tomllib

import pytest

from kjerne.kontrakt.tolkefeil import python_grunn, toml_grunn

TOML = {
    "a = hei": "En tekst skal stå i anførselstegn",
    'a = "hei': "anførselstegn er ikke lukket",
    "høyst = 1": "æ, ø og å må stå i anførselstegn",
    "a = 1\na = 2": "to ganger",
    "[a]\n[a]": "to ganger",
    "a = [1, 2": "mangler ]",
    "a = { b = 1": "mangler }",
    "a = { b = 1, b = 2 }": "to ganger",
    "a = 1 b = 2": "noe mer etter verdien",
    "[a\nb = 1": "mangler ]",
    "a = 2020-02-30": "datoen finnes ikke",
    'a = "x\\q"': "omvendt skråstrek",
}
PYTHON = {
    "def f(x)\n    return x": "mangler :",
    "def f(x):\nreturn x": "under linje 1 skal ha innrykk",
    "def f(x):\n    return (x": "parentesen ( er ikke lukket",
    "def f(x):\n    return x)": "parentesen ) er ikke åpnet",
    "def f(x):\n    return [x)": "parentesen [ er lukket med )",
    "a = 'b": "anførselstegn er ikke lukket",
    "  def f(x): pass": "innrykk som den ikke skal ha",
    "a = «b»": "U+00AB",
    "a = 1\u00a0+ 2": "usynlig tegn",
    "a = f(x y)": "komma",
    "def f(x):\n    return 1 if x": "hvis(vilkår, da, ellers)",
    "a = f(b='c', 'd')": "uten navn står etter en med navn",
}


@pytest.mark.parametrize(("tekst", "ord_"), TOML.items())
def test_toml(tekst, ord_):
    with pytest.raises(tomllib.TOMLDecodeError) as feil:
        tomllib.loads(tekst)
    assert ord_ in toml_grunn(str(feil.value)), str(feil.value)


@pytest.mark.parametrize(("tekst", "ord_"), PYTHON.items())
def test_python(tekst, ord_):
    with pytest.raises(SyntaxError) as feil:
        ast.parse(tekst)
    assert ord_ in python_grunn(feil.value.msg), feil.value.msg


def test_det_som_ikke_er_oversatt_blir_aldri_engelsk():
    assert toml_grunn("Something new") == python_grunn("invalid syntax") == ""
